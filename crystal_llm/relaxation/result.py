"""What is asked of a relaxation, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import RequestError
from crystal_llm.types import PlainCrystal

OPTIMIZERS = ("FIRE", "LBFGS", "BFGS")
MOST_FRAMES = 16


@dataclass(frozen=True, slots=True)
class RelaxationSettings:
    """How far a crystal is relaxed; cell and positions move together.

    Attributes:
        max_force_ev_per_angstrom: Converged when no force (and no force on the cell) is
            larger.
        max_steps: Steps of the optimizer, then the crystal counts as not converged.
        time_limit_s: Seconds for one crystal, its second try included.
        optimizer: One of :data:`OPTIMIZERS`, of ASE.

    Raises:
        RequestError: A value is impossible; says what is allowed.
    """

    max_force_ev_per_angstrom: float = 0.05
    max_steps: int = 500
    time_limit_s: float = 300.0
    optimizer: str = "FIRE"

    def __post_init__(self) -> None:
        for wrong, message in (
            (
                not 0.001 <= self.max_force_ev_per_angstrom <= 1.0,
                f"fmax = {self.max_force_ev_per_angstrom}: from 0.001 to 1 eV/Å (0.05 is usual)",
            ),
            (not 1 <= self.max_steps <= 5000, f"steps = {self.max_steps}: from 1 to 5,000"),
            (
                not 1 <= self.time_limit_s <= 86_400,
                f"time limit = {self.time_limit_s}: from 1 to 86,400 s",
            ),
            (
                self.optimizer not in OPTIMIZERS,
                f"optimizer {self.optimizer!r}: use one of {', '.join(OPTIMIZERS)}",
            ),
        ):
            if wrong:
                raise RequestError(message)


@dataclass(frozen=True, slots=True)
class RelaxationStep:
    """Where a relaxation is while it goes on.

    Attributes:
        step: Steps of the optimizer so far.
        energy_ev_per_atom: The potential's energy, without its correction.
        max_force_ev_per_angstrom: Largest force on an atom.
    """

    step: int
    energy_ev_per_atom: float
    max_force_ev_per_angstrom: float


@dataclass(frozen=True, slots=True)
class RelaxationResult:
    """What became of one crystal. Exactly one of ``relaxed`` and ``failure`` is None.

    Energies are of ``method``. All but ``failure``, ``method``, ``retried`` and ``wall_s``
    may be None where the relaxation failed before they were known.

    Attributes:
        relaxed: The crystal after relaxation, its sites in the order of the input.
        failure: Why there is none.
        converged: Whether the force limit was reached within the steps.
        steps: Steps of the optimizer.
        energy_start_ev_per_atom: Energy of the input.
        energy_ev_per_atom: Energy at the end.
        energies_ev_per_atom: Energy after each step, the input's first, all with the
            correction of the relaxed crystal, so that the curve is the potential's.
        max_force_ev_per_angstrom: Largest force on an atom at the end.
        volume_change: Final volume over the first, minus 1.
        spacegroup_before: International number of the input, by spglib at 0.1 Å.
        spacegroup_after: International number of the relaxed crystal, likewise.
        displacement_angstrom: Root mean square displacement of the sites in the relaxed
            cell, the common drift taken out.
        retried: Whether a second try with smaller steps was needed.
        method: What made the energies.
        wall_s: Seconds that it took, its share of them where several stepped together; of a
            cached result, the seconds of its making.
        cached: Whether it came from the cache.
        repeatable: Whether the same input ends alike again: not so where time or memory
            ran out or a process died. Only such results are kept in the cache.
        forces_ev_per_angstrom: Force on each site of ``relaxed``, Cartesian with its first
            lattice vector along x as :func:`~crystal_llm.crystal.reduction.lattice_matrix`
            has it; empty in results of before they were kept.
        frames: The crystal on the way, the input first, at most :data:`MOST_FRAMES`, evenly
            chosen; empty likewise.
        frame_steps: The step of each frame.
    """

    relaxed: PlainCrystal | None
    failure: str | None
    converged: bool
    steps: int
    energy_start_ev_per_atom: float | None
    energy_ev_per_atom: float | None
    energies_ev_per_atom: tuple[float, ...]
    max_force_ev_per_angstrom: float | None
    volume_change: float | None
    spacegroup_before: int | None
    spacegroup_after: int | None
    displacement_angstrom: float | None
    retried: bool
    method: EnergyMethod
    wall_s: float
    cached: bool = False
    repeatable: bool = True
    forces_ev_per_angstrom: tuple[tuple[float, float, float], ...] = ()
    frames: tuple[PlainCrystal, ...] = ()
    frame_steps: tuple[int, ...] = ()


def played_back(count: int) -> tuple[int, ...]:
    """Which of so many crystals on the way are kept: the first, the last and some between."""
    import numpy as np

    chosen = np.linspace(0, count - 1, min(count, MOST_FRAMES)).round().astype(int)
    return tuple(dict.fromkeys(chosen.tolist()))
