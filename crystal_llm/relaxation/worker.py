"""The process in which crystals are relaxed.

One after the other, with one thread; or side by side, where the potential evaluates many in
one pass (on a GPU).

Reads one JSON request a line from standard input and answers each with one JSON line on
standard output; :mod:`crystal_llm.relaxation.pool` is the other end.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from crystal_llm.errors import CrystalLLMError

if TYPE_CHECKING:
    from crystal_llm.potentials.potential import BatchPotential, Potential

LOADER = "crystal_llm.potentials.loading:load_potential"
"""What makes a potential from a name and the process's settings, as ``module:function``."""

WATCH_SECONDS = 0.5
"""How often a process says where a relaxation is."""


def serve_relaxation(potential_name: str, loader: str = LOADER) -> None:
    """Loads a potential, says so, and relaxes until standard input ends.

    Args:
        potential_name: What a user types.
        loader: As :data:`LOADER`.
    """
    # Whatever a potential's library prints must not mix with the answers.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    try:
        potential = _load(potential_name, loader)
    except CrystalLLMError as error:
        _answer(channel, {"error": str(error)})
        return
    batch = _batch_potential(potential)
    together = batch.together if batch else 1
    _answer(channel, {"ready": asdict(potential.card.method), "together": together})
    if batch and together > 1:
        _serve_together(channel, requests, batch)
    while True:
        _relaxed(json.loads(requests.get()), potential, lambda reply: _answer(channel, reply))


def _batch_potential(potential: Potential) -> BatchPotential | None:
    from crystal_llm.potentials.potential import BatchPotential

    return potential if isinstance(potential, BatchPotential) else None


def _serve_together(
    channel: IO[str], requests: queue.SimpleQueue[str], potential: BatchPotential
) -> None:
    """A thread for each crystal; none of them ends before the process does."""
    from crystal_llm.relaxation.lockstep import LockstepPotential

    lockstep, turn = LockstepPotential(potential), threading.Lock()

    def answer(reply: dict[str, Any]) -> None:
        with turn:
            _answer(channel, reply)

    def relax() -> None:
        while True:
            request = json.loads(requests.get())
            with lockstep.taking_part():
                _relaxed(request, lockstep, answer, lockstep.clock)

    threads = [threading.Thread(target=relax) for _ in range(potential.together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _listen(requests: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    # Whoever asked is gone, maybe killed: nobody waits for what is being relaxed.
    os._exit(0)


def _load(name: str, loader: str) -> Potential:
    from crystal_llm.settings import settings

    module, _, function = loader.partition(":")
    potential: Potential = getattr(importlib.import_module(module), function)(name, settings())
    return potential


def _relaxed(
    request: dict[str, Any],
    potential: Potential,
    answer: Callable[[dict[str, Any]], None],
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    """Relaxes what is asked, tells now and then how far it is, and answers."""
    from crystal_llm.io.parsing_process import crystal_of
    from crystal_llm.io.record_json import from_plain, to_plain
    from crystal_llm.relaxation.device_failures import DeviceLostError
    from crystal_llm.relaxation.relax import relax_one
    from crystal_llm.relaxation.result import RelaxationSettings, RelaxationStep

    settings = from_plain(RelaxationSettings, request["settings"])
    index, told_at = request["index"], 0.0

    def watch(step: RelaxationStep) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= WATCH_SECONDS:
            told_at = time.monotonic()
            answer({"index": index, "step": to_plain(step)})

    try:
        result = relax_one(
            crystal_of(request["crystal"]), potential, settings, clock=clock, watch=watch
        )
    except DeviceLostError as error:
        # Whatever is relaxed here from now on would fail; the pool starts another process.
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    answer({"index": index, "result": to_plain(result)})


def _answer(channel: IO[str], reply: dict[str, Any]) -> None:
    print(json.dumps(reply), file=channel, flush=True)
