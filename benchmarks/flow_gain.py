"""What refining is worth: the same crystals relaxed and placed as written, and as refined.

    crystal-llm generate --n 100 --seed 101 --out written.jsonl
    crystal-llm refine written.jsonl --keep-space-group --out refined.jsonl
    crystal-llm judge written.jsonl --out judged.jsonl
    crystal-llm judge refined.jsonl --out judged-refined.jsonl
    python benchmarks/flow_gain.py judged.jsonl judged-refined.jsonl [judged-types.jsonl …]

Lines of ``judge --refine`` do as well, and those of ``relax``, which say nothing of a hull. A file
may hold fewer crystals than the first; it is then compared with those of the first that it holds.
Shares are of all crystals of a file; seconds are those that refining and relaxing took, cached or
not, and ``--writing-seconds`` is added to each for the time per good crystal; energies before
relaxation are those of the potential before the first step.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crystal_llm.crystal.conversion import plain
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.relaxation_change import matched
from crystal_llm.evaluation.validity import structural_flaw
from crystal_llm.io.candidates_file import read_candidates
from crystal_llm.io.record_json import from_plain
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal

METASTABLE_EV_PER_ATOM = 0.1
SAME_EV_PER_ATOM = 0.005
TIMED = ("refinement", "relaxation")


@dataclass(frozen=True)
class Judged:
    """One line: what was relaxed, what became of it, where it lies.

    Attributes:
        begun: What the relaxation began with; None where there is no crystal.
        valid: Whether that is structurally valid.
        relaxation: None where it was not relaxed.
        above_hull_ev_per_atom: After relaxation; None without one that converged.
        new: Whether it is unique and novel, and of at least two elements.
        moved_angstrom: How far refining moved its atoms; None where it did not.
        unique: Whether it was relaxed, and no crystal before it is the same.
        novel: Whether it was relaxed, and is no known structure.
        seconds: Of its refining and relaxing.
    """

    begun: PlainCrystal | None
    valid: bool
    relaxation: RelaxationResult | None
    above_hull_ev_per_atom: float | None
    new: bool
    moved_angstrom: float | None
    unique: bool
    novel: bool
    seconds: float

    @property
    def steps(self) -> int | None:
        """Steps of a relaxation that came to an end."""
        done = self.relaxation
        return None if done is None or done.failure is not None else done.steps

    @property
    def starts_at(self) -> float | None:
        """Energy before relaxation, eV/atom."""
        return None if self.relaxation is None else self.relaxation.energy_start_ev_per_atom

    @property
    def falls(self) -> float | None:
        """Energy above its own relaxed form, eV/atom."""
        end = None if self.relaxation is None else self.relaxation.energy_ev_per_atom
        return None if end is None or self.starts_at is None else self.starts_at - end

    def within(self, limit_ev_per_atom: float) -> bool:
        """Whether it lies at most so far above the hull."""
        above = self.above_hull_ev_per_atom
        return above is not None and above <= limit_ev_per_atom


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("judged", type=Path)
    parser.add_argument("refined", type=Path, nargs="+")
    parser.add_argument("--writing-seconds", type=float, default=0.0, help="of one crystal")
    arguments = parser.parse_args()
    written, writing_s = read(arguments.judged), arguments.writing_seconds
    describe(arguments.judged.stem, written, writing_s)
    for path in arguments.refined:
        refined = read(path)
        if len(refined) < len(written):
            describe(
                f"{arguments.judged.stem}, those of {path.stem}",
                {key: written[key] for key in refined},
                writing_s,
            )
        describe(path.stem, refined, writing_s)
        compare(written, refined)
        if not all(crystal.valid for crystal in refined.values()):
            gone_on = {key: b if b.valid else written[key] for key, b in refined.items()}
            describe(f"{path.stem}, the invalid ones as written", gone_on, writing_s)


def read(path: Path) -> dict[str, Judged]:
    """Lines by id."""
    judged: dict[str, Judged] = {}
    for row, line in zip(read_candidates(path), path.read_text().splitlines(), strict=True):
        record = json.loads(line)
        refined = record.get("refined_structure")
        relaxation = record["relaxation"]
        novelty = record.get("novelty") or {}
        begun = row.crystal if refined is None else crystal_of(refined)
        judged[row.id] = Judged(
            begun,
            begun is not None and structural_flaw(begun) is None,
            None if relaxation is None else from_plain(RelaxationResult, relaxation, "relaxation"),
            (record.get("hull") or {}).get("e_above_hull_ev_per_atom"),
            bool(novelty.get("unique") and novelty.get("novel"))
            and row.crystal is not None
            and len(set(row.crystal.species)) > 1,
            (record.get("refinement") or {}).get("moved_angstrom"),
            bool(novelty.get("unique")),
            bool(novelty.get("novel")),
            sum(
                (record.get(name) or {}).get("wall_s", 0.0) for name in ("refinement", "relaxation")
            ),
        )
    return judged


def crystal_of(record: dict[str, Any]) -> PlainCrystal:
    from pymatgen.core import Structure

    return plain(Structure.from_dict(record))


def describe(name: str, judged: dict[str, Judged], writing_s: float = 0.0) -> None:
    """The rows of one file; ``writing_s`` is how long one crystal took to write."""
    crystals = list(judged.values())
    print(f"\n{name}: {len(crystals)} crystals")
    moved = [crystal.moved_angstrom for crystal in crystals if crystal.moved_angstrom is not None]
    if moved:
        print(f"  atoms moved, median of the means: {statistics.median(moved):.3f} Å")
    apart = [distance(crystal) for crystal in crystals]
    matching = [value for value in apart if value is not None]
    counts = {
        "structurally valid": sum(crystal.valid for crystal in crystals),
        "match their relaxed form": len(matching),
    }
    if any(crystal.above_hull_ev_per_atom is not None for crystal in crystals):
        near = [crystal for crystal in crystals if crystal.within(METASTABLE_EV_PER_ATOM)]
        counts |= {
            "relaxed and unique": sum(crystal.unique for crystal in crystals),
            "relaxed and novel": sum(crystal.novel for crystal in crystals),
            "within 0.1 eV/atom": len(near),
            "… unique and novel": sum(crystal.new for crystal in near),
            "… on the hull or below": sum(crystal.new and crystal.within(0.0) for crystal in near),
        }
    for said, count in counts.items():
        print(f"  {said}: {Rate(count, len(crystals), '')}")
    if matching:
        print(f"  RMSD of the matched: {statistics.mean(matching):.4f} (V/atom)^(1/3)")
    falls = [crystal.falls for crystal in crystals if crystal.falls is not None]
    interval("energy above the relaxed form, eV/atom", falls)
    steps = [crystal.steps for crystal in crystals if crystal.steps is not None]
    interval("steps of relaxation", steps)
    print(f"  steps, mean: {statistics.mean(steps):.1f}")
    seconds = [crystal.seconds for crystal in crystals]
    interval("seconds of refining and relaxing", seconds)
    print(f"  seconds, mean: {statistics.mean(seconds):.2f}")
    good = sum(crystal.new and crystal.within(METASTABLE_EV_PER_ATOM) for crystal in crystals)
    if good:
        total = sum(seconds) + writing_s * len(crystals)
        print(f"  seconds per unique, novel, metastable crystal: {total / good:.2f}")


def compare(written: dict[str, Judged], refined: dict[str, Judged]) -> None:
    """Crystal by crystal, those that were relaxed both ways."""
    both = [
        (written[key], second)
        for key, second in refined.items()
        if written[key].relaxation is not None and second.relaxation is not None
    ]
    print(f"  beside the written, {len(both)} relaxed both ways:")
    steps = [b.steps - a.steps for a, b in both if a.steps is not None and b.steps is not None]
    interval("steps, change", steps)
    fewer, more = sum(value < 0 for value in steps), sum(value > 0 for value in steps)
    print(f"  steps: fewer in {fewer}, more in {more}")
    changes = [
        b.starts_at - a.starts_at
        for a, b in both
        if a.starts_at is not None and b.starts_at is not None
    ]
    interval("energy before relaxation, change, eV/atom", changes)
    print(f"  lower before relaxation: {Rate(sum(x < 0 for x in changes), len(changes), '')}")
    ends = [
        b.relaxation.energy_ev_per_atom - a.relaxation.energy_ev_per_atom
        for a, b in both
        if a.falls is not None and b.falls is not None
    ]
    alike = sum(abs(value) <= SAME_EV_PER_ATOM for value in ends)
    lower = sum(value < -SAME_EV_PER_ATOM for value in ends)
    print(f"  end within {SAME_EV_PER_ATOM} eV/atom: {alike} of {len(ends)}, lower: {lower}")


def distance(crystal: Judged) -> float | None:
    if crystal.relaxation is None or crystal.relaxation.relaxed is None or crystal.begun is None:
        return None
    return matched(crystal.begun, crystal.relaxation.relaxed)


def interval(said: str, values: Sequence[float]) -> None:
    """The median with its bootstrap interval over crystals."""
    array = np.asarray(values, dtype=float)
    picks = np.random.default_rng(0).integers(0, len(array), size=(2000, len(array)))
    low, high = np.percentile(np.median(array[picks], axis=1), [2.5, 97.5])
    print(f"  {said}: median {np.median(array):.4f} ({low:.4f} to {high:.4f})")


if __name__ == "__main__":
    main()
