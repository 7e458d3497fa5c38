"""Steps, CPU seconds and minima of each optimizer on the same crystals, one core.

    python benchmarks/optimizers.py out.jsonl [--n 100] [--optimizers FIRE,BFGS,LBFGS]

The first one named is what the others are held to: a minimum is the same within 1 meV/atom.
CPU seconds are those of the process, so that other work beside it counts little.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

SAME_MINIMUM_EV_PER_ATOM = 0.001


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crystals", type=Path, help="candidates, as `crystal-llm generate` writes")
    parser.add_argument("--n", type=int, default=100)
    parser.add_argument("--optimizers", default="FIRE,BFGS,LBFGS")
    arguments = parser.parse_args()

    import torch

    from crystal_llm.io.candidates_file import read_candidates
    from crystal_llm.potentials.loading import load_potential, potential_card
    from crystal_llm.relaxation.checks import flaw
    from crystal_llm.relaxation.relax import relax_one
    from crystal_llm.relaxation.result import RelaxationSettings
    from crystal_llm.settings import settings

    torch.set_num_threads(1)
    card = potential_card("chgnet")
    potential = load_potential("chgnet", settings())
    crystals = [
        row.crystal
        for row in read_candidates(arguments.crystals)
        if row.crystal is not None and flaw(row.crystal, card) is None
    ][: arguments.n]
    relax_one(crystals[0], potential, RelaxationSettings(max_steps=2))  # warms up
    first: list[float | None] = []
    for name in arguments.optimizers.split(","):
        before = time.process_time()
        results = [
            relax_one(crystal, potential, RelaxationSettings(optimizer=name))
            for crystal in crystals
        ]
        seconds = time.process_time() - before
        energies = [result.energy_ev_per_atom for result in results]
        first = first or energies
        gaps = [
            energy - held
            for energy, held in zip(energies, first, strict=True)
            if energy is not None and held is not None
        ]
        lower = sum(gap < -SAME_MINIMUM_EV_PER_ATOM for gap in gaps)
        higher = sum(gap > SAME_MINIMUM_EV_PER_ATOM for gap in gaps)
        steps = [result.steps for result in results]
        kept = sum(result.spacegroup_before == result.spacegroup_after for result in results)
        print(
            f"{name}: {len(results)} crystals, {sum(r.converged for r in results)} converged, "
            f"{seconds:.0f} CPU s, steps {statistics.median(steps):g} in the median and "
            f"{statistics.mean(steps):.1f} in the mean, space group kept {kept}; same minimum "
            f"{len(gaps) - lower - higher}, lower {lower}, higher {higher}, "
            f"worst {max(gaps, default=0.0):+.3f} eV/atom",
            flush=True,
        )


if __name__ == "__main__":
    main()
