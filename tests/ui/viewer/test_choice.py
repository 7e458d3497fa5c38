"""The choice that viewer and table share: an answer that comes late undoes nothing."""

import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.ui.viewer import choice as choices
from crystal_llm.ui.viewer.crystal import viewed

SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.6), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)


@pytest.fixture
def state(monkeypatch):
    held = {}
    monkeypatch.setattr(choices.st, "session_state", held)
    return held


def pick(state, crystal, sites, serial):
    state["v"] = {"picked": {"crystal": crystal.digest, "sites": sites, "serial": serial}}
    choices.choose_in_view("v", crystal)


def tick(state, crystal, rows):
    state[choices.site_table_key("v", crystal.digest)] = {"selection": {"rows": rows}}
    choices.choose_in_table("v", crystal)
    return choices.current_choice("v", crystal).sites


def test_rows_from_before_the_viewers_choice_are_late_and_change_nothing(state):
    crystal = viewed(SALT)
    pick(state, crystal, [2], 1)
    pick(state, crystal, [0], 2)
    assert tick(state, crystal, [2]) == (0,)
    table = state[choices.site_table_key("v", crystal.digest)]
    assert table == {"selection": {"rows": [0]}}, "the table is told again"


def test_a_row_that_is_ticked_or_unticked_counts(state):
    crystal = viewed(SALT)
    pick(state, crystal, [2], 1)
    assert tick(state, crystal, [0, 2]) == (0, 2)
    assert tick(state, crystal, [0]) == (0,)
    pick(state, crystal, [], 2)
    assert tick(state, crystal, [3]) == (3,)
