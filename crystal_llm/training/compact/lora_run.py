"""Fine-tuning of a compact model by LoRA, whatever it learns.

Low-rank matrices in every linear layer are trained (Hu et al., arXiv:2106.09685, by PEFT). What
their loss is, and what is held out, a :class:`Lesson` says; training ends when what is held out
is no longer done better, and the best matrices are merged into weights of their own. The base is
left as it is. A run that was killed goes on from its last validation.
"""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from crystal_llm.errors import TrainingError
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.network import SHAPE, WEIGHTS
from crystal_llm.training.checkpoint import (
    StreamPosition,
    TrainedState,
    load_checkpoint,
    save_checkpoint,
)
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.network import computing_in, random_network
from crystal_llm.training.compact.validation import CompactValidation
from crystal_llm.training.compact.weights import load_weights, save_weights
from crystal_llm.training.run_folder import CONFIG, METRICS, append_metrics, drop_metrics_after

if TYPE_CHECKING:
    import torch

RESULT = "fine-tuned.json"
_LAYERS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class NothingLearnedError(TrainingError):
    """The base does what was held out as well as any matrices that were trained."""


@dataclass(frozen=True, slots=True)
class FineTuning:
    """How a model is fine-tuned.

    Attributes:
        rank: Of the low-rank matrices; they are scaled by 2.
        rate: AdamW's learning rate, after ten steps of warm-up.
        tokens_per_step: Padded tokens of an optimiser step.
        minutes: At most so long.
        patience: Validations without a better one after which it ends.
        held_out_share: Share of the compositions that is held out.
        assumed_energy_ev_per_atom: Said of crystals whose energy above hull is unknown, so that
            asking for stable crystals brings their like; None leaves it unsaid.
        seed: Of the draws and of what is held out.
    """

    rank: int = 16
    rate: float = 1e-3
    tokens_per_step: int = 1024
    minutes: float = 10.0
    patience: int = 4
    held_out_share: float = 0.1
    assumed_energy_ev_per_atom: float | None = 0.03
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("rank", "tokens_per_step", "patience"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} = {getattr(self, name)}: must be at least 1")
        if not (self.rate > 0.0 and 0.0 < self.minutes < math.inf):
            raise TrainingError(
                f"rate = {self.rate}, minutes = {self.minutes}: both must be above 0"
            )
        if not 0.0 < self.held_out_share < 1.0:
            raise TrainingError(f"held_out_share = {self.held_out_share}: must be between 0 and 1")


@dataclass(frozen=True, slots=True)
class FineTuned:
    """What fine-tuning came to.

    Attributes:
        before: The base on the crystals held out.
        after: The best matrices on them.
        crystals: Crystals trained on, each many times.
        held_out: Crystals held out.
        draws: Sequences trained on up to the best validation.
        minutes: Wall time.
        ended: Why it ended.
    """

    before: CompactValidation
    after: CompactValidation
    crystals: int
    held_out: int
    draws: int
    minutes: float
    ended: str


@dataclass(frozen=True, slots=True)
class FineTuningProgress:
    """Where a fine-tuning stands after a validation.

    Attributes:
        step: Optimiser steps done.
        position: The next batch.
        drawn: Sequences trained on.
        due: Sequences after which the next validation comes.
        minutes: Wall time so far.
        before: The base on the crystals held out.
        best: The best matrices on them.
        best_draws: Sequences that those were trained on; 0: they are the base's own.
        worse: Validations in turn that were no better.
    """

    step: int
    position: StreamPosition
    drawn: int
    due: int
    minutes: float
    before: CompactValidation
    best: CompactValidation
    best_draws: int = 0
    worse: int = 0


class Lesson(Protocol):
    """What a run learns, and how the network is judged meanwhile."""

    @property
    def trained(self) -> int:
        """Crystals that it learns."""

    @property
    def held_out(self) -> int:
        """Crystals that it is judged on."""

    @property
    def stride(self) -> int:
        """Draws from one validation to the next."""

    def batches(self, position: StreamPosition) -> Iterator[tuple[Any, int, StreamPosition]]:
        """Batches from a position on: the batch, its draws, the position after."""

    def loss(self, network: Any, batch: Any) -> torch.Tensor:
        """The loss of a batch."""

    def validation(self, network: Any) -> CompactValidation:
        """What the network makes of the crystals held out; it is left in evaluation mode."""


