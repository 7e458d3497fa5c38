"""The ways from many entries to hulls: which can be drawn together, and which not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.library.entry import Entry
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.ui.hull.link import by_system, has_reference, open_hull, show_hull_button
from crystal_llm.ui.widgets.notation import as_markdown

_ICON = ":material/change_history:"


@dataclass(frozen=True, slots=True)
class HullWays:
    """What of some entries hulls can show.

    Attributes:
        phases: Name, formula and energy in eV/atom of each that can be placed, by the method
            of its energy, that of the most first: energies of two methods have no hull together.
        left_out: One sentence for each reason why others are not among them.
    """

    phases: dict[EnergyMethod, list[tuple[str, str, float]]]
    left_out: tuple[str, ...]


def hull_ways(entries: Sequence[Entry]) -> HullWays:
    """Sorts entries by the method of their energies, and says which have no place on a hull."""
    phases: dict[EnergyMethod, list[tuple[str, str, float]]] = {}
    without_energy: list[Entry] = []
    for entry in entries:
        energy, method = entry.energy_ev_per_atom, entry.method
        if energy is None or method is None or not entry.formula:
            without_energy.append(entry)
        else:
            phases.setdefault(method, []).append((entry.title, entry.formula, energy))
    left_out = []
    if without_energy:
        left_out.append(f"{_counted(without_energy)} no energy yet: relax and place first.")
    for method in [method for method in phases if not has_reference(method)]:
        stranded = phases.pop(method)
        left_out.append(
            f"{_counted(stranded)} an energy of {method}, of which there is no reference here."
        )
    ordered = sorted(phases.items(), key=lambda item: -len(item[1]))
    return HullWays(dict(ordered), tuple(left_out))


def show_hull_ways(entries: Sequence[Entry], *, key: str) -> None:
    """Draws one button: to the hull, or to a choice of hulls with what none of them shows.

    Args:
        entries: The chosen entries, at least one.
        key: Unique among the elements of a page.
    """
    ways = hull_ways(entries)
    if not ways.phases:
        st.button(
            "On the hull",
            icon=_ICON,
            key=f"{key}-none",
            disabled=True,
            help=" ".join(ways.left_out),
        )
        return
    if len(ways.phases) == 1 and not ways.left_out:
        ((method, phases),) = ways.phases.items()
        show_hull_button(phases, method, key=key)
        return
    with st.popover("On the hull", icon=_ICON, key=f"{key}-ways"):
        if len(ways.phases) > 1:
            st.caption("Energies of two methods do not compare: each has hulls of its own.")
        for number, (method, phases) in enumerate(ways.phases.items()):
            for system, members in by_system(phases).items():
                crystals = f"{len(members):,} crystal{'s' if len(members) > 1 else ''}"
                if st.button(
                    f"{system} · {crystals} · {as_markdown(title_of(method.potential))}",
                    key=f"{key}-{number}-{system}", width="stretch", help=as_markdown(str(method)),
                ):  # fmt: skip
                    open_hull(members, method)
        for sentence in ways.left_out:
            st.caption(f":material/info: {as_markdown(sentence)}")


def _counted(crystals: Sequence[object]) -> str:
    return f"{len(crystals):,} crystal{'s have' if len(crystals) > 1 else ' has'}"
