"""What a pretrained interatomic potential is to this package.

A back end is a module that makes one :class:`Potential`; all of them pass the same
contract test (``tests/potentials/test_potential_contract.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError

EV_PER_CUBIC_ANGSTROM_IN_GPA = 160.21766208
"""As chgnet and matgl have it, so that dividing by it gives back what they multiplied."""

if TYPE_CHECKING:
    from ase import Atoms
    from ase.calculators.calculator import Calculator
    from pymatgen.core import Structure

CorrectionStep = Literal["included", "added", "impossible"]


@dataclass(frozen=True, slots=True)
class PotentialCard:
    """What is known of a potential before it is loaded.

    Attributes:
        name: What a user types, such as ``chgnet``.
        title: Name and release, such as ``CHGNet 0.3.0``.
        method: Stamp of the energies that :meth:`Potential.energy_ev_per_atom` gives.
        elements: Symbols that it was trained on.
        correction: Whether its energies hold the Materials Project's corrections of 2020
            (``included``), get them here (``added``), or cannot have them (``impossible``:
            another level of theory, so no hull of the Materials Project).
        source: Where the weights come from and under which licence.
    """

    name: str
    title: str
    method: EnergyMethod
    elements: frozenset[str]
    correction: CorrectionStep
    source: str


class Potential(Protocol):
    """A loaded potential that has passed its self-check."""

    @property
    def card(self) -> PotentialCard:
        """What it is."""

    def calculator(self) -> Calculator:
        """An ASE calculator: energy in eV, forces in eV/Å, stress in eV/Å³.

        Calculators share the weights; each keeps its own last result.
        """

    def static_energy_ev_per_atom(self, structure: Structure) -> float:
        """The calculator's energy of a crystal as it stands, divided by its atoms.

        Without forces, so about half the work of an evaluation. Raw, as the calculator
        gives it: see :meth:`energy_ev_per_atom`.

        Raises:
            PotentialError: An element that the potential does not know, or atoms too far
                apart for its graph.
        """

    def energy_ev_per_atom(self, structure: Structure, raw_ev_per_atom: float) -> float:
        """The energy as its card stamps it, from what the calculator gave.

        Args:
            structure: The crystal that the energy belongs to.
            raw_ev_per_atom: The calculator's energy divided by the number of atoms.

        Raises:
            PotentialError: The correction cannot be had for this crystal.
        """


@runtime_checkable
class BatchPotential(Potential, Protocol):
    """A potential that evaluates many crystals in one pass, as a GPU wants it."""

    @property
    def together(self) -> int:
        """How many crystals are best relaxed side by side on its device."""

    def evaluate_many(self, crystals: Sequence[Atoms]) -> list[dict[str, Any] | PotentialError]:
        """What :meth:`Potential.calculator` would give for each, from one pass.

        Args:
            crystals: Atoms as ASE has them.

        Returns:
            For each crystal ASE's results, or why the potential cannot serve it.
        """
