"""What pairing atoms by the nearest form of the target is worth, against pairing by index.

    crystal-llm flow train aligned --pairs pairs --config small.toml --total-minutes 8
    crystal-llm flow train index --pairs pairs --config small.toml --total-minutes 8 --pairing index
    python benchmarks/flow_pairing.py pairs aligned/flow.toml index/flow.toml

Losses of the two are of different ways to go, so what is compared is where the networks lead: the
validation samples, refined, and the nearest form of their targets.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.relaxation_change import matched
from crystal_llm.flow.alignment import align
from crystal_llm.flow.card import load_flow
from crystal_llm.flow.pairs import Pair, pair_files, read_pairs
from crystal_llm.flow.refinement import refine_crystals
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.types import PlainCrystal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("network", nargs="+")
    parser.add_argument("--steps", type=int, default=10)
    arguments = parser.parse_args()
    pairs = [
        pair
        for path in pair_files(arguments.pairs)
        for pair in read_pairs(path)
        if pair.split == "val"
    ]
    show("as sampled", pairs, [pair.sample for pair in pairs])
    for name in arguments.network:
        flow = load_flow(name)
        ends = dict(
            refine_crystals(
                flow, [pair.sample for pair in pairs], SamplerSettings(steps=arguments.steps)
            )
        )
        show(
            f"{name}, {flow.card.training.get('crystals', 0):,} crystals",
            pairs,
            [ends[place].refined for place in range(len(pairs))],
        )


def show(said: str, pairs: Sequence[Pair], crystals: Sequence[PlainCrystal | None]) -> None:
    """One row: how near crystals lie to their targets."""
    squares, atoms, lengths, matching = 0.0, 0, [], 0
    for pair, crystal in zip(pairs, crystals, strict=True):
        if crystal is None:
            continue
        try:
            nearest = align(crystal, pair.target).apply(pair.target)
        except FlowError:
            continue
        moved = np.subtract(nearest.fractional_coordinates, crystal.fractional_coordinates)
        moved -= np.round(moved)
        moved -= moved.mean(axis=0)
        squares += float(np.square(moved @ lattice_matrix(nearest)).sum())
        atoms += len(crystal.species)
        lengths.append(
            float(np.abs(np.subtract(nearest.lengths_angstrom, crystal.lengths_angstrom)).mean())
        )
        matching += matched(crystal, pair.target) is not None
    print(
        f"{said}: {len(lengths)} of {len(pairs)}; atoms {np.sqrt(squares / atoms):.3f} Å, lengths "
        f"{np.mean(lengths):.3f} Å; match their target {Rate(matching, len(pairs), '')}"
    )


if __name__ == "__main__":
    main()
