"""The data blocks of a CIF that list atoms, told apart without parsing them."""

from __future__ import annotations

import contextlib
import re
from itertools import pairwise

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_version_two import as_version_one

_BLOCK = re.compile(r"data_(\S*)", re.IGNORECASE)
_ATOMS = re.compile(r"^\s*_atom_site[._]fract_x\b", re.IGNORECASE | re.MULTILINE)
MAX_BLOCKS = 200


def crystal_blocks(text: str, most: int | None = MAX_BLOCKS) -> dict[str, str]:
    """The text of each block that lists atoms, by its name, in the order of the file.

    Blocks of one name are numbered. Texts between semicolons or three quotes are passed
    over: they may quote another CIF.

    Args:
        text: The whole file.
        most: How many are given at most; None for all.
    """
    with contextlib.suppress(StructureFileError):  # broken: the reader says how
        text = as_version_one(text)
    begins: list[tuple[int, str]] = []
    within_text, place = False, 0
    for line in text.splitlines(keepends=True):
        if line.startswith(";"):
            within_text = not within_text
        elif not within_text and (heading := _BLOCK.match(line.lstrip("\ufeff \t"))):
            begins.append((place, heading[1]))
        place += len(line)
    blocks: dict[str, str] = {}
    begins.append((len(text), ""))
    for (begin, name), (end, _) in pairwise(begins):
        own = text[begin:end]
        if not _ATOMS.search(own) or len(blocks) == most:
            continue
        called, number = name or "unnamed", 1
        while called in blocks:
            number += 1
            called = f"{name} ({number})"
        blocks[called] = own
    return blocks
