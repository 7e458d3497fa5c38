"""A model learns from what it wrote best: generate, judge, learn, and a trial of both models.

One round writes crystals, leaves out what is invalid, known or written before, relaxes the rest
under one potential, fine-tunes the model on those that come out metastable, unique and novel,
mixed with known crystals, and lets both models write again. The trial is judged by a *second*
potential that had no part in the choice, because a model learns the errors of its judge, too.

Every stage leaves a file in the run's folder; a round that was killed goes on with the first
stage whose file is missing, and no relaxation is done twice (the cache has it).
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crystal_llm.candidate import Candidate, begun
from crystal_llm.crystal.written import Written
from crystal_llm.errors import EvaluationError, TrainingError
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.generation.request import MAX_CRYSTALS, GenerationRequest
from crystal_llm.generation.usual import USUAL, USUAL_ENERGY_ABOVE_HULL_EV_PER_ATOM
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.training.compact.fine_tuning import FEWEST, FineTuned, FineTuning
from crystal_llm.types import Conditions

if TYPE_CHECKING:
    from crystal_llm.dataset.symmetric_table import SymmetricRow
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel

_T = TypeVar("_T")

MODEL = "model"
"""Folder of the model that a round makes, and the name of its card beside it."""

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
        known_share: Known crystals mixed in, for each one that is learned from.
        trial: Crystals that each model writes in the trial.
        minutes: The most that fine-tuning takes.
        seed: Of everything that is drawn.
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

    def __post_init__(self) -> None:
        if not self.temperatures:
            raise EvaluationError("temperatures: name at least one")
        for name, value in (("n", self.count), ("trial", self.trial)):
            if not 1 <= value <= MAX_CRYSTALS:
                raise EvaluationError(f"{name} = {value:,}: from 1 to {MAX_CRYSTALS:,}")
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
        metastable: Relaxed and within the bound; of all asked.
        unique: Of those that were relaxed, in its set.
        valid: As written; of all asked.
    """

    novel_metastable: Rate
    metastable: Rate
    unique: Rate
    valid: Rate


@dataclass(frozen=True, slots=True)
class ImprovementResult:
    """What a round came to.

    Attributes:
        written: Crystals written to choose from.
        left_out: How many of them were not relaxed, by reason.
        relaxed: How many were.
        learned: How many of those the model learned from.
        known: Known crystals mixed in.
        tuned: The fine-tuning.
        before: The trial of the model as it was.
        after: The trial of the new one.
    """

    written: int
    left_out: dict[str, int]
    relaxed: int
    learned: int
    known: int
    tuned: FineTuned
    before: Trial
    after: Trial

    @property
    def kept(self) -> bool:
        """Whether the new model is better: more novel metastable crystals, as many unique ones."""
        return _share(self.after.novel_metastable) > _share(
            self.before.novel_metastable
        ) and _share(self.after.unique) >= _share(self.before.unique)


@dataclass(frozen=True)
class ImprovementTools:
    """What a round works with.

    Attributes:
        model: The model as it is; of symmetric text, with a network of its own.
        chooser: Judges what is learned from; the known phases that a crystal competes with are not
            relaxed for that, since their few meV/atom decide little here and their number much.
        examiner: Judges the trial, by another potential.
        known: Known crystals to mix in, none of them held out from training.
        load: Loads the model of a card's file.
        tell: Told what is done next.
        countdown: Makes, of what is counted, what is told the number done and the number in all.
        should_stop: Asked between crystals and steps; ends the round where it stands.
    """

    model: LoadedModel
    chooser: JudgingResources
    examiner: JudgingResources
    known: Sequence[SymmetricRow]
    load: Callable[[Path], LoadedModel]
    tell: Callable[[str], None] = lambda line: None
    countdown: Callable[[str], Callable[[int, int], None]] = lambda what: lambda done, total: None
    should_stop: Callable[[], bool] = field(default=lambda: False)


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
    if tools.chooser.potential == tools.examiner.potential:
        raise EvaluationError(
            f"{tools.chooser.potential} chooses and examines: a model learns its judge's errors, "
            "so the trial needs another potential"
        )
    check_bench(tools.chooser)
    check_bench(tools.examiner)
    _claim(folder, improvement, tools)
    return _Round(folder, improvement, tools).run()


