"""Relaxes many crystals: from the cache what was done before, the rest by processes.

The one function that the shell, judging and the jobs call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from crystal_llm.errors import PotentialError
from crystal_llm.relaxation.cache import RelaxationCache, cache_key
from crystal_llm.relaxation.checks import flaw
from crystal_llm.relaxation.pool import MARGIN_SECONDS, RelaxationPool, usual_processes
from crystal_llm.relaxation.relax import failed_relaxation
from crystal_llm.relaxation.result import RelaxationResult, RelaxationSettings, RelaxationStep
from crystal_llm.relaxation.worker import LOADER
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.potentials.potential import PotentialCard

_Progress = Callable[[int, int], None]


def relax_many(
    crystals: Sequence[PlainCrystal],
    potential_name: str,
    settings: RelaxationSettings,
    *,
    processes: int | None = None,
    cache: RelaxationCache | None = None,
    pool: RelaxationPool | None = None,
    progress: _Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    watch: Callable[[int, RelaxationStep], None] = lambda place, step: None,
    card: PotentialCard | None = None,
    loader: str = LOADER,
    margin_s: float = MARGIN_SECONDS,
) -> Iterator[tuple[int, RelaxationResult]]:
    """Relaxes crystals and gives each result as soon as it is there.

    Equal crystals are relaxed once. With a cache, those that another process has relaxed
    meanwhile are not relaxed again when their turn comes.

    Args:
        crystals: The crystals.
        potential_name: Name of the potential, such as ``chgnet``.
        settings: How far.
        processes: The most processes at once; None for one a core, or a few on a GPU.
        cache: Relaxations done before; None to do all again.
        pool: Processes that stay for the next call; None starts some for this one.
        progress: Called with the crystals done and their number.
        should_stop: Asked several times a second; what is not done then is given up.
        watch: Called now and then with a crystal's place and where its relaxation is.
        card: What is known of the potential; None to look it up by its name.
        loader: What loads the potential, as ``module:function``.
        margin_s: Seconds after the time limit before a process that hangs is killed.

    Yields:
        Place among ``crystals`` and result; first those in the cache, then those that
        cannot be relaxed, then the others as they end.

    Raises:
        PotentialError: No such potential, or it cannot be loaded.
        RelaxationCacheError: The cache cannot be used.
    """
    card = card or card_of(potential_name)
    places: dict[str, list[int]] = {}
    for place, crystal in enumerate(crystals):
        places.setdefault(cache_key(crystal, settings, card.method), []).append(place)
    work = _Work(places, cache, progress, len(crystals))
    yield from work.cached()
    yield from work.refused(crystals, card)
    if not work.left:
        return
    with ExitStack() as stack:
        if pool is None:
            count = min(processes or usual_processes(), len(work.left))
            pool = stack.enter_context(RelaxationPool(count, loader=loader, margin_s=margin_s))
        yield from work.relax(pool, crystals, potential_name, settings, should_stop, watch)
    yield from work.cached()


def card_of(potential_name: str) -> PotentialCard:
    """The card of a potential, fetched first where it is not on this machine.

    Raises:
        PotentialError: There is no such potential, or it cannot be fetched or loaded.
    """
    from crystal_llm.potentials.loading import load_potential, potential_card
    from crystal_llm.settings import settings

    try:
        return potential_card(potential_name)
    except PotentialError:
        return load_potential(potential_name, settings()).card


class _Work:
    """What is left of one call, by key.

    Attributes:
        left: Keys without a result, in the order of the crystals.
    """

    def __init__(
        self,
        places: dict[str, list[int]],
        cache: RelaxationCache | None,
        progress: _Progress,
        total: int,
    ) -> None:
        # A dictionary, from which a key is taken in no time however many there are.
        self.left = dict.fromkeys(places)
        self._places, self._cache = places, cache
        self._progress, self._done, self._total = progress, 0, total

    def cached(self) -> Iterator[tuple[int, RelaxationResult]]:
        """What is in the cache of all that is left."""
        if self._cache is None:
            return
        for key in list(self.left):
            result = self._cache.get(key)
            if result is not None:
                yield from self._give(key, result)

    def refused(
        self, crystals: Sequence[PlainCrystal], card: PotentialCard
    ) -> Iterator[tuple[int, RelaxationResult]]:
        """Failures that are told without a potential, and so without loading one."""
        for key in list(self.left):
            began = time.perf_counter()
            wrong = flaw(crystals[self._places[key][0]], card)
            if wrong is not None:
                wall_s = time.perf_counter() - began
                yield from self._give(key, failed_relaxation(wrong, card.method, wall_s))

    def relax(
        self,
        pool: RelaxationPool,
        crystals: Sequence[PlainCrystal],
        potential_name: str,
        settings: RelaxationSettings,
        should_stop: Callable[[], bool],
        watch: Callable[[int, RelaxationStep], None],
    ) -> Iterator[tuple[int, RelaxationResult]]:
        """Relaxes what is left, unless it is in the cache by then."""
        keys = list(self.left)

        def begin(index: int) -> bool:
            return self._cache is None or self._cache.get(keys[index]) is None

        asked = [crystals[self._places[key][0]] for key in keys]
        for index, result in pool.relax(
            asked,
            potential_name,
            settings,
            begin=begin,
            should_stop=should_stop,
            watch=lambda index, step: watch(self._places[keys[index]][0], step),
        ):
            if self._cache is not None:
                self._cache.put(keys[index], result)
            yield from self._give(keys[index], result)

    def _give(self, key: str, result: RelaxationResult) -> Iterator[tuple[int, RelaxationResult]]:
        del self.left[key]
        for nth, place in enumerate(self._places[key]):
            self._done += 1
            # The second of two equal crystals cost nothing.
            yield place, result if nth == 0 else replace(result, cached=True)
            self._progress(self._done, self._total)
