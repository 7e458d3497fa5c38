"""The card of a compact model that was trained or fine-tuned here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crystal_llm.errors import TrainingError
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.network import SHAPE, WEIGHTS
from crystal_llm.training.compact.lora_run import RESULT
from crystal_llm.training.run_folder import read_metrics

NETWORK_FILES = (WEIGHTS, SHAPE)


def network_card(
    folder: Path,
    name: str,
    *,
    title: str,
    quantisation: str = "none",
    licence: str | None = None,
    description: str = "",
    training: Mapping[str, str] | None = None,
) -> list[str]:
    """The lines of the card of a compact model.

    Args:
        folder: Its weights; what is known of its training is read beside them.
        name: What its folder is called beside the card.
        title: One line for people.
        quantisation: How it is loaded.
        licence: Of its weights, an SPDX name.
        description: What it was trained on, in a sentence.
        training: Further facts of its training.
    """
    lines = [f"title = {json.dumps(title)}", f'quantisation = "{quantisation}"']
    if description:
        lines.append(f"description = {json.dumps(description)}")
    lines += ["", "[network]", f'folder = "{name}"']
    if licence is not None:
        lines.append(f"licence = {json.dumps(licence)}")
    lines += [
        "",
        "[network.sha256]",
        *(f'"{file}" = "{sha256_of(folder / file)}"' for file in NETWORK_FILES),
    ]
    return lines + _training_lines(folder, training or {})


def _training_lines(folder: Path, more: Mapping[str, str]) -> list[str]:
    """Facts of the training run that stand beside the weights, if they do."""
    said = [f"{key} = {json.dumps(value)}" for key, value in more.items()]
    if (folder / RESULT).is_file():
        tuned: dict[str, Any] = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        lines = ["", "[training]", *said]
        lines += [f"{key} = {tuned[key]}" for key in ("crystals", "held_out", "draws", "minutes")]
        for key in ("before", "after"):
            lines += ["", f"[training.{key}]"]
            lines += [
                f"{name} = {value}" for name, value in tuned[key].items() if value is not None
            ]
        return lines
    try:
        last = [line for line in read_metrics(folder) if "validation" in line][-1]
    except (TrainingError, IndexError):
        return ["", "[training]", *said] if said else []
    lines = ["", "[training]", *said]
    lines += [f"{key} = {last[key]}" for key in ("step", "crystals", "tokens", "minutes")]
    lines += ["", "[training.validation]"]
    validation = last["validation"].items()
    return lines + [f"{key} = {value}" for key, value in validation if value is not None]
