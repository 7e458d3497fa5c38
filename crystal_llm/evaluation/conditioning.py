"""What was asked of a set of crystals against what they turned out to be.

A condition is *held* where the grammar left the model no choice, and *asked* where only the
prompt says it. Either way it is checked on the crystals; a condition that nothing here can
check says so instead of having a rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crystal_llm.evaluation.rates import Rate
from crystal_llm.generation.request import requested_formula
from crystal_llm.types import Conditions

SYMMETRY_TOLERANCE_ANGSTROM = 0.1
"""spglib's ``symprec`` for the space group that a crystal is said to have."""

_ENERGY_TOLERANCE_EV_PER_ATOM = 0.1
"""So near to its target an energy above hull counts as obtained."""


@dataclass(frozen=True, slots=True)
class Obtained:
    """What one crystal turned out to be; None means "not known".

    Attributes:
        formula: Its reduced formula.
        elements: Its elements.
        spacegroup_number: As written, within :data:`SYMMETRY_TOLERANCE_ANGSTROM`.
        relaxed: Whether there is a relaxed form.
        relaxed_spacegroup_number: Of the relaxed form, within the same tolerance.
        energy_above_hull_ev_per_atom: Of the relaxed form.
    """

    formula: str
    elements: frozenset[str]
    spacegroup_number: int | None = None
    relaxed: bool = False
    relaxed_spacegroup_number: int | None = None
    energy_above_hull_ev_per_atom: float | None = None


@dataclass(frozen=True, slots=True)
class ConditionCheck:
    """One condition and how often it was obtained.

    Attributes:
        condition: What was said, such as ``space group 225``.
        held: Whether the grammar held it; else the prompt asked for it.
        counts: What counts as obtained, in words; empty where nothing can be checked.
        rates: How often, each with what its total counts; empty where nothing is known.
        remark: Why there is no rate, or what to know of it; None if nothing.
    """

    condition: str
    held: bool
    counts: str
    rates: tuple[Rate, ...]
    remark: str | None = None


def check_conditions(
    asked: Conditions,
    obtained: Sequence[Obtained],
    *,
    hard: Sequence[str] = (),
    allowed_elements: Sequence[str] | None = None,
    excluded_elements: Sequence[str] = (),
) -> tuple[ConditionCheck, ...]:
    """Checks every condition of a request on the crystals that came of it.

    Args:
        asked: What the prompt said.
        obtained: The crystals, without those that are none.
        hard: Names of the conditions that the grammar held.
        allowed_elements: The only elements that the grammar let pass, if so.
        excluded_elements: Elements that it did not.
    """
    checks: list[ConditionCheck] = []

    def rate(test: Callable[[Obtained], bool], among: Sequence[Obtained], whole: str) -> Rate:
        return Rate(sum(map(test, among)), len(among), whole)

    if asked.formula is not None:
        formula = asked.formula
        reduced = requested_formula(formula)
        same = rate(lambda crystal: crystal.formula == reduced, obtained, "crystals")
        meaning = "the reduced formula is the same"
        checks.append(ConditionCheck(f"formula {formula}", "formula" in hard, meaning, (same,)))
    if asked.elements is not None:
        wanted = frozenset(asked.elements)
        same = rate(lambda crystal: crystal.elements == wanted, obtained, "crystals")
        meaning = "these elements and no others"
        name = f"elements {'-'.join(asked.elements)}"
        checks.append(ConditionCheck(name, "elements" in hard, meaning, (same,)))
    if allowed_elements is not None or excluded_elements:
        checks.append(_element_limits(allowed_elements, excluded_elements, obtained))
    if asked.spacegroup_number is not None:
        number = asked.spacegroup_number
        relaxed = [crystal for crystal in obtained if crystal.relaxed]
        rates = [rate(lambda crystal: crystal.spacegroup_number == number, obtained, "as written")]
        if relaxed:
            rates.append(
                rate(
                    lambda crystal: crystal.relaxed_spacegroup_number == number, relaxed, "relaxed"
                )
            )
        meaning = (
            f"spglib finds it within {SYMMETRY_TOLERANCE_ANGSTROM:g} Å (the paper takes 0.2 Å)"
        )
        checks.append(ConditionCheck(f"space group {number}", False, meaning, tuple(rates)))
    if asked.energy_above_hull_ev_per_atom is not None:
        checks.append(_energy(asked.energy_above_hull_ev_per_atom, obtained))
    for name, value, unit in (
        ("formation energy", asked.formation_energy_ev_per_atom, "eV/atom"),
        ("band gap", asked.band_gap_ev, "eV"),
    ):
        if value is not None:
            why = "Not checked: no potential here gives it."
            checks.append(ConditionCheck(f"{name} {value:g} {unit}", False, "", (), why))
    return tuple(checks)


def _element_limits(
    allowed: Sequence[str] | None, excluded: Sequence[str], obtained: Sequence[Obtained]
) -> ConditionCheck:
    said = []
    if allowed is not None:
        said.append(f"only {' '.join(allowed)}")
    if excluded:
        said.append(f"without {' '.join(excluded)}")
    within = [
        crystal
        for crystal in obtained
        if (allowed is None or crystal.elements <= set(allowed))
        and not crystal.elements & set(excluded)
    ]
    rate = Rate(len(within), len(obtained), "crystals")
    return ConditionCheck(", ".join(said), True, "no other element occurs", (rate,))


def _energy(target_ev_per_atom: float, obtained: Sequence[Obtained]) -> ConditionCheck:
    known = [
        crystal.energy_above_hull_ev_per_atom
        for crystal in obtained
        if crystal.energy_above_hull_ev_per_atom is not None
    ]
    # Whoever asks for 0 wants a stable crystal: one below all that is known is one.
    near = [
        energy
        for energy in known
        if energy <= target_ev_per_atom + _ENERGY_TOLERANCE_EV_PER_ATOM
        and (not target_ev_per_atom or energy >= target_ev_per_atom - _ENERGY_TOLERANCE_EV_PER_ATOM)
    ]
    name = f"energy above hull {target_ev_per_atom:g} eV/atom"
    meaning = f"within {_ENERGY_TOLERANCE_EV_PER_ATOM:g} eV/atom of it"
    if not target_ev_per_atom:
        meaning = f"at most {_ENERGY_TOLERANCE_EV_PER_ATOM:g} eV/atom above the hull"
    if not known:
        return ConditionCheck(name, False, meaning, (), "No crystal has an energy above hull yet.")
    return ConditionCheck(name, False, meaning, (Rate(len(near), len(known), "with a hull"),))
