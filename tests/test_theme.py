from dataclasses import asdict
from itertools import combinations

import numpy as np
import pytest

from crystal_llm.errors import RequestError
from crystal_llm.theme import DARK, LIGHT, palette

MARKERS = ("known", "known_unstable", "candidate")
# Full deuteranopia and protanopia on linear RGB (Machado, Oliveira and Fernandes, 2009).
DICHROMACIES = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(first, other):
    dark, light = sorted(linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (first, other))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.clip(rgb, 0, 1) @ np.array(
        [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]]
    )
    scaled = xyz / [0.9505, 1.0, 1.089]
    root = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_drawn_stands_out(colours):
    assert contrast(colours.text, colours.background) >= 7
    assert contrast(colours.caption, colours.background) >= 7
    for name in (*MARKERS, "line"):
        assert contrast(getattr(colours, name), colours.background) >= 3, name


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", DICHROMACIES)
def test_kinds_differ_for_every_colour_vision(colours, vision):
    seen = {name: lab(DICHROMACIES[vision] @ linear(getattr(colours, name))) for name in MARKERS}
    for combination, other in combinations(MARKERS, 2):
        assert np.linalg.norm(seen[combination] - seen[other]) > 20, (combination, other)


def test_themes_are_light_and_dark():
    assert palette("light") is LIGHT
    assert palette("dark") is DARK
    assert all(len(colour) == 7 for colour in asdict(LIGHT).values())
    with pytest.raises(RequestError, match="light, dark"):
        palette("sepia")
