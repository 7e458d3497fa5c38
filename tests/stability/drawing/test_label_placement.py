from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.stability.drawing.label_placement import (
    LETTER_WIDTH_PX,
    LINE_HEIGHT_PX,
    MARKER_RADIUS_PX,
    label_box,
    place_labels,
    place_upon,
)

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


def test_a_label_that_is_needed_covers_the_fewest_points_and_no_other_label():
    rng = np.random.default_rng(0)
    crowd = rng.uniform(-60, 60, (400, 2))
    crowd = crowd[crowd[:, 1] > -30]
    (side,) = place_labels(np.zeros((1, 2)), [8], crowd, NO_LINES, needed=1)
    covered = {
        name: sum(overlap(label_box(0, 0, 8, name), (x - 6, y - 6, x + 6, y + 6)) for x, y in crowd)
        for name in ("top center", "bottom center", "middle left", "middle right", side)
    }
    assert covered[side] == min(covered.values()) > 0
    points = np.zeros((2, 2))
    first, second = place_labels(points, [8, 8], crowd, NO_LINES, needed=2)
    assert not overlap(label_box(0, 0, 8, first), label_box(0, 0, 8, second))


def test_a_label_avoids_lines():
    upwards = np.array([[[-50.0, 20.0], [50.0, 20.0]], [[0.0, 0.0], [0.0, 100.0]]])
    assert place_labels(np.zeros((1, 2)), [4], NONE, upwards) == ["bottom center"]


def test_corners_are_labelled_outwards():
    corners = np.array([[0.0, 0.0], [400.0, 0.0], [200.0, 350.0]])
    sides = place_labels(corners, [2, 2, 1], NONE, NO_LINES, outward=3)
    assert sides == ["bottom left", "bottom right", "top center"]


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_no_label_upon_an_area_covers_another(seed, count):
    rng = np.random.default_rng(seed)
    places = [rng.uniform(0, 300, (4, 2)) for _ in range(count)]
    lengths = rng.integers(1, 9, count).tolist()
    taken = place_upon(places, lengths, rng.uniform(0, 300, (5, 2, 2)), most_crossed=2)
    assert taken[0] is not None
    boxes = []
    for own, length, place in zip(places, lengths, taken, strict=True):
        if place is not None:
            (x, y), half = own[place], length * LETTER_WIDTH_PX / 2
            boxes.append((x - half, y - LINE_HEIGHT_PX / 2, x + half, y + LINE_HEIGHT_PX / 2))
    assert not any(overlap(box, other) for box, other in combinations(boxes, 2))


def test_a_label_upon_an_area_takes_the_first_place_that_no_line_crosses():
    places = [np.array([[0.0, 0.0], [0.0, 40.0], [0.0, 80.0]])]
    line = np.array([[[-50.0, 0.0], [50.0, 0.0]]])
    assert place_upon(places, [4], line, most_crossed=0) == [1]


def test_a_second_label_that_too_many_lines_cross_is_left_out():
    lines = np.array([[[-50.0, 0.0], [250.0, 0.0]]] * 2)
    places = [np.zeros((1, 2)), np.array([[200.0, 0.0]])]
    assert place_upon(places, [4, 4], lines, most_crossed=1) == [0, None]
    assert place_upon(places, [4, 4], lines, most_crossed=2) == [0, 0]
