import pytest

from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.hull_question import read_hull_question


@pytest.mark.parametrize(
    ("text", "elements", "formula"),
    [
        ("Li-Fe-O", ("Li", "Fe", "O"), None),
        (" O, Li ", ("O", "Li"), None),
        ("Li Fe O", ("Li", "Fe", "O"), None),
        ("LiFePO4", ("Li", "Fe", "P", "O"), "LiFePO4"),
        ("LiFe0.5Mn0.5PO4", ("Li", "Fe", "Mn", "P", "O"), "Li2MnFe(PO4)2"),
        ("Ca(OH)2", ("Ca", "O", "H"), "Ca(HO)2"),
    ],
)
def test_systems_and_formulas(text, elements, formula):
    question = read_hull_question(text)
    assert question.elements == elements
    assert question.formula == formula


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name a chemical system"),
        ("   ", "name a chemical system"),
        ("-", "chemical formula"),
        ("Xx", "not a chemical formula"),
        ("Li-Xx", "Xx: not an element"),
        ("Li2O-Fe2O3", "pseudo-binary"),
        ("Li", "one element alone"),
        ("O2", "one element alone"),
        ("Li-Li", "one element alone"),
        ("Li1/2O", "not a chemical formula"),
        ("Li0O0", "has an amount of 0"),
        ("H-Li-Be-B-C-N-O-F-Na", "at most"),
        ("x" * 500, "longer than"),
    ],
)
def test_wrong_input_is_one_sentence(text, said):
    with pytest.raises(StabilityError, match=said) as caught:
        read_hull_question(text)
    assert "\n" not in str(caught.value)
