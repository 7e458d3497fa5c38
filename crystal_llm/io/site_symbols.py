"""Which element a site of a structure file holds, by its type symbol or its label.

Programs write charges, numbers and suffixes after the element; people write vacancies,
groups of atoms, mixed sites and placeholders in its place. Whatever is not one element is
refused by name: read as the element that it begins with, it would be another crystal.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from crystal_llm.crystal.elements import ELEMENTS, ISOTOPES, isotope_free
from crystal_llm.errors import StructureFileError

_KNOWN = frozenset(ELEMENTS)
_NAMED = {
    **dict.fromkeys(("va", "vac", "vc", "vacancy", "vak", "box"), "a vacancy"),
    **dict.fromkeys(("wat", "water", "h2o", "d2o", "ow2", "hoh"), "a water molecule"),
    **dict.fromkeys(("m", "x", "ln", "hal", "tet", "oct", "q", "a"), "a placeholder"),
}
_LEADING = re.compile(r"([A-Za-z]+)(.*)", re.DOTALL)
# A number of the atom or of its charge, a sign, a suffix set apart: Fe3+, O-2, Na1, Cu0+, H_a.
_TYPE_REST = re.compile(r"(?:\d*|\d*\.?\d*[+-]{1,3}\d*\.?\d*)(_\w*)?['*]*")
_CLASSES = {
    "RE": ("rhenium or any rare earth", "La"),
    "TM": ("thulium or any transition metal", "Fe"),
    "AM": ("americium or any alkali metal", "Na"),
}
_CLASS = re.compile(r"(RE|TM|AM)\d*")
"""Classes of elements in capitals, with one of them each."""

_CHARGED = re.compile(r"\d*\.?\d*[+-]+\d*\.?\d*")
# Letters of groups that people write as one site: NH4, OH, CN, BH4, CO3, NO3, HF.
_GROUP_LETTERS = frozenset("HBCNOFSP")
_BONDED_LETTERS = _GROUP_LETTERS | {"D"}
"""Nonmetals, whose labels often add the atom that they are bonded to: HO1 is H on O."""

# What follows the first element of a mixed site's label: Si/Al1, Fe+Ni, Na_Ca, Al1Si1, O-H, Al(Si).
_SECOND = re.compile(
    r"[/,;:&|\s]\s*([A-Z][a-z]?)"
    r"|[.+-]([A-Z][a-z]?)(?![A-Za-z])"
    r"|_([A-Z][a-z])(?![A-Za-z])"
    r"|\d([A-Z][a-z])(?![A-Za-z])"
    r"|\d([A-Z])(?=\d)"
    r"|\(([A-Z][a-z])\d*\)"
)
_SUFFIXES = frozenset("ABCDWT")
"""Letters that number sites as 1A or C1B2, and water: O1W1."""

_SITE_NAMED = re.compile(r"([A-Z][a-z]?)([A-Za-z]{1,2}\d{0,2}[A-Za-z]?)")
"""An element and the name of its site, as minerals have them."""

_DEUTERATED = re.compile(r"[NC]D(?:[2-4]|4\+)")
"""Ammonium and methyl with deuterium; cadmium and neodymium in capitals otherwise."""

_GROUPS_AS_LABELS = re.compile(r"(H2O|D2O|H3O|N2H|C2H|O2H)\w*", re.IGNORECASE)


def element_of_type(symbol: str, stated: Collection[str] = ()) -> str:
    """The element that a type symbol names.

    After digits, charge and suffix it must be exactly an element, in any case of letters.

    Args:
        symbol: The type symbol, such as ``Fe3+``.
        stated: Elements that the file's formula names; they decide between two readings.

    Raises:
        StructureFileError: It names no element, or could name two.
    """
    text = symbol.strip()
    parts = _LEADING.fullmatch(text)
    _refuse_class("type symbol", text, stated)
    if parts is None or text.lower() in _NAMED or not _TYPE_REST.fullmatch(parts[2]):
        raise _no_element("type symbol", text)
    if _second_element(parts[2]) is not None:
        raise _no_element("type symbol", text)
    letters, rest = parts[1], parts[2]
    if letters.upper() in ISOTOPES and len(letters) == 1:
        # A tetrahedral site is T1; tritium stands alone or with its charge.
        if letters.upper() == "T" and rest and not _CHARGED.fullmatch(rest):
            raise _no_element("type symbol", text)
        return "H"
    element = letters.capitalize()
    if element not in _KNOWN:
        raise _no_element("type symbol", text)
    if len(letters) == 2 and letters.isupper():
        _refuse_group(text, letters, stated)
    return element


def _refuse_group(text: str, letters: str, stated: Collection[str]) -> None:
    """Refuses two capitals that may be two elements: NH4 is no nihonium."""
    first, second = letters[0], "H" if _DEUTERATED.fullmatch(text) else letters[1]
    if first not in _KNOWN or second not in _KNOWN:
        return
    element = letters.capitalize()
    if stated and (element in stated) != (first in stated and second in stated):
        if element in stated:
            return
        raise _no_element("type symbol", text)
    grouped = {first, second} <= _GROUP_LETTERS and {"H", "O"} & {first, second}
    if grouped or letters == "CN":
        raise StructureFileError(
            f"type symbol {text!r} can be {element} or a group of {first} and {second}: write "
            f"{element}, or list every atom of the group"
        )


def element_of_label(label: str, stated: Collection[str] = ()) -> str:
    """The element that an atom's label names where the file gives no type symbol.

    Args:
        label: The label, such as ``Na1`` or ``OW1``.
        stated: Elements that the file's formula names; they decide between two readings.

    Raises:
        StructureFileError: It names no element, or could name two.
    """
    try:
        return _element_of_label(label.strip(), stated)
    except StructureFileError:
        element = _with_name_of_site(label.strip(), stated)
        if element is None:
            raise
        return element


def _with_name_of_site(text: str, stated: Collection[str]) -> str | None:
    """The element before the name of its site (MgM1, SiT2, OC1, AlVI), by the file's formula.

    None where the formula has not that element, or has another that the letters name too.
    """
    parts = _SITE_NAMED.fullmatch(text)
    if parts is None or text.rstrip("0123456789").lower() in _NAMED:
        return None
    first, rest = parts[1], parts[2]
    if first not in stated:
        if len(first) == 1 or first[0] not in stated:
            return None
        first, rest = first[0], first[1] + rest
    others = re.findall("[A-Z][a-z]?", rest)
    named = {isotope_free(name) for other in others for name in (other, other[0]) if name != "T"}
    return None if named & set(stated) else first


def _element_of_label(text: str, stated: Collection[str]) -> str:
    parts = _LEADING.fullmatch(text)
    _refuse_class("label", text, stated)
    if parts is None or _GROUPS_AS_LABELS.fullmatch(text):
        raise _no_element("label", text)
    letters, rest = parts[1], parts[2]
    if letters.lower() in _NAMED and letters.capitalize() not in _KNOWN:
        raise _no_element("label", text)
    if letters.upper() in ("OW", "HW", "DW"):  # water, in minerals
        return isotope_free(letters[0].upper())
    if letters.upper() == "T":
        raise _no_element("label", text)
    element = isotope_free(letters.capitalize())
    if element not in _KNOWN:
        raise _no_element("label", text)
    if len(letters) == 2 and letters.isupper() and set(letters) <= _BONDED_LETTERS:
        return _of_two_readings(text, element, isotope_free(letters[0]), stated)
    if re.match(r"\d*\.\d", rest) or re.match(r"\d*[A-Z][a-z]?\d*\.", rest):
        raise _no_element("label", text)
    # H(Na1) is bonded to it.
    second = _second_element(re.sub(r"\(.*\)", "", rest) if element == "H" else rest)
    if second is not None and (not stated or second in stated):
        raise _no_element("label", text)
    return element


def _second_element(rest: str) -> str | None:
    """Another element behind the first, as mixed sites have it; None where there is none."""
    for match in _SECOND.finditer(rest):
        symbol = next(part for part in match.groups() if part)
        if match[5] and symbol in _SUFFIXES:
            continue
        if isotope_free(symbol) in _KNOWN:
            return isotope_free(symbol)
    return None


def _of_two_readings(text: str, element: str, first: str, stated: Collection[str]) -> str:
    if stated and (element in stated) != (first in stated):
        return element if element in stated else first
    raise StructureFileError(
        f"label {text!r} can be {element}, or {first} of a group {text[:2]}: add the column "
        "_atom_site_type_symbol"
    )


def _refuse_class(kind: str, text: str, stated: Collection[str]) -> None:
    match = _CLASS.fullmatch(text)
    if match is None or (element := match[1].capitalize()) in stated:
        return
    meanings, other = _CLASSES[match[1]]
    raise StructureFileError(
        f"{kind} {text!r} can be {meanings}: write the element, such as {element} or {other}"
    )


def _no_element(kind: str, text: str) -> StructureFileError:
    shown = text if len(text) <= 40 else text[:37] + "..."
    lowered = text.lower().rstrip("0123456789")
    means = _NAMED.get(text.lower()) or _NAMED.get(lowered)
    if means == "a vacancy":
        return StructureFileError(f"{kind} {shown!r} is a vacancy: leave empty sites out")
    if means == "a placeholder":
        return StructureFileError(f"{kind} {shown!r} stands for no one element: write the element")
    shared = re.fullmatch(r"([A-Za-z]{1,2})\d*\.\d+", text)
    if shared is not None and shared[1].capitalize() in _KNOWN:
        return StructureFileError(
            f"{kind} {shown!r} is a share of a site, which is disordered: order the structure first"
        )
    parts = [part for part in re.findall(r"[A-Z][a-z]?", text) if isotope_free(part) in _KNOWN]
    if re.search(r"\d\.\d|[,;/+]", text) and len(parts) > 1:
        return StructureFileError(
            f"{kind} {shown!r} is a mixed site, which is disordered: order the structure first"
        )
    if len(parts) > 1 or means == "a water molecule":
        return StructureFileError(
            f"{kind} {shown!r} is not an element but a group of atoms or a mixed site: list every "
            "atom of a group with its element, and order what is disordered"
        )
    return StructureFileError(f"{kind} {shown!r} is not an element: write its symbol")
