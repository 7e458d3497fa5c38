"""Checkpoints that are whole or absent, whatever moment a run is killed at.

A checkpoint is a folder, written under another name and then renamed. It holds weights, their
average and the optimisers' moments in full precision as safetensors (never a pickle), and where
the run stood as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from crystal_llm.errors import TrainingError
from crystal_llm.io.record_json import from_plain, to_json

if TYPE_CHECKING:
    import torch

_CHECKPOINTS = 2
_STATE, _PROGRESS = "state.safetensors", "progress.json"
_PROGRESS_OF_BEFORE = "stand.json"
"""What the compact model's were called at first; its ``position`` was a ``place``."""


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """The next batch of a stream: ``batch`` of pool ``pool``."""

    pool: int = 0
    batch: int = 0


_Batch = TypeVar("_Batch")


def batches_from(
    position: StreamPosition, pool_of: Callable[[int], Sequence[_Batch]]
) -> Iterator[tuple[_Batch, StreamPosition]]:
    """Endless batches from a position on, each with the position after it.

    Args:
        position: The next batch.
        pool_of: Draws the batches of a pool, always the same ones.
    """
    while True:
        pool = pool_of(position.pool)
        for number in range(position.batch, len(pool)):
            following = StreamPosition(position.pool, number + 1)
            if number + 1 == len(pool):
                following = StreamPosition(position.pool + 1)
            yield pool[number], following
        position = StreamPosition(position.pool + 1)


class RunProgress(Protocol):
    """Where a run stands: a frozen dataclass."""

    @property
    def step(self) -> int:
        """Optimiser steps done."""


P = TypeVar("P", bound=RunProgress)


@dataclass(frozen=True, slots=True)
class TrainedState:
    """What a run changes.

    Attributes:
        weights: The trained parameters by name.
        optimizers: Each owns some of them.
        average: The average of the weights by the same names; empty where none is taken.
    """

    weights: Mapping[str, torch.Tensor]
    optimizers: Sequence[torch.optim.Optimizer]
    average: Mapping[str, torch.Tensor] = field(default_factory=dict)


def save_checkpoint(run: Path, state: TrainedState, progress: RunProgress) -> Path:
    """Writes a checkpoint of a run and removes all but the newest two."""
    from safetensors.torch import save_file

    final = run / "checkpoints" / f"step-{progress.step:08d}"
    if _progress_file(final) is not None:
        return final  # the same step, the same weights
    unfinished = final.with_name(final.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    tensors = {f"average/{name}": value for name, value in state.average.items()}
    for name, value in state.weights.items():
        tensors[f"weight/{name}"] = value
        for optimizer in state.optimizers:
            for key, moment in optimizer.state.get(value, {}).items():
                tensors[f"{key}/{name}"] = moment
    save_file(
        {name: value.detach().cpu().contiguous() for name, value in tensors.items()},
        str(unfinished / _STATE),
    )
    (unfinished / _PROGRESS).write_text(to_json(progress), encoding="utf-8")
    for file in unfinished.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in _checkpoints(run)[:-_CHECKPOINTS]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def load_checkpoint(run: Path, state: TrainedState, kind: type[P]) -> P | None:
    """Restores the newest checkpoint of a run; None where there is none.

    Args:
        run: The run's folder.
        state: What is restored, in place.
        kind: The dataclass of the run's progress.

    Raises:
        TrainingError: The checkpoint is damaged or belongs to another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    checkpoints = _checkpoints(run)
    if not checkpoints:
        return None
    newest = checkpoints[-1]
    try:
        progress = from_plain(kind, _stored_progress(newest))
        tensors = load_file(str(newest / _STATE))
    except (OSError, ValueError, TypeError, KeyError, SafetensorError) as error:
        raise TrainingError(
            f"{newest}: is damaged ({error}); remove that folder to go on from the one before"
        ) from error
    stored = _by_kind(tensors)
    for name, parameters in (("weight", state.weights), ("average", state.average)):
        shapes = {key: tuple(value.shape) for key, value in stored.get(name, {}).items()}
        if shapes != {key: tuple(value.shape) for key, value in parameters.items()}:
            raise TrainingError(f"{newest}: holds another network than the config describes")
    _restore(stored, state)
    return progress


def _by_kind(tensors: Mapping[str, torch.Tensor]) -> dict[str, dict[str, torch.Tensor]]:
    """Stored tensors by what they are (weight, average, a moment), then by parameter."""
    stored: dict[str, dict[str, torch.Tensor]] = {}
    for path, tensor in tensors.items():
        kind, _, name = path.partition("/")
        stored.setdefault(kind, {})[name] = tensor
    return stored


def _restore(stored: dict[str, dict[str, torch.Tensor]], state: TrainedState) -> None:
    import torch

    weights, average = stored.pop("weight", {}), stored.pop("average", {})
    with torch.no_grad():
        for name, value in state.average.items():
            value.copy_(average[name])
        for name, value in state.weights.items():
            value.copy_(weights[name])
            moments = {
                # AdamW counts its steps on the CPU.
                key: moment[name].to("cpu" if key == "step" else value.device)
                for key, moment in stored.items()
                if name in moment
            }
            if moments:
                owner = next(optimizer for optimizer in state.optimizers if _owns(optimizer, value))
                owner.state[value] = moments


def _owns(optimizer: torch.optim.Optimizer, parameter: torch.Tensor) -> bool:
    return any(parameter is owned for group in optimizer.param_groups for owned in group["params"])


def _stored_progress(checkpoint: Path) -> dict[str, Any]:
    path = _progress_file(checkpoint)
    assert path is not None
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if path.name == _PROGRESS_OF_BEFORE:
        values["position"] = values.pop("place")
    return values


def _checkpoints(run: Path) -> list[Path]:
    """Whole checkpoints, the newest last; the width of their numbers has changed once."""
    steps = {
        int(path.name.removeprefix("step-")): path
        for path in (run / "checkpoints").glob("step-*")
        if path.name.removeprefix("step-").isdecimal() and _progress_file(path) is not None
    }
    return [steps[step] for step in sorted(steps)]


def _progress_file(checkpoint: Path) -> Path | None:
    """Where a checkpoint says how far it is; None if it is not whole: a removal may be cut off."""
    if not (checkpoint / _STATE).is_file():
        return None
    paths = (checkpoint / _PROGRESS, checkpoint / _PROGRESS_OF_BEFORE)
    return next((path for path in paths if path.is_file()), None)
