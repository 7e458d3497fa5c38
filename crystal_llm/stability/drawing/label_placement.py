"""Labels beside points, or upon areas: none upon another or upon a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from crystal_llm.types import Array

Box: TypeAlias = tuple[float, float, float, float]

LETTER_WIDTH_PX = 7.0
LINE_HEIGHT_PX = 17.0
MARKER_RADIUS_PX = 6.0
CLEARANCE_PX = 3.0

_SIDES = {
    "top center": (0.0, 1.0),
    "bottom center": (0.0, -1.0),
    "middle right": (1.0, 0.0),
    "middle left": (-1.0, 0.0),
    "top right": (1.0, 1.0),
    "top left": (-1.0, 1.0),
    "bottom right": (1.0, -1.0),
    "bottom left": (-1.0, -1.0),
}
"""Plotly's names of the places for a label, with their directions (y upwards)."""


def place_labels(
    points_px: Array,
    lengths: Sequence[int],
    obstacles_px: Array,
    segments_px: Array,
    *,
    outward: int = 0,
    needed: int = 0,
) -> list[str | None]:
    """A free side for each label, in turn; the earlier a label, the freer its choice.

    Args:
        points_px: Where the labelled points are drawn, shape (n, 2), in pixels.
        lengths: Letters of each label.
        obstacles_px: Other points that no label may cover, shape (m, 2).
        segments_px: Ends of lines, shape (k, 2, 2); of the free sides that one is chosen
            where the fewest cross the label.
        outward: So many of the first points are corners: their labels stand away from the
            middle of the drawing, whatever lies there.
        needed: So many of those that follow are what the drawing is about: where no side is free
            of points, their labels stand where they cover the fewest.

    Returns:
        Plotly's name of the side for each label, None where no side is free.
    """
    centres = np.vstack([points_px.reshape(-1, 2), obstacles_px.reshape(-1, 2)])
    markers = np.hstack([centres - MARKER_RADIUS_PX, centres + MARKER_RADIUS_PX])
    labels = np.empty((len(points_px), 4))
    n_placed = 0
    middle = points_px[:outward].mean(axis=0) if outward else np.zeros(2)
    sides: list[str | None] = []
    for place, ((x, y), length) in enumerate(zip(points_px.tolist(), lengths, strict=True)):
        boxes = {side: label_box(x, y, length, side) for side in _SIDES}
        if place < outward:
            free = [_side_towards(points_px[place] - middle)]
        else:
            corners = np.array(list(boxes.values()))
            # Only what is near can be covered, and few things are.
            reach = np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])
            near = markers[_overlaps(markers, reach[None])]
            apart = ~_overlaps(corners, labels[:n_placed])
            upon = np.where(apart, _upon(corners, near).sum(axis=1), np.inf)
            fewest = upon.min() if place < outward + needed and apart.any() else 0
            free = [
                side for side, points in zip(boxes, upon.tolist(), strict=True) if points == fewest
            ]
        chosen = free[0] if free else None
        if len(free) > 1 and len(segments_px):
            chosen = min(free, key=lambda side: _crossings(boxes[side], segments_px))
        sides.append(chosen)
        if chosen is not None:
            labels[n_placed] = boxes[chosen]
            n_placed += 1
    return sides


def place_upon(
    places_px: Sequence[Array], lengths: Sequence[int], segments_px: Array, *, most_crossed: int
) -> list[int | None]:
    """A free place for each label, in turn: that one where the fewest lines run through it.

    Args:
        places_px: Where the middle of each label may lie, best first, each of shape (n, 2).
        lengths: Letters of each label.
        segments_px: Ends of lines, shape (k, 2, 2).
        most_crossed: A label that more lines would cross is left out, except the first.

    Returns:
        Which of its places each label takes, None where none is free.
    """
    labels = np.empty((0, 4))
    taken: list[int | None] = []
    for places, length in zip(places_px, lengths, strict=True):
        half = np.array([length * LETTER_WIDTH_PX, LINE_HEIGHT_PX]) / 2
        boxes = np.hstack([places - half, places + half])
        crossed = np.array([_crossings(tuple(box), segments_px) for box in boxes.tolist()])
        limit = most_crossed if taken else np.inf
        free = np.flatnonzero(~_overlaps(boxes, labels) & (crossed <= limit))
        chosen = int(free[np.argmin(crossed[free])]) if len(free) else None
        taken.append(chosen)
        if chosen is not None:
            labels = np.vstack([labels, boxes[chosen]])
    return taken


def _crossings(box: Box, segments: Array) -> int:
    """How many lines run through a box."""
    # A line is inside both slabs of the box for a common stretch of its length, or outside.
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    along = np.where(along == 0, 1e-9, along)
    near, far = (np.array(box[:2]) - start) / along, (np.array(box[2:]) - start) / along
    entry = np.maximum(np.minimum(near, far).max(axis=1), 0.0)
    leave = np.minimum(np.maximum(near, far).min(axis=1), 1.0)
    return int((entry < leave).sum())


def _side_towards(direction: Array) -> str:
    return max(
        _SIDES, key=lambda side: direction @ np.array(_SIDES[side]) / np.hypot(*_SIDES[side])
    )


def label_box(x: float, y: float, length: int, side: str) -> Box:
    """Left, bottom, right and top of a label beside a point, in pixels."""
    right, up = _SIDES[side]
    width, height = length * LETTER_WIDTH_PX, LINE_HEIGHT_PX
    x += right * (MARKER_RADIUS_PX + CLEARANCE_PX + width / 2)
    y += up * (MARKER_RADIUS_PX + CLEARANCE_PX + height / 2)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _overlaps(boxes: Array, others: Array) -> Array:
    """Which of the boxes, shape (n, 4), lies upon one of the others, shape (m, 4)."""
    return np.asarray(_upon(boxes, others).any(axis=1))


def _upon(boxes: Array, others: Array) -> Array:
    """Which of the boxes lies upon which of the others, shape (n, m)."""
    left, bottom, right, top = (side[:, None] for side in boxes.T)
    upon = (left < others[:, 2]) & (others[:, 0] < right)
    upon &= (bottom < others[:, 3]) & (others[:, 1] < top)
    return np.asarray(upon)
