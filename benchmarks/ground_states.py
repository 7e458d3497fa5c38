"""Where known ground states come out on the hull, with competing phases as given and relaxed.

    python benchmarks/ground_states.py [TABLE.parquet] [--n 50] [--most-atoms 6] [--seed 7]

and the same through the command that everybody uses:

    python benchmarks/ground_states.py --n 100 --most-atoms 8 --seed 14 --write FOLDER
    crystal-llm hull FOLDER/*.cif --json > hull.json
    python benchmarks/ground_states.py --read hull.json

Ground states of DFT that are those of CHGNet as well are displaced and strained, so that they
have somewhere to come back from, relaxed, and placed on the hull of the shipped reference.
Right is 0. TABLE holds the known structures (default: the shipped ones). What was relaxed is
in the cache of the home folder, so that a larger ``--n`` goes on from a smaller one.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crystal_llm.crystal.composition import element_amounts
from crystal_llm.crystal.conversion import structure
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES, KnownStructures
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.cache import default_cache
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.stability.hull import PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference import Reference
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.stability.references.reference_file import read_reference
from crystal_llm.stability.relaxed_competitors import relaxing, with_relaxed_competitors
from crystal_llm.types import PlainCrystal

POTENTIAL = "chgnet"
STRAIN, DISPLACEMENT_ANGSTROM = 0.01, 0.03
SAMPLE_SEED, NOISE_SEED = 7, 3


def main() -> None:
    """Prints the figures, or writes the crystals for the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "table", type=Path, nargs="?", default=settings().models / SHIPPED_STRUCTURES
    )
    parser.add_argument("--n", type=int, default=50)
    parser.add_argument("--most-atoms", type=int, default=6)
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="of the sample")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="only write CIF files")
    parser.add_argument("--read", type=Path, metavar="JSON", help="tell what the command printed")
    options = parser.parse_args()
    if options.read is not None:
        tell_command(json.loads(options.read.read_text(encoding="utf-8"))["rows"])
        return
    path = default_reference(settings().models, POTENTIAL)
    assert path is not None
    reference = read_reference(path)
    known = KnownStructures(options.table)
    names = ground_states(options.table, options.most_atoms, reference, options.seed)
    rng = np.random.default_rng(NOISE_SEED)
    crystals = {}
    for _, name in zip(range(options.n), names, strict=False):
        crystal = known.crystal(name)
        assert crystal is not None
        crystals[name] = disturbed(crystal, rng)
    if options.write is not None:
        options.write.mkdir(parents=True, exist_ok=True)
        for name, crystal in crystals.items():
            structure(crystal).to(str(options.write / f"{name}.cif"), fmt="cif")
        return
    place_directly(list(crystals.values()), reference, known)


def place_directly(
    crystals: list[PlainCrystal], reference: Reference, known: KnownStructures
) -> None:
    """Relaxes and places among phases as given and relaxed, energies as they are."""
    usual = RelaxationSettings()
    with default_cache(settings()) as cache:
        results = dict(relax_many(crystals, POTENTIAL, usual, cache=cache))
        phases = [
            PhaseEnergy(Counter(crystals[place].species), result.energy_ev_per_atom)
            for place, result in sorted(results.items())
            if result.converged and result.energy_ev_per_atom is not None
        ]
        relax = relaxing(POTENTIAL, usual, cache)
        among = with_relaxed_competitors(reference.as_given, phases, known, relax)
    print(f"{len(phases)} of {len(crystals)} ground states relaxed; meV/atom above the hull:")
    for told, hull in (("as given", reference.as_given), ("relaxed", among)):
        placed = [energy_above_hull(phase, hull.method, hull) for phase in phases]
        tell(
            f"competing phases {told}", [one.energy_above_hull_ev_per_atom or 0.0 for one in placed]
        )


def tell_command(rows: list[dict[str, Any]]) -> None:
    """What ``crystal-llm hull --json`` said of the crystals."""
    placed = [row for row in rows if row["e_above_hull_ev_per_atom"] is not None]
    converged = sum(bool(row["converged"]) for row in placed)
    print(f"{len(rows)} ground states, {len(placed)} placed, {converged} converged; meV/atom:")
    tell("above the hull", [row["e_above_hull_ev_per_atom"] for row in placed])
    for row in placed:
        above = 1000 * row["e_above_hull_ev_per_atom"]
        if abs(above) > 1:
            print(f"  {row['id']} {row['formula']}: {above:.2f}")


def tell(what: str, above_ev_per_atom: list[float]) -> None:
    """One line of figures."""
    above = 1000 * np.array(above_ev_per_atom)
    print(
        f"{what}: mean {above.mean():.2f}, median {np.median(above):.2f}, exactly 0 "
        f"{(above == 0).sum()}, below the hull {(above < 0).sum()}, more than 1 off "
        f"{(abs(above) > 1).sum()}, largest {abs(above).max():.2f}"
    )


def ground_states(table: Path, most_atoms: int, reference: Reference, seed: int) -> Iterator[str]:
    """Names of ground states of DFT that lie on the hull of the reference too, at random."""
    columns = ["material_id", "formula", "atoms", "energy_above_hull_ev_per_atom"]
    frame = pd.read_parquet(table, columns=columns)
    small = frame["atoms"].between(2, most_atoms)
    stable = frame[small & (frame["energy_above_hull_ev_per_atom"] <= 1e-6)]
    given = set(reference.as_given.material_ids)
    for row in stable.sample(frac=1, random_state=seed).itertuples():
        if row.material_id not in given:
            continue
        place = reference.place_of(element_amounts(str(row.formula)))
        if place is None:
            continue
        phase = reference.as_given.phase(place)
        result = energy_above_hull(
            PhaseEnergy(phase.composition, phase.energy_ev_per_atom),
            reference.method,
            reference.as_given,
        )
        if phase.material_id == row.material_id and result.energy_above_hull_ev_per_atom == 0:
            yield str(row.material_id)


def disturbed(crystal: PlainCrystal, rng: np.random.Generator) -> PlainCrystal:
    """The crystal with each cell length and each coordinate a little off."""
    a, b, c = (length * (1 + rng.normal(0, STRAIN)) for length in crystal.lengths_angstrom)
    shifts = rng.normal(0, DISPLACEMENT_ANGSTROM, (len(crystal.species), 3))
    shifts /= crystal.lengths_angstrom
    moved = (np.array(crystal.fractional_coordinates) + shifts) % 1.0
    return replace(
        crystal,
        lengths_angstrom=(a, b, c),
        fractional_coordinates=tuple((x, y, z) for x, y, z in moved.tolist()),
    )


if __name__ == "__main__":
    main()
