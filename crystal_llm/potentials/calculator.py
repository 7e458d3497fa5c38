"""The ASE calculator of a potential that gives energy, forces and stress at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ase.calculators.calculator import Calculator, all_changes

if TYPE_CHECKING:
    from ase import Atoms


class OnePassCalculator(Calculator):  # type: ignore[misc]
    """ASE calculator: energy in eV, forces in eV/Å, stress in eV/Å³ (Voigt).

    Args:
        evaluate: ASE's results of atoms; a PotentialError where they cannot be served.
    """

    implemented_properties = ["energy", "free_energy", "forces", "stress"]  # noqa: RUF012

    def __init__(self, evaluate: Callable[[Atoms], dict[str, Any]]) -> None:
        super().__init__()
        self._evaluate = evaluate

    def calculate(
        self,
        atoms: Atoms | None = None,
        properties: list[str] | None = None,
        system_changes: list[str] = all_changes,
    ) -> None:
        """Evaluates all properties at once.

        Raises:
            PotentialError: The potential cannot serve these atoms.
        """
        super().calculate(atoms, properties, system_changes)
        self.results = self._evaluate(self.atoms)
