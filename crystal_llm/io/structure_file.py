"""The bytes of a structure file: which format they are of, and the text in them.

Nothing is parsed here; see :mod:`crystal_llm.io.limited_parsing`. Every failure is one
:class:`StructureFileError`.
"""

from __future__ import annotations

import base64
import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from crystal_llm.errors import StructureFileError
from crystal_llm.io.other_formats import binary_kind, program_of, refuse_no_structure
from crystal_llm.io.recognition import ENDINGS, format_of_text, trimmed, unfenced

MAX_STRUCTURE_BYTES = 1_000_000

UNKNOWN_NAME = (
    "neither its name nor its content tells a known format; name it *.cif, *.vasp, POSCAR*, "
    "*.xyz, *.json or *.db"
)
_ENDINGS = (
    ((".cif", ".mcif"), "cif"),
    ((".vasp", ".poscar"), "poscar"),
    ((".xyz", ".extxyz"), "xyz"),
    ((".json",), "json"),
    ((".db",), "ase"),
)
_JSON_OF_SEVERAL = re.compile(r"\A\s*\[|\"(?:nextid|data)\"\s*:")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x03\x04", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class StructureText:
    """The text of a structure file and its format.

    Attributes:
        text: The whole file; an ASE database in base64.
        format: One of :data:`crystal_llm.io.structure_parsing.STRUCTURE_FORMATS`.
    """

    text: str
    format: str


def read_source(path: Path) -> StructureText:
    """The text of a file and its format, unparsed; see :func:`source_of`.

    Raises:
        StructureFileError: No such file, no known format, or bytes that are not plain
            text. The message leaves the path to the caller.
    """
    try:
        if path.is_dir():
            raise StructureFileError("is a folder; name one of its files")
        if not path.is_file():
            raise StructureFileError("no such file")
        with path.open("rb") as file:
            content = file.read(MAX_STRUCTURE_BYTES + 1)
    except OSError as error:
        raise StructureFileError(f"cannot be read ({error.strerror})") from error
    return source_of(path.name, content)


def holds_several(source: StructureText) -> bool:
    """Whether a file may hold more than one crystal, told without parsing it."""
    from crystal_llm.io.cif_blocks import crystal_blocks
    from crystal_llm.io.extended_xyz import xyz_frames

    if source.format == "cif":
        return len(crystal_blocks(source.text, most=2)) > 1
    if source.format == "xyz":
        return len(xyz_frames(source.text)) > 1
    if source.format == "json":
        return _JSON_OF_SEVERAL.search(source.text) is not None
    return source.format == "ase"


def source_of(name: str, content: bytes) -> StructureText:
    """A file's text and its format, unparsed.

    Args:
        name: The file's name, which tells the format; where it tells none, the content does.
        content: The file's bytes.

    Raises:
        StructureFileError: No known format, or bytes that cannot be of it.
    """
    format = file_format_of(name)
    if format == "ase":
        check_size(len(content))
        return StructureText(base64.b64encode(content).decode("ascii"), format)
    text = unfenced(decode_content(content))
    refuse_no_structure(text)
    if format is None:
        seen = format_of_text(text)
        if seen is None:
            program = program_of(text)
            if program is not None:
                raise StructureFileError(
                    f"{program}, which is not read: write it as CIF, POSCAR or extended XYZ "
                    "(ASE or VESTA does)"
                )
            raise StructureFileError(UNKNOWN_NAME)
        ending = ENDINGS[seen]
        return StructureText(trimmed(text, seen), next(f for e, f in _ENDINGS if ending in e))
    return StructureText(text, format)


def file_format_of(name: str) -> str | None:
    """The format that a file name tells; None for files that hold no structure."""
    lowered = name.lower()
    if lowered.startswith("."):
        return None
    # A compressed file is recognised as one, so that it is refused by name, not ignored.
    for packed in (".gz", ".bz2", ".xz", ".zst"):
        lowered = lowered.removesuffix(packed)
    for endings, format in _ENDINGS:
        if lowered.endswith(endings):
            return format
    return "poscar" if lowered.startswith(("poscar", "contcar")) else None


def decode_content(content: bytes) -> str:
    """The text in a file's bytes.

    Text that is not UTF-8 is of an older Windows or Unix; names of authors and comments
    are the only place where that shows.

    Raises:
        StructureFileError: Too large, compressed or binary.
    """
    check_size(len(content))
    if (kind := binary_kind(content)) is not None:
        raise StructureFileError(f"{kind}: give CIF, POSCAR, extended XYZ or JSON")
    if content.startswith(_COMPRESSED):
        raise StructureFileError("the file is compressed: unpack it first")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # "Unicode" of Windows
        text = content.decode("utf-16", errors="replace")
        if "\x00" in text or "\ufffd" in text:
            raise StructureFileError("neither UTF-8 nor UTF-16 text: save it as UTF-8")
        return text
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise StructureFileError("the file is binary, not text", line)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def check_size(size: int) -> None:
    """Refuses what is too large to be a crystal.

    Raises:
        StructureFileError: More than :data:`MAX_STRUCTURE_BYTES`.
    """
    if size > MAX_STRUCTURE_BYTES:
        raise StructureFileError(
            f"larger than {MAX_STRUCTURE_BYTES // 1_000_000} MB: give a smaller cell"
        )
