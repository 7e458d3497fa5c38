"""How many crystals are metastable, stable, and stable, unique and novel (S.U.N.).

Sources: CrystalLLM (arXiv 2402.04379), Appendix B.2: of all samples, those that are valid and
at most 0.1 eV/atom above the hull. FlowLLM (arXiv 2410.23405), Section 5 and Appendix D: stable
is at or below the hull with at least two elements; of the stable ones, those that are novel
against known crystals; of these, crystals that match each other count once (S.U.N.). FlowLLM's
bound of metastability is 0.08 eV/atom. No such number means anything without its potential,
hull and whether the crystals were relaxed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crystal_llm.evaluation.rates import Rate
from crystal_llm.stability.hull import ON_HULL_EV_PER_ATOM

METASTABLE_EV_PER_ATOM = 0.1
"""CrystalLLM's bound of metastability on the energy above hull."""

THRESHOLDS_EV_PER_ATOM = (0.0, 0.08, METASTABLE_EV_PER_ATOM)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether one crystal counts.

    Attributes:
        elements: How many elements it has.
        valid: Structurally and compositionally, as written.
        kind: The same number for crystals that match; None where it cannot be compared.
        novel: Whether no known crystal matches; None where that was not asked.
        energy_above_hull_ev_per_atom: None where there is no hull or no energy.
    """

    elements: int
    valid: bool
    kind: int | None
    novel: bool | None
    energy_above_hull_ev_per_atom: float | None

    def within(self, threshold_ev_per_atom: float) -> bool:
        """Whether it lies so near to the hull, or below it; within noise of it counts."""
        above = self.energy_above_hull_ev_per_atom
        return above is not None and above <= threshold_ev_per_atom + ON_HULL_EV_PER_ATOM


@dataclass(frozen=True, slots=True)
class StabilityRates:
    """What share of all samples lies at most so far above the hull.

    Attributes:
        threshold_ev_per_atom: How far.
        within: At most so far, whatever else.
        valid: At most so far and valid: CrystalLLM's count.
        stable: At most so far, of at least two elements: FlowLLM's count.
        unique: Different crystals among ``stable``.
        sun: Different crystals among those of ``stable`` that are novel; None where novelty
            was not asked.
    """

    threshold_ev_per_atom: float
    within: Rate
    valid: Rate
    stable: Rate
    unique: Rate
    sun: Rate | None


def stability_rates(
    standings: Sequence[Standing],
    asked: int,
    thresholds_ev_per_atom: Sequence[float] = THRESHOLDS_EV_PER_ATOM,
    *,
    with_known: bool,
    whole: str = "asked",
) -> tuple[StabilityRates, ...]:
    """Rates at each threshold.

    Args:
        standings: The crystals that were looked at.
        asked: All samples, failures among them: the denominator.
        thresholds_ev_per_atom: Bounds on the energy above hull.
        with_known: Whether there were known crystals to be novel against.
        whole: What ``asked`` counts.
    """
    rates = []
    for threshold in thresholds_ev_per_atom:
        within = [standing for standing in standings if standing.within(threshold)]
        stable = [standing for standing in within if standing.elements > 1]
        novel = [standing for standing in stable if standing.novel]
        rates.append(
            StabilityRates(
                threshold,
                Rate(len(within), asked, whole),
                Rate(sum(standing.valid for standing in within), asked, whole),
                Rate(len(stable), asked, whole),
                Rate(_different(stable), asked, whole),
                Rate(_different(novel), asked, whole) if with_known else None,
            )
        )
    return tuple(rates)


def _different(standings: Sequence[Standing]) -> int:
    return len({standing.kind for standing in standings} - {None})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two potentials say of the same crystals.

    Attributes:
        first: Name of the one.
        second: Name of the other.
        threshold_ev_per_atom: On the energy above hull.
        both: Within the threshold by both.
        first_alone: By the first alone.
        second_alone: By the second alone.
        neither: By neither.
    """

    first: str
    second: str
    threshold_ev_per_atom: float
    both: int
    first_alone: int
    second_alone: int
    neither: int


def agreement(
    names: tuple[str, str],
    pairs: Sequence[tuple[float, float]],
    threshold_ev_per_atom: float,
) -> Agreement:
    """How often two potentials agree.

    Args:
        names: Of both potentials.
        pairs: Energies above hull by both, eV/atom, of the crystals that have two.
        threshold_ev_per_atom: The bound.
    """
    bound = threshold_ev_per_atom + ON_HULL_EV_PER_ATOM
    verdicts = [(first <= bound, second <= bound) for first, second in pairs]
    return Agreement(
        *names,
        threshold_ev_per_atom,
        verdicts.count((True, True)),
        verdicts.count((True, False)),
        verdicts.count((False, True)),
        verdicts.count((False, False)),
    )
