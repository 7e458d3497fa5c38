"""The first step of a crystal's record: a model wrote it, or somebody gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crystal_llm.crystal.conversion import structure
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from pymatgen.core import Structure


@dataclass(frozen=True, slots=True)
class Written:
    """A crystal as a model wrote it or as it was given.

    Exactly one of ``crystal`` and ``failure`` is None. All from ``parent_id`` on is None or
    empty where it does not apply or was not kept.

    Attributes:
        id: Unique within its run; seed and index where a model wrote it.
        crystal: The crystal; None where there is none.
        failure: Why there is none.
        index: Its place in its run, job or file, from 0.
        parent_id: The library's entry that it was made from, or is.
        text: The text that a model wrote.
        log_likelihood: Natural log-probability of the choices made, by the model restricted
            to legal tokens, at τ = 1 and without a nucleus.
        line_log_likelihoods: The same by line of the text: lattice lengths, angles, then
            element and coordinates of each atom, nats; 0 for a line that was given.
        prompt: The prompt.
        seed: The run's seed.
        model: Name, quantisation and hash of the model that wrote the text or chose an
            element.
        edit: What was done to the parent, in one line.
        probability: Of what was filled in, as the model gave it at τ = 1.
        redrawn: How often it was begun anew, because no place was left for an atom or because
            it was a known structure where only new ones were asked for.
        chosen_from: Of how many crystals that were written it is the one kept.
        energy_above_hull_written_ev_per_atom: As written, where it was chosen by that.
        wall_s: Seconds from joining the batch to the end.
        name: Of the step.
    """

    id: str
    crystal: PlainCrystal | None
    failure: str | None = None
    index: int = 0
    parent_id: str | None = None
    text: str = ""
    log_likelihood: float | None = None
    line_log_likelihoods: tuple[float, ...] | None = None
    prompt: str | None = None
    seed: int | None = None
    model: str | None = None
    edit: str | None = None
    probability: float | None = None
    redrawn: int = 0
    chosen_from: int = 1
    energy_above_hull_written_ev_per_atom: float | None = None
    wall_s: float | None = None
    name: Literal["written"] = "written"

    @property
    def stopped(self) -> str | None:
        """Why the crystal goes no further."""
        return self.failure

    @property
    def made_by(self) -> str | None:
        """The model; None where it was given."""
        return self.model

    def structure(self) -> Structure | None:
        """The crystal as a pymatgen Structure."""
        return None if self.crystal is None else structure(self.crystal)
