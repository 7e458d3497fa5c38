"""Relaxations a second and their minima: this package against stock CHGNet by ASE.

    python benchmarks/relaxation.py [out.jsonl] [--n 100] [--rounds 3] [--processes 2]

Both relax the same crystals that the model wrote, with the same optimizer, force limit and
step limit: ours in a pool of processes with one thread each, stock CHGNet's calculator one
by one with torch's default threads. Each engine runs in a process of its own; loading is
not counted. A rate is the median over rounds, which alternate. CPU seconds count all cores:
on a machine that is busy they say more than the clock. Memory is the largest
resident set of all processes of an engine together. Crystals that are refused before
relaxing (atoms on each other) are left out on both sides. Without a file, crystals are
written with the shipped model first, atoms kept apart as usual.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from crystal_llm.relaxation.result import OPTIMIZERS, RelaxationSettings
from crystal_llm.types import PlainCrystal

SAME_MINIMUM_EV_PER_ATOM = 0.001
WARM_UP = PlainCrystal(
    (3.98, 3.98, 3.98), (60.0, 60.0, 60.0), ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)


def generated(path: Path, count: int) -> None:
    """Crystals of the shipped model."""
    command = [sys.executable, "-m", "crystal_llm.cli.main", "generate", "--n", str(3 * count)]
    subprocess.run([*command, "--out", str(path)], check=True)


def relaxable(path: Path, count: int) -> tuple[list[str], list[PlainCrystal], int]:
    """Names and crystals that pass the checks, and how many were looked at."""
    from crystal_llm.io.candidates_file import read_candidates
    from crystal_llm.potentials.loading import potential_card
    from crystal_llm.relaxation.checks import flaw

    names, crystals, seen = [], [], 0
    for row in read_candidates(path):
        if len(crystals) == count:
            break
        seen += 1
        if row.crystal is not None and flaw(row.crystal, potential_card("chgnet")) is None:
            names.append(row.id)
            crystals.append(row.crystal)
    return names, crystals, seen


def ours(crystals: list[PlainCrystal], settings: RelaxationSettings, processes: int) -> Any:
    from crystal_llm.relaxation.pool import RelaxationPool

    with RelaxationPool(processes) as pool:
        list(pool.relax([WARM_UP] * processes, "chgnet", settings))
        start, cpu = time.perf_counter(), _cpu_seconds(pool.process_ids)
        results = dict(pool.relax(crystals, "chgnet", settings))
        wall = time.perf_counter() - start
        cpu = _cpu_seconds(pool.process_ids) - cpu
    found = [results[index] for index in range(len(crystals))]
    return (
        wall,
        cpu,
        [
            {
                "energy": one.energy_ev_per_atom,
                "converged": one.converged,
                "steps": one.steps,
                "failure": one.failure,
            }
            for one in found
        ],
    )


def stock(crystals: list[PlainCrystal], settings: RelaxationSettings) -> Any:
    from ase.filters import FrechetCellFilter
    from ase.optimize import BFGS, FIRE, LBFGS
    from chgnet.model.dynamics import CHGNetCalculator
    from pymatgen.io.ase import AseAtomsAdaptor

    from crystal_llm.crystal.conversion import structure

    calculator = CHGNetCalculator(use_device="cpu")
    kind: Any = {"FIRE": FIRE, "LBFGS": LBFGS, "BFGS": BFGS}[settings.optimizer]
    found = []
    start = cpu = 0.0
    for crystal in [WARM_UP, *crystals]:
        atoms = AseAtomsAdaptor.get_atoms(structure(crystal), msonable=False)
        atoms.calc = calculator
        optimizer = kind(FrechetCellFilter(atoms), logfile=None)
        record: dict[str, Any] = {"failure": None}
        try:
            record["converged"] = bool(
                optimizer.run(fmax=settings.max_force_ev_per_angstrom, steps=settings.max_steps)
            )
            record["energy"] = float(atoms.get_potential_energy()) / len(atoms)
            record["relaxed"] = AseAtomsAdaptor.get_structure(atoms).to_json()
        except Exception as error:  # stock CHGNet has no other word for a failure
            record |= {"converged": False, "energy": None, "failure": repr(error)[:100]}
        found.append(record | {"steps": optimizer.nsteps})
        if len(found) == 1:  # the first one warms up
            start, cpu = time.perf_counter(), time.process_time()
    return time.perf_counter() - start, time.process_time() - cpu, found[1:]


def _cpu_seconds(process_ids: tuple[int, ...]) -> float:
    import psutil

    times = [psutil.Process(pid).cpu_times() for pid in process_ids]
    return sum(one.user + one.system for one in times)


def engine(name: str, order: dict[str, Any]) -> None:
    """Runs one engine in this process and prints its results."""
    crystals = [PlainCrystal(*(_tuple(part) for part in one)) for one in order["crystals"]]
    settings = RelaxationSettings(**order["settings"])
    if name == "ours":
        wall, cpu, found = ours(crystals, settings, order["processes"])
    else:
        wall, cpu, found = stock(crystals, settings)
    print(json.dumps({"wall": wall, "cpu": cpu, "found": found}))


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value


def timed(name: str, order: dict[str, Any]) -> dict[str, Any]:
    """One engine in a process of its own, with the peak memory of its tree in MB."""
    import psutil

    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as printed:
        given.write(json.dumps(order).encode())
        given.seek(0)
        command = [sys.executable, __file__, "--engine", name]
        running = subprocess.Popen(command, stdin=given, stdout=printed, stderr=subprocess.DEVNULL)
        tree, peak = psutil.Process(running.pid), 0
        while running.poll() is None:
            try:
                members = [tree, *tree.children(recursive=True)]
                peak = max(peak, sum(one.memory_info().rss for one in members))
            except psutil.Error:  # one of them has just ended
                pass
            time.sleep(0.2)
        printed.seek(0)
        answer: dict[str, Any] = json.loads(printed.read().decode().splitlines()[-1])
    return answer | {"peak_mb": peak / 1e6}


def compared(names: list[str], mine: list[Any], theirs: list[Any]) -> None:
    """Prints how many minima are the same, and names the others."""
    both = [
        (name, one, other)
        for name, one, other in zip(names, mine, theirs, strict=True)
        if one["converged"] and other["converged"]
    ]
    apart = [
        (name, one, other)
        for name, one, other in both
        if abs(one["energy"] - other["energy"]) > SAME_MINIMUM_EV_PER_ATOM
    ]
    print(
        f"converged: ours {sum(one['converged'] for one in mine)} of {len(mine)}, stock "
        f"{sum(one['converged'] for one in theirs)} of {len(theirs)}, both {len(both)}"
    )
    print(f"same minimum within 1 meV/atom: {len(both) - len(apart)} of {len(both)}")
    for name, one, other in apart:
        print(
            f"  {name}: ours {one['energy']:.4f} eV/atom in {one['steps']} steps, stock "
            f"{other['energy']:.4f} in {other['steps']}"
        )
    for name, one, other in zip(names, mine, theirs, strict=True):
        if one["converged"] != other["converged"]:
            said = [
                each["failure"] or ("converged" if each["converged"] else "steps ran out")
                for each in (one, other)
            ]
            print(f"  {name}: ours {said[0]}; stock {said[1]}")


def evaluated_alike(theirs: list[Any]) -> float:
    """Largest difference of the two energies at the stock's minima, eV/atom."""
    from pymatgen.core import Structure

    from crystal_llm.potentials.loading import load_potential
    from crystal_llm.settings import settings

    potential = load_potential("chgnet", settings())
    return max(
        abs(
            potential.static_energy_ev_per_atom(Structure.from_str(one["relaxed"], fmt="json"))
            - energy
        )
        for one in theirs
        if (energy := one["energy"]) is not None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("candidates", type=Path, nargs="?", help="what `generate` wrote")
    parser.add_argument("--n", type=int, default=100, help="crystals (default 100)")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--processes", type=int, default=2, help="default 2")
    parser.add_argument("--fmax", type=float, default=0.05, help="eV/Å, default 0.05")
    parser.add_argument("--steps", type=int, default=500, help="default 500")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="FIRE")
    parser.add_argument("--engine", choices=("ours", "stock"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        engine(arguments.engine, json.load(sys.stdin))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.candidates
        if path is None:
            path = Path(folder) / "out.jsonl"
            generated(path, arguments.n)
        names, crystals, seen = relaxable(path, arguments.n)
    sizes = [len(one.species) for one in crystals]
    print(
        f"{len(crystals)} of {seen} crystals are relaxed, {min(sizes)} to {max(sizes)} atoms "
        f"(median {statistics.median(sizes):g}); {arguments.optimizer}, fmax {arguments.fmax:g} "
        f"eV/Å, at most {arguments.steps} steps"
    )
    order = {
        "crystals": [
            (one.lengths_angstrom, one.angles_degrees, one.species, one.fractional_coordinates)
            for one in crystals
        ],
        "settings": {
            "max_force_ev_per_angstrom": arguments.fmax,
            "max_steps": arguments.steps,
            "time_limit_s": 3600.0,
            "optimizer": arguments.optimizer,
        },
        "processes": arguments.processes,
    }
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "stock": []}
    for _ in range(arguments.rounds):
        for name, done in runs.items():
            done.append(timed(name, order))
    rates = {}
    for name, done in runs.items():
        rates[name] = len(crystals) / statistics.median(one["wall"] for one in done)
        steps = sum(one["steps"] for one in done[0]["found"])
        print(
            f"{name}: {rates[name]:.3f} structures/s, {steps} steps, "
            f"{statistics.median(one['cpu'] for one in done):.1f} CPU s, peak memory "
            f"{max(one['peak_mb'] for one in done):.0f} MB"
        )
    print(f"ratio: {rates['ours'] / rates['stock']:.2f}")
    compared(names, runs["ours"][0]["found"], runs["stock"][0]["found"])
    alike = evaluated_alike(runs["stock"][0]["found"])
    print(f"energies of both at the stock's minima: at most {alike:.1e} eV/atom apart")


if __name__ == "__main__":
    main()
