"""Terminals of a grammar and the tokens that spell them.

A grammar says which terminals may come next (a digit, an element, the end); a tokenizer spells
each in one token or several, and a spelling may begin another (C and Cd). One trie turns the one
into the other, for writing and for reading probabilities off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpellingStep:
    """What may follow the beginning of a spelling.

    Attributes:
        tokens: Tokens that lead on to a longer spelling.
        whole: The terminal that the beginning spells already, if one does.
    """

    tokens: frozenset[int]
    whole: str | None


class SpellingTrie:
    """How terminals are spelled.

    Args:
        spelled: Token ids of each terminal, at least one; no two alike.

    Raises:
        ValueError: A terminal has no token, or two have the same ones.
    """

    def __init__(self, spelled: Mapping[str, Sequence[int]]) -> None:
        self._ids = {terminal: tuple(ids) for terminal, ids in spelled.items()}
        self._terminal = {ids: terminal for terminal, ids in self._ids.items()}
        if () in self._terminal or len(self._terminal) < len(self._ids):
            raise ValueError("every terminal needs tokens of its own")

    def spell(self, terminal: str) -> tuple[int, ...]:
        """The tokens of a terminal."""
        return self._ids[terminal]

    def step(self, terminals: Collection[str], beginning: tuple[int, ...]) -> SpellingStep:
        """What may follow a beginning that leads to some of the terminals."""
        depth = len(beginning)
        spellings = [
            ids for terminal in terminals if (ids := self._ids[terminal])[:depth] == beginning
        ]
        whole = self._terminal.get(beginning)
        return SpellingStep(
            frozenset(ids[depth] for ids in spellings if len(ids) > depth),
            whole if whole in terminals else None,
        )

    def branches(self, terminals: Collection[str]) -> tuple[tuple[int, ...], ...]:
        """Beginnings after which the spellings part, the empty one always among them.

        A spelling that begins another parts there: it ends, or goes on. Shorter before longer.
        """
        beginnings = {
            self._ids[terminal][:depth]
            for terminal in terminals
            for depth in range(len(self._ids[terminal]) + 1)
        }
        parting: set[tuple[int, ...]] = {()}
        for beginning in beginnings:
            step = self.step(terminals, beginning)
            if len(step.tokens) + (step.whole is not None) > 1:
                parting.add(beginning)
        return tuple(sorted(parting, key=lambda beginning: (len(beginning), beginning)))
