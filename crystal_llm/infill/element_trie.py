"""Reading an element's probability off a model, whatever tokens spell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.language_model.spelling import SpellingTrie
from crystal_llm.types import Array

if TYPE_CHECKING:
    from crystal_llm.language_model.decoder import Decoder
    from crystal_llm.language_model.tokenizer import SymbolTokens

_ATTENTION_PLACES = 2_500_000
"""Rows × squared length in one batch: about 90 MB of attention a layer, were it at once."""

_PIECE_TOKENS = 64
"""Tokens of a prompt that are fed at once: attention is then computed little beyond the
diagonal, and stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class ElementTrie:
    """How a tokenizer spells elements, as the branches at which they part.

    Attributes:
        elements: Symbols.
        branches: Token sequences after which more than one token leads to an element, the
            empty one first, shorter before longer.
        legal: For each branch, the tokens that lead on. The end token is one of them where
            a whole element begins another (C in Cd).
        steps: For each element, its choices as (branch, token).
    """

    elements: tuple[str, ...]
    branches: tuple[tuple[int, ...], ...]
    legal: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    def of(cls, symbols: SymbolTokens, elements: Sequence[str] = TRAINED_ELEMENTS) -> ElementTrie:
        """For a tokenizer's spelling of some elements."""
        # After a whole element that begins another stands the end: C, not Cd.
        trie = SpellingTrie({element: symbols.ids[element] for element in elements})
        branches = trie.branches(elements)
        steps = [trie.step(elements, branch) for branch in branches]
        place = {branch: index for index, branch in enumerate(branches)}
        spelled = [(*trie.spell(element), symbols.end) for element in elements]
        return cls(
            tuple(elements),
            branches,
            tuple(
                tuple(sorted(step.tokens | ({symbols.end} if step.whole else set())))
                for step in steps
            ),
            tuple(
                tuple(
                    (place[ids[:depth]], token)
                    for depth, token in enumerate(ids)
                    if ids[:depth] in place
                )
                for ids in spelled
            ),
        )

    def log_probabilities(self, scores: Array, alphabet: Sequence[int]) -> Array:
        """Log-probabilities of the elements.

        Args:
            scores: Before softmax, shape (n_branches, n_prompts, n_alphabet).
            alphabet: Token ids of the last axis.

        Returns:
            Shape (n_prompts, n_elements); every row's exponentials sum to 1.
        """
        from crystal_llm.generation.sampling import restricted_log_probabilities

        column = {token: index for index, token in enumerate(alphabet)}
        log_probabilities = np.empty_like(scores)
        for branch, tokens in enumerate(self.legal):
            legal = np.zeros(scores.shape[1:], dtype=bool)
            legal[:, [column[token] for token in tokens]] = True
            log_probabilities[branch] = restricted_log_probabilities(scores[branch], legal)
        return np.stack(
            [
                sum(
                    (log_probabilities[branch, :, column[token]] for branch, token in steps),
                    start=np.zeros(1),
                )
                for steps in self.steps
            ],
            axis=1,
        )


def continued_log_probabilities(
    decoder: Decoder, prompts: Sequence[Sequence[int]], symbols: SymbolTokens
) -> Array:
    """The same from a model that only says how likely a whole text is: each element in turn.

    Returns:
        Log-probabilities of ``TRAINED_ELEMENTS``, shape (n_prompts, n_elements).
    """
    from scipy.special import log_softmax

    answers = [[*symbols.ids[element], symbols.end] for element in TRAINED_ELEMENTS]
    rows = []
    for prompt in prompts:
        values = decoder.log_probabilities([prompt] * len(answers), answers)
        rows.append([float(tokens.double().sum()) for tokens in values])
    return np.asarray(log_softmax(np.array(rows), axis=1))


def branch_scores(
    decoder: Decoder, prompts: Sequence[Sequence[int]], branches: Sequence[tuple[int, ...]]
) -> Array:
    """Scores after each prompt followed by each branch's tokens.

    Returns:
        Shape (n_branches, n_prompts, n_alphabet).
    """
    read = _read_retracting if decoder.can_retract else _read_by_copies
    scores = np.empty((len(branches), len(prompts), len(decoder.alphabet)))
    # Prompts of like lengths share a pass, so that little is padded.
    by_length = sorted(range(len(prompts)), key=lambda place: len(prompts[place]))
    for places in _passes(by_length, prompts):
        scores[:, places] = read(decoder, [prompts[place] for place in places], branches)
    return scores


def _passes(by_length: Sequence[int], prompts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places of prompts for each forward pass."""
    passes: list[list[int]] = []
    for place in by_length:
        square = len(prompts[place]) ** 2
        if not passes or (len(passes[-1]) + 1) * square > _ATTENTION_PLACES:
            passes.append([])
        passes[-1].append(place)
    return passes


def _read_retracting(
    decoder: Decoder, prompts: Sequence[Sequence[int]], branches: Sequence[tuple[int, ...]]
) -> Array:
    """All prompts in one pass, then the branches of one token in another."""
    rows = len(prompts)
    single = [branch[0] for branch in branches if len(branch) == 1]
    deepest = max(map(len, branches))
    batch = decoder.batch(rows, max(map(len, prompts)) + max(len(single), deepest))
    shared = _shared_length(prompts)
    scores = batch.admit(prompts[0][:shared], rows)
    rests = [prompt[shared:] for prompt in prompts]
    pieces = min(-(-max(map(len, rests)) // _PIECE_TOKENS), min(map(len, rests)))
    for piece in range(pieces):
        scores = batch.feed([_piece(rest, piece, pieces) for rest in rests])
    scores_by_branch = [scores.double().numpy()]
    if single:
        scores_by_branch.extend(batch.peek(single).double().numpy())
    # Branches come shorter before longer; those of several tokens are fed and taken back.
    for branch in branches[1 + len(single) :]:
        scores_by_branch.append(batch.feed([branch] * rows).double().numpy())
        for row in range(rows):
            batch.retract(row, len(branch))
    return np.stack(scores_by_branch)


def _read_by_copies(
    decoder: Decoder, prompts: Sequence[Sequence[int]], branches: Sequence[tuple[int, ...]]
) -> Array:
    """Prompt by prompt, with one copy of it for each branch."""
    deep = branches[1:]
    scores_by_prompt = []
    for prompt in prompts:
        batch = decoder.batch(max(len(deep), 1), len(prompt) + max(map(len, branches)))
        scores = batch.admit(prompt, max(len(deep), 1))[:1].double().numpy()
        if deep:
            scores = np.concatenate([scores, batch.feed(deep).double().numpy()])
        scores_by_prompt.append(scores)
    return np.stack(scores_by_prompt, axis=1)


def _piece(tokens: Sequence[int], piece: int, pieces: int) -> Sequence[int]:
    """One of several all but equal parts of a sequence."""
    count = len(tokens)
    return tokens[count * piece // pieces : count * (piece + 1) // pieces]


def _shared_length(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens that all prompts begin with; all of them where the prompts are equal."""
    alike = sum(1 for _ in takewhile(lambda tokens: len(set(tokens)) == 1, zip(*prompts)))  # noqa: B905
    shortest, longest = min(map(len, prompts)), max(map(len, prompts))
    # Otherwise nothing would be left to feed for the shortest prompt.
    return alike if alike == longest else min(alike, shortest - 1)
