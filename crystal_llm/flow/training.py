"""Training of the flow's network: resumable to the batch, after a kill at any moment."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel

from crystal_llm.errors import FlowError
from crystal_llm.flow.base_distribution import BaseDistribution, BaseKind, begins_with_crystal
from crystal_llm.flow.batches import PairBatch, PairPosition, PairSet, read_pair_sets
from crystal_llm.flow.card import save_flow
from crystal_llm.flow.config import FlowTrainingConfig
from crystal_llm.flow.disturbance import disturbed_states
from crystal_llm.flow.loss import FlowLoss, flow_loss
from crystal_llm.flow.network import Scales, VelocityNetwork, parameter_count
from crystal_llm.flow.pairs import read_plan
from crystal_llm.flow.path import PathState, conditional_path
from crystal_llm.flow.remeasured import remeasured
from crystal_llm.flow.turned_axes import turned
from crystal_llm.flow.validation import FlowValidation, validate
from crystal_llm.training.checkpoint import TrainedState, load_checkpoint, save_checkpoint
from crystal_llm.training.run_folder import (
    append_metrics,
    drop_metrics_after,
    read_metrics,
    refuse_another_config,
    store_config,
)

NAME = "flow"
"""Name of the card and the weights in a run's folder."""

_LEAST_SCALE = 1e-3
_RECORD_EVERY = 20
_FREE = (
    "total_steps",
    "total_minutes",
    "decay_share",
    "checkpoint_every_minutes",
    "validate_every_steps",
)


@dataclass(frozen=True, slots=True)
class FlowProgress:
    """Where a run stands.

    Attributes:
        step: Optimiser steps done.
        crystals: Pairs trained on, with repetition.
        minutes: Wall time spent, over all resumptions.
        position: The next batch.
    """

    step: int = 0
    crystals: int = 0
    minutes: float = 0.0
    position: PairPosition = field(default_factory=PairPosition)


