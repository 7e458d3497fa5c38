"""Energies above hull of crystals as a model wrote them: a forward pass each, none is relaxed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.crystal.composition import reduced_formula
from crystal_llm.crystal.conversion import structure
from crystal_llm.errors import PotentialError, StabilityError
from crystal_llm.relaxation.checks import flaw
from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.potentials.potential import Potential
    from crystal_llm.settings import Settings
    from crystal_llm.stability.references.reference import Reference

WEIGHING_POTENTIAL = "chgnet"
"""By what crystals are weighed while they are written: a forward pass of ten atoms takes CHGNet
13 ms on one core."""

LOWEST_CREDIBLE_EV_PER_ATOM = -1.0
"""Farther below the hull a potential has left the crystals that it learned from."""


class WrittenEnergies:
    """Weighs crystals as they stand.

    Args:
        potential: The potential.
        reference: Known phases with energies of the same potential.
    """

    def __init__(self, potential: Potential, reference: Reference) -> None:
        self._potential, self._reference = potential, reference

    def __call__(self, crystals: Sequence[PlainCrystal]) -> list[float | None]:
        """Energies above hull, eV/atom.

        Args:
            crystals: The crystals.

        Returns:
            One each; None where the potential or the hull has none, or none that is credible, as
            with atoms on top of each other.
        """
        return [self._energy(crystal) for crystal in crystals]

    def _energy(self, crystal: PlainCrystal) -> float | None:
        # CHGNet finds two atoms at one place as good as one.
        if flaw(crystal, self._potential.card) is not None:
            return None
        given = structure(crystal)
        try:
            raw = self._potential.static_energy_ev_per_atom(given)
            energy = self._potential.energy_ev_per_atom(given, raw)
            phase = PhaseEnergy(reduced_formula(Counter(crystal.species)), energy)
            placed = energy_above_hull(phase, self._potential.card.method, self._reference)
        except (PotentialError, StabilityError):
            return None
        above = placed.energy_above_hull_ev_per_atom
        return None if above is None or above < LOWEST_CREDIBLE_EV_PER_ATOM else above


def weighing_reference(configured: Settings) -> Path | None:
    """The shipped hull on which crystals are weighed; None where it is not there."""
    return default_reference(configured.models, WEIGHING_POTENTIAL)


def shipped_energies(configured: Settings) -> WrittenEnergies | None:
    """What weighs crystals here, loaded once a process; None without the shipped hull.

    Raises:
        PotentialError: The potential cannot be loaded.
        StabilityError: The hull cannot be read.
    """
    path = weighing_reference(configured)
    return None if path is None else _loaded(path, path.stat().st_mtime_ns, configured)


@lru_cache(maxsize=1)
def _loaded(path: Path, _changed_ns: int, configured: Settings) -> WrittenEnergies:
    from crystal_llm.potentials.loading import load_potential
    from crystal_llm.stability.references.reference_file import read_reference

    return WrittenEnergies(load_potential(WEIGHING_POTENTIAL, configured), read_reference(path))
