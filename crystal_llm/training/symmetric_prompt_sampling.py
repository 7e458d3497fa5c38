"""Stochastic prompts of symmetric text for a pretrained model.

The same kinds of draws as for coordinate text (:mod:`crystal_llm.training.prompt_sampling`), in one
of the equivalent descriptions of the crystal; further conditions are told each with a share of its
own, as the compact model learns them.
"""

from __future__ import annotations

import random

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.symmetric import ELECTRONEGATIVITY_ORDER, SymmetricCrystal, crystal_system
from crystal_llm.dataset.symmetric_table import SymmetricRow, atoms_in_primitive_cell
from crystal_llm.text.symmetric_prompts import symmetric_infill_prompt, symmetric_prompt
from crystal_llm.text.symmetric_text import encode_symmetric
from crystal_llm.training.compact.sequences import mask_part, told_part
from crystal_llm.training.prompt_sampling import STABLE_EV_PER_ATOM, Draw, PromptMix
from crystal_llm.training.told_conditions import told_names
from crystal_llm.types import Conditions

_ENERGY_TOLD = 0.6


def draw_symmetric_infill(row: SymmetricRow, rng: random.Random) -> Draw:
    """Masks one element of a crystal, or some of its orbits, in one of its descriptions."""
    masked, element = mask_part(row.crystal, rng)
    crystal = arranged(masked, rng)
    return Draw(symmetric_infill_prompt(crystal), element, is_infill=True)


def draw_symmetric_generation(row: SymmetricRow, mix: PromptMix, rng: random.Random) -> Draw:
    """Asks for a crystal, in one of its descriptions."""
    crystal = arranged(row.crystal, rng)
    prompt = symmetric_prompt(draw_symmetric_conditions(row, mix, rng))
    return Draw(prompt, encode_symmetric(crystal), is_infill=False)


def draw_symmetric_conditions(row: SymmetricRow, mix: PromptMix, rng: random.Random) -> Conditions:
    """Draws what a generation prompt says of a crystal.

    As with coordinate text an unstable crystal always names its energy, one of unknown energy its
    formula.
    """
    known = known_symmetric_conditions(row)
    names = told_names(mix, rng.random(), lambda: told_part(rng))
    hull = known.energy_above_hull_ev_per_atom
    if rng.random() < _ENERGY_TOLD or (hull is not None and hull > STABLE_EV_PER_ATOM):
        names.add("energy_above_hull_ev_per_atom")
    if hull is None:
        names.add("formula")
    return Conditions(**{name: getattr(known, name) for name in names})


def known_symmetric_conditions(row: SymmetricRow) -> Conditions:
    """Everything that a prompt could say of a crystal."""
    return Conditions(
        formula=row.formula,
        elements=elements_of(row.crystal),
        spacegroup_number=row.crystal.spacegroup_number,
        energy_above_hull_ev_per_atom=row.energy_above_hull_ev_per_atom,
        formation_energy_ev_per_atom=row.formation_energy_ev_per_atom,
        band_gap_ev=row.band_gap_ev,
        crystal_system=crystal_system(row.crystal.spacegroup_number),
        atoms=atoms_in_primitive_cell(row.crystal),
    )


def elements_of(crystal: SymmetricCrystal) -> tuple[str, ...]:
    """The elements of a crystal by electronegativity."""
    held = {orbit.element for orbit in crystal.orbits}
    return tuple(sorted(held, key=lambda symbol: ELECTRONEGATIVITY_ORDER[symbol]))
