from dataclasses import replace

import pytest
from hull_rows import CHGNET, provenance

from crystal_llm.dataset.known_structures import KnownStructures
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.stability.hull import PhaseEnergy, hull_position
from crystal_llm.stability.references.reference import RelaxedPhase, build_reference
from crystal_llm.stability.same_phase import (
    RELAXATION_NOISE_EV_PER_ATOM,
    RelaxedCrystal,
    place_relaxed,
)
from crystal_llm.types import PlainCrystal

KNOWN = -3.668
"""Energy of the known NaCl, relaxed, in eV/atom."""


def salt(a, second=(0.5, 0.5, 0.5), angle=60.0):
    """Rock salt in its primitive cell, or CsCl in a cubic one."""
    edge = a / 2**0.5 if angle == 60.0 else a
    return PlainCrystal((edge,) * 3, (angle,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), second))


ROCK_SALT, CAESIUM_CHLORIDE = salt(5.69), salt(3.45, angle=90.0)


@pytest.fixture
def structures(tmp_path):
    rows = [CrystalRow("b1", "NaCl", salt(5.64), None, None, 0.0, None, "train")]
    write_table(rows, tmp_path / "known.parquet")
    return KnownStructures(tmp_path / "known.parquet")


@pytest.fixture
def reference():
    rows = [("Na", "Na", -1.3), ("Cl", "Cl", -1.8), ("b1", "NaCl", -3.666)]
    given = build_reference(rows, provenance())
    return given.with_relaxed({given.place_of({"Na": 1, "Cl": 1}): RelaxedPhase("b1", KNOWN)})


def placed(crystal, energy, reference, structures, method=CHGNET, **options):
    phase = RelaxedCrystal(crystal, PhaseEnergy("NaCl", energy))
    return place_relaxed(phase, method, reference, structures, **options)


@pytest.mark.parametrize("apart", [0.0, 2e-4, -2e-4, RELAXATION_NOISE_EV_PER_ATOM - 1e-9])
def test_a_known_ground_state_relaxed_once_more_lies_on_the_hull(reference, structures, apart):
    result = placed(ROCK_SALT, KNOWN + apart, reference, structures)
    assert result.energy_above_hull_ev_per_atom == 0.0
    assert hull_position(result.energy_above_hull_ev_per_atom) == "on the hull"
    assert (result.known_phase, result.energy_ev_per_atom) == ("b1", min(KNOWN, KNOWN + apart))
    assert result.as_dict()["known_phase"] == "b1"


def test_another_structure_as_low_keeps_its_own_energy(reference, structures):
    result = placed(CAESIUM_CHLORIDE, KNOWN + 2e-4, reference, structures)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(2e-4)
    assert result.known_phase is None


def test_a_crystal_that_falls_below_the_known_phase_that_it_is_lowers_it(reference, structures):
    # SmSnRh2 and ErPaRu2 stay on a saddle of CHGNet; displaced, they fall by 46 and 64 meV/atom.
    for apart in (0.0021, 0.05):
        result = placed(ROCK_SALT, KNOWN - apart, reference, structures)
        assert hull_position(result.energy_above_hull_ev_per_atom) == "on the hull"
        assert (result.known_phase, result.energy_ev_per_atom) == ("b1", KNOWN - apart)
        (part,) = result.decomposition
        assert (part.material_id, part.energy_ev_per_atom) == ("b1", KNOWN - apart)
        novel = placed(CAESIUM_CHLORIDE, KNOWN - apart, reference, structures)
        assert novel.energy_above_hull_ev_per_atom == pytest.approx(-apart)
    assert reference.phase(reference.place_of({"Na": 1, "Cl": 1})).energy_ev_per_atom == KNOWN


def test_no_known_structure_lies_below_the_known_phases(reference, tmp_path):
    # fcc krypton, whose energy the table does not know, comes out 0.6 meV/atom below another form.
    rows = [
        CrystalRow("b1", "NaCl", salt(5.64), None, None, 0.0, None, "train"),
        CrystalRow("b2", "NaCl", CAESIUM_CHLORIDE, None, None, None, None, "train"),
    ]
    write_table(rows, tmp_path / "both.parquet")
    both = KnownStructures(tmp_path / "both.parquet")
    result = placed(CAESIUM_CHLORIDE, KNOWN - 6e-4, reference, both)
    assert (result.energy_above_hull_ev_per_atom, result.known_phase) == (0.0, "b2")
    above = placed(CAESIUM_CHLORIDE, KNOWN + 6e-4, reference, both)
    assert above.energy_above_hull_ev_per_atom == pytest.approx(6e-4)


@pytest.mark.parametrize("apart", [0.0, -0.03, 0.0019])
def test_a_known_phase_lies_at_itself_whatever_its_displaced_atoms_found(
    reference, structures, apart
):
    # Ac2NiGe falls by 47 meV/atom from most places and by 114 from some, to another crystal.
    place = reference.place_of({"Na": 1, "Cl": 1})
    lower = RelaxedPhase("b1", KNOWN - 0.1, undisplaced_ev_per_atom=KNOWN)
    result = placed(ROCK_SALT, KNOWN + apart, reference.with_relaxed({place: lower}), structures)
    assert (result.energy_above_hull_ev_per_atom, result.known_phase) == (0.0, "b1")
    assert result.energy_ev_per_atom == KNOWN - 0.1


@pytest.mark.parametrize("apart", [0.0021, 0.05])
def test_what_ends_farther_above_is_another_minimum(reference, structures, apart):
    result = placed(ROCK_SALT, KNOWN + apart, reference, structures)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(apart)
    assert result.known_phase is None


def test_a_metastable_known_phase_takes_its_own_place(structures, reference):
    lower = build_reference(
        [("Na", "Na", -5.3), ("Cl", "Cl", -5.8), ("b1", "NaCl", -3.666)], provenance()
    )
    lower = lower.with_relaxed({lower.place_of({"Na": 1, "Cl": 1}): RelaxedPhase("b1", KNOWN)})
    result = placed(ROCK_SALT, KNOWN + 3e-4, lower, structures)
    assert result.energy_above_hull_ev_per_atom == pytest.approx(KNOWN + 5.55)
    assert result.known_phase == "b1"


def test_a_phase_as_given_or_of_another_potential_is_not_compared(reference, structures):
    as_given = placed(ROCK_SALT, -3.6662, reference.as_given, structures)
    assert as_given.energy_above_hull_ev_per_atom == pytest.approx(-2e-4)
    assert placed(ROCK_SALT, KNOWN + 2e-4, reference, None).known_phase is None
    other = replace(CHGNET, potential="another")
    assert isinstance(other, EnergyMethod)
    across = placed(
        ROCK_SALT, KNOWN + 2e-4, reference, structures, method=other, across_potentials=True
    )
    assert across.known_phase is None
