"""The periodic table: places and symbols typed."""

import pytest

from crystal_llm.errors import RequestError
from crystal_llm.ui.widgets.element_layout import (
    ELEMENT_NAMES,
    UNAVAILABLE,
    element_places,
    in_table_order,
    read_symbols,
)
from crystal_llm.ui.widgets.periodic_table import ElementChoice


def test_every_element_has_a_place_of_its_own():
    places = element_places()
    assert len(set(places.values())) == len(places) == 118
    known = {"H": (1, 1), "He": (1, 18), "B": (2, 13), "Na": (3, 1), "Al": (3, 13), "Sc": (4, 3),
             "Zn": (4, 12), "Ga": (4, 13), "Cs": (6, 1), "Hf": (6, 4), "Rn": (6, 18),
             "Rf": (7, 4), "La": (8, 3), "Lu": (8, 17), "Ac": (9, 3)}  # fmt: skip
    assert {symbol: places[symbol] for symbol in known} == known
    assert ELEMENT_NAMES["Fe"] == "Iron"
    assert ELEMENT_NAMES["Og"] == "Oganesson"


def test_typed_symbols_are_read_however_they_are_separated():
    assert read_symbols("li, Fe-O;fe\n P") == ("Li", "Fe", "O", "P")
    assert read_symbols("Na−Cl") == read_symbols("Na–Cl") == ("Na", "Cl")
    assert read_symbols("D, O") == ("H", "O")
    assert read_symbols("  ") == ()


@pytest.mark.parametrize(("text", "message"), [("Li Xx", "'Xx'"), ("Rn", "Radon")])
def test_what_is_no_element_or_cannot_be_taken_is_explained(text, message):
    with pytest.raises(RequestError, match=message):
        read_symbols(text, UNAVAILABLE)


def test_choices_stand_in_the_order_of_the_table():
    assert in_table_order(["O", "Li", "O"]) == ("Li", "O")
    assert ElementChoice().empty
    assert ElementChoice(excluded=("Pb",)).of("excluded") == ("Pb",)
