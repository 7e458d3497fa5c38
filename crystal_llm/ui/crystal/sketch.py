"""A small still picture of a crystal: an SVG of depth-sorted atoms in their cell.

Cards show dozens of crystals at once, more than a browser has WebGL contexts for. A sketch
takes some milliseconds and kilobytes, and stays sharp at every size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.viewer.colours import element_colours, radius

MAX_DRAWN_ATOMS = 400
"""Larger cells are drawn without the images of atoms on their faces, then cut off."""

_CELL = "#8792a0"  # stands out on light and dark pages alike
_FACE = 1e-2
_MARGIN = 0.06
_CORNERS = tuple(product((0, 1), repeat=3))
_EDGES = tuple(
    (a, b)
    for a, b in product(_CORNERS, repeat=2)
    if a < b and sum(x != y for x, y in zip(a, b, strict=True)) == 1
)


def crystal_sketch(crystal: PlainCrystal, size_px: int = 220) -> str:
    """A crystal as SVG text, for light and dark pages alike.

    Seen from the front, slightly from the right and above; far atoms are paler.

    Args:
        crystal: The crystal; its numbers and symbols are all that enters the text.
        size_px: Width and height.
    """
    matrix = lattice_matrix(crystal) @ _view()
    centre = np.array([0.5, 0.5, 0.5]) @ matrix
    symbols, images = _drawn(crystal)
    atoms = images @ matrix - centre
    corners = {corner: np.array(corner) @ matrix - centre for corner in _CORNERS}
    colours = element_colours(crystal.species)
    radii = np.array([radius(symbol) for symbol in symbols])
    reach = max(
        float(np.abs(atoms[:, :2]).max(initial=0.0) + radii.max(initial=0.0)),
        max(float(np.abs(corner[:2]).max()) for corner in corners.values()),
    )
    scale = size_px * (0.5 - _MARGIN) / max(reach, 1e-6)
    half = size_px / 2
    depth = atoms[:, 2]
    nearest, farthest = float(depth.max(initial=0.0)), float(depth.min(initial=0.0))
    span = max(nearest - farthest, 1e-6)
    behind: list[str] = []
    front: list[str] = []
    hidden = min(corners, key=lambda corner: float(corners[corner][2]))
    for a, b in _EDGES:
        (x1, y1, _), (x2, y2, _) = corners[a], corners[b]
        line = (
            f'<line x1="{half + scale * x1:.1f}" y1="{half - scale * y1:.1f}" '
            f'x2="{half + scale * x2:.1f}" y2="{half - scale * y2:.1f}"/>'
        )
        (behind if hidden in (a, b) else front).append(line)
    balls = [
        _ball(
            half + scale * float(atoms[index, 0]),
            half - scale * float(atoms[index, 1]),
            scale * float(radii[index]),
            symbols[index],
            0.62 + 0.38 * (float(depth[index]) - farthest) / span,
        )
        for index in np.argsort(depth, kind="stable")
    ]
    shades = "".join(_shade(symbol, colour) for symbol, colour in colours.items())
    line = f'<g stroke="{_CELL}" stroke-width="1.1" stroke-linecap="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size_px} {size_px}" '
        f'width="{size_px}" height="{size_px}"><defs>{shades}</defs>'
        f'{line} stroke-dasharray="3 3" opacity="0.7">{"".join(behind)}</g>'
        f'{"".join(balls)}{line} opacity="0.9">{"".join(front)}</g></svg>'
    )


def _view() -> np.ndarray:
    """Turns ångström into x to the right, y up, z towards the reader."""
    turn, tilt = math.radians(-68.0), math.radians(16.0)
    across = np.array([-math.sin(turn), math.cos(turn), 0.0])
    towards = np.array(
        [math.cos(turn) * math.cos(tilt), math.sin(turn) * math.cos(tilt), math.sin(tilt)]
    )
    view: np.ndarray = np.column_stack((across, np.cross(towards, across), towards))
    return view


def _drawn(crystal: PlainCrystal) -> tuple[list[str], np.ndarray]:
    """The atoms, those on a face at the opposite one too."""
    symbols: list[str] = []
    images: list[Sequence[float]] = []
    whole = len(crystal.species) * 2 <= MAX_DRAWN_ATOMS
    for symbol, position in zip(crystal.species, crystal.fractional_coordinates, strict=True):
        choices = []
        for value in position:
            inside = value % 1.0
            near = inside < _FACE or inside > 1.0 - _FACE
            edge = round(inside) if near else 0
            choices.append((inside - edge, inside - edge + 1.0) if near and whole else (inside,))
        for image in product(*choices):
            symbols.append(symbol)
            images.append(image)
    drawn = slice(0, MAX_DRAWN_ATOMS)
    return symbols[drawn], np.array(images[drawn], dtype=float).reshape(-1, 3)


def _ball(x: float, y: float, size: float, symbol: str, strength: float) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="url(#s{symbol})" '
        f'opacity="{strength:.2f}" stroke="#1b1f24" stroke-opacity="0.35" stroke-width="0.8"/>'
    )


def _shade(symbol: str, colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    light = "#" + "".join(f"{round(part + 0.55 * (255 - part)):02x}" for part in (red, green, blue))
    dark = "#" + "".join(f"{round(part * 0.72):02x}" for part in (red, green, blue))
    return (
        f'<radialGradient id="s{symbol}" cx="0.36" cy="0.32" r="0.75">'
        f'<stop offset="0" stop-color="{light}"/><stop offset="0.45" stop-color="{colour}"/>'
        f'<stop offset="1" stop-color="{dark}"/></radialGradient>'
    )
