"""The chemical elements: all of them, and those that a model is trained on."""

from __future__ import annotations

import re

_SYMBOLS = """
H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se
Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb
Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm
Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
"""

ELEMENTS: tuple[str, ...] = tuple(_SYMBOLS.split())
"""All 118 real elements, in the order of their atomic numbers."""

TRAINED_ELEMENTS: tuple[str, ...] = tuple(
    symbol for symbol in ELEMENTS[:94] if symbol not in {"Po", "At", "Rn", "Fr", "Ra"}
)
"""The 89 elements with inorganic crystals in the Materials Project: what a model
trained on it can write (H to Pu without Po, At, Rn, Fr and Ra)."""

ISOTOPES = {"D": "H", "T": "H"}
"""Symbols of hydrogen's isotopes; to a crystal here they are hydrogen."""


def isotope_free(symbol: str) -> str:
    """The element of a symbol, D and T being hydrogen; other symbols as they are."""
    return ISOTOPES.get(symbol, symbol)


def symbol_words(text: str) -> tuple[str, ...]:
    """The words of a list of elements or a chemical system, such as Li,Fe,O or Li–Fe–O.

    Blanks, commas, semicolons, hyphens, dashes and minus signs part them; D and T are hydrogen.
    """
    return tuple(isotope_free(word) for word in re.split(r"[\s,;−–—‐‑-]+", text) if word)
