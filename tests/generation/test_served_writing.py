"""A served model writes as one of this process does, but for what a server cannot do."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from server_stub import MODEL, completion_server

from crystal_llm.errors import RequestError, ServerError
from crystal_llm.generation.choices import choices_along
from crystal_llm.generation.grammar import refusal
from crystal_llm.generation.request import GenerationRequest, fixed_lattice
from crystal_llm.generation.served_writing import MOST_SERVED_DRAWS, crystal_pattern
from crystal_llm.generation.writer import score_texts, write_crystals
from crystal_llm.infill.distribution import element_distribution
from crystal_llm.infill.element_trie import continued_log_probabilities
from crystal_llm.language_model.loading import load_model
from crystal_llm.text import decode_plain
from crystal_llm.types import Conditions

pytestmark = pytest.mark.model

SALT = "4.1 4.1 4.1\n90 90 90\nCs\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"
BAD = (
    "nonsense",
    "4.1 4.1 4.1\n90 90 90\nXx\n0.00 0.00 0.00",
    SALT.replace("Cl", "Br"),
    SALT + "\nCl\n0.50 0.50 0.49",
)
"""No text, no element, another formula, atoms upon one another."""


@pytest.fixture
def served(tmp_path, base_folder):
    """Makes a model of a card that names a running server."""

    def load(server, api="vllm", base=True, retries=0):
        lines = ["[server]", f'url = "{server.endpoint}"', f'model = "{MODEL}"', f'api = "{api}"']
        lines += ["requests = 3", f"retries = {retries}"]
        if base:
            lines += ["[base]", 'name = "Tiny"', f'folder = "{base_folder}"']
        card = tmp_path / f"{api}-{base}-{server.server_port}.toml"
        card.write_text("\n".join(lines))
        return load_model(str(card))

    return load


def test_crystals_come_whole_and_the_same_whatever_ran_beside(served, tiny_models):
    request = GenerationRequest(7, max_atoms=4, temperature=1.0, top_p=1.0)
    with completion_server(tiny_models["float32"]) as server:
        model = served(server)
        written = sorted(write_crystals(model, request), key=lambda crystal: crystal.index)
        later = list(write_crystals(model, request, first=5))
    assert [crystal.index for crystal in written] == list(range(7))
    for crystal in written:
        assert crystal.failure is None and crystal.crystal == decode_plain(crystal.text)
        assert re.fullmatch(crystal_pattern(request), crystal.text)
        assert crystal.log_likelihood == -3.5
        assert crystal.model.endswith(f"/served/{MODEL}")
    assert {crystal.text for crystal in later} == {crystal.text for crystal in written[5:]}


def test_a_hard_formula_is_drawn_until_it_holds_and_counted(served):
    asked = GenerationRequest(
        1, Conditions(formula="CsCl"), frozenset({"formula"}), min_radii_share=0.5
    )
    with completion_server(texts=["x", *BAD, SALT]) as server:  # the first when it is loaded
        (written,) = write_crystals(served(server, "transformers"), asked)
    assert Counter(written.crystal.species) == {"Cs": 1, "Cl": 1}
    assert written.redrawn == len(BAD)


def test_what_never_holds_stays_in_the_list_with_its_reason(served):
    with completion_server(texts=["nonsense"] * MOST_SERVED_DRAWS + [SALT]) as server:
        written = sorted(
            write_crystals(replace_requests(served(server, "openai")), GenerationRequest(2)),
            key=lambda crystal: crystal.index,
        )
    assert written[0].crystal is None and "cannot follow here" in written[0].failure
    assert written[0].redrawn == MOST_SERVED_DRAWS - 1
    assert written[1].crystal is not None


def replace_requests(model):
    """The same model, asked for one text at a time."""
    model.server.source = replace(model.server.source, requests=1)
    return model


def test_a_beginning_is_kept(served):
    beginning = fixed_lattice((4.1, 4.1, 4.1), (90.0, 90.0, 90.0))
    rest = SALT.removeprefix(beginning)
    with completion_server(texts=[rest]) as server:
        (written,) = write_crystals(served(server), GenerationRequest(1, beginning=beginning))
        (body,) = server.bodies
    assert written.text == SALT
    assert body["prompt"].endswith(beginning) and "structured_outputs" not in body


def test_known_structures_are_drawn_again(served):
    other, salt = SALT.replace("4.1", "4.2"), decode_plain(SALT)
    request = replace(GenerationRequest(1), new_only=True)
    with completion_server(texts=[SALT, SALT, other]) as server:
        (written,) = write_crystals(
            served(server), request, known=lambda crystal: "X (mp-1)" if crystal == salt else None
        )
    assert (written.text, written.redrawn) == (other, 2)


def test_a_server_that_dies_loses_nothing_that_had_ended(served):
    with completion_server(texts=[SALT] * 4, faults=[None] * 4 + ["hang up"] * 9) as server:
        writing = write_crystals(served(server), GenerationRequest(9))
        assert [next(writing).text for _ in range(4)] == [SALT] * 4
        with pytest.raises(ServerError, match="what was written is kept"):
            next(writing)


def test_stopping_gives_up_the_rest(served):
    with completion_server(texts=[SALT] * 9) as server:
        stopped = write_crystals(served(server), GenerationRequest(9), should_stop=lambda: True)
        assert 1 <= len(list(stopped)) <= 3


def test_scores_and_infill_are_those_of_the_model_behind(served, tiny_models, symbols):
    local = tiny_models["float32"]
    crystal = decode_plain(SALT)
    with completion_server(local) as server:
        model = served(server)
        (score,) = score_texts(model, [SALT])
        answer = element_distribution(model, crystal, [0], translations=1)
        prompt = model.vocabulary.prompt_of("mask this")
        behind, before = (
            continued_log_probabilities(decoder, [prompt], symbols)
            for decoder in (model.decoder, local.decoder)
        )
    assert score.log_likelihood == pytest.approx(score_texts(local, [SALT])[0].log_likelihood)
    assert np.allclose(behind, before, atol=1e-4)
    assert np.exp(answer.log_probabilities[0]).sum() == pytest.approx(1.0)


def test_what_a_server_cannot_do_is_refused_in_one_line(served):
    guided = GenerationRequest(1, Conditions(formula="NaCl"), guidance=2.0)
    by_symmetry = GenerationRequest(
        1, Conditions(spacegroup_number=225), frozenset({"spacegroup_number"})
    )
    with completion_server() as server:
        model = served(server)
        for request, said in ((guided, "no scores to strengthen"), (by_symmetry, "symmetric text")):
            with pytest.raises(RequestError, match=said):
                list(write_crystals(model, request))
        with pytest.raises(RequestError, match="token by token"):
            choices_along(model, GenerationRequest(1), SALT)
        bare = served(server, base=False)
        with pytest.raises(RequestError, match=r"tokenizer in its card \(\[base\]\)"):
            score_texts(bare, [SALT])
        with pytest.raises(RequestError, match=r"tokenizer in its card \(\[base\]\)"):
            element_distribution(bare, decode_plain(SALT), [0])


@pytest.mark.parametrize("text", BAD)
def test_the_grammar_says_why_it_would_not_have_written_a_text(text):
    asked = GenerationRequest(
        1, Conditions(formula="CsCl"), frozenset({"formula"}), min_radii_share=0.5, max_atoms=3
    )
    assert refusal(asked.rule(), SALT, asked.spacing()) is None
    reason = refusal(asked.rule(), text, asked.spacing())
    assert reason is not None and "\n" not in reason
