"""How good are our energies above hull? Against DFT's, for phases left out of the reference.

    python benchmarks/hull_accuracy.py STRUCTURES.parquet FORMATION.parquet --folder FOLDER

The test phases are drawn from those with an exact DFT formation energy, stable and unstable,
and left out of both references at once. DFT's hull is made of the formation energies of all
other compositions. Ours is made of the energies of all other structures as they are given; for
the potentials after the first, of those structures that the first puts within a bound of its
own hull in the chemical systems of the test phases, since others take no part in a hull. All
energies are of the DFT structures, so errors of relaxation are not in the figures.

Energies are kept in FOLDER (a journal a potential), so a killed run goes on.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from crystal_llm.cli.command import Countdown
from crystal_llm.dataset.source_table import read_source_table
from crystal_llm.energy_method import MP2020_FORMATION
from crystal_llm.errors import StabilityError
from crystal_llm.evaluation.rates import Rate
from crystal_llm.potentials.loading import potential_card
from crystal_llm.stability.hull import PhaseEnergy, energies_above_hull
from crystal_llm.stability.references.reference import (
    Reference,
    ReferenceProvenance,
    build_reference,
)
from crystal_llm.stability.references.reference_from_structures import (
    ComputedEnergy,
    KnownCrystal,
    compute_energies,
    reference_of,
)

METASTABLE_EV_PER_ATOM = 0.1


@dataclass(frozen=True)
class TestPhase:
    """A phase left out of the reference, with its DFT formation energy."""

    material_id: str
    formula: str
    formation_energy_ev_per_atom: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("structures", type=Path)
    parser.add_argument("formation", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="for journals and results")
    parser.add_argument("--potentials", default="chgnet,sevennet-0,m3gnet")
    parser.add_argument("--phases", type=int, default=3000)
    parser.add_argument("--bound", type=float, default=0.02, help="eV/atom, see above")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the parity plot")
    args = parser.parse_args()
    test = draw_test(args.structures, args.phases)
    left_out = {one.material_id for one in test}
    dft = dft_above_hull(args.formation, test, left_out)
    crystals = [
        KnownCrystal(one.material_id, one.content)
        for one in read_source_table(args.structures, keep_near_test=True).crystals
    ]
    columns: dict[str, dict[str, float | None]] = {"DFT": dft}
    names = args.potentials.split(",")
    chosen: set[str] | None = None
    for name in names:
        asked = [one for one in crystals if chosen is None or one.material_id in chosen]
        energies = compute_energies(
            asked,
            name,
            args.folder / f"{name}.journal",
            processes=args.processes,
            progress=Countdown(f"{name} energies"),
        )
        columns[name] = above_hull(energies, left_out, name)
        report(name, len(asked), dft, columns[name])
        if chosen is None:
            chosen = left_out | near_hull(energies, left_out, name, test, args.bound)
            first = [one for one in energies if one.material_id in chosen]
            columns[f"{name}, few"] = above_hull(first, left_out, name)
            report(f"{name}, few", len(first), dft, columns[f"{name}, few"])
    frame = pd.DataFrame({"material_id": [one.material_id for one in test]})
    for name, values in columns.items():
        frame[name] = [values.get(one.material_id) for one in test]
    frame.to_parquet(args.folder / "accuracy.parquet")
    if args.plot is not None:
        draw(frame, names, args.plot)


def draw_test(structures: Path, count: int) -> list[TestPhase]:
    """Phases with an exact DFT formation energy, drawn at random."""
    frame = pd.read_parquet(structures)
    frame = frame[(frame["energy_source"] == "exact") & (frame["e_above_hull"] <= 1.0)]
    places = random.Random(0).sample(range(len(frame)), min(count, len(frame)))
    drawn = frame.iloc[sorted(places)]
    return [
        TestPhase(str(one.material_id), str(one.formula), float(one.formation_energy_per_atom))
        for one in drawn.itertuples()
    ]


def dft_above_hull(
    formation: Path, test: list[TestPhase], left_out: set[str]
) -> dict[str, float | None]:
    """DFT's energy above hull; a composition whose only energy is of a test phase is out."""
    frame = pd.read_parquet(formation)
    frame = frame[~frame["material_id"].isin(left_out)]
    rows = zip(frame["material_id"], frame["formula"], frame["e_form_mp2020"], strict=True)
    reference = build_reference(rows, ReferenceProvenance(MP2020_FORMATION, "DFT", "2026-01-01"))
    phases = [PhaseEnergy(one.formula, one.formation_energy_ev_per_atom) for one in test]
    results = energies_above_hull(phases, reference.method, reference)
    return {
        one.material_id: result.energy_above_hull_ev_per_atom
        for one, result in zip(test, results, strict=True)
    }


