"""What giving up crystals that are far from the hull after a few steps saves, and what it costs.

    crystal-llm generate --n 500 --best-of 1 --novel --temperature 1 --refine --out written.jsonl
    python benchmarks/glance.py written.jsonl --n 200

Relaxes the first crystals to their end (CHGNet, by the cache) and asks of each rule how many of
those that end within 0.1 eV/atom of the hull it would have given up, and which share of the seconds
it would have spared. The phases that they compete with are as given.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.cli.structure_inputs import read_candidate_rows
from crystal_llm.evaluation.validity import formula_of
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.cache import default_cache
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.stability.hull import PhaseEnergy
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.stability.references.reference_file import read_reference
from crystal_llm.stability.same_phase import RelaxedCrystal, place_relaxed
from crystal_llm.studies.glance import CHOICE_GLANCE, TRIAL_GLANCE

if TYPE_CHECKING:
    from crystal_llm.relaxation.result import RelaxationResult
    from crystal_llm.stability.references.reference import Reference

WITHIN_EV_PER_ATOM = 0.1


def main() -> None:
    """Prints a line for each rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("candidates", type=Path, help="crystals to relax, refined ones at best")
    parser.add_argument("--n", type=int, default=200)
    arguments = parser.parse_args()
    shipped = default_reference(settings().models, "chgnet")
    assert shipped is not None, "models/reference-chgnet.parquet is missing"
    reference = read_reference(shipped)
    written, _ = read_candidate_rows(arguments.candidates)
    crystals = [each.crystal for each in written if each.crystal is not None][: arguments.n]
    with default_cache(settings()) as cache:
        results = [
            result
            for _, result in relax_many(crystals, "chgnet", RelaxationSettings(), cache=cache)
        ]
    descents = [_above_hull(result, reference) for result in results]
    paths = [descent for descent in descents if descent is not None]
    ends = [above[-1] for _, above in paths]
    good = sum(end <= WITHIN_EV_PER_ATOM for end in ends)
    seconds = sum(result.wall_s for result, _ in paths)
    print(f"{len(paths)} relaxed, {good} within {WITHIN_EV_PER_ATOM} eV/atom, {seconds:.0f} s")
    rules = [(0, 0.4), (10, 0.5), (30, 0.4)]
    rules += [(glance.steps, glance.reach_ev_per_atom) for glance in (CHOICE_GLANCE, TRIAL_GLANCE)]
    for steps, reach in sorted(rules):
        given_up = [
            (result, above)
            for result, above in paths
            if result.steps > steps and above[steps] > reach
        ]
        lost = sum(above[-1] <= WITHIN_EV_PER_ATOM for _, above in given_up)
        spared = sum(result.wall_s * (1 - steps / result.steps) for result, _ in given_up)
        print(
            f"above {reach} eV/atom after {steps} steps: {len(given_up)} given up, {lost} of the "
            f"{good} good ones among them, {spared / seconds:.0%} of the seconds spared"
        )


def _above_hull(
    result: RelaxationResult, reference: Reference
) -> tuple[RelaxationResult, list[float]] | None:
    """A relaxation and its energy above hull after every step, eV/atom."""
    if result.relaxed is None or result.energy_ev_per_atom is None or not result.converged:
        return None
    phase = PhaseEnergy(formula_of(result.relaxed.species), result.energy_ev_per_atom)
    hull = place_relaxed(RelaxedCrystal(result.relaxed, phase), result.method, reference, None)
    above = hull.energy_above_hull_ev_per_atom
    if above is None:
        return None
    end = result.energy_ev_per_atom
    return result, [above + energy - end for energy in result.energies_ev_per_atom]


if __name__ == "__main__":
    main()
