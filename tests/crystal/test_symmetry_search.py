"""The symmetry of a list of sites, found."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symmetric_cases import random_crystal, structure_of

from crystal_llm.crystal.symmetric import (
    MASKED,
    Orbit,
    SymmetricCrystal,
    plain_crystal,
)
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.wyckoff import (
    centring_multiplicity,
    operations,
)
from crystal_llm.errors import SymmetryError
from crystal_llm.types import PlainCrystal

GROUPS = st.integers(1, 230)
SEEDS = st.integers(0, 2**31)


@given(GROUPS, st.integers(1, 20), SEEDS)
def test_a_crystal_written_out_is_found_again(number, orbits, seed):
    crystal = random_crystal(number, orbits, seed, most_sites=64)
    plain = plain_crystal(crystal)
    again = symmetric_crystal(plain)
    # Chance may give it more symmetry than was asked for, and so a smaller cell, never less.
    assert len(operations(again.spacegroup_number)[0]) * len(plain.species) >= len(
        operations(number)[0]
    ) * len(plain_crystal(again).species) / centring_multiplicity(number)
    if len(plain.species) <= 24:
        from pymatgen.analysis.structure_matcher import StructureMatcher

        matcher = StructureMatcher(scale=False)
        assert matcher.fit(structure_of(crystal), structure_of(again))


def test_masks_are_species_of_their_own():
    """Part of an element's sites masked lowers the group by itself; all of them do not."""
    perovskite = SymmetricCrystal(
        221, (3.9,), (Orbit("Sr", "a", ()), Orbit("Ti", "b", ()), Orbit("O", "c", ()))
    )
    plain = plain_crystal(perovskite)
    species = list(plain.species)
    whole = symmetric_crystal(
        replace(plain, species=tuple(MASKED if symbol == "O" else symbol for symbol in species))
    )
    assert whole.spacegroup_number == 221
    assert [o.element for o in whole.orbits] == ["Sr", "Ti", MASKED]
    species[species.index("O")] = MASKED
    part = symmetric_crystal(replace(plain, species=tuple(species)))
    assert part.spacegroup_number == 123
    assert [o.element for o in part.orbits] == ["Sr", "Ti", "O", MASKED]


FLAWED = {
    "the crystal has no atoms": PlainCrystal((4.0,) * 3, (90.0,) * 3, (), ()),
    "'Xx' is not an element": PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Xx",), ((0.0,) * 3,)),
    "not a finite number": PlainCrystal(
        (4.0,) * 3, (90.0,) * 3, ("Na",), ((0.0, float("nan"), 0.0),)
    ),
    "enclose no volume": PlainCrystal((4.0,) * 3, (10.0, 10.0, 90.0), ("Na",), ((0.0,) * 3,)),
    "no space group is found": PlainCrystal(
        (4.0,) * 3, (90.0,) * 3, ("Na", "Na"), ((0.0,) * 3, (0.0, 0.0, 0.001))
    ),
}


@pytest.mark.parametrize("said", FLAWED)
def test_what_is_no_crystal_has_no_symmetry(said):
    with pytest.raises(SymmetryError, match=said):
        symmetric_crystal(FLAWED[said])


def test_moyopy_says_nothing_of_its_tries():
    """A doubled cell has less symmetry than its crystal, of which moyopy would warn."""
    quiet = (
        "from crystal_llm.crystal.symmetry_search import symmetric_crystal\n"
        "from crystal_llm.types import PlainCrystal\n"
        "import logging\n"
        "sites = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.5))\n"
        "print(symmetric_crystal(PlainCrystal((4, 4, 8), (90,) * 3, ('Po',) * 2, sites)))\n"
    )
    loud = quiet.replace("sites =", "logging.getLogger('moyo').setLevel('WARNING')\nsites =")
    said = []
    for script in (quiet, loud):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        assert "spacegroup_number=221" in done.stdout
        said.append(done.stderr)
    assert said[0] == ""
    assert "Omitted" in said[1]  # so that the silence says something
