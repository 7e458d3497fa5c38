"""How often a formula alone leads back to its known structure: one crystal, or the best of several.

    python benchmarks/structure_prediction.py --n 100 --best-of 12

Formulas are those of stable test crystals of the shipped table (on the hull of the Materials
Project, at most 20 atoms), which no model was trained on. Each is held by the grammar, its number
of formula units too where ``--formula-units`` says so, and one crystal is asked for; it is right
if pymatgen's StructureMatcher (its defaults) finds it the same as the known structure. The
user's alternative is one crystal as it comes, the first row.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import replace

from pymatgen.analysis.structure_matcher import StructureMatcher

from crystal_llm.crystal.conversion import structure
from crystal_llm.dataset.known_crystals import read_known_crystals
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES
from crystal_llm.evaluation.rates import Rate
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.usual import USUAL
from crystal_llm.generation.writer import write_crystals
from crystal_llm.language_model.loading import load_model
from crystal_llm.settings import settings
from crystal_llm.stability.written_energies import shipped_energies
from crystal_llm.types import Conditions, PlainCrystal

MOST_ATOMS = 20
ON_HULL_EV_PER_ATOM = 0.001


def stable_test_crystals(n: int, seed: int) -> list[PlainCrystal]:
    """Drawn from the shipped table, of at least two elements."""
    rows = [
        row
        for row in read_known_crystals(settings().models / SHIPPED_STRUCTURES)
        if row.split == "test"
        and len(row.crystal.species) <= MOST_ATOMS
        and row.energy_above_hull_ev_per_atom is not None
        and row.energy_above_hull_ev_per_atom <= ON_HULL_EV_PER_ATOM
        and len(set(row.crystal.species)) > 1
    ]
    return [row.crystal for row in random.Random(seed).sample(rows, n)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact")
    parser.add_argument("--n", type=int, default=100, help="formulas (default 100)")
    parser.add_argument("--best-of", type=int, default=12, metavar="K")
    parser.add_argument("--seed", type=int, default=0, help="of the formulas that are drawn")
    parser.add_argument("--formula-units", action="store_true", help="tell their number, too")
    arguments = parser.parse_args()
    model, energies = load_model(arguments.model), shipped_energies(settings())
    crystals = stable_test_crystals(arguments.n, arguments.seed)
    ways: dict[str, Callable[[GenerationRequest], GenerationRequest]] = {
        "one, as it comes": lambda request: request,
        f"likeliest of {arguments.best_of}": lambda request: replace(
            request, best_of=arguments.best_of
        ),
        f"lowest above the hull of {arguments.best_of}": lambda request: replace(
            request, best_of=arguments.best_of, chosen_by="energy"
        ),
    }
    for name, way in ways.items():
        right, began = 0, time.process_time()
        for crystal in crystals:
            target = structure(crystal)
            reduced = target.composition.reduced_composition
            units = round(len(target) / reduced.num_atoms) if arguments.formula_units else None
            asked = Conditions(formula=reduced.formula, energy_above_hull_ev_per_atom=0.0)
            request = replace(
                USUAL, count=1, conditions=asked, hard=frozenset({"formula"}), formula_units=units
            )
            (written,) = write_crystals(model, way(request), energies=energies)
            made = written.structure()
            right += made is not None and StructureMatcher().fit(made, target)
        seconds = (time.process_time() - began) / len(crystals)
        print(f"{name}: {Rate(right, len(crystals), 'formulas')}, {seconds:.2f} CPU s each")


if __name__ == "__main__":
    main()
