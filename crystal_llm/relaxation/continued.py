"""A relaxation that was looked at after some steps and gone on with, told as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from crystal_llm.relaxation.result import RelaxationResult, played_back
from crystal_llm.types import PlainCrystal


def continued(
    crystal: PlainCrystal, first: RelaxationResult, second: RelaxationResult
) -> RelaxationResult:
    """What two relaxations come to, of which the second began where the first ended.

    Args:
        crystal: What the first began with.
        first: It ended in a crystal.
        second: Under the same potential; if it failed, that is how the whole ended.
    """
    whole = replace(
        second,
        steps=first.steps + second.steps,
        wall_s=first.wall_s + second.wall_s,
        retried=first.retried or second.retried,
        cached=first.cached and second.cached,
        spacegroup_before=first.spacegroup_before,
    )
    if second.relaxed is None:
        return whole
    # The correction is the last crystal's, as in a relaxation that was never looked at.
    shift = second.energies_ev_per_atom[0] - first.energies_ev_per_atom[-1]
    before = tuple(energy + shift for energy in first.energies_ev_per_atom[:-1])
    energies = before + second.energies_ev_per_atom
    frames = first.frames[:-1] + second.frames
    steps = (*first.frame_steps[:-1], *(first.steps + step for step in second.frame_steps))
    places = played_back(len(frames))
    return replace(
        whole,
        energy_start_ev_per_atom=energies[0],
        energies_ev_per_atom=energies,
        volume_change=_product(first.volume_change, second.volume_change),
        displacement_angstrom=_displacement_angstrom(crystal, second.relaxed),
        frames=tuple(frames[place] for place in places),
        frame_steps=tuple(steps[place] for place in places),
    )


def _product(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else (1.0 + first) * (1.0 + second) - 1.0


def _displacement_angstrom(crystal: PlainCrystal, relaxed: PlainCrystal) -> float:
    """Root mean square displacement of the sites in the relaxed cell, without drift."""
    from crystal_llm.crystal.reduction import lattice_matrix

    before = np.array(crystal.fractional_coordinates)
    moved = np.array(relaxed.fractional_coordinates) - before
    # A site may stand in another cell since; against the first site's, no drift tells of that.
    moved -= moved[0]
    moved -= moved.round()
    cartesian = (moved - moved.mean(axis=0)) @ lattice_matrix(relaxed)
    return float(np.sqrt((cartesian**2).sum(axis=1).mean()))
