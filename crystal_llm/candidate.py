"""A candidate: one crystal and all that was done to it, step by step.

A model writes a crystal, or somebody gives one; each stage after that adds one step and
changes none of the earlier ones. A step says what it made (``crystal``), what it measured,
why the crystal goes no further (``stopped``), how long it took (``wall_s``) and what made it
(``made_by``). A candidate that fails stays, with its reason, because rates need it.

The words of judging have their one meaning here: whoever says *valid*, *relaxed* or *within
0.1 eV/atom* asks :class:`Candidate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import Field

from crystal_llm.crystal.written import Written
from crystal_llm.evaluation.conditioning import SYMMETRY_TOLERANCE_ANGSTROM
from crystal_llm.evaluation.coverage_marks import CoverageMarks
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.evaluation.oxidation_states import SOURCE
from crystal_llm.evaluation.validity import Validity, formula_of
from crystal_llm.flow.result import Refinement
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.stability.hull import HullResult
from crystal_llm.types import PlainCrystal


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a crystal is possible, before any relaxation.

    Attributes:
        validity: What was measured.
        wall_s: Seconds.
        name: Of the step.
    """

    validity: Validity
    wall_s: float = 0.0
    name: Literal["checked"] = "checked"

    @property
    def crystal(self) -> PlainCrystal | None:
        """None: nothing is made."""
        return None

    @property
    def stopped(self) -> str | None:
        """Why the crystal is not relaxed.

        Atoms that lie on each other are nothing that a potential knows of. A crystal that
        is invalid by its composition alone goes on: intermetallics often fail that test.
        """
        return self.validity.structural_reason

    @property
    def made_by(self) -> str:
        """The set of oxidation states."""
        return SOURCE


@dataclass(frozen=True, slots=True)
class Refined:
    """What a flow made of a crystal before any relaxation.

    Attributes:
        refinement: What was made and measured.
        validity: Whether the refined crystal is possible; None where there is none.
        name: Of the step.
    """

    refinement: Refinement
    validity: Validity | None = None
    name: Literal["refined"] = "refined"

    @property
    def crystal(self) -> PlainCrystal | None:
        """The refined crystal; None where the crystal goes on as it was written."""
        return self.refinement.refined if self.refused is None else None

    @property
    def refused(self) -> str | None:
        """Why the crystal goes on as it was written; None where it goes on refined."""
        if self.refinement.failure is not None:
            return self.refinement.failure
        return None if self.validity is None else self.validity.structural_reason

    @property
    def stopped(self) -> str | None:
        """None: what cannot be refined goes on as it was written."""
        return None

    @property
    def wall_s(self) -> float:
        """Seconds."""
        return self.refinement.wall_s

    @property
    def made_by(self) -> str:
        """The network, and in how many steps."""
        passes = "" if self.refinement.passes == 1 else f", {self.refinement.passes} times"
        return f"{self.refinement.network}, {self.refinement.steps} steps{passes}"


@dataclass(frozen=True, slots=True)
class Fingerprinted:
    """Which test crystals a crystal lies near, before any relaxation.

    Attributes:
        marks: Its fingerprints, and what they are near.
        wall_s: Seconds.
        name: Of the step.
    """

    marks: CoverageMarks
    wall_s: float = 0.0
    name: Literal["fingerprinted"] = "fingerprinted"

    @property
    def crystal(self) -> PlainCrystal | None:
        """None: nothing is made."""
        return None

    @property
    def stopped(self) -> str | None:
        """None: a crystal without a fingerprint goes on."""
        return None

    @property
    def made_by(self) -> str:
        """What makes them."""
        return "matminer CrystalNN and Magpie"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What became of a crystal under a potential.

    Attributes:
        relaxation: What was made and measured.
        name: Of the step.
    """

    relaxation: RelaxationResult
    name: Literal["relaxed"] = "relaxed"

    @property
    def crystal(self) -> PlainCrystal | None:
        """The relaxed crystal, converged or not."""
        return self.relaxation.relaxed

    @property
    def stopped(self) -> str | None:
        """Why there is no relaxed crystal."""
        return self.relaxation.failure

    @property
    def wall_s(self) -> float:
        """Seconds."""
        return self.relaxation.wall_s

    @property
    def made_by(self) -> str:
        """The potential."""
        return str(self.relaxation.method)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the relaxed crystal lies over a hull.

    Attributes:
        hull: What was measured.
        wall_s: Seconds.
        name: Of the step.
    """

    hull: HullResult
    wall_s: float = 0.0
    name: Literal["placed"] = "placed"

    @property
    def crystal(self) -> PlainCrystal | None:
        """None: nothing is made."""
        return None

    @property
    def stopped(self) -> str | None:
        """Why there is no energy above hull."""
        return self.hull.reason

    @property
    def made_by(self) -> str:
        """The reference."""
        return self.hull.reference_id


