"""Textbook crystals, and crystals made of them."""

from __future__ import annotations

import numpy as np

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.flow.config import FlowTrainingConfig
from crystal_llm.flow.network import NetworkShape
from crystal_llm.types import PlainCrystal


def halite(metal: str, halogen: str, a_angstrom: float) -> PlainCrystal:
    """The rock-salt structure in its primitive cell, by its cubic lattice parameter."""
    length = a_angstrom / 2**0.5
    return PlainCrystal(
        (length,) * 3, (60.0,) * 3, (metal, halogen), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
    )


def perovskite(large: str, small: str, anion: str, a_angstrom: float) -> PlainCrystal:
    """The cubic perovskite structure."""
    return PlainCrystal(
        (a_angstrom,) * 3,
        (90.0,) * 3,
        (large, small, anion, anion, anion),
        ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
    )


RUTILE = PlainCrystal(
    (2.96, 4.59, 4.59),
    (90.0, 90.0, 90.0),
    ("Ti", "Ti", "O", "O", "O", "O"),
    (
        (0.0, 0.0, 0.0),
        (0.5, 0.5, 0.5),
        (0.0, 0.305, 0.305),
        (0.0, 0.695, 0.695),
        (0.5, 0.195, 0.805),
        (0.5, 0.805, 0.195),
    ),
)

QUARTZ = PlainCrystal(
    (4.91, 4.91, 5.40),
    (90.0, 90.0, 120.0),
    ("Si", "Si", "Si", "O", "O", "O", "O", "O", "O"),
    (
        (0.4697, 0.0, 0.0),
        (0.0, 0.4697, 0.666667),
        (0.5303, 0.5303, 0.333333),
        (0.4135, 0.2669, 0.1191),
        (0.7331, 0.1466, 0.785767),
        (0.8534, 0.5865, 0.452433),
        (0.2669, 0.4135, 0.8809),
        (0.1466, 0.7331, 0.214233),
        (0.5865, 0.8534, 0.547567),
    ),
)
"""Chiral: its mirror image is another crystal."""

SODIUM = PlainCrystal((3.72,) * 3, (109.4712,) * 3, ("Na",), ((0.0, 0.0, 0.0),))

KNOWN = {
    "NaCl": halite("Na", "Cl", 5.69),
    "KBr": halite("K", "Br", 6.66),
    "MgO": halite("Mg", "O", 4.25),
    "LiF": halite("Li", "F", 4.08),
    "SrTiO3": perovskite("Sr", "Ti", "O", 3.94),
    "BaZrO3": perovskite("Ba", "Zr", "O", 4.24),
    "TiO2": RUTILE,
    "SiO2": QUARTZ,
    "Na": SODIUM,
}

ROWS = [
    CrystalRow(f"{split}-{formula}", formula, crystal, None, None, 0.0, None, split)
    for split in ("train", "val")
    for formula, crystal in KNOWN.items()
]

SHORT_RUN = FlowTrainingConfig(
    shape=NetworkShape(width=32, layers=2, frequencies=6, distances=12),
    learning_rate=3e-3,
    warmup_steps=5,
    batch_size=16,
    total_steps=160,
    validate_every_steps=60,
    validation_pairs=16,
    precision="float32",
)


def disturbed(
    crystal: PlainCrystal, random: np.random.Generator, *, angstrom: float = 0.1
) -> PlainCrystal:
    """A crystal with every number a little wrong, in another order at another origin."""
    atoms = len(crystal.species)
    lengths = np.array(crystal.lengths_angstrom)
    order = random.permutation(atoms)
    places = np.array(crystal.fractional_coordinates) + random.random(3)
    places = (places + angstrom * random.normal(size=(atoms, 3)) / lengths)[order] % 1.0
    lengths = lengths + angstrom * random.normal(size=3)
    return PlainCrystal(
        tuple(lengths.tolist()),
        crystal.angles_degrees,
        tuple(crystal.species[atom] for atom in order),
        tuple(map(tuple, places.tolist())),
    )


def moved(crystal: PlainCrystal, order, shift) -> PlainCrystal:
    """The same crystal with its atoms in another order and another origin."""
    places = (np.array(crystal.fractional_coordinates) + np.array(shift))[list(order)] % 1.0
    return PlainCrystal(
        crystal.lengths_angstrom,
        crystal.angles_degrees,
        tuple(crystal.species[atom] for atom in order),
        tuple(map(tuple, places.tolist())),
    )
