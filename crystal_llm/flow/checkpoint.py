"""Checkpoints of the flow's training, whole or absent whatever moment a run is killed at."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.errors import FlowError
from crystal_llm.flow.batches import Position

if TYPE_CHECKING:
    import torch
    from torch import nn

_KEPT = 2
_STATE, _PROGRESS = "state.safetensors", "progress.json"


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
    position: Position = field(default_factory=Position)


def save_checkpoint(
    run: Path,
    network: nn.Module,
    average: nn.Module,
    optimizer: torch.optim.Optimizer,
    progress: FlowProgress,
) -> None:
    """Writes a checkpoint and removes all but the newest two."""
    from safetensors.torch import save_file

    final = run / "checkpoints" / f"step-{progress.step:09d}"
    if _whole(final):
        return
    unfinished = final.with_name(f"{final.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    tensors = {}
    for name, value in network.named_parameters():
        tensors[f"weight/{name}"] = value.detach().contiguous()
        for key, moment in optimizer.state.get(value, {}).items():
            tensors[f"{key}/{name}"] = moment.detach().contiguous()
    for name, value in average.named_parameters():
        tensors[f"average/{name}"] = value.detach().contiguous()
    save_file(tensors, str(unfinished / _STATE))
    (unfinished / _PROGRESS).write_text(json.dumps(asdict(progress)), encoding="utf-8")
    for file in unfinished.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in _checkpoints(run)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(
    run: Path, network: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer
) -> FlowProgress | None:
    """Restores the newest checkpoint of a run; None where there is none.

    Raises:
        FlowError: The checkpoint is another network's, or damaged.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    found = _checkpoints(run)
    if not found:
        return None
    try:
        tensors = load_file(str(found[-1] / _STATE))
        stored = json.loads((found[-1] / _PROGRESS).read_text(encoding="utf-8"))
        with torch.no_grad():
            for name, value in average.named_parameters():
                value.copy_(tensors[f"average/{name}"])
            for name, value in network.named_parameters():
                value.copy_(tensors[f"weight/{name}"])
                optimizer.state[value] = {
                    key: tensors[f"{key}/{name}"] for key in ("step", "exp_avg", "exp_avg_sq")
                }
        return FlowProgress(**stored | {"position": Position(**stored["position"])})
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise FlowError(
            f"{found[-1]}: is damaged, or another network's ({error}); delete it to go on from "
            "the one before"
        ) from error


def _checkpoints(run: Path) -> list[Path]:
    return sorted(
        path
        for path in (run / "checkpoints").glob("step-*")
        if path.suffix != ".unfinished" and _whole(path)
    )


def _whole(checkpoint: Path) -> bool:
    """Whether a checkpoint has both its files: a removal may have been cut off."""
    return all((checkpoint / name).is_file() for name in (_STATE, _PROGRESS))