def above_hull(
    energies: list[ComputedEnergy], left_out: set[str], potential: str
) -> dict[str, float | None]:
    """A potential's energy above the hull of all that is not left out."""
    reference = _reference(energies, left_out, potential)
    asked = [
        one
        for one in energies
        if one.material_id in left_out and one.energy_ev_per_atom is not None
    ]
    phases = [PhaseEnergy(one.formula, one.energy_ev_per_atom) for one in asked]
    results = energies_above_hull(phases, reference.method, reference)
    return {
        one.material_id: result.energy_above_hull_ev_per_atom
        for one, result in zip(asked, results, strict=True)
    }


def near_hull(
    energies: list[ComputedEnergy],
    left_out: set[str],
    potential: str,
    test: list[TestPhase],
    bound_ev_per_atom: float,
) -> set[str]:
    """Phases near the hull in the chemical systems of the test phases."""
    from crystal_llm.crystal.composition import element_amounts

    reference = _reference(energies, left_out, potential)
    places: set[int] = set()
    for elements in {tuple(element_amounts(one.formula)) for one in test}:
        try:
            places.update(reference.chemical_system(elements).phases.tolist())
        except StabilityError:
            continue
    phases = [reference.phase(place) for place in sorted(places)]
    results = energies_above_hull(
        [PhaseEnergy(one.composition, one.energy_ev_per_atom) for one in phases],
        reference.method,
        reference,
    )
    return {
        phase.material_id
        for phase, result in zip(phases, results, strict=True)
        if result.energy_above_hull_ev_per_atom is None
        or result.energy_above_hull_ev_per_atom <= bound_ev_per_atom
    }


def _reference(energies: list[ComputedEnergy], left_out: set[str], potential: str) -> Reference:
    kept = [one for one in energies if one.material_id not in left_out]
    return reference_of(kept, potential, "known phases without the test phases")


def report(
    name: str,
    n_structures: int,
    dft: dict[str, float | None],
    ours: dict[str, float | None],
) -> None:
    """Prints the error of one potential as one JSON line."""
    pairs = [
        (dft[key], value)
        for key, value in ours.items()
        if value is not None and dft.get(key) is not None
    ]
    theirs, found = np.array(pairs).T
    error = found - theirs
    agree = (found <= METASTABLE_EV_PER_ATOM) == (theirs <= METASTABLE_EV_PER_ATOM)
    above = theirs > METASTABLE_EV_PER_ATOM
    title = potential_card(name.split(",")[0]).title
    told = {
        "potential": title if "few" not in name else f"{title}, few reference phases",
        "structures": n_structures,
        "test_phases": len(pairs),
        "without_a_value": len(ours) - len(pairs),
        "mean_absolute_error_ev_per_atom": float(np.abs(error).mean()),
        "bias_ev_per_atom": float(error.mean()),
        "median_absolute_error_ev_per_atom": float(np.median(np.abs(error))),
        "agrees_on_0.1": str(Rate(int(agree.sum()), len(pairs), "test phases")),
        "of_those_above_0.1": str(Rate(int(agree[above].sum()), int(above.sum()), "above 0.1")),
        "of_those_below_0.1": str(Rate(int(agree[~above].sum()), int((~above).sum()), "below 0.1")),
    }
    print(json.dumps(told), flush=True)


def draw(frame: pd.DataFrame, potentials: list[str], path: Path) -> None:
    """Draws our energies above hull over DFT's, one panel a potential."""
    from matplotlib.figure import Figure

    low, high = -0.15, 0.5
    figure = Figure(figsize=(4.2 * len(potentials), 4.4), layout="constrained")
    axes = np.atleast_1d(figure.subplots(1, len(potentials), sharey=True))
    for axis, name in zip(axes, potentials, strict=True):
        pairs = frame[["DFT", name]].dropna().to_numpy(float)
        inside = ((pairs >= low) & (pairs <= high)).all(axis=1)
        axis.plot([low, high], [low, high], color="#8b97a5", linewidth=1)
        for bound in (axis.axhline, axis.axvline):
            bound(METASTABLE_EV_PER_ATOM, color="#d9480f", linewidth=0.8, linestyle=":")
        axis.scatter(*pairs[inside].T, s=5, alpha=0.35, color="#005a9c", linewidths=0)
        axis.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        axis.set_xlabel("DFT, energy above hull (eV/atom)")
        error = np.abs(pairs[:, 1] - pairs[:, 0]).mean()
        title = potential_card(name).title
        axis.set_title(
            f"{title}\nmean absolute error {1000 * error:.0f} meV/atom; "
            f"{int((~inside).sum())} of {len(pairs)} outside",
            fontsize=9,
        )
    axes[0].set_ylabel("potential, energy above hull (eV/atom)")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, bbox_inches="tight")


if __name__ == "__main__":
    main()
