"""Generation runs as processes of their own, kept in the home folder.

A run is ``crystal-llm generate`` in a folder ``runs/<id>``: its order, its log, its process
and its candidates. Everything that is known of it is read from there, so a reload of the
page or a restart of the web server loses nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from crystal_llm.errors import RequestError

State = Literal["running", "finished", "stopped", "failed"]

_ORDER, _PROCESS, _LOG, _OUT = "order.json", "process.json", "log.txt", "candidates.jsonl"
_STOP = "stop-asked"


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a user asked for, in the shell's terms; None means "not said"."""

    count: int = 8
    formula: str | None = None
    elements: tuple[str, ...] | None = None
    hard: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    spacegroup: int | None = None
    energy_above_hull_ev_per_atom: float | None = None
    band_gap_ev: float | None = None
    max_atoms: int = 20
    min_distance_angstrom: float | None = None
    temperature: float = 0.7
    top_p: float = 0.9
    seed: int = 0
    model: str | None = None

    def arguments(self) -> list[str]:
        """The arguments of ``crystal-llm generate``, without ``--out``."""
        said: dict[str, object] = {
            "--n": self.count,
            "--formula": self.formula,
            "--elements": ",".join(self.elements or ()) or None,
            "--hard": ",".join(self.hard) or None,
            "--exclude": ",".join(self.exclude) or None,
            "--spacegroup": self.spacegroup,
            "--e-above-hull": self.energy_above_hull_ev_per_atom,
            "--band-gap": self.band_gap_ev,
            "--max-atoms": self.max_atoms,
            "--min-distance": self.min_distance_angstrom,
            "--temperature": self.temperature,
            "--top-p": self.top_p,
            "--seed": self.seed,
            "--model": self.model,
        }
        return [f"{flag}={value}" for flag, value in said.items() if value is not None]

    def check(self) -> str:
        """Checks the order, and gives the prompt that the model will read.

        Raises:
            RequestError: Something impossible is asked for; says what is allowed.
        """
        from crystal_llm.generation.request import GenerationRequest, reduced_formula
        from crystal_llm.types import Conditions

        return GenerationRequest(
            count=self.count,
            conditions=Conditions(
                formula=None if self.formula is None else reduced_formula(self.formula),
                elements=self.elements,
                spacegroup_number=self.spacegroup,
                energy_above_hull_ev_per_atom=self.energy_above_hull_ev_per_atom,
                band_gap_ev=self.band_gap_ev,
            ),
            hard=frozenset(self.hard),
            excluded_elements=frozenset(self.exclude),
            min_distance_angstrom=self.min_distance_angstrom,
            max_atoms=self.max_atoms,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
        ).prompt


@dataclass(frozen=True)
class Run:
    """A run as its folder tells it.

    Attributes:
        id: Name of its folder.
        order: What was asked.
        state: Where it stands.
        candidates: The candidates so far, as ``crystal-llm generate`` writes them.
        log: The end of its log.
        started_unix_s: When it was started.
    """

    id: str
    order: RunOrder
    state: State
    candidates: tuple[dict[str, Any], ...]
    log: str
    started_unix_s: float


def start_run(order: RunOrder, home: Path, command: Sequence[str] | None = None) -> str:
    """Starts a run that outlives this process.

    Args:
        order: What to write; checked by the caller.
        home: The home folder.
        command: What to run in place of ``crystal-llm generate``, given the same
            arguments.

    Returns:
        The run's id.
    """
    now = time.strftime("%Y%m%d-%H%M%S")
    name = f"{now}-{secrets.token_hex(3)}"
    folder = home / "runs" / name
    folder.mkdir(parents=True)
    (folder / _ORDER).write_text(json.dumps(asdict(order)), encoding="utf-8")
    program = command or (sys.executable, "-m", "crystal_llm.cli.main", "generate")
    with (folder / _LOG).open("wb") as log:
        process = subprocess.Popen(
            [*program, *order.arguments(), f"--out={folder / _OUT}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"CRYSTAL_LLM_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    record = {"pid": process.pid, "started": _start_ticks(process.pid)}
    unfinished = folder / f"{_PROCESS}.unfinished"
    unfinished.write_text(json.dumps(record), encoding="utf-8")
    unfinished.rename(folder / _PROCESS)
    return name


def stop_run(name: str, home: Path) -> None:
    """Asks a run to stop; what it has written is kept."""
    folder = _folder(name, home)
    pid = _living(folder)
    if pid is not None:
        (folder / _STOP).touch()
        os.kill(pid, signal.SIGTERM)


def read_run(name: str, home: Path) -> Run:
    """A run as it stands.

    Raises:
        RequestError: There is no such run.
    """
    folder = _folder(name, home)
    # Looked at before the results: a run that ends in between is seen as running once more.
    living = _living(folder) is not None
    stored = json.loads((folder / _ORDER).read_text(encoding="utf-8"))
    for key in ("elements", "hard", "exclude"):
        stored[key] = None if stored[key] is None else tuple(stored[key])
    order = RunOrder(**stored)
    done = folder / _OUT
    partial = folder / f"{_OUT}.unfinished"
    candidates = _candidates(done if done.exists() else partial)
    state: State
    if done.exists():
        state = "finished" if len(candidates) >= order.count else "stopped"
    else:
        ended: State = "stopped" if (folder / _STOP).exists() else "failed"
        state = "running" if living else ended
    log = (folder / _LOG).read_text(encoding="utf-8", errors="replace")[-4000:]
    return Run(name, order, state, candidates, log, (folder / _ORDER).stat().st_mtime)


def run_names(home: Path) -> list[str]:
    """Names of all runs, newest first."""
    folder = home / "runs"
    if not folder.is_dir():
        return []
    return sorted(
        (item.name for item in folder.iterdir() if (item / _ORDER).is_file()), reverse=True
    )


def _folder(name: str, home: Path) -> Path:
    if name not in run_names(home):
        raise RequestError(f"there is no run {name[:40]!r}; it may have been deleted")
    return home / "runs" / name


def _candidates(path: Path) -> tuple[dict[str, Any], ...]:
    if not path.exists():
        return ()
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # the line that is being written
            break
    return tuple(found)


def _living(folder: Path) -> int | None:
    """The run's process, where it still lives and is not another with its number."""
    try:
        record = json.loads((folder / _PROCESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    pid = int(record["pid"])
    ticks = _start_ticks(pid)
    return pid if ticks is not None and ticks == record["started"] else None


def _start_ticks(pid: int) -> float | None:
    """When a process started; None where there is none, or only its remains."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None
