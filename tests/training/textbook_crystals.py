"""A small table of textbook crystals, and the configuration of a short run over it."""

from __future__ import annotations

from pymatgen.core import Lattice, Structure

from crystal_llm.crystal.conversion import plain
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.training.config import TrainingConfig

SHORT_RUN = TrainingConfig(
    rank=8,
    learning_rate=2e-2,
    warmup_tokens=1,
    tokens_per_step=600,
    tokens_per_microbatch=300,
    total_tokens=14_000,
    validate_every_tokens=4_000,
    checkpoint_every_minutes=0.0,
    full_vocabulary_every=3,
    seed=3,
)
"""Some 30 steps of two microbatches, a checkpoint after each of them."""


def textbook_rows() -> list[CrystalRow]:
    """Stable and unstable crystals, one of unknown energy, and some that are held out."""
    return [
        _rock_salt("Na", "Cl", 5.64),
        _rock_salt("Li", "F", 4.03),
        _rock_salt("Mg", "O", 4.21),
        _perovskite("Sr", "Ti", 3.91),
        _perovskite("Ba", "Zr", 4.19),
        _rock_salt("Cu", "N", 4.10, energy=0.35),
        _rock_salt("Ag", "C", 4.60, energy=0.80),
        _rock_salt("Fe", "S", 5.10, energy=None),
        _rock_salt("K", "Br", 6.60, split="val"),
        _perovskite("Ca", "Sn", 3.95, split="val"),
        _rock_salt("Ni", "P", 4.50, split="val", energy=0.90),
        _rock_salt("Rb", "I", 7.34, split="test"),
    ]


def _rock_salt(cation, anion, length, *, energy=0.0, split="train"):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return _row(225, length, [cation, anion], sites, energy, split)


def _perovskite(a, b, length, *, energy=0.02, split="train"):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    return _row(221, length, [a, b, "O"], sites, energy, split)


def _row(group, length, species, sites, energy, split):
    whole = Structure.from_spacegroup(group, Lattice.cubic(length), species, sites)
    primitive = whole.get_primitive_structure()
    formula = primitive.composition.reduced_formula
    return CrystalRow(
        material_id=f"{formula}-{group}",
        formula=formula,
        crystal=plain(primitive),
        spacegroup_number=group,
        formation_energy_ev_per_atom=-1.5,
        energy_above_hull_ev_per_atom=energy,
        band_gap_ev=2.25,
        split=split,
    )
