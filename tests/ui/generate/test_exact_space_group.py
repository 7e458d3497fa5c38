"""The form holds a space group exactly where it is asked to, and says so in the order."""

from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.ui.generate.fields import _composition
from crystal_llm.ui.widgets.periodic_table import ElementChoice

SAID = {"composition": "Formula", "formula": "NaCl", "firmness": "Hard", "units": None}


def test_a_group_is_held_only_where_it_is_given_and_exact():
    held = _composition(SAID | {"group": 225, "group_exact": True}, ElementChoice())
    assert set(held["hard"]) >= {"spacegroup_number"}
    for group, exact in ((225, False), (None, True), (None, None)):
        said = SAID | {"group": group, "group_exact": exact}
        assert "spacegroup_number" not in _composition(said, ElementChoice())["hard"]


def test_an_order_that_holds_it_survives_the_form():
    order = GenerateOrder().asking(spacegroup_number=225, hard=("spacegroup_number",))
    assert order.request.hard == {"spacegroup_number"}
    assert order.request.conditions.spacegroup_number == 225
