"""A served model against a real server, `transformers serve`: what every decoder must do, as far
as such a server can, without asking it for the same numbers from the same seed."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
from transformers import LlamaForCausalLM
from transformers_server import WRITES, save_writing_llama, transformers_server

from crystal_llm.errors import RequestError, ServerError
from crystal_llm.generation import served_writing
from crystal_llm.generation.grammar import refusal
from crystal_llm.generation.request import GenerationRequest, fixed_lattice
from crystal_llm.generation.writer import score_texts, write_crystals
from crystal_llm.infill.distribution import element_distribution
from crystal_llm.language_model.card import ServerSource
from crystal_llm.language_model.loading import load_model
from crystal_llm.language_model.server import CompletionServer
from crystal_llm.text import decode_plain
from crystal_llm.text.prompts import generation_prompt

pytestmark = pytest.mark.model

PROMPT = generation_prompt()
SAMPLED = {"temperature": 1.0, "top_p": 1.0, "seed": 0, "max_tokens": 60}
LEARNED = {"temperature": 1.0, "top_p": 0.9}
"""At which the model writes what it has learned."""

CELL = fixed_lattice((4.0, 4.0, 4.0), (60.0, 60.0, 60.0))
"""A beginning that it knows: there is less to write."""


@pytest.fixture(scope="module")
def llama_folder(tokenizer, symbols, tmp_path_factory):
    folder = tmp_path_factory.mktemp("writing-llama")
    save_writing_llama(tokenizer, symbols.alphabet, folder)
    return folder


@pytest.fixture(scope="module")
def server(llama_folder, tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "log"
    with transformers_server(llama_folder, log) as running:
        yield running


@pytest.fixture(scope="module")
def models(server, llama_folder, tmp_path_factory):
    """A folder of cards of that server."""
    folder = tmp_path_factory.mktemp("cards")
    for name, more in (
        ("served", "requests = 4\nretries = 5"),
        ("hasty", "requests = 2\nretries = 0"),
    ):
        (folder / f"{name}.toml").write_text(
            f'[server]\nurl = "{server.endpoint}"\nmodel = "{server.model}"\n'
            f'api = "transformers"\n{more}\n[base]\nname = "Tiny"\nfolder = "{llama_folder}"\n'
        )
    return folder


@pytest.fixture(scope="module")
def served(models):
    return load_model(str(models / "served.toml"))


@pytest.fixture(scope="module")
def scores_behind(llama_folder, served):
    """Scores of the alphabet behind the prompt and some tokens, by a plain forward pass."""
    network = LlamaForCausalLM.from_pretrained(llama_folder).eval()
    prompt = served.vocabulary.prompt_of(PROMPT)

    def scores(tokens):
        with torch.inference_mode():
            logits = network(torch.tensor([prompt + tokens]), logits_to_keep=1).logits
        return logits[0, -1, list(served.decoder.alphabet)]

    return scores


def test_likeliest_tokens_are_those_of_a_plain_forward_pass(served, scores_behind, tokenizer):
    """The prompt arrives whole, the alphabet's tokens alone compete, and the end is seen."""
    written = []
    while len(written) < 60 and tokenizer.eos_token_id not in written:
        written.append(served.decoder.alphabet[int(scores_behind(written).argmax())])
    likeliest = SAMPLED | {"top_p": 1e-6}
    said = served.server.complete(PROMPT, **likeliest)
    assert said.text == tokenizer.decode(written[:-1])
    assert (said.is_whole, said.tokens) == (True, len(written))
    cut = served.server.complete(PROMPT, **(likeliest | {"max_tokens": 3}))
    assert (cut.text, cut.is_whole) == (tokenizer.decode(written[:3]), False)


def test_only_tokens_of_crystal_text_are_written_and_any_of_them(served, scores_behind, tokenizer):
    """However hot: no token beside them, and no top-k of the server's own among them."""
    hot = SAMPLED | {"temperature": 1000.0}
    alphabet = served.decoder.alphabet
    pieces = [tokenizer.decode([token], skip_special_tokens=True) for token in alphabet]
    piece = "|".join(map(re.escape, sorted(filter(None, pieces), key=len, reverse=True)))
    said = served.server.complete(PROMPT, **(hot | {"max_tokens": 32}))
    assert re.fullmatch(f"(?:{piece})*", said.text)
    with ThreadPoolExecutor(4) as pool:
        first = pool.map(
            lambda seed: served.server.complete(PROMPT, **(hot | {"seed": seed, "max_tokens": 1})),
            range(20),
        )
        places = [pieces.index(served_text.text) for served_text in first]
    ranks = scores_behind([]).argsort(descending=True).argsort()[places]
    assert int(ranks.max()) >= 50, "transformers' own top-k of 50 was on"
    free = CompletionServer(served.server.source).complete(PROMPT, **(hot | {"max_tokens": 32}))
    assert not re.fullmatch(f"(?:{piece})*", free.text), "nothing needed to be held back"