def run_config(base: Path, settings: FineTuning) -> CompactConfig:
    """The config by which a fine-tuning draws and computes.

    Raises:
        TrainingError: The base's shape cannot be read.
    """
    return CompactConfig(
        network=_shape(base),
        tokens_per_step=settings.tokens_per_step,
        wide_share=1.0,
        seed=settings.seed,
    )


def train_matrices(
    lesson: Lesson,
    base: Path,
    out: Path,
    settings: FineTuning,
    record: dict[str, Any],
    *,
    stopped: Callable[[], bool] = lambda: False,
    report: Callable[[dict[str, Any]], None] = lambda line: None,
) -> FineTuned:
    """Trains low-rank matrices on a lesson and writes the merged weights, ready for a card.

    A folder with a killed run of the same record, base and settings is gone on with.

    Args:
        lesson: What is learned.
        base: Folder of the base's weights.
        out: Folder of the run: config, metrics, ``fine-tuned.json`` (what is returned),
            ``model.safetensors``, ``network.json``.
        settings: How.
        record: What tells the lesson from another, as plain values.
        stopped: Asked before every step; true ends the training, and the best so far is kept.
        report: Called with each line of the metrics.

    Raises:
        NothingLearnedError: No matrices were better than the base.
        TrainingError: A folder in use, or weights of another network.
    """
    if is_fine_tuned(out):
        raise TrainingError(f"{out}: a fine-tuned model stands there already; name another folder")
    config = run_config(base, settings)
    network = random_network(config.network, len(CompactVocabulary()), config.seed)
    load_weights(network, dict(network.named_parameters()), base)
    run = _Run(network, lesson, config, settings, out, report)
    _begin(
        out,
        {
            # How long it may take shapes no weights.
            "fine_tuning": {k: v for k, v in asdict(settings).items() if k != "minutes"},
            "base_sha256": sha256_of(base / WEIGHTS),
        }
        | record,
    )
    result = run.go(stopped)
    (out / RESULT).write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    merged = run.merged()
    save_weights(merged, dict(merged.named_parameters()), out)
    shutil.rmtree(out / "checkpoints", ignore_errors=True)
    return result


def is_fine_tuned(out: Path) -> bool:
    """Whether a run in a folder has ended in weights."""
    return (out / CONFIG).exists() and (out / WEIGHTS).exists()


