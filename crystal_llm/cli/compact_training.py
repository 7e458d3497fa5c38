"""What ``crystal-llm train`` does with a run of the compact model."""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

from crystal_llm.cli.command import Report, tell
from crystal_llm.cli.fine_tuning import weights_of
from crystal_llm.errors import RequestError

_OF_ADAPTERS = ("model", "continue_adapter", "base_folder", "total_tokens")
_VALIDATION_CRYSTALS = 512


def is_for_compact_model(arguments: argparse.Namespace) -> bool:
    """Whether the config, or else the run, is one of the compact model."""
    if arguments.decay_minutes is not None:
        return True
    try:
        if arguments.config is not None:
            return "network" in tomllib.loads(arguments.config.read_text(encoding="utf-8"))
        return "network" in json.loads((arguments.folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):  # whoever reads it next says what is wrong with it
        return False


def run_compact(arguments: argparse.Namespace) -> Report:
    """Trains the compact model, or decays a branch of it."""
    _check(arguments)

    import torch

    from crystal_llm.cli.stop_flag import StopFlag
    from crystal_llm.language_model.device import check_device
    from crystal_llm.training.compact.config import CompactConfig, read_compact_config
    from crystal_llm.training.compact.loop import RunLimits, decay, train_network
    from crystal_llm.training.run_folder import stored_config

    check_device(arguments.device)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    teachers = [weights_of(name, "--teacher") for name in arguments.teacher]
    crystals = arguments.validation_crystals
    if crystals is None:
        crystals = _VALIDATION_CRYSTALS
    if arguments.decay_minutes is not None:
        progress = decay(
            arguments.table,
            arguments.folder,
            arguments.out,
            arguments.decay_minutes,
            teachers=teachers,
            device=arguments.device,
            validation_crystals=crystals,
            report=_tell,
        )
        where = f"the weights are in {arguments.out}; `crystal-llm models add` makes a card"
    else:
        config = (
            stored_config(arguments.folder, CompactConfig)
            if arguments.config is None
            else read_compact_config(arguments.config)
        )
        with StopFlag() as stopped:
            limits = RunLimits(stopped=stopped)
            if arguments.total_minutes is not None:
                limits = RunLimits(total_minutes=arguments.total_minutes, stopped=stopped)
            progress = train_network(
                arguments.table,
                arguments.folder,
                config,
                limits,
                start=None if arguments.start is None else weights_of(arguments.start, "--start"),
                teachers=teachers,
                device=arguments.device,
                validation_crystals=crystals,
                report=_tell,
            )
        where = "call again to go on; --decay-minutes makes weights of it"
    line = (
        f"{progress.step} steps, {progress.crystals} crystals, "
        f"{progress.minutes:.1f} minutes; {where}"
    )
    return Report(
        (line,),
        {
            "steps": progress.step,
            "crystals": progress.crystals,
            "tokens": progress.tokens,
            "minutes": progress.minutes,
            "weights": None if arguments.out is None else str(arguments.out),
        },
    )


def _check(arguments: argparse.Namespace) -> None:
    for name in _OF_ADAPTERS:
        if getattr(arguments, name):
            raise RequestError(f"--{name.replace('_', '-')} is for adapters, not the compact model")
    if arguments.table is None:
        raise RequestError(
            "train needs --table, in symmetric form (models/known-structures.parquet)"
        )
    if (arguments.decay_minutes is None) != (arguments.out is None):
        raise RequestError("--decay-minutes and --out go together: a branch needs a folder")
    if arguments.out is not None and _is_no_folder(arguments.out):
        raise RequestError(f"{arguments.out}: is a file; --out is the folder of a branch")
    if arguments.decay_minutes is not None and arguments.config is not None:
        raise RequestError("--decay-minutes takes the run's own config: drop --config")
    if arguments.decay_minutes is not None and arguments.start is not None:
        raise RequestError("--decay-minutes goes on from the run's own weights: drop --start")
    minutes = arguments.total_minutes
    if minutes is not None and not minutes > 0:
        raise RequestError(f"--total-minutes {minutes}: must be above 0")


def _is_no_folder(path: Path) -> bool:
    return path.exists() and not path.is_dir()


def _tell(record: dict[str, Any]) -> None:
    where = f"step {record['step']}, {record['crystals']} crystals, {record['minutes']:.1f} min"
    if "validation" in record:
        judged = record["validation"]
        tell(
            f"{where}: validation, nats a crystal: free {judged['free_nats']:.2f}, formula "
            f"{judged['formula_nats']:.2f}; infill first {judged['infill_first']:.1%}, among ten "
            f"{judged['infill_in_ten']:.1%}"
        )
    elif record["step"] % 100 == 0:
        tell(f"{where}: loss {record['loss']:.4f}")
