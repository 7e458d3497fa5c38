"""How likely a model of symmetric text finds the whole crystal with each element in its mask.

A second reading of the same question: the network learned whole crystals from many more draws
than masks, and its errors in the two are not the same. Both are joined by a geometric mean in which
the mask counts more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_softmax, logsumexp

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.symmetric import HIDDEN, MASKED, SymmetricCrystal
from crystal_llm.dataset.symmetric_table import MAX_TABLE_ORBITS
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary, StatedConditions
from crystal_llm.types import Array

if TYPE_CHECKING:
    from crystal_llm.language_model.decoder import Decoder

_PASS_TOKENS = 4096
_MASK_SHARE = 0.8
"""Of the mask's own reading in what both say: the likeliest on 300 validation crystals."""


def can_be_read_whole(masked: SymmetricCrystal) -> bool:
    """Whether all elements but the masked one are told, and the crystal is not too large.

    No crystal of more orbits was trained on, so the likelihood of one says little.
    """
    is_told = all(orbit.element != HIDDEN for orbit in masked.orbits)
    return is_told and len(masked.orbits) <= MAX_TABLE_ORBITS


def filled_log_probabilities(
    decoder: Decoder,
    masked: SymmetricCrystal,
    energy_above_hull_ev_per_atom: float | None,
    vocabulary: CompactVocabulary,
) -> Array:
    """Log-probabilities of the elements by the likelihood of the crystal filled with each.

    Args:
        decoder: The model.
        masked: A crystal with a mask and nothing hidden.
        energy_above_hull_ev_per_atom: Its bucket is told; None tells none.
        vocabulary: Spells the crystals.

    Returns:
        Shape (n_elements,), in the order of ``TRAINED_ELEMENTS``; the exponentials sum to 1.
    """
    prompt = vocabulary.prompt("write", StatedConditions(energy_above_hull_ev_per_atom))
    crystals = [
        [*vocabulary.encode(_filled(masked, element)), vocabulary.end]
        for element in TRAINED_ELEMENTS
    ]
    if not decoder.can_retract:
        values = decoder.log_probabilities([prompt] * len(crystals), crystals)
        return np.asarray(
            log_softmax(np.array([float(tokens.double().sum()) for tokens in values]))
        )
    rows = max(1, _PASS_TOKENS // max(map(len, crystals)))
    likelihoods = [
        value
        for start in range(0, len(crystals), rows)
        for value in _log_likelihoods(decoder, prompt, crystals[start : start + rows])
    ]
    return np.asarray(log_softmax(np.array(likelihoods)))


def joined(by_mask: Array, by_whole_crystals: Array) -> Array:
    """The weighted geometric mean of two readings, renormalised; logarithms, (n_elements,)."""
    return np.asarray(log_softmax(_MASK_SHARE * by_mask + (1.0 - _MASK_SHARE) * by_whole_crystals))


def _filled(masked: SymmetricCrystal, element: str) -> SymmetricCrystal:
    orbits = tuple(
        replace(orbit, element=element) if orbit.element == MASKED else orbit
        for orbit in masked.orbits
    )
    return arranged(replace(masked, orbits=orbits))


def _log_likelihoods(
    decoder: Decoder, prompt: Sequence[int], crystals: Sequence[Sequence[int]]
) -> list[float]:
    """Log-likelihood of each crystal beyond what all of them begin with, nats."""
    shared = sum(1 for _ in takewhile(lambda tokens: len(set(tokens)) == 1, zip(*crystals)))  # noqa: B905
    shared = min(shared, min(map(len, crystals)) - 2)
    rests = [crystal[shared:] for crystal in crystals]
    batch = decoder.batch(len(crystals), len(prompt) + max(map(len, crystals)))
    first = batch.admit([*prompt, *crystals[0][:shared]], len(crystals)).double().numpy()
    after = batch.feed(
        [rest[:-1] for rest in rests], [list(range(len(rest) - 1)) for rest in rests]
    )
    later = after.double().numpy()
    column = {token: place for place, token in enumerate(decoder.alphabet)}
    likelihoods, start = [], 0
    for row, rest in enumerate(rests):
        scores = np.concatenate([first[row : row + 1], later[start : start + len(rest) - 1]])
        start += len(rest) - 1
        chosen = scores[np.arange(len(rest)), [column[token] for token in rest]]
        likelihoods.append(float((chosen - logsumexp(scores, axis=1)).sum()))
    return likelihoods
