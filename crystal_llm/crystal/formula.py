"""Chemical formulas as people write them: subscripts, hydrates, brackets, D2O.

pymatgen reads what is left when the writing is plain. What could mean two things is
refused: a formula that is read otherwise than it was meant gives another compound.
"""

from __future__ import annotations

import re

from crystal_llm.crystal.elements import ELEMENTS, isotope_free
from crystal_llm.errors import FormulaError

SHOWN_CHARACTERS = 60
"""How much of a wrong input a message repeats."""

MAX_CHARACTERS = 200
MAX_AMOUNT = 1e6

_KNOWN = frozenset(ELEMENTS)
_DIGITS = {
    **{0x2080 + digit: str(digit) for digit in range(10)},
    **{0xFF10 + digit: str(digit) for digit in range(10)},
}
_DOTS = dict.fromkeys((0x00B7, 0x2022, 0x2219, 0x22C5, 0x2027, 0x30FB, 0x002A), "·")
_BRACKETS = {ord("["): "(", ord("]"): ")", ord("{"): "(", ord("}"): ")"}
_PLAIN = str.maketrans(_DIGITS | _DOTS | _BRACKETS)
_TERM = re.compile(r"([A-Z][a-z]?)(\d+\.?\d*|\.\d+)?")
_ALONE = re.compile(r"[A-Z][a-z]?\d*", re.ASCII)
_OXIDATION = re.compile(r"(?:[A-Z][a-z]?)(\((?:I{1,3}|IV|VI{0,3}|IX|0)\))(?!\d*[A-Z]?\()")
# Water after a full stop: CaSO4.2H2O, MgCl2.6D2O, LiOH.H2O, CaSO4.0.5H2O.
_WATER = re.compile(r"\.((?:0\.\d+|[1-9]\d*(?:\.\d+)?)?)\(?([HD]2O)\)?$")
_ZERO = re.compile(r"(?:[A-Za-z)]|(?:^|·)(?=[\d.]+[A-Z(]))(?:0+\.?0*|\.0+)(?![\d.])")
# A full stop before a letter can only part two formulas.
_PARTING = re.compile(r"\.(?=[A-Z(])")


def shown(text: str) -> str:
    """A text in quotes as a message repeats it, at most :data:`SHOWN_CHARACTERS` long."""
    whole = repr(text)
    return whole if len(whole) <= SHOWN_CHARACTERS else whole[: SHOWN_CHARACTERS - 4] + "...'"


def formula_amounts(text: str) -> dict[str, float]:
    """Amount of each element in a formula, as given, in the order written.

    Subscripts and other digits, ``·`` and its kin (also a full stop before water), brackets
    of any kind, and D for hydrogen are understood.

    Args:
        text: Such as ``LiFePO₄``, ``CaSO4·2H2O`` or ``K2[PtCl6]``.

    Raises:
        FormulaError: Not a formula, or one that can mean two things.
    """
    formula = re.sub(r"\s*·\s*", "·", text.strip().translate(_PLAIN))
    formula = re.sub(r"(·\d*\.?\d*)\s+(?=[A-Z(])", r"\1", formula)
    if not formula or len(formula) > MAX_CHARACTERS:
        raise _no_formula(text)
    if re.search(r"\s", formula):
        # Na1 Cl1 is a formula; a number that stands alone belongs to nothing, and NaCl KCl are two.
        parts = formula.split()
        if not all(_ALONE.fullmatch(part) for part in parts):
            raise _no_formula(text)
        formula = "".join(parts)
    if _OXIDATION.search(formula):
        number = _OXIDATION.search(formula)
        assert number is not None
        raise FormulaError(
            f"{shown(text)}: {number[1]} is an oxidation number, which a formula here does not "
            "have: leave it out"
        )
    if _ZERO.search(formula):
        raise FormulaError(f"{shown(text)} has an amount of 0: leave out what is not there")
    amounts: dict[str, float] = {}
    for factor, part in _parts(formula, text):
        for element, amount in _amounts(part, text).items():
            amounts[element] = amounts.get(element, 0.0) + factor * amount
    if not all(amount <= MAX_AMOUNT for amount in amounts.values()):
        raise _no_formula(text)
    return amounts


def _parts(formula: str, text: str) -> list[tuple[float, str]]:
    """The formulas that dots part, each with the number before it."""
    *others, last = formula.split("·")
    formula = "·".join([*others, _with_water_parted(last, text)])
    formula = _PARTING.sub("·", formula)
    terms = []
    for place, part in enumerate(formula.split("·")):
        numbered = re.fullmatch(r"(\d+\.?\d*|\.\d+)?(.+)", part.strip())
        if numbered is None or (place == 0 and numbered[1]):
            raise _no_formula(text)
        terms.append((float(numbered[1] or 1), numbered[2]))
        _refuse_oxides(numbered[2], text)
    return terms


def _with_water_parted(part: str, text: str) -> str:
    """CaSO4.2H2O as CaSO4·2H2O; in Li0.5H2O the full stop is of the number."""
    water = _WATER.search(part)
    before = part[: water.start()] if water is not None else ""
    if water is None or not re.search("[A-Za-z]", before) or re.search(r"[A-Za-z]0$", before):
        return part
    if re.search(r"[A-Za-z]1$", before) and water[1]:
        raise FormulaError(
            f"{shown(text)}: the full stop can part two formulas or belong to a number; write · "
            "between formulas"
        )
    return f"{before}·{water[1]}{water[2]}"


def _refuse_oxides(part: str, text: str) -> None:
    """Refuses Al2O3.2SiO2, whose full stop may part two formulas or be of a number."""
    for stop in re.finditer(r"(?<=\d)\.(?=\d+[A-Z])", part):
        before = set(re.findall(r"[A-Z][a-z]?", part[: stop.start()]))
        if before & set(re.findall(r"[A-Z][a-z]?", part[stop.end() :])):
            raise FormulaError(
                f"{shown(text)}: the full stop can part two formulas or belong to a number; "
                "write · between formulas"
            )


def _amounts(part: str, text: str) -> dict[str, float]:
    amounts: dict[str, float] = {}
    if "(" not in part and ")" not in part:
        terms = list(_TERM.finditer(part))
        if "".join(term[0] for term in terms) != part or not part.isascii():
            raise _no_formula(text)
        items = [(term[1], float(term[2] or 1)) for term in terms]
    else:
        items = _nested(part, text)
    for symbol, amount in items:
        element = isotope_free(symbol)
        if element not in _KNOWN:
            raise FormulaError(
                f"{shown(text)} is not a chemical formula ({symbol} is not an element); write one "
                "such as LiFePO4"
            )
        amounts[element] = amounts.get(element, 0.0) + amount
    return amounts


def _nested(part: str, text: str) -> list[tuple[str, float]]:
    from pymatgen.core import Composition

    try:
        composition = Composition(part, strict=True)
    except Exception as error:  # pymatgen raises several kinds for a bad formula
        raise _no_formula(text) from error
    return [(str(element.symbol), float(amount)) for element, amount in composition.items()]


def _no_formula(text: str) -> FormulaError:
    return FormulaError(f"{shown(text)} is not a chemical formula; write one such as LiFePO4")
