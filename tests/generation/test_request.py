"""What can be asked, and that everything else is one error that says what is allowed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.errors import RequestError
from crystal_llm.generation.composition_rules import ElementsRule, FormulaRule, check_reachable
from crystal_llm.generation.request import (
    GenerationRequest,
    fixed_atoms,
    fixed_lattice,
    requested_formula,
    requested_formula_unit,
)
from crystal_llm.infill.completion import CompletionRule
from crystal_llm.text import generation_prompt
from crystal_llm.types import Conditions, PlainCrystal

SALT = Conditions(formula="NaCl", elements=("Na", "Cl"))
TWO_ATOMS = "5.6 5.6 5.6\n90 90 90\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50\n"
FORMULA, BOTH = frozenset({"formula"}), frozenset({"formula", "elements"})


def shown(value):
    """A name that is the same in every process: a frozenset's own order is not."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(each)}" for name, each in value.items())
    return " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"count": 0}, "from 1 to 10,000"),
        ({"count": 10_001}, "from 1 to 10,000"),
        ({"max_atoms": 0}, "from 1 to 200"),
        ({"max_atoms": 201}, "from 1 to 200"),
        ({"temperature": 0.0}, "above 0"),
        ({"temperature": -1.0}, "above 0"),
        ({"temperature": math.nan}, "above 0"),
        ({"temperature": math.inf}, "above 0"),
        ({"top_p": 0.0}, "above 0 and at most 1"),
        ({"top_p": 1.001}, "above 0 and at most 1"),
        ({"top_p": math.nan}, "above 0 and at most 1"),
        ({"seed": -1}, "from 0 to"),
        ({"seed": 2**63}, "from 0 to"),
        ({"conditions": Conditions(spacegroup_number=231)}, "1 to 230"),
        ({"conditions": Conditions(spacegroup_number=0)}, "1 to 230"),
        ({"conditions": Conditions(elements=("Li", "Qq"))}, "Qq: not an element"),
        ({"conditions": Conditions(elements=("li",))}, "li: not an element"),
        ({"conditions": Conditions(elements=())}, "at least one"),
        ({"conditions": Conditions(elements=("Li", "Li"))}, "named twice"),
        ({"conditions": Conditions(elements=("Po", "O"))}, "Po: no crystal"),
        ({"conditions": Conditions(formula="NaXx")}, "not a chemical formula"),
        ({"conditions": Conditions(formula="Na0.5Cl")}, "whole numbers"),
        ({"conditions": Conditions(formula="")}, "not a chemical formula"),
        ({"conditions": Conditions(formula="Og")}, "Og: no crystal"),
        ({"conditions": Conditions(energy_above_hull_ev_per_atom=-0.1)}, "from 0 to 20"),
        ({"conditions": Conditions(formation_energy_ev_per_atom=math.nan)}, "from -20 to 20"),
        ({"conditions": Conditions(band_gap_ev=math.inf)}, "from 0 to 30"),
        ({"hard": frozenset({"spacegroup"})}, "formula, elements"),
        ({"hard": FORMULA}, "no formula condition"),
        (
            {"beginning": "4.0 4.0 4.0\n60 60 60\nNa\n0.00 0.00 0.00", "max_atoms": 1},
            "a whole crystal already",
        ),
        ({"hard": frozenset({"elements"})}, "no elements condition"),
        ({"allowed_elements": frozenset({"Zz"})}, "Zz: not an element"),
        ({"allowed_elements": frozenset()}, "at least one"),
        ({"excluded_elements": frozenset({"Zz"})}, "Zz: not an element"),
        ({"excluded_elements": frozenset(TRAINED_ELEMENTS)}, "at least one"),
        ({"conditions": SALT, "formula_units": 2}, "needs a hard formula"),
        ({"conditions": SALT, "hard": FORMULA, "formula_units": 0}, "Z = 0"),
        ({"conditions": SALT, "hard": FORMULA, "formula_units": 11}, "at most 20"),
        ({"conditions": SALT, "hard": FORMULA, "max_atoms": 1}, "at most 1"),
        (
            {"conditions": SALT, "hard": FORMULA, "excluded_elements": frozenset({"Cl"})},
            "needs Cl, which is excluded",
        ),
        (
            {"conditions": Conditions(formula="NaCl", elements=("Na", "Br")), "hard": BOTH},
            "differ",
        ),
        (
            {
                "conditions": SALT,
                "hard": frozenset({"elements"}),
                "allowed_elements": frozenset({"Na"}),
            },
            "Cl must occur but may not",
        ),
        ({"beginning": TWO_ATOMS, "max_atoms": 2}, "has 2 atoms, and none may follow: raise"),
        ({"beginning": TWO_ATOMS, "max_atoms": 1}, "has 1 atoms, and none may follow: raise"),
        (
            {"beginning": TWO_ATOMS, "conditions": SALT, "hard": FORMULA, "max_atoms": 3},
            "has 2 atoms, and none may follow",
        ),
        (
            {"beginning": TWO_ATOMS, "conditions": SALT, "hard": FORMULA, "formula_units": 1},
            "has 2 atoms, and none may follow",
        ),
        (
            {"beginning": TWO_ATOMS, "excluded_elements": frozenset({"Cl"})},
            "atom 2, Cl, is against the conditions on the composition",
        ),
        ({"beginning": "5.0 5.0\n"}, "the fixed beginning of the crystal"),
        ({"beginning": "5.0 5.0 5.0\n90 90 180\n"}, "the fixed beginning of the crystal"),
        ({"beginning": "5.0 5.0 5.0\n90 90 90\nQq\n"}, "the fixed beginning of the crystal"),
    ],
    ids=shown,
)
def test_bad_input_says_in_one_line_what_is_allowed(asked, said):
    with pytest.raises(RequestError, match=said) as raised:
        GenerationRequest(**{"count": 1} | asked)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "asked",
    [
        {"count": 10_000, "seed": 2**63 - 1, "max_atoms": 200},
        {"top_p": 1.0, "temperature": 1e-3},
        {"conditions": Conditions(spacegroup_number=1)},
        {"conditions": Conditions(spacegroup_number=230)},
        {"conditions": SALT},
        {"conditions": SALT, "hard": BOTH, "max_atoms": 2},
        {"conditions": SALT, "hard": FORMULA, "formula_units": 10},
        {"conditions": Conditions(band_gap_ev=0.0, formation_energy_ev_per_atom=-3.2)},
        {"allowed_elements": frozenset({"Na"}), "excluded_elements": frozenset({"Cl"})},
    ],
    ids=shown,
)
def test_what_is_possible_is_taken(asked):
    request = GenerationRequest(**{"count": 1} | asked)
    assert request.prompt == generation_prompt(request.conditions)
    assert not request.start().ended


