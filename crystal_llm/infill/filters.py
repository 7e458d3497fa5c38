"""What speaks against an element at a mask, with the reason.

Nothing is removed in silence: every element keeps its place in the ranking and gets a
verdict of each filter, so that a page can grey it out and say why. Sources: radii from
pymatgen's element data (the paper's swap table, CrystalLLM, Appendix C), charge balance by
SMACT as in :mod:`crystal_llm.evaluation.validity`, with cations on cations' sites
(:mod:`crystal_llm.infill.site_role`), crustal abundance (CRC) and the Herfindahl-Hirschman
index of production and reserves (Gaultois et al. 2013) from SMACT's element data,
radioactivity from pymatgen. No installed package holds a list of toxic elements, so toxicity
is left to ``excluded``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from crystal_llm.crystal.edits import substitute
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.ionic_radii import ion, ionic_radii_angstrom
from crystal_llm.crystal.swap_table import (
    RADIUS_TOLERANCE_ANGSTROM,
    check_tolerance,
    closest_shared_state,
)
from crystal_llm.errors import InfillError
from crystal_llm.infill.masks import known_elements
from crystal_llm.infill.site_role import site_role
from crystal_llm.types import PlainCrystal

VerdictKind = Literal["passes", "removes", "does not apply", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one filter says of one element.

    Attributes:
        kind: ``removes`` alone speaks against it.
        reason: Why, for a reader.
    """

    kind: VerdictKind
    reason: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """Which filters remove elements; all verdicts that need no setting are given anyway.

    Attributes:
        radius_tolerance_angstrom: Ionic radii in a shared oxidation state must differ by
            less; None: radii are told with the paper's 0.1 Å and remove nothing.
        charge_balance: Whether a crystal that cannot be neutral is removed, and an element
            that would be an anion on a cation's site or the other way round.
        allowed: The only elements that may be taken; None for all.
        excluded: Elements that may not be taken.
        min_crustal_abundance_mg_per_kg: Rarer elements are removed; None for no limit.
        max_hhi_production: Elements whose production is concentrated in fewer hands
            (0 to 10,000) are removed; None for no limit.
        radioactive: Whether elements without a stable isotope may be taken.

    Raises:
        InfillError: A value is impossible, or an element is none that a model can write.
    """

    radius_tolerance_angstrom: float | None = RADIUS_TOLERANCE_ANGSTROM
    charge_balance: bool = True
    allowed: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    min_crustal_abundance_mg_per_kg: float | None = None
    max_hhi_production: float | None = None
    radioactive: bool = True

    def __post_init__(self) -> None:
        if self.radius_tolerance_angstrom is not None:
            check_tolerance(self.radius_tolerance_angstrom)
        left = frozenset(TRAINED_ELEMENTS) if self.allowed is None else known_elements(self.allowed)
        if not left - known_elements(self.excluded):
            raise InfillError("every allowed element is excluded: allow at least one more")
        for name, limit in (
            ("crustal abundance", self.min_crustal_abundance_mg_per_kg),
            ("HHI", self.max_hhi_production),
        ):
            if limit is not None and not (math.isfinite(limit) and limit >= 0.0):
                raise InfillError(f"{name} = {limit}: must be at least 0")


