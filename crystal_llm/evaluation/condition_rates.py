"""How often a model meets the condition that it was asked for.

Source: CrystalLLM (arXiv 2402.04379), Figure 7: formulas as parsed, against their length;
space groups within 0.2 Å; energies above hull as a binary question, stable or not, by a
potential. Two kinds are ours: the elements, exactly these, and the band gap, metal or not, which
is checked only where a crystal is a known structure with a calculated gap. A *soft* condition
stands in the prompt alone; a *hard* one is held by the grammar as well, and is measured to show
that it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crystal_llm.crystal.symmetric import crystal_system
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM

ConditionKind = Literal["formula", "spacegroup", "elements", "energy", "gap"]

PAPER_SYMMETRY_TOLERANCE_ANGSTROM = 0.2

METAL_BELOW_EV = 0.05
"""A calculated gap below this is none."""

FORMULA_LENGTHS = ((1, 3), (4, 6), (7, 10), (11, 20))
"""Atoms in the reduced formula, first and last of each group."""


@dataclass(frozen=True, slots=True)
class ConditionTrial:
    """One crystal that was asked for with one condition.

    Attributes:
        kind: What was asked.
        hard: Whether the grammar held it too.
        material_id: The test crystal whose value was asked for.
        asked: The value: a formula, a number, symbols in alphabetical order, an energy, a gap.
        atoms_in_formula: Of the test crystal's reduced formula.
        spacegroup_number: Of the test crystal.
        failure: Why no crystal came of it.
        formula: What came of it.
        obtained_elements: Its elements, as ``asked`` says them.
        obtained_spacegroup: Within 0.2 Å, as written.
        energy_above_hull_ev_per_atom: Of its relaxed form, where it was relaxed.
        band_gap_ev: Of the known structure that it is; None where it is none.
    """

    kind: ConditionKind
    hard: bool
    material_id: str
    asked: str
    atoms_in_formula: int
    spacegroup_number: int | None
    failure: str | None = None
    formula: str | None = None
    obtained_elements: str | None = None
    obtained_spacegroup: int | None = None
    energy_above_hull_ev_per_atom: float | None = None
    band_gap_ev: float | None = None

    @property
    def checked(self) -> bool:
        """Whether anything says if it was met: for a band gap only a known structure does."""
        return self.kind != "gap" or self.band_gap_ev is not None

    @property
    def met(self) -> bool:
        """Whether the condition was met; a crystal that is none meets nothing."""
        if self.failure is not None:
            return False
        if self.kind == "formula":
            return self.formula == self.asked
        if self.kind == "spacegroup":
            return str(self.obtained_spacegroup) == self.asked
        if self.kind == "elements":
            return self.obtained_elements == self.asked
        if self.kind == "gap":
            gap = self.band_gap_ev
            return gap is not None and (gap < METAL_BELOW_EV) == _is_metal(self.asked)
        above = self.energy_above_hull_ev_per_atom
        wanted = float(self.asked) <= METASTABLE_EV_PER_ATOM
        return above is not None and (above <= METASTABLE_EV_PER_ATOM) == wanted


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """How often the conditions of one group were met, such as those of one crystal system."""

    name: str
    met: Rate


@dataclass(frozen=True, slots=True)
class ConditionRates:
    """How often one kind of condition was met, asked in one way.

    Attributes:
        kind: What was asked.
        hard: Whether the grammar held it too.
        met: Of all that were asked for, failures among them; of band gaps, of all that could be
            checked.
        groups: The same by length of the formula, crystal system, number of elements, or by
            whether a stable crystal or a metal was asked for.
        unchecked: How many nothing can be said of.
    """

    kind: str
    hard: bool
    met: Rate
    groups: tuple[ConditionGroup, ...]
    unchecked: int = 0


def condition_rates(trials: Sequence[ConditionTrial]) -> tuple[ConditionRates, ...]:
    """The rates of every kind and way that was tried."""
    ways = list(dict.fromkeys((trial.kind, trial.hard) for trial in trials))
    rates = []
    for kind, hard in ways:
        mine = [trial for trial in trials if (trial.kind, trial.hard) == (kind, hard)]
        groups: dict[str, list[ConditionTrial]] = {}
        for trial in mine:
            groups.setdefault(_group(trial), []).append(trial)
        rates.append(
            ConditionRates(
                kind,
                hard,
                _rate(mine),
                tuple(
                    ConditionGroup(name, _rate(members))
                    for name, members in sorted(groups.items(), key=_place)
                ),
                sum(not trial.checked for trial in mine),
            )
        )
    return tuple(rates)


def _rate(trials: Sequence[ConditionTrial]) -> Rate:
    checked = [trial for trial in trials if trial.checked]
    return Rate(
        sum(trial.met for trial in checked),
        len(checked),
        "asked" if len(checked) == len(trials) else "known structures",
    )


def _is_metal(gap: str) -> bool:
    return float(gap) < METAL_BELOW_EV


def _group(trial: ConditionTrial) -> str:
    if trial.kind == "formula":
        for first, last in FORMULA_LENGTHS:
            if trial.atoms_in_formula <= last:
                return f"{first} to {last} atoms"
        return f"more than {FORMULA_LENGTHS[-1][1]} atoms"
    if trial.kind == "spacegroup":
        return crystal_system(int(trial.asked))
    if trial.kind == "elements":
        number = len(trial.asked.split())
        return "1 element" if number == 1 else f"{number} elements"
    if trial.kind == "gap":
        return "a metal asked" if _is_metal(trial.asked) else "a gap asked"
    return "stable asked" if float(trial.asked) <= METASTABLE_EV_PER_ATOM else "unstable asked"


def _place(item: tuple[str, list[ConditionTrial]]) -> tuple[float, str]:
    name, members = item
    if members[0].kind == "formula":
        return (min(member.atoms_in_formula for member in members), name)
    if members[0].kind == "elements":
        return (len(members[0].asked.split()), name)
    if members[0].kind == "spacegroup":
        return (min(int(member.asked) for member in members), name)
    return (0.0, name)
