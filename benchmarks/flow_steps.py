"""What more Euler steps are worth: validity and match with the relaxed form, by steps and passes.

    crystal-llm judge written.jsonl --out judged.jsonl
    python benchmarks/flow_steps.py judged.jsonl --keep-space-group

Each crystal is refined anew for every row, and compared (StructureMatcher's defaults) with what it
was relaxed to as written, so that nothing is relaxed again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from crystal_llm.crystal.conversion import plain
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.relaxation_change import matched
from crystal_llm.evaluation.validity import structural_flaw
from crystal_llm.flow.card import load_flow
from crystal_llm.flow.refinement import refine_crystals
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.io.candidates_file import read_candidates
from crystal_llm.types import PlainCrystal

WAYS = ((1, 1), (2, 1), (5, 1), (10, 1), (50, 1), (2, 2), (5, 2), (10, 2), (25, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("judged", type=Path)
    parser.add_argument("--network", default="flow")
    parser.add_argument("--keep-space-group", action="store_true")
    arguments = parser.parse_args()
    pairs = relaxed_pairs(arguments.judged)
    written = [crystal for crystal, _ in pairs]
    flow = load_flow(arguments.network)
    print(f"{len(pairs)} crystals, {flow.identity}")
    show("as written", pairs, 0.0)
    for steps, passes in WAYS:
        settings = SamplerSettings(
            steps=steps, passes=passes, keep_space_group=arguments.keep_space_group
        )
        began = time.process_time()
        ends = dict(refine_crystals(flow, written, settings))
        took = time.process_time() - began
        refined = [(ends[place].refined, relaxed) for place, (_, relaxed) in enumerate(pairs)]
        show(f"{steps} × {passes}", refined, took / len(pairs))


def relaxed_pairs(judged: Path) -> list[tuple[PlainCrystal, PlainCrystal]]:
    """The crystals that were relaxed, as written and relaxed."""
    from pymatgen.core import Structure

    pairs = []
    for row, line in zip(read_candidates(judged), judged.read_text().splitlines(), strict=True):
        relaxed = json.loads(line).get("relaxed_structure")
        if row.crystal is not None and relaxed is not None:
            pairs.append((row.crystal, plain(Structure.from_dict(relaxed))))
    return pairs


def show(
    said: str, pairs: Sequence[tuple[PlainCrystal | None, PlainCrystal]], cpu_s: float
) -> None:
    """One row."""
    valid = [crystal is not None and structural_flaw(crystal) is None for crystal, _ in pairs]
    apart = [matched(crystal, relaxed) for crystal, relaxed in pairs if crystal is not None]
    matching = [value for value in apart if value is not None]
    rms = sum(matching) / len(matching) if matching else float("nan")
    print(
        f"{said}: valid {Rate(sum(valid), len(pairs), '')}; match "
        f"{Rate(len(matching), len(pairs), '')}; RMSD {rms:.4f}; {cpu_s:.3f} CPU s each"
    )


if __name__ == "__main__":
    main()
