"""The grammar of crystal text as an automaton over its symbols.

It says at every place which symbols may follow, so that whatever is written decodes:
lengths with one decimal, whole angles that make a cell, real elements, coordinates from
0.00 to 0.99, no more atoms than allowed, and the hard conditions on the composition.
Symbols are those of :mod:`crystal_llm.text.alphabet`; an element is one symbol here, and
:mod:`crystal_llm.generation.token_mask` spells it in tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from crystal_llm.errors import CrystalTextError
from crystal_llm.generation.clearance import Clearance, Spacing
from crystal_llm.generation.composition_rules import CompositionRule
from crystal_llm.language_model.tokenizer import split_symbols
from crystal_llm.text.alphabet import END, NEWLINE, SPACE

LENGTH_RANGE_TENTHS = (10, 999)
"""Lengths that may be written: 1.0 to 99.9 Å. The shortest lattice vector among 94,000
crystals of the Materials Project is 1.5 Å long, and one vector passes 99.9 Å."""


@dataclass(frozen=True, slots=True)
class NumberField:
    """Numbers that a field may hold: low … high in steps of its last decimal."""

    low: int
    high: int
    decimals: int

    def next_characters(self, written: str) -> str:
        """Characters that lead on to a number of the field."""
        return _number_automaton(self)[written][0]

    def is_complete(self, written: str) -> bool:
        """Whether what is written is a number of the field."""
        return _number_automaton(self)[written][1]

    @property
    def values(self) -> Iterable[int]:
        """The numbers, in units of the last decimal."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True, slots=True)
class AllowedNumbers(NumberField):
    """The numbers of a field that are allowed here."""

    allowed: frozenset[int]

    @property
    def values(self) -> Iterable[int]:
        """The numbers, in units of the last decimal."""
        return self.allowed


@lru_cache(maxsize=4096)
def _number_automaton(field: NumberField) -> dict[str, tuple[str, bool]]:
    """For each prefix: the characters that may follow, and whether it is complete."""
    following: dict[str, set[str]] = {"": set()}
    whole = set()
    for value in field.values:
        text = str(value)
        if field.decimals:
            text = text.zfill(field.decimals + 1)
            text = f"{text[: -field.decimals]}.{text[-field.decimals :]}"
        whole.add(text)
        for end in range(len(text)):
            following.setdefault(text[:end], set()).add(text[end])
            following.setdefault(text[: end + 1], set())
    return {
        prefix: ("".join(sorted(characters)), prefix in whole)
        for prefix, characters in following.items()
    }


_LENGTH = NumberField(*LENGTH_RANGE_TENTHS, decimals=1)
_COORDINATE = NumberField(0, 99, decimals=2)
_FIELDS_BEFORE_ATOMS = 6


def third_angle(alpha: int, beta: int) -> NumberField:
    """Whole angles γ that make a cell with α and β."""
    return NumberField(abs(alpha - beta) + 1, min(alpha + beta, 360 - alpha - beta) - 1, 0)


