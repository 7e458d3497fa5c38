"""Checkpoints of the compact model: whole or absent, whatever moment a run is killed at."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import TrainingError
from crystal_llm.training.compact.batches import Place
from crystal_llm.training.compact.config import CompactConfig

if TYPE_CHECKING:
    import torch

_KEPT = 2
_STATE, _STAND = "state.safetensors", "stand.json"
WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a run stands.

    Attributes:
        step: Optimiser steps done.
        crystals: Sequences trained on.
        tokens: Tokens trained on, prompts included.
        minutes: Wall time spent, over all calls.
        place: The next batch.
    """

    step: int = 0
    crystals: int = 0
    tokens: int = 0
    minutes: float = 0.0
    place: Place = field(default_factory=Place)


def save_checkpoint(
    run: Path,
    network: Any,
    optimisers: list[Any],
    average: Mapping[str, torch.Tensor],
    stand: Stand,
) -> Path:
    """Writes a checkpoint of a run and removes all but the newest two."""
    from safetensors.torch import save_file

    final = run / "checkpoints" / f"step-{stand.step:08d}"
    if _is_whole(final):
        return final
    unfinished = final.with_name(final.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    tensors = {f"average/{name}": value.contiguous() for name, value in average.items()}
    for name, value in network.named_parameters():
        tensors[f"weight/{name}"] = value.detach().contiguous()
        for optimiser in optimisers:
            for key, moment in optimiser.state.get(value, {}).items():
                tensors[f"{key}/{name}"] = moment.detach().contiguous()
    save_file(tensors, str(unfinished / _STATE))
    (unfinished / _STAND).write_text(json.dumps(asdict(stand)), encoding="utf-8")
    for file in unfinished.iterdir():
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
    shutil.rmtree(final, ignore_errors=True)
    unfinished.rename(final)
    for old in _checkpoints(run)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def load_newest(
    run: Path, network: Any, optimisers: list[Any], average: dict[str, torch.Tensor]
) -> Stand:
    """Restores the newest checkpoint of a run; a run without one stands at its beginning.

    Raises:
        TrainingError: The checkpoint is damaged or belongs to another network.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    checkpoints = _checkpoints(run)
    if not checkpoints:
        return Stand()
    newest = checkpoints[-1]
    try:
        tensors = load_file(str(newest / _STATE))
        stored = json.loads((newest / _STAND).read_text(encoding="utf-8"))
        with torch.no_grad():
            for name, value in network.named_parameters():
                value.copy_(tensors[f"weight/{name}"])
                average[name].copy_(tensors[f"average/{name}"])
                suffix = f"/{name}"
                state = {
                    key.removesuffix(suffix): tensor
                    for key, tensor in tensors.items()
                    if key.endswith(suffix) and not key.startswith(("weight/", "average/"))
                }
                owner = next(o for o in optimisers if _owns(o, value))
                if state:
                    owner.state[value] = state
        return Stand(**stored | {"place": Place(**stored["place"])})
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, SafetensorError) as error:
        raise TrainingError(
            f"{newest}: not a checkpoint of this run ({error}); remove that folder to go on "
            "from the one before"
        ) from error


def save_weights(
    network: Any, average: Mapping[str, torch.Tensor], config: CompactConfig, folder: Path
) -> Path:
    """Writes averaged weights in float16 with the network's config, ready for a card."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.to(torch.float16).contiguous() for name, value in average.items()}
    unfinished = folder / f"{WEIGHTS}.unfinished"
    save_file(tensors, str(unfinished), metadata={"format": "pt"})
    unfinished.replace(folder / WEIGHTS)
    network.config.to_json_file(str(folder / "network.json"), use_diff=False)
    return folder / WEIGHTS


def load_weights(network: Any, average: dict[str, torch.Tensor], folder: Path) -> None:
    """Puts the weights of a model of this package into a new run.

    Raises:
        TrainingError: The folder holds none, or those of a network of another size.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = load_file(str(folder / WEIGHTS))
        with torch.no_grad():
            for name, value in network.named_parameters():
                if tensors[name].shape != value.shape:
                    raise ValueError(f"{name} is {tuple(tensors[name].shape)} in size")
                value.copy_(tensors[name])
                average[name].copy_(tensors[name])
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise TrainingError(
            f"{folder / WEIGHTS}: not weights that this run can begin with ({error})"
        ) from error


def _owns(optimiser: Any, parameter: Any) -> bool:
    return any(parameter is owned for group in optimiser.param_groups for owned in group["params"])


def _checkpoints(run: Path) -> list[Path]:
    return sorted(path for path in (run / "checkpoints").glob("step-????????") if _is_whole(path))


def _is_whole(checkpoint: Path) -> bool:
    return all((checkpoint / name).is_file() for name in (_STATE, _STAND))
