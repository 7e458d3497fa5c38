"""Seconds to compare 1,000 candidates with a table of known phases, one CPU core.

    python benchmarks/novelty.py out/table.parquet

The candidates are drawn from the table: one part is written as crystal text and shaken
(known formulas, the costly case for novelty), the other has its elements swapped as well
(mostly unknown formulas, the costly case for prototypes).
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.dataset.table import CrystalRow, read_table
from crystal_llm.evaluation.novelty import PROTOTYPE_TRIALS, KnownCrystals, Novelty, compare
from crystal_llm.text.codec import decode_plain, encode_plain
from crystal_llm.types import PlainCrystal

SHAKE_ANGSTROM = 0.05


def swapped(crystal: PlainCrystal, dice: random.Random) -> PlainCrystal:
    elements = sorted(set(crystal.species))
    others = dict(zip(elements, dice.sample(TRAINED_ELEMENTS, len(elements)), strict=True))
    return PlainCrystal(
        crystal.lengths_angstrom,
        crystal.angles_degrees,
        tuple(others[symbol] for symbol in crystal.species),
        crystal.fractional_coordinates,
    )


def timed(
    rows: list[CrystalRow], known: KnownCrystals, swap: bool, trials: int, dice: random.Random
) -> tuple[float, float, tuple[Novelty, ...]]:
    """Wall and CPU seconds, and what was found."""
    structures = []
    for row in rows:
        crystal = decode_plain(encode_plain(row.crystal))
        made = structure(swapped(crystal, dice) if swap else crystal)
        structures.append(made.perturb(SHAKE_ANGSTROM))
    wall, cpu = time.perf_counter(), time.process_time()
    found = compare(structures, known, prototype_trials=trials)
    return time.perf_counter() - wall, time.process_time() - cpu, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="table in the layout of `crystal-llm data`")
    parser.add_argument("--n", type=int, default=200, help="candidates a part (default 200)")
    parser.add_argument("--trials", type=int, default=PROTOTYPE_TRIALS, help="per prototype search")
    arguments = parser.parse_args()
    dice = random.Random(0)
    rows = read_table(arguments.table)
    start = time.perf_counter()
    known = KnownCrystals(rows)
    print(f"index of {len(known)} known phases: {time.perf_counter() - start:.1f} s")
    drawn = dice.sample(rows, arguments.n)
    for name, swap, trials in (
        ("known formulas, novelty alone", False, 0),
        ("swapped elements, novelty alone", True, 0),
        ("swapped elements, with prototypes", True, arguments.trials),
    ):
        wall, cpu, found = timed(drawn, known, swap, trials, dice)
        prototypes = sum(
            one.prototype is not None and one.prototype.formula is not None for one in found
        )
        print(
            f"{name}: {1000 * wall / len(found):.1f} s per 1,000 "
            f"(CPU {1000 * cpu / len(found):.1f} s); novel "
            f"{sum(bool(one.novel) for one in found)} of {len(found)}, prototype found "
            f"{prototypes}, not comparable {sum(one.failure is not None for one in found)}"
        )


if __name__ == "__main__":
    main()
