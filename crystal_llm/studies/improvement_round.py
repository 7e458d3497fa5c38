"""How a round of self-improvement is done: stage by stage, each leaving a file.

A round that was killed goes on with the first stage whose file is missing; no relaxation is done
twice (the cache has it), and a training goes on from its last validation. What is relaxed is sifted
first (:mod:`crystal_llm.studies.sifting`), in the trial as in the choice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crystal_llm.candidate import Candidate, begun
from crystal_llm.crystal.written import Written
from crystal_llm.errors import EvaluationError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.io.record_json import to_plain
from crystal_llm.studies.glance import CHOICE_GLANCE, TRIAL_GLANCE, judge_at_a_glance
from crystal_llm.studies.improvement import Improvement, ImprovementResult, Trial, trial_of
from crystal_llm.studies.round_folder import RoundFolder
from crystal_llm.studies.round_learning import CARD, RoundLearning
from crystal_llm.studies.round_tools import ImprovementStoppedError, ImprovementTools, RoundStage
from crystal_llm.studies.sifting import Sifted, sifted
from crystal_llm.training.compact.lora_run import NothingLearnedError

if TYPE_CHECKING:
    from crystal_llm.flow.card import LoadedFlow
    from crystal_llm.flow.sampler_settings import SamplerSettings
    from crystal_llm.judging import JudgingResources
    from crystal_llm.language_model.loading import LoadedModel


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
            learning = RoundLearning(self._folder, self._asked, self._tools, self._found)
            learning.learn(judged, choice.invalid)
        except NothingLearnedError as error:
            self._found(nothing_learned=str(error))
        else:
            self._found(before=self._trial("before", self._tools.model))
            self._found(after=self._trial("after", self._tools.load(self._folder.path / CARD)))
        self._folder.write("result.json", [json.dumps(to_plain(self._result))])
        return self._result

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

    def _stopped(self) -> ImprovementStoppedError:
        return ImprovementStoppedError(self._folder.path)

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
