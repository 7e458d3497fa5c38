"""Bond lengths and coordination of a crystal's distinct sites."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.viewer.bonds import CRYSTAL_NN_SITES, find_bonds
from crystal_llm.ui.viewer.crystal import viewed
from crystal_llm.ui.viewer.scene import cartesian


@dataclass(frozen=True, slots=True)
class Coordination:
    """The bonded neighbours of one site.

    Attributes:
        site: Its index.
        element: Its element.
        sites: How many sites symmetry makes like it.
        neighbours: How many of each element.
        lengths_angstrom: Bond lengths, the shortest first.
    """

    site: int
    element: str
    sites: int
    neighbours: tuple[tuple[str, int], ...]
    lengths_angstrom: tuple[float, ...]


def coordinations(crystal: PlainCrystal, orbits: Sequence[int] | None) -> tuple[Coordination, ...]:
    """The coordination of each distinct site.

    Args:
        crystal: The crystal.
        orbits: One a site: the first site that symmetry carries it to; all are distinct if
            None.
    """
    shown = viewed(crystal)
    lengths: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for bond in find_bonds(shown):
        steps = [
            end + shift - start
            for start, end, shift in zip(
                shown.fractional[bond.start], shown.fractional[bond.end], bond.image, strict=True
            )
        ]
        length = math.hypot(*cartesian(shown, steps))
        lengths[bond.start].append((length, shown.symbols[bond.end]))
        lengths[bond.end].append((length, shown.symbols[bond.start]))
    firsts = list(range(len(shown.symbols))) if orbits is None else list(orbits)
    return tuple(
        Coordination(
            site,
            shown.symbols[site],
            firsts.count(site),
            tuple(sorted(Counter(symbol for _, symbol in lengths[site]).items())),
            tuple(sorted(length for length, _ in lengths[site])),
        )
        for site in dict.fromkeys(firsts)
    )


def show_coordination(crystal: PlainCrystal, orbits: Sequence[int] | None) -> None:
    """Draws a table: one row a distinct site."""
    rows = _rows(crystal_hash(crystal), orbits, crystal)
    number = st.column_config.NumberColumn
    st.dataframe(
        [
            {
                "site": row.site,
                "element": row.element,
                "alike": row.sites,
                "coordination": len(row.lengths_angstrom),
                "neighbours": ", ".join(f"{count} {symbol}" for symbol, count in row.neighbours),
                "shortest": min(row.lengths_angstrom, default=None),
                "mean": sum(row.lengths_angstrom) / len(row.lengths_angstrom)
                if row.lengths_angstrom
                else None,
                "longest": max(row.lengths_angstrom, default=None),
            }
            for row in rows
        ],
        hide_index=True,
        height=min(38 + 35 * len(rows), 400),
        column_config={
            "site": number(width="small", help="The first of those that symmetry makes alike."),
            "element": st.column_config.TextColumn(width="small"),
            "alike": number("sites", width="small", help="How many symmetry makes alike."),
            "coordination": number("coordination number"),
            **{name: number(f"{name} (Å)", format="%.3f") for name in
               ("shortest", "mean", "longest")},
        },
        alt="Coordination and bond lengths",
    )  # fmt: skip
    way = (
        "Neighbours by pymatgen's CrystalNN; where that fails, by sums of covalent radii."
        if len(crystal.species) <= CRYSTAL_NN_SITES
        else "Neighbours by sums of covalent radii: the cell has more than "
        f"{CRYSTAL_NN_SITES} sites."
    )
    st.caption(way)


@st.cache_data(max_entries=256, show_spinner=False)
def _rows(
    digest: str, orbits: Sequence[int] | None, _crystal: PlainCrystal
) -> tuple[Coordination, ...]:
    return coordinations(_crystal, orbits)
