"""Steps in the periodic table, by hand."""

from itertools import product

import pytest
from pymatgen.core import Element

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.studies.guess_distance import CLASSES, distance_table, shares, steps_apart


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        ("Fe", "Fe", 0),
        ("Na", "K", 1),
        ("Sr", "Ba", 1),
        ("Na", "Cl", 16),
        ("Li", "Be", 1),
        ("B", "Be", 11),
        ("La", "Lu", 1),
        ("La", "U", 1),
        ("Y", "Gd", 1),
        ("Hf", "Zr", 1),
        ("Hf", "Ce", 1),
        ("Mn", "Re", 2),
        ("H", "Li", 1),
        ("He", "Ne", 1),
        ("H", "He", 17),
    ],
)
def test_steps(first, second, steps):
    assert steps_apart(first, second) == steps_apart(second, first) == steps


def test_groups_are_those_of_pymatgen():
    for first, second in product(TRAINED_ELEMENTS, repeat=2):
        first_element, other = Element(first), Element(second)
        apart = abs(first_element.group - other.group)
        assert steps_apart(first, second) >= apart
        if first_element.row == other.row and first != second:
            assert steps_apart(first, second) == max(apart, 1)


def test_every_pair_is_in_one_class():
    pairs = list(product(TRAINED_ELEMENTS[:40], repeat=2))
    share_of = shares(pairs)
    assert sum(rate.count for rate in share_of.values()) == len(pairs)
    assert share_of["right"].count == 40
    lines = distance_table({"model": pairs})
    assert len(lines) == 3
    assert lines[2].count("%") == 3 * len(CLASSES) - len(CLASSES)