@dataclass(frozen=True, slots=True)
class ElementVerdicts:
    """All verdicts on one element at a mask.

    Attributes:
        element: Symbol.
        radius: Ionic radius against the elements that it replaces.
        charge: Charge balance of the whole crystal after the edit.
        listed: Allowed and excluded elements.
        supply: Abundance and concentration of production.
        radioactivity: Whether it has a stable isotope.
    """

    element: str
    radius: Verdict
    charge: Verdict
    listed: Verdict
    supply: Verdict
    radioactivity: Verdict

    @property
    def all(self) -> tuple[Verdict, ...]:
        """The verdicts, in the order of the fields."""
        return (self.radius, self.charge, self.listed, self.supply, self.radioactivity)

    @property
    def removed(self) -> bool:
        """Whether any filter removes the element."""
        return any(verdict.kind == "removes" for verdict in self.all)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is removed; empty where it is not."""
        return tuple(verdict.reason for verdict in self.all if verdict.kind == "removes")


def verdicts(
    crystal: PlainCrystal,
    sites: Iterable[int],
    elements: Sequence[str] = TRAINED_ELEMENTS,
    constraints: Constraints | None = None,
) -> dict[str, ElementVerdicts]:
    """What the filters say of each element at masked sites.

    Args:
        crystal: The crystal before the edit.
        sites: The masked sites, which all get the element.
        elements: Those to judge.
        constraints: Which filters remove.

    Raises:
        InfillError: A wrong pick of sites.
    """
    asked = constraints or Constraints()
    picked = tuple(sites)
    replaced = tuple(dict.fromkeys(crystal.species[site] for site in picked))
    role = site_role(crystal, picked)
    return {
        element: ElementVerdicts(
            element,
            _radius(replaced, element, asked.radius_tolerance_angstrom),
            charge_verdict(
                substitute(crystal, picked, element).crystal.species,
                asked.charge_balance,
                objection=None if role is None else role.objection(element),
            ),
            _listed(element, asked),
            _supply(element, asked),
            _radioactivity(element, asked.radioactive),
        )
        for element in elements
    }


def _radius(replaced: Sequence[str], element: str, tolerance: float | None) -> Verdict:
    limit = RADIUS_TOLERANCE_ANGSTROM if tolerance is None else tolerance
    verdicts = [_radius_against(before, element, limit) for before in replaced]
    # The worst of several replaced elements speaks.
    ranks: list[VerdictKind] = ["removes", "unknown", "passes", "does not apply"]
    worst = min(verdicts, key=lambda verdict: ranks.index(verdict.kind))
    if worst.kind == "removes" and tolerance is None:
        return Verdict("does not apply", f"{worst.reason}; not asked to remove")
    return worst


def _radius_against(before: str, element: str, limit: float) -> Verdict:
    if before == element:
        return Verdict("passes", "the element that is there now")
    for symbol in (before, element):
        if not ionic_radii_angstrom(symbol):
            return Verdict("removes", f"no ionic radius of {symbol} is known")
    shared = closest_shared_state(before, element)
    if shared is None:
        return Verdict("removes", f"shares no oxidation state with {before}")
    apart = (
        f"{ion(element, shared.state)} {shared.second_angstrom:g} Å, "
        f"{ion(before, shared.state)} {shared.first_angstrom:g} Å"
    )
    if shared.difference_angstrom < limit:
        return Verdict("passes", f"{apart}: {shared.difference_angstrom:.3f} Å apart")
    return Verdict(
        "removes",
        f"{apart}: {shared.difference_angstrom:.3f} Å apart, not less than {limit:g} Å",
    )


def charge_verdict(
    species: Sequence[str], removing: bool = True, objection: str | None = None
) -> Verdict:
    """Whether a whole crystal can be charge-neutral, each site keeping its sign.

    Args:
        species: Elements of all its sites.
        removing: Whether one that cannot is removed, or only told.
        objection: Why an element cannot be the ion that its sites are for
            (:mod:`crystal_llm.infill.site_role`); None where it can.
    """
    import smact

    from crystal_llm.evaluation.validity import compositional_flaw, formula_of

    if objection is None:
        if len(set(species)) == 1:
            return Verdict("does not apply", "a single element: charge balance does not apply")
        if set(species) <= set(smact.metals):
            return Verdict("does not apply", "intermetallic: charge balance does not apply")
    flaw = objection or compositional_flaw(species)
    if flaw is None:
        return Verdict("passes", f"{formula_of(species)} can be charge-neutral")
    return (
        Verdict("removes", flaw)
        if removing
        else Verdict("does not apply", f"{flaw}; not asked to remove")
    )


def _listed(element: str, asked: Constraints) -> Verdict:
    if element in asked.excluded:
        return Verdict("removes", f"{element} is excluded")
    if asked.allowed is None:
        return Verdict("passes", "every element is allowed")
    if element not in asked.allowed:
        return Verdict("removes", f"{element} is not among the allowed elements")
    return Verdict("passes", f"{element} is allowed")


@dataclass(frozen=True, slots=True)
class Supply:
    """How an element is had, by SMACT's element data (None where it has no value).

    Attributes:
        crustal_abundance_mg_per_kg: In the Earth's crust.
        hhi_production: Herfindahl-Hirschman index of production, 0 to 10,000: the higher,
            the fewer countries make it.
        hhi_reserves: The same of the known reserves.
    """

    crustal_abundance_mg_per_kg: float | None
    hhi_production: float | None
    hhi_reserves: float | None


@cache
def supply(element: str) -> Supply:
    """What SMACT knows of an element's supply."""
    import smact

    data = smact.Element(element)
    return Supply(data.crustal_abundance, data.HHI_p, data.HHI_r)


def _supply(element: str, asked: Constraints) -> Verdict:
    known = supply(element)
    abundance, index = known.crustal_abundance_mg_per_kg, known.hhi_production
    said = [
        "crustal abundance "
        + ("unknown" if abundance is None else f"{abundance:g} mg/kg (CRC, by SMACT)"),
        "HHI of production " + ("unknown" if index is None else f"{index:g} (by SMACT)"),
    ]
    least, most = asked.min_crustal_abundance_mg_per_kg, asked.max_hhi_production
    too_rare = least is not None and abundance is not None and abundance < least
    too_few = most is not None and index is not None and index > most
    if too_rare:
        said[0] += f", less than {least:g}"
    if too_few:
        said[1] += f", more than {most:g}"
    reasons = [text for text, wrong in zip(said, (too_rare, too_few), strict=True) if wrong]
    if reasons:
        return Verdict("removes", "; ".join(reasons))
    asked_for = [(least, abundance), (most, index)]
    if any(limit is not None and value is None for limit, value in asked_for):
        return Verdict("unknown", "; ".join(said))
    return Verdict("passes", "; ".join(said))


@cache
def _is_radioactive(element: str) -> bool:
    from pymatgen.core import Element

    return bool(Element(element).is_radioactive)


def _radioactivity(element: str, allowed: bool) -> Verdict:
    if not _is_radioactive(element):
        return Verdict("passes", "has a stable isotope")
    kind: VerdictKind = "passes" if allowed else "removes"
    return Verdict(kind, f"{element} is radioactive: it has no stable isotope")
