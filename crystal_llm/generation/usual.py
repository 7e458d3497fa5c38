"""What page, shell and replay files ask of a model where nothing else is said."""

from __future__ import annotations

from dataclasses import replace

from crystal_llm.generation.request import ChosenBy, GenerationRequest
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE, Conditions, TextKind

USUAL = GenerationRequest(
    count=8, min_distance_angstrom=MIN_DISTANCE_ANGSTROM, min_radii_share=MIN_RADII_SHARE
)
"""Of any model. τ, the nucleus and the number of atoms are those of
:class:`GenerationRequest` itself."""

USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM = 0.03
"""Asked of a model of symmetric text, which reads it as "at most 0.05": left unsaid, it writes
crystals of any energy, as it was trained on."""


def usual_energy_above_hull(text: TextKind) -> float | None:
    """The energy above hull that is asked for where nothing is said of it, eV/atom.

    Args:
        text: The text that the model writes.

    Returns:
        None where nothing is asked: a model of coordinate text was not measured to heed it.
    """
    return USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM if text == "symmetric" else None


USUAL_BEST_OF = 12
"""Crystals that a model of symmetric text writes for each one, of which the lowest above the hull
is kept: half a second of writing and weighing spares most of the relaxation (docs/measured.md)."""

USUAL_CHOSEN_BY: ChosenBy = "energy"
"""What the best of several is chosen by where there is a hull."""


def usual_best_of(text: TextKind) -> int:
    """How many crystals are written for each one where nothing is said of it."""
    return USUAL_BEST_OF if text == "symmetric" else 1


def usual_new_only(text: TextKind, formula: str | None) -> bool:
    """Whether only new crystals are asked for where nothing is said of it.

    Args:
        text: The text that the model writes.
        formula: The formula that is asked for. Who gives one wants its known phase, too.
    """
    return text == "symmetric" and not (formula or "").strip()


def usual_request(text: TextKind) -> GenerationRequest:
    """What is asked of a model of some text where nothing else is said."""
    energy = usual_energy_above_hull(text)
    return replace(
        USUAL,
        conditions=Conditions(energy_above_hull_ev_per_atom=energy),
        best_of=usual_best_of(text),
        chosen_by=USUAL_CHOSEN_BY,
        new_only=usual_new_only(text, None),
    )
