"""The process in which crystals are relaxed, one after the other, with one thread.

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
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from crystal_llm.errors import CrystalLLMError

if TYPE_CHECKING:
    from crystal_llm.relaxation.potential import Potential

LOADER = "crystal_llm.relaxation.potentials:load_potential"
"""What makes a potential from a name and the process's settings, as ``module:function``."""


def serve(potential_name: str, loader: str = LOADER) -> None:
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
    _answer(channel, {"ready": asdict(potential.card.method)})
    while True:
        _answer(channel, _relaxed(json.loads(requests.get()), potential))


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


def _relaxed(request: dict[str, Any], potential: Potential) -> dict[str, Any]:
    from crystal_llm.io.parsing_process import crystal_of
    from crystal_llm.io.record_json import from_plain, to_plain
    from crystal_llm.relaxation.relax import relax_one
    from crystal_llm.relaxation.result import RelaxationSettings

    settings = from_plain(RelaxationSettings, request["settings"])
    return {"result": to_plain(relax_one(crystal_of(request["crystal"]), potential, settings))}


def _answer(channel: IO[str], reply: dict[str, Any]) -> None:
    print(json.dumps(reply), file=channel, flush=True)
