"""The corners of a drawing, and where compositions lie between them.

Up to four elements are corners themselves. Of more, or where that shows more, a drawing
is either **open** to some elements or **fixes** a ratio:

open
    The phases exchange the open elements freely with their elemental phases. The energy is
    that of formation per atom of the other elements, and what is stable is stable in
    contact with those elemental phases (a grand potential hull, as of oxides in excess O2
    at 0 K).
fixed
    A section: some elements keep a ratio to one another and are one corner. Known phases
    of another ratio lie outside; the hull is that of the whole system, cut exactly, so
    where one of its tie lines passes through the section there is a corner of the hull
    that is a mixture and no phase.

Leaving elements out is the hull of the elements that remain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from crystal_llm.crystal.composition import ATOMIC_NUMBERS
from crystal_llm.errors import StabilityError
from crystal_llm.types import Array

CornersKind: TypeAlias = Literal["elements", "open", "fixed"]

MOST_CORNERS = 4
MAX_ELEMENTS_BY_KIND = {"elements": MOST_CORNERS, "open": 8, "fixed": 6}
"""Most elements of a system for each kind; a section needs every facet of the whole hull."""
# A composition whose ratio is off by no more than this lies in the section.
RATIO_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Corners:
    """What the corners of a drawing are.

    Attributes:
        kind: As the module says.
        labels: One a corner.
        elements: The whole system, by atomic number.
        rows: Atomic fraction of each element that each corner's share is read from, one
            row a corner.
        open_to: Elements with which the drawing is in contact.
        note: What a reader must know of the drawing, a sentence; empty for elements.
    """

    kind: CornersKind
    labels: tuple[str, ...]
    elements: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    open_to: tuple[str, ...] = ()
    note: str = ""

    def amounts(self, fractions: Array) -> Array:
        """Amounts of the corners at compositions, (n_points, n_elements) to (…, n_corners)."""
        rows = np.array(self.rows)
        if self.kind == "fixed":
            return np.asarray(fractions @ np.linalg.pinv(rows))
        return np.asarray(fractions @ rows.T)

    def holds(self, fractions: Array) -> Array:
        """Which compositions have a place in the drawing, shape (n_points,)."""
        amounts = self.amounts(fractions)
        if self.kind == "fixed":
            back = amounts @ np.array(self.rows)
            return np.asarray(np.abs(back - fractions).max(axis=1) < RATIO_TOLERANCE)
        return np.asarray(amounts.sum(axis=1) > RATIO_TOLERANCE)


def element_corners(elements: Sequence[str]) -> Corners:
    """Each element a corner, in the order named.

    Raises:
        StabilityError: One element, one twice, or more than four.
    """
    if not 2 <= len(set(elements)) <= MOST_CORNERS or len(set(elements)) != len(elements):
        raise StabilityError(
            f"{'-'.join(elements) or 'no element'}: a hull is drawn of two, three or four "
            "elements; choose so many"
        )
    whole = _by_number(elements)
    return Corners("elements", tuple(elements), whole, _units(elements, whole))


def open_corners(elements: Sequence[str], open_to: Sequence[str]) -> Corners:
    """The elements without those that are exchanged freely.

    Raises:
        StabilityError: Nothing to be open to, or not two to four elements remain.
    """
    _check_within(elements, open_to, "open")
    shown = [symbol for symbol in elements if symbol not in open_to]
    _check_count(elements, shown, "open")
    whole = _by_number(elements)
    names = " and ".join(open_to)
    note = (
        f"Open to {names}: what is stable in contact with elemental {names}; energies per atom "
        f"of {', '.join(shown)}, from the phases at the corners"
    )
    return Corners("open", tuple(shown), whole, _units(shown, whole), tuple(open_to), note)


def fixed_corners(elements: Sequence[str], ratio: Mapping[str, float]) -> Corners:
    """The elements of a ratio as one corner, in the place of the first of them.

    Args:
        elements: The whole system.
        ratio: Amounts of two or more of its elements.

    Raises:
        StabilityError: Fewer than two elements in the ratio, or not two to four corners.
    """
    _check_within(elements, list(ratio), "fixed")
    if len(ratio) < 2:
        raise StabilityError("a ratio is of two elements or more; name them, such as Fe1Mn1")
    whole, total = _by_number(elements), sum(ratio.values())
    tied = "".join(f"{symbol}{amount / total:.3g}" for symbol, amount in ratio.items())
    labels: list[str] = []
    for symbol in elements:
        label = tied if symbol in ratio else symbol
        if label not in labels:
            labels.append(label)
    _check_count(elements, labels, "fixed")
    shares = tuple(ratio.get(symbol, 0.0) / total for symbol in whole)
    rows = tuple(shares if label == tied else _units([label], whole)[0] for label in labels)
    note = (
        f"Section at {' : '.join(ratio)} = "
        f"{' : '.join(f'{amount:g}' for amount in ratio.values())}: phases of another ratio lie "
        "outside; crosses are mixtures, where tie lines of the whole system pass through"
    )
    return Corners("fixed", tuple(labels), whole, rows, (), note)


def _by_number(elements: Sequence[str]) -> tuple[str, ...]:
    unknown = [symbol for symbol in elements if symbol not in ATOMIC_NUMBERS]
    if unknown:
        raise StabilityError(f"{', '.join(unknown)}: not an element; write symbols such as Li")
    return tuple(sorted(set(elements), key=ATOMIC_NUMBERS.__getitem__))


def _units(symbols: Sequence[str], whole: Sequence[str]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(corner == symbol) for corner in whole) for symbol in symbols)


def _check_within(elements: Sequence[str], named: Sequence[str], kind: CornersKind) -> None:
    if not named:
        word = "an element to be open to" if kind == "open" else "the elements of a ratio"
        raise StabilityError(f"name {word}")
    others = [symbol for symbol in named if symbol not in elements]
    if others:
        raise StabilityError(f"{', '.join(others)}: not in {'-'.join(elements)}")


def _check_count(elements: Sequence[str], corners: Sequence[str], kind: CornersKind) -> None:
    if len(elements) > MAX_ELEMENTS_BY_KIND[kind]:
        raise StabilityError(
            f"{'-'.join(elements)}: {len(elements)} elements; this drawing is made of up to "
            f"{MAX_ELEMENTS_BY_KIND[kind]}"
        )
    if not 2 <= len(corners) <= MOST_CORNERS:
        remedy = "name more elements" if len(corners) > MOST_CORNERS else "name fewer elements"
        raise StabilityError(
            f"the drawing would have {len(corners)} corners, and can have two to four: {remedy}"
        )