class _Round:
    """One round in its folder."""

    def __init__(self, folder: Path, improvement: Improvement, tools: ImprovementTools) -> None:
        self._folder, self._asked, self._tools = folder, improvement, tools

    def run(self) -> ImprovementResult:
        """Every stage in turn."""
        written = self._stage("written", Written, self._write)
        candidates, left_out = self._worth_relaxing(written)
        chooser = replace(self._tools.chooser, structures=None)
        judged = self._stage("judged", Candidate, lambda: self._judge(candidates, chooser))
        chosen = [candidate for candidate in judged if self._is_learned(candidate)]
        rows = self._rows(chosen)
        tuned, known = self._learn(rows)
        trials = [self._trial("before", self._tools.model)]
        trials.append(self._trial("after", self._tools.load(self._folder / f"{MODEL}.toml")))
        result = ImprovementResult(
            written=len(written),
            left_out=left_out,
            relaxed=len(candidates),
            learned=len(rows),
            known=known,
            tuned=tuned,
            before=trials[0],
            after=trials[1],
        )
        _write(self._folder / "result.json", [json.dumps(to_plain(result))])
        return result

    def _write(self) -> list[Written]:
        return [
            replace(crystal, index=index)
            for index, crystal in enumerate(
                crystal
                for request in self._asked.requests()
                for crystal in self._written(self._tools.model, request)
            )
        ]

    def _written(self, model: LoadedModel, request: GenerationRequest) -> list[Written]:
        from crystal_llm.generation.writer import write_crystals

        self._tools.tell(f"{request.count:,} crystals at τ = {request.temperature:g}")
        crystals = list(write_crystals(model, request, should_stop=self._tools.should_stop))
        if len(crystals) < request.count:
            raise ImprovementStoppedError(f"stopped: call again to go on in {self._folder}")
        return sorted(crystals, key=lambda crystal: crystal.index)

    def _worth_relaxing(self, written: Sequence[Written]) -> tuple[list[Candidate], dict[str, int]]:
        """Those that are valid, new and written for the first time; why the others are not."""
        from crystal_llm.judging import checked, compared

        self._tools.tell("leaving out what is invalid, known or written before")
        candidates = compared([checked(c) for c in begun(written)], self._tools.chooser.known)
        reasons = {candidate.index: _reason(candidate) for candidate in candidates}
        worth = [candidate for candidate in candidates if reasons[candidate.index] is None]
        return worth, dict(Counter(reason for reason in reasons.values() if reason is not None))

    def _judge(self, candidates: Sequence[Candidate], bench: JudgingResources) -> list[Candidate]:
        from crystal_llm.judging import compared, judge

        self._tools.tell(f"relaxing {len(candidates):,} crystals under {bench.potential}")
        judged = {
            candidate.index: candidate
            for candidate in judge(
                candidates,
                bench,
                progress=self._tools.countdown("relaxed"),
                should_stop=self._tools.should_stop,
            )
        }
        if self._tools.should_stop():
            raise ImprovementStoppedError(f"stopped: call again to go on in {self._folder}")
        ordered = [judged[candidate.index] for candidate in candidates]
        return compared(ordered, bench.known, bench.reference)

    def _is_learned(self, candidate: Candidate) -> bool:
        return _is_novel_metastable(candidate, self._asked.within_ev_per_atom)

    def _rows(self, chosen: Sequence[Candidate]) -> list[SymmetricRow]:
        """What is learned, in symmetric form; a crystal that has none is left out."""
        from crystal_llm.dataset.row_building import SourceCrystal, build_rows
        from crystal_llm.dataset.symmetric_table import symmetric_rows

        sources = [
            SourceCrystal(
                candidate.written.id,
                candidate.crystal,
                energy_above_hull_ev_per_atom=max(candidate.energy_above_hull_ev_per_atom, 0.0),
            )
            for candidate in chosen
            if candidate.crystal is not None and candidate.energy_above_hull_ev_per_atom is not None
        ]
        rows = symmetric_rows(build_rows(sources, max_atoms=10_000, processes=1).rows).rows
        if len(rows) < FEWEST:
            raise EvaluationError(
                f"{len(rows)} of {self._asked.count:,} crystals are metastable, unique and novel, "
                f"and {FEWEST} are the fewest to learn from: write more"
            )
        return list(rows)

    def _learn(self, rows: Sequence[SymmetricRow]) -> tuple[FineTuned, int]:
        from crystal_llm.language_model.hashes import check_files
        from crystal_llm.training.compact.fine_tuning import RESULT, fine_tune
        from crystal_llm.training.compact.network_card import network_card

        source = self._tools.model.card.network
        assert source is not None
        known = self._mixed_in(len(rows))
        folder = self._folder / MODEL
        if (folder / RESULT).is_file() and (self._folder / f"{MODEL}.toml").is_file():
            stored = json.loads((folder / RESULT).read_text(encoding="utf-8"))
            return from_plain(FineTuned, stored), len(known)
        self._tools.tell(f"learning from {len(rows):,} crystals and {len(known):,} known ones")
        check_files(source.folder, source.sha256)
        try:
            tuned = fine_tune(
                [*rows, *known],
                source.folder,
                folder,
                FineTuning(minutes=self._asked.minutes, seed=self._asked.seed),
                stopped=self._tools.should_stop,
            )
        except TrainingError:
            if not self._tools.should_stop():
                raise
        if self._tools.should_stop():
            # What it kept at the stop would pass for the whole training.
            shutil.rmtree(folder, ignore_errors=True)
            raise ImprovementStoppedError(f"stopped: call again to go on in {self._folder}")
        title = f"{self._tools.model.card.name}, improved on {len(rows)} of its own crystals"
        lines = network_card(folder, MODEL, title=title, licence=source.licence)
        _write(self._folder / f"{MODEL}.toml", lines)
        return tuned, len(known)

    def _mixed_in(self, learned: int) -> list[SymmetricRow]:
        """Known crystals, drawn once and for all by the seed."""
        possible = [row for row in self._tools.known if self._allows(row)]
        wanted = min(len(possible), round(self._asked.known_share * learned))
        return random.Random(self._asked.seed).sample(possible, wanted)

    def _allows(self, row: SymmetricRow) -> bool:
        if not self._asked.elements:
            return True
        return {orbit.element for orbit in row.crystal.orbits} <= set(self._asked.elements)

    def _trial(self, name: str, model: LoadedModel) -> Trial:
        request = self._asked.trial_request()
        label = f"trial-{name}"
        written = self._stage(f"{label}-written", Written, lambda: self._written(model, request))
        judged = self._stage(
            label, Candidate, lambda: self._judge(begun(written), self._tools.examiner)
        )
        return trial_of(judged, self._asked.within_ev_per_atom)

    def _stage(self, name: str, kind: type[_T], make: Callable[[], list[_T]]) -> list[_T]:
        """What a stage made, from its file where it ended before."""
        path = self._folder / f"{name}.jsonl"
        if not path.is_file():
            made = make()
            _write(path, (json.dumps(to_plain(item)) for item in made))
            return made
        try:
            with path.open(encoding="utf-8") as lines:
                return [from_plain(kind, json.loads(line)) for line in lines]
        except (OSError, ValueError, RecordError) as error:
            raise EvaluationError(
                f"{path}: damaged ({error}); remove it to do this stage again"
            ) from error


