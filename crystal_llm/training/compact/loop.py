"""Training of the compact model: constant rate while it lasts, decay as a branch at the end."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.training.compact.batches import BatchStream, Place
from crystal_llm.training.compact.checkpoint import (
    WEIGHTS,
    Stand,
    load_newest,
    load_weights,
    save_checkpoint,
    save_weights,
)
from crystal_llm.training.compact.config import CompactConfig, config_from
from crystal_llm.training.compact.network import (
    WeightAverage,
    batch_loss,
    compile_network,
    computing_in,
    optimisers,
    random_network,
    uncompiled,
)
from crystal_llm.training.compact.validation import CompactValidator

CONFIG, METRICS = "config.json", "metrics.jsonl"
_LOGGED_STEPS = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """When a call stops; the run itself has no end.

    Attributes:
        minutes: Wall time of this call.
        total_minutes: Wall time of the run, over all calls.
        stopped: Asked after every step; true ends the call.
    """

    minutes: float = math.inf
    total_minutes: float = math.inf
    stopped: Callable[[], bool] = lambda: False


def train(
    table: Path,
    run: Path,
    config: CompactConfig,
    limits: Limits,
    *,
    start: Path | None = None,
    validation_crystals: int = 512,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> Stand:
    """Trains at a constant rate, going on from the run's newest checkpoint if there is one.

    Args:
        table: Crystals in symmetric form.
        run: Folder of the run: config, metrics, checkpoints.
        config: The run; must be the one that stands in the folder.
        limits: When this call stops; a checkpoint is written then.
        start: Folder of the weights that a new run begins with; random ones without.
        validation_crystals: Crystals in each validation.
        report: Called with each line of the metrics.

    Raises:
        TrainingError: Another config or a damaged checkpoint stands in the folder, or the
            table holds nothing to train on.
    """
    if (run / WEIGHTS).exists():
        raise TrainingError(f"{run}: is a branch that was decayed; go on with the run itself")
    if start is not None:
        config = replace(config, start_sha256=sha256_of(start / WEIGHTS))
    _refuse_another_config(run, config)
    session = _Session(table, run, config, validation_crystals, report, start=start)
    _store_config(run, config)
    _drop_metrics_after(run, session.stand.step)
    return session.go_on(limits, lambda share: 1.0)


def decay(
    table: Path,
    run: Path,
    out: Path,
    minutes: float,
    *,
    validation_crystals: int = 512,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> Stand:
    """Branches off a run's newest checkpoint with a rate that falls to zero.

    The run itself is left as it is and can go on. The branch's weights are what is shipped.

    Args:
        table: Crystals in symmetric form.
        run: The run.
        out: Folder of the branch: config, metrics and ``model.safetensors``.
        minutes: Wall time of the decay.
        validation_crystals: Crystals in each validation.
        report: Called with each line of the metrics.

    Raises:
        TrainingError: No run or checkpoint of one, or the branch's folder is in use.
    """
    if not 0.0 < minutes < math.inf:
        raise TrainingError(f"a decay over {minutes} minutes is none: give it a time above 0")
    if (out / METRICS).exists() or (out / CONFIG).exists():
        raise TrainingError(f"{out}: a branch stands there already; name another folder")
    config = stored_config(run)
    session = _Session(table, run, config, validation_crystals, report, branch=out)
    if session.stand.step == 0:
        raise TrainingError(f"{run}: has no checkpoint to branch from")
    _store_config(out, config)
    stand = session.go_on(Limits(minutes), lambda share: max(0.0, 1.0 - share))
    save_weights(session.network, session.average.weights, config, out)
    return stand


def stored_config(run: Path) -> CompactConfig:
    """The config of a run.

    Raises:
        TrainingError: The folder holds no run.
    """
    try:
        values = json.loads((run / CONFIG).read_text(encoding="utf-8"))
    except OSError as error:
        raise TrainingError(
            f"{run}: holds no run of the compact model ({CONFIG}: {error.strerror})"
        ) from error
    except ValueError as error:
        raise TrainingError(f"{run / CONFIG}: is damaged ({error})") from error
    return config_from(values, str(run / CONFIG))


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
    ) -> None:
        self._config = config
        self._folder = branch or run
        self._is_branch = branch is not None
        self._report = report
        self._vocabulary = CompactVocabulary()
        rows = read_symmetric_table(table)
        self._source = BatchStream(rows, self._vocabulary, config)
        self._validator = CompactValidator(
            rows, self._vocabulary, count=validation_crystals, max_orbits=config.max_orbits
        )
        self.network = random_network(config.network, len(self._vocabulary), config.seed)
        self._optimisers = optimisers(self.network, config)
        self.average = WeightAverage(self.network, config.average_steps)
        self._validated_step = 0
        if start is not None:
            load_weights(self.network, self.average.weights, start)
        self.stand = load_newest(run, self.network, self._optimisers, self.average.weights)

    def go_on(self, limits: Limits, share_of_rate: Callable[[float], float]) -> Stand:
        """Steps until the limits are reached."""
        import torch

        config = self._config
        if config.compiled:
            compile_network(self.network)
        started = time.monotonic()
        before = self.stand.minutes
        saved = started
        losses: list[float] = []
        parameters = list(self.network.parameters())
        for sequences, length, following in self._source.batches(self.stand.place):
            spent = (time.monotonic() - started) / 60.0
            is_over = spent >= limits.minutes or before + spent >= limits.total_minutes
            if is_over or limits.stopped():
                break
            warm = min(1.0, (self.stand.step + 1) / config.warmup_steps)
            share = warm * share_of_rate(spent / limits.minutes)
            self._optimisers[0].param_groups[0]["lr"] = config.hidden_rate * share
            self._optimisers[1].param_groups[0]["lr"] = config.other_rate * share
            self.network.train()
            with computing_in(config.precision):
                loss = batch_loss(self.network, sequences, length, config.tokens_per_step)
            loss.backward()
            norm = float(torch.nn.utils.clip_grad_norm_(parameters, config.clip_norm))
            if math.isfinite(norm):
                for optimiser in self._optimisers:
                    optimiser.step()
            for optimiser in self._optimisers:
                optimiser.zero_grad(set_to_none=True)
            self.stand = replace(
                self.stand,
                step=self.stand.step + 1,
                crystals=self.stand.crystals + len(sequences),
                tokens=self.stand.tokens + sum(len(sequence.ids) for sequence in sequences),
                minutes=before + (time.monotonic() - started) / 60.0,
                place=following,
            )
            self.average.update(self.network, self.stand.step)
            losses.append(float(loss.detach()))
            if self.stand.step % _LOGGED_STEPS == 0:
                self._record(loss=sum(losses) / len(losses), rate_share=share, norm=norm)
                losses.clear()
            if self.stand.step % config.validate_every_steps == 0:
                self._validate()
            if time.monotonic() - saved >= 60.0 * config.checkpoint_every_minutes:
                self._save()
                saved = time.monotonic()
        self._save()
        self._validate()
        return self.stand

    def _validate(self) -> None:
        if self._validator.crystals == 0 or self._validated_step == self.stand.step:
            return
        self._validated_step = self.stand.step
        with self.average.in_place_of(self.network), uncompiled():
            judged = self._validator(self.network, self._config.precision)
        self._record(validation=asdict(judged))

    def _save(self) -> None:
        if not self._is_branch:  # a branch is short; its end is what is kept
            save_checkpoint(
                self._folder, self.network, self._optimisers, self.average.weights, self.stand
            )

    def _record(self, **values: Any) -> None:
        line = {
            "step": self.stand.step,
            "crystals": self.stand.crystals,
            "tokens": self.stand.tokens,
            "minutes": round(self.stand.minutes, 3),
        } | values
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / METRICS).open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line) + "\n")
        self._report(line)


def _refuse_another_config(run: Path, config: CompactConfig) -> None:
    if not (run / CONFIG).exists():
        return
    standing = asdict(stored_config(run))
    changed = [name for name, value in asdict(config).items() if standing[name] != value]
    free = {"validate_every_steps", "checkpoint_every_minutes", "compiled"}
    if set(changed) - free:
        raise TrainingError(
            f"{run}: a run with another {', '.join(sorted(set(changed) - free))} stands there; "
            "go on with its own config or name another folder"
        )


def _drop_metrics_after(run: Path, step: int) -> None:
    """Forgets the lines that a killed run wrote after its newest checkpoint, and half a line."""
    path = run / METRICS
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            if json.loads(line)["step"] <= step:
                kept.append(line + "\n")
        except (ValueError, KeyError, TypeError):  # a line cut by the kill
            continue
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text("".join(kept), encoding="utf-8")
    unfinished.replace(path)


def _store_config(run: Path, config: CompactConfig) -> None:
    if not (run / CONFIG).exists():
        run.mkdir(parents=True, exist_ok=True)
        unfinished = run / f"{CONFIG}.unfinished"
        unfinished.write_text(json.dumps(asdict(config), indent=1), encoding="utf-8")
        unfinished.replace(run / CONFIG)


__all__ = ["Limits", "Place", "decay", "stored_config", "train"]
