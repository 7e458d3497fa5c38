"""What training asks of a crystal, and how often."""

import random

import pytest

from crystal_llm.text import decode_plain, structure
from crystal_llm.training.draws import PromptMix, draw, draw_conditions
from crystal_llm.training.table import CrystalRow
from crystal_llm.types import PlainCrystal

HALITE = PlainCrystal(
    (4.0, 4.0, 4.0), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)


def row(energy=0.0):
    return CrystalRow("halite", "NaCl", HALITE, 225, -2.1, energy, 5.0, "train")


def test_prompts_are_drawn_in_their_shares():
    rng = random.Random(0)
    mix = PromptMix(infill=1 / 3, free=0.25, formula_alone=0.25, elements_alone=0.1)
    draws = [draw(row(), mix, rng) for _ in range(6000)]
    infills = sum(one.is_infill for one in draws)
    assert infills / 6000 == pytest.approx(1 / 3, abs=0.03)
    generations = [one.prompt for one in draws if not one.is_infill]
    alone = sum("formula is" in prompt and "group" not in prompt and "hull" not in prompt
                and "gap" not in prompt and "energy per" not in prompt
                for prompt in generations)  # fmt: skip
    assert alone / len(generations) == pytest.approx(0.25, abs=0.03)
    elements = sum("The elements are Na, Cl. " in prompt for prompt in generations)
    assert elements / len(generations) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("energy", [0.11, 2.0])
def test_an_unstable_crystal_always_names_its_energy(energy):
    rng = random.Random(1)
    for _ in range(300):
        asked = draw_conditions(row(energy), PromptMix(), rng)
        assert asked.energy_above_hull_ev_per_atom == energy


def test_a_crystal_of_unknown_energy_never_comes_without_a_condition():
    rng = random.Random(2)
    for _ in range(300):
        asked = draw_conditions(row(None), PromptMix(), rng)
        assert asked.formula is not None or asked.elements is not None
        assert asked.energy_above_hull_ev_per_atom is None


def test_every_draw_is_the_same_crystal_somewhere_else():
    rng = random.Random(3)
    texts = {draw(row(), PromptMix(infill=0.0), rng).completion for _ in range(20)}
    assert len(texts) == 20
    for text in texts:
        assert structure(decode_plain(text)).matches(structure(HALITE))


def test_an_infill_draw_masks_every_site_of_one_element():
    rng = random.Random(4)
    for _ in range(20):
        one = draw(row(), PromptMix(infill=1.0), rng)
        assert one.completion in ("Na", "Cl")
        masked = one.prompt.split("\n")[3:7:2]
        assert sorted(masked) == sorted({"[MASK]", {"Na": "Cl", "Cl": "Na"}[one.completion]})
