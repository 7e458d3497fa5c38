"""Orders about crystals that are given: relaxed, judged, or edited before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from crystal_llm.crystal.check import flaw_of
from crystal_llm.crystal.written import Written
from crystal_llm.errors import JobError
from crystal_llm.generation.request import MAX_CRYSTALS
from crystal_llm.jobs.order import (
    JOB_BATCH_SIZE,
    USUAL_JUDGE,
    USUAL_POTENTIAL,
    USUAL_RELAXATION,
    Judge,
    OrderBase,
    OrderKind,
    crystals_text,
)
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHECKED,
    EDITED,
    GIVEN,
    Stage,
)
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.relaxation.result import RelaxationSettings

if TYPE_CHECKING:
    pass

_NAMED = 3  # formulas of a title


@dataclass(frozen=True, slots=True)
class GivenOrder(OrderBase):
    """An order about crystals that are given."""

    model: ClassVar[None] = None
    quantisation: ClassVar[None] = None
    weights_sha256: ClassVar[None] = None

    crystals: tuple[Written, ...]

    @property
    def given(self) -> tuple[Written, ...]:
        """The crystals that it is about."""
        return self.crystals

    @property
    def count(self) -> int:
        """How many crystals it is about."""
        return len(self.crystals)

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        judge: Judge = self.judge  # type: ignore[attr-defined]
        verb = "Relax" if judge.reference is None else "Relax and place"
        by = "" if judge.potential == USUAL_POTENTIAL else f", {title_of(judge.potential)}"
        return f"{verb} {_named(self.crystals)}{by}"

    def check(self) -> None:
        """As for every order; each crystal is one, and has an id of its own."""
        OrderBase.check(self)
        if not 1 <= len(self.crystals) <= MAX_CRYSTALS:
            raise JobError(f"{len(self.crystals)} crystals: from 1 to {MAX_CRYSTALS:,}")
        names = [crystal.id for crystal in self.crystals]
        if len(set(names)) < len(names):
            raise JobError("two of the crystals have the same id: give each its own")
        for crystal in self.crystals:
            if (crystal.crystal is None) == (crystal.failure is None):
                raise JobError(
                    f"crystal {crystal.id!r}: give a crystal or the reason of its failure"
                )
            if crystal.crystal is not None and (flaw := flaw_of(crystal.crystal)):
                raise JobError(f"crystal {crystal.id!r}: {flaw}")


@dataclass(frozen=True, slots=True)
class RelaxOrder(GivenOrder):
    """Crystals to be relaxed, without a hull."""

    kind: ClassVar[OrderKind] = "relax"

    potential: str = "chgnet"
    relaxation: RelaxationSettings = USUAL_RELAXATION
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    @property
    def judge(self) -> Judge:
        """How they are judged."""
        return Judge(self.potential, self.relaxation, reference=None)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (GIVEN, CHECKED, *self.refining, *self.judge.stages)


@dataclass(frozen=True, slots=True)
class JudgeOrder(GivenOrder):
    """Crystals to be judged."""

    kind: ClassVar[OrderKind] = "judge"

    judge: Judge = USUAL_JUDGE
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (GIVEN, CHECKED, *self.refining, *self.judge.stages)


@dataclass(frozen=True, slots=True)
class InfillRelaxOrder(GivenOrder):
    """Edited crystals, each with the parent that it was made from, to be judged."""

    kind: ClassVar[OrderKind] = "infill-relax"

    judge: Judge = USUAL_JUDGE
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        by_model = any(crystal.model is not None for crystal in self.crystals)
        return f"{'Infill' if by_model else 'Edited by hand'}: {_named(self.crystals)}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (EDITED, CHECKED, *self.refining, *self.judge.stages)

    def check(self) -> None:
        """As :meth:`OrderBase.check`."""
        for crystal in self.crystals:
            if crystal.parent_id is None:
                raise JobError(f"crystal {crystal.id!r}: an infilled crystal names its parent")
        GivenOrder.check(self)


def _named(crystals: Sequence[Written]) -> str:
    """Crystals by their formulas: ``NaCl``, ``3 × NaCl``, ``12 crystals (NaCl, KCl, …)``."""
    from crystal_llm.evaluation.validity import formula_of

    formulas: list[str] = []
    for crystal in crystals:
        if crystal.crystal is not None and len(formulas) <= _NAMED:
            formulas = list(dict.fromkeys([*formulas, formula_of(crystal.crystal.species)]))
    if len(formulas) == 1:
        return formulas[0] if len(crystals) == 1 else f"{len(crystals):,} × {formulas[0]}"
    if not formulas:
        return crystals_text(len(crystals))
    shown = ", ".join(formulas[:_NAMED]) + (", …" if len(formulas) > _NAMED else "")
    return f"{crystals_text(len(crystals))} ({shown})"
