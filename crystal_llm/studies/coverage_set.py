"""The test crystals that the coverage of a study is measured against, and their fingerprints.

Drawn once from the test rows of the known structures: 1,000 of them tell cells apart as 5,149
do, and their fingerprints take a minute or two of one core the first time, none after that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from crystal_llm.candidate import Candidate, Fingerprinted
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import FingerprintSet, fingerprint_set
from crystal_llm.evaluation.coverage_marks import coverage_marks
from crystal_llm.evaluation.fingerprint_cache import FINGERPRINTS_FILE, FingerprintCache
from crystal_llm.evaluation.fingerprinting import fingerprints
from crystal_llm.types import PlainCrystal

_AT_ONCE = 20
"""Test crystals between two looks at whether to stop."""


def draw_test_crystals(
    path: Path | None, count: int, max_atoms: int | None = None
) -> list[PlainCrystal]:
    """Test crystals of a table, the same ones at every call.

    Args:
        path: A table, as :func:`~crystal_llm.dataset.known_crystals.read_test_rows` reads it.
        count: At most so many.
        max_atoms: Larger cells are left out; None for none.

    Raises:
        EvaluationError: There is no table, or no test crystal of that size in it.
        TableError: The table cannot be read.
    """
    from crystal_llm.dataset.known_crystals import read_test_rows

    if path is None:
        raise EvaluationError(
            "coverage needs test crystals, and the table of known structures is not there"
        )

    def choose(rows: Sequence[CrystalRow]) -> list[CrystalRow]:
        small = [row for row in rows if max_atoms is None or len(row.crystal.species) <= max_atoms]
        return [small[index] for index in drawn([row.material_id for row in small], count)]

    chosen = read_test_rows(path, choose=choose)
    if not chosen:
        size = "" if max_atoms is None else f" of at most {max_atoms} atoms"
        raise EvaluationError(f"{path}: has no test crystal{size}; coverage cannot be measured")
    return [row.crystal for row in chosen]


def drawn(names: Sequence[str], count: int) -> list[int]:
    """Indices of at most so many names, by name: the same names whatever their sequence."""
    by_name = sorted(range(len(names)), key=names.__getitem__)
    picks = np.random.default_rng(0).permutation(len(by_name))[:count]
    return [by_name[int(pick)] for pick in sorted(picks)]


def test_set(
    path: Path | None,
    count: int,
    max_atoms: int | None,
    home: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> FingerprintSet:
    """The fingerprints of drawn test crystals; made once a process.

    Args:
        path: As of :func:`draw_test_crystals`.
        count: Likewise.
        max_atoms: Likewise.
        home: Where the cache of fingerprints is.
        progress: Called with the crystals done and their number; may raise to stop.

    Raises:
        EvaluationError: There is no test crystal, or the cache cannot be used.
        TableError: The table cannot be read.
    """
    key = (path, None if path is None else path.stat().st_mtime_ns, count, max_atoms)
    if key not in _MADE:
        crystals = draw_test_crystals(path, count, max_atoms)
        made = _fingerprints_of_test(crystals, home, progress)
        _MADE.clear()
        _MADE[key] = made
    return _MADE[key]


_MADE: dict[tuple[Path | None, int | None, int, int | None], FingerprintSet] = {}


def _fingerprints_of_test(
    crystals: Sequence[PlainCrystal], home: Path, progress: Callable[[int, int], None]
) -> FingerprintSet:
    made = []
    with FingerprintCache(home / FINGERPRINTS_FILE) as cache:
        for start in range(0, len(crystals), _AT_ONCE):
            progress(start, len(crystals))
            # In this process: starting one takes as long as fifty fingerprints.
            made += fingerprints(crystals[start : start + _AT_ONCE], cache, processes=0)
    progress(len(crystals), len(crystals))
    return fingerprint_set(made)


def fingerprinted(
    candidates: Sequence[Candidate],
    test: FingerprintSet,
    home: Path,
    *,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Candidate]:
    """Fingerprints crystals as they are before relaxation, refined where they were refined.

    Args:
        candidates: The candidates; those without a crystal are passed over.
        test: The test crystals.
        home: Where the cache is.
        should_stop: Asked between crystals; those not done are not given then.
    """
    with FingerprintCache(home / FINGERPRINTS_FILE) as cache:
        for candidate in candidates:
            if should_stop():
                return
            crystal = candidate.unrelaxed_crystal
            if crystal is None:
                continue
            began = time.perf_counter()
            (made,) = fingerprints([crystal], cache, processes=0)
            marks = coverage_marks(made, test)
            yield candidate.after(Fingerprinted(marks, time.perf_counter() - began))
