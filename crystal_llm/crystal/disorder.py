"""A crystal whose sites are shared by elements, or partly empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import gcd

import numpy as np

Occupants = tuple[tuple[str, float], ...]
"""The elements of a site with the share of each, above 0; together at most 1."""


@dataclass(frozen=True, eq=False)
class DisorderedCrystal:
    """A cell whose sites hold shares of elements.

    Attributes:
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        positions: Fractional coordinates, shape (n, 3).
        occupants: Of each site.
    """

    matrix: np.ndarray
    positions: np.ndarray
    occupants: tuple[Occupants, ...]

    @property
    def amounts(self) -> dict[str, float]:
        """Atoms of each element in the cell."""
        atoms: defaultdict[str, float] = defaultdict(float)
        for site in self.occupants:
            for element, share in site:
                atoms[element] += share
        return dict(atoms)

    @property
    def formula_units(self) -> int:
        """Of the cell, by the numbers of sites that share alike."""
        return gcd(*Counter(self.occupants).values())

    @property
    def formula(self) -> str:
        """The composition with its shares, such as ``LiMn0.5Fe0.5PO4``."""
        units = self.formula_units
        return formula_with_shares({element: n / units for element, n in self.amounts.items()})


def formula_with_shares(amounts: dict[str, float]) -> str:
    """A formula whose amounts need not be whole, by electronegativity.

    Args:
        amounts: By element.
    """
    from pymatgen.core import Composition

    ordered = Composition(amounts).formula.split()
    return "".join(f"{element}{_amount(amounts[element])}" for element in map(_element, ordered))


def _element(part: str) -> str:
    return part.rstrip("0123456789.")


def _amount(value: float) -> str:
    return "" if round(value, 3) == 1 else f"{round(value, 3):g}"
