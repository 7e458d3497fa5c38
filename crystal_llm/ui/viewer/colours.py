"""A colour and a size for every element, to be read on light and on dark pages.

Hues are Jmol's, which Crystal Toolkit uses and most scientists know. White, near-white and
near-black ones are moved towards the middle until they stand out on both backgrounds, and
elements of one crystal that would look alike are moved apart in lightness.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from functools import cache

# Relative luminance of the page is 0.97 in the light theme and 0.009 in the dark one; these
# bounds keep a contrast of at least 1.5 to the first and 2 to the second.
_DARKEST, _LIGHTEST = 0.07, 0.6
_PUREST = 0.68  # saturation; purer colours shout
_ALIKE = 0.16  # distance in RGB, of at most √3
MASKED = "#8d96a1"
MASKED_RADIUS = 0.52  # one for all: the size must not give the element away


def element_colours(symbols: Iterable[str]) -> dict[str, str]:
    """Colours as ``#rrggbb`` for the elements of one crystal, in their order."""
    chosen: dict[str, tuple[float, float, float]] = {}
    for symbol in dict.fromkeys(symbols):
        colour = _readable(_jmol(symbol))
        for step in (0.0, -0.18, 0.18, -0.32, 0.32):
            candidate = _readable(_lighter(colour, step))
            if all(_distance(candidate, other) > _ALIKE for other in chosen.values()):
                colour = candidate
                break
        chosen[symbol] = colour
    return {symbol: _hex(colour) for symbol, colour in chosen.items()}


@cache
def radius(symbol: str) -> float:
    """Radius of the drawn sphere in ångström: the order of covalent radii, less spread out."""
    from ase.data import atomic_numbers, covalent_radii

    if symbol not in atomic_numbers:
        return MASKED_RADIUS
    return round(0.27 + 0.21 * float(covalent_radii[atomic_numbers[symbol]]), 3)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG) of ``#rrggbb``, from 0 to 1."""
    return _luminance(_rgb(colour))


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _jmol(symbol: str) -> tuple[float, float, float]:
    from ase.data import atomic_numbers
    from ase.data.colors import jmol_colors

    if symbol not in atomic_numbers:
        return _rgb(MASKED)
    red, green, blue = (float(part) for part in jmol_colors[atomic_numbers[symbol]])
    return red, green, blue


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _readable(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    colour = _lighter(colour, 0.0)
    for _ in range(60):
        brightness = _luminance(colour)
        if brightness > _LIGHTEST:
            colour = _lighter(colour, -0.02)
        elif brightness < _DARKEST:
            colour = _lighter(colour, 0.02)
        else:
            break
    return colour


def _lighter(colour: tuple[float, float, float], step: float) -> tuple[float, float, float]:
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + step)), min(_PUREST, saturation))


def _distance(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5)


def _hex(colour: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)
