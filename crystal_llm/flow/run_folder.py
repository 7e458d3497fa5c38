"""The folder of a training run of the flow: its config and its metrics."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crystal_llm.errors import FlowError
from crystal_llm.flow.config import FlowTrainingConfig

METRICS = "metrics.jsonl"


def read_metrics(run: Path) -> list[dict[str, Any]]:
    """The lines of a run's metrics.

    Raises:
        FlowError: The folder holds no run.
    """
    try:
        lines = (run / METRICS).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise FlowError(f"{run}: holds no readable {METRICS} ({error})") from error


def refuse_another_config(run: Path, config: FlowTrainingConfig) -> None:
    """Refuses a folder with a run of another config, but for its end.

    Raises:
        FlowError: There is one.
    """
    stored = run / "config.json"
    if not stored.exists():
        return
    wanted = json.loads(_as_json(config))
    held = json.loads(stored.read_text(encoding="utf-8"))
    ends = (
        "total_steps",
        "total_minutes",
        "decay_share",
        "checkpoint_every_minutes",
        "validate_every_steps",
    )
    changed = [name for name in wanted if name not in ends and held.get(name) != wanted[name]]
    if changed:
        raise FlowError(
            f"{run}: a run with another {', '.join(changed)} stands there; "
            "resume it with its own config or name another folder"
        )


def store_config(run: Path, config: FlowTrainingConfig) -> None:
    """Keeps the config of a new run."""
    if not (run / "config.json").exists():
        run.mkdir(parents=True, exist_ok=True)
        _write_whole(run / "config.json", _as_json(config))


def _as_json(config: FlowTrainingConfig) -> str:
    return json.dumps(asdict(config), indent=1)


def drop_metrics_after(run: Path, step: int) -> None:
    """Forgets the lines that a killed run wrote after its newest checkpoint."""
    path = run / METRICS
    kept = []
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= step:
                    kept.append(line + "\n")
            except (ValueError, KeyError):  # a line cut by the kill
                continue
    _write_whole(path, "".join(kept))


def _write_whole(path: Path, text: str) -> None:
    """Writes a file so that a kill leaves the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
