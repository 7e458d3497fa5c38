from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.stability.drawing.label_placement import MARKER_RADIUS_PX, label_box, place_labels

NONE = np.zeros((0, 2))
NO_LINES = np.zeros((0, 2, 2))


def overlap(first, other):
    return (
        first[0] < other[2] and other[0] < first[2] and first[1] < other[3] and other[1] < first[3]
    )


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_no_label_covers_another_or_a_point(seed, count):
    rng = np.random.default_rng(seed)
    points, obstacles = rng.uniform(0, 300, (count, 2)), rng.uniform(0, 300, (10, 2))
    lengths = rng.integers(1, 9, count).tolist()
    lines = rng.uniform(0, 300, (5, 2, 2))
    sides = place_labels(points, lengths, obstacles, lines)
    boxes = [
        label_box(x, y, length, side)
        for (x, y), length, side in zip(points, lengths, sides, strict=True)
        if side is not None
    ]
    assert not any(overlap(combination, other) for combination, other in combinations(boxes, 2))
    reach = MARKER_RADIUS_PX
    for x, y in (*points, *obstacles):
        assert not any(overlap(box, (x - reach, y - reach, x + reach, y + reach)) for box in boxes)


def test_a_lone_label_stands_above_its_point():
    assert place_labels(np.zeros((1, 2)), [4], NONE, NO_LINES) == ["top center"]


def test_a_label_without_room_is_left_out():
    crowd = np.random.default_rng(0).uniform(-60, 60, (400, 2))
    assert place_labels(np.zeros((1, 2)), [8], crowd, NO_LINES) == [None]


def test_a_label_avoids_lines():
    upwards = np.array([[[-50.0, 20.0], [50.0, 20.0]], [[0.0, 0.0], [0.0, 100.0]]])
    assert place_labels(np.zeros((1, 2)), [4], NONE, upwards) == ["bottom center"]


def test_corners_are_labelled_outwards():
    corners = np.array([[0.0, 0.0], [400.0, 0.0], [200.0, 350.0]])
    sides = place_labels(corners, [2, 2, 1], NONE, NO_LINES, outward=3)
    assert sides == ["bottom left", "bottom right", "top center"]
