r"""How people and programs write a Hermann–Mauguin symbol, brought to one spelling.

``P2₁/c``, ``P 2~1~/c``, ``P2_1/c``, ``P 21/c (No. 14)``, ``Fm\bar{3}m``, ``F 41/d -3 2/m (origin
choice 2)``: the blanks, marks and typesetting differ, the symbol does not.
"""

from __future__ import annotations

import re

_CHARACTERS = str.maketrans("₀₁₂₃₄₅₆₇₈₉\u2212\u2013", "0123456789--")

# P m -3 m (221), or (No. 221), or #221; but P 2(1) is a screw axis.
_NUMBER_BEHIND = r"\s*(?:\(\s*(?:no\.?\s*\d{1,3}|#?\s*\d{2,3})\s*\)|#\s*\d{1,3}|no\.\s*\d{1,3})$"

# 2_{1} of TeX, 2~1~ of the Acta, 2<sub>1</sub> of web pages, 2(1) of SHELX.
_SUBSCRIPTS = (r"_\{(\d)\}", r"~(\d)~", r"<sub>(\d)</sub>", r"\((\d)\)")

# An overbar in TeX, as a combining sign on the digit, or behind it: \bar{3}, 3 and U+0305, 3-.
_OVERBARS = (
    (r"\\(?:bar|overline)\s*(?:\{\s*(\d)\s*\}|(\d))", r"-\1\2"),
    ("(\\d)[\u0304\u0305]", r"-\1"),
    (r"(?<!\d)\u00af(?=\d)", "-"),
    (r"(\d)[-\u00af](?=\s*[A-Za-z]|\s*$)", r"-\1"),
)

_MARKS_IN_WORDS = (
    (r"\W*\b(?:origin(?:\s+choice)?|o)\s*([12])\W*$", r":\1"),
    (r"\W*\bhex(?:agonal)?(?:\s+ax[ei]s)?\W*$", ":H"),
    (r"\W*\brhomb(?:ohedral)?(?:\s+ax[ei]s)?\W*$", ":R"),
)
_MARKS = {"S": "1", "Z": "2", "O1": "1", "O2": "2"}

_AXIS_AND_PLANE = r"(?:2[1]?|3[12]?|4[1-3]?|6[1-5]?)/[a-z]"
_PARTS = re.compile(rf"{_AXIS_AND_PLANE}|-[1346]|\d|[a-z]", re.IGNORECASE)


def plain_symbol(name: str) -> str:
    """A symbol in plain characters, with single blanks and without typesetting."""
    text = name.strip().strip("'\"$").translate(_CHARACTERS)
    text = re.sub(_NUMBER_BEHIND, "", text, flags=re.IGNORECASE)
    for pattern in _SUBSCRIPTS:
        text = re.sub(pattern, r"\1", text, flags=re.IGNORECASE)
    for pattern, plain in _OVERBARS:
        text = re.sub(pattern, plain, text)
    return " ".join(text.replace("_", "").split())


def screw_axes(name: str) -> list[str]:
    """The screw axes that an underscore tells in a name, such as ``42`` in ``P4_2/mnm``.

    Underscores that stand for blanks, as in ``P_4_2_2``, tell none.
    """
    if re.match(r"\s*[A-Z]_", name, re.IGNORECASE):
        return []
    return [axis + screw for axis, screw in re.findall(r"([2346])_\{?([1-5])", name)]


def without_mark(symbol: str) -> tuple[str, str]:
    """A symbol and its mark of origin or axes: ``1``, ``2``, ``H``, ``R`` or none."""
    for words, sign in _MARKS_IN_WORDS:
        symbol = re.sub(words, sign, symbol, flags=re.IGNORECASE)
    plain, colon, mark = symbol.partition(":")
    if colon:
        mark = mark.strip().upper()
        return plain.strip(), _MARKS.get(mark, mark or "?")
    last = symbol[-1].upper() if len(symbol) > 2 else ""  # no plane or axis has these letters
    if last and last in "SZ":
        return symbol[:-1].strip(), _MARKS[last]
    if last and last in "HR" and symbol[0] in "Rr":
        return symbol[:-1].rstrip("Hh").strip(), last
    return symbol, ""


def parts_of(symbol: str) -> list[str]:
    """The lattice and the directions of a full symbol: F41/d-32/m is F, 41/d, -3, 2/m.

    Nothing where the symbol has no part such as ``2/m`` or is no such symbol.
    """
    lattice, rest = symbol[:1], symbol[1:].replace(" ", "")
    parts = _PARTS.findall(rest)
    if "".join(parts) != rest or "/" not in rest:
        return []
    return [lattice, *parts]


def shortened(parts: list[str]) -> str:
    """A full symbol without what its short form leaves out: P 2/m 2/m 2/m is P m m m.

    Args:
        parts: Lattice and directions. A monoclinic symbol has no shorter form: the plane of
            C 21/c alone would be another group, and what comes back is empty.
    """
    lattice, *directions = parts
    if len([part for part in directions if part != "1"]) < 2:
        return ""
    cubic = "-3" in directions[1:2]
    short = []
    for place, part in enumerate(directions):
        axis = re.fullmatch(r"([2346][1-5]?)/([a-z])", part, re.IGNORECASE)
        keep = axis is None or (place == 0 and part[0] in "46" and not cubic)
        short.append(part if keep or axis is None else axis[2])
    return " ".join([lattice, *short])
