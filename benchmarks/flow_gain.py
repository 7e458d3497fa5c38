"""What refining is worth: the same crystals relaxed as written and as refined.

    crystal-llm generate --n 100 --seed 101 --out written.jsonl
    crystal-llm judge written.jsonl --out judged.jsonl
    crystal-llm judge written.jsonl --refine --out refined.jsonl
    python benchmarks/flow_gain.py judged.jsonl refined.jsonl [refined-10-steps.jsonl …]

Every row counts the crystals that were relaxed both ways; one that went on as written counts
as what it was. Energies are those of the potential before the first step of the relaxation.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crystal_llm.crystal.conversion import plain
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.relaxation_change import matched
from crystal_llm.io.candidates_file import read_candidates
from crystal_llm.io.record_json import from_plain
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal


@dataclass(frozen=True)
class Judged:
    """One line: what was relaxed, what became of it, where it lies, whether it was refined."""

    begun: PlainCrystal
    relaxation: RelaxationResult
    above_hull_ev_per_atom: float | None
    refined: bool
    moved_angstrom: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("judged", type=Path)
    parser.add_argument("refined", type=Path, nargs="+")
    arguments = parser.parse_args()
    written = read(arguments.judged)
    for path in arguments.refined:
        compare(path.stem, written, read(path))


def read(path: Path) -> dict[str, Judged | None]:
    """Lines by id; None where a crystal was not relaxed."""
    found: dict[str, Judged | None] = {}
    for row, line in zip(read_candidates(path), path.read_text().splitlines(), strict=True):
        record = json.loads(line)
        found[row.id] = None
        if row.crystal is None or record["relaxation"] is None:
            continue
        refined = record.get("refined_structure")
        hull = record["hull"] or {}
        found[row.id] = Judged(
            row.crystal if refined is None else crystal_of(refined),
            from_plain(RelaxationResult, record["relaxation"], "relaxation"),
            hull.get("energy_above_hull_ev_per_atom"),
            refined is not None,
            (record.get("refinement") or {}).get("moved_angstrom"),
        )
    return found


def crystal_of(record: dict[str, Any]) -> PlainCrystal:
    from pymatgen.core import Structure

    return plain(Structure.from_dict(record))


def compare(
    name: str, written: dict[str, Judged | None], refined: dict[str, Judged | None]
) -> None:
    both = [
        (first, second)
        for key, second in refined.items()
        if second is not None and (first := written.get(key)) is not None
    ]
    sides = list(zip(*both, strict=True))
    print(f"\n{name}: {len(both)} relaxed both ways, {len(refined)} asked")
    print(f"refined, and structurally valid: {sum(one.refined for one in sides[1])} of {len(both)}")
    moved = [
        one.moved_angstrom for one in sides[1] if one.refined and one.moved_angstrom is not None
    ]
    if moved:
        print(f"atoms moved, median over crystals: {statistics.median(moved):.3f} Å")
    print("                                    written              refined")
    for told, values in (
        ("relaxation steps, median", [[one.relaxation.steps for one in side] for side in sides]),
        ("relaxation seconds, mean", [[one.relaxation.wall_s for one in side] for side in sides]),
    ):
        shown = statistics.median if "median" in told else statistics.mean
        print(f"{told:30s}  {shown(values[0]):12.2f}  {shown(values[1]):19.2f}")
    for told, test in (
        ("converged", lambda one: one.relaxation.converged),
        ("within 0.1 eV/atom", within),
        ("matches its relaxed form", lambda one: distance(one) is not None),
    ):
        rates = [Rate(sum(map(test, side)), len(side), "relaxed both ways") for side in sides]
        print(f"{told:30s}  {rates[0]}   {rates[1]}")
    for told, side in zip(("written", "refined"), sides, strict=True):
        apart = [value for value in map(distance, side) if value is not None]
        print(f"RMSD of the matched, {told}: {statistics.mean(apart):.4f} (V/atom)^(1/3)")
    interval("steps, refined − written", [b.relaxation.steps - a.relaxation.steps for a, b in both])
    interval("energy before relaxation, refined − written, eV/atom", energies(both))
    lower = Rate(sum(value < 0 for value in energies(both)), len(energies(both)), "compared")
    print(f"lower energy before relaxation: {lower}")


def within(one: Judged) -> bool:
    above = one.above_hull_ev_per_atom
    return one.relaxation.converged and above is not None and above <= 0.1


def distance(one: Judged) -> float | None:
    relaxed = one.relaxation.relaxed
    return None if relaxed is None else matched(one.begun, relaxed)


def energies(both: list[tuple[Judged, Judged]]) -> list[float]:
    ends = [
        (a.relaxation.energy_start_ev_per_atom, b.relaxation.energy_start_ev_per_atom)
        for a, b in both
    ]
    return [second - first for first, second in ends if first is not None and second is not None]


def interval(told: str, values: list[float]) -> None:
    """The median with its bootstrap interval over crystals."""
    array = np.asarray(values, dtype=float)
    picks = np.random.default_rng(0).integers(0, len(array), size=(2000, len(array)))
    low, high = np.percentile(np.median(array[picks], axis=1), [2.5, 97.5])
    print(f"{told}: median {np.median(array):+.3f} ({low:+.3f} to {high:+.3f})")


if __name__ == "__main__":
    main()
