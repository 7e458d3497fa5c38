"""How a model learns from what it wrote best, in a round of self-improvement."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from crystal_llm.candidate import Candidate
from crystal_llm.errors import EvaluationError
from crystal_llm.io.record_json import from_plain
from crystal_llm.studies.glance import CHOICE_GLANCE
from crystal_llm.studies.improvement import Improvement, is_novel_metastable
from crystal_llm.studies.round_folder import RoundFolder
from crystal_llm.studies.round_tools import ImprovementStoppedError, ImprovementTools
from crystal_llm.training.compact.fine_tuning import FEWEST
from crystal_llm.training.compact.lora_run import (
    RESULT,
    FineTuned,
    FineTuning,
    is_fine_tuned,
)

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.training.compact.preference import Preference
    from crystal_llm.types import PlainCrystal

MODEL = "model"
"""Folder of the model that a round makes, and its name."""

CARD = f"{MODEL}.toml"
"""Its card, beside that folder."""

IMITATION_RATE = 3e-4
"""AdamW's. The model has written what it learns here: at the usual rate it forgets more than that
teaches (docs/training.md)."""


class RoundLearning:
    """The training of one round.

    Args:
        folder: Of the round.
        asked: What the round does.
        tools: What it works with.
        report: Hears what is known of the result, by the names of its fields.
    """

    def __init__(
        self,
        folder: RoundFolder,
        asked: Improvement,
        tools: ImprovementTools,
        report: Callable[..., None],
    ) -> None:
        self._folder, self._asked, self._tools = folder, asked, tools
        self._watch, self._found = tools.watch, report

    def learn(self, judged: Sequence[Candidate], invalid: Sequence[Candidate]) -> None:
        """Trains the model on the best; its weights and card lie in the folder then."""
        within = self._asked.within_ev_per_atom
        chosen = [candidate for candidate in judged if is_novel_metastable(candidate, within)]
        self._watch.chosen(chosen)
        rows = _symmetric((candidate, candidate.crystal) for candidate in chosen)
        if self._asked.learn == "preference":
            far = [candidate for candidate in judged if _is_worse(candidate, within)]
            tuned, learned = self._prefer(rows, [*far, *invalid])
        else:
            tuned, learned = self._imitate(rows), len(rows)
        if not (self._folder.path / CARD).is_file():
            self._folder.write(CARD, self._card(learned))
        self._found(tuned=tuned)

    def _imitate(self, rows: list[SymmetricRow]) -> FineTuned:
        from crystal_llm.training.compact.fine_tuning import fine_tune

        known = self._mixed_in(len(rows))
        self._found(learned=len(rows), known=len(known))
        if len(rows) < FEWEST:
            raise EvaluationError(
                f"{len(rows)} of {self._asked.count:,} crystals are metastable, unique and novel, "
                f"and {FEWEST} are the fewest to learn from: write more"
            )
        self._watch.tell(f"learning from {len(rows):,} crystals and {len(known):,} known ones")
        return self._trained(
            lambda base, out, **watched: fine_tune(
                rows,
                base,
                out,
                self._how(IMITATION_RATE),
                beside=known,
                **watched,
            )
        )

    def _prefer(self, rows: list[SymmetricRow], far: Sequence[Candidate]) -> tuple[FineTuned, int]:
        """The training, and how many of the crystals stand beside a worse one."""
        from crystal_llm.training.compact.preference import (
            PREFERENCE_RATE,
            learn_preferences,
            preferences,
        )

        # Worse ones as they were written: that is what the model is to say less.
        worse = _symmetric((candidate, candidate.written.crystal) for candidate in far)
        given = preferences(rows, worse)
        count = _number_of_worse(given)
        self._found(learned=len(given), worse=count)
        if len(given) < FEWEST:
            raise EvaluationError(
                f"{len(rows)} of {self._asked.count:,} crystals are metastable, unique and novel, "
                f"{len(given)} of them beside a worse one of their composition or chemical system, "
                f"and {FEWEST} are the fewest to learn from: write more, or of fewer elements"
            )
        self._watch.tell(f"learning to prefer {len(given):,} crystals to {count:,} worse ones")
        tuned = self._trained(
            lambda base, out, **watched: learn_preferences(
                given,
                self._asked.energy_above_hull_ev_per_atom,
                base,
                out,
                self._how(PREFERENCE_RATE),
                **watched,
            )
        )
        return tuned, len(given)

    def _how(self, rate: float) -> FineTuning:
        return FineTuning(rate=rate, minutes=self._asked.minutes, seed=self._asked.seed)

    def _trained(self, train: Callable[..., FineTuned]) -> FineTuned:
        """What a training comes to, or came to before."""
        from crystal_llm.language_model.hashes import check_files

        source = self._tools.model.card.network
        assert source is not None
        out = self._folder.path / MODEL
        if is_fine_tuned(out):
            return from_plain(FineTuned, json.loads((out / RESULT).read_text(encoding="utf-8")))
        check_files(source.folder, source.sha256)
        return train(source.folder, out, stopped=self._stop_training, report=self._watch.learning)

    def _stop_training(self) -> bool:
        # As if killed: told to stop, it would take the best so far for the whole.
        if self._watch.should_stop():
            raise ImprovementStoppedError(self._folder.path)
        return False

    def _card(self, learned: int) -> list[str]:
        from crystal_llm.training.compact.network_card import network_card

        model = self._tools.model.card
        assert model.network is not None
        title = f"{model.name}, improved on {learned:,} of its own crystals"
        return network_card(
            self._folder.path / MODEL, MODEL, title=title, licence=model.network.licence
        )

    def _mixed_in(self, learned: int) -> list[SymmetricRow]:
        """Known crystals, drawn once and for all by the seed."""
        possible = [row for row in self._tools.known if self._allows(row)]
        wanted = min(len(possible), round(self._asked.known_share * learned))
        return random.Random(self._asked.seed).sample(possible, wanted)

    def _allows(self, row: SymmetricRow) -> bool:
        if not self._asked.elements:
            return True
        return {orbit.element for orbit in row.crystal.orbits} <= set(self._asked.elements)


def _symmetric(
    chosen: Iterable[tuple[Candidate, PlainCrystal | None]],
) -> list[SymmetricRow]:
    """Crystals in symmetric form, with their energies; one that has none is left out."""
    from crystal_llm.dataset.row_building import SourceCrystal, build_rows
    from crystal_llm.dataset.symmetric_table import symmetric_rows

    sources = []
    for candidate, crystal in chosen:
        if crystal is not None:
            above = candidate.energy_above_hull_ev_per_atom
            known = None if above is None else max(above, 0.0)
            source = SourceCrystal(
                candidate.written.id, crystal, energy_above_hull_ev_per_atom=known
            )
            sources.append(source)
    return list(symmetric_rows(build_rows(sources, max_atoms=10_000, processes=1).rows).rows)


def _number_of_worse(given: Sequence[Preference]) -> int:
    return len({id(row) for preference in given for row in preference.worse})


def _is_worse(candidate: Candidate, within_ev_per_atom: float) -> bool:
    """Whether it is known to lie too far above the hull, relaxed or given up."""
    above = candidate.energy_above_hull_ev_per_atom
    too_far = candidate.relaxed and above is not None and above > within_ev_per_atom
    return too_far or CHOICE_GLANCE.gives_up(candidate)
