"""The engine: legal, exact, repeatable."""

import json
from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest
import torch

from crystal_llm.generation.composition_rules import ElementsRule, FormulaRule
from crystal_llm.generation.grammar import state_after
from crystal_llm.generation.request import GenerationRequest, fixed_atoms, fixed_lattice
from crystal_llm.generation.token_mask import TokenState
from crystal_llm.generation.writer import score_texts, write_crystals
from crystal_llm.text import decode, decode_plain, encode_plain, generation_prompt
from crystal_llm.types import Conditions, PlainCrystal

pytestmark = pytest.mark.model

KINDS = ("float32", "int8", "transformers")


def write(model, batch_size=8, **asked):
    request = GenerationRequest(**{"count": 6, "max_atoms": 5, "temperature": 1.0} | asked)
    candidates = list(write_crystals(model, request, batch_size=batch_size))
    return sorted(candidates, key=lambda crystal: crystal.index)


@pytest.mark.parametrize("kind", KINDS)
def test_every_crystal_decodes(kind, tiny_models):
    crystals = write(tiny_models[kind], count=10, top_p=1.0)
    assert [crystal.id for crystal in crystals] == [f"0-{place}" for place in range(10)]
    for crystal in crystals:
        assert crystal.failure is None
        assert crystal.structure() == decode(crystal.text)
        assert 1 <= len(decode_plain(crystal.text).species) <= 5
        assert crystal.log_likelihood < 0
        assert crystal.prompt == generation_prompt()
        json.dumps(asdict(crystal))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hard_formula_holds_on_every_line(kind, tiny_models):
    asked = Conditions(formula="Na2ZnO2")
    crystals = write(tiny_models[kind], conditions=asked, hard=frozenset({"formula"}), max_atoms=10)
    for crystal in crystals:
        counts = Counter(decode_plain(crystal.text).species)
        assert counts in ({"Na": 2, "Zn": 1, "O": 2}, {"Na": 4, "Zn": 2, "O": 4})
        assert "The chemical formula is Na2ZnO2. " in crystal.prompt


def test_hard_and_soft_are_separate(tiny_models):
    elements = Conditions(elements=("Mg", "O"))
    soft = write(tiny_models["float32"], conditions=elements)
    hard = write(tiny_models["float32"], conditions=elements, hard=frozenset({"elements"}))
    assert all(set(decode_plain(crystal.text).species) == {"Mg", "O"} for crystal in hard)
    assert any(set(decode_plain(crystal.text).species) != {"Mg", "O"} for crystal in soft)
    assert soft[0].prompt == hard[0].prompt


def test_excluded_elements_and_a_fixed_lattice_hold(tiny_models):
    beginning = fixed_lattice((3.9, 3.9, 3.9), (90, 90, 90))
    free = write(tiny_models["float32"], count=12)
    barred = frozenset(symbol for crystal in free for symbol in decode_plain(crystal.text).species)
    crystals = write(
        tiny_models["float32"], count=12, excluded_elements=barred, beginning=beginning
    )
    for candidate in crystals:
        crystal = decode_plain(candidate.text)
        assert not barred & set(crystal.species)
        assert crystal.lengths_angstrom == (3.9, 3.9, 3.9)


