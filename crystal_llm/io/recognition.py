"""What format a pasted text is in, told by its looks."""

from __future__ import annotations

import re

from crystal_llm.errors import CrystalTextError
from crystal_llm.text.codec import decode_plain
from crystal_llm.types import PlainCrystal

ENDINGS = {
    "CIF": ".cif",
    "POSCAR": ".vasp",
    "extended XYZ": ".xyz",
    "JSON (pymatgen)": ".json",
}
"""Formats that are read, as a reader calls them, with the ending that stands for each."""

# Blanks without the end of the line: with it, blank lines cost the square of their number.
_CIF = re.compile(
    r"^[^\S\n]*(data_|loop_[^\S\n]*$|_cell_|_atom_site|_symmetry|_space_group)",
    re.MULTILINE | re.IGNORECASE,
)
_THREE_NUMBERS = re.compile(r"(\s*[-+]?[\d.]+(?:[eE][-+]?\d+)?){3}\s*")


def format_of_text(text: str) -> str | None:
    """The format that a text looks like: a key of :data:`ENDINGS`, or None."""
    if text.lstrip().startswith("{"):
        return "JSON (pymatgen)"
    if _CIF.search(text):
        return "CIF"
    lines = text.strip("\n").splitlines()
    if len(lines) > 1 and lines[0].strip().isdecimal():
        return "extended XYZ"
    if len(lines) > 6 and all(_THREE_NUMBERS.match(line) for line in lines[2:5]):
        return "POSCAR"
    return None


def crystal_of_text(text: str) -> PlainCrystal | None:
    """The crystal that a text says as models write it; None where it is no such text."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    try:
        return decode_plain("\n".join(lines))
    except CrystalTextError:
        return None
