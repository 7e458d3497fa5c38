"""How a round of self-improvement is done: stage by stage, each leaving a file.

A round that was killed goes on with the first stage whose file is missing; no relaxation is done
twice (the cache has it), and a training goes on from its last validation. What is relaxed is sifted
first (:mod:`crystal_llm.studies.sifting`), in the trial as in the choice.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from crystal_llm.candidate import Candidate, begun
from crystal_llm.crystal.written import Written
from crystal_llm.errors import EvaluationError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.studies.glance import Glance, judge_at_a_glance
from crystal_llm.studies.improvement import (
    Improvement,
    ImprovementResult,
    Trial,
    is_novel_metastable,
    trial_of,
)
from crystal_llm.studies.round_folder import RoundFolder
from crystal_llm.studies.sifting import Sifted, sifted
from crystal_llm.training.compact.fine_tuning import FEWEST
from crystal_llm.training.compact.lora_run import (
    RESULT,
    FineTuned,
    FineTuning,
    NothingLearnedError,
    is_fine_tuned,
)

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.training.compact.preference import Preference
    from crystal_llm.types import PlainCrystal

MODEL = "model"
"""Folder of the model that a round makes, and the name of its card beside it."""

CHOICE_GLANCE = Glance(steps=5, reach_ev_per_atom=0.4)
"""For what is learned from. Crystals that fall so far are not those that a model should write."""

TRIAL_GLANCE = Glance(steps=20, reach_ev_per_atom=0.5)
"""For the trial, where every good crystal counts."""

IMITATION_RATE = 3e-4
"""AdamW's. The model has written what it learns here: at the usual rate it forgets more than that
teaches (docs/training.md)."""

RoundStage = Literal["written", "refined", "relaxed", "tried before", "tried after"]
"""What takes long and is counted; a trial is counted by its relaxations."""


class ImprovementWatch(Protocol):
    """What is told of a round while it goes on, and may end it."""

    def tell(self, line: str) -> None:
        """Hears what is done next."""

    def counted(self, stage: RoundStage, done: int, total: int) -> None:
        """Hears how far a stage is; the total may grow."""

    def learning(self, line: dict[str, Any]) -> None:
        """Hears a line of the training's metrics; after a kill the earlier ones again."""

    def result(self, result: ImprovementResult) -> None:
        """Hears what the round came to so far."""

    def chosen(self, candidates: Sequence[Candidate]) -> None:
        """Hears which crystals the model learns from."""

    def should_stop(self) -> bool:
        """Whether the round is to end where it stands; asked between crystals and steps."""


@dataclass(frozen=True)
class ImprovementTools:
    """What a round works with.

    Attributes:
        model: The model as it is; of symmetric text, with a network of its own.
        chooser: Judges what is learned from.
        examiner: Judges the trial, by another potential. For neither are the known phases that a
            crystal competes with relaxed: their few meV/atom decide little here, their number much.
        known: Known crystals to mix in, none of them held out from training.
        load: Loads the model of a card's file.
        watch: Told how the round goes; may end it.
        flow: Refines what is relaxed, so that it takes fewer steps; None: nothing is refined.
        writing: Held while crystals are written.
    """

    model: LoadedModel
    chooser: JudgingResources
    examiner: JudgingResources
    known: Sequence[SymmetricRow]
    load: Callable[[Path], LoadedModel]
    watch: ImprovementWatch
    flow: tuple[LoadedFlow, SamplerSettings] | None = None
    writing: AbstractContextManager[Any] = field(default_factory=nullcontext)


class ImprovementStoppedError(EvaluationError):
    """A round was stopped; called again it goes on."""


def improve(folder: Path, improvement: Improvement, tools: ImprovementTools) -> ImprovementResult:
    """Does one round, or what is left of it.

    Args:
        folder: Of the run: ``improvement.json``, a file a stage, the new model with its card
            ``model.toml``, and ``result.json``.
        improvement: What is done.
        tools: What it is done with.

    Raises:
        EvaluationError: The folder holds another round, both judges are one potential, or too few
            crystals are worth learning from.
        ImprovementStoppedError: It was stopped.
        CrystalLLMError: As writing, judging and fine-tuning.
    """
    from crystal_llm.judging import check_bench

    if tools.model.card.network is None:
        raise EvaluationError(
            f"{tools.model.card.name}: only a model of symmetric text can be improved"
        )
    refuse_one_judge(tools.chooser.potential, tools.examiner.potential)
    check_bench(tools.chooser)
    check_bench(tools.examiner)
    made = RoundFolder(folder)
    made.claim(
        improvement,
        {
            "weights_sha256": tools.model.card.weights_sha256,
            "chooser": tools.chooser.potential,
            "examiner": tools.examiner.potential,
        }
        | _said_of_flow(tools.flow),
    )
    return _Round(made, improvement, tools).run()


