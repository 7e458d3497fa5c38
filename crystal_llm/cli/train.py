"""``crystal-llm train``: fine-tune an adapter, or plot a run."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.compact_training import is_for_compact_model, run_compact
from crystal_llm.cli.fine_tuning import run_fine_tuning
from crystal_llm.cli.output_file import check_writable
from crystal_llm.errors import RequestError
from crystal_llm.settings import ADAPTED_MODEL, settings
from crystal_llm.types import TextKind

_VALIDATION_CRYSTALS = 96


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``train``."""
    parser = commands.add_parser(
        "train",
        help="train the compact model, or an adapter, on a table of crystals",
        description="Trains a LoRA adapter, or, where the config has [network], the compact model "
        "from random weights. Killed at any moment and called again with the same arguments, it "
        "goes on from its newest checkpoint. --plot draws the curves of runs.",
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--config", type=Path, help="TOML file of the run (see docs/training.md)")
    parser.add_argument("--table", type=Path, help="training table (`crystal-llm data` makes one)")
    parser.add_argument(
        "--model",
        help="card whose base is trained (default: the settings' model, or "
        f"{ADAPTED_MODEL} where that has none)",
    )
    parser.add_argument(
        "--continue-adapter", action="store_true", help="start from the card's own adapter"
    )
    parser.add_argument(
        "--base-folder", type=Path, help="the base model's folder, instead of a card's base"
    )
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda or cuda:N")
    parser.add_argument(
        "--from-scratch", action="store_true", default=None, help="random base weights instead"
    )
    parser.add_argument("--total-tokens", type=int, help="overrides the config's")
    parser.add_argument(
        "--total-minutes",
        type=float,
        help="wall time of the run, over all calls (overrides an adapter's config)",
    )
    parser.add_argument(
        "--base",
        metavar="MODEL",
        help="fine-tune this compact model on the crystals of --table, at most ten minutes",
    )
    parser.add_argument(
        "--start",
        metavar="MODEL",
        help="compact model: begin a new run with this model's weights instead of random ones",
    )
    parser.add_argument(
        "--teacher",
        action="append",
        default=[],
        metavar="MODEL",
        help="compact model: learn this model's probabilities too (may be repeated; the run's "
        "own vocabulary, any size)",
    )
    parser.add_argument(
        "--decay-minutes",
        type=float,
        metavar="M",
        help="compact model: branch off RUN's newest checkpoint with a rate that falls to zero",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of that branch")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument(
        "--validation-crystals",
        type=int,
        metavar="N",
        help=f"default {_VALIDATION_CRYSTALS}; compact model 512",
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FIGURE", help="draw the run's curves (html, or png/svg/pdf)"
    )
    parser.add_argument(
        "--beside", type=Path, action="append", default=[], metavar="RUN", help="plot this run too"
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Trains, or plots."""
    _check(arguments)
    if arguments.plot is not None:
        _plot([arguments.folder, *arguments.beside], arguments.plot)
        return Report((str(arguments.plot),), {"figure": str(arguments.plot)})
    if arguments.base is not None:
        return run_fine_tuning(arguments)
    if is_for_compact_model(arguments):
        return run_compact(arguments)
    if arguments.start is not None:
        raise RequestError("--start is for the compact model; adapters have --continue-adapter")
    if arguments.teacher:
        raise RequestError("--teacher is for the compact model")
    if arguments.out is not None:
        raise RequestError("--out is for --decay-minutes of the compact model")
    if arguments.config is None or arguments.table is None:
        raise RequestError("train needs --config and --table (or --plot, to draw a run's curves)")

    from crystal_llm.training.config import read_config

    config = read_config(
        arguments.config,
        from_scratch=arguments.from_scratch,
        total_tokens=arguments.total_tokens,
        total_minutes=arguments.total_minutes,
    )
    base, adapter, split_digits = _start(arguments, config.text)
    config = replace(config, split_digits=config.split_digits or split_digits)
    if arguments.from_scratch and adapter is not None:
        raise RequestError("--from-scratch and --continue-adapter exclude each other")

    import torch

    from crystal_llm.language_model.device import check_device
    from crystal_llm.training.loop import train_adapter

    check_device(arguments.device)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    progress = train_adapter(
        base,
        arguments.table,
        arguments.folder,
        config,
        device=arguments.device,
        initial_adapter=adapter,
        validation_crystals=(
            _VALIDATION_CRYSTALS
            if arguments.validation_crystals is None
            else arguments.validation_crystals
        ),
        report=_tell,
    )
    line = (
        f"{progress.step} steps, {progress.tokens} tokens, {progress.minutes:.1f} minutes; "
        f"the adapter is in {arguments.folder / 'adapter'}"
    )
    return Report(
        (line,),
        {
            "steps": progress.step,
            "tokens": progress.tokens,
            "minutes": progress.minutes,
            "adapter": str(arguments.folder / "adapter"),
        },
    )


def _check(arguments: argparse.Namespace) -> None:
    """Refuses what would fail only after the model is loaded."""
    if arguments.folder.exists() and not arguments.folder.is_dir():
        raise RequestError(f"{arguments.folder}: is a file; RUN is the folder of a run")
    if arguments.validation_crystals is not None and arguments.validation_crystals < 0:
        raise RequestError(f"--validation-crystals {arguments.validation_crystals}: at least 0")
    if arguments.threads is not None and arguments.threads < 1:
        raise RequestError(f"--threads {arguments.threads}: at least 1")
    if arguments.plot is not None:
        check_writable(arguments.plot)


def _plot(runs: list[Path], figure: Path) -> None:
    from crystal_llm.training.compact.curves import is_compact, plot_compact_runs
    from crystal_llm.training.curves import plot_runs
    from crystal_llm.training.run_folder import read_metrics

    if is_compact(read_metrics(runs[0])):
        plot_compact_runs(runs, figure)
    else:
        plot_runs(runs, figure)


def _start(arguments: argparse.Namespace, text: TextKind) -> tuple[Path, Path | None, bool]:
    """Folder of the base, of the adapter to go on from, and whether numbers are cut up."""
    if arguments.base_folder is not None:
        if arguments.continue_adapter:
            raise RequestError("--continue-adapter needs a card: name it by --model")
        if not any(arguments.base_folder.glob("*.safetensors")):
            raise RequestError(f"{arguments.base_folder}: holds no safetensors")
        return arguments.base_folder, None, False

    from crystal_llm.language_model.base import base_folder
    from crystal_llm.language_model.card import find_card
    from crystal_llm.language_model.hashes import check_files

    card = find_card(arguments.model or settings().model, settings().models)
    if card.base is None and arguments.model is None:
        card = find_card(ADAPTED_MODEL, settings().models)
    if card.base is None:
        raise RequestError(f"{card.name} is no base for an adapter of coordinate text")
    base = base_folder(card.base, settings())
    if not arguments.continue_adapter:
        return base, None, card.split_digits
    if card.adapter is None:
        raise RequestError(f"{card.path}: has no adapter to go on from")
    if card.text != text:
        raise RequestError(
            f"{card.path}: its adapter writes {card.text} text, the config asks for {text}"
        )
    check_files(card.adapter.folder, card.adapter.sha256)
    return base, card.adapter.folder, card.split_digits


def _tell(record: dict[str, Any]) -> None:
    where = f"step {record['step']}, {record['tokens']} tokens, {record['minutes']:.1f} min"
    if "validation" in record:
        judged = record["validation"]
        losses = ", ".join(
            f"{kind} {judged[kind]:.4f}" for kind in ("free", "formula", "conditioned", "infill")
        )
        tell(
            f"{where}: validation, nats a token: {losses}; nats a crystal: "
            f"free {judged['free_nats_a_crystal']:.2f}, "
            f"formula {judged['formula_nats_a_crystal']:.2f}"
        )
    else:
        tell(f"{where}: loss {record['loss']:.4f}, learning rate {record['learning_rate']:.1e}")
