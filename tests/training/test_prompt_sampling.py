"""What a training draw asks and answers, over many draws."""

import math
import random
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher

from crystal_llm.crystal.conversion import structure
from crystal_llm.text import decode, decode_plain, generation_prompt, infill_prompt
from crystal_llm.training.prompt_sampling import (
    PromptMix,
    draw_conditions,
    draw_prompt,
    known_conditions,
)
from crystal_llm.types import Conditions

MIX = PromptMix()
ATTRIBUTES = {
    "spacegroup_number",
    "energy_above_hull_ev_per_atom",
    "formation_energy_ev_per_atom",
    "band_gap_ev",
}


def named(conditions):
    return frozenset(name for name in Conditions.__slots__ if getattr(conditions, name) is not None)


def assert_share(count, of, share):
    """Holds for all but one in a million honest samples."""
    assert abs(count - of * share) <= 5 * math.sqrt(of * share * (1 - share)) + 1


@pytest.fixture(scope="module")
def drawn_conditions(stable_row):
    rng = random.Random(0)
    return [named(draw_conditions(stable_row, MIX, rng)) for _ in range(6000)]


def test_a_third_of_the_draws_fill_a_mask(stable_row):
    rng = random.Random(1)
    draws = [draw_prompt(stable_row, MIX, rng) for _ in range(3000)]
    assert_share(sum(draw.is_infill for draw in draws), 3000, 1 / 3)
    for draw in draws:
        assert draw.is_infill == draw.prompt.startswith("Below is a partial description")


def test_each_kind_of_generation_prompt_has_its_share(drawn_conditions):
    counts = Counter(drawn_conditions)
    assert_share(counts[frozenset()], 6000, MIX.free)
    assert_share(counts[frozenset({"formula"})], 6000, MIX.formula_alone)
    assert_share(counts[frozenset({"elements"})], 6000, MIX.elements_alone)


def test_the_rest_tells_the_formula_and_one_to_four_attributes(drawn_conditions):
    rest = [drawn_condition for drawn_condition in drawn_conditions if drawn_condition & ATTRIBUTES]
    assert all("formula" in said and "elements" not in said for said in rest)
    share = 1 - MIX.free - MIX.formula_alone - MIX.elements_alone
    assert_share(len(rest), 6000, share)
    by_number = Counter(len(said & ATTRIBUTES) for said in rest)
    for number in (1, 2, 3, 4):
        assert_share(by_number[number], len(rest), 1 / 4)
    for name in ATTRIBUTES:
        assert_share(sum(name in said for said in rest), len(rest), 2.5 / 4)


def test_an_unstable_crystal_always_names_its_energy(rows):
    unstable = next(row for row in rows if row.formula == "CuN")
    rng = random.Random(2)
    for _ in range(500):
        assert draw_conditions(unstable, MIX, rng).energy_above_hull_ev_per_atom == 0.35


def test_a_crystal_of_unknown_energy_always_names_its_formula(rows):
    unknown = next(row for row in rows if row.energy_above_hull_ev_per_atom is None)
    rng = random.Random(3)
    for _ in range(500):
        assert draw_conditions(unknown, MIX, rng).formula == "FeS"


def test_what_is_not_known_is_not_said(stable_row):
    bare = replace(
        stable_row,
        spacegroup_number=None,
        energy_above_hull_ev_per_atom=None,
        formation_energy_ev_per_atom=None,
        band_gap_ev=None,
    )
    rng = random.Random(4)
    kinds = {named(draw_conditions(bare, MIX, rng)) for _ in range(300)}
    assert kinds <= {frozenset({"formula"}), frozenset({"formula", "elements"})}


def test_everything_that_is_known_can_be_said(stable_row):
    assert known_conditions(stable_row) == Conditions(
        formula="SrTiO3",
        elements=("Sr", "Ti", "O"),
        spacegroup_number=221,
        energy_above_hull_ev_per_atom=0.02,
        formation_energy_ev_per_atom=-1.5,
        band_gap_ev=2.25,
    )


def test_a_draw_is_the_crystal_moved_by_one_vector(stable_row):
    rng = random.Random(5)
    own = structure(stable_row.crystal)
    start = np.array(stable_row.crystal.fractional_coordinates)
    shifts = []
    for _ in range(30):
        draw = draw_prompt(stable_row, replace(MIX, infill=0.0), rng)
        crystal = decode_plain(draw.completion)
        assert crystal.species == stable_row.crystal.species
        moved = np.array(crystal.fractional_coordinates) - start
        apart = moved - moved[0]
        # Each coordinate is rounded to 0.01 by itself.
        assert np.abs(apart - np.round(apart)).max() <= 0.01 + 1e-9
        shifts.append(moved[0] % 1)
        assert StructureMatcher().fit(own, decode(draw.completion))
    assert (np.ptp(shifts, axis=0) > 0.5).all(), "the translations do not fill the cell"
    together = np.corrcoef(shifts, rowvar=False) - np.eye(3)
    assert np.abs(together).max() < 0.6, "the axes do not move by themselves"


def test_a_generation_draw_answers_its_prompt(stable_row):
    draw = draw_prompt(stable_row, PromptMix(infill=0, free=0, formula_alone=1), random.Random(6))
    assert draw.prompt == generation_prompt(Conditions(formula="SrTiO3"))
    assert not draw.is_infill


def test_an_infill_draw_masks_every_site_of_the_element_that_it_asks_for(stable_row):
    rng = random.Random(7)
    answers = Counter()
    for _ in range(300):
        draw = draw_prompt(stable_row, PromptMix(infill=1.0), rng)
        answers[draw.completion] += 1
        text = re.search(r":\n(.*)\nGenerate an element", draw.prompt, re.DOTALL).group(1)
        shown = text.split("\n")[2::2]
        crystal = stable_row.crystal
        assert shown == [
            "[MASK]" if symbol == draw.completion else symbol for symbol in crystal.species
        ]
        whole = decode_plain(text.replace("[MASK]", draw.completion))
        sites = [site for site, symbol in enumerate(shown) if symbol == "[MASK]"]
        assert draw.prompt == infill_prompt(whole, sites)
    for element in ("Sr", "Ti", "O"):
        assert_share(answers[element], 300, 1 / 3)
