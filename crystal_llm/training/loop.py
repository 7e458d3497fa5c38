"""The training loop: resumable after a kill at any moment."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from crystal_llm.language_model.spelled_vocabulary import written_alphabet
from crystal_llm.language_model.tokenizer import load_tokenizer
from crystal_llm.training.adapter import save_adapter, trainable_model, trainable_parameters
from crystal_llm.training.batches import BatchStream
from crystal_llm.training.checkpoint import (
    StreamPosition,
    TrainedState,
    load_checkpoint,
    save_checkpoint,
)
from crystal_llm.training.config import TrainingConfig
from crystal_llm.training.drawing import rows_in
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.run_folder import (
    append_metrics,
    drop_metrics_after,
    refuse_another_config,
    store_config,
)
from crystal_llm.training.validation import judge_of

_FREE = ("total_tokens", "total_minutes", "checkpoint_every_minutes")


@dataclass(frozen=True, slots=True)
class AdapterProgress:
    """Where a run stands.

    Attributes:
        step: Optimiser steps done.
        tokens: Tokens trained on, prompts included.
        minutes: Wall time spent, over all resumptions.
        position: The next batch.
    """

    step: int = 0
    tokens: int = 0
    minutes: float = 0.0
    position: StreamPosition = field(default_factory=StreamPosition)


def train_adapter(
    base_folder: Path,
    table: Path,
    run: Path,
    config: TrainingConfig,
    *,
    device: str = "cpu",
    initial_adapter: Path | None = None,
    validation_crystals: int = 96,
    report: Callable[[dict[str, Any]], None] = lambda record: None,
) -> AdapterProgress:
    """Trains an adapter, going on from the run's newest checkpoint where there is one.

    Args:
        base_folder: Base model as safetensors, with config and tokenizer.
        table: Training table (see :mod:`crystal_llm.dataset.table`).
        run: Folder of the run: config, metrics, checkpoints, and the adapter.
        config: The run.
        device: Where to train.
        initial_adapter: Adapter that a new run starts from.
        validation_crystals: Crystals in each validation.
        report: Called with each line of the metrics.

    Returns:
        Where the run ended.

    Raises:
        TrainingError: The run's folder holds a run with another config.
    """
    import torch

    refuse_another_config(run, config, _FREE)
    tokenizer = load_tokenizer(base_folder, split_digits=config.split_digits)
    alphabet = written_alphabet(tokenizer, config.text)
    rows = rows_in(table, config.text)
    source = BatchStream(rows, tokenizer, config)
    model = trainable_model(base_folder, config, device, initial_adapter)
    store_config(run, config)  # when nothing that was asked turned out impossible
    adapter = trainable_parameters(model)
    parameters = list(adapter.values())
    optimizer = torch.optim.AdamW(
        parameters, lr=config.learning_rate, weight_decay=config.weight_decay
    )
    state = TrainedState(adapter, [optimizer])
    resumed = load_checkpoint(run, state, AdapterProgress)
    progress = resumed or AdapterProgress()
    earlier = drop_metrics_after(run, -1 if resumed is None else resumed.step)
    stream = source.batches(progress.position)
    loss_of = CompletionLoss(model, alphabet, config.infill_weight)
    judge = judge_of(rows, tokenizer, config, count=validation_crystals)
    microbatches = max(1, round(config.tokens_per_step / config.tokens_per_microbatch))
    clock = _Clock(progress.minutes)
    saved_at = clock.minutes()
    validated_at = max((line["tokens"] for line in earlier if "validation" in line), default=-1)

    def record(**values: Any) -> None:
        line = {"step": progress.step, "tokens": progress.tokens, "minutes": clock.minutes()}
        append_metrics(run, line | values)
        report(line | values)

    def validate() -> None:
        nonlocal validated_at
        if judge.crystals == 0 or validated_at == progress.tokens:
            return
        model.eval()
        record(validation=asdict(judge(loss_of)))
        validated_at = progress.tokens

    if progress.step == 0:
        validate()
    while (done := _share_done(config, progress.tokens, clock.minutes())) < 1.0:
        rate = adapter_learning_rate(config, progress.tokens, done)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.train()
        nats, counted, seen, weight = 0.0, 0, 0, 0.0
        for micro in range(microbatches):
            batch, position = next(stream)
            number = progress.step * microbatches + micro + 1
            every = config.full_vocabulary_every
            loss = loss_of(batch, full_vocabulary=every > 0 and number % every == 0)
            loss.weighted.backward()
            nats += loss.crystal_nats
            counted += loss.crystal_tokens
            weight += loss.weight
            seen += sum(len(draw.ids) for draw in batch)
        for parameter in parameters:
            if parameter.grad is not None:
                parameter.grad /= weight
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, config.clip_norm))
        if math.isfinite(norm):
            optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        progress = replace(
            progress,
            step=progress.step + 1,
            tokens=progress.tokens + seen,
            minutes=clock.minutes(),
            position=position,
        )
        record(loss=nats / max(counted, 1), learning_rate=rate, gradient_norm=norm)
        if progress.tokens - validated_at >= config.validate_every_tokens:
            validate()
        if clock.minutes() - saved_at >= config.checkpoint_every_minutes:
            save_adapter(model, save_checkpoint(run, state, progress) / "adapter")
            saved_at = clock.minutes()
    validate()
    save_checkpoint(run, state, replace(progress, minutes=clock.minutes()))
    save_adapter(model, run / "adapter")
    return progress


def adapter_learning_rate(config: TrainingConfig, tokens: int, done: float) -> float:
    """Linear warm-up, then a cosine from the peak to its final share.

    Args:
        config: Peak, final share and warm-up.
        tokens: Tokens trained on so far.
        done: Share of the run that is done, 0 to 1.
    """
    warm = min(1.0, (tokens + 1) / max(config.warmup_tokens, 1))
    floor = config.final_learning_rate_share
    cosine = floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
    return config.learning_rate * warm * cosine


def _share_done(config: TrainingConfig, tokens: int, minutes: float) -> float:
    by_tokens = tokens / config.total_tokens if config.total_tokens else 0.0
    by_minutes = minutes / config.total_minutes if config.total_minutes else 0.0
    return max(by_tokens, by_minutes)


class _Clock:
    """Minutes of a run, those before a resumption included."""

    def __init__(self, minutes_before: float) -> None:
        self._start = time.monotonic() - 60.0 * minutes_before

    def minutes(self) -> float:
        return (time.monotonic() - self._start) / 60.0
