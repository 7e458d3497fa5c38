"""What classifier-free guidance gains and costs: conditions met, stability, uniqueness, time.

    python benchmarks/guidance.py --n 100 --rows 50

For each strength w, plain samples (best of 1, known ones not passed over) are asked for 0 eV/atom
above the hull, relaxed by CHGNet and placed on its hull, the phases that they compete with as
given; and test crystals' space groups, elements and band gaps are asked for softly, one at a time.
w = 0 forgets the condition, 1 is the model as it is. ``--rows 0`` or ``--n 0`` leave a part out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crystal_llm.candidate import Candidate, begun
from crystal_llm.dataset.known_crystals import read_test_rows
from crystal_llm.evaluation.condition_rates import ConditionKind, condition_rates
from crystal_llm.evaluation.known_table import read_known_phases
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.evaluation.rates import Rate
from crystal_llm.generation.usual import USUAL
from crystal_llm.generation.writer import write_crystals
from crystal_llm.judging import JudgingResources, compared, judge
from crystal_llm.language_model.loading import load_model
from crystal_llm.relaxation.cache import default_cache
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.stability.references.reference_file import read_reference
from crystal_llm.studies.conditioning import ConditioningStudy, with_gaps, write_trials
from crystal_llm.studies.translation_invariance import draw_test_rows
from crystal_llm.types import Conditions

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

KINDS: tuple[ConditionKind, ...] = ("spacegroup", "elements", "gap")


def main() -> None:
    """Prints what each strength does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact")
    parser.add_argument("--n", type=int, default=100, help="crystals to relax for each strength")
    parser.add_argument("--rows", type=int, default=50, help="test crystals to ask the values of")
    parser.add_argument("--each", type=int, default=2, help="crystals for each such value")
    parser.add_argument("--strengths", type=float, nargs="+", default=[0.0, 1.0, 2.0, 3.0])
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    model = load_model(arguments.model)
    table = settings().models / "known-structures.parquet"
    known = read_known_phases(table)
    choose = partial(draw_test_rows, count=arguments.rows, max_atoms=20, seed=arguments.seed)
    rows = read_test_rows(table, choose=choose) if arguments.rows else []
    for strength in arguments.strengths:
        print(f"\nw = {strength:g}")
        if arguments.n:
            _stability(model, known, strength, arguments.n, arguments.seed)
        if rows:
            study = ConditioningStudy(
                KINDS, hard=False, each=arguments.each, seed=arguments.seed, guidance=strength
            )
            trials = with_gaps(write_trials(model, rows, study), known)
            for rates in condition_rates([trial for trial, _ in trials]):
                unchecked = f", {rates.unchecked} unchecked" if rates.unchecked else ""
                print(f"  {rates.kind}: {rates.met}{unchecked}")


def _stability(
    model: LoadedModel, known: KnownCrystals, strength: float, count: int, seed: int
) -> None:
    asked = Conditions(energy_above_hull_ev_per_atom=0.0)
    request = replace(USUAL, count=count, conditions=asked, guidance=strength, seed=seed)
    began = time.process_time()
    written = sorted(write_crystals(model, request), key=lambda crystal: crystal.index)
    seconds = (time.process_time() - began) / count
    path = default_reference(settings().models, "chgnet")
    reference = None if path is None else read_reference(path)
    with default_cache(settings()) as cache:
        bench = JudgingResources(reference=reference, known=known, processes=1, cache=cache)
        candidates = sorted(judge(begun(written), bench), key=lambda candidate: candidate.index)
        candidates = compared(candidates, known, reference)
    for name, members in (
        ("at most 0.1 eV/atom above hull", _within(candidates, 0.1)),
        ("at most 0.05 eV/atom", _within(candidates, 0.05)),
        ("unique", [c for c in candidates if c.novelty is not None and c.novelty.unique]),
        ("novel", [c for c in candidates if c.novelty is not None and c.novelty.novel]),
        (
            "at most 0.1, unique, novel, of two elements or more",
            [
                candidate
                for candidate in _within(candidates, 0.1)
                if candidate.novelty is not None
                and candidate.novelty.unique_and_novel
                and len(candidate.elements) > 1
            ],
        ),
    ):
        print(f"  {name}: {Rate(len(members), count, 'asked')}")
    print(f"  CPU s to write one: {seconds:.3f}")


def _within(candidates: Sequence[Candidate], most: float) -> list[Candidate]:
    return [
        candidate
        for candidate in candidates
        if candidate.energy_above_hull_ev_per_atom is not None
        and candidate.energy_above_hull_ev_per_atom <= most
    ]


if __name__ == "__main__":
    main()
