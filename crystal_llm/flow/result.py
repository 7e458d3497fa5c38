"""What became of a crystal that was refined; read where no network is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.types import PlainCrystal


@dataclass(frozen=True, slots=True)
class Refinement:
    """What became of a crystal.

    Exactly one of ``refined`` and ``failure`` is None.

    Attributes:
        start: Where the flow began: the crystal in its primitive Niggli cell, or what the
            base distribution drew; None where there is none.
        refined: The refined crystal, in that cell.
        failure: Why there is none.
        moved_angstrom: How far the atoms moved within the cell, in the mean; None where
            there is no refined crystal, or the flow began with its elements alone.
        moved_most_angstrom: How far the one moved that moved the most; None likewise.
        volume_change_share: Change of the volume, of the volume before; None likewise.
        network: Name and hash of the network.
        steps: Euler steps.
        wall_s: Seconds, the crystal's share of its batch.
        passes: How often they were gone.
    """

    start: PlainCrystal | None
    refined: PlainCrystal | None
    failure: str | None
    moved_angstrom: float | None
    moved_most_angstrom: float | None
    volume_change_share: float | None
    network: str
    steps: int
    wall_s: float
    passes: int = 1
