"""Choosing the next token: legal tokens, then temperature, then the nucleus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def restricted_log_probabilities(
    scores: NDArray[np.float64], legal: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The model's own probabilities, renormalised on the legal tokens.

    Args:
        scores: Scores before softmax, shape (n, n_alphabet).
        legal: Which tokens are legal, same shape, at least one a row.

    Returns:
        Natural log-probabilities, −∞ where not legal.
    """
    masked = np.where(legal, scores, -np.inf)
    shifted = masked - masked.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def nucleus(
    log_probabilities: NDArray[np.float64], temperature: float, top_p: float
) -> NDArray[np.float64]:
    """Probabilities at a temperature, cut to the nucleus and renormalised.

    The nucleus is the smallest set of likeliest tokens that holds at least ``top_p``
    (Holtzman et al. 2020); ties are broken by the lower place in the alphabet.

    Args:
        log_probabilities: Shape (n, n_alphabet), −∞ where not legal.
        temperature: τ > 0.
        top_p: Above 0 and at most 1.
    """
    tempered = log_probabilities / temperature
    tempered -= tempered.max(axis=1, keepdims=True)
    weights = np.exp(tempered)
    weights /= weights.sum(axis=1, keepdims=True)
    if top_p < 1.0:
        ranking = np.argsort(-weights, axis=1, kind="stable")
        ordered = np.take_along_axis(weights, ranking, axis=1)
        before = np.cumsum(ordered, axis=1) - ordered
        np.put_along_axis(weights, ranking, np.where(before < top_p, ordered, 0.0), axis=1)
        weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(weights)


def choose_tokens(
    probabilities: NDArray[np.float64], uniforms: NDArray[np.float64]
) -> NDArray[np.intp]:
    """One token a row, by inverse transform of a uniform number in [0, 1).

    Args:
        probabilities: Shape (n, n_alphabet), each row sums to 1.
        uniforms: Shape (n,).
    """
    summed = np.cumsum(probabilities, axis=1)
    # Scaled by the last sum, which rounding leaves just beside 1.
    reached = summed > (uniforms * summed[:, -1])[:, None]
    return np.asarray(reached.argmax(axis=1))
