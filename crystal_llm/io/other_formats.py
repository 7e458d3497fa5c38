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
