"""The choices along a crystal: what the model could have written at every place.

At each place the model's probabilities, renormalised on the legal tokens, are kept at τ = 1
and P = 1, so that temperature and nucleus can be tried without asking the model again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from crystal_llm.errors import RequestError
from crystal_llm.generation.sampling import restricted_log_probabilities

if TYPE_CHECKING:
    import torch

    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.language_model.decoder import DecodingBatch
    from crystal_llm.language_model.loading import LoadedModel


@dataclass(frozen=True, slots=True)
class Choice:
    """One place in a crystal's text where the model had a choice.

    Attributes:
        line: Line of the text, from 0.
        kind: What stands there: ``element``, ``letter``, ``x``, … or ``digit``.
        written: Label of what was written.
        labels: Labels of all that could have been written.
        log_probabilities: Their natural log-probabilities at τ = 1, which sum to one.
    """

    line: int
    kind: str
    written: str
    labels: tuple[str, ...]
    log_probabilities: tuple[float, ...]

    @property
    def entropy_bits(self) -> float:
        """Entropy of the distribution at τ = 1, in bits."""
        logarithms = np.array(self.log_probabilities)
        return float(-(np.exp(logarithms) * logarithms).sum() / np.log(2))


def choices_along(model: LoadedModel, request: GenerationRequest, text: str) -> tuple[Choice, ...]:
    """The choices that lead to a text, in their order.

    Args:
        model: The model.
        request: What is asked; its hard conditions bar tokens.
        text: A whole crystal in the model's own text.

    Raises:
        RequestError: The text breaks the format or the hard conditions.
    """
    from crystal_llm.generation.text_format import text_format_of

    text_format = text_format_of(model)
    text_format.refuse(request)
    tokens = text_format.tokens(request, text)
    opening = text_format.opening(request)
    batch = model.decoder.batch(1, len(opening) + len(tokens) + 1)
    scores = _scores(batch, opening, tokens, at_once=model.decoder.can_retract)
    alphabet = list(model.decoder.alphabet)
    column = {token: place for place, token in enumerate(alphabet)}
    lines = text_format.lines(request, tokens)
    state = text_format.start(request)
    choices = []
    for place, token in enumerate(tokens):
        legal = [int(allowed) for allowed in state.legal()]
        before = tokens[place - 1] if place else None
        kind, label = text_format.label(token, before)
        if token not in legal:
            raise RequestError(f"place {place} of the text, {label!r}, breaks the conditions")
        if len(legal) > 1:
            mask = np.zeros((1, len(alphabet)), dtype=bool)
            columns = [column[allowed] for allowed in legal]
            mask[0, columns] = True
            logarithms = restricted_log_probabilities(scores[place][None], mask)[0, columns]
            choices.append(
                Choice(
                    line=lines[place],
                    kind=kind,
                    written=label,
                    labels=tuple(text_format.label(allowed, before)[1] for allowed in legal),
                    log_probabilities=tuple(float(value) for value in logarithms),
                )
            )
        state.advance(token)
    return tuple(choices)


def _scores(
    batch: DecodingBatch, opening: Sequence[int], tokens: Sequence[int], *, at_once: bool
) -> NDArray[np.float64]:
    """Scores before each token, shape (n_tokens, n_alphabet)."""
    import torch

    rows: list[torch.Tensor] = [batch.admit(opening, 1)]
    given = list(tokens[:-1])
    if given and at_once:
        rows.append(batch.feed([given], [list(range(len(given)))]))
    else:
        rows.extend(batch.feed([[token]]) for token in given)
    return np.asarray(torch.cat(rows).double().numpy())
