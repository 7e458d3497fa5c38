"""An order to complete a partial crystal."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

from crystal_llm.crystal.check import flaw_of
from crystal_llm.errors import JobError, ModelCardError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.usual import USUAL
from crystal_llm.io.record_json import to_plain
from crystal_llm.jobs.order import (
    JOB_BATCH_SIZE,
    USUAL_JUDGE,
    Judge,
    OrderBase,
    OrderKind,
    WritingOrderBase,
    own_fields,
)
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.stages import (
    CHECKED,
    COMPLETED,
    Stage,
)
from crystal_llm.types import PlainCrystal, TextKind

if TYPE_CHECKING:
    from crystal_llm.infill.completion import CompletionRequest

COMPLETION_FIELDS = (
    *("count", "allowed_elements", "excluded_elements", "min_distance_angstrom"),
    *("min_radii_share", "max_atoms", "temperature", "top_p", "seed"),
)
"""What a completion takes of a request."""


@dataclass(frozen=True, slots=True)
class CompleteOrder(WritingOrderBase):
    """A partial crystal to be completed by the model, and the results to be judged.

    Attributes:
        crystal: Its lattice and the sites in ``keep`` stay.
        keep: Sites that stay, counted from 0; none keeps the lattice alone.
        parent_id: The library's entry that the crystal is.
        request: How many completions, of which elements, how far apart, how sampled; a
            completion takes nothing else of it.
        atoms: Exactly so many atoms in the end, kept ones included; None leaves it to the model.
        formula: What the whole crystal is in the end; None leaves that open.
        model: Name of the model; None for the worker's own.
        quantisation: Overrides the card's.
        weights_sha256: Hash of the model's weights; another model of that name is refused.
        judge: How they are judged; None to write them only.
        batch_size: Crystals of one batch.
        refine: How they are refined, after which nothing of the crystal is kept exactly;
            None: not at all.
    """

    kind: ClassVar[OrderKind] = "complete"

    crystal: PlainCrystal
    keep: tuple[int, ...]
    parent_id: str | None = None
    request: GenerationRequest = USUAL
    atoms: int | None = None
    formula: str | None = None
    model: str | None = None
    quantisation: str | None = None
    weights_sha256: str | None = None
    judge: Judge | None = USUAL_JUDGE
    batch_size: int = JOB_BATCH_SIZE
    refine: Refine | None = None

    def said(self) -> dict[str, Any]:
        """As for every order; what a completion takes of its request beside the rest."""
        own = {name: to_plain(getattr(self, name)) for name in own_fields(CompleteOrder)}
        return own | {name: to_plain(getattr(self.request, name)) for name in COMPLETION_FIELDS}

    def usual(self) -> dict[str, Any]:
        """As for every order."""
        usual = CompleteOrder(self.crystal, self.keep).said()
        return {name: value for name, value in usual.items() if name not in ("crystal", "keep")}

    @property
    def title(self) -> str:
        """What it asks for, for a reader."""
        from crystal_llm.evaluation.validity import formula_of

        many = f"{self.count:,} completions" if self.count > 1 else "1 completion"
        to = "" if self.formula is None else f" to {self.formula}"
        what = f"{many} of {formula_of(self.crystal.species)}{to}"
        return f"{what}, τ {self.request.temperature:g}"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """By which stages its crystals go, in order."""
        return (COMPLETED, CHECKED, *self.refining, *(self.judge.stages if self.judge else ()))

    @property
    def count(self) -> int:
        """How many completions."""
        return self.request.count

    def completion(self, text: TextKind | None = None) -> CompletionRequest:
        """The order as the engine takes it.

        Args:
            text: Of the model that writes; None: as its card says.

        Raises:
            InfillError: A site is not there, or nothing can be added.
            RequestError: A number is impossible.
        """
        from crystal_llm.infill.completion import completion_request

        asked = self.request
        return completion_request(
            self.crystal,
            self.keep,
            asked.count,
            atoms=self.atoms,
            max_atoms=asked.max_atoms,
            elements=asked.allowed_elements,
            excluded=asked.excluded_elements,
            formula=self.formula,
            min_distance_angstrom=asked.min_distance_angstrom,
            min_radii_share=asked.min_radii_share,
            temperature=asked.temperature,
            top_p=asked.top_p,
            seed=asked.seed,
            text=text or self._text(),
        )

    def request_at(self, index: int) -> GenerationRequest:
        """What is asked of the model for one completion."""
        return self.completion()

    def check(self) -> None:
        """As :meth:`OrderBase.check`."""
        OrderBase.check(self)
        if flaw := flaw_of(self.crystal):
            raise JobError(f"the crystal to complete: {flaw}")
        for name in (field.name for field in fields(GenerationRequest)):
            if name not in COMPLETION_FIELDS and getattr(self.request, name) != getattr(
                USUAL, name
            ):
                raise JobError(f"a completion takes no {name}: leave it out")
        self.completion()

    def _text(self) -> TextKind:
        from crystal_llm.language_model.card import chosen_card

        try:
            return chosen_card(self.model).text
        except ModelCardError:  # the card may be on the worker's machine alone
            return "coordinate"
