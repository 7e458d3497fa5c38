"""Files that are no structure in a format that is read: told by their content, to say so."""

from __future__ import annotations

import re

from crystal_llm.errors import StructureFileError

_BEGINNING = 4000

_NO_STRUCTURE = (
    (r"\s*<(?:!doctype\s+)?html", "a web page (HTML): download the file itself"),
    (r"version https://git-lfs", "a pointer of Git LFS, not the file: fetch it with git lfs pull"),
    (r"\{\\rtf", "a document in Rich Text Format: save it as plain text"),
    (r"\s*(?:<\?xml[^>]*>\s*)?<modeling>", "VASP's vasprun.xml: give the CONTCAR beside it"),
    (r"\s*<\?xml", "XML: give CIF, POSCAR or extended XYZ"),
)
"""How a file begins that is none of those that are read, whatever its name."""

_PROGRAMS = (
    (r"^\s*lattice_vector\s", "geometry.in of FHI-aims"),
    (r"^\s*ATOMIC_POSITIONS\b|^\s*&(?:control|system)\b", "a file of Quantum ESPRESSO"),
    (r"^\s*%BLOCK\s+(?:LATTICE|POSITIONS)", "a .cell file of CASTEP"),
    (r"^\s*(?:PRIMVEC|CONVVEC)\b", "XSF (XCrySDen)"),
    (r"^TITL\b[\s\S]*?^CELL\b|^CELL\b[\s\S]*?^SFAC\b", "a .res or .ins file of SHELX"),
    (r"^CRYST1\s|^(?:ATOM  |HETATM)", "a PDB file"),
    (r"\bxlo\s+xhi\b|^ITEM: TIMESTEP", "a file of LAMMPS"),
    (r"^\s*VASP\b.*\bbuild\b|^\s*vasp\.\d", "VASP's OUTCAR"),
    (r"^\s*&(?:CELL|SUBSYS|FORCE_EVAL)\b", "an input of CP2K"),
    (r"^\s*%block\s+Lattice", "an input of SIESTA"),
)
"""Lines by which another program's file is told where no format that is read is recognised."""


_BINARY = (
    (
        rb"PK\x03\x04[\s\S]{0,200}(?:\[Content_Types\]|mimetypeapplication/vnd)",
        "an office document",
    ),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document"),
    (rb"%PDF-", "a PDF"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8", "a picture"),
    (rb"\x89HDF", "an HDF5 file"),
)
"""How files that are no text begin."""


def binary_kind(content: bytes) -> str | None:
    """What a file that is no text is, by its first bytes; None where that is not told."""
    return next((said for begins, said in _BINARY if re.match(begins, content)), None)


def refuse_no_structure(text: str) -> None:
    """Refuses what is a file of another kind, whatever it is called.

    Raises:
        StructureFileError: Says what it is, and what to give instead.
    """
    for beginning, said in _NO_STRUCTURE:
        if re.match(beginning, text[:_BEGINNING], re.IGNORECASE):
            raise StructureFileError(said)


def program_of(text: str) -> str | None:
    """What file of another program a text of no known format is; None where that is not told."""
    for line, name in _PROGRAMS:
        if re.search(line, text[:_BEGINNING], re.IGNORECASE | re.MULTILINE):
            return name
    return None
