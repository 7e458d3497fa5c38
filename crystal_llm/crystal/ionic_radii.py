"""Ionic radii by oxidation state, from pymatgen's element data."""

from __future__ import annotations

from functools import cache

from crystal_llm.crystal.elements import ELEMENTS


@cache
def ionic_radii_angstrom(symbol: str) -> dict[int, float]:
    """Radius in Å for each oxidation state that pymatgen has one for; not to be changed.

    The paper's source (CrystalLLM, Appendix C: ``Element.ionic_radii``). Noble gases and
    some actinides have none.
    """
    from pymatgen.core import Element

    if symbol not in ELEMENTS:
        return {}
    return {int(state): float(radius) for state, radius in Element(symbol).ionic_radii.items()}


@cache
def usual_radius_angstrom(symbol: str) -> float | None:
    """Radius in the commonest oxidation state with a known one; else the atomic radius.

    None where neither is known.
    """
    from pymatgen.core import Element

    radii = ionic_radii_angstrom(symbol)
    element = Element(symbol)
    for state in element.common_oxidation_states:
        if state in radii:
            return radii[state]
    return atomic_radius_angstrom(symbol)


@cache
def atomic_radius_angstrom(symbol: str) -> float | None:
    """Empirical atomic radius in Å; pymatgen's calculated one where there is none."""
    import math

    from pymatgen.core import Element

    element = Element(symbol)
    for value in (element.atomic_radius, element.atomic_radius_calculated):
        if value is not None and math.isfinite(float(value)):
            return float(value)
    return None


def ion(symbol: str, state: int) -> str:
    """An ion as chemists write it, such as Fe³⁺."""
    size = "" if abs(state) == 1 else str(abs(state))
    sign = "" if state == 0 else "-" if state < 0 else "+"
    return symbol + f"{size}{sign}".translate(_SUPERSCRIPTS)


_SUPERSCRIPTS = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
