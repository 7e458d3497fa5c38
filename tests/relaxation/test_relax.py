import itertools
import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from ase.calculators.calculator import Calculator, all_changes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pair_potential import CARD, CUTOFF_ANGSTROM, PairPotential, cubic, face_centred

from crystal_llm.crystal.check import MAX_RELAXED_ATOMS
from crystal_llm.errors import PotentialError
from crystal_llm.relaxation.device_failures import DeviceLostError
from crystal_llm.relaxation.relax import _atoms, relax_one
from crystal_llm.relaxation.result import MOST_FRAMES, OPTIMIZERS, RelaxationSettings
from crystal_llm.types import PlainCrystal

TIGHT = RelaxationSettings(max_force_ev_per_angstrom=0.001)
DEFAULT = RelaxationSettings()


class Scripted(Calculator):
    """Energies, a uniform force and a uniform stress by the number of the evaluation."""

    implemented_properties = ("energy", "free_energy", "forces", "stress")

    def __init__(self, energy=lambda n: -1.0, force=lambda n: 0.0, pressure=lambda n: 0.0):
        super().__init__()
        self.script, self.calls = (energy, force, pressure), 0

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        energy, force, pressure = (value(self.calls) for value in self.script)
        self.calls += 1
        forces = np.zeros((len(atoms), 3))
        forces[0, 0], forces[-1, 0] = force, -force
        stress = np.array([-pressure] * 3 + [0.0] * 3)
        self.results = {"energy": energy * len(atoms), "forces": forces, "stress": stress}
        self.results["free_energy"] = self.results["energy"]


class ScriptedPotential(PairPotential):
    """One script a try."""

    def __init__(self, *scripts):
        self.scripts = iter(scripts)

    def calculator(self):
        return next(self.scripts)


def test_an_argon_like_crystal_finds_its_lattice():
    result = relax_one(face_centred(a=4.5), PairPotential(), TIGHT)
    assert result.converged
    assert result.failure is None
    assert not result.retried
    # The analytic minimum of a face-centred Lennard-Jones crystal lies near 1.54 σ; the
    # cutoff moves it by some per cent.
    a = result.relaxed.lengths_angstrom[0] * 2**0.5
    assert a == pytest.approx(1.54 * 2.6, rel=0.03)
    assert result.relaxed.angles_degrees == pytest.approx((60.0,) * 3, abs=0.01)
    assert result.volume_change == pytest.approx((a / 4.5) ** 3 - 1.0, abs=1e-6)
    assert (result.spacegroup_before, result.spacegroup_after) == (225, 225)
    assert result.displacement_angstrom == pytest.approx(0.0, abs=1e-9)
    assert result.energies_ev_per_atom[0] == result.energy_start_ev_per_atom
    assert result.energies_ev_per_atom[-1] == result.energy_ev_per_atom
    assert len(result.energies_ev_per_atom) == result.steps + 1
    assert result.energy_ev_per_atom < result.energy_start_ev_per_atom
    assert result.method == CARD.method


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_relaxed_crystal_is_at_a_minimum_of_the_same_potential(optimizer):
    from crystal_llm.crystal.conversion import structure

    potential = PairPotential()
    result = relax_one(cubic(), potential, replace(TIGHT, optimizer=optimizer))
    assert result.converged
    here = potential.static_energy_ev_per_atom(structure(result.relaxed))
    assert here == pytest.approx(result.energy_ev_per_atom, abs=1e-9)
    # Any small strain or displacement costs energy.
    lengths = result.relaxed.lengths_angstrom
    for scale in (0.99, 1.01):
        strained = replace(result.relaxed, lengths_angstrom=tuple(scale * x for x in lengths))
        assert potential.static_energy_ev_per_atom(structure(strained)) > here
    # The shifted atom went back: a quarter of it is the others' drift.
    assert result.displacement_angstrom == pytest.approx(
        0.05 * lengths[0] * math.sqrt(3) / 4, rel=0.02
    )
    assert (result.spacegroup_before, result.spacegroup_after) != (225, 225)
    assert result.spacegroup_after == 225


