"""The same held-out crystals at every validation."""

from dataclasses import replace

import pytest

from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.validation import validation_set

pytestmark = pytest.mark.model

KINDS = {"free", "formula", "conditioned", "infill"}


def formulas(held, tokenizer):
    prompts = [
        tokenizer.decode(draw.ids[: draw.prompt_length])
        for batch in held.kinds["formula"]
        for draw in batch
    ]
    return {prompt.split("The chemical formula is ")[1].split(". ")[0] for prompt in prompts}


def test_stable_crystals_of_the_split_are_judged_and_no_others(rows, tokenizer):
    assert formulas(validation_set(rows, tokenizer, count=50), tokenizer) == {"KBr", "CaSnO3"}
    test = validation_set(rows, tokenizer, count=50, split="test")
    assert formulas(test, tokenizer) == {"RbI"}
    assert test.crystals == 1


def test_every_crystal_is_judged_in_every_way(rows, tokenizer):
    held = validation_set(rows, tokenizer, count=50)
    assert set(held.kinds) == KINDS
    for kind, batches in held.kinds.items():
        draws = [draw for batch in batches for draw in batch]
        assert len(draws) == held.crystals == 2
        assert all(draw.is_infill == (kind == "infill") for draw in draws)


def test_the_set_depends_on_the_seed_alone(rows, tokenizer):
    assert validation_set(rows, tokenizer, count=1) == validation_set(rows, tokenizer, count=1)
    seeds = [validation_set(rows, tokenizer, count=2, seed=seed).kinds for seed in (0, 1)]
    assert seeds[0] != seeds[1]


def test_a_table_without_energies_is_judged_by_all_of_its_split(rows, tokenizer):
    bare = [replace(row, energy_above_hull_ev_per_atom=None) for row in rows]
    held = validation_set(bare, tokenizer, count=50)
    assert formulas(held, tokenizer) == {"KBr", "CaSnO3", "NiP"}


@pytest.mark.parametrize("full_vocabulary", [False, True])
def test_losses_are_means_over_tokens(full_vocabulary, rows, tokenizer, tiny_llama, symbols):
    loss_of = CompletionLoss(tiny_llama, symbols.alphabet)
    held = validation_set(rows, tokenizer, count=50)
    losses = held(loss_of, full_vocabulary=full_vocabulary)
    assert losses.crystals == 2
    for kind in KINDS:
        draws = [draw for batch in held.kinds[kind] for draw in batch]
        nats = sum(
            float(loss_of([draw], full_vocabulary=full_vocabulary).weighted.detach())
            for draw in draws
        )
        tokens = sum(len(draw.ids) - draw.prompt_length for draw in draws)
        assert getattr(losses, kind) == pytest.approx(nats / tokens, rel=1e-5)
