"""A grid of models, conditions, temperatures and nucleus sizes: what is written in each cell.

Crystal *k* of a cell depends on the seed and on *k* alone, so cells (two models side by side
among them) are compared on the same random numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal

from crystal_llm.errors import EvaluationError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE, Conditions

MAX_CELLS = 400
MAX_STUDY_CRYSTALS = 100_000
"""A hundred thousand crystals are days of one core once some are relaxed; nobody means more."""

MAX_TEST_CRYSTALS = 10_000
USUAL_TEST_CRYSTALS = 1_000

CRYSTALS_IN_A_CELL = 60
ROUND_SIZE = 20
"""Crystals that a cell gets before the next cell has its turn."""

Objective = Literal["valid", "unique", "novel", "new", "metastable", "sun"]
OBJECTIVES: tuple[Objective, ...] = ("valid", "unique", "novel", "new", "metastable", "sun")
USUAL_OBJECTIVES: tuple[Objective, ...] = ("valid", "novel")


@dataclass(frozen=True, slots=True)
class StudyModel:
    """A language model of a study.

    Attributes:
        name: Name or path of its card.
        weights_sha256: Hash of its weights; another model of that name is refused.
        quantisation: Overrides the card's.
    """

    name: str
    weights_sha256: str | None = None
    quantisation: str | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """One combination of the grid.

    Attributes:
        number: Its place in the grid, from 0.
        model: What writes.
        conditions: What the prompt says.
        temperature: τ.
        top_p: Nucleus size P.
        refined: Whether its crystals are refined before they are relaxed.
    """

    number: int
    model: StudyModel
    conditions: Conditions
    temperature: float
    top_p: float
    refined: bool = False

    @property
    def settings(self) -> str:
        """Its place in words: ``τ = 0.7, P = 0.9``."""
        refined = ", refined" if self.refined else ""
        return f"τ = {self.temperature:g}, P = {self.top_p:g}{refined}"


def _usual_request() -> GenerationRequest:
    return GenerationRequest(
        CRYSTALS_IN_A_CELL,
        min_distance_angstrom=MIN_DISTANCE_ANGSTROM,
        min_radii_share=MIN_RADII_SHARE,
    )


@dataclass(frozen=True, slots=True)
class GridStudy:
    """What a study asks for.

    Attributes:
        models: What writes; at least one.
        temperatures: Values of τ.
        top_ps: Values of the nucleus size P.
        request: What every cell asks alike; its ``count`` is crystals of one cell, its τ and
            nucleus are the cell's.
        conditions: Prompts to compare; empty for the request's own alone.
        relaxed: How many of each cell's crystals are relaxed and placed on the hull.
        adaptive: Whether a cell that is clearly dominated gets no more crystals.
        objectives: In which rates a cell has to be clearly worse to be dominated.
        refinements: Whether crystals are refined: one value, or both to compare them.
        test_crystals: Test crystals that coverage is measured against; 0: fingerprints are
            not made, and coverage and diversity by them are not known.

    Raises:
        EvaluationError: The grid is empty or too large, or a number is impossible.
        RequestError: A cell asks for something impossible.
    """

    models: tuple[StudyModel, ...]
    temperatures: tuple[float, ...]
    top_ps: tuple[float, ...]
    request: GenerationRequest = field(default_factory=_usual_request)
    conditions: tuple[Conditions, ...] = ()
    relaxed: int = 0
    adaptive: bool = True
    objectives: tuple[Objective, ...] = USUAL_OBJECTIVES
    refinements: tuple[bool, ...] = (False,)
    test_crystals: int = 0

    def __post_init__(self) -> None:
        for name, values in (
            ("models", [model.name for model in self.models]),
            ("temperatures", self.temperatures),
            ("top_p (nucleus sizes P)", self.top_ps),
            ("refine", self.refinements),
        ):
            if not values:
                raise EvaluationError(f"the grid is empty: {name} holds no value; give one or more")
            if double := [value for value, times in Counter(values).items() if times > 1]:
                raise EvaluationError(f"{name}: {double[0]} stands there twice")
        for temperature in self.temperatures:
            if not (math.isfinite(temperature) and 0 < temperature <= 10):
                raise EvaluationError(f"temperature τ = {temperature:g}: above 0 and at most 10")
        for top_p in self.top_ps:
            if not 0 < top_p <= 1:
                raise EvaluationError(f"nucleus size P = {top_p:g}: above 0 and at most 1")
        if not 0 <= self.relaxed <= self.crystals:
            raise EvaluationError(
                f"relaxed = {self.relaxed}: from 0 to the {self.crystals} crystals of a cell"
            )
        if not 0 <= self.test_crystals <= MAX_TEST_CRYSTALS:
            raise EvaluationError(
                f"test_crystals = {self.test_crystals:,}: from 0 to {MAX_TEST_CRYSTALS:,}"
            )
        if self.request.new_only:
            raise EvaluationError(
                "new_only: a study measures how many crystals are novel; leave it out"
            )
        if not self.objectives:
            raise EvaluationError(f"objectives: at least one of {', '.join(OBJECTIVES)}")
        cells = self.cell_count
        if cells > MAX_CELLS:
            raise EvaluationError(f"{cells:,} cells: at most {MAX_CELLS}; take fewer values")
        if self.count > MAX_STUDY_CRYSTALS:
            raise EvaluationError(
                f"{cells} cells of {self.crystals:,} crystals are {self.count:,}: at most "
                f"{MAX_STUDY_CRYSTALS:,} in one study"
            )
        for cell in self.cells:
            self.request_of(cell)

    @property
    def crystals(self) -> int:
        """Crystals of one cell."""
        return self.request.count

    @property
    def cell_count(self) -> int:
        """How many cells the grid has."""
        return self.plane_count * len(self.temperatures) * len(self.top_ps)

    @property
    def plane_count(self) -> int:
        """How many planes of τ and P: one for each model, prompt and refinement."""
        return len(self.models) * len(self.prompts) * len(self.refinements)

    @property
    def count(self) -> int:
        """Crystals of all cells, if none is given up."""
        return self.cell_count * self.crystals

    @property
    def prompts(self) -> tuple[Conditions, ...]:
        """What the prompts of the grid say."""
        return self.conditions or (self.request.conditions,)

    @property
    def cells(self) -> tuple[GridCell, ...]:
        """The grid, model by model, so that a model is loaded once a round."""
        places = [
            (model, said, temperature, top_p, refined)
            for model in self.models
            for said in self.prompts
            for refined in self.refinements
            for temperature in self.temperatures
            for top_p in self.top_ps
        ]
        return tuple(GridCell(number, *place) for number, place in enumerate(places))

    def cell_at(self, index: int) -> GridCell:
        """The cell of a crystal of the study.

        Args:
            index: The crystal's, from 0 to ``count``.
        """
        number, (rest, top_p) = index // self.crystals, divmod(index // self.crystals, self.width)
        rest, temperature = divmod(rest, len(self.temperatures))
        rest, refined = divmod(rest, len(self.refinements))
        model, said = divmod(rest, len(self.prompts))
        return GridCell(
            number,
            self.models[model],
            self.prompts[said],
            self.temperatures[temperature],
            self.top_ps[top_p],
            self.refinements[refined],
        )

    @property
    def width(self) -> int:
        """How many nucleus sizes there are."""
        return len(self.top_ps)

    def indexes_of(self, cell: int) -> range:
        """Indexes of a cell's crystals."""
        return range(cell * self.crystals, (cell + 1) * self.crystals)

    def is_relaxed(self, index: int) -> bool:
        """Whether a crystal is among those to relax: they lie evenly in their cell."""
        place, count = index % self.crystals, self.crystals
        return (place + 1) * self.relaxed // count > place * self.relaxed // count

    def batches(self, size: int = ROUND_SIZE) -> tuple[range, ...]:
        """Crystals in the order in which they are made: each cell gets ``size``, then again."""
        return tuple(
            range(cells.start + first, min(cells.start + first + size, cells.stop))
            for first in range(0, self.crystals, size)
            for cells in map(self.indexes_of, range(self.cell_count))
        )

    def request_of(self, cell: GridCell) -> GenerationRequest:
        """What a cell asks of its model, for all its crystals.

        Raises:
            RequestError: It is impossible.
        """
        return replace(
            self.request,
            conditions=cell.conditions,
            temperature=cell.temperature,
            top_p=cell.top_p,
        )
