import pytest
from pymatgen.core import Composition

from crystal_llm.crystal.composition import element_amounts, formula_unit, reduced_formula
from crystal_llm.errors import StabilityError


def test_formulas_mappings_and_compositions_say_the_same():
    expected = {"Li": 1.0, "O": 4.0, "P": 1.0, "Fe": 1.0}
    for composition in ("LiFePO4", expected, Composition("LiFePO4")):
        assert element_amounts(composition) == expected
    assert list(element_amounts("FePO4Li")) == ["Li", "O", "P", "Fe"]
    assert element_amounts("Y(GaCo)6") == {"Co": 6, "Ga": 6, "Y": 1}
    assert element_amounts(Composition({"Fe2+": 1, "Fe3+": 2, "O2-": 4})) == {"O": 4, "Fe": 3}
    assert element_amounts({"Li": 1, "O": 0}) == {"Li": 1}


def test_formula_units_are_the_smallest():
    assert formula_unit("Li4Fe4P4O16") == {"Li": 1, "O": 4, "P": 1, "Fe": 1}
    assert formula_unit("O2") == {"O": 1}
    assert reduced_formula({"Fe": 4, "O": 6}) == "Fe2O3"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", "chemical formula|holds no atoms"),
        ("LiXx2", "not a chemical formula|not an element"),
        ("hello world", "not a chemical formula"),
        ("X2O", "not an element|not a chemical formula"),
        ({"Q": 1}, "'Q' is not an element"),
        ({"Li": -1}, "amount of Li is -1"),
        ({"Li": float("nan")}, "amount of Li is nan"),
        ({"Li": float("inf")}, "amount of Li is inf"),
        ({}, "holds no atoms"),
        ({"Li": 0}, "holds no atoms"),
    ],
)
def test_what_is_no_composition_is_one_error(wrong, said):
    with pytest.raises(StabilityError, match=said):
        element_amounts(wrong)


@pytest.mark.parametrize("wrong", ["Li0.5O", {"Li": 1.25}, {"Li": 70_000, "O": 1}])
def test_a_known_phase_has_whole_atoms(wrong):
    with pytest.raises(StabilityError, match="whole numbers of atoms"):
        formula_unit(wrong)
