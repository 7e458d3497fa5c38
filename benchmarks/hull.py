"""Energy above hull: ours against pymatgen's PhaseDiagram and PatchedPhaseDiagram.

    python benchmarks/hull.py [REFERENCE_OR_TABLE.parquet] [--queries 1000] [--systems 100]

Two sets of queries, from the systems of known phases with two to five elements, drawn at
random. The first is for ours alone: every query has a composition of its own, and nothing
is kept from one call to the next. The second is for all: a few compositions in each of some
systems, since a PhaseDiagram is made for one system and takes long. Times are medians over
the queries. PatchedPhaseDiagram is made once, of all phases of those systems.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "shared" / "data" / "mp_formation_energies.parquet"
PER_SYSTEM = 5
REPEATS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", type=Path, nargs="?", default=TABLE)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--systems", type=int, default=100)
    options = parser.parse_args()
    warnings.simplefilter("ignore")

    from pymatgen.analysis.phase_diagram import PatchedPhaseDiagram, PDEntry, PhaseDiagram
    from pymatgen.core import Composition

    from crystal_llm.errors import StabilityError
    from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull, energy_above_hull
    from crystal_llm.stability.references.reference_file import read_reference
    from crystal_llm.stability.references.reference_from_table import reference_from_table

    try:
        reference, load_s = timed(lambda: read_reference(options.reference))
    except StabilityError:
        reference, load_s = timed(lambda: reference_from_table(options.reference).reference)
    method = reference.method
    rng = random.Random(0)
    missing = set(reference.missing_terminals)
    systems = sorted(
        elements
        for elements in {tuple(phase.composition) for phase in reference}
        if 2 <= len(elements) <= 5 and missing.isdisjoint(elements)
    )

    def asked(elements: tuple[str, ...]) -> PhaseEnergy:
        return PhaseEnergy({symbol: rng.randint(1, 12) for symbol in elements}, -1.0)

    many = [asked(rng.choice(systems)) for _ in range(options.queries)]
    _, first_s = timed(lambda: energies_above_hull(many, method, reference))
    many_s = statistics.median(
        timed(lambda: energies_above_hull(many, method, reference))[1] for _ in range(REPEATS)
    )

    times: dict[str, list[float]] = {"ours": [], "made": [], "asked": [], "patched": []}
    differences: list[float] = []
    values: list[tuple[Any, float]] = []
    entries: dict[str, Any] = {}
    for elements in rng.sample(systems, min(options.systems, len(systems))):
        places = reference.chemical_system(elements).phases.tolist()
        phases = [reference.phase(place) for place in places]
        made = [
            PDEntry(c := Composition(phase.composition), phase.energy_ev_per_atom * c.num_atoms)
            for phase in phases
        ]
        entries |= {phase.formula: entry for phase, entry in zip(phases, made, strict=True)}
        diagram, made_s = timed(lambda made=made: PhaseDiagram(made))
        times["made"].append(made_s)
        for _ in range(PER_SYSTEM):
            query = asked(elements)
            composition = Composition(query.composition)
            result, one_s = timed(lambda query=query: energy_above_hull(query, method, reference))
            times["ours"].append(one_s)
            (_, energy), one_s = timed(
                lambda c=composition, d=diagram: d.get_decomp_and_hull_energy_per_atom(c)
            )
            times["asked"].append(one_s)
            differences.append(abs(-1.0 - energy - result.energy_above_hull_ev_per_atom))
            values.append((composition, -1.0 - result.energy_above_hull_ev_per_atom))
    queries = [PhaseEnergy(composition, -1.0) for composition, _ in values]
    _, together_s = timed(lambda: energies_above_hull(queries, method, reference))
    together_s /= len(queries)
    patched, patched_s = timed(lambda: PatchedPhaseDiagram(list(entries.values())))
    patched_differences = []
    for composition, expected in values:
        (_, energy), one_s = timed(
            lambda c=composition: patched.get_decomp_and_hull_energy_per_atom(c)
        )
        times["patched"].append(one_s)
        patched_differences.append(abs(energy - expected))

    median = {name: statistics.median(found) for name, found in times.items()}
    cold = median["made"] + median["asked"]
    print(f"reference: {len(reference)} phases, {len(systems)} systems, ready in {load_s:.2f} s")
    print(
        f"{len(many)} queries, each with a composition of its own: {many_s:.2f} s "
        f"(the first time {first_s:.2f} s)"
    )
    print(f"{len(values)} queries in {len(times['made'])} systems, median milliseconds a query:")
    for name, seconds in (
        ("ours, each asked alone", median["ours"]),
        ("ours, all asked in one call", together_s),
        ("PhaseDiagram, made for the query", cold),
        ("PhaseDiagram, made before", median["asked"]),
        (f"PatchedPhaseDiagram, made before in {patched_s:.1f} s", median["patched"]),
    ):
        ratio = seconds / median["ours"]
        print(f"  {name:54} {seconds * 1e3:9.3f}   {ratio:8.1f} × ours")
    worst = max(differences)
    print(f"largest difference to PhaseDiagram {worst:.1e} eV/atom", end="")
    print(f", to PatchedPhaseDiagram {max(patched_differences):.1e} eV/atom")
    print(
        json.dumps(
            {
                "reference": reference.reference_id,
                "n_phases": len(reference),
                "queries": len(many),
                "queries_s": many_s,
                "queries_first_s": first_s,
                "compared": len(values),
                "ours_s": median["ours"],
                "ours_together_s": together_s,
                "phase_diagram_cold_s": cold,
                "phase_diagram_warm_s": median["asked"],
                "patched_made_s": patched_s,
                "patched_s": median["patched"],
                "largest_difference_ev_per_atom": worst,
                "largest_difference_patched_ev_per_atom": max(patched_differences),
            }
        )
    )


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    main()
