"""What the compact model is trained on: one random sequence for a crystal."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from crystal_llm.crystal.descriptions import Varied, arranged, shuffled
from crystal_llm.crystal.symmetric import HIDDEN, MASKED, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, atoms_in_primitive_cell
from crystal_llm.language_model.compact_vocabulary import (
    CompactVocabulary,
    StatedConditions,
    stated_formula,
    stated_system,
)
from crystal_llm.training.compact.config import TaskMix
from crystal_llm.training.told_conditions import told_names

_TOLD_SHARES = {
    "formula": 0.4,
    "elements": 0.2,
    "crystal_system": 0.15,
    "spacegroup_number": 0.2,
    "atoms": 0.3,
    "band_gap_ev": 0.35,
    "formation_energy_ev_per_atom": 0.35,
}
_PART_OF_AN_ELEMENT = 0.3
_ANOTHER_HIDDEN = 0.2


@dataclass(frozen=True, slots=True)
class TrainingSequence:
    """Token ids and, for each, the weight of its prediction (0 for what is given)."""

    ids: list[int]
    weights: list[float]


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Weights of an infill sequence's tokens; all others count 1."""

    given: float
    element: float


def everything_known(row: SymmetricRow) -> StatedConditions:
    """All that a prompt could say of a crystal."""
    formula = stated_formula(row.crystal)
    return StatedConditions(
        energy_above_hull_ev_per_atom=row.energy_above_hull_ev_per_atom,
        formula=formula,
        elements=tuple(element for element, _ in formula),
        crystal_system=stated_system(row.crystal),
        spacegroup_number=row.crystal.spacegroup_number,
        atoms=atoms_in_primitive_cell(row.crystal),
        band_gap_ev=row.band_gap_ev,
        formation_energy_ev_per_atom=row.formation_energy_ev_per_atom,
    )


def draw_sequence(
    row: SymmetricRow,
    vocabulary: CompactVocabulary,
    mix: TaskMix,
    weights: LossWeights,
    generator: random.Random,
    *,
    varied: Varied = "both",
) -> TrainingSequence:
    """Draws a task, conditions and one of the equivalent descriptions of a crystal."""
    kind = generator.random()
    if kind < mix.infill:
        masked = _masked(row.crystal, generator)
        crystal, element = masked
        with_energy = generator.random() < mix.energy_told
        energy = row.energy_above_hull_ev_per_atom if with_energy else None
        return infill_sequence(
            arranged(crystal, generator, varied),
            element,
            energy,
            vocabulary,
            weights,
        )
    crystal = arranged(row.crystal, generator, varied)
    task = "write"
    if kind < mix.infill + mix.complete:
        task, crystal = "complete", shuffled(crystal, generator)
    return writing_sequence(crystal, _conditions(row, mix, generator), vocabulary, task)


def writing_sequence(
    crystal: SymmetricCrystal,
    conditions: StatedConditions,
    vocabulary: CompactVocabulary,
    task: str = "write",
) -> TrainingSequence:
    """Prompt and crystal; the crystal's tokens and the end count."""
    prompt = vocabulary.prompt(task, conditions)
    completion = [*vocabulary.encode(crystal), vocabulary.end]
    return TrainingSequence(prompt + completion, [0.0] * len(prompt) + [1.0] * len(completion))


def infill_sequence(
    masked: SymmetricCrystal,
    element: str,
    energy_above_hull_ev_per_atom: float | None,
    vocabulary: CompactVocabulary,
    weights: LossWeights,
) -> TrainingSequence:
    """Prompt, masked crystal and the element that was masked."""
    prompt = orbit_infill_prompt(masked, energy_above_hull_ev_per_atom, vocabulary)
    opening = prompt.index(vocabulary.begin) + 1
    answer = [vocabulary.token("element", element), vocabulary.end]
    return TrainingSequence(
        prompt + answer,
        [0.0] * opening
        + [weights.given] * (len(prompt) - opening)
        + [weights.element, weights.given],
    )


def orbit_infill_prompt(
    masked: SymmetricCrystal,
    energy_above_hull_ev_per_atom: float | None,
    vocabulary: CompactVocabulary,
) -> list[int]:
    """What stands before the element that fills the mask."""
    conditions = StatedConditions(energy_above_hull_ev_per_atom=energy_above_hull_ev_per_atom)
    return [
        *vocabulary.prompt("infill", conditions),
        *vocabulary.encode(masked),
        vocabulary.ask,
    ]


def mask_element(crystal: SymmetricCrystal, element: str) -> SymmetricCrystal:
    """A crystal whose orbits of one element are masked, in no particular order."""
    return replace(
        crystal,
        orbits=tuple(
            replace(orbit, element=MASKED) if orbit.element == element else orbit
            for orbit in crystal.orbits
        ),
    )


def mask_part(crystal: SymmetricCrystal, generator: random.Random) -> tuple[SymmetricCrystal, str]:
    """Masks all orbits of an element, or now and then some; gives that element too."""
    element = generator.choice(sorted({orbit.element for orbit in crystal.orbits}))
    places = [k for k, orbit in enumerate(crystal.orbits) if orbit.element == element]
    if len(places) > 1 and generator.random() < _PART_OF_AN_ELEMENT:
        places = generator.sample(places, generator.randint(1, len(places) - 1))
    orbits = tuple(
        replace(orbit, element=MASKED) if k in places else orbit
        for k, orbit in enumerate(crystal.orbits)
    )
    return replace(crystal, orbits=orbits), element


def told_part(generator: random.Random) -> set[str]:
    """Names of the conditions that are told where a part of all is, each with its own share."""
    return {name for name, share in _TOLD_SHARES.items() if generator.random() < share}


def _masked(crystal: SymmetricCrystal, generator: random.Random) -> tuple[SymmetricCrystal, str]:
    """Masks all or some orbits of one element, and now and then hides another."""
    masked, element = mask_part(crystal, generator)
    others = sorted({orbit.element for orbit in crystal.orbits} - {element})
    if len(others) < 2 or generator.random() >= _ANOTHER_HIDDEN:
        return masked, element
    hidden = generator.choice(others)
    orbits = tuple(
        replace(orbit, element=HIDDEN) if orbit.element == hidden else orbit
        for orbit in masked.orbits
    )
    return replace(masked, orbits=orbits), element


def _conditions(row: SymmetricRow, mix: TaskMix, generator: random.Random) -> StatedConditions:
    known = everything_known(row)
    names = told_names(mix, generator.random(), lambda: told_part(generator))
    if generator.random() < mix.energy_told:
        names.add("energy_above_hull_ev_per_atom")
    return StatedConditions(**{name: getattr(known, name) for name in names})
