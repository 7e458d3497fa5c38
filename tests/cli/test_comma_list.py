"""Lists on the command line."""

import pytest

from crystal_llm.cli.comma_list import elements


@pytest.mark.parametrize("text", ["Li,Fe,O", "Li, Fe O", "Li-Fe-O", "Li–Fe–O", "Li−Fe−O"])
def test_elements_of_an_option_are_separated_as_people_do(text):
    assert elements(text) == ("Li", "Fe", "O")
    assert elements("D,O") == ("H", "O")