def refuse_one_judge(chooser: str, examiner: str) -> None:
    """Refuses a round whose trial is judged by what chose.

    Raises:
        EvaluationError: Both are one potential.
    """
    if chooser == examiner:
        raise EvaluationError(
            f"{chooser} chooses and examines: a model learns its judge's errors, so the trial "
            "needs another potential"
        )


def _said_of_flow(flow: tuple[LoadedFlow, SamplerSettings] | None) -> dict[str, Any]:
    """What a folder says of refining: nothing where there is none, as before there was any."""
    if flow is None:
        return {}
    loaded, settings = flow
    return {"flow": [loaded.card.weights.sha256, to_plain(settings)]}


class _Round:
    """One round in its folder."""

    def __init__(
        self, folder: RoundFolder, improvement: Improvement, tools: ImprovementTools
    ) -> None:
        self._folder, self._asked, self._tools = folder, improvement, tools
        self._watch = tools.watch
        self._result = ImprovementResult()

    def run(self) -> ImprovementResult:
        """Every stage in turn."""
        written = self._folder.stage("written", Written, self._write)
        self._watch.counted("written", len(written), len(written))
        self._found(written=len(written))
        choice = self._sift("compared", written)
        self._found(left_out=choice.left_out, relaxed=len(choice.worth))
        judged = self._folder.stage(
            "judged",
            Candidate,
            lambda: self._judge(
                self._refined("refined", choice.worth, "refined"), self._tools.chooser, "relaxed"
            ),
        )
        self._watch.counted("relaxed", len(judged), len(judged))
        self._found(given_up=sum(map(CHOICE_GLANCE.gives_up, judged)))
        try:
            self._learn(judged, choice.invalid)
        except NothingLearnedError as error:
            self._found(nothing_learned=str(error))
        else:
            self._found(before=self._trial("before", self._tools.model))
            self._found(after=self._trial("after", self._tools.load(self._card_path)))
        self._folder.write("result.json", [json.dumps(to_plain(self._result))])
        return self._result

    @property
    def _card_path(self) -> Path:
        return self._folder.path / f"{MODEL}.toml"

    def _found(self, **known: Any) -> None:
        self._result = replace(self._result, **known)
        self._watch.result(self._result)

    def _write(self) -> list[Written]:
        written: list[Written] = []
        self._watch.counted("written", 0, self._asked.count)
        for request in self._asked.requests():
            before = len(written)

            def count(done: int, before: int = before) -> None:
                self._watch.counted("written", before + done, self._asked.count)

            written += self._written(self._tools.model, request, count)
        return [replace(crystal, index=index) for index, crystal in enumerate(written)]

    def _written(
        self,
        model: LoadedModel,
        request: GenerationRequest,
        count: Callable[[int], None] = lambda done: None,
    ) -> list[Written]:
        from crystal_llm.generation.writer import write_crystals

        self._watch.tell(f"{request.count:,} crystals at τ = {request.temperature:g}")
        crystals: list[Written] = []
        with self._tools.writing:
            for crystal in write_crystals(model, request, should_stop=self._watch.should_stop):
                crystals.append(crystal)
                count(len(crystals))
        if len(crystals) < request.count:
            raise self._stopped()
        return sorted(crystals, key=lambda crystal: crystal.index)

    def _sift(self, label: str, written: Sequence[Written]) -> Sifted:
        """What was written, sorted out before any relaxation."""
        from crystal_llm.judging import checked, compared

        def compared_so_far(done: int, total: int) -> None:
            if self._watch.should_stop():  # thousands take minutes
                raise self._stopped()

        def compare() -> list[Candidate]:
            self._watch.tell("leaving out what is invalid, known or written before")
            valid = [checked(candidate) for candidate in begun(written)]
            known = self._tools.chooser.known
            return compared(valid, known, prototypes=False, progress=compared_so_far)

        return sifted(self._folder.stage(label, Candidate, compare))

    def _refined(
        self, label: str, candidates: Sequence[Candidate], stage: RoundStage | None = None
    ) -> Sequence[Candidate]:
        """The same, each brought nearer to its relaxed form where the round refines."""
        from crystal_llm.judging import refined

        if self._tools.flow is None:
            return candidates
        flow, settings = self._tools.flow

        def count(done: int, total: int) -> None:
            if stage is not None:
                self._watch.counted(stage, done, total)

        def refine() -> list[Candidate]:
            self._watch.tell(f"refining {len(candidates):,} crystals with {flow.identity}")
            done = {
                candidate.index: candidate
                for candidate in refined(
                    candidates, flow, settings,
                    progress=count, should_stop=self._watch.should_stop,
                )
            }  # fmt: skip
            if self._watch.should_stop():
                raise self._stopped()
            return [done[candidate.index] for candidate in candidates]

        refinements = self._folder.stage(label, Candidate, refine)
        count(len(refinements), len(refinements))
        return refinements

    def _judge(
        self, candidates: Sequence[Candidate], bench: JudgingResources, stage: RoundStage
    ) -> list[Candidate]:
        from crystal_llm.judging import compared

        self._watch.tell(f"relaxing {len(candidates):,} crystals under {bench.potential}")
        self._watch.counted(stage, 0, len(candidates))
        judged = {
            candidate.index: candidate
            for candidate in judge_at_a_glance(
                candidates,
                replace(bench, structures=None),
                CHOICE_GLANCE if stage == "relaxed" else TRIAL_GLANCE,
                progress=lambda done, total: self._watch.counted(stage, done, total),
                should_stop=self._watch.should_stop,
            )
        }
        if self._watch.should_stop():
            raise self._stopped()
        ordered = [judged[candidate.index] for candidate in candidates]
        # Those that are learned from are shown in the library, with their prototypes.
        return compared(ordered, bench.known, bench.reference, prototypes=stage == "relaxed")

    def _learn(self, judged: Sequence[Candidate], invalid: Sequence[Candidate]) -> None:
        """Trains the model on the best; its weights and card lie in the folder then."""
        within = self._asked.within_ev_per_atom
        chosen = [candidate for candidate in judged if is_novel_metastable(candidate, within)]
        self._watch.chosen(chosen)
        rows = _symmetric((candidate, candidate.crystal) for candidate in chosen)
        if self._asked.learn == "preference":
            far = [candidate for candidate in judged if _is_worse(candidate, within)]
            tuned = self._prefer(rows, [*far, *invalid])
        else:
            tuned = self._imitate(rows)
        if not self._card_path.is_file():
            self._folder.write(self._card_path.name, self._card(len(rows)))
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
                FineTuning(rate=IMITATION_RATE, minutes=self._asked.minutes, seed=self._asked.seed),
                beside=known,
                **watched,
            )
        )

    def _prefer(self, rows: list[SymmetricRow], far: Sequence[Candidate]) -> FineTuned:
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
        return self._trained(
            lambda base, out, **watched: learn_preferences(
                given,
                self._asked.energy_above_hull_ev_per_atom,
                base,
                out,
                FineTuning(
                    rate=PREFERENCE_RATE, minutes=self._asked.minutes, seed=self._asked.seed
                ),
                **watched,
            )
        )

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
            raise self._stopped()
        return False

    def _stopped(self) -> ImprovementStoppedError:
        return ImprovementStoppedError(f"stopped: call again to go on in {self._folder.path}")

    def _card(self, learned: int) -> list[str]:
        from crystal_llm.training.compact.network_card import network_card

        model = self._tools.model.card
        assert model.network is not None
        title = f"{model.name}, improved on {learned} of its own crystals"
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

    def _trial(self, name: Literal["before", "after"], model: LoadedModel) -> Trial:
        stage: RoundStage = "tried before" if name == "before" else "tried after"
        label, request = f"trial-{name}", self._asked.trial_request()
        written = self._folder.stage(
            f"{label}-written", Written, lambda: self._written(model, request)
        )
        trial = self._sift(f"{label}-compared", written)
        self._watch.counted(stage, 0, len(trial.worth))
        judged = self._folder.stage(
            label,
            Candidate,
            lambda: self._judge(
                self._refined(f"{label}-refined", trial.worth), self._tools.examiner, stage
            ),
        )
        self._watch.counted(stage, len(judged), len(judged))
        return trial_of(trial, judged, self._asked.within_ev_per_atom)


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
