"""What a study keeps of each crystal, and what is new in it among those of its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crystal_llm.candidate import Candidate, Compared, Refined
from crystal_llm.evaluation.coverage_marks import CoverageMarks
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.stability.hull import ON_HULL_EV_PER_ATOM

if TYPE_CHECKING:
    from crystal_llm.evaluation.novelty import KnownCrystals
    from crystal_llm.stability.references.reference import Reference


@dataclass(frozen=True, slots=True)
class StudyCrystal:
    """One crystal of a study, as its rates need it.

    Attributes:
        index: In the study, from 0.
        text: As the model wrote it.
        formula: Reduced; None where there is no crystal.
        elements: Its elements.
        failure: Why there is no crystal, or why it goes no further.
        valid: Structurally and compositionally, as written.
        compared: Whether it was compared with the others of its cell.
        unique: Whether no crystal of its cell before it is the same.
        novel: Whether no known crystal is the same; None where that was not asked.
        relaxed: Whether its relaxation converged; None where it was not relaxed.
        energy_above_hull_ev_per_atom: After relaxation; None where there is none.
        energy_above_hull_written_ev_per_atom: Before relaxation: of the crystal as written, or
            refined where it was.
        log_likelihood_per_atom: Of its text at τ = 1, nats.
        written_s: Seconds from joining its batch to its end.
        relaxed_s: Seconds of its relaxation.
        refined: Whether it went on refined; None where that was not asked.
        refined_s: Seconds of that.
        steps: Of its relaxation.
        structure: Fingerprint of its structure before relaxation; None where there is none.
        composition: Of its composition, on CDVAE's scale; None where it was not asked.
        near_structure: Test crystals that its structure is near, a bit each, in hex.
        near_composition: The same of its composition.
        test_crystals: How many test crystals there are; None where it was not asked.
    """

    index: int
    text: str
    formula: str | None
    elements: tuple[str, ...]
    failure: str | None
    valid: bool
    compared: bool
    unique: bool
    novel: bool | None
    relaxed: bool | None
    energy_above_hull_ev_per_atom: float | None
    energy_above_hull_written_ev_per_atom: float | None
    log_likelihood_per_atom: float | None
    written_s: float | None
    relaxed_s: float | None
    refined: bool | None = None
    refined_s: float | None = None
    steps: int | None = None
    structure: tuple[float, ...] | None = None
    composition: tuple[float, ...] | None = None
    near_structure: str | None = None
    near_composition: str | None = None
    test_crystals: int | None = None

    @property
    def marks(self) -> CoverageMarks | None:
        """Its fingerprints and the test crystals near it; None where they were not asked."""
        if self.composition is None or self.test_crystals is None:
            return None
        return CoverageMarks(
            self.structure,
            self.composition,
            self.near_structure or "",
            self.near_composition or "",
            self.test_crystals,
        )

    def within(self, bound_ev_per_atom: float) -> bool:
        """Whether it is relaxed and at most so far above the hull, within noise of it."""
        above = self.energy_above_hull_ev_per_atom
        return bool(self.relaxed) and above is not None and above <= _upper(bound_ev_per_atom)

    @property
    def metastable_as_written(self) -> bool:
        """Whether it is within 0.1 eV/atom of the hull before relaxation."""
        above = self.energy_above_hull_written_ev_per_atom
        return above is not None and above <= _upper(METASTABLE_EV_PER_ATOM)

    @property
    def new(self) -> bool:
        """Whether it is valid, unique in its cell and, where that was asked, novel."""
        return self.valid and self.unique and self.novel is not False

    @property
    def sun(self) -> bool:
        """Stable, unique and novel, of at least two elements (FlowLLM)."""
        return self.within(0.0) and self.unique and bool(self.novel) and len(self.elements) > 1


def _upper(bound_ev_per_atom: float) -> float:
    return bound_ev_per_atom + ON_HULL_EV_PER_ATOM


def study_crystal(candidate: Candidate) -> StudyCrystal:
    """What a study keeps of a candidate."""
    relaxation, novelty = candidate.relaxation, candidate.novelty
    above, change = candidate.energy_above_hull_ev_per_atom, candidate.energy_change_ev_per_atom
    # A hull is that of a composition, which relaxing leaves: the energies differ as they do.
    as_written = None if above is None or change is None else above - change
    written, refined, marks = candidate.written, candidate.step(Refined), candidate.marks
    return StudyCrystal(
        index=candidate.index,
        text=written.text,
        formula=candidate.formula,
        elements=tuple(sorted(candidate.elements)),
        failure=candidate.stopped,
        valid=candidate.valid,
        compared=novelty is not None or candidate.crystal is None,
        unique=candidate.unique,
        novel=None if novelty is None else novelty.novel,
        relaxed=None if relaxation is None else candidate.relaxed,
        energy_above_hull_ev_per_atom=above if candidate.relaxed else None,
        energy_above_hull_written_ev_per_atom=as_written,
        log_likelihood_per_atom=candidate.log_likelihood_per_atom,
        written_s=written.wall_s,
        relaxed_s=None if relaxation is None else relaxation.wall_s,
        refined=None if refined is None else refined.crystal is not None,
        refined_s=None if refined is None else refined.wall_s,
        steps=relaxation.steps if relaxation is not None and candidate.relaxed else None,
        structure=None if marks is None else marks.structure,
        composition=None if marks is None else marks.composition,
        near_structure=None if marks is None else marks.near_structure,
        near_composition=None if marks is None else marks.near_composition,
        test_crystals=None if marks is None else marks.test_crystals,
    )


def compared_in_cell(
    candidates: Sequence[Candidate],
    known: KnownCrystals | None,
    reference: Reference | None = None,
) -> list[Candidate]:
    """Says of each crystal of a cell whether it is unique there, and novel.

    Relaxed crystals come first, so that none of them is lost for repeating one that was not
    relaxed. Known crystals are asked for once a crystal; uniqueness is seen anew whenever the
    cell has grown.

    Args:
        candidates: All of the cell so far.
        known: Known crystals; None asks for uniqueness alone.
        reference: Phases whose compositions are known, or None.
    """
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import compare

    ordered = sorted(
        candidates,
        key=lambda candidate: (not (candidate.valid and candidate.relaxed), candidate.index),
    )
    crystals = [
        (candidate, candidate.crystal) for candidate in ordered if candidate.crystal is not None
    ]
    among = compare([structure(crystal) for _, crystal in crystals])
    fresh = [(candidate, crystal) for candidate, crystal in crystals if candidate.novelty is None]
    against = compare([structure(crystal) for _, crystal in fresh], known, prototype_trials=0)
    matches = {candidate.index: match for (candidate, _), match in zip(fresh, against, strict=True)}
    after: dict[int, Candidate] = {}
    for (candidate, crystal), alike in zip(crystals, among, strict=True):
        novelty = candidate.novelty or matches[candidate.index]
        first = alike.duplicate_of
        novelty = replace(novelty, duplicate_of=None if first is None else crystals[first][0].index)
        if reference is not None and novelty.composition_known is None:
            seen = reference.has_composition(Counter(crystal.species))
            novelty = replace(novelty, composition_known=seen)
        after[candidate.index] = candidate.after(Compared(novelty))
    return [after.get(candidate.index, candidate) for candidate in candidates]
