"""Relaxations that step together end as those that are done one by one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from pair_potential import DIES, PairBatchPotential, PairPotential, cubic, face_centred
from potential_cases import loaded, rock_salt, rutile

from crystal_llm.errors import PotentialError
from crystal_llm.relaxation.lockstep import LockstepPotential, answers_of
from crystal_llm.relaxation.pool import RelaxationPool
from crystal_llm.relaxation.potential import BatchPotential
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
    lockstep = LockstepPotential(potential)

    def relaxed(crystal):
        with lockstep.taking_part():
            return relax_one(crystal, lockstep, SETTINGS)

    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(relaxed, crystals))


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_each_ends_as_it_would_alone(at_once):
    potential = PairBatchPotential()
    found = relaxed_together(potential, CRYSTALS, at_once)
    for crystal, one in zip(CRYSTALS, found, strict=True):
        alone = relax_one(crystal, PairPotential(), SETTINGS)
        assert replace(one, wall_s=0.0) == replace(alone, wall_s=0.0)
    assert max(potential.passes) == at_once
    # Lockstep: far fewer passes than evaluations.
    evaluations = sum(len(one.energies_ev_per_atom) for one in found)
    assert len(potential.passes) <= evaluations / max(1, at_once / 3)


def test_a_crystal_that_the_potential_cannot_serve_costs_no_other():
    apart = face_centred(a=14.0)
    found = relaxed_together(PairBatchPotential(), [cubic(), apart, cubic(a=4.5)], 3)
    assert "too far apart" in found[1].failure
    assert found[0].converged and found[2].converged


def test_a_pass_that_memory_does_not_hold_is_taken_apart():
    potential = PairBatchPotential()
    potential.most_atoms = 4
    found = relaxed_together(potential, [cubic(), cubic(a=4.5), face_centred()], 3)
    assert all(one.converged for one in found)
    assert 1 in potential.passes and 3 in potential.passes
    potential.most_atoms = 3
    (answer,) = answers_of(potential, [_atoms(cubic())])
    assert isinstance(answer, RuntimeError) and "memory" in str(answer)


def test_processes_relax_several_at_once():
    with RelaxationPool("pair", SETTINGS, 1, loader="pair_potential:load_pair_batch") as pool:
        found = dict(pool.relax(CRYSTALS))
    assert sorted(found) == list(range(len(CRYSTALS)))
    for index, one in found.items():
        alone = relax_one(CRYSTALS[index], PairPotential(), SETTINGS)
        assert one.energies_ev_per_atom == alone.energies_ev_per_atom


def test_a_process_that_dies_costs_what_it_held():
    crystals = [cubic(("Ar", DIES, "Ar", "Ar")), *CRYSTALS[:4]]
    with RelaxationPool("pair", SETTINGS, 1, loader="pair_potential:load_pair_batch") as pool:
        found = dict(pool.relax(crystals))
    assert sorted(found) == list(range(5))
    assert "SIGKILL" in found[0].failure
    lost = [index for index, one in found.items() if one.failure]
    assert len(lost) <= 3 and all("SIGKILL" in found[index].failure for index in lost)


def test_chgnet_evaluates_many_as_it_does_one():
    potential = loaded("chgnet")
    assert isinstance(potential, BatchPotential)
    assert potential.together == 1, "batching does not pay on a CPU"
    crystals = [one.to_ase_atoms() for one in (rutile(), rock_salt(), rutile())]
    crystals[2].rattle(0.05, seed=1)
    unknown = rock_salt()
    unknown.replace(0, "Po")
    *found, refused = potential.evaluate_many([*crystals, unknown.to_ase_atoms()])
    assert isinstance(refused, PotentialError)
    for atoms, together in zip(crystals, found, strict=True):
        atoms.calc = potential.calculator()
        assert together["energy"] == pytest.approx(atoms.get_potential_energy(), abs=1e-5)
        assert together["forces"] == pytest.approx(atoms.get_forces(), abs=1e-4)
        assert together["stress"] == pytest.approx(atoms.get_stress(), abs=1e-6)
        assert np.isfinite(together["forces"]).all()


def _atoms(crystal):
    from crystal_llm.text.codec import structure

    return structure(crystal).to_ase_atoms()
