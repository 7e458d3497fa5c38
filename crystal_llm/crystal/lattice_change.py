"""A lattice for a new element: rescaled by radii before it is relaxed."""

from __future__ import annotations

from collections.abc import Iterable

from crystal_llm.crystal.edits import Edit, scale_lattice
from crystal_llm.crystal.ionic_radii import (
    atomic_radius_angstrom,
    ion,
    ionic_radii_angstrom,
    usual_radius_angstrom,
)
from crystal_llm.crystal.swap_table import closest_shared_state
from crystal_llm.errors import InfillError
from crystal_llm.types import PlainCrystal


def rescale_by_radii(before: PlainCrystal, after: PlainCrystal) -> Edit:
    """Scales a substituted crystal's lattice by the cubes of its atoms' radii.

    The factor of all three lengths is the cube root of Σr³ after over Σr³ before. An atom
    that changed counts with its radius in an oxidation state that both elements share (the
    old element's commonest, else the one with the nearest radii), any other with that of
    its commonest state; in a crystal of metals alone all count with atomic radii. It is a
    start for a relaxation, not a prediction.

    Args:
        before: The crystal whose lattice fits its atoms.
        after: The same sites with other elements; its lattice is scaled.

    Raises:
        InfillError: The sites differ in number, or an element has no known radius.
    """
    if len(before.species) != len(after.species):
        raise InfillError("the lattice can only be rescaled between crystals of the same sites")
    pairs = list(zip(before.species, after.species, strict=True))
    names: dict[str, None] = {}
    old = new = 0.0
    metallic = _all_metals(before.species) and _all_metals(after.species)
    for first, second in pairs:
        radius, other, name = (_atomic if metallic else _ionic)(first, second)
        old += radius**3
        new += other**3
        if first != second:
            names.setdefault(name)
    scaled = scale_lattice(after, (new / old) ** (1.0 / 3.0))
    reason = "; ".join(names) or "nothing changed"
    return Edit(scaled.crystal, f"{scaled.description} by radii ({reason})")


def _ionic(first: str, second: str) -> tuple[float, float, str]:
    if first == second:
        radius = _known(first, usual_radius_angstrom(first))
        return radius, radius, ""
    state = _common_state(first, second)
    if state is None:
        radius = _known(first, usual_radius_angstrom(first))
        other = _known(second, usual_radius_angstrom(second))
        return radius, other, f"{first} {radius:g} → {second} {other:g} Å"
    radius, other = ionic_radii_angstrom(first)[state], ionic_radii_angstrom(second)[state]
    return radius, other, f"{ion(first, state)} {radius:g} → {ion(second, state)} {other:g} Å"


def _common_state(first: str, second: str) -> int | None:
    from pymatgen.core import Element

    shared = ionic_radii_angstrom(first).keys() & ionic_radii_angstrom(second).keys()
    for state in Element(first).common_oxidation_states:
        if state in shared:
            return int(state)
    closest = closest_shared_state(first, second)
    return None if closest is None else closest.state


def _atomic(first: str, second: str) -> tuple[float, float, str]:
    radius = _known(first, atomic_radius_angstrom(first))
    other = _known(second, atomic_radius_angstrom(second))
    return radius, other, f"{first} {radius:g} → {second} {other:g} Å, atomic"


def _known(symbol: str, radius: float | None) -> float:
    if radius is None:
        raise InfillError(f"no radius of {symbol} is known: scale the lattice by hand")
    return radius


def _all_metals(species: Iterable[str]) -> bool:
    import smact

    return set(species) <= set(smact.metals)
