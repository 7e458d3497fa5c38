"""The errors beside the numbers are those of docs/measured.md."""

import re

import pytest

from crystal_llm.energy_method import MP2020_TOTAL
from crystal_llm.potentials.hull_accuracy import hull_accuracy
from crystal_llm.potentials.loading import potential_card
from crystal_llm.settings import PACKAGE_ROOT


def row(name):
    text = (PACKAGE_ROOT / "docs" / "measured.md").read_text(encoding="utf-8")
    (line,) = re.findall(rf"^\| {re.escape(name)} \|(.*)\|$", text, re.MULTILINE)
    return [cell.strip() for cell in line.split("|")]


@pytest.mark.parametrize(("place", "name"), enumerate(["chgnet", "sevennet-0", "m3gnet"]))
def test_the_errors_are_the_measured_ones(place, name):
    accuracy = hull_accuracy(name)
    error = float(row("mean absolute error, eV/atom")[place])
    assert accuracy.mean_absolute_error_ev_per_atom == error
    assert row("test phases with a value")[place].startswith(f"{accuracy.phases:,} ")


def test_a_method_has_the_accuracy_of_its_potential():
    assert hull_accuracy(potential_card("chgnet").method) == hull_accuracy("chgnet")
    assert hull_accuracy(MP2020_TOTAL) is None
