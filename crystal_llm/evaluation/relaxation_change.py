"""How far crystals move when they are relaxed: what a good generator leaves to do.

Source: FlowLLM (arXiv 2410.23405), Section 5: match rate and RMSD between a crystal as written
and its relaxed form (pymatgen's StructureMatcher with default settings), the drop of the
energy, and the optimizer's steps.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from crystal_llm.crystal.conversion import structure
from crystal_llm.evaluation.novelty import reduced, rms_displacement
from crystal_llm.evaluation.rates import Mean, Rate, mean_with_interval
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal


@dataclass(frozen=True, slots=True)
class RelaxationChange:
    """How far crystals moved.

    Attributes:
        converged: Of the crystals that were to be relaxed.
        match: Converged ones that the matcher finds again in their relaxed form.
        rms: Root mean square displacement of the matched ones, in units of
            (V/atom)^(1/3); None where none matched.
        energy_drop_ev_per_atom: From the crystal as written to its relaxed form.
        steps: Steps of the optimizer.
        volume_change: Final volume over the first, minus 1.
    """

    converged: Rate
    match: Rate
    rms: Mean | None
    energy_drop_ev_per_atom: Mean | None
    steps: Mean | None
    volume_change: Mean | None


def relaxation_change(
    pairs: Sequence[tuple[PlainCrystal, RelaxationResult]],
) -> RelaxationChange:
    """How far crystals moved when they were relaxed.

    Args:
        pairs: Crystals as written, each with what became of it.
    """
    converged = [
        (written, result) for written, result in pairs if result.converged and result.relaxed
    ]
    distances = [
        matched(written, result.relaxed) for written, result in converged if result.relaxed
    ]
    matches = [distance for distance in distances if distance is not None]
    results = [result for _, result in converged]
    drops = [
        result.energy_start_ev_per_atom - result.energy_ev_per_atom
        for result in results
        if result.energy_start_ev_per_atom is not None and result.energy_ev_per_atom is not None
    ]
    volumes = [result.volume_change for result in results if result.volume_change is not None]
    return RelaxationChange(
        Rate(len(converged), len(pairs), "to be relaxed"),
        Rate(len(matches), len(converged), "converged"),
        _mean(matches),
        _mean(drops),
        _mean([result.steps for result in results]),
        _mean(volumes),
    )


def matched(written: PlainCrystal, relaxed: PlainCrystal) -> float | None:
    """Root mean square displacement in units of (V/atom)^(1/3); None where nothing matches."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            first, second = reduced(structure(written)), reduced(structure(relaxed))
        except Exception:  # cells that cannot be reduced or compared match nothing
            return None
        return rms_displacement(first, second)


def _mean(values: Sequence[float]) -> Mean | None:
    return mean_with_interval(values) if values else None
