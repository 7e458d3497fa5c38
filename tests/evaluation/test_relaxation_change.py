from dataclasses import replace

import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher

from crystal_llm.crystal.conversion import structure
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.relaxation_change import matched, relaxation_change
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal

CUBIC = (90.0, 90.0, 90.0)
SALT = PlainCrystal((3.5, 3.5, 3.5), CUBIC, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
MOVED = replace(SALT, fractional_coordinates=((0, 0, 0), (0.5, 0.5, 0.56)))
OTHER = PlainCrystal((3.0, 3.0, 9.0), CUBIC, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.1)))


def result(relaxed, start=-3.0, end=-3.2, steps=10, converged=True):
    return RelaxationResult(
        relaxed=relaxed,
        failure=None if relaxed else "exploded",
        converged=converged,
        steps=steps,
        energy_start_ev_per_atom=start,
        energy_ev_per_atom=end,
        energies_ev_per_atom=(start, end),
        max_force_ev_per_angstrom=0.01,
        volume_change=0.05,
        spacegroup_before=221,
        spacegroup_after=221,
        displacement_angstrom=0.0,
        retried=False,
        method=potential_card("chgnet").method,
        wall_s=1.0,
    )


def test_by_hand():
    pairs = [
        (SALT, result(SALT, -3.0, -3.2, 10)),
        (MOVED, result(SALT, -2.9, -3.2, 30)),
        (OTHER, result(SALT, -2.0, -3.2, 60)),
        (SALT, result(SALT, converged=False)),
        (SALT, result(None, converged=False)),
    ]
    change = relaxation_change(pairs)
    assert change.converged == Rate(3, 5, "to be relaxed")
    assert change.match == Rate(2, 3, "converged")
    assert change.energy_drop_ev_per_atom.value == pytest.approx((0.2 + 0.3 + 1.2) / 3)
    assert change.steps.value == pytest.approx(100 / 3)
    assert change.volume_change.value == pytest.approx(0.05)
    # 0.06 of 3.5 Å between two atoms, each half of it from their mean: 0.105 Å over the edge
    # of a cube of one atom's volume.
    assert change.rms.value == pytest.approx((0.0 + 0.105 / (3.5**3 / 2) ** (1 / 3)) / 2, rel=1e-3)


def test_the_displacement_is_the_matchers_own():
    theirs = StructureMatcher().get_rms_dist(structure(MOVED), structure(SALT))
    assert matched(MOVED, SALT) == pytest.approx(theirs[0])
    assert matched(OTHER, SALT) is None
    assert StructureMatcher().get_rms_dist(structure(OTHER), structure(SALT)) is None


def test_cells_that_cannot_be_compared_match_nothing():
    flat = PlainCrystal((900.0, 0.6, 0.6), CUBIC, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    assert matched(flat, flat) is None


def test_nothing_to_relax():
    change = relaxation_change([])
    assert change.converged == Rate(0, 0, "to be relaxed") and change.rms is None