def train_flow(
    pairs: Path,
    run: Path,
    config: FlowTrainingConfig,
    *,
    start: VelocityNetwork | None = None,
    lattices: Any = None,
    device: str = "cpu",
    report: Callable[[dict[str, Any]], None] = lambda record: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> FlowProgress:
    """Trains a network, going on from the run's newest checkpoint where there is one.

    Args:
        pairs: Folder of pairs.
        run: Folder of the run: config, metrics, checkpoints, the network and its card.
        config: The run.
        start: The network that ``config.starts_from`` names, of ``config.shape``; None begins
            with weights drawn at random.
        lattices: Lattices of the data, for a base that draws from them; see
            :func:`~crystal_llm.flow.pairs.data_lattices`.
        device: Where the network computes; pairs wait in main memory.
        report: Called with each line of the metrics.
        should_stop: Asked after every step; the run is then kept as it stands, with its
            network.

    Returns:
        Where the run ended.

    Raises:
        FlowError: No pairs, or a start that the config does not name.
        TrainingError: The run's folder holds a run with another config, or a damaged checkpoint.
    """
    if bool(config.starts_from) != (start is not None):
        raise FlowError(
            f"starts_from = {config.starts_from!r}: name the network by --continue-network alone"
        )
    refuse_another_config(run, config, _FREE)
    plan = read_plan(pairs)
    train, held_out = read_pair_sets(
        pairs,
        config.pairing,
        config.max_distance_angstrom,
        symmetric=bool(config.disturbed_share and config.disturbance.symmetric_share),
    )
    held_out = held_out.some(config.validation_pairs, config.seed)
    if not train.size:
        raise FlowError(f"{pairs}: has no training pairs as near as max_distance_angstrom asks")
    torch.manual_seed(config.seed)
    scales = scales_of(train)
    weight = coordinates_weight(config, scales)
    begun = VelocityNetwork(config.shape, scales) if start is None else remeasured(start, scales)
    network = begun.to(device)
    store_config(run, config)
    average = AveragedModel(network, multi_avg_fn=exponential_average(config.average_decay))
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    state = TrainedState(
        dict(network.named_parameters()), [optimizer], dict(average.module.named_parameters())
    )
    resumed = load_checkpoint(run, state, FlowProgress)
    progress = resumed or FlowProgress()
    average.n_averaged.fill_(progress.step)
    drop_metrics_after(run, progress.step if resumed else -1)
    step_of = _Step(network, average, optimizer, config, weight, device)
    started = time.monotonic() - 60.0 * progress.minutes
    saved_at = progress.minutes
    validated_at = progress.step if resumed else -1

    def record(**values: Any) -> None:
        line = {"step": progress.step, "minutes": progress.minutes} | values
        append_metrics(run, line)
        report(line)

    def judge() -> None:
        nonlocal validated_at
        if held_out.size and validated_at != progress.step:
            record(validation=asdict(_judged(average.module, held_out, config, weight)))
            validated_at = progress.step

    if progress.step == 0:
        judge()
    losses: list[FlowLoss] = []
    for batch, position in train.stream(config.seed, config.batch_size, progress.position):
        done = share_done(config, progress.step, progress.minutes)
        if done >= 1.0 or should_stop():
            break
        rate = flow_learning_rate(config, progress.step, done)
        losses.append(step_of(batch, progress.step, rate))
        progress = replace(
            progress,
            step=progress.step + 1,
            crystals=progress.crystals + int(batch.atoms.any(1).sum()),
            minutes=(time.monotonic() - started) / 60.0,
            position=position,
        )
        if progress.step % _RECORD_EVERY == 0:
            record(**_means(losses), learning_rate=rate)
            losses.clear()
        if progress.step % config.validate_every_steps == 0:
            judge()
        if progress.minutes - saved_at >= config.checkpoint_every_minutes:
            save_checkpoint(run, state, progress)
            saved_at = progress.minutes
    judge()
    save_checkpoint(run, state, progress)
    base = BaseDistribution(plan.base, _lattices(plan.base, lattices))
    save_flow(
        run,
        NAME,
        average.module.cpu(),
        base,
        title=f"Flow matching from {_FROM[plan.base]}",
        elements=train.elements(),
        max_atoms=plan.max_atoms,
        training={
            "pairs": f"{train.size:,} pairs, {plan.samples_each} samples a target"
            + (f", written by {plan.model}" if plan.model else ""),
            **({"started_from": config.starts_from} if config.starts_from else {}),
            "pairing": config.pairing
            if config.max_distance_angstrom is None
            else f"{config.pairing}, at most {config.max_distance_angstrom:g} Å apart",
            **(
                {"disturbed_anew": f"{config.disturbed_share:.0%} of the pairs, each time"}
                if config.disturbed_share
                else {}
            ),
            "coordinates_weight": round(weight, 1),
            "steps": progress.step,
            "crystals": progress.crystals,
            "minutes": round(progress.minutes, 1),
            "weights": parameter_count(network),
            "precision": "bfloat16" if step_of.half else "float32",
            "hardware": f"CPU threads: {torch.get_num_threads()}, {platform.machine()}"
            if device == "cpu"
            else torch.cuda.get_device_name(),
            "losses": _last_validation(run),
        },
    )
    return progress


def scales_of(pairs: PairSet) -> Scales:
    """What inputs and outputs are measured in, from all pairs."""
    sample, target = pairs.lattices()
    both, velocity = torch.cat((sample, target)), target - sample
    squares, count = 0.0, 0
    for batch in pairs.groups():
        _, path = conditional_path(
            batch.sample, batch.target, batch.atoms, torch.zeros(len(batch.species))
        )
        squares += float(path.coordinates.double().square().sum())
        count += 3 * int(batch.atoms.sum())
    return Scales(
        both.mean(0).tolist(),
        both.std(0, correction=0).clamp(min=_LEAST_SCALE).tolist(),
        max(math.sqrt(squares / count), _LEAST_SCALE),
        velocity.std(0, correction=0).clamp(min=_LEAST_SCALE).tolist(),
    )


def coordinates_weight(config: FlowTrainingConfig, scales: Scales) -> float:
    """λ_f of a run: its config's, or what makes both parts of the loss alike at the start.

    Args:
        config: The run.
        scales: Of its pairs. The lattice's part is measured in the spread of its velocities
            already, so the coordinates' is divided by the square of theirs.
    """
    if config.coordinates_weight == "auto":
        return 1.0 / scales.coordinates_velocity**2
    return config.coordinates_weight


def flow_learning_rate(config: FlowTrainingConfig, step: int, done: float) -> float:
    """Linear warm-up, then constant, then linear to a hundredth.

    Args:
        config: Rate, warm-up and the share of the run that decays.
        step: Steps done so far.
        done: Share of the run that is done, 0 to 1.
    """
    warm = min(1.0, (step + 1) / max(config.warmup_steps, 1))
    left = (1.0 - done) / config.decay_share if config.decay_share else 1.0
    return config.learning_rate * warm * min(1.0, max(left, 0.01))


def exponential_average(decay: float) -> Callable[[Any, Any, Any], None]:
    """The exponential average of weights; of young runs one that forgets their beginning.

    Args:
        decay: Share of the average that a step leaves, from some thousand steps on.
    """

    def update(average: list[torch.Tensor], current: list[torch.Tensor], steps: Any) -> None:
        left = min(decay, (1 + int(steps)) / (10 + int(steps)))
        torch._foreach_lerp_(average, current, 1 - left)

    return update


def share_done(config: FlowTrainingConfig, step: int, minutes: float) -> float:
    """Share of a run that is done, by steps or by minutes, whichever is nearer to its end."""
    by_steps = step / config.total_steps if config.total_steps else 0.0
    by_minutes = minutes / config.total_minutes if config.total_minutes else 0.0
    return max(by_steps, by_minutes)


def computes_bfloat16() -> bool:
    """Whether this processor multiplies matrices of bfloat16 itself."""
    able: dict[str, Any] = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


_FROM = {
    "language-model": "a language model's crystals",
    "disturbed": "disturbed known crystals",
    "types": "elements alone",
    "random": "random crystals",
}


class _Step:
    """One optimiser step at a time."""

    def __init__(
        self,
        network: VelocityNetwork,
        average: AveragedModel,
        optimizer: torch.optim.Optimizer,
        config: FlowTrainingConfig,
        weight: float,
        device: str,
    ) -> None:
        self._network, self._average, self._optimizer = network, average, optimizer
        self._config, self._weight, self._device = config, weight, device
        able = computes_bfloat16() if device == "cpu" else torch.cuda.is_bf16_supported()
        self.half = config.precision == "bfloat16" or (config.precision == "auto" and able)

    def __call__(self, batch: PairBatch, step: int, rate: float) -> FlowLoss:
        config = self._config
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
        moment = torch.rand(len(batch.species), generator=generator).to(self._device)
        batch = batch.on(self._device)
        sample, target = self._sample(batch, generator), batch.target
        if config.turned_axes:
            sample, target = turned(sample, target, generator)
        place, velocity = conditional_path(sample, target, batch.atoms, moment)
        with torch.autocast(self._device, dtype=torch.bfloat16, enabled=self.half):
            predicted = self._network(batch.species, batch.atoms, place, moment)
        loss = flow_loss(
            predicted,
            velocity,
            batch.atoms,
            self._network.lattice_velocity,
            coordinates_weight=self._weight,
            lattice_weight=config.lattice_weight,
        )
        loss.weighted.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._network.parameters(), config.clip_norm)
        if bool(torch.isfinite(norm)):
            self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._average.update_parameters(self._network)
        return FlowLoss(
            *(value.detach() for value in (loss.weighted, loss.coordinates, loss.lattice))
        )

    def _sample(self, batch: PairBatch, generator: torch.Generator) -> PathState:
        """Where the ways begin: as the pairs say, or their targets disturbed anew."""
        share = self._config.disturbed_share
        if not share:
            return batch.sample
        anew = torch.rand(len(batch.species), generator=generator).to(self._device) < share
        drawn = disturbed_states(
            batch.target, batch.atoms, generator, self._config.disturbance, batch.symmetry
        )
        return PathState(
            torch.where(anew[:, None, None], drawn.coordinates, batch.sample.coordinates),
            torch.where(anew[:, None], drawn.lattice, batch.sample.lattice),
        )


