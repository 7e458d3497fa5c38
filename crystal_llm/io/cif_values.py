"""The values of a CIF: its data block, its numbers, and where in the file they stand.

Gemmi reads the syntax. Tags are compared without regard to case, and the dotted names of
CIF's later dictionaries (``_cell.length_a``) mean what the older ones do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import SeveralCrystalsError, StructureFileError
from crystal_llm.io.cif_version_two import as_version_one
from crystal_llm.io.plain_characters import PLAIN_CHARACTERS

if TYPE_CHECKING:
    import gemmi
    from gemmi import cif

UNKNOWN_VALUES = ("?", ".")
"""How a CIF says that a value is not known, or does not apply."""

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(?:\(\d*\)?)?", re.ASCII)
_CATEGORIES = frozenset(
    {
        *("_atom_site", "_cell", "_chemical", "_chemical_formula", "_exptl_crystal"),
        *("_space_group", "_space_group_symop", "_symmetry", "_symmetry_equiv"),
        *("_symmetry_equiv_pos", "_atom_site_moment", "_space_group_magn"),
        *("_space_group_symop_magn_operation", "_space_group_symop_magn_centering"),
    }
)
"""Behind these a later dictionary writes a point."""

_ATOMS = "_atom_site_fract_x"


@dataclass(frozen=True)
class CifBlock:
    """The data block that holds the crystal.

    Attributes:
        fields: Values by tag, in lower case, with underscores for points. What is unknown is
            ``?`` or ``.``.
        text: The whole file, for line numbers.
    """

    fields: dict[str, list[str]]
    text: str

    def line_of(self, *words: str) -> int | None:
        """The first line on which all words stand, in this order; None where there is none."""
        parts = r"(?!\S)[^\n]{0,200}?(?<!\S)".join(re.escape(word) for word in words)
        text = self.text.translate(PLAIN_CHARACTERS)
        match = re.search(rf"(?<!\S)['\"]?{parts}['\"]?(?!\S)", text, re.IGNORECASE)
        return None if match is None else text.count("\n", 0, match.start()) + 1

    def first(self, tag: str) -> str | None:
        """A tag's value; None where it is missing or unknown."""
        value = next(iter(self.fields.get(tag, ())), None)
        return None if value is None or value.strip() in ("", *UNKNOWN_VALUES) else value

    def number(self, tag: str) -> float | None:
        """A tag's number; None where it is missing, unknown or no number."""
        value = self.first(tag)
        return None if value is None else number(value)


def number(text: str) -> float | None:
    """The number that a CIF writes, its uncertainty dropped; None where it is no number."""
    match = _NUMBER.fullmatch(text.strip().translate(PLAIN_CHARACTERS))
    return None if match is None else float(match[1])


def read_block(text: str) -> CifBlock:
    """The one data block of a file that lists atoms.

    Raises:
        SeveralCrystalsError: More than one block lists atoms.
        StructureFileError: The syntax is broken, or no block lists atoms.
    """
    from gemmi import cif

    try:
        plain = as_version_one(text.translate(PLAIN_CHARACTERS))
        document = cif.read_string(plain, check_level=0)
    except (ValueError, RuntimeError) as error:
        raise _syntax_error(str(error), text) from error
    blocks = [fields for fields in map(_fields, document) if _ATOMS in fields]
    if not blocks:
        if any("_atom_site_cartn_x" in _fields(block) for block in document):
            raise StructureFileError(
                "the atoms have Cartesian coordinates only: give fractional ones "
                "(_atom_site_fract_x, _y, _z)"
            )
        raise _no_atoms()
    if len(blocks) > 1:
        raise SeveralCrystalsError(f"holds {len(blocks)} crystals: give a file with one of them")
    if not _states_symmetry(blocks[0]):
        _refuse_symmetry_elsewhere(document)
    return CifBlock(blocks[0], text)


def _states_symmetry(fields: Mapping[str, Sequence[str]]) -> bool:
    return any(tag.startswith(("_symmetry_", "_space_group_")) for tag in fields)


def _refuse_symmetry_elsewhere(document: cif.Document) -> None:
    """Refuses a file whose symmetry stands in another block than its atoms: they may belong."""
    for block in document:
        if _states_symmetry(_fields(block)):
            raise StructureFileError(
                f"the atoms' data block states no symmetry, and data_{block.name[:40]} does: put "
                "both into one block"
            )


def _fields(block: gemmi.cif.Block) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    items: Any = block
    for item in items:
        if item.pair is not None:
            tag, value = str(item.pair[0]), str(item.pair[1])
            if not value:
                raise StructureFileError(f"{tag[:60]} has no value: write ?", item.line_number)
            _add(fields, tag, [_plain_value(value)])
        elif item.loop is not None:
            tags, values = item.loop.tags, item.loop.values
            for place, tag in enumerate(tags):
                column = [_plain_value(value) for value in values[place :: len(tags)]]
                _add(fields, tag, column)
    return fields