def test_forces_and_frames_are_those_of_the_crystals_that_they_stand_by():
    potential = PairPotential()
    result = relax_one(cubic(), potential, replace(TIGHT, max_steps=25))
    atoms = _atoms(result.relaxed)
    atoms.calc = potential.calculator()
    assert np.allclose(result.forces_ev_per_angstrom, atoms.get_forces(), atol=2e-6)
    largest = max(math.hypot(*force) for force in result.forces_ev_per_angstrom)
    assert largest == pytest.approx(result.max_force_ev_per_angstrom, abs=2e-6)
    assert len(result.frames) == len(result.frame_steps) == MOST_FRAMES
    assert result.frame_steps[0] == 0
    assert result.frame_steps[-1] == result.steps
    for step, frame in zip(result.frame_steps, result.frames, strict=True):
        atoms = _atoms(frame)
        atoms.calc = potential.calculator()
        energy = atoms.get_potential_energy() / len(atoms)
        assert energy == pytest.approx(result.energies_ev_per_atom[step], abs=1e-4)


@cache
def relaxed_cubic():
    return relax_one(cubic(), PairPotential(), DEFAULT)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(*[st.floats(0, 1, exclude_max=True)] * 3))
def test_a_translated_crystal_relaxes_to_the_same(shift):
    first = relaxed_cubic()
    second = relax_one(cubic().translated(shift), PairPotential(), DEFAULT)
    assert second.energy_ev_per_atom == pytest.approx(first.energy_ev_per_atom, abs=1e-6)
    assert second.volume_change == pytest.approx(first.volume_change, abs=1e-6)
    assert second.displacement_angstrom == pytest.approx(first.displacement_angstrom, abs=1e-5)
    assert second.spacegroup_after == first.spacegroup_after


def test_steps_that_run_out_leave_a_crystal_that_says_so():
    result = relax_one(cubic(), PairPotential(), replace(TIGHT, max_steps=2))
    assert result.relaxed is not None
    assert not result.converged
    assert result.steps == 2
    assert result.max_force_ev_per_angstrom > TIGHT.max_force_ev_per_angstrom
    assert result.repeatable


def test_a_crystal_of_400_atoms():
    side = range(5)
    sites = tuple(
        ((x + u) / 5, (y + v) / 5, (z + w) / 4)
        for x, y, z in itertools.product(side, side, range(4))
        for u, v, w in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
    )
    crystal = PlainCrystal((20.5, 20.5, 16.4), (90.0,) * 3, ("Ar",) * 400, sites)
    # Python's Lennard-Jones is slow, and a few steps show what there is to see.
    result = relax_one(crystal, PairPotential(), replace(DEFAULT, max_steps=3))
    assert result.steps <= 3
    assert len(result.relaxed.species) == 400