def with_matrices(network: Any, rank: int, seed: int) -> Any:
    """A network with low-rank matrices that change nothing yet, drawn by a seed.

    Only they are trained; ``disable_adapter()`` of the result gives the base.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return get_peft_model(
            network, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=_LAYERS)
        )


class _Run:
    """One fine-tuning: the network with its matrices, and the best of them so far."""

    def __init__(
        self,
        network: Any,
        lesson: Lesson,
        config: CompactConfig,
        settings: FineTuning,
        out: Path,
        report: Callable[[dict[str, Any]], None],
    ) -> None:
        import torch

        self._lesson, self._settings, self._config = lesson, settings, config
        self._out, self._report = out, report
        self._network = with_matrices(network, settings.rank, settings.seed)
        self._trained = {
            name: value for name, value in self._network.named_parameters() if value.requires_grad
        }
        self._optimiser = torch.optim.AdamW(
            self._trained.values(), lr=settings.rate, weight_decay=0.0
        )
        self._best = {name: value.detach().clone() for name, value in self._trained.items()}
        self._state = TrainedState(self._trained, [self._optimiser], self._best)
        self._drawn, self._step, self._began = 0, 0, time.monotonic()

    def go(self, stopped: Callable[[], bool]) -> FineTuned:
        """Trains until the crystals held out are no longer done better."""
        progress = self._resumed() or self._first()
        ended = "the time was over"
        if progress.worse >= self._settings.patience:
            return self._result(progress, _no_better(progress))
        learned = progress.position
        for batch, draws, position in self._lesson.batches(progress.position):
            if stopped():
                ended = "stopped"
                break
            if self._minutes() >= self._settings.minutes:
                # On a slow machine the time may be over before the first validation.
                if self._drawn > progress.drawn:
                    progress = self._after(progress, learned)
                    save_checkpoint(self._out, self._state, progress)
                break
            self._learn(batch, draws)
            learned = position
            if self._drawn < progress.due:
                continue
            progress = self._after(progress, position)
            save_checkpoint(self._out, self._state, progress)
            if progress.worse >= self._settings.patience:
                ended = _no_better(progress)
                break
        return self._result(progress, ended)

    def _first(self) -> FineTuningProgress:
        before = self._validated()
        stride = self._lesson.stride
        return FineTuningProgress(0, StreamPosition(), 0, stride, self._minutes(), before, before)

    def _resumed(self) -> FineTuningProgress | None:
        """Where a killed run stood, its matrices put back; None where there is none."""
        progress = load_checkpoint(self._out, self._state, FineTuningProgress)
        for line in drop_metrics_after(self._out, -1 if progress is None else progress.step):
            self._report(line)
        if progress is not None:
            self._step, self._drawn = progress.step, progress.drawn
            self._began = time.monotonic() - 60.0 * progress.minutes
        return progress

    def _after(self, progress: FineTuningProgress, position: StreamPosition) -> FineTuningProgress:
        """Where the run stands after a validation now; keeps the matrices if it is the best."""
        judged = self._validated()
        better = judged.goal < progress.best.goal
        if better:
            for name, value in self._trained.items():
                self._best[name].copy_(value.detach())
        return replace(
            progress,
            step=self._step,
            position=position,
            drawn=self._drawn,
            due=self._drawn + self._lesson.stride,
            minutes=self._minutes(),
            best=judged if better else progress.best,
            best_draws=self._drawn if better else progress.best_draws,
            worse=0 if better else progress.worse + 1,
        )

    def _result(self, progress: FineTuningProgress, ended: str) -> FineTuned:
        if progress.best_draws == 0:
            raise NothingLearnedError(
                f"nothing was learned ({ended}): on the crystals that were held out the base is "
                "as good; give it more time, or more crystals"
            )
        return FineTuned(
            progress.before,
            progress.best,
            self._lesson.trained,
            self._lesson.held_out,
            progress.best_draws,
            self._minutes(),
            ended,
        )

    def merged(self) -> Any:
        """The network with the best matrices merged into its weights."""
        import torch

        with torch.no_grad():
            for name, value in self._trained.items():
                value.copy_(self._best[name])
        return self._network.merge_and_unload()

    def _learn(self, batch: Any, draws: int) -> None:
        import torch

        rate = self._settings.rate * min(1.0, (self._step + 1) / 10)
        self._optimiser.param_groups[0]["lr"] = rate
        self._network.train()
        with computing_in(self._config.precision):
            loss = self._lesson.loss(self._network, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self._trained.values()), 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._step += 1
        self._drawn += draws
        if self._step % 20 == 0:
            self._record(loss=float(loss.detach()))

    def _validated(self) -> CompactValidation:
        judged = self._lesson.validation(self._network)
        self._record(validation=asdict(judged))
        return judged

    def _minutes(self) -> float:
        return (time.monotonic() - self._began) / 60.0

    def _record(self, **values: Any) -> None:
        line = {"step": self._step, "crystals": self._drawn, "minutes": round(self._minutes(), 3)}
        append_metrics(self._out, line | values)
        self._report(line | values)


def _no_better(progress: FineTuningProgress) -> str:
    return f"{progress.worse} validations in turn were no better"


def _begin(out: Path, record: dict[str, Any]) -> None:
    """Makes the run's folder; forgets a run in it of other crystals, base or settings."""
    try:
        before = json.loads((out / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = None
    if before != record:
        shutil.rmtree(out / "checkpoints", ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        (out / METRICS).unlink(missing_ok=True)
        (out / CONFIG).write_text(json.dumps(record, indent=1), encoding="utf-8")


def _shape(base: Path) -> CompactShape:
    try:
        stored = json.loads((base / SHAPE).read_text(encoding="utf-8"))
        return CompactShape(
            layers=stored["num_hidden_layers"],
            hidden=stored["hidden_size"],
            heads=stored["num_attention_heads"],
            feed_forward=stored["intermediate_size"],
            context=stored["max_position_embeddings"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{base / SHAPE}: not the shape of a network ({error})") from error