def _judged(
    network: VelocityNetwork, pairs: PairSet, config: FlowTrainingConfig, weight: float
) -> FlowValidation:
    return validate(
        network,
        pairs,
        coordinates_weight=weight,
        lattice_weight=config.lattice_weight,
    )


def _means(losses: list[FlowLoss]) -> dict[str, float]:
    """The means of the losses of some steps; a run gone on after a kill has fewer at first."""
    return {
        name: float(torch.stack([getattr(loss, attribute) for loss in losses]).mean())
        for name, attribute in (
            ("loss", "weighted"),
            ("coordinates_loss", "coordinates"),
            ("lattice_loss", "lattice"),
        )
    }


def _lattices(base: BaseKind, lattices: Any) -> Any:
    import numpy as np

    if begins_with_crystal(base):
        return np.zeros((0, 7), dtype=np.float32)
    if lattices is None or not len(lattices):
        raise FlowError(f"the base {base!r} draws lattices from the data; give the table too")
    return lattices


def _last_validation(run: Path) -> str:
    judged = [line for line in read_metrics(run) if "validation" in line]
    if not judged:
        return "no validation pairs"
    last = judged[-1]["validation"]
    return (
        f"{last['loss']:.3f} on {last['pairs']} validation pairs; ten steps bring atoms from "
        f"{last['distance_before_angstrom']:.3f} to {last['distance_after_angstrom']:.3f} Å of "
        f"their targets (root mean square), lengths from {last['length_before_angstrom']:.3f} to "
        f"{last['length_after_angstrom']:.3f} Å (mean)"
    )
