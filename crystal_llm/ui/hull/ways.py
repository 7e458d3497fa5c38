"""The ways from many crystals to hulls: which can be drawn together, and which not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import streamlit as st

from crystal_llm.candidate import Candidate
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.library.entry import Entry
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.ui.hull.link import has_reference, show_hull_button, show_systems
from crystal_llm.ui.widgets.notation import as_markdown

_ICON = ":material/change_history:"


@dataclass(frozen=True, slots=True)
class Placeable:
    """What a hull asks of a crystal; None where there is none.

    Attributes:
        name: What it is called on the hull.
        formula: Its composition.
        energy_ev_per_atom: Its energy.
        method: What made the energy.
    """

    name: str
    formula: str | None
    energy_ev_per_atom: float | None
    method: EnergyMethod | None

    @classmethod
    def of_entry(cls, entry: Entry) -> Self:
        """An entry of the library."""
        formula = None if entry.crystal is None else entry.formula
        return cls(entry.title, formula, entry.energy_ev_per_atom, entry.method)

    @classmethod
    def of_candidate(cls, name: str, candidate: Candidate) -> Self:
        """A crystal of a job, with the energy that has its place on a hull."""
        relaxation = candidate.relaxation
        return cls(
            name,
            None if candidate.crystal is None else candidate.formula,
            candidate.placed_energy_ev_per_atom,
            None if relaxation is None else relaxation.method,
        )


@dataclass(frozen=True, slots=True)
class HullWays:
    """What of some crystals hulls can show.

    Attributes:
        phases: Name, formula and energy in eV/atom of each that can be placed, by the method
            of its energy, that of the most first: energies of two methods have no hull together.
        left_out: One sentence for each reason why others are not among them.
    """

    phases: dict[EnergyMethod, list[tuple[str, str, float]]]
    left_out: tuple[str, ...]


def hull_ways(crystals: Sequence[Placeable]) -> HullWays:
    """Sorts crystals by the method of their energies, and says which have no place on a hull."""
    phases: dict[EnergyMethod, list[tuple[str, str, float]]] = {}
    unwritten = unrelaxed = 0
    for crystal in crystals:
        energy, method = crystal.energy_ev_per_atom, crystal.method
        if not crystal.formula:
            unwritten += 1
        elif energy is None or method is None:
            unrelaxed += 1
        else:
            phases.setdefault(method, []).append((crystal.name, crystal.formula, energy))
    left_out = []
    if unrelaxed:
        left_out.append(f"{_counted(unrelaxed)} no energy yet: relax and place first.")
    if unwritten:
        text = "1 text holds" if unwritten == 1 else f"{unwritten:,} texts hold"
        left_out.append(f"{text} no crystal.")
    for method in [method for method in phases if not has_reference(method)]:
        stranded = len(phases.pop(method))
        left_out.append(
            f"{_counted(stranded)} an energy of {method}, of which there is no reference here."
        )
    ordered = sorted(phases.items(), key=lambda item: -len(item[1]))
    return HullWays(dict(ordered), tuple(left_out))


def show_hull_ways(crystals: Sequence[Placeable], *, key: str) -> None:
    """Draws one button: to the hull, or to a choice of hulls with what none of them shows.

    Args:
        crystals: What is to be placed, at least one.
        key: Unique among the elements of a page.
    """
    ways = hull_ways(crystals)
    if not ways.phases:
        st.button(
            "On the hull",
            icon=_ICON,
            key=f"{key}-none",
            disabled=True,
            help=as_markdown(" ".join(ways.left_out)),
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
            show_systems(phases, method, key=f"{key}-{number}", maker=title_of(method.potential))
        for sentence in ways.left_out:
            st.caption(f":material/info: {as_markdown(sentence)}")


def _counted(count: int) -> str:
    return f"{count:,} crystal{'s have' if count > 1 else ' has'}"
