"""What the compact model makes of crystals that it never trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crystal_llm.crystal.descriptions import Varied, arranged
from crystal_llm.crystal.symmetric import SymmetricCrystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, atoms_in_primitive_cell
from crystal_llm.language_model.compact_vocabulary import (
    CompactVocabulary,
    StatedConditions,
    stated_formula,
)
from crystal_llm.training.compact.batches import has_tokens, padded_length
from crystal_llm.training.compact.network import computing_in, padded
from crystal_llm.training.compact.sequences import (
    LossWeights,
    TrainingSequence,
    infill_sequence,
    mask_element,
    writing_sequence,
)

_ROWS = 64
_LARGEST = 20


@dataclass(frozen=True, slots=True)
class CompactValidation:
    """Losses over the same crystals, each in one of the descriptions drawn, always the same.

    Attributes:
        free_nats: Nats a crystal where only the energy bucket is said.
        formula_nats: Nats a crystal where the formula is said too.
        infill_nats: Nats of the element that was masked, at all its sites.
        infill_first: Share of crystals whose element is the first guess.
        infill_in_ten: Share of crystals whose element is among the first ten.
        crystals: How many crystals were judged.
        preference_loss: Of pairs of which one crystal is preferred, nats a pair; None where no
            preference is learned.
        likelier: Share of those pairs whose preferred crystal is the likelier one.
    """

    free_nats: float
    formula_nats: float
    infill_nats: float
    infill_first: float
    infill_in_ten: float
    crystals: int
    preference_loss: float | None = None
    likelier: float | None = None

    @property
    def goal(self) -> float:
        """What fine-tuning brings down."""
        return self.free_nats if self.preference_loss is None else self.preference_loss


@dataclass(frozen=True, slots=True)
class JudgedCrystal:
    """A validation crystal in one random setting.

    Attributes:
        row: Where it comes from.
        crystal: To be written.
        element: The element that is masked.
        masked: With the mask, in another random setting.
    """

    row: SymmetricRow
    crystal: SymmetricCrystal
    element: str
    masked: SymmetricCrystal


def judged_crystals(
    rows: Sequence[SymmetricRow],
    vocabulary: CompactVocabulary,
    *,
    count: int,
    max_orbits: int,
    varied: Varied = "both",
) -> list[JudgedCrystal]:
    """The ``val`` crystals of at most 20 atoms that models of symmetric text are judged on.

    Always the same ones for a table and a count, each in the same description.
    """
    generator = random.Random(0)
    held = [
        row
        for row in rows
        if row.split == "val"
        and len(row.crystal.orbits) <= max_orbits
        and atoms_in_primitive_cell(row.crystal) <= _LARGEST
        and has_tokens(row, vocabulary)
    ]
    judged = []
    for row in generator.sample(held, min(count, len(held))):
        crystal = arranged(row.crystal, generator, varied)
        element = generator.choice(sorted(symbol for symbol, _ in stated_formula(crystal)))
        masked = arranged(mask_element(row.crystal, element), generator, varied)
        judged.append(JudgedCrystal(row, crystal, element, masked))
    return judged


class CompactValidator:
    """Judges a network on the ``val`` rows of a table (at most 20 atoms).

    Args:
        rows: A table.
        vocabulary: Spells its crystals.
        count: Crystals judged.
        max_orbits: Most orbits of a crystal judged.
        varied: What is drawn of the descriptions of each, as in training.
    """

    def __init__(
        self,
        rows: Sequence[SymmetricRow],
        vocabulary: CompactVocabulary,
        *,
        count: int,
        max_orbits: int,
        varied: Varied = "both",
    ) -> None:
        judged = judged_crystals(
            rows, vocabulary, count=count, max_orbits=max_orbits, varied=varied
        )
        self._elements = list(vocabulary.family_range("element"))[:118]
        self._free, self._formula, self._infill = [], [], []
        for item in judged:
            energy = item.row.energy_above_hull_ev_per_atom
            formula = stated_formula(item.crystal)
            self._free.append(writing_sequence(item.crystal, StatedConditions(energy), vocabulary))
            self._formula.append(
                writing_sequence(item.crystal, StatedConditions(energy, formula), vocabulary)
            )
            self._infill.append(
                infill_sequence(
                    item.masked, item.element, energy, vocabulary, LossWeights(0.0, 1.0)
                )
            )
        self.crystals = len(judged)

    def __call__(self, network: Any, precision: str) -> CompactValidation:
        """Judges a network, which is left in evaluation mode."""
        free, _, _ = self._judge(network, self._free, precision)
        formula, _, _ = self._judge(network, self._formula, precision)
        infill, first, in_ten = self._judge(network, self._infill, precision)
        return CompactValidation(free, formula, infill, first, in_ten, self.crystals)

    def _judge(
        self, network: Any, sequences: list[TrainingSequence], precision: str
    ) -> tuple[float, float, float]:
        """Mean nats a sequence, and how often the last weighted token ranks first, in ten."""
        import torch
        import torch.nn.functional as F

        network.eval()
        groups: dict[int, list[TrainingSequence]] = {}
        for sequence in sequences:
            length = padded_length(len(sequence.ids))
            if length is not None:
                groups.setdefault(length, []).append(sequence)
        nats, first, in_ten, judged = 0.0, 0, 0, 0
        elements = torch.tensor(self._elements)
        for length, group in sorted(groups.items()):
            for start in range(0, len(group), _ROWS):
                block = group[start : start + _ROWS]
                ids, weights = (part.to(network.device) for part in padded(block, length, _ROWS))
                with torch.inference_mode(), computing_in(precision, str(network.device)):
                    logits = network(input_ids=ids[:, :-1]).logits.float()
                losses = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
                nats += float((losses * weights[:, 1:]).sum())
                judged += len(block)
                for row, sequence in enumerate(block):
                    place = len(sequence.ids) - 2  # of the element; the end follows
                    scores = logits[row, place - 1][elements]
                    target = sequence.ids[place] - self._elements[0]
                    if 0 <= target < len(self._elements):
                        rank = int((scores > scores[target]).sum())
                        first += rank < 1
                        in_ten += rank < 10
        return nats / max(judged, 1), first / max(judged, 1), in_ten / max(judged, 1)
