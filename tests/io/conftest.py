from collections.abc import Iterator

import pytest
from cif_texts import cif_text
from pymatgen.core import Lattice, Structure

from crystal_llm.io.structure_file import ParsingProcess

# One site in a general position of Fm-3m makes 192; so many take seconds to expand.
GENERAL_SITES = 26


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
    return cif_text(
        "\n".join(
            f"Na{i} Na 0.{i + 11:02d}3 0.{i * 3 + 11:02d}7 0.{89 - i * 2:02d}1 1.0"
            for i in range(GENERAL_SITES)
        ),
        length="40.0",
        group="Fm-3m",
    )
