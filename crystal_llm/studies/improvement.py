"""A model learns from what it wrote best: what a round of that does, and what it comes to.

One round writes crystals, leaves out what is invalid, known or written before, relaxes the rest
under one potential, lets the model learn from those that come out metastable, unique and novel,
and lets both models write again. The trial is judged by a *second* potential that had no part in
the choice, because a model learns the errors of its judge, too. How a round is done says
:mod:`crystal_llm.studies.improvement_round`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from crystal_llm.candidate import Candidate
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.generation.request import MAX_CRYSTALS, GenerationRequest
from crystal_llm.generation.usual import USUAL, USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM
from crystal_llm.studies.sifting import Sifted
from crystal_llm.training.compact.fine_tuning import FEWEST
from crystal_llm.training.compact.lora_run import FineTuned
from crystal_llm.types import Conditions

LearningWay = Literal["likelihood", "preference"]
"""``likelihood``: to write the best crystals, mixed with known ones. ``preference``: to write them
rather than worse ones of the same elements."""

_TRIAL_SEED = 1
"""Seeds of the trial are as many further: it writes other crystals than the round chose from."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What one round does.

    Attributes:
        count: Crystals written to choose from, divided among the temperatures.
        temperatures: τ of each part.
        elements: The only elements that may occur; empty: all.
        max_atoms: The most atoms in a primitive cell, in the round and in the trial.
        energy_above_hull_ev_per_atom: Asked of the model; None asks for none.
        within_ev_per_atom: Energy above hull up to which a relaxed crystal is learned from.
        known_share: Known crystals mixed in, for each one that is learned from by likelihood.
        trial: Crystals that each model writes in the trial.
        minutes: The most that fine-tuning takes.
        seed: Of everything that is drawn.
        learn: How the model learns.
    """

    count: int = 5000
    temperatures: tuple[float, ...] = (0.7, 1.0)
    elements: tuple[str, ...] = ()
    max_atoms: int = USUAL.max_atoms
    energy_above_hull_ev_per_atom: float | None = USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM
    within_ev_per_atom: float = METASTABLE_EV_PER_ATOM
    known_share: float = 1.0
    trial: int = 500
    minutes: float = 10.0
    seed: int = 0
    learn: LearningWay = "likelihood"

    def __post_init__(self) -> None:
        if not self.temperatures:
            raise EvaluationError("temperatures: name at least one")
        if not FEWEST <= self.count <= MAX_CRYSTALS:
            raise EvaluationError(
                f"n = {self.count:,}: from {FEWEST} to {MAX_CRYSTALS:,}, better thousands, since "
                f"at least {FEWEST} must turn out metastable, unique and novel"
            )
        if not 1 <= self.trial <= MAX_CRYSTALS:
            raise EvaluationError(f"trial = {self.trial:,}: from 1 to {MAX_CRYSTALS:,}")
        if self.learn not in get_args(LearningWay):
            raise EvaluationError(f"learn {self.learn!r}: {' or '.join(get_args(LearningWay))}")
        if self.count < len(self.temperatures):
            raise EvaluationError(f"n = {self.count}: fewer crystals than temperatures")
        if self.within_ev_per_atom < 0 or self.known_share < 0 or not self.minutes > 0:
            raise EvaluationError(
                f"within = {self.within_ev_per_atom} eV/atom, known share = {self.known_share}, "
                f"minutes = {self.minutes}: the first two at least 0, the last above 0"
            )
        self.requests()  # an impossible τ, element or size fails here

    def requests(self) -> list[GenerationRequest]:
        """What is written to choose from, one request a temperature."""
        parts = len(self.temperatures)
        return [
            self._request(self.count * (part + 1) // parts - self.count * part // parts, part, tau)
            for part, tau in enumerate(self.temperatures)
        ]

    def trial_request(self) -> GenerationRequest:
        """What both models write in the trial: the usual request, with other seeds."""
        return self._request(self.trial, len(self.temperatures) + _TRIAL_SEED, USUAL.temperature)

    def enlarged(self, learned: int) -> Improvement | None:
        """The same round on more crystals, where this one left too few to learn from.

        It writes the crystals of this one first. At the same rate half as many again as needed
        would come out; it is at least twice and at most ten times as large.

        Args:
            learned: How many crystals of this one were worth learning from.

        Returns:
            None where no more can be written.
        """
        factor = min(max(1.5 * FEWEST / max(learned, 1), 2.0), 10.0)
        wanted = math.ceil(factor * self.count)
        step = max(10 ** (len(str(wanted)) - 1) // 2, 1)
        count = min(-(-wanted // step) * step, MAX_CRYSTALS)
        return replace(self, count=count) if count > self.count else None

    def _request(self, count: int, part: int, temperature: float) -> GenerationRequest:
        return replace(
            USUAL,
            count=count,
            temperature=temperature,
            conditions=Conditions(energy_above_hull_ev_per_atom=self.energy_above_hull_ev_per_atom),
            allowed_elements=frozenset(self.elements) or None,
            max_atoms=self.max_atoms,
            seed=1000 * self.seed + part,
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """How one model did, judged by the potential that had no part in the choice.

    Attributes:
        novel_metastable: Relaxed, within the bound, unique and novel; of all asked.
        unique: Of those that are valid, as written; in older rounds of those relaxed.
        valid: As written; of all asked.
        new: Valid, unique and novel as written, and therefore relaxed; of all asked. None in older
            rounds.
        metastable: Relaxed and within the bound; of all asked. None unless the round is an older
            one, which relaxed known and repeated crystals, too.
    """

    novel_metastable: Rate
    unique: Rate
    valid: Rate
    new: Rate | None = None
    metastable: Rate | None = None


@dataclass(frozen=True, slots=True)
class ImprovementResult:
    """What a round came to, as far as it is; None where it has not come so far.

    Attributes:
        written: Crystals written to choose from.
        left_out: How many of them were not relaxed, by reason.
        relaxed: How many were.
        given_up: How many of those were given up on the way, too far above the hull.
        learned: How many of those the model learned from.
        known: Known crystals mixed in.
        worse: Crystals that those were preferred to.
        tuned: The training.
        nothing_learned: Why the training came to nothing; there is no trial then.
        before: The trial of the model as it was.
        after: The trial of the new one.
    """

    written: int | None = None
    left_out: dict[str, int] | None = None
    relaxed: int | None = None
    learned: int | None = None
    known: int | None = None
    worse: int | None = None
    tuned: FineTuned | None = None
    nothing_learned: str | None = None
    before: Trial | None = None
    after: Trial | None = None
    given_up: int | None = None

    @property
    def has_too_few(self) -> bool:
        """Whether the round ended because too few crystals were worth learning from."""
        came_further = self.tuned is not None or self.nothing_learned is not None
        return self.learned is not None and self.learned < FEWEST and not came_further

    @property
    def kept(self) -> bool | None:
        """Whether the new model is better: more novel metastable crystals, as many unique ones."""
        if self.nothing_learned is not None:
            return False
        if self.before is None or self.after is None:
            return None
        return _share(self.after.novel_metastable) > _share(
            self.before.novel_metastable
        ) and _share(self.after.unique) >= _share(self.before.unique)


def trial_of(trial: Sifted, judged: Sequence[Candidate], within_ev_per_atom: float) -> Trial:
    """The rates of a trial.

    Args:
        trial: What was written, as it was before any relaxation.
        judged: Those of it that were worth relaxing.
        within_ev_per_atom: Energy above hull up to which a crystal is metastable.
    """
    asked = len(trial.candidates)
    valid = [candidate for candidate in trial.candidates if candidate.valid]
    good = [candidate for candidate in judged if is_novel_metastable(candidate, within_ev_per_atom)]
    return Trial(
        novel_metastable=Rate(len(good), asked, "asked"),
        unique=Rate(sum(candidate.unique for candidate in valid), len(valid), "valid"),
        valid=Rate(len(valid), asked, "asked"),
        new=Rate(len(trial.worth), asked, "asked"),
    )


def is_novel_metastable(candidate: Candidate, within_ev_per_atom: float) -> bool:
    """Whether it is relaxed, within the bound, unique in its set and none of the known ones."""
    return candidate.within(within_ev_per_atom) and candidate.unique and candidate.novel


def _share(rate: Rate) -> float:
    return rate.share or 0.0