def trial_of(judged: Sequence[Candidate], within_ev_per_atom: float) -> Trial:
    """The rates of a trial; what failed counts in every denominator but that of ``unique``."""
    asked, relaxed = len(judged), [candidate for candidate in judged if candidate.relaxed]
    near = [candidate for candidate in relaxed if candidate.within(within_ev_per_atom)]
    novel = [candidate for candidate in near if _is_novel_metastable(candidate, within_ev_per_atom)]
    return Trial(
        novel_metastable=Rate(len(novel), asked, "asked"),
        metastable=Rate(len(near), asked, "asked"),
        unique=Rate(sum(candidate.unique for candidate in relaxed), len(relaxed), "relaxed"),
        valid=Rate(sum(candidate.valid for candidate in judged), asked, "asked"),
    )


def _is_novel_metastable(candidate: Candidate, within_ev_per_atom: float) -> bool:
    return candidate.within(within_ev_per_atom) and candidate.unique and candidate.novel


def _reason(candidate: Candidate) -> str | None:
    """Why a written crystal is not relaxed; None where it is."""
    novelty = candidate.novelty
    if candidate.crystal is None or candidate.stopped is not None or not candidate.valid:
        return "invalid"
    if novelty is None or novelty.failure is not None:
        return "not comparable"
    if not candidate.unique:
        return "written before"
    return None if novelty.novel else "known"


def _claim(folder: Path, improvement: Improvement, tools: ImprovementTools) -> None:
    """Says in the folder which round it is of, and refuses another's."""
    record = {
        "improvement": to_plain(improvement),
        "weights_sha256": tools.model.card.weights_sha256,
        "chooser": tools.chooser.potential,
        "examiner": tools.examiner.potential,
    }
    path = folder / "improvement.json"
    if path.is_file():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise EvaluationError(f"{path}: damaged ({error})") from error
        if before != record:
            raise EvaluationError(
                f"{folder}: holds a round of another model, potential or settings; name another "
                "folder"
            )
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder}: cannot be made ({error.strerror})") from error
    _write(path, [json.dumps(record, indent=1)])


def _write(path: Path, lines: Iterable[str]) -> None:
    """Writes a file of a run, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        unfinished.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error


def _share(rate: Rate) -> float:
    return rate.share or 0.0
