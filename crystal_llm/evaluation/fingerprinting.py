"""Fingerprints of many crystals: what the cache has, and processes for the rest.

One crystal takes about 0.1 s (14 ms a site), all of it in one thread, so two cores take two
processes. One that hangs or dies costs its own crystal alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from crystal_llm.evaluation.fingerprint_cache import FingerprintCache, fingerprint_key
from crystal_llm.evaluation.fingerprints import (
    Fingerprint,
    composition_fingerprint,
    fingerprint,
    load_featurizers,
)
from crystal_llm.types import PlainCrystal

FINGERPRINT_PROCESSES = 2
SECONDS_PER_CRYSTAL = 60.0
"""The slowest of 200 sites take a few seconds; CrystalLLM's own code gives a site five."""

_KEPT_AT_ONCE = 50
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def fingerprints(
    crystals: Sequence[PlainCrystal],
    cache: FingerprintCache | None = None,
    *,
    processes: int = FINGERPRINT_PROCESSES,
    seconds_per_crystal: float = SECONDS_PER_CRYSTAL,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Fingerprint]:
    """Fingerprints of crystals, in their order.

    Equal crystals are computed once. What ran out of time is not kept in the cache.

    Args:
        crystals: The crystals.
        cache: Fingerprints made before, and where new ones are kept.
        processes: How many, each with one thread; 0 for none but this one, without a limit
            on time.
        seconds_per_crystal: Then a crystal is given up.
        progress: Called with the crystals done and their number.
    """
    keys = [fingerprint_key(crystal) for crystal in crystals]
    known = {} if cache is None else cache.known(sorted(set(keys)))
    waiting = {
        key: crystal for key, crystal in zip(keys, crystals, strict=True) if key not in known
    }
    if not waiting:
        progress(len(known), len(known))
    unsaved: list[tuple[str, Fingerprint]] = []
    pairs = _computed(waiting, processes, seconds_per_crystal)
    try:
        for key, made, repeatable in pairs:
            known[key] = made
            if repeatable:
                unsaved.append((key, made))
            if cache is not None and len(unsaved) >= _KEPT_AT_ONCE:
                cache.keep(unsaved)
                unsaved = []
            progress(len(known), len(set(keys)))
    finally:
        if cache is not None:
            cache.keep(unsaved)
    return [known[key] for key in keys]


def _computed(
    waiting: dict[str, PlainCrystal], processes: int, seconds: float
) -> Iterator[tuple[str, Fingerprint, bool]]:
    """Key, fingerprint and whether it would come out alike again."""
    if not processes or not waiting:
        for key, crystal in waiting.items():
            yield key, fingerprint(crystal), True
        return
    from multiprocessing import get_context

    from pebble import ProcessExpired, ProcessPool

    # Not fork: torch and BLAS may hold threads here.
    with (
        _one_thread_each(),
        ProcessPool(
            max_workers=min(processes, len(waiting)),
            # The limit on time is a crystal's own: on a busy machine imports alone take minutes.
            initializer=load_featurizers,
            context=get_context("spawn"),
        ) as pool,
    ):
        answers = pool.map(fingerprint, waiting.values(), timeout=seconds).result()
        for key, crystal in waiting.items():
            try:
                yield key, next(answers), True
            except TimeoutError:
                yield key, _given_up(crystal, f"takes more than {seconds:g} s"), False
            except (ProcessExpired, MemoryError):
                yield key, _given_up(crystal, "the process died of it"), False


def _given_up(crystal: PlainCrystal, why: str) -> Fingerprint:
    composition = composition_fingerprint(crystal.species)
    return Fingerprint(None, composition, f"no fingerprint of the structure: {why}")


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that start within have one thread for every numerical library."""
    before: dict[str, Any] = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
