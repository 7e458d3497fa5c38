"""Workers as forks of one process that has imported what every worker needs.

The imports of torch, transformers and PEFT take a worker several CPU seconds, and many tests need a
worker. One started by its command (``tests/jobs/test_worker.py``) shows that the command does.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
from pathlib import Path

IMPORTED = (
    "crystal_llm.cli.main",
    "crystal_llm.cli.worker",
    "crystal_llm.jobs.worker",
    "crystal_llm.jobs.infill_requests",
    "crystal_llm.language_model.loading",
    "crystal_llm.language_model.cpu_decoder",
    "dbos",
    "peft",
    "pymatgen.core",
    "smact",
    "spglib",
    "torch",
    "transformers.models.auto.modeling_auto",
    "transformers.models.llama.modeling_llama",
    "transformers.models.llama.tokenization_llama",
)


class ForkedWorker:
    """A worker's process, under the names of :class:`subprocess.Popen`."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._process = _forking().Process(target=_work, args=(environment, log))
        self._process.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        self._process.join(seconds)
        assert self._process.exitcode is not None, f"the worker has not ended in {seconds} s"
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


@functools.cache
def _forking():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(IMPORTED))
    return context


def _work(environment: dict[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from crystal_llm.cli.main import main
    from crystal_llm.settings import settings

    settings.cache_clear()
    sys.exit(main(["worker"]))
