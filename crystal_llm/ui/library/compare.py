"""Up to four entries side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.crystal.crystallography import COPPER_K_ALPHA_ANGSTROM
from crystal_llm.library.comparison import ComparedEntry, compare_entries
from crystal_llm.library.entry import Entry
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.crystal.figures import powder_figure
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.crystal.powder import ask_measured, found_pattern
from crystal_llm.ui.crystal.sections import (
    DEFAULT_TOLERANCE_ANGSTROM,
    found_symmetry,
    symmetry_text,
)
from crystal_llm.ui.widgets.notation import energy_text, subscripted
from crystal_llm.ui.widgets.page_style import page_theme


def show_comparison(entries: Sequence[Entry]) -> None:
    """Draws entries side by side: in 3D, and all numbers in one table.

    Raises:
        LibraryError: Fewer than two, more than four, or one twice.
    """
    compared = _compared(tuple(_identity(entry) for entry in entries), entries)
    titles = _titles(entries)
    for column, item in zip(st.columns(len(compared)), compared, strict=True):
        with column:
            st.markdown(f"**{titles[item.entry.id]}** · {item.entry.origin}")
            if item.entry.crystal is None:
                st.caption("No crystal")
            else:
                show_crystal(item.entry.crystal, f"lib-compare-{item.entry.id}", 260,
                             link="lib-compare")  # fmt: skip
    _patterns(compared, titles)
    columns = {
        title: _values(item, titles) for title, item in zip(titles.values(), compared, strict=True)
    }
    names = list(next(iter(columns.values())))
    st.dataframe(
        [{"": name} | {title: values[name] for title, values in columns.items()} for name in names],
        hide_index=True,
        height=38 + 35 * len(names),
        column_config={"": st.column_config.TextColumn(width="medium", pinned=True)},
        alt="Comparison of crystals",
    )
    methods = {str(entry.method) for entry in entries if entry.method is not None}
    if len(methods) > 1:
        st.warning(
            "These energies were made by different methods and do not compare with one another."
        )


def _patterns(compared: Sequence[ComparedEntry], titles: dict[str, str]) -> None:
    """Powder patterns below one another's columns, all axes of one range."""
    with st.expander("Powder patterns (Cu Kα)"):
        measured = ask_measured("lib-compare")
        for column, item in zip(st.columns(len(compared)), compared, strict=True):
            crystal = item.entry.crystal
            lines = (
                ()
                if crystal is None
                else found_pattern(crystal_hash(crystal), COPPER_K_ALPHA_ANGSTROM, crystal)
            )
            with column:
                if not lines:
                    st.caption("No pattern")
                    continue
                figure = powder_figure([(titles[item.entry.id], lines)], theme=page_theme(),
                                       height_px=260, width_degrees=0.2,
                                       measured=measured)  # fmt: skip
                st.plotly_chart(figure, key=f"lib-compare-powder-{item.entry.id}",
                                config={"displaylogo": False})  # fmt: skip


def _identity(entry: Entry) -> tuple[str, str]:
    return entry.id, "" if entry.crystal is None else crystal_hash(entry.crystal)


@st.cache_data(max_entries=32, show_spinner="Comparing the crystals …")
def _compared(
    identities: tuple[tuple[str, str], ...], _entries: Sequence[Entry]
) -> tuple[ComparedEntry, ...]:
    return compare_entries(_entries)


def _titles(entries: Sequence[Entry]) -> dict[str, str]:
    """Headings by id; equal formulas are told apart by a number."""
    formulas = [subscripted(entry.formula) for entry in entries]
    return {
        entry.id: formula if formulas.count(formula) == 1 else f"{formula} ({place})"
        for place, (entry, formula) in enumerate(zip(entries, formulas, strict=True), start=1)
    }


def _rms_text(item: ComparedEntry, titles: dict[str, str]) -> str:
    if item.entry.id == next(iter(titles)):
        return "–"
    return "no match" if item.rms_to_first is None else f"{item.rms_to_first:.4f}"


def _values(item: ComparedEntry, titles: dict[str, str]) -> dict[str, str]:
    entry = item.entry
    crystal = entry.crystal
    values: dict[str, str] = {"origin": entry.origin}
    if crystal is not None:
        symmetry = found_symmetry(crystal_hash(crystal), DEFAULT_TOLERANCE_ANGSTROM, crystal)
        values["space group (0.1 Å)"] = symmetry_text(symmetry)
        values["atoms"] = str(len(crystal.species))
        for name, value in zip("abc", crystal.lengths_angstrom, strict=True):
            values[f"{name} (Å)"] = f"{value:.4f}"
        for name, value in zip("αβγ", crystal.angles_degrees, strict=True):
            values[f"{name} (°)"] = f"{value:.2f}"
    else:
        values |= dict.fromkeys(
            ("space group (0.1 Å)", "atoms", "a (Å)", "b (Å)", "c (Å)", "α (°)", "β (°)", "γ (°)"),
            "–",
        )
    volume, density = item.volume_per_atom_cubic_angstrom, item.density_g_per_cubic_cm
    return values | {
        "volume per atom (Å³)": "–" if volume is None else f"{volume:.3f}",
        "density (g/cm³)": "–" if density is None else f"{density:.3f}",
        "energy (eV/atom)": energy_text(entry.energy_ev_per_atom, 4),
        "above hull (eV/atom)": energy_text(entry.energy_above_hull_ev_per_atom),
        "energies by": "–" if entry.method is None else title_of(entry.method.potential),
        "RMSD from the first (∛(V/N))": _rms_text(item, titles),
        "same crystal as": ", ".join(titles[other] for other in item.same_as) or "none of these",
    }
