"""CPU seconds of a crystal's fingerprints, from which the time of an evaluation follows.

python benchmarks/fingerprints.py [--n 100] [--table models/known-structures.parquet]

Imports are left out, and the cache is not asked.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path

from crystal_llm.crystal.reduction import symmetry_dataset
from crystal_llm.dataset.known_crystals import read_test_rows
from crystal_llm.evaluation.fingerprints import (
    SAME_SITE_ANGSTROM,
    fingerprint,
    load_featurizers,
)
from crystal_llm.studies.translation_invariance import draw_test_rows
from crystal_llm.types import PlainCrystal

SEED = 3
PAPERS = 1000 + 7000
"""Samples and test crystals of an evaluation as the papers have it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=100, help="test crystals (default 100)")
    parser.add_argument("--table", type=Path, default=Path("models/known-structures.parquet"))
    options = parser.parse_args()
    rows = read_test_rows(options.table, choose=partial(draw_test_rows, count=options.n, seed=SEED))
    load_featurizers()
    sites = sum(_different_sites(row.crystal) for row in rows)
    began = time.process_time()
    for row in rows:
        fingerprint(row.crystal)
    spent_s = time.process_time() - began
    print(
        f"{spent_s / len(rows):.3f} s a crystal, {1000 * spent_s / sites:.0f} ms for each of "
        f"{sites / len(rows):.1f} different sites; {PAPERS:,} crystals: "
        f"{PAPERS * spent_s / len(rows) / 120:.1f} min on two cores"
    )


def _different_sites(crystal: PlainCrystal) -> int:
    dataset = symmetry_dataset(crystal, SAME_SITE_ANGSTROM)
    return len(crystal.species) if dataset is None else len(set(dataset.equivalent_atoms))


if __name__ == "__main__":
    main()
