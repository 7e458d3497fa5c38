"""A relaxation that was looked at on the way is told as if it had not been."""

from dataclasses import replace

import pytest
from pair_potential import PairPotential, cubic, face_centred

from crystal_llm.relaxation.continued import continued
from crystal_llm.relaxation.relax import failed_relaxation, relax_one
from crystal_llm.relaxation.result import MOST_FRAMES, RelaxationSettings

TIGHT = RelaxationSettings(max_force_ev_per_angstrom=0.001)


@pytest.mark.parametrize("crystal", [cubic(), face_centred(a=4.5)])
def test_two_parts_are_told_as_the_whole(crystal):
    potential = PairPotential()
    direct = relax_one(crystal, potential, TIGHT)
    first = relax_one(crystal, potential, replace(TIGHT, max_steps=8))
    second = relax_one(first.relaxed, potential, TIGHT)
    assert not first.converged and second.converged
    whole = continued(crystal, first, second)
    assert whole.converged and whole.relaxed == second.relaxed
    assert whole.energy_start_ev_per_atom == pytest.approx(direct.energy_start_ev_per_atom)
    for name, tolerance in (
        ("energy_ev_per_atom", 1e-5), ("volume_change", 2e-3), ("displacement_angstrom", 2e-3),
    ):  # fmt: skip
        assert getattr(whole, name) == pytest.approx(getattr(direct, name), abs=tolerance)
    assert whole.spacegroup_before == direct.spacegroup_before
    assert whole.steps == 8 + second.steps and whole.wall_s == first.wall_s + second.wall_s
    assert len(whole.energies_ev_per_atom) == whole.steps + 1
    assert whole.energies_ev_per_atom[:9] == pytest.approx(direct.energies_ev_per_atom[:9])
    assert whole.frames[0] == first.frames[0] and whole.frames[-1] == second.frames[-1]
    assert len(whole.frames) == len(whole.frame_steps) <= MOST_FRAMES
    assert list(whole.frame_steps) == sorted(set(whole.frame_steps))
    assert whole.frame_steps[-1] == whole.steps


def test_a_failure_after_the_look_is_the_whole_s():
    first = relax_one(cubic(), PairPotential(), replace(TIGHT, max_steps=8))
    second = failed_relaxation("blown up", first.method, 1.0, 3)
    whole = continued(cubic(), first, second)
    assert (whole.failure, whole.relaxed, whole.steps) == ("blown up", None, 11)


def test_a_curve_has_the_correction_of_the_last_crystal():
    first = relax_one(cubic(), PairPotential(), replace(TIGHT, max_steps=8))
    second = relax_one(first.relaxed, PairPotential(), TIGHT)
    lower = tuple(energy - 0.3 for energy in second.energies_ev_per_atom)
    corrected = replace(second, energies_ev_per_atom=lower, energy_ev_per_atom=lower[-1])
    whole = continued(cubic(), first, corrected)
    assert whole.energy_start_ev_per_atom == pytest.approx(first.energy_start_ev_per_atom - 0.3)
    assert whole.energy_ev_per_atom == lower[-1]