def test_temperature_and_nucleus_are_those_asked_for(served):
    """Of eight texts five begin with a 4, two with a 3 and one with a 2."""

    def drawn(times, **asked):
        asked = SAMPLED | {"max_tokens": 1} | asked
        with ThreadPoolExecutor(4) as pool:
            said = pool.map(
                lambda seed: served.server.complete(PROMPT, **(asked | {"seed": seed})),
                range(times),
            )
            return Counter(served.text for served in said)

    as_learned = drawn(16, top_p=0.95)
    assert as_learned.keys() <= {"2", "3", "4"}
    assert 3 <= as_learned["4"] <= 15
    assert set(drawn(3, top_p=0.6)) == {"4"}
    assert drawn(6, top_p=0.95, temperature=0.2)["4"] >= 4


def test_several_are_written_at_once_and_each_index_once(served):
    request = GenerationRequest(3, max_atoms=4, **LEARNED)
    written = list(write_crystals(served, request))
    assert sorted(crystal.index for crystal in written) == [0, 1, 2]
    for crystal in written:
        assert crystal.failure is None and crystal.crystal == decode_plain(crystal.text)
        assert refusal(request.rule(), crystal.text, request.spacing()) is None
        assert crystal.text in WRITES
        assert crystal.log_likelihood is None


def test_what_never_holds_is_drawn_again_counted_and_given_up_with_its_reason(served, monkeypatch):
    monkeypatch.setattr(served_writing, "MOST_SERVED_DRAWS", 2)
    xenon = GenerationRequest(1, allowed_elements=frozenset({"Xe"}), beginning=CELL, **LEARNED)
    (written,) = write_crystals(served, xenon)
    assert (written.crystal, written.redrawn) == (None, 1)
    assert "is no element that the conditions allow here" in written.failure
    aluminium = replace(xenon, allowed_elements=frozenset({"Al"}))
    (written,) = write_crystals(served, aluminium)
    assert (written.crystal.species, written.text in WRITES) == (("Al",), True)


def test_what_this_server_cannot_say_is_refused_in_one_line(served):
    text = next(iter(WRITES))
    for ask in (
        lambda: score_texts(served, [text]),
        lambda: element_distribution(served, decode_plain(text), [0]),
    ):
        with pytest.raises(RequestError, match="gives no log-probabilities") as raised:
            ask()
        assert "\n" not in str(raised.value)


def test_a_model_that_the_server_does_not_have_is_one_line(server):
    source = ServerSource(server.endpoint, "nobody/nothing", "transformers", retries=0)
    with pytest.raises(ServerError, match="nobody/nothing") as raised:
        CompletionServer(source).check()
    assert "\n" not in str(raised.value) and server.endpoint in str(raised.value)


def test_a_server_killed_in_mid_job_loses_nothing_and_the_rest_follows_its_return(server, models):
    """The last test: it kills the server of the others."""
    hasty = load_model(str(models / "hasty.toml"))
    request = GenerationRequest(12, max_atoms=4, beginning=CELL, **LEARNED)
    written = {}
    with pytest.raises(ServerError, match=r"does not answer .*what was written is kept") as raised:
        for crystal in write_crystals(hasty, request):
            written[crystal.index] = crystal
            if len(written) == 2:
                server.kill()
    assert server.endpoint in str(raised.value)
    assert 2 <= len(written) < 12 and all(crystal.crystal for crystal in written.values())
    with pytest.raises(ServerError, match="does not answer"):
        hasty.server.check()
    server.start()
    server.wait()
    first = min(set(range(12)) - written.keys())
    rest = list(write_crystals(hasty, replace(request, count=first + 2), first=first))
    assert sorted(crystal.index for crystal in rest) == [first, first + 1]
    assert all(crystal.failure is None for crystal in rest)
