"""Relaxations that step together end as those that are done one by one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from pair_potential import (
    DIES,
    HANGS,
    LOSES,
    PairBatchPotential,
    PairPotential,
    cubic,
    face_centred,
)
from potential_cases import loaded, rock_salt, rutile

from crystal_llm.errors import PotentialError
from crystal_llm.potentials import chgnet_potential
from crystal_llm.potentials.potential import BatchPotential
from crystal_llm.relaxation import lockstep
from crystal_llm.relaxation.device_failures import DeviceLostError
from crystal_llm.relaxation.lockstep import LockstepPotential, answers_of
from crystal_llm.relaxation.pool import RelaxationPool
from crystal_llm.relaxation.relax import relax_one
from crystal_llm.relaxation.result import RelaxationSettings

SETTINGS = RelaxationSettings(time_limit_s=600.0)
CRYSTALS = [
    cubic(),
    face_centred(a=4.4),
    face_centred("Ne"),
    cubic(a=4.6),
    cubic(("Ar", "Ne", "Ar", "Cu")),
]


def relaxed_together(potential, crystals, at_once):
    shared = LockstepPotential(potential)

    def relaxed(crystal):
        with shared.taking_part():
            return relax_one(crystal, shared, SETTINGS)

    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(relaxed, crystals))


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_each_ends_as_it_would_alone(at_once):
    potential = PairBatchPotential()
    results = relaxed_together(potential, CRYSTALS, at_once)
    for crystal, result in zip(CRYSTALS, results, strict=True):
        alone = relax_one(crystal, PairPotential(), SETTINGS)
        assert replace(result, wall_s=0.0) == replace(alone, wall_s=0.0)
    assert max(potential.passes) == at_once
    # Lockstep: far fewer passes than evaluations.
    evaluations = sum(len(result.energies_ev_per_atom) for result in results)
    assert len(potential.passes) <= evaluations / max(1, at_once / 3)


def test_a_crystal_that_the_potential_cannot_serve_costs_no_other():
    apart = face_centred(a=14.0)
    results = relaxed_together(PairBatchPotential(), [cubic(), apart, cubic(a=4.5)], 3)
    assert "too far apart" in results[1].failure
    assert results[0].converged and results[2].converged


def test_a_pass_that_memory_does_not_hold_is_taken_apart():
    potential = PairBatchPotential()
    potential.most_atoms = 4
    results = relaxed_together(potential, [cubic(), cubic(a=4.5), face_centred()], 3)
    assert all(result.converged for result in results)
    assert 1 in potential.passes and 3 in potential.passes
    potential.most_atoms = 3
    (answer,) = answers_of(potential, [_atoms(cubic())])
    assert isinstance(answer, RuntimeError) and "memory" in str(answer)


def test_memory_is_freed_before_a_smaller_pass(monkeypatch):
    potential, passes_before = PairBatchPotential(), []
    potential.most_atoms = 4
    monkeypatch.setattr(
        lockstep, "free_cached_memory", lambda: passes_before.append(list(potential.passes))
    )
    assert len(answers_of(potential, [_atoms(cubic()), _atoms(cubic())])) == 2
    assert passes_before == [[2]]


def test_a_gpu_that_fails_is_told_to_all_and_not_asked_again():
    class Broken(PairBatchPotential):
        def evaluate_many(self, crystals):
            self.passes.append(len(crystals))
            raise RuntimeError("CUDA error: device-side assert triggered")

    potential = Broken()
    answers = answers_of(potential, [_atoms(cubic()), _atoms(cubic())])
    assert [type(answer) for answer in answers] == [DeviceLostError] * 2
    assert potential.passes == [2]


def test_a_crystal_spends_its_share_of_the_time(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(lockstep.time, "perf_counter", lambda: now[0])
    together = LockstepPotential(PairBatchPotential())
    began = together.clock()
    now[0] += 1.0
    with together.taking_part():
        now[0] += 2.0
        with together.taking_part():
            now[0] += 10.0
            assert together.clock() - began == pytest.approx(1.0 + 2.0 + 5.0)
            now[0] += 10.0
        now[0] += 3.0
    assert together.clock() - began == pytest.approx(1.0 + 2.0 + 10.0 + 3.0)


def test_a_process_has_patience_for_every_crystal_that_it_holds():
    crystals = [cubic((HANGS, "Ar", "Ar", "Ar"))]
    settings = RelaxationSettings(time_limit_s=1.0)
    loader = "pair_potential:load_pair_batch"
    with RelaxationPool(1, loader=loader, margin_s=0.0) as pool:
        results = dict(pool.relax(crystals, "pair", settings))
    assert "gave no answer for 3 s" in results[0].failure


def test_processes_relax_several_at_once():
    with RelaxationPool(1, loader="pair_potential:load_pair_batch") as pool:
        results = dict(pool.relax(CRYSTALS, "pair", SETTINGS))
    assert sorted(results) == list(range(len(CRYSTALS)))
    for index, result in results.items():
        alone = relax_one(CRYSTALS[index], PairPotential(), SETTINGS)
        assert result.energies_ev_per_atom == alone.energies_ev_per_atom


def test_a_process_that_dies_costs_what_it_held():
    crystals = [cubic(("Ar", DIES, "Ar", "Ar")), *CRYSTALS[:4]]
    with RelaxationPool(1, loader="pair_potential:load_pair_batch") as pool:
        results = dict(pool.relax(crystals, "pair", SETTINGS))
    assert sorted(results) == list(range(5))
    assert "SIGKILL" in results[0].failure
    lost = [index for index, result in results.items() if result.failure]
    assert len(lost) <= 3 and all("SIGKILL" in results[index].failure for index in lost)


@pytest.mark.parametrize("loader", ["load_pair", "load_pair_batch"])
def test_a_process_that_loses_its_gpu_ends_and_is_replaced(loader):
    crystals = [cubic((LOSES, "Ar", "Ar", "Ar")), face_centred()]
    with RelaxationPool(1, loader=f"pair_potential:{loader}") as pool:
        lost = dict(pool.relax(crystals[:1], "pair", SETTINGS))[0]
        served = dict(pool.relax(crystals[1:], "pair", SETTINGS))[0]
    assert "exit code 1 (CUDA error: unspecified launch failure)" in lost.failure
    assert not lost.repeatable
    assert served.converged


def test_chgnet_evaluates_many_as_it_does_one(monkeypatch):
    potential = loaded("chgnet")
    assert isinstance(potential, BatchPotential)
    assert potential.together == 1, "batching does not pay on a CPU"
    crystals = [crystal.to_ase_atoms() for crystal in (rutile(), rock_salt(), rutile())]
    crystals[2].rattle(0.05, seed=1)
    unknown = rock_salt()
    unknown.replace(0, "Po")
    # Two of the crystals in one pass, the third in another.
    monkeypatch.setattr(chgnet_potential, "ATOMS_IN_A_PASS", 8)
    *results, refused = potential.evaluate_many([*crystals, unknown.to_ase_atoms()])
    assert isinstance(refused, PotentialError)
    for atoms, together in zip(crystals, results, strict=True):
        atoms.calc = potential.calculator()
        assert together["energy"] == pytest.approx(atoms.get_potential_energy(), abs=1e-5)
        assert together["forces"] == pytest.approx(atoms.get_forces(), abs=1e-4)
        assert together["stress"] == pytest.approx(atoms.get_stress(), abs=1e-6)
        assert np.isfinite(together["forces"]).all()


def _atoms(crystal):
    from crystal_llm.crystal.conversion import structure

    return structure(crystal).to_ase_atoms()
