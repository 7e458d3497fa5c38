"""Checkpoints that are whole or absent, whatever moment a run is killed at.

A checkpoint is a folder, written under another name and then renamed. It holds the
adapter in full precision and the optimiser's state as safetensors (never a pickle), and
where the run stood as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.adapter import trainable_parameters
from crystal_llm.training.batches import StreamPosition

_KEPT = 2
_STATE, _PROGRESS = "state.safetensors", "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
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


def save_checkpoint(run: Path, model: Any, optimizer: Any, progress: Progress) -> Path:
    """Writes a checkpoint of a run and removes all but the newest two."""
    from safetensors.torch import save_file

    final = run / "checkpoints" / f"step-{progress.step:08d}"
    if _whole(final):
        return final  # the same step, the same weights
    unfinished = final.with_name(final.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    parameters = trainable_parameters(model)
    tensors = {}
    for name, value in parameters.items():
        tensors[f"weight/{name}"] = value.detach().cpu().contiguous()
        for key, moment in optimizer.state.get(value, {}).items():
            tensors[f"{key}/{name}"] = moment.detach().cpu().contiguous()
    save_file(tensors, str(unfinished / _STATE))
    (unfinished / _PROGRESS).write_text(json.dumps(asdict(progress)), encoding="utf-8")
    for file in unfinished.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in _checkpoints(run)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def load_checkpoint(run: Path, model: Any, optimizer: Any) -> Progress | None:
    """Restores the newest checkpoint of a run; None where there is none.

    Raises:
        TrainingError: The checkpoint belongs to another model.
    """
    import torch
    from safetensors.torch import load_file

    found = _checkpoints(run)
    if not found:
        return None
    tensors = load_file(str(found[-1] / _STATE))
    parameters = trainable_parameters(model)
    if {f"weight/{name}" for name in parameters} != {k for k in tensors if k.startswith("weight/")}:
        raise TrainingError(f"{found[-1]}: holds another adapter than the config describes")
    with torch.no_grad():
        for name, value in parameters.items():
            value.copy_(tensors[f"weight/{name}"])
            if f"exp_avg/{name}" in tensors:
                optimizer.state[value] = {
                    key: tensors[f"{key}/{name}"].to("cpu" if key == "step" else value.device)
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }
    stored = json.loads((found[-1] / _PROGRESS).read_text(encoding="utf-8"))
    return Progress(**stored | {"position": StreamPosition(**stored["position"])})


def _checkpoints(run: Path) -> list[Path]:
    return sorted(
        path
        for path in (run / "checkpoints").glob("step-*")
        if path.suffix != ".unfinished" and _whole(path)
    )


def _whole(checkpoint: Path) -> bool:
    """Whether a checkpoint has both its files: a removal may have been cut off."""
    return all((checkpoint / name).is_file() for name in (_STATE, _PROGRESS))
