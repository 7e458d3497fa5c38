"""Training of the compact model: constant rate while it lasts, decay as a branch at the end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.network import WEIGHTS
from crystal_llm.training.checkpoint import (
    StreamPosition,
    TrainedState,
    load_checkpoint,
    save_checkpoint,
)
from crystal_llm.training.compact.batches import SequenceStream
from crystal_llm.training.compact.config import CompactConfig
from crystal_llm.training.compact.network import (
    WeightAverage,
    add_dropout,
    batch_loss,
    compile_network,
    computing_in,
    optimisers,
    random_network,
    uncompiled,
    updating,
)
from crystal_llm.training.compact.teaching import Teachers, teacher_hashes
from crystal_llm.training.compact.validation import CompactValidator
from crystal_llm.training.compact.weights import load_weights, save_weights
from crystal_llm.training.run_folder import (
    CONFIG,
    METRICS,
    append_metrics,
    drop_metrics_after,
    refuse_another_config,
    store_config,
    stored_config,
)

_LOGGED_STEPS = 20
_FREE = ("validate_every_steps", "checkpoint_every_minutes", "compiled")


@dataclass(frozen=True, slots=True)
class CompactProgress:
    """Where a run stands.

    Attributes:
        step: Optimiser steps done.
        crystals: Sequences trained on.
        tokens: Tokens trained on, prompts included.
        minutes: Wall time spent, over all calls.
        position: The next batch.
    """

    step: int = 0
    crystals: int = 0
    tokens: int = 0
    minutes: float = 0.0
    position: StreamPosition = field(default_factory=StreamPosition)


@dataclass(frozen=True, slots=True)
class RunLimits:
    """When a call stops; the run itself has no end.

    Attributes:
        minutes: Wall time of this call.
        total_minutes: Wall time of the run, over all calls.
        stopped: Asked after every step; true ends the call.
    """

    minutes: float = math.inf
    total_minutes: float = math.inf
    stopped: Callable[[], bool] = lambda: False


def train_network(
    table: Path,
    run: Path,
    config: CompactConfig,
    limits: RunLimits,
    *,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
    device: str = "cpu",
    validation_crystals: int = 512,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> CompactProgress:
    """Trains at a constant rate, going on from the run's newest checkpoint if there is one.

    Args:
        table: Crystals in symmetric form.
        run: Folder of the run: config, metrics, checkpoints.
        config: The run; must be the one that stands in the folder.
        limits: When this call stops; a checkpoint is written then.
        start: Folder of the weights that a new run begins with; random ones without.
        teachers: Folders of networks to learn from; the same ones whenever the run goes on.
        device: Where to train.
        validation_crystals: Crystals in each validation.
        report: Called with each line of the metrics.

    Raises:
        TrainingError: Another config or a damaged checkpoint stands in the folder, the
            table holds nothing to train on, or the teachers are not those of the run.
    """
    if (run / WEIGHTS).exists():
        raise TrainingError(f"{run}: is a branch that was decayed; go on with the run itself")
    if start is not None:
        config = replace(config, start_sha256=sha256_of(start / WEIGHTS))
    if teachers and not config.teachers_sha256:
        config = replace(config, teachers_sha256=teacher_hashes(teachers))
    refuse_another_config(run, config, _FREE)
    taught = _teachers(teachers, config, device)
    session = _Session(
        table, run, config, validation_crystals, report, start=start, teachers=taught, device=device
    )
    store_config(run, config)
    drop_metrics_after(run, session.progress.step)
    return session.go_on(limits, lambda share: 1.0)


def decay(
    table: Path,
    run: Path,
    out: Path,
    minutes: float,
    *,
    teachers: Sequence[Path] = (),
    device: str = "cpu",
    validation_crystals: int = 512,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> CompactProgress:
    """Branches off a run's newest checkpoint with a rate that falls to zero.

    The run itself is left as it is and can go on. The branch's weights are what is shipped.

    Args:
        table: Crystals in symmetric form.
        run: The run.
        out: Folder of the branch: config, metrics and ``model.safetensors``.
        minutes: Wall time of the decay.
        teachers: Folders of the networks that the run learns from.
        device: Where to train.
        validation_crystals: Crystals in each validation.
        report: Called with each line of the metrics.

    Raises:
        TrainingError: No run or checkpoint of one, the branch's folder is in use, or the
            teachers are not those of the run.
    """
    if not 0.0 < minutes < math.inf:
        raise TrainingError(f"a decay over {minutes} minutes is none: give it a time above 0")
    if (out / METRICS).exists() or (out / CONFIG).exists():
        raise TrainingError(f"{out}: a branch stands there already; name another folder")
    config = stored_config(run, CompactConfig)
    taught = _teachers(teachers, config, device)
    session = _Session(
        table, run, config, validation_crystals, report, branch=out, teachers=taught, device=device
    )
    if session.progress.step == 0:
        raise TrainingError(f"{run}: has no checkpoint to branch from")
    store_config(out, config)
    progress = session.go_on(RunLimits(minutes), lambda share: max(0.0, 1.0 - share))
    save_weights(session.network, session.average.weights, out)
    return progress


def _teachers(folders: Sequence[Path], config: CompactConfig, device: str) -> Teachers | None:
    if teacher_hashes(folders) != config.teachers_sha256:
        count = len(config.teachers_sha256)
        raise TrainingError(
            f"the run learns from {count} teacher{'' if count == 1 else 's'}, and other ones are "
            "named now; name the same, in the same order (--teacher)"
        )
    if not folders:
        return None
    return Teachers(folders, config.teacher_share, device, len(CompactVocabulary()))


class _Session:
    """One call of a run: its network, optimisers and place."""

    def __init__(
        self,
        table: Path,
        run: Path,
        config: CompactConfig,
        validation_crystals: int,
        report: Callable[[dict[str, Any]], None],
        branch: Path | None = None,
        start: Path | None = None,
        teachers: Teachers | None = None,
        device: str = "cpu",
    ) -> None:
        self._config = config
        self._folder = branch or run
        self._is_branch = branch is not None
        self._report = report
        self._vocabulary = CompactVocabulary()
        rows = read_symmetric_table(table)
        self._source = SequenceStream(rows, self._vocabulary, config)
        self._validator = CompactValidator(
            rows,
            self._vocabulary,
            count=validation_crystals,
            max_orbits=config.max_orbits,
            varied=config.augmentation,
        )
        self._teachers, self._device = teachers, device
        self.network = random_network(config.network, len(self._vocabulary), config.seed)
        self.network.to(device)
        add_dropout(self.network, config.dropout)
        self._optimisers = optimisers(self.network, config)
        self.average = WeightAverage(self.network, config.average_steps)
        self._validated_step = 0
        if start is not None:
            load_weights(self.network, self.average.weights, start)
        self._state = TrainedState(
            dict(self.network.named_parameters()), self._optimisers, self.average.weights
        )
        stored = load_checkpoint(run, self._state, CompactProgress)
        self.progress = stored or CompactProgress()

    def go_on(self, limits: RunLimits, share_of_rate: Callable[[float], float]) -> CompactProgress:
        """Steps until the limits are reached."""
        import torch

        config = self._config
        if config.compiled:
            compile_network(self.network)
        started = time.monotonic()
        before = self.progress.minutes
        saved = started
        losses: list[float] = []
        parameters = list(self.network.parameters())
        for sequences, length, following in self._source.batches(self.progress.position):
            spent = (time.monotonic() - started) / 60.0
            is_over = spent >= limits.minutes or before + spent >= limits.total_minutes
            if is_over or limits.stopped():
                break
            warm = min(1.0, (self.progress.step + 1) / config.warmup_steps)
            share = warm * share_of_rate(spent / limits.minutes)
            self._optimisers[0].param_groups[0]["lr"] = config.hidden_rate * share
            self._optimisers[1].param_groups[0]["lr"] = config.other_rate * share
            self.network.train()
            # What is dropped hangs on the step alone, so that a resumed run drops the same.
            torch.manual_seed(config.seed * 1_000_003 + self.progress.step)
            with computing_in(config.precision, self._device):
                loss = batch_loss(
                    self.network, sequences, length, config.tokens_per_step, self._teachers
                )
            loss.backward()
            norm = float(torch.nn.utils.clip_grad_norm_(parameters, config.clip_norm))
            if math.isfinite(norm):
                with updating(self._device):
                    for optimiser in self._optimisers:
                        optimiser.step()
            for optimiser in self._optimisers:
                optimiser.zero_grad(set_to_none=True)
            self.progress = replace(
                self.progress,
                step=self.progress.step + 1,
                crystals=self.progress.crystals + len(sequences),
                tokens=self.progress.tokens + sum(len(sequence.ids) for sequence in sequences),
                minutes=before + (time.monotonic() - started) / 60.0,
                position=following,
            )
            self.average.update(self.network, self.progress.step)
            losses.append(float(loss.detach()))
            if self.progress.step % _LOGGED_STEPS == 0:
                self._record(loss=sum(losses) / len(losses), rate_share=share, norm=norm)
                losses.clear()
            if self.progress.step % config.validate_every_steps == 0:
                self._validate()
            if time.monotonic() - saved >= 60.0 * config.checkpoint_every_minutes:
                self._save()
                saved = time.monotonic()
        self._save()
        self._validate()
        return self.progress

    def _validate(self) -> None:
        if self._validator.crystals == 0 or self._validated_step == self.progress.step:
            return
        self._validated_step = self.progress.step
        with self.average.in_place_of(self.network), uncompiled():
            judged = self._validator(self.network, self._config.precision)
        self._record(validation=asdict(judged))

    def _save(self) -> None:
        if not self._is_branch:  # a branch is short; its end is what is kept
            save_checkpoint(self._folder, self._state, self.progress)

    def _record(self, **values: Any) -> None:
        line = {
            "step": self.progress.step,
            "crystals": self.progress.crystals,
            "tokens": self.progress.tokens,
            "minutes": round(self.progress.minutes, 3),
        } | values
        append_metrics(self._folder, line)
        self._report(line)