@pytest.mark.parametrize("kind", KINDS)
def test_fixed_atoms_stay_and_the_crystal_is_completed(kind, tiny_models):
    beginning = PlainCrystal(
        (4.2, 4.2, 4.2), (90, 90, 90), ("Mg", "O"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
    )
    crystals = write(
        tiny_models[kind],
        conditions=Conditions(formula="MgO"),
        hard=frozenset({"formula"}),
        max_atoms=6,
        beginning=fixed_atoms(beginning),
    )
    for candidate in crystals:
        assert candidate.text.startswith(encode_plain(beginning) + "\n")
        crystal = decode_plain(candidate.text)
        assert Counter(crystal.species) in ({"Mg": 2, "O": 2}, {"Mg": 3, "O": 3})
        assert crystal.species[:2] == beginning.species


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_a_seed_repeats_a_run_whatever_the_batch_size(kind, tiny_models):
    alone, *others = (
        write(tiny_models[kind], batch_size=size, count=9, seed=4) for size in (1, 3, 16)
    )
    for run in others:
        assert [crystal.text for crystal in run] == [crystal.text for crystal in alone]
        for crystal, same in zip(run, alone, strict=True):
            assert crystal.log_likelihood == pytest.approx(same.log_likelihood, abs=1e-3)
    another = write(tiny_models[kind], count=9, seed=5)
    assert not {crystal.text for crystal in another} & {crystal.text for crystal in alone}


def test_a_run_can_go_on_where_it_was_stopped(tiny_models):
    model = tiny_models["int8"]
    whole = [crystal.text for crystal in write(model, count=6, seed=1)]
    request = GenerationRequest(6, max_atoms=5, temperature=1.0, seed=1)
    rest = sorted(write_crystals(model, request, first=4), key=lambda crystal: crystal.id)
    assert [crystal.text for crystal in rest] == whole[4:]


def plain_log_likelihoods(model, tokenizer, vocabulary, prompt, text, rule, beginning=""):
    """The restricted likelihood of each line, by a full forward pass at every token."""
    state = TokenState(state_after(rule, beginning), vocabulary)
    sequence = tokenizer(prompt + beginning)["input_ids"]
    sums = [0.0] * len(text.split("\n"))
    line = beginning.count("\n")
    for token in [*tokenizer(text.removeprefix(beginning))["input_ids"], vocabulary.end]:
        with torch.inference_mode():
            scores = model(torch.tensor([sequence]), logits_to_keep=1).logits[0, -1].double()
        legal = torch.tensor(state.legal())
        sums[line] += float(scores[token] - scores[legal].logsumexp(0))
        line += tokenizer.decode([token]) == "\n"
        state.advance(token)
        sequence = [*sequence, token]
    return sums


@pytest.mark.parametrize("batch_size", [1, 8])
def test_probabilities_are_the_models_own_on_legal_tokens(
    batch_size, tiny_models, tiny_llama, tokenizer, vocabulary
):
    asked = Conditions(formula="MgO")
    crystals = write(
        tiny_models["float32"],
        batch_size,
        count=4,
        conditions=asked,
        hard=frozenset({"formula"}),
        max_atoms=4,
        temperature=0.7,
        top_p=0.9,
    )
    rule = FormulaRule({"Mg": 1, "O": 1}, 4)
    for crystal in crystals:
        wanted = plain_log_likelihoods(
            tiny_llama, tokenizer, vocabulary, crystal.prompt, crystal.text, rule
        )
        assert crystal.log_likelihood == pytest.approx(sum(wanted), abs=1e-4)
        assert crystal.line_log_likelihoods == pytest.approx(wanted, abs=1e-4)
        assert sum(crystal.line_log_likelihoods) == pytest.approx(crystal.log_likelihood)


def test_a_given_beginning_is_read_and_is_no_choice(tiny_models, tiny_llama, tokenizer, vocabulary):
    beginning = fixed_lattice((4.2, 4.2, 4.2), (90, 90, 90))
    crystals = write(
        tiny_models["float32"],
        count=3,
        allowed_elements=frozenset({"Mg", "O"}),
        max_atoms=2,
        beginning=beginning,
    )
    rule = ElementsRule(frozenset({"Mg", "O"}), frozenset(), 2)
    for crystal in crystals:
        wanted = plain_log_likelihoods(
            tiny_llama,
            tokenizer,
            vocabulary,
            crystal.prompt,
            crystal.text,
            rule,
            beginning,
        )
        assert crystal.log_likelihood == pytest.approx(sum(wanted), abs=1e-4)
        assert crystal.line_log_likelihoods == pytest.approx(wanted, abs=1e-4)
        assert crystal.line_log_likelihoods[:2] == (0.0, 0.0)


def test_a_colder_model_is_surer(tiny_models):
    cold, hot = (
        np.mean(
            [crystal.log_likelihood for crystal in write(tiny_models["float32"], temperature=tau)]
        )
        for tau in (0.1, 2.0)
    )
    assert cold > hot


def test_progress_grows_and_a_stop_is_heard(tiny_models):
    seen = []
    request = GenerationRequest(5, max_atoms=3)
    crystals = list(
        write_crystals(tiny_models["float32"], request, batch_size=2, progress=seen.append)
    )
    assert len(crystals) == 5
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert [progress.tokens for progress in seen] == sorted(progress.tokens for progress in seen)
    assert (seen[-1].done, seen[-1].count) == (5, 5)
    stopped = list(write_crystals(tiny_models["float32"], request, should_stop=lambda: True))
    assert len(stopped) < 5


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_exact_likelihoods(kind, tiny_models, tiny_llama, tokenizer):
    texts = ["5.0 5.0 5.0\n90 90 90\nNa\n0.00 0.00 0.00", "no crystal at all"]
    for text, score in zip(texts, score_texts(tiny_models[kind], texts), strict=True):
        prompt = tokenizer(generation_prompt())["input_ids"]
        whole = torch.tensor(
            [[*tokenizer(generation_prompt() + text)["input_ids"], tokenizer.eos_token_id]]
        )
        with torch.inference_mode():
            loss = tiny_llama(whole, labels=torch.where(
                torch.arange(whole.shape[1]) < len(prompt), -100, whole
            )).loss  # fmt: skip
        assert score.tokens == whole.shape[1] - len(prompt)
        tolerance = 1.0 if kind == "int8" else 1e-4
        assert -score.log_likelihood / score.tokens == pytest.approx(float(loss), abs=tolerance)
        assert score.perplexity == pytest.approx(np.exp(-score.log_likelihood / score.tokens))
        assert len(score.line_log_likelihoods) == len(text.split("\n"))
        assert sum(score.line_log_likelihoods) == pytest.approx(score.log_likelihood)


def test_a_score_by_line_is_each_lines_own(tiny_models, tiny_llama, tokenizer):
    text = "5.0 5.0 5.0\n90 90 90\nNa\n0.00 0.00 0.00"
    [score] = score_texts(tiny_models["float32"], [text])
    asked = tokenizer(generation_prompt())["input_ids"]
    whole = [*tokenizer(generation_prompt() + text)["input_ids"], tokenizer.eos_token_id]
    with torch.inference_mode():
        given = tiny_llama(torch.tensor([whole])).logits[0].double().log_softmax(-1)
    wanted, line = [0.0] * 4, 0
    for place in range(len(asked), len(whole)):
        wanted[line] += float(given[place - 1, whole[place]])
        line += tokenizer.decode([whole[place]]) == "\n"
    assert score.line_log_likelihoods == pytest.approx(wanted, abs=1e-4)
