"""Where each element stands in the periodic table, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS, symbol_words
from crystal_llm.errors import RequestError

NOT_TRAINED = "no model here has seen it in a crystal"

_NAMES = """
Hydrogen Helium Lithium Beryllium Boron Carbon Nitrogen Oxygen Fluorine Neon Sodium Magnesium
Aluminium Silicon Phosphorus Sulfur Chlorine Argon Potassium Calcium Scandium Titanium Vanadium
Chromium Manganese Iron Cobalt Nickel Copper Zinc Gallium Germanium Arsenic Selenium Bromine
Krypton Rubidium Strontium Yttrium Zirconium Niobium Molybdenum Technetium Ruthenium Rhodium
Palladium Silver Cadmium Indium Tin Antimony Tellurium Iodine Xenon Caesium Barium Lanthanum
Cerium Praseodymium Neodymium Promethium Samarium Europium Gadolinium Terbium Dysprosium Holmium
Erbium Thulium Ytterbium Lutetium Hafnium Tantalum Tungsten Rhenium Osmium Iridium Platinum Gold
Mercury Thallium Lead Bismuth Polonium Astatine Radon Francium Radium Actinium Thorium
Protactinium Uranium Neptunium Plutonium Americium Curium Berkelium Californium Einsteinium
Fermium Mendelevium Nobelium Lawrencium Rutherfordium Dubnium Seaborgium Bohrium Hassium
Meitnerium Darmstadtium Roentgenium Copernicium Nihonium Flerovium Moscovium Livermorium
Tennessine Oganesson
"""
ELEMENT_NAMES: Mapping[str, str] = dict(zip(ELEMENTS, _NAMES.split(), strict=True))
"""English names by symbol."""

SHOWN_ELEMENTS = ELEMENTS[:103]
"""What a table shows: no element beyond lawrencium forms a crystal that anybody has seen."""

UNAVAILABLE: Mapping[str, str] = {
    symbol: NOT_TRAINED for symbol in SHOWN_ELEMENTS if symbol not in TRAINED_ELEMENTS
}
"""Elements that no model here can write, with the reason."""


@cache
def element_places() -> dict[str, tuple[int, int]]:
    """Row and column of each element, from 1; the f-block stands in rows 8 and 9."""
    places: dict[str, tuple[int, int]] = {}
    for number, symbol in enumerate(ELEMENTS, start=1):
        if 57 <= number <= 71:
            places[symbol] = (8, number - 57 + 3)
        elif 89 <= number <= 103:
            places[symbol] = (9, number - 89 + 3)
        else:
            places[symbol] = _main_place(number)
    return places


def _main_place(number: int) -> tuple[int, int]:
    ends = (2, 10, 18, 36, 54, 86, 118)
    row = next(index for index, last in enumerate(ends) if number <= last)
    first = ends[row - 1] + 1 if row else 1
    left = (1, 2, 2, 2, 2, 2, 2)[row]  # elements of groups 1 and 2
    if number - first < left:
        return row + 1, number - first + 1
    return row + 1, 18 - (ends[row] - number)


def read_symbols(text: str, unavailable: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Element symbols of a text, in its order, each once.

    Args:
        text: Symbols between blanks, commas, semicolons or hyphens: ``Li, Fe-O``.
        unavailable: Elements that cannot be taken, with the reason.

    Raises:
        RequestError: A word is no element symbol, or an element that cannot be taken.
    """
    barred = unavailable or {}
    symbols = []
    for word in symbol_words(text):
        symbol = word[:1].upper() + word[1:].lower()
        if symbol not in ELEMENT_NAMES:
            raise RequestError(
                f"{word[:20]!r} is no element symbol: write symbols with blanks or commas "
                "between, such as Li, Fe, O"
            )
        if symbol in barred:
            raise RequestError(
                f"{ELEMENT_NAMES[symbol]} ({symbol}) cannot be taken: {barred[symbol]}"
            )
        symbols.append(symbol)
    return tuple(dict.fromkeys(symbols))


def in_table_order(symbols: Iterable[str]) -> tuple[str, ...]:
    """Symbols by atomic number, each once."""
    wanted = set(symbols)
    return tuple(symbol for symbol in ELEMENTS if symbol in wanted)
