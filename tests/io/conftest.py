from collections.abc import Iterator

import pytest
from cif_texts import cif_text
from pymatgen.core import Lattice, Structure

from crystal_llm.io.limited_parsing import ParsingProcess

# The reader looks through so many words for the line of a bad value.
SLOW_WORDS = 1_500_000


@pytest.fixture(scope="session")
def parsing_process() -> Iterator[ParsingProcess]:
    with ParsingProcess() as process:
        yield process


@pytest.fixture(scope="session")
def rock_salt() -> Structure:
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], sites)


@pytest.fixture(scope="session")
def slow_cif() -> str:
    words = "_publ_section_comment\n;\n" + "a " * SLOW_WORDS + "\n;\n"
    return cif_text("a Na bad 0 0 1", extra=words)
