"""Symmetric text that a person edits: out of a crystal, and back into one."""

from __future__ import annotations

import difflib

from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.errors import CrystalTextError
from crystal_llm.text.alphabet import MASK
from crystal_llm.text.symmetric_text import decode_symmetric, encode_symmetric
from crystal_llm.types import PlainCrystal

MOST_CHARACTERS = 20_000
_TOLD = 3


def text_of_crystal(crystal: PlainCrystal) -> str:
    """The symmetric text of a crystal, rounded as text is.

    Raises:
        SymmetryError: The crystal has no symmetric form.
        CrystalTextError: A number cannot be written.
    """
    return encode_symmetric(symmetric_crystal(crystal))


def crystal_of_edited_text(text: str) -> PlainCrystal:
    """The crystal of symmetric text as a person leaves it, in its primitive cell.

    Blanks around lines are forgiven, nothing else.

    Raises:
        CrystalTextError: The text breaks the format; names the line and the reason.
    """
    if len(text) > MOST_CHARACTERS:
        raise CrystalTextError(f"{len(text):,} characters; at most {MOST_CHARACTERS:,}")
    crystal = decode_symmetric(tidied(text))
    for line, orbit in enumerate(crystal.orbits, 3):
        if orbit.element == MASK:
            raise CrystalTextError(f"{MASK} is no element", line)
    return plain_crystal(crystal)


def tidied(text: str) -> str:
    """A text without blanks around its lines, or empty lines at its end."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def change_text(before: str, after: str) -> str:
    """What an edit of symmetric text changed, in one line: ``Ba 1a → Sr 1a``."""
    old, new = tidied(before).splitlines(), tidied(after).splitlines()
    changes: list[str] = []
    for kind, first, last, start, end in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "replace" and last - first == end - start:
            pairs = zip(old[first:last], new[start:end], strict=True)
            changes += [f"{line} → {other}" for line, other in pairs]
        elif kind != "equal":
            changes += [f"{line} taken out" for line in old[first:last]]
            changes += [f"{line} added" for line in new[start:end]]
    more = f" and {len(changes) - _TOLD} more" if len(changes) > _TOLD else ""
    return f"symmetric text: {', '.join(changes[:_TOLD])}{more}" if changes else "symmetric text"
