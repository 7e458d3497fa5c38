"""Inputs modelled on public bug reports, and reading them."""

from collections import Counter
from pathlib import Path

from crystal_llm.io.structure_file import source_of
from crystal_llm.io.structure_parsing import read_structure

CASES = Path(__file__).with_name("cases")


def read_case(name):
    """The reading of one input, as every door reads it."""
    source = source_of(name, (CASES / name).read_bytes())
    return read_structure(source.text, source.format)


def read_text(text, format="cif"):
    """The reading of a text."""
    return read_structure(text, format)


def atoms(reading):
    """Atoms of a cell by element, such as ``Na4 Cl4`` in the order of the file."""
    return " ".join(f"{element}{n}" for element, n in Counter(reading.crystal.species).items())
