"""How long the Hull page computes after a change, for systems of about 800 phases.

    python benchmarks/hull_page.py [--phases 800] [--repeats 9]

Phases are drawn at random over the system, a convex energy with noise, about a tenth or
more on the hull. "new system" is the first drawing of a system that was not asked before;
a change is another threshold, or another energy of one of ten candidates, placed and drawn.
Times are medians in ms of the work in the web process, by the clock and (cpu) of the
processor alone, which other programs do not lengthen; the browser's drawing comes on top.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time

from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.stability.drawing.hull_picture import hull_picture
from crystal_llm.stability.drawing.plots import draw_hull
from crystal_llm.stability.hull_candidates import candidates_from, place_candidates
from crystal_llm.stability.references.reference import (
    Reference,
    ReferenceProvenance,
    build_reference,
)

ELEMENTS = ("Li", "Fe", "P", "O")


def synthetic(elements: tuple[str, ...], n_phases: int, seed: int) -> Reference:
    rng = random.Random(seed)
    most = 80 if len(elements) == 2 else 12
    rows = {(symbol,): (symbol, {symbol: 1.0}, 0.0) for symbol in elements}
    formulas: set[tuple[float, ...]] = set()
    while len(formulas) < n_phases - len(elements):
        amounts = {symbol: float(rng.randint(0, most)) for symbol in elements}
        total = sum(amounts.values())
        if max(amounts.values()) == total:
            continue
        shares = tuple(round(one / total, 9) for one in amounts.values())
        if shares in formulas:
            continue
        formulas.add(shares)
        energy = -2 * (1 - sum(one * one for one in shares)) + abs(rng.gauss(0, 0.1))
        rows[shares] = (f"s-{len(rows)}", {s: a for s, a in amounts.items() if a}, energy)
    return build_reference(
        rows.values(), ReferenceProvenance(MP2020_FORMATION, "synthetic", "2026-01-01")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phases", type=int, default=800)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    warm = synthetic(ELEMENTS[:3], 20, 1)
    draw_hull(hull_picture(ELEMENTS[:3], warm))
    found = []
    for n_elements, ternary in ((2, "2d"), (3, "2d"), (3, "3d"), (4, "2d")):
        elements = ELEMENTS[:n_elements]
        reference = synthetic(elements, options.phases, n_elements)
        times: dict[str, list[float]] = {
            name: [] for name in ("threshold", "threshold_cpu", "candidate", "candidate_cpu")
        }
        start = time.perf_counter()
        picture = hull_picture(elements, reference)
        draw_hull(picture, ternary=ternary)
        new = time.perf_counter() - start
        for repeat in range(options.repeats):
            start, cpu = time.perf_counter(), time.process_time()
            picture = hull_picture(elements, reference, highest_ev_per_atom=0.1 + repeat / 100)
            draw_hull(picture, ternary=ternary)
            times["threshold"].append(time.perf_counter() - start)
            times["threshold_cpu"].append(time.process_time() - cpu)
            start, cpu = time.perf_counter(), time.process_time()
            rows = [
                ("", "".join(f"{s}{1 + (i * 7 + j * 3) % 9}" for j, s in enumerate(elements)),
                 -1.0 - repeat / 50 - i / 100, MP2020_FORMATION)
                for i in range(10)
            ]  # fmt: skip
            placed = place_candidates(candidates_from(rows), reference)
            picture = hull_picture(elements, reference, placed.results)
            draw_hull(picture, ternary=ternary)
            times["candidate"].append(time.perf_counter() - start)
            times["candidate_cpu"].append(time.process_time() - cpu)
        found.append(
            {
                "elements": n_elements,
                "view": ternary,
                "phases": len(reference),
                "stable": len(picture.stable),
                "facets": len(picture.facets),
                "new_system_ms": round(1e3 * new, 1),
                **{f"{k}_ms": round(1e3 * statistics.median(v), 1) for k, v in times.items()},
            }
        )
        print(json.dumps(found[-1]), flush=True)


if __name__ == "__main__":
    main()
