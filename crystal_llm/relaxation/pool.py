"""Many crystals at once: processes with one thread each.

Batching structures into one graph gains nothing on a few cores; processes do. On a GPU
batching pays too, so a process there holds several crystals that step together
(:mod:`crystal_llm.relaxation.lockstep`). A process that dies or hangs costs the crystals
that it held, and is replaced.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import IO, Any

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError
from crystal_llm.io.parsing_process import crystal_record
from crystal_llm.io.record_json import from_plain, to_plain
from crystal_llm.relaxation.relax import failed_relaxation
from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings, RelaxationStep
from crystal_llm.relaxation.turns import turns
from crystal_llm.relaxation.worker import LOADER
from crystal_llm.settings import settings as process_settings
from crystal_llm.types import PlainCrystal

_START_SECONDS = 600.0
"""How long a process may take to load its potential (about 10 s when nothing else runs)."""

MARGIN_SECONDS = 30.0
"""How long after its time limit a process may still be in one step before it is killed."""

PROCESSES_ON_A_GPU = 4
"""The most processes that share a GPU unless more are asked for: each holds a context and the
weights in its memory."""

_POLL_SECONDS = 0.2
# glibc gives every large tensor back to the system, which clears its pages when the next one
# takes them: a tenth of an evaluation.
_KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(2**31),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
    "MALLOC_TOP_PAD_": str(2**26),
}
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class RelaxationPool:
    """Processes that relax; a context manager.

    They start with the first crystals and stay until :meth:`close`, until nobody holds the
    pool any more, or until crystals want another potential. Threads that share a pool take
    turns.

    Attributes:
        processes: The most processes at once.
    """

    def __init__(
        self,
        processes: int | None = None,
        *,
        loader: str = LOADER,
        margin_s: float = MARGIN_SECONDS,
    ) -> None:
        """Starts nothing yet.

        Args:
            processes: The most processes at once; None for :func:`usual_processes`.
            loader: What loads the potential there, as ``module:function``.
            margin_s: As :data:`MARGIN_SECONDS`.
        """
        self.processes = self._most = processes or usual_processes()
        self._loader, self._margin_s = loader, margin_s
        self._potential_name = ""
        self._workers: list[_Worker] = []
        self._turn = threading.Lock()
        self._rests_since = time.monotonic()

    def __enter__(self) -> RelaxationPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all processes; none of them has anything to save."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.kill()

    def close_if_idle(self, seconds: float) -> None:
        """Ends all processes where nothing was relaxed for so long."""
        if self._turn.acquire(blocking=False):
            try:
                if time.monotonic() - self._rests_since >= seconds:
                    self.close()
            finally:
                self._turn.release()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(worker.process.pid for worker in self._workers)

    def relax(
        self,
        crystals: Sequence[PlainCrystal],
        potential_name: str,
        settings: RelaxationSettings,
        *,
        begin: Callable[[int], bool] = lambda index: True,
        progress: Callable[[int, int], None] = lambda done, total: None,
        should_stop: Callable[[], bool] = lambda: False,
        watch: Callable[[int, RelaxationStep], None] = lambda index, step: None,
    ) -> Iterator[tuple[int, RelaxationResult]]:
        """Relaxes crystals, in the order of :func:`turns`.

        Args:
            crystals: The crystals.
            potential_name: What a user types.
            settings: How far every crystal is relaxed.
            begin: Asked with a crystal's index when its turn comes; False leaves it out.
            progress: Called with the crystals done and their number.
            should_stop: Asked several times a second; what is not done then is given up.
            watch: Called now and then with a crystal's index and where its relaxation is.

        Yields:
            Index and result, as the results come.

        Raises:
            PotentialError: The potential cannot be loaded.
        """
        waiting = deque(turns([len(crystal.species) for crystal in crystals], self.processes))
        done = 0
        while not self._turn.acquire(timeout=_POLL_SECONDS):
            if should_stop():
                return
        try:
            self._turn_to(potential_name)
            share = math.ceil(len(crystals) / self.processes)
            while not should_stop():
                self._hand_out(waiting, crystals, settings, begin, share)
                if not waiting and not any(worker.held for worker in self._workers):
                    return
                for index, result in self._collect(watch):
                    done += 1
                    yield index, result
                    progress(done, len(crystals))
        finally:
            # An answer that nobody waits for any more would be taken for the next one's.
            for worker in [worker for worker in self._workers if worker.held]:
                self._remove(worker)
            self._rests_since = time.monotonic()
            self._turn.release()

    def _turn_to(self, potential_name: str) -> None:
        """Leaves only processes of a potential, and of those only the living."""
        if potential_name != self._potential_name:
            self.close()
            self._potential_name, self.processes = potential_name, self._most
        # While nobody waited for an answer, nobody saw a process die.
        for worker in [worker for worker in self._workers if worker.process.poll() is not None]:
            self._remove(worker)

    def _hand_out(
        self,
        waiting: deque[int],
        crystals: Sequence[PlainCrystal],
        settings: RelaxationSettings,
        begin: Callable[[int], bool],
        share: int,
    ) -> None:
        """Gives crystals to processes with room, and starts processes for what is left.

        No process gets more than its share, or those that are ready first would take all.
        """
        for worker in self._workers:
            while waiting and len(worker.held) < min(worker.together, share):
                index = waiting.popleft()
                if begin(index):
                    # Each crystal may take its limit of a process that all of them share.
                    limit_s = (settings.time_limit_s + self._margin_s) * worker.together
                    worker.give(index, crystals[index], settings, limit_s)
        starting = sum(worker.method is None for worker in self._workers)
        wanted = min(self.processes - len(self._workers), len(waiting) - starting)
        for _ in range(wanted):
            self._workers.append(_Worker(self._potential_name, self._loader))

    def _collect(
        self, watch: Callable[[int, RelaxationStep], None] = lambda index, step: None
    ) -> Iterator[tuple[int, RelaxationResult]]:
        """Waits a moment for answers, deaths and the end of patience."""
        with selectors.DefaultSelector() as selector:
            for worker in self._workers:
                selector.register(worker.answers, selectors.EVENT_READ, worker)
            ready = {key.data for key, _ in selector.select(_POLL_SECONDS)}
        for worker in list(self._workers):
            alive = worker.read() if worker in ready else True
            replies = list(worker.replies())
            for reply in replies:
                if "step" in reply:
                    watch(reply["index"], from_plain(RelaxationStep, reply["step"]))
                else:
                    yield from self._answered(worker, reply)
            if replies:
                continue
            if not alive:
                yield from self._lost(worker, worker.cause_of_death())
            elif time.monotonic() > worker.deadline:
                yield from self._lost(worker, f"gave no answer for {worker.limit_s:g} s")

    def _answered(
        self, worker: _Worker, reply: dict[str, Any]
    ) -> Iterator[tuple[int, RelaxationResult]]:
        if "error" in reply:
            self._not_loaded(worker, reply["error"])
        elif "ready" in reply:
            worker.method = from_plain(EnergyMethod, reply["ready"])
            worker.together = reply["together"]
        else:
            del worker.held[reply["index"]]
            yield reply["index"], from_plain(RelaxationResult, reply["result"])

    def _lost(self, worker: _Worker, cause: str) -> Iterator[tuple[int, RelaxationResult]]:
        """Removes a process; the crystals that it held have failed.

        Raises:
            PotentialError: It was still loading the potential, and no other has loaded it.
        """
        held, method, now = worker.held, worker.method, time.monotonic()
        if method is None:
            self._not_loaded(
                worker,
                f"{self._potential_name}: the process that loads it {cause}; is there enough "
                "memory? try with fewer processes",
            )
            return
        self._remove(worker)
        for index, since in held.items():
            reason = f"the process that relaxed it {cause}"
            yield index, failed_relaxation(reason, method, now - since, repeatable=False)

    def _not_loaded(self, worker: _Worker, reason: str) -> None:
        """Removes a process that cannot load the potential, and goes on with those that have.

        Raises:
            PotentialError: None has.
        """
        self._remove(worker)
        loaded = sum(worker.method is not None for worker in self._workers)
        if not loaded:
            raise PotentialError(reason)
        # Another in its place would most likely fail as well.
        self.processes = loaded

    def _remove(self, worker: _Worker) -> None:
        worker.kill()
        self._workers.remove(worker)


class _Worker:
    """One process as its pool sees it.

    Attributes:
        method: What makes its energies; None until the potential is loaded.
        together: How many crystals it relaxes side by side; 0 until the potential is loaded.
        held: Since when it has each crystal, by index, on the monotonic clock.
        limit_s: How long an answer is waited for.
    """

    def __init__(self, potential_name: str, loader: str) -> None:
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        # Not multiprocessing: that would run the caller's main script again (a Streamlit
        # page). Not `-m`: that puts the working folder on the path.
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                "import sys; from crystal_llm.relaxation.worker import serve_relaxation; "
                "serve_relaxation(sys.argv[1], sys.argv[2])",
                potential_name,
                loader,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            bufsize=0,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us to handle
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._requests, self.answers = self.process.stdin, self.process.stdout
        self._received = bytearray()
        self.method: EnergyMethod | None = None
        self.together = 0
        self.held: dict[int, float] = {}
        self._start_deadline = time.monotonic() + _START_SECONDS
        self.limit_s = _START_SECONDS

    @property
    def deadline(self) -> float:
        """When patience with it ends, on the monotonic clock."""
        if self.method is None:
            return self._start_deadline
        return min(self.held.values(), default=float("inf")) + self.limit_s

    def give(
        self, index: int, crystal: PlainCrystal, settings: RelaxationSettings, limit_s: float
    ) -> None:
        request = {
            "index": index,
            "crystal": crystal_record(crystal),
            "settings": to_plain(settings),
        }
        self.held[index], self.limit_s = time.monotonic(), limit_s
        # A process that died meanwhile is found when its answer is read.
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(json.dumps(request).encode() + b"\n")

    def read(self) -> bool:
        """Reads what came; False where the process is gone."""
        part = os.read(self.answers.fileno(), 1 << 20)
        self._received += part
        return bool(part)

    def replies(self) -> Iterator[dict[str, Any]]:
        """The whole answers among what was read."""
        *lines, rest = self._received.split(b"\n")
        self._received = rest
        for line in lines:
            yield json.loads(line)

    def cause_of_death(self) -> str:
        self.process.wait()
        code = self.process.returncode
        if code == -signal.SIGKILL:
            return "was killed (SIGKILL), as happens when memory runs out"
        if code < 0:
            return f"crashed ({signal.Signals(-code).name})"
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return f"ended with exit code {code}" + (f" ({lines[-1][:200]})" if lines else "")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self._requests, self.answers, self._complaints):
            stream.close()


def usable_cores() -> int:
    """CPU cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def usual_processes() -> int:
    """How many processes relax at once where nobody asks for a number: one a core."""
    cores = usable_cores()
    return cores if process_settings().device == "cpu" else min(PROCESSES_ON_A_GPU, cores)


def _environment() -> dict[str, str]:
    # One thread has to be asked for before torch is loaded.
    single = dict.fromkeys(_ONE_THREAD, "1") | {"OMP_WAIT_POLICY": "PASSIVE"}
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return {**_KEEP_MEMORY, **os.environ, **single, **path}
