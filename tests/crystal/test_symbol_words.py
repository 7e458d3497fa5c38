"""Elements as people list them."""

import pytest

from crystal_llm.crystal.elements import symbol_words


@pytest.mark.parametrize("text", ["Li,Fe,O", "Li, Fe O", "Li-Fe-O", "Li–Fe–O", "Li−Fe−O"])
def test_elements_of_an_option_are_separated_as_people_do(text):
    assert symbol_words(text) == ("Li", "Fe", "O")
    assert symbol_words("D,O") == ("H", "O")