class CrystalState:
    """A crystal that is being written, and what may come next.

    Args:
        rule: Hard conditions on the composition.
        spacing: How far atoms are kept apart; None leaves it open.
    """

    __slots__ = (
        "_allowed",
        "_angles",
        "_clearance",
        "_counts",
        "_element",
        "_field",
        "_given",
        "_numbers",
        "_rule",
        "_spacing",
        "_written",
        "ended",
    )

    def __init__(self, rule: CompositionRule, spacing: Spacing | None = None) -> None:
        self._rule = rule
        self._spacing = spacing
        self._clearance: Clearance | None = None
        self._given = False  # what is given may stand as close as it likes
        self._allowed: NumberField = _COORDINATE
        self._numbers: list[float] = []
        self._field = 0  # 0-2 lengths, 3-5 angles, 6 element, 7-9 coordinates
        self._written = ""
        self._angles: list[int] = []
        self._element: str | None = None
        self._counts: dict[str, int] = {}
        self.ended = False

    def copy(self) -> CrystalState:
        """A state that goes on by itself."""
        other = copy(self)
        other._angles = self._angles.copy()
        other._numbers = self._numbers.copy()
        other._counts = self._counts.copy()
        if self._clearance is not None:
            other._clearance = self._clearance.copy()
        return other

    @property
    def awaits_element(self) -> bool:
        """Whether an element is what comes next."""
        return self._field == _FIELDS_BEFORE_ATOMS and self._element is None

    @property
    def counts(self) -> Mapping[str, int]:
        """Atoms of each element so far."""
        return self._counts

    @property
    def is_full(self) -> bool:
        """Whether what is written is a whole crystal that no atom may follow."""
        return set(self.symbols()) == {END}

    def symbols(self) -> Sequence[str]:
        """Symbols that may come next; never empty before the end."""
        if self.ended:
            return ()
        if self._field == _FIELDS_BEFORE_ATOMS:
            if self._element is not None:
                return (NEWLINE,)
            return sorted(self._rule.elements_allowed(self._counts))
        field = self._number_field()
        following = list(field.next_characters(self._written))
        if field.is_complete(self._written):
            following.extend(self._separators())
        return following

    def advance(self, symbol: str) -> None:
        """Takes the next symbol.

        Raises:
            CrystalTextError: The symbol may not come here.
        """
        if symbol not in self.symbols():
            legal = ", ".join(
                repr(symbol) if symbol != END else "the end" for symbol in self.symbols()
            )
            raise CrystalTextError(f"{symbol!r} cannot follow here; legal is {legal}")
        if symbol == END:
            self._finish_field()
            self.ended = True
        elif self._field == _FIELDS_BEFORE_ATOMS:
            if symbol == NEWLINE:
                self._field += 1
            else:
                self._element = symbol
                self._counts[symbol] = self._counts.get(symbol, 0) + 1
        elif symbol in (SPACE, NEWLINE):
            self._finish_field()
        else:
            self._written += symbol

    def _number_field(self) -> NumberField:
        if self._field < 3:
            return _LENGTH
        if self._field > _FIELDS_BEFORE_ATOMS:
            return self._allowed if self._field > 7 else _COORDINATE
        if self._field == 5:
            return third_angle(self._angles[0], self._angles[1])
        return NumberField(1, 179, 0)

    def _separators(self) -> list[str]:
        if self._field in (2, 5):
            return [NEWLINE]
        if self._field < 9:
            return [SPACE]
        may_go_on = bool(self._rule.elements_allowed(self._counts))
        return [NEWLINE] * may_go_on + [END] * self._rule.may_end(self._counts)

    def _finish_field(self) -> None:
        if 3 <= self._field <= 5:
            self._angles.append(int(self._written))
        if self._spacing is not None:
            self._numbers.append(float(self._written))
            self._keep_apart(self._spacing)
        self._written = ""
        if self._field == 9:
            self._field, self._element = _FIELDS_BEFORE_ATOMS, None
        else:
            self._field += 1

    def _keep_apart(self, spacing: Spacing) -> None:
        """Takes the lattice or a coordinate into account."""
        if self._field == 5:
            a, b, c, alpha, beta, gamma = self._numbers
            self._clearance = Clearance.of(spacing, (a, b, c), (alpha, beta, gamma))
            self._numbers.clear()
        elif self._element is None or self._clearance is None:
            return
        elif self._field == 9:
            self._clearance.add(self._element, self._numbers)
            self._numbers.clear()
        elif self._given:
            self._allowed = _COORDINATE
        elif self._field == 7:
            allowed = self._clearance.second_hundredths(self._element, *self._numbers)
            self._allowed = AllowedNumbers(0, 99, 2, allowed)
        elif self._field == 8:
            allowed = self._clearance.third_hundredths(self._element, *self._numbers)
            self._allowed = AllowedNumbers(0, 99, 2, allowed)


def refusal(rule: CompositionRule, text: str, spacing: Spacing | None = None) -> str | None:
    """Why the grammar would not have written a text; None where it would.

    Args:
        rule: Hard conditions.
        text: A whole crystal, from whatever source.
        spacing: How far atoms are kept apart; None leaves it open.
    """
    state = CrystalState(rule, spacing)
    try:
        for symbol in (*split_symbols(text), END):
            if state.awaits_element and symbol not in state.symbols():
                return (
                    f"atom {sum(state.counts.values()) + 1}, {symbol[:12]!r}, is no element that "
                    "the conditions allow here"
                )
            state.advance(symbol)
    except CrystalTextError as error:
        return f"after {sum(state.counts.values())} atoms: {error}"[:200]
    return None


def state_after(
    rule: CompositionRule, beginning: str, spacing: Spacing | None = None
) -> CrystalState:
    """The state after a given beginning (a fixed lattice, atoms to be kept).

    Args:
        rule: Hard conditions, which the beginning must meet too.
        beginning: Crystal text up to any symbol.
        spacing: How far further atoms are kept from all; None leaves it open.

    Raises:
        CrystalTextError: The beginning breaks the format or the conditions.
    """
    state = CrystalState(rule, spacing)
    state._given = True
    for symbol in split_symbols(beginning) if beginning else []:
        if symbol == NEWLINE and state.is_full:
            raise CrystalTextError(
                f"has {sum(state.counts.values())} atoms, and none may follow: raise the limit on "
                "atoms, or give fewer"
            )
        if state.awaits_element and symbol not in state.symbols():
            raise CrystalTextError(
                f"atom {sum(state.counts.values()) + 1}, {symbol}, is against the conditions on "
                "the composition"
            )
        state.advance(symbol)
    state._given = False
    return state
