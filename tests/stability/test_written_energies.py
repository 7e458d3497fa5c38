"""Crystals weighed as they stand: by the potential and the hull, or not at all."""

from dataclasses import replace

import pytest
from hull_rows import provenance
from pair_potential import CARD, PairPotential, face_centred

from crystal_llm.crystal.conversion import structure
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference import build_reference
from crystal_llm.stability.written_energies import (
    LOWEST_CREDIBLE_EV_PER_ATOM,
    WrittenEnergies,
    shipped_energies,
    weighing_reference,
)
from crystal_llm.types import PlainCrystal


def pair_energy(crystal):
    return PairPotential().static_energy_ev_per_atom(structure(crystal))


def weighed(crystals, argon_ev_per_atom):
    """Energies above a hull of argon alone."""
    known = build_reference([("a", "Ar", argon_ev_per_atom)], provenance(CARD.method))
    return WrittenEnergies(PairPotential(), known)(crystals)


def test_a_crystal_lies_above_the_hull_by_its_energy_as_it_stands():
    crystals = [face_centred(a=a) for a in (4.2, 4.5, 5.0)]
    energies = [pair_energy(crystal) for crystal in crystals]
    above = [energy - energies[0] for energy in energies]
    assert weighed(crystals, energies[0]) == pytest.approx(above)
    assert above[2] > 0.1


def test_what_has_no_energy_or_no_hull_is_not_weighed():
    unknown, without_hull, right = (face_centred(symbol) for symbol in ("Fe", "Cu", "Ar"))
    assert weighed([unknown, without_hull, right], pair_energy(right)) == [None, None, 0.0]


def test_an_energy_that_no_crystal_can_have_is_none():
    argon = face_centred()
    energy = pair_energy(argon) - LOWEST_CREDIBLE_EV_PER_ATOM
    assert weighed([argon], energy - 0.01) == pytest.approx([LOWEST_CREDIBLE_EV_PER_ATOM + 0.01])
    assert weighed([argon], energy + 0.01) == [None]


def test_atoms_on_top_of_each_other_have_no_energy():
    def pair(z):
        return PlainCrystal((4.2,) * 3, (90.0,) * 3, ("Ar", "Ar"), ((0.0,) * 3, (0.0, 0.0, z)))

    apart, overlapping = weighed([pair(0.5), pair(0.1)], -1.0)
    assert apart is not None and overlapping is None


def test_without_the_shipped_hull_nothing_is_weighed(tmp_path):
    empty = replace(settings(), models=tmp_path)
    assert weighing_reference(empty) is None and shipped_energies(empty) is None


def test_rock_salt_lies_on_chgnets_hull_and_a_swollen_one_above_it():
    def salt(edge):
        sites = ((0.0,) * 3, (0.5,) * 3)
        return PlainCrystal((edge,) * 3, (60.0,) * 3, ("Na", "Cl"), sites)

    as_known, swollen = shipped_energies(settings())([salt(4.02), salt(4.6)])
    assert as_known == pytest.approx(0.0, abs=0.01)
    assert 0.1 < swollen < 1.0
    assert shipped_energies(settings()) is shipped_energies(settings())