@given(st.text("NaClO0123456789.()[]+-eE ²∞", max_size=20) | st.text(max_size=6))
def test_any_text_is_a_formula_or_one_error(text):
    try:
        unit = requested_formula_unit(text)
    except RequestError as error:
        assert repr(text) in str(error) or "element" in str(error) or "no crystal" in str(error)
        return
    assert set(unit) <= set(ELEMENTS)
    assert all(isinstance(n, int) and n >= 1 for n in unit.values())
    assert math.gcd(*unit.values()) == 1


def test_an_endless_amount_is_no_formula():
    with pytest.raises(RequestError, match="not a chemical formula"):
        requested_formula_unit("Na" + "9" * 400)


@pytest.mark.parametrize(
    ("formula", "unit", "reduced"),
    [
        ("NaCl", {"Na": 1, "Cl": 1}, "NaCl"),
        ("Cl4Na4", {"Cl": 1, "Na": 1}, "NaCl"),
        ("Ca(OH)2", {"Ca": 1, "O": 2, "H": 2}, "Ca(HO)2"),
        ("Li4Fe4P4O16", {"Li": 1, "Fe": 1, "P": 1, "O": 4}, "LiFePO4"),
        ("C", {"C": 1}, "C"),
    ],
)
def test_formulas_are_reduced(formula, unit, reduced):
    assert requested_formula_unit(formula) == unit
    assert requested_formula(formula) == reduced