def _add(fields: dict[str, list[str]], tag: str, values: list[str]) -> None:
    """Adds a tag's values; the same tag twice (in any case) must say the same."""
    plain = _plain_tag(tag)
    if fields.setdefault(plain, values) != values:
        raise StructureFileError(f"{tag[:60]} is given twice with different values: remove one")


def _plain_tag(tag: str) -> str:
    category, point, name = tag.lower().partition(".")
    return f"{category}_{name}" if point and category in _CATEGORIES else tag.lower()


def _plain_value(value: str) -> str:
    from gemmi import cif

    return value if cif.is_null(value) else str(cif.as_string(value))


def _syntax_error(message: str, text: str) -> StructureFileError:
    """What gemmi says of broken syntax, with its line."""
    match = re.match(r"\s*string:(\d+)(?::\d+)?(?:\(\d+\))?(?: in data_[^:]*)?:?\s*(.*)", message)
    line = int(match[1]) if match else None
    said = " ".join((match[2] if match else message).split())
    if "expected block header" in said:
        begun = re.search(r"^[^\S\n]*(data_\S*)", text, re.IGNORECASE | re.MULTILINE)
        if begun is not None:
            return StructureFileError(f"text stands before {begun[1][:40]}: remove it", line)
        if re.search(rf"^[^\S\n]*{_ATOMS}\b", text, re.IGNORECASE | re.MULTILINE):
            return StructureFileError(
                "a CIF begins with a data block: write a line such as data_crystal first", line
            )
        return _no_atoms()  # prose
    loop = re.match(r"Wrong number of values in loop (\S+)", said)
    if loop and line is not None:
        return _incomplete_loop(line, text)
    lines = text.splitlines()
    written = lines[line - 1].split() if line and line <= len(lines) else []
    if "unterminated text field" in said:
        opened = [place for place, words in enumerate(lines, start=1) if words[:1] == ";"]
        return StructureFileError(
            "the text that begins here has no end: close it by a line with a semicolon alone",
            opened[-1] if opened else line,
        )
    if said == "parse error" and len(written) > 2 and written[0].startswith("_"):
        return StructureFileError(
            f"{written[0][:60]} has more than one word: put its value in quotes", line
        )
    if said == "parse error" and len(written) > 1 and written[0].lower().startswith("data_"):
        return StructureFileError(
            f"the name of a data block has no blanks: write {'_'.join(written)[:60]}", line
        )
    above = lines[line - 2].split() if line and 1 < line <= len(lines) else []
    if said == "parse error" and len(above) == 1 and above[0].startswith("_"):
        return StructureFileError(
            f"{above[0][:60]} has more than one value: write loop_ above the names of columns", line
        )
    return StructureFileError(f"not readable as CIF ({said[:120]})", line)


def _no_atoms() -> StructureFileError:
    return StructureFileError(
        "no CIF data block lists atoms with fractional coordinates (_atom_site_fract_x, _y, _z)"
    )


def _incomplete_loop(start: int, text: str) -> StructureFileError:
    """Finds the row of a loop that lacks a value or has one too many, where a line is a row."""
    lines = text.splitlines()
    place = start - 1
    tags = 0
    for place in range(start - 1, len(lines)):
        words = lines[place].split()
        if words and not words[0].lower().startswith(("loop_", "_", "#")):
            break
        tags += sum(word.startswith("_") for word in words)
    name = next((line.strip() for line in lines[start - 1 :] if line.strip()[:1] == "_"), "loop_")
    valued = next(
        (line.split() for line in lines[start:place] if re.match(r"\s*_\S+\s+[^\s#]", line)), None
    )
    if valued is not None:
        return StructureFileError(
            f"the loop of {name.split()[0]} has no values before {valued[0][:60]}: remove it, or "
            "give them",
            start,
        )
    for number_, line in enumerate(lines[place:], start=place + 1):
        words = re.findall(r"'[^']*'|\"[^\"]*\"|\S+", line.partition(" #")[0])
        if not words or words[0].lower().startswith(("loop_", "_", "#", "data_", ";")):
            break
        strange = next((word for word in words if not word.isascii()), None)
        if strange is not None and not strange.startswith(("'", '"')):
            return StructureFileError(
                f"{strange[:20]!r} is no number or name that a CIF can hold: write it in plain "
                "characters, or in quotes",
                number_,
            )
        if len(words) != tags:
            return StructureFileError(
                f"has {len(words)} values where the loop of {name.split()[0]} has {tags} columns: "
                "add the missing value, or ? for it",
                number_,
            )
    return StructureFileError(
        f"the loop of {name.split()[0]} has a number of values that its {tags} columns do not "
        "divide: a value is missing",
        start,
    )
