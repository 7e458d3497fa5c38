"""What format a text is in, told by its content where no name tells it."""

from __future__ import annotations

import re

from crystal_llm.errors import CrystalTextError
from crystal_llm.text.codec import decode_plain
from crystal_llm.types import PlainCrystal

ENDINGS = {
    "CIF": ".cif",
    "POSCAR": ".vasp",
    "extended XYZ": ".xyz",
    "JSON": ".json",
}
"""Formats that are read, as a reader calls them, with the ending that stands for each."""

# Blanks without the end of the line: with it, blank lines cost the square of their number.
_CIF = re.compile(
    r"^[^\S\n]*(data_|loop_[^\S\n]*$|_cell_|_atom_site|_symmetry|_space_group)",
    re.MULTILINE | re.IGNORECASE,
)
# Three graves open and close a part; no line within begins with one.
_FENCED = re.compile(
    r"^[ \t]*```[^\n`]*\n((?:(?![ \t]*```)[^\n]*\n)*)[ \t]*```[ \t\r]*$", re.MULTILINE
)
_JSON = re.compile(r'\s*(?:\[\s*)?\{\s*["}]')
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?"
_SCALE = re.compile(rf"\s*{_NUMBER}(?:\s+{_NUMBER}\s+{_NUMBER})?\s*(?:[!#].*)?")
_THREE_NUMBERS = re.compile(rf"\s*{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}(?:\s.*)?")
_ATOM = re.compile(rf"\s*[A-Z][a-z]?\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}(?:\s.*)?")


def format_of_text(text: str) -> str | None:
    """The format that a text looks like: a key of :data:`ENDINGS`, or None."""
    text = unfenced(text.removeprefix("\ufeff"))
    if _JSON.match(text):
        return "JSON"
    if _looks_like_xyz(text.lstrip().splitlines()[:4]):
        return "extended XYZ"
    # The first line of a POSCAR is a comment: it may be blank, or look like anything.
    if _looks_like_poscar(text) or _looks_like_poscar(text.strip("\n")):
        return "POSCAR"
    return "CIF" if _CIF.search(text) else None


def trimmed(text: str, format: str) -> str:
    """A text without the blank lines around it that its format would stumble over.

    Args:
        text: What was pasted.
        format: A key of :data:`ENDINGS`.
    """
    text = unfenced(text.removeprefix("\ufeff"))
    if format == "POSCAR" and _looks_like_poscar(text):
        return text  # its comment may be the blank line
    return text.lstrip() if format == "extended XYZ" else text.lstrip("\r\n")


def unfenced(text: str) -> str:
    """What stands between fences of Markdown, as a chat gives a file; any other text as it is.

    Of several fenced parts none is taken for the file.
    """
    fenced: list[str] = _FENCED.findall(text)
    return fenced[0] if len(fenced) == 1 else text


def _looks_like_poscar(text: str) -> bool:
    lines = text.splitlines()[:7]
    return (
        len(lines) > 6
        and bool(_SCALE.fullmatch(lines[1]))
        and all(_THREE_NUMBERS.fullmatch(line) for line in lines[2:5])
    )


def _looks_like_xyz(lines: list[str]) -> bool:
    if len(lines) < 3 or not lines[0].strip().isdecimal():
        return False
    return "lattice=" in lines[1].lower().replace(" ", "") or bool(_ATOM.fullmatch(lines[2]))


def crystal_of_text(text: str) -> PlainCrystal | None:
    """The crystal that a text says as models write it; None where it is no such text."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    try:
        return decode_plain("\n".join(lines))
    except CrystalTextError:
        return None
