"""A quick stand-in for a trained potential: Lennard-Jones, the same for all elements.

It serves whoever tests what is done with a potential. Some elements make it misbehave:
:data:`HANGS` stays in one step for ever, :data:`DIES` kills its own process, :data:`LOSES`
fails as a broken GPU does.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
from ase.calculators.lj import LennardJones

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError
from crystal_llm.potentials.cards import check_potential_elements
from crystal_llm.potentials.neighbors import check_finite, directed_bonds
from crystal_llm.potentials.potential import PotentialCard
from crystal_llm.types import PlainCrystal

LOADER = "pair_potential:load_pair"
HANGS, DIES, LOSES = "Xe", "Kr", "Rn"
SIGMA_ANGSTROM, CUTOFF_ANGSTROM = 2.6, 6.0

CARD = PotentialCard(
    name="pair",
    title="Lennard-Jones",
    method=EnergyMethod("pair", "0" * 64, "Lennard-Jones", "none", "total"),
    elements=frozenset({"O", "Ne", "Ar", "Na", "Cl", "Ti", "Cu", HANGS, DIES, LOSES}),
    correction="impossible",
    source="ASE",
)


class _Pairs(LennardJones):
    def __init__(self):
        super().__init__(sigma=SIGMA_ANGSTROM, epsilon=0.2, rc=CUTOFF_ANGSTROM, ro=5.0, smooth=True)

    def calculate(self, atoms=None, *args, **kwargs):
        symbols = set(atoms.get_chemical_symbols())
        check_potential_elements(CARD, symbols)
        directed_bonds(atoms.get_scaled_positions(), atoms.cell.array, CUTOFF_ANGSTROM)
        if HANGS in symbols:
            time.sleep(3600)
        if DIES in symbols:
            os.kill(os.getpid(), signal.SIGKILL)
        if LOSES in symbols:
            raise RuntimeError("CUDA error: unspecified launch failure\nCompile with …")
        with np.errstate(divide="ignore", invalid="ignore"):
            super().calculate(atoms, *args, **kwargs)
        check_finite(self.results["energy"])


class PairPotential:
    """See :class:`crystal_llm.potentials.potential.Potential`."""

    card = CARD

    def calculator(self):
        return _Pairs()

    def static_energy_ev_per_atom(self, structure):
        from pymatgen.io.ase import AseAtomsAdaptor

        atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
        atoms.calc = _Pairs()
        return float(atoms.get_potential_energy()) / len(atoms)

    def energy_ev_per_atom(self, structure, raw_ev_per_atom):
        return raw_ev_per_atom


class PairBatchPotential(PairPotential):
    """See :class:`crystal_llm.potentials.potential.BatchPotential`; it notes its passes."""

    together = 3
    most_atoms = 1000

    def __init__(self):
        self.passes = []

    def evaluate_many(self, crystals):
        self.passes.append(len(crystals))
        if sum(map(len, crystals)) > self.most_atoms:
            raise MemoryError("too many atoms for this memory")
        results = []
        for atoms in crystals:
            alone = atoms.copy()
            alone.calc = _Pairs()
            try:
                alone.get_forces(), alone.get_stress()
                results.append(alone.calc.results)
            except PotentialError as error:
                results.append(error)
        return results


def load_pair(name, settings):
    """A loader as the pool wants it; some names cannot be loaded."""
    if name == "unknown":
        raise PotentialError("potential 'unknown' is unknown: use one of pair")
    if name == "breaks":
        raise RuntimeError("a fault of ours")
    return PairPotential()


def load_pair_once(name, settings):
    """A loader that serves the first process and no other; the name is a file that it makes."""
    try:
        Path(name).touch(exist_ok=False)
    except FileExistsError:
        os.kill(os.getpid(), signal.SIGKILL)
    return PairPotential()


def load_pair_batch(name, settings):
    """The same, of which processes relax three at once."""
    return PairBatchPotential()


def face_centred(symbol="Ar", a=4.2, at=(0.0, 0.0, 0.0)):
    """One atom in the primitive cell of a face-centred cubic crystal, a in Å."""
    edge = a / 2**0.5
    return PlainCrystal((edge,) * 3, (60.0,) * 3, (symbol,), (tuple(at),))


def cubic(symbols=("Ar",) * 4, a=4.2):
    """Four atoms on the sites of a face-centred cubic crystal, the second one shifted."""
    sites = ((0.0, 0.0, 0.0), (0.05, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
    return PlainCrystal((a,) * 3, (90.0,) * 3, tuple(symbols), sites[: len(symbols)])
