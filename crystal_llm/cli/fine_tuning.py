"""What ``crystal-llm train --base MODEL`` does: the compact model on crystals of one's own."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import Report, tell
from crystal_llm.errors import RequestError

_NOT_HERE = (
    *("config", "model", "continue_adapter", "base_folder", "from_scratch", "total_tokens"),
    *("start", "decay_minutes", "out", "validation_crystals"),
)


def run_fine_tuning(arguments: argparse.Namespace) -> Report:
    """Fine-tunes a compact model by LoRA and says how to make a card of it."""
    for name in _NOT_HERE:
        if getattr(arguments, name) is not None and getattr(arguments, name) is not False:
            raise RequestError(f"--{name.replace('_', '-')} does not go with --base")
    if arguments.table is None:
        raise RequestError(
            "train --base needs --table, your crystals in symmetric form; `crystal-llm data "
            "folder` makes one of structure files"
        )
    if arguments.device != "cpu":
        raise RequestError(f"--device {arguments.device}: the compact model is trained on the CPU")

    import torch

    from crystal_llm.cli.stop_flag import StopFlag
    from crystal_llm.dataset.symmetric_table import read_symmetric_table
    from crystal_llm.training.compact.fine_tuning import fine_tune
    from crystal_llm.training.compact.lora_run import FineTuning

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    fine_tuning = FineTuning()
    if arguments.total_minutes is not None:
        fine_tuning = replace(fine_tuning, minutes=arguments.total_minutes)
    rows = read_symmetric_table(symmetric_form(arguments.table))
    with StopFlag() as stopped:
        tuned = fine_tune(
            rows,
            weights_of(arguments.base, "--base"),
            arguments.folder,
            fine_tuning,
            stopped=stopped,
            report=tell_validation,
        )
    before, after = tuned.before, tuned.after
    lines = (
        f"{tuned.crystals} crystals, {tuned.draws} draws, {tuned.minutes:.1f} minutes; ended: "
        f"{tuned.ended}",
        f"{tuned.held_out} held out, nats a crystal: {before.free_nats:.2f} before, "
        f"{after.free_nats:.2f} after; with the formula {before.formula_nats:.2f}, "
        f"{after.formula_nats:.2f}",
        f"`crystal-llm models add {arguments.folder} --name NAME` makes a model of it",
    )
    return Report(lines, asdict(tuned) | {"weights": str(arguments.folder)})


def weights_of(model: str, option: str) -> Path:
    """The folder of a compact model's weights, checked against its card.

    Raises:
        RequestError: The model is a language model with an adapter.
    """
    from crystal_llm.language_model.card import find_card
    from crystal_llm.language_model.hashes import check_files
    from crystal_llm.settings import settings

    source = find_card(model, settings().models).network
    if source is None:
        raise RequestError(f"{option} {model}: has no network of its own; name a compact model")
    check_files(source.folder, source.sha256)
    return source.folder


def symmetric_form(table: Path) -> Path:
    """The table in symmetric form that ``crystal-llm data`` put beside another, or the table."""
    from crystal_llm.dataset.symmetric_table import is_symmetric_table

    beside = table.with_name(f"{table.stem}-symmetric{table.suffix}")
    return beside if beside.is_file() and not is_symmetric_table(table) else table


def tell_validation(record: dict[str, Any]) -> None:
    """Tells a line of a training's metrics that judges what was held out."""
    if "validation" not in record:
        return
    judged = record["validation"]
    said = f"free {judged['free_nats']:.2f}, formula {judged['formula_nats']:.2f}"
    if judged.get("preference_loss") is not None:
        said += (
            f"; nats a pair: {judged['preference_loss']:.3f}, the better one likelier in "
            f"{judged['likelier']:.0%}"
        )
    tell(
        f"{record['crystals']} draws, {record['minutes']:.1f} min: held out, nats a crystal: {said}"
    )
