"""A colour and a size for every element, to be read on light and on dark pages.

Hues are Jmol's, which Crystal Toolkit uses and most scientists know. White, near-white and
near-black ones are moved towards the middle until they stand out on both backgrounds. An element
has one colour, whatever stands beside it: those that would look alike are moved apart once for all.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterable
from functools import cache

# Relative luminance of the page is 0.97 in the light theme and 0.009 in the dark one; these
# bounds keep a contrast of at least 1.5 to the first and 2 to the second.
_DARKEST, _LIGHTEST = 0.07, 0.6
_PUREST = 0.68  # saturation; purer colours shout
_ALIKE = 0.06  # distance in RGB, of at most √3; more would leave no room for a hundred elements
_STEPS = (0.0, *(sign * step / 50 for step in range(1, 20) for sign in (-1, 1)))
_COMMON = (
    *("O", "H", "C", "N", "S", "P", "F", "Cl", "Si", "Al", "Li", "Na", "K", "Mg", "Ca", "Sr", "Ba"),
    *("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Zr", "Nb", "Mo", "La", "Pb", "Sn", "I"),
)
MASKED_COLOUR = "#8d96a1"
MASKED_RADIUS = 0.52  # one for all: the size must not give the element away


def element_colours(symbols: Iterable[str]) -> dict[str, str]:
    """Colours as ``#rrggbb`` for the elements of one crystal, in their order."""
    fixed = _fixed()
    return {symbol: fixed.get(symbol, MASKED_COLOUR) for symbol in dict.fromkeys(symbols)}


@cache
def _fixed() -> dict[str, str]:
    """The colour of every element; the more common ones choose first."""
    from ase.data import chemical_symbols

    chosen: dict[str, tuple[float, float, float]] = {}
    for symbol in (*_COMMON, *(symbol for symbol in chemical_symbols[1:] if symbol not in _COMMON)):
        colour = _readable(_jmol(symbol))
        candidates = (_readable(_lighter(colour, step)) for step in _STEPS)
        # Where no room is left the one that is farthest from all others stands.
        chosen[symbol] = next(
            (colour for colour in candidates if _apart(colour, chosen.values()) > _ALIKE), None
        ) or max(
            (_readable(_lighter(colour, step)) for step in _STEPS),
            key=lambda colour: _apart(colour, chosen.values()),
        )
    return {symbol: _hex(colour) for symbol, colour in chosen.items()}


def _apart(
    colour: tuple[float, float, float], others: Iterable[tuple[float, float, float]]
) -> float:
    return min((_distance(colour, other) for other in others), default=2.0)


@cache
def radius(symbol: str) -> float:
    """Radius of the drawn sphere in ångström: the order of covalent radii, less spread out."""
    from ase.data import atomic_numbers, covalent_radii

    if symbol not in atomic_numbers:
        return MASKED_RADIUS
    return round(0.27 + 0.21 * float(covalent_radii[atomic_numbers[symbol]]), 3)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _jmol(symbol: str) -> tuple[float, float, float]:
    from ase.data import atomic_numbers
    from ase.data.colors import jmol_colors

    if atomic_numbers.get(symbol, len(jmol_colors)) >= len(jmol_colors):
        return _rgb(MASKED_COLOUR)
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


def _distance(colour: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)) ** 0.5)


def _hex(colour: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)
