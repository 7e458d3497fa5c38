"""Processes that relax, left idle by one test and taken up by the next.

Loading torch and CHGNet takes a process four CPU seconds, and many tests relax a crystal or two
by a command of its own, which ends its processes. Only those of real potentials stay: the tests
of the pool itself have a loader of their own.
"""

from __future__ import annotations

import os

from crystal_llm.relaxation import pool
from crystal_llm.relaxation.worker import LOADER


class IdleProcesses:
    """Idle processes by potential and by what else decides what a process has loaded."""

    def __init__(self) -> None:
        self._start, self._close = pool._Worker, pool.RelaxationPool.close
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