@dataclass(frozen=True, slots=True)
class Compared:
    """What is new in a crystal, among those of its set and against known ones.

    Attributes:
        novelty: What was measured; ``duplicate_of`` is the index of another candidate.
        wall_s: Seconds.
        name: Of the step.
    """

    novelty: Novelty
    wall_s: float = 0.0
    name: Literal["compared"] = "compared"

    @property
    def crystal(self) -> PlainCrystal | None:
        """None: nothing is made."""
        return None

    @property
    def stopped(self) -> str | None:
        """None: what cannot be compared has come this far all the same."""
        return None

    @property
    def made_by(self) -> str:
        """What compares."""
        return "StructureMatcher"


Step: TypeAlias = Written | Checked | Refined | Fingerprinted | Relaxed | Placed | Compared
StoredStep: TypeAlias = Annotated[Step, Field(discriminator="name")]
"""A step as JSON tells it: by its name."""

STEP_ORDER = (
    "written", "checked", "refined", "fingerprinted", "relaxed", "placed", "compared",
)  # fmt: skip
"""In which order steps follow each other."""

AnyStep = TypeVar("AnyStep", Written, Checked, Refined, Fingerprinted, Relaxed, Placed, Compared)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A crystal and what was done to it.

    Attributes:
        steps: In order; the first is :class:`~crystal_llm.crystal.written.Written`, and
            none occurs twice.
    """

    steps: tuple[StoredStep, ...]

    @property
    def written(self) -> Written:
        """How it began."""
        first = self.steps[0]
        if not isinstance(first, Written):
            raise TypeError("a candidate begins as written")
        return first

    @property
    def index(self) -> int:
        """Its place in its run, job or file, from 0."""
        return self.written.index

    @property
    def id(self) -> str:
        """Its name among those of its run, job or file."""
        return self.written.id

    @property
    def crystal(self) -> PlainCrystal | None:
        """The crystal as it stands: what the last step that made one made."""
        made = [step.crystal for step in self.steps if step.crystal is not None]
        return made[-1] if made else None

    @property
    def stopped(self) -> str | None:
        """Why it goes no further; None while it may."""
        reasons = [step.stopped for step in self.steps if step.stopped is not None]
        return reasons[-1] if reasons else None

    def step(self, kind: type[AnyStep]) -> AnyStep | None:
        """The step of a kind; None where it was not reached."""
        return next((step for step in self.steps if isinstance(step, kind)), None)

    def has(self, name: str) -> bool:
        """Whether a step of a name was done."""
        return any(step.name == name for step in self.steps)

    def after(self, step: Step) -> Candidate:
        """The candidate with a step more, in place of an earlier one of its kind."""
        steps = [*(earlier for earlier in self.steps if earlier.name != step.name), step]
        ordered = sorted(steps, key=lambda taken: STEP_ORDER.index(taken.name))
        return replace(self, steps=tuple(ordered))

    @property
    def validity(self) -> Validity | None:
        """Whether it is possible; None where that was not asked."""
        step = self.step(Checked)
        return None if step is None else step.validity

    @property
    def refinement(self) -> Refinement | None:
        """What the flow made of it; None where it was not asked."""
        step = self.step(Refined)
        return None if step is None else step.refinement

    @property
    def refined_crystal(self) -> PlainCrystal | None:
        """The refined crystal that went on; None where it went on as written."""
        step = self.step(Refined)
        return None if step is None else step.crystal

    @property
    def unrelaxed_crystal(self) -> PlainCrystal | None:
        """What is relaxed: the refined crystal where there is one, or the written one."""
        return self.refined_crystal or self.written.crystal

    @property
    def marks(self) -> CoverageMarks | None:
        """Which test crystals it lies near; None where that was not asked."""
        step = self.step(Fingerprinted)
        return None if step is None else step.marks

    @property
    def relaxation(self) -> RelaxationResult | None:
        """What became of it under the potential; None where it was not relaxed."""
        step = self.step(Relaxed)
        return None if step is None else step.relaxation

    @property
    def hull(self) -> HullResult | None:
        """Where its relaxed form lies; None where there is no hull."""
        step = self.step(Placed)
        return None if step is None else step.hull

    @property
    def novelty(self) -> Novelty | None:
        """What is new in it; None where it was not compared."""
        step = self.step(Compared)
        return None if step is None else step.novelty

    @property
    def valid(self) -> bool:
        """Whether it is structurally and compositionally valid, as written."""
        return self.validity is not None and self.validity.valid

    @property
    def relaxed(self) -> bool:
        """Whether its relaxation converged: a crystal that did not is no minimum."""
        return self.relaxation is not None and self.relaxation.converged

    @property
    def relaxed_crystal(self) -> PlainCrystal | None:
        """The crystal after relaxation, converged or not."""
        return None if self.relaxation is None else self.relaxation.relaxed

    @property
    def energy_above_hull_ev_per_atom(self) -> float | None:
        """The energy above hull, converged or not; None where there is none."""
        return None if self.hull is None else self.hull.energy_above_hull_ev_per_atom

    @property
    def placed_energy_ev_per_atom(self) -> float | None:
        """The energy that has its place on a hull: of the known phase where it is one."""
        if self.hull is not None and self.hull.known_phase is not None:
            return self.hull.energy_ev_per_atom
        return None if self.relaxation is None else self.relaxation.energy_ev_per_atom

    def within(self, bound_ev_per_atom: float) -> bool:
        """Whether it is relaxed and at most so far above the hull."""
        above = self.energy_above_hull_ev_per_atom
        return self.relaxed and above is not None and above <= bound_ev_per_atom

    @property
    def unique(self) -> bool:
        """Whether no candidate before it is the same."""
        return self.novelty is not None and self.novelty.unique

    @property
    def novel(self) -> bool:
        """Whether it was compared with known crystals and is none of them."""
        return self.novelty is not None and bool(self.novelty.novel)

    @property
    def formula(self) -> str | None:
        """Reduced formula, which no step changes; None where there is no crystal."""
        crystal = self.written.crystal
        return None if crystal is None else formula_of(crystal.species)

    @property
    def elements(self) -> frozenset[str]:
        """Its elements; none where there is no crystal."""
        crystal = self.written.crystal
        return frozenset() if crystal is None else frozenset(crystal.species)

    @property
    def energy_change_ev_per_atom(self) -> float | None:
        """What the relaxation gained (negative)."""
        relaxation = self.relaxation
        if relaxation is None or relaxation.relaxed is None:
            return None
        before, after = relaxation.energy_start_ev_per_atom, relaxation.energy_ev_per_atom
        return None if before is None or after is None else after - before

    @property
    def log_likelihood_per_atom(self) -> float | None:
        """Log-likelihood of its text over its atoms, nats."""
        likelihood, crystal = self.written.log_likelihood, self.written.crystal
        if likelihood is None or crystal is None:
            return None
        return likelihood / len(crystal.species)

    @property
    def site_log_likelihoods(self) -> tuple[float, ...] | None:
        """Of each atom's text, nats; None where there is no such text."""
        from crystal_llm.generation.line_likelihood import site_log_likelihoods

        written = self.written
        lines = written.line_log_likelihoods
        if written.crystal is None or lines is None or written.log_likelihood is None:
            return None
        return site_log_likelihoods(lines, written.text)

    @property
    def written_spacegroup_number(self) -> int | None:
        """Of the crystal as written, by spglib within :data:`SYMMETRY_TOLERANCE_ANGSTROM`."""
        crystal, relaxation = self.written.crystal, self.relaxation
        made = [step.name for step in self.steps if step.crystal is not None]
        if relaxation is not None and made == ["written", "relaxed"]:
            return relaxation.spacegroup_before
        return None if crystal is None else _spacegroup_number(crystal)

    @property
    def spacegroup_number(self) -> int | None:
        """The same of the crystal as it stands."""
        if self.relaxation is not None and self.relaxation.relaxed is not None:
            return self.relaxation.spacegroup_after
        return None if self.crystal is None else _spacegroup_number(self.crystal)

    @property
    def reasons(self) -> tuple[str, ...]:
        """All that speaks against it, each reason once."""
        reasons: list[str | None] = [self.written.failure, self.stopped]
        if self.validity is not None:
            reasons += [self.validity.structural_reason, self.validity.compositional_reason]
        relaxation = self.relaxation
        if relaxation is not None and relaxation.failure is None and not relaxation.converged:
            reasons.append(f"relaxation not converged after {relaxation.steps} steps")
        return tuple(dict.fromkeys(reason for reason in reasons if reason))


def begun(written: Iterable[Written]) -> list[Candidate]:
    """Candidates to which nothing was done yet."""
    return [Candidate((text,)) for text in written]


@lru_cache(maxsize=20_000)
def _spacegroup_number(crystal: PlainCrystal) -> int | None:
    from crystal_llm.crystal.crystallography import symmetry

    group: Any = symmetry(crystal, SYMMETRY_TOLERANCE_ANGSTROM)
    return None if group is None else int(group.number)
