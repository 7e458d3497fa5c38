"""Stochastic prompts: what one training draw asks and what it should answer.

Source: CrystalLLM, Appendix A.2, with its public code for the attributes: two thirds of
the draws generate, one third fills a mask; a generation draw tells a random subset of
what is known of the crystal. Ours also draws the formula alone and the elements alone,
since those are what users ask most.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.text.codec import encode_plain
from crystal_llm.text.prompts import generation_prompt, infill_prompt
from crystal_llm.training.told_conditions import told_names
from crystal_llm.types import Conditions, PlainCrystal

STABLE_EV_PER_ATOM = 0.1
"""Rows at most this far above the hull may be drawn without naming their energy."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One prompt and the completion that the loss counts."""

    prompt: str
    completion: str
    is_infill: bool


@dataclass(frozen=True, slots=True)
class PromptMix:
    """How often each kind of prompt is drawn.

    The rest of the generation draws follow the reference: k of four attributes, k
    uniform in 1–4, with the formula.

    Attributes:
        infill: Share of all draws that fill a mask.
        free: Share of the generation draws without any condition.
        formula_alone: Share of the generation draws with the formula alone.
        elements_alone: Share of the generation draws with the elements alone.
        infill_max_atoms: Largest crystal drawn for infill, since that costs a whole prompt
            for one element's loss. Generation draws from all sizes.
    """

    infill: float = 1 / 3
    free: float = 0.25
    formula_alone: float = 0.25
    elements_alone: float = 0.1
    infill_max_atoms: int = 20


def draw_prompt(row: CrystalRow, mix: PromptMix, rng: random.Random) -> Draw:
    """Draws a prompt for a crystal, of either kind."""
    return draw_infill(row, rng) if rng.random() < mix.infill else draw_generation(row, mix, rng)


def draw_infill(row: CrystalRow, rng: random.Random) -> Draw:
    """Masks one element of a crystal, which is translated by one random vector first."""
    crystal = _moved(row, rng)
    symbol = rng.choice(sorted(set(crystal.species)))
    sites = [site for site, other in enumerate(crystal.species) if other == symbol]
    return Draw(infill_prompt(crystal, sites), symbol, is_infill=True)


def draw_generation(row: CrystalRow, mix: PromptMix, rng: random.Random) -> Draw:
    """Asks for a crystal, which is translated by one random vector first."""
    crystal = _moved(row, rng)
    conditions = draw_conditions(row, mix, rng)
    return Draw(generation_prompt(conditions), encode_plain(crystal), is_infill=False)


def _moved(row: CrystalRow, rng: random.Random) -> PlainCrystal:
    return row.crystal.translated((rng.random(), rng.random(), rng.random()))


def draw_conditions(row: CrystalRow, mix: PromptMix, rng: random.Random) -> Conditions:
    """Draws what a generation prompt says of a crystal.

    A crystal that is not known to be stable is never shown as if nothing were to be
    said: an unstable one always names its energy, one of unknown energy its formula.
    """
    known = known_conditions(row)
    hull = known.energy_above_hull_ev_per_atom
    kind = rng.random()
    attributes = [
        name
        for name in (
            "spacegroup_number",
            "energy_above_hull_ev_per_atom",
            "formation_energy_ev_per_atom",
            "band_gap_ev",
        )
        if getattr(known, name) is not None
    ]

    def part() -> set[str]:
        count = rng.randint(min(1, len(attributes)), len(attributes))
        return {"formula", *rng.sample(attributes, count)}

    names = told_names(mix, kind, part)
    if hull is None:
        names.add("formula")
    if hull is not None and hull > STABLE_EV_PER_ATOM:
        names.add("energy_above_hull_ev_per_atom")
    return Conditions(**{name: getattr(known, name) for name in names})


def known_conditions(row: CrystalRow) -> Conditions:
    """Everything that a prompt could say of a crystal."""
    return Conditions(
        formula=row.formula,
        elements=tuple(dict.fromkeys(row.crystal.species)),
        spacegroup_number=row.spacegroup_number,
        energy_above_hull_ev_per_atom=row.energy_above_hull_ev_per_atom,
        formation_energy_ev_per_atom=row.formation_energy_ev_per_atom,
        band_gap_ev=row.band_gap_ev,
    )