def test_soft_conditions_leave_the_grammar_open():
    rule = GenerationRequest(1, SALT).rule()
    assert rule == ElementsRule(frozenset(TRAINED_ELEMENTS), frozenset(), 20)


def test_hard_conditions_bind_the_grammar():
    hard = GenerationRequest(1, SALT, hard=FORMULA, formula_units=3).rule()
    assert hard == FormulaRule({"Na": 1, "Cl": 1}, 20, 3)
    elements = GenerationRequest(1, SALT, hard=frozenset({"elements"})).rule()
    assert elements == ElementsRule(frozenset({"Na", "Cl"}), frozenset({"Na", "Cl"}), 20)


def test_excluded_elements_are_taken_from_the_allowed():
    some = frozenset({"Na", "K", "Cl"})
    rule = GenerationRequest(
        1, allowed_elements=some, excluded_elements=frozenset({"K", "O"})
    ).rule()
    assert rule == ElementsRule(frozenset({"Na", "Cl"}), frozenset(), 20)


def test_a_fixed_beginning_is_crystal_text_up_to_the_next_choice():
    assert fixed_lattice((4.04, 5, 6), (90, 90.4, 120)) == "4.0 5.0 6.0\n90 90 120\n"
    beginning = PlainCrystal((4, 5, 6), (90, 90, 120), ("Na", "O"), ((0, 0, 0), (0.5, 0.996, 0.25)))
    assert fixed_atoms(beginning) == (
        "4.0 5.0 6.0\n90 90 120\nNa\n0.00 0.00 0.00\nO\n0.50 0.00 0.25\n"
    )


def test_fixed_atoms_count_against_the_limit_and_the_formula():
    beginning = PlainCrystal((4, 5, 6), (90, 90, 90), ("Na", "Na"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    with pytest.raises(RequestError, match="fixed beginning"):
        GenerationRequest(1, max_atoms=2, beginning=fixed_atoms(beginning))
    with pytest.raises(RequestError, match="fixed beginning"):
        GenerationRequest(
            1, SALT, hard=FORMULA, formula_units=1, max_atoms=4, beginning=fixed_atoms(beginning)
        )
    state = GenerationRequest(
        1, SALT, hard=FORMULA, max_atoms=4, beginning=fixed_atoms(beginning)
    ).start()
    assert list(state.symbols()) == ["Cl"]


@pytest.mark.parametrize(
    "rule",
    [
        CompletionRule(("Na",), frozenset({"Cl"}), min_atoms=5, max_atoms=4),
        CompletionRule(("Na",), frozenset(), min_atoms=2, max_atoms=4),
        CompletionRule(("Na", "Cl"), frozenset(), 3, 3, FormulaRule({"Na": 1, "Cl": 1}, 3)),
    ],
    ids=["too few", "nothing to add", "half a formula"],
)
def test_conditions_without_an_end_are_refused(rule):
    with pytest.raises(RequestError, match=f"no crystal of at most {rule.max_atoms} atoms"):
        check_reachable(rule, {})


@given(
    st.frozensets(st.sampled_from(["Li", "O", "P", "Fe"]), min_size=1),
    st.dictionaries(st.sampled_from(["Li", "O", "P"]), st.integers(1, 3), min_size=1),
    st.integers(9, 20),
)
def test_conditions_with_an_end_are_not_refused(required, unit, atoms):
    check_reachable(ElementsRule(frozenset(TRAINED_ELEMENTS), required, atoms), {})
    check_reachable(FormulaRule(unit, atoms), {next(iter(unit)): 1})
