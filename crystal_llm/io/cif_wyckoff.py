"""Whether the sites of a CIF lie where the Wyckoff letters beside them say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from crystal_llm.crystal.wyckoff import SiteSymmetry, multiplicities, site_symmetries
from crystal_llm.io.cif_expansion import Expansion, ListedSite
from crystal_llm.io.cif_symmetry import SymmetryReading


def letter_remarks(
    expansion: Expansion, sites: Sequence[ListedSite], reading: SymmetryReading
) -> tuple[str, ...]:
    """What is said of Wyckoff letters that contradict the sites.

    By their multiplicity, or by the symmetry of the site; and of two sites at one letter that
    leaves no coordinate free. Another origin or setting exchanges letters that have both alike:
    they are not asked about. A whole cell in P 1 may have those of the group that it was made of.
    """
    if reading.number is None or len(reading.operations) == 1:
        return ()
    table = multiplicities(reading.number)
    general = max(table.values())
    placed = Counter(int(index) for index in expansion.site_numbers)
    others, alike = [], {}
    for n, site in enumerate(sites):
        letter = site.wyckoff[-1:]
        if not letter:
            continue
        letter = letter if letter in table else letter.lower()
        said = table.get(letter)
        if said is None or placed[n] * general != said * len(reading.operations):
            there = "is no position there" if said is None else f"has {said} atoms there"
            others.append(
                f"{site.name} has {placed[n]}, and its Wyckoff letter {site.wyckoff[-1]} {there}"
            )
        else:
            alike[n] = letter
    if alike:
        others += _by_site_symmetry(expansion, sites, reading, alike)
    if not others:
        return ()
    shown = "; ".join(others[:2]) + ("; …" if len(others) > 2 else "")
    return (f"by {reading.name} {shown}: are its coordinates right?",)


def _by_site_symmetry(
    expansion: Expansion,
    sites: Sequence[ListedSite],
    reading: SymmetryReading,
    letters: dict[int, str],
) -> list[str]:
    assert reading.number is not None
    table = site_symmetries(reading.number)
    others = []
    at_fixed_letters: dict[str, int] = {}
    for n, letter in letters.items():
        position = expansion.positions[np.flatnonzero(expansion.site_numbers == n)[0]]
        if _site_symmetry(position, reading) != table[letter].kinds:
            others.append(
                f"{sites[n].name} has another site symmetry than its Wyckoff letter {letter}"
            )
        elif table[letter].fixed:
            first = at_fixed_letters.setdefault(letter, n)
            if first != n:
                others.append(
                    f"{sites[n].name} and {sites[first].name} have the one position of the Wyckoff "
                    f"letter {letter}"
                )
    return others


def _site_symmetry(position: np.ndarray, reading: SymmetryReading) -> Counter[tuple[int, int]]:
    # An expanded site lies on its special position to the last digits.
    moved = reading.rotations @ position + reading.translations - position
    fixing = reading.rotations[(np.abs(moved - np.round(moved)) < 1e-4).all(axis=1)]
    return SiteSymmetry.kinds_of(fixing)
