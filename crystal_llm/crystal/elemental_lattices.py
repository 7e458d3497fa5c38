"""The lattices of elements in textbooks: fcc, bcc, hcp and diamond, by ASE's table.

A table of known structures may lack the ground state of an element: of beryllium the Materials
Project's, as shipped, holds bcc alone, which lies above hcp. Then this one stands in for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from crystal_llm.types import PlainCrystal

_SPACE_GROUPS = {"fcc": 225, "bcc": 229, "hcp": 194, "diamond": 227}
_BCC_ANGLE_DEGREES = 109.47122063449069


@dataclass(frozen=True, slots=True)
class ElementalLattice:
    """An element's lattice.

    Attributes:
        name: Such as ``hcp Be``.
        spacegroup_number: International number.
        crystal: Its primitive cell.
    """

    name: str
    spacegroup_number: int
    crystal: PlainCrystal


def elemental_lattice(symbol: str) -> ElementalLattice | None:
    """The lattice of an element, None where textbooks list another structure or none.

    Args:
        symbol: The element.
    """
    from ase.data import atomic_numbers, reference_states

    number = atomic_numbers.get(symbol, 0)
    state = reference_states[number] if number < len(reference_states) else None
    if state is None or state["symmetry"] not in _SPACE_GROUPS:
        return None
    kind, a = state["symmetry"], float(state["a"])
    sites: tuple[tuple[float, float, float], ...]
    if kind == "hcp":
        edge, c = a, a * float(state["c/a"])
        lengths, angles = (edge, edge, c), (90.0, 90.0, 120.0)
        sites = ((1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75))
    else:
        edge, angle = (
            (a * sqrt(3) / 2, _BCC_ANGLE_DEGREES) if kind == "bcc" else (a / sqrt(2), 60.0)
        )
        lengths, angles = (edge, edge, edge), (angle, angle, angle)
        sites = ((0.0, 0.0, 0.0), (0.25, 0.25, 0.25))[: 2 if kind == "diamond" else 1]
    crystal = PlainCrystal(lengths, angles, (symbol,) * len(sites), sites)
    return ElementalLattice(f"{kind} {symbol}", _SPACE_GROUPS[kind], crystal)


def lattice_named(name: str) -> ElementalLattice | None:
    """The lattice of a name such as ``hcp Be``, None where the element has none of that name."""
    lattice = elemental_lattice(name.rpartition(" ")[2])
    return lattice if lattice is not None and lattice.name == name else None
