"""Whether a site is a cation's or an anion's, by what stands around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from crystal_llm.crystal.edits import site_distances_angstrom
from crystal_llm.evaluation.oxidation_states import OXIDATION_STATES
from crystal_llm.types import PlainCrystal

_SHELL = 1.15
"""Neighbours are those up to so many times as far as the nearest."""


@dataclass(frozen=True, slots=True)
class SiteRole:
    """What kind of ion stands at some sites.

    Attributes:
        kind: ``cation`` where every neighbour is more electronegative than what is there,
            ``anion`` where every one is less so.
        neighbours: Elements of the neighbours, each once.
    """

    kind: Literal["cation", "anion"]
    neighbours: tuple[str, ...]

    def objection(self, element: str) -> str | None:
        """Why an element cannot be that ion there; None where it can."""
        own = electronegativity(element)
        beside = {name: electronegativity(name) for name in self.neighbours}
        for name, value in beside.items():
            if own is None or value is None or name == element:
                continue
            if (own >= value) == (self.kind == "cation"):
                more = "more" if self.kind == "cation" else "less"
                return (
                    f"{element} would be no {self.kind} beside {name}: it is {more} "
                    f"electronegative ({own:g}, {name} {value:g})"
                )
        if element in self.neighbours:
            return f"the site is a {self.kind}'s, and {element} is the {self.other} beside it"
        states = OXIDATION_STATES.get(element, ())
        if not any((state > 0) == (self.kind == "cation") for state in states if state):
            return f"the site is a {self.kind}'s, and {element} is none"
        return None

    @property
    def other(self) -> str:
        """The other kind."""
        return "anion" if self.kind == "cation" else "cation"


def site_role(crystal: PlainCrystal, sites: Iterable[int]) -> SiteRole | None:
    """The role of sites by the elements that are there now.

    Args:
        crystal: The crystal.
        sites: Sites that get one element.

    Returns:
        None where it is not the same for all of them, or cannot be told: metals among
        themselves, an element alone, neighbours on both sides in electronegativity.
    """
    import smact

    if set(crystal.species) <= set(smact.metals):
        return None
    picked = sorted(set(sites))
    roles: set[str] = set()
    around: dict[str, None] = {}
    replaced = {crystal.species[site] for site in picked}
    for site in picked:
        own = electronegativity(crystal.species[site])
        beside = _neighbours(crystal, site, replaced)
        values = [electronegativity(name) for name in beside]
        known = [value for value in values if value is not None]
        if own is None or not known or len(known) < len(values):
            return None
        if own < min(known):
            roles.add("cation")
        elif own > max(known):
            roles.add("anion")
        else:
            return None
        around |= dict.fromkeys(beside)
    if len(roles) != 1:
        return None
    return SiteRole("cation" if roles == {"cation"} else "anion", tuple(sorted(around)))


def _neighbours(crystal: PlainCrystal, site: int, replaced: set[str]) -> tuple[str, ...]:
    """Elements of the nearest shell, those that are replaced left out."""
    apart = site_distances_angstrom(crystal, crystal.fractional_coordinates[site])
    others = [
        (float(distance), crystal.species[place])
        for place, distance in enumerate(apart)
        if place != site and crystal.species[place] not in replaced
    ]
    if not others:
        return ()
    nearest = min(others)[0]
    return tuple(sorted({name for distance, name in others if distance <= _SHELL * nearest}))


@cache
def electronegativity(symbol: str) -> float | None:
    """Pauling's, by pymatgen; None where there is none (most noble gases)."""
    import math
    import warnings

    from pymatgen.core import Element

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of elements without one
        value = float(Element(symbol).X)
    return value if math.isfinite(value) and value > 0 else None
