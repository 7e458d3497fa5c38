"""The folder of a training run: its config and its metrics, whole after a kill at any moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from crystal_llm.errors import TrainingError
from crystal_llm.io.record_json import RecordError, from_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    C = TypeVar("C", bound=DataclassInstance)
else:
    C = TypeVar("C")

CONFIG, METRICS = "config.json", "metrics.jsonl"


def stored_config(run: Path, kind: type[C]) -> C:
    """The config of a run; a setting that came after the run has its default.

    Args:
        run: The run's folder.
        kind: The config's dataclass.

    Raises:
        TrainingError: The folder holds no run, or one of another kind of model.
    """
    try:
        text = (run / CONFIG).read_text(encoding="utf-8")
    except OSError as error:
        raise TrainingError(f"{run}: holds no training run ({CONFIG}: {error.strerror})") from error
    try:
        return from_json(kind, text)
    except (RecordError, UnicodeDecodeError) as error:
        raise TrainingError(f"{run / CONFIG}: is damaged or of another model ({error})") from error


def store_config(run: Path, config: DataclassInstance) -> None:
    """Keeps the config of a new run."""
    if not (run / CONFIG).exists():
        run.mkdir(parents=True, exist_ok=True)
        _write_whole(run / CONFIG, json.dumps(asdict(config), indent=1))


def refuse_another_config(run: Path, config: DataclassInstance, free: Collection[str]) -> None:
    """Refuses a folder with a run of another config.

    Args:
        run: The run's folder.
        config: What is asked for.
        free: Names of settings that may differ: the end of a run may be moved, what shaped its
            weights may not.

    Raises:
        TrainingError: There is one.
    """
    if not (run / CONFIG).exists():
        return
    stored = asdict(stored_config(run, type(config)))
    changed = [
        name for name, value in asdict(config).items() if name not in free and stored[name] != value
    ]
    if changed:
        raise TrainingError(
            f"{run}: a run with another {', '.join(sorted(changed))} stands there; "
            "resume it with its own config or name another folder"
        )


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics.

    Raises:
        TrainingError: The folder holds no run.
    """
    try:
        lines = (run / METRICS).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise TrainingError(f"{run}: holds no readable {METRICS} ({error})") from error


def append_metrics(run: Path, line: Mapping[str, Any]) -> None:
    """Adds a line to a run's metrics."""
    run.mkdir(parents=True, exist_ok=True)
    with (run / METRICS).open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line) + "\n")


def drop_metrics_after(run: Path, step: int) -> list[dict[str, Any]]:
    """Forgets the lines that a killed run wrote after its newest checkpoint, and half a line.

    Args:
        run: The run's folder.
        step: The checkpoint's step; -1 forgets all.

    Returns:
        The lines that stay.
    """
    path = run / METRICS
    if not path.exists():
        return []
    staying: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(line)
            if values["step"] <= step:
                staying.append(values)
        except (ValueError, KeyError, TypeError):  # a line cut by the kill
            continue
    _write_whole(path, "".join(json.dumps(values) + "\n" for values in staying))
    return staying


def _write_whole(path: Path, text: str) -> None:
    """Writes a file so that a kill leaves the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
