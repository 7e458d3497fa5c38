"""Weights of the compact model, as a card names them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import TrainingError
from crystal_llm.language_model.network import WEIGHTS

if TYPE_CHECKING:
    import torch


def save_weights(network: Any, average: Mapping[str, torch.Tensor], folder: Path) -> Path:
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
