"""Formulas as people write them: rows I1 to I9 of the table of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.composition import element_amounts, reduced_formula
from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.formula import formula_amounts
from crystal_llm.errors import FormulaError, RequestError, StabilityError
from crystal_llm.generation import request
from crystal_llm.stability.drawing.hull_question import read_hull_question

READ = {
    "LiFePO₄": "LiFePO4",
    "Na₂O": "Na2O",
    "CaSO4.2H2O": "CaSO6H4",
    "CaSO4·2H2O": "CaSO6H4",
    "CuSO4·5H2O": "CuSO9H10",
    "CuSO4 · 5 H2O": "CuSO9H10",
    "Ca(OH)2.8H2O": "CaO10H18",
    "CuSO4.2.5H2O": "CuSO6.5H5",
    "CuSO4•5H2O": "CuSO9H10",
    "CaSO4·0.5H2O": "CaSO4.5H",
    "LiOH.H2O": "LiO2H3",
    "CaSO4.0.5H2O": "CaSO4.5H",
    "Li0.5H2O": "Li0.5H2O",
    "(NH4)2SO4.2H2O": "N2H12SO6",
    "D2O": "H2O",
    "Fe2(SO4)3": "Fe2S3O12",
    "Ca(OH)2": "CaO2H2",
    "K2[PtCl6]": "K2PtCl6",
    "NaCl2 ": "NaCl2",
    "Na1 Cl1": "NaCl",
    "CoO": "CoO",
    "COO": "CO2",
    "Si1": "Si",
    "Li0.5CoO2": "Li0.5CoO2",
    "Li1.2Mn0.6O2": "Li1.2Mn0.6O2",
    "NO": "NO",
    "PbI2": "PbI2",
    "Cu(IO3)2": "CuI2O6",
}


@pytest.mark.parametrize("written", READ)
def test_a_formula_is_read_as_it_is_meant(written):
    assert formula_amounts(written) == formula_amounts(READ[written])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Fe(III)2O3", r"\(III\) is an oxidation number"),
        ("Cu(I)2O", r"\(I\) is an oxidation number"),
        ("NaCl 2", "not a chemical formula"),
        *((text, "has an amount of 0") for text in ("NaCl0", "C0O", "Ca(OH)0.0", "CaSO4·0H2O")),
        ("NaCl KCl", "not a chemical formula"),
        ("nacl", "not a chemical formula"),
        ("Al2O3.2SiO2", "the full stop can part two formulas"),
        ("Li1.5H2O", "the full stop can part two formulas"),
        ("2H2O", "not a chemical formula"),
        ("NaCl·", "not a chemical formula"),
        ("Fe3+", "not a chemical formula"),
        ("Xx2O", "Xx is not an element"),
        ("SrTi(O", "not a chemical formula"),
        ("", "not a chemical formula"),
    ],
)
def test_what_can_mean_something_else_is_refused(written, said):
    with pytest.raises(FormulaError, match=said):
        formula_amounts(written)
    with pytest.raises(StabilityError, match=said):
        element_amounts(written)
    with pytest.raises(RequestError, match=said):
        request.requested_formula_unit(written)


@pytest.mark.parametrize("text", ["A" * 10_000, "9" * 5_000, "Na" * 3_000])
def test_a_message_repeats_sixty_characters_at_most(text):
    for read in (
        formula_amounts,
        element_amounts,
        request.requested_formula_unit,
        read_hull_question,
    ):
        with pytest.raises((FormulaError, StabilityError, RequestError)) as caught:
            read(text)
        assert len(str(caught.value)) < 160


def test_questions_of_a_hull_are_read_alike():
    assert read_hull_question("D2O").elements == ("H", "O")
    assert read_hull_question("Li−Fe−O").elements == ("Li", "Fe", "O")
    assert read_hull_question("Li–Fe–O").elements == ("Li", "Fe", "O")
    assert read_hull_question("LiFePO₄").formula == "LiFePO4"
    assert read_hull_question("CaSO4 · 2H2O").elements == ("Ca", "S", "O", "H")


def test_conditions_are_in_whole_numbers():
    assert request.requested_formula("LiFePO₄") == "LiFePO4"
    assert request.requested_formula_unit("Ca2(OH)4") == {"Ca": 1, "O": 2, "H": 2}
    with pytest.raises(RequestError, match="whole numbers"):
        request.requested_formula_unit("Li0.5CoO2")


@given(
    st.dictionaries(st.sampled_from(ELEMENTS), st.integers(1, 99), min_size=1, max_size=6),
    st.sampled_from(["0123456789", "₀₁₂₃₄₅₆₇₈₉", "０１２３４５６７８９"]),
)
def test_amounts_come_back(amounts, digits):
    written = "".join(f"{element}{n}" for element, n in amounts.items())
    written = written.translate(str.maketrans("0123456789", digits))
    assert formula_amounts(written) == amounts
    assert reduced_formula(element_amounts(written)) == reduced_formula(amounts)


@given(st.text(max_size=20))
def test_any_text_is_a_formula_or_one_error(text):
    try:
        amounts = formula_amounts(text)
    except FormulaError as error:
        assert str(error)
    else:
        assert set(amounts) <= set(ELEMENTS)