NAN = float("nan")
REFUSED = [
    (PlainCrystal((4.0,) * 3, (90.0,) * 3, (), ()), "no atoms"),
    (face_centred("Po"), "not trained on Po"),
    (cubic(("Ar", "U", "Po", "Na")), "not trained on Po, U"),
    (
        PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Na"), ((0.1, 0.1, 0.1),) * 2),
        "atoms too close: Na0–Na1 are 0.00 Å apart",
    ),
    (
        PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.95, 0.0, 0.0))),
        "atoms too close: Na0–Cl1 are 0.20 Å apart",
    ),
    (PlainCrystal((9.0, 9.0, 0.4), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "periodic image"),
    (PlainCrystal((1.0, 1.0, 1.5), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "cell too small: 1.50 Å³"),
    (PlainCrystal((50.0,) * 3, (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "cell too large"),
    (PlainCrystal((4.0, NAN, 4.0), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "length or angle"),
    (PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na",), ((0.0, NAN, 0.0),)), "coordinate of Na0"),
    (PlainCrystal((4.0,) * 3, (150.0,) * 3, ("Na",), ((0.0,) * 3,)), "enclose no volume"),
    (PlainCrystal((4.0, 4.0, 0.0), (90.0,) * 3, ("Na",), ((0.0,) * 3,)), "enclose no volume"),
    (
        PlainCrystal((99.0,) * 3, (90.0,) * 3, ("Ar",) * 501, ((0.0,) * 3,) * 501),
        f"has 501, at most {MAX_RELAXED_ATOMS}",
    ),
]


@pytest.mark.parametrize(("crystal", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_relaxed_is_refused_with_its_cause(crystal, said):
    class Untouched(PairPotential):
        def calculator(self):
            raise AssertionError("the potential was asked")

    result = relax_one(crystal, Untouched(), DEFAULT)
    assert said in result.failure
    assert result.relaxed is None
    assert not result.converged
    assert not result.retried
    assert result.repeatable


def test_a_crystal_out_of_the_potential_s_reach_fails_without_a_second_try():
    edge = CUTOFF_ANGSTROM + 1.0
    crystal = PlainCrystal((edge,) * 3, (90.0,) * 3, ("Na",), ((0.0,) * 3,))
    result = relax_one(crystal, PairPotential(), DEFAULT)
    assert "too far apart" in result.failure
    assert not result.retried


EXPLOSIONS = {
    "are not numbers at step 2": lambda: Scripted(
        energy=lambda n: NAN if n == 2 else -1.0, force=lambda n: 1.0
    ),
    "absurd energy, -2e+04 eV/atom at step 1": lambda: Scripted(
        energy=lambda n: -2e4 if n else -1.0, force=lambda n: 1.0
    ),
    "the energy rose by 9.0 eV/atom until step 3": lambda: Scripted(
        energy=lambda n: 8.0 if n == 3 else -1.0, force=lambda n: 1.0
    ),
    "the cell grew to 2": lambda: Scripted(pressure=lambda n: 5.0),
    "the cell shrank to 0.0": lambda: Scripted(pressure=lambda n: -5.0),
}


@pytest.mark.parametrize("said", EXPLOSIONS)
def test_what_blows_up_is_tried_twice_and_fails_with_both_causes(said):
    crystal = cubic(a=6.0)
    potential = ScriptedPotential(*(EXPLOSIONS[said]() for _ in range(2)))
    result = relax_one(crystal, potential, DEFAULT)
    assert result.relaxed is None
    assert result.retried
    first, _, second = result.failure.partition("; again with smaller steps: ")
    assert first.startswith("blown up: ")
    assert said in first
    assert said.partition(" at step")[0].partition(" until")[0][:14] in second
    assert next(potential.scripts, "none left") == "none left"


@pytest.mark.parametrize(("edge", "limit"), [(6.0, 2.0), (2.5, 5.17)])
def test_a_cell_may_double_or_grow_to_thrice_its_packed_atoms(edge, limit):
    """Four atoms of Ar take 26.95 Å³, packed with the covalent radius 1.06 Å."""
    scripts = (Scripted(pressure=lambda n: 0.5) for _ in range(2))
    failure = relax_one(cubic(a=edge), ScriptedPotential(*scripts), DEFAULT).failure
    first, second = re.findall(r"grew to ([\d.]+) times", failure)
    assert limit <= float(first) < 1.3 * limit
    assert limit <= float(second) < 1.3 * limit


def test_atoms_that_fall_into_one_another_are_found():
    class Falling(Scripted):
        def calculate(self, atoms=None, *args, **kwargs):
            super().calculate(atoms, *args, **kwargs)
            ahead = atoms.get_distance(0, 1, mic=True, vector=True)
            forces = np.zeros((len(atoms), 3))
            forces[0], forces[1] = ahead, -ahead
            self.results["forces"] = forces

    crystal = cubic(("Na", "Cl"), a=4.0)
    result = relax_one(crystal, ScriptedPotential(Falling(), Falling()), DEFAULT)
    assert "came within" in result.failure


def test_what_blows_up_with_its_last_step_is_not_tried_again():
    said = "are not numbers at step 2"
    potential = ScriptedPotential(EXPLOSIONS[said]())
    result = relax_one(cubic(a=6.0), potential, replace(DEFAULT, max_steps=2))
    assert not result.retried
    assert said in result.failure
    assert "the steps ran out" in result.failure


def test_a_second_try_with_smaller_steps_can_succeed():
    class Wild(PairPotential):
        tries = 0

        def calculator(self):
            Wild.tries += 1
            if Wild.tries == 1:
                return EXPLOSIONS["are not numbers at step 2"]()
            return super().calculator()

    result = relax_one(cubic(), Wild(), DEFAULT)
    assert result.converged
    assert result.retried
    usual = relax_one(cubic(), PairPotential(), DEFAULT)
    assert result.steps > usual.steps
    assert result.energy_ev_per_atom == pytest.approx(usual.energy_ev_per_atom, abs=0.002)


@pytest.mark.parametrize("error", [ValueError("odd"), PotentialError("out of reach")])
def test_a_potential_that_raises_in_the_midst_fails_that_crystal_alone(error):
    def energy(n):
        if n == 2:
            raise error
        return -1.0

    scripts = [Scripted(energy=energy, force=lambda n: 1.0) for _ in range(2)]
    result = relax_one(cubic(), ScriptedPotential(*scripts), DEFAULT)
    assert str(error) in result.failure
    assert result.retried
    # What nobody knows the cause of is no fact about the crystal.
    assert result.repeatable == isinstance(error, PotentialError)


@pytest.mark.parametrize(
    "message",
    [
        "DefaultCPUAllocator: can't allocate memory: you tried …",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ],
)
def test_memory_that_runs_out_says_so_and_is_not_repeatable(message):
    def energy(n):
        raise RuntimeError(message)

    result = relax_one(cubic(), ScriptedPotential(Scripted(energy=energy)), DEFAULT)
    assert "out of memory" in result.failure
    assert not result.repeatable


def test_a_gpu_that_fails_is_no_failure_of_the_crystal():
    def energy(n):
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nFor debugging")

    potential = ScriptedPotential(Scripted(energy=energy))
    with pytest.raises(DeviceLostError, match=r"^CUDA error: an illegal .* encountered$"):
        relax_one(cubic(), potential, DEFAULT)


def test_the_time_limit_ends_both_tries_together():
    clock = itertools.count()
    result = relax_one(
        cubic(),
        ScriptedPotential(Scripted(force=lambda n: 1.0)),
        RelaxationSettings(time_limit_s=7.0),
        clock=lambda: float(next(clock)),
    )
    assert "time limit of 7 s reached at step 7, largest force 1 eV/Å" in result.failure
    assert not result.repeatable
    assert result.steps == 7


def test_the_energies_of_the_path_hold_the_correction_of_the_end():
    class Corrected(PairPotential):
        def energy_ev_per_atom(self, structure, raw_ev_per_atom):
            return raw_ev_per_atom - 0.5

    plain = relax_one(cubic(), PairPotential(), DEFAULT)
    corrected = relax_one(cubic(), Corrected(), DEFAULT)
    assert corrected.energies_ev_per_atom == pytest.approx(
        [energy - 0.5 for energy in plain.energies_ev_per_atom]
    )
    assert corrected.energy_ev_per_atom == corrected.energies_ev_per_atom[-1]


def test_a_correction_that_cannot_be_had_is_a_failure():
    class Uncorrected(PairPotential):
        def energy_ev_per_atom(self, structure, raw_ev_per_atom):
            raise PotentialError("no correction for this crystal")

    result = relax_one(cubic(), Uncorrected(), DEFAULT)
    assert result.failure == "no correction for this crystal"
    assert not result.retried


def test_it_converges_only_where_the_forces_on_the_atoms_themselves_vanish():
    # The cell shrinks by a fifth, and the cell filter's forces with it.
    result = relax_one(cubic(a=5.4), PairPotential(), RelaxationSettings())
    assert result.converged
    assert result.volume_change < -0.4
    assert result.max_force_ev_per_angstrom < 0.05
