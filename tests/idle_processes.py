"""Processes that one test leaves idle and the next takes up.

Loading torch and CHGNet takes a process four CPU seconds, the readers of files take one, and many
tests read or relax a crystal or two by a command of its own, which ends its processes. Only those
of real potentials and of the usual limits stay: the tests of pool and parser have their own.
"""

from __future__ import annotations

import os
import subprocess

from crystal_llm.io.limited_parsing import ParsingLimits, ParsingProcess
from crystal_llm.relaxation import pool
from crystal_llm.relaxation.worker import LOADER


class IdleRelaxations:
    """Idle processes by potential and by what else decides what a process has loaded."""

    def __init__(self) -> None:
        self._start = pool._Worker
        self._idle: dict[tuple[str, ...], list[pool._Worker]] = {}

    def take(self, potential_name: str, loader: str) -> pool._Worker:
        """In place of starting a process: an idle one where there is one."""
        idle = self._idle.get(self._key(potential_name, loader), [])
        while idle:
            process = idle.pop()
            if process.process.poll() is None:
                return process
            process.kill()
        return self._start(potential_name, loader)

    def leave(self, closed: pool.RelaxationPool) -> None:
        """In place of ending a pool's processes: those that wait for nothing stay."""
        workers, closed._workers = closed._workers, []
        for worker in workers:
            if closed._loader == LOADER and worker.method is not None and not worker.held:
                key = self._key(closed._potential_name, closed._loader)
                self._idle.setdefault(key, []).append(worker)
            else:
                worker.kill()

    def end(self) -> None:
        """Ends them all."""
        for process in (process for idle in self._idle.values() for process in idle):
            process.kill()

    @staticmethod
    def _key(potential_name: str, loader: str) -> tuple[str, ...]:
        # A home holds nothing that a loaded potential reads again.
        ours = (f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("CRYSTAL_LLM_"))
        return potential_name, loader, *(t for t in ours if not t.startswith("CRYSTAL_LLM_HOME="))


class IdleParsers:
    """Idle processes that read files within the usual limits."""

    def __init__(self) -> None:
        self._start = ParsingProcess._start
        self._idle: list[subprocess.Popen[str]] = []

    def take(self, parser: ParsingProcess) -> subprocess.Popen[str]:
        """In place of starting a process: an idle one where there is one."""
        while parser._limits == ParsingLimits() and self._idle:
            process = self._idle.pop()
            if process.poll() is None:
                return process
        return self._start(parser)

    def leave(self, parser: ParsingProcess, *_: object) -> None:
        """In place of ending a parser's process."""
        if parser._process is not None and parser._limits == ParsingLimits():
            self._idle.append(parser._process)
            parser._process = None
        parser.close()

    def end(self) -> None:
        """Ends them all."""
        for process in self._idle:
            process.kill()
            process.wait()
