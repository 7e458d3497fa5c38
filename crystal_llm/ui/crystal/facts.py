"""All that is known of one crystal, wherever it was found out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.candidate import Candidate, Refined
    from crystal_llm.energy_method import EnergyMethod
    from crystal_llm.evaluation.novelty import Novelty
    from crystal_llm.evaluation.validity import Validity
    from crystal_llm.library.entry import Entry, Provenance
    from crystal_llm.relaxation.result import RelaxationResult
    from crystal_llm.stability.hull import HullResult


@dataclass(frozen=True, slots=True)
class CrystalFacts:
    """What the detail view shows of one crystal; None means "not known".

    Attributes:
        title: What a reader calls it, such as ``NaCl · candidate 0-0``.
        formula: Reduced formula.
        before: The crystal as written, imported or edited.
        refined: What the flow made of it before relaxation.
        refined_step: How it was refined, or why it went on as written.
        after: The crystal after relaxation.
        failure: What went wrong with it.
        relaxation: The relaxation, with its energies step by step.
        hull: Where its relaxed form lies, with the phases it decomposes into.
        novelty: What is new in it.
        energy_ev_per_atom: Its energy.
        energy_above_hull_ev_per_atom: Where it lies over ``reference_id``.
        method: What made the energy.
        reference_id: The reference phases of the hull.
        valid: Whether it is valid as written.
        invalid_reason: Why it is not.
        known_match: The known phase that is the same.
        novel: Whether no known phase is the same.
        log_likelihood: Of its text.
        redrawn: How often it was begun anew.
        chosen_from: Of how many written ones it is the one kept.
        energy_above_hull_written_ev_per_atom: As written, where it was chosen by that.
        atom_likelihoods: Natural logarithm of the model's probability of each site's text,
            one a site of ``before``.
        text: Its text, as the model wrote it.
        prompt: The prompt.
        model: Name, quantisation and hash of the model that wrote it.
        seed: The run's seed.
        provenance: The chain of library entries it belongs to.
    """

    title: str
    formula: str | None
    before: PlainCrystal | None = None
    after: PlainCrystal | None = None
    refined: PlainCrystal | None = None
    refined_step: Refined | None = None
    failure: str | None = None
    relaxation: RelaxationResult | None = None
    hull: HullResult | None = None
    novelty: Novelty | None = None
    energy_ev_per_atom: float | None = None
    energy_above_hull_ev_per_atom: float | None = None
    method: EnergyMethod | None = None
    reference_id: str | None = None
    valid: bool | None = None
    invalid_reason: str | None = None
    known_match: str | None = None
    novel: bool | None = None
    log_likelihood: float | None = None
    redrawn: int = 0
    chosen_from: int = 1
    energy_above_hull_written_ev_per_atom: float | None = None
    atom_likelihoods: tuple[float, ...] | None = None
    text: str | None = None
    prompt: str | None = None
    model: str | None = None
    seed: int | None = None
    provenance: Provenance | None = None

    @property
    def crystal(self) -> PlainCrystal | None:
        """The crystal as it is now: relaxed or refined where it was."""
        return self.after or self.refined or self.before

    @property
    def stages(self) -> tuple[tuple[str, PlainCrystal], ...]:
        """What each step made, the last first, with a name for a reader."""
        # Without a refined form, what was relaxed need not have been written by a model.
        first = "As written" if self.refined is not None else "Before relaxation"
        if self.refined is None and self.after is None:
            first = "As given"
        named = (("Relaxed", self.after), ("Refined", self.refined), (first, self.before))
        return tuple((name, crystal) for name, crystal in named if crystal is not None)


def crystal_hash(crystal: PlainCrystal) -> str:
    """Tells crystals apart, for caches and widget keys: equal for equal numbers."""
    said = [
        crystal.lengths_angstrom,
        crystal.angles_degrees,
        crystal.species,
        crystal.fractional_coordinates,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def facts_of_entry(entry: Entry, provenance: Provenance | None = None) -> CrystalFacts:
    """What the library knows of an entry.

    A relaxed entry is shown beside the parent that it was relaxed from.

    Args:
        entry: The entry.
        provenance: Its chain.
    """
    before, refined, after = entry.crystal, None, None
    ancestors = () if provenance is None else provenance.ancestors
    parents = list(ancestors)
    made = entry
    if entry.origin == "relaxed":
        after = entry.crystal
        before = parents[-1].crystal if parents else None
        made = parents.pop() if parents else entry
    if made.origin == "refined":
        refined = made.crystal
        before = parents[-1].crystal if parents else None
    written = (*ancestors, entry)
    likelihood = entry.log_likelihood
    return CrystalFacts(
        title=entry.title,
        formula=entry.formula,
        before=before,
        after=after,
        refined=refined,
        failure=entry.failure,
        energy_ev_per_atom=entry.energy_ev_per_atom,
        energy_above_hull_ev_per_atom=entry.energy_above_hull_ev_per_atom,
        method=entry.method,
        reference_id=entry.reference_id,
        valid=entry.valid,
        invalid_reason=entry.invalid_reason,
        known_match=entry.known_match,
        novel=entry.novel,
        log_likelihood=likelihood,
        prompt=next((step.prompt for step in reversed(written) if step.prompt), None),
        model=next((step.model for step in reversed(written) if step.model), None),
        seed=next((step.seed for step in reversed(written) if step.seed is not None), None),
        provenance=provenance,
    )


def facts_of_candidate(candidate: Candidate, title: str | None = None) -> CrystalFacts:
    """What is known of a candidate.

    Args:
        candidate: The candidate.
        title: What to call it; its formula and id where None.
    """
    relaxation, hull, novelty = candidate.relaxation, candidate.hull, candidate.novelty
    written, validity = candidate.written, candidate.validity
    known = None if novelty is None else novelty.known
    refined = next((step for step in candidate.steps if step.name == "refined"), None)
    return CrystalFacts(
        title=title or f"{candidate.formula or 'no crystal'} · {candidate.id}",
        formula=candidate.formula,
        before=written.crystal,
        after=candidate.relaxed_crystal,
        refined=candidate.refined_crystal,
        refined_step=refined,
        failure=candidate.stopped,
        relaxation=relaxation,
        hull=hull,
        novelty=novelty,
        energy_ev_per_atom=None if relaxation is None else relaxation.energy_ev_per_atom,
        energy_above_hull_ev_per_atom=candidate.energy_above_hull_ev_per_atom,
        method=None if relaxation is None else relaxation.method,
        reference_id=None if hull is None else hull.reference_id,
        valid=None if validity is None else validity.valid,
        invalid_reason=None if validity is None else _reason(validity),
        known_match=None if known is None else known.material_id,
        novel=None if novelty is None else novelty.novel,
        log_likelihood=written.log_likelihood,
        atom_likelihoods=candidate.site_log_likelihoods,
        text=written.text or None,
        prompt=written.prompt,
        model=written.model,
        seed=written.seed,
        redrawn=written.redrawn,
        chosen_from=written.chosen_from,
        energy_above_hull_written_ev_per_atom=written.energy_above_hull_written_ev_per_atom,
    )


def _reason(validity: Validity) -> str | None:
    reasons = (validity.structural_reason, validity.compositional_reason)
    return "; ".join(reason for reason in reasons if reason) or None
