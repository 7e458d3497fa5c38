"""A job's crystals as a table that sorts by its headings and from which rows are taken."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.evaluation.conditioning import SYMMETRY_TOLERANCE_ANGSTROM
from crystal_llm.ui.jobs.results import ResultRow
from crystal_llm.ui.widgets.notation import energy_cell, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_text


def show_table(rows: Sequence[ResultRow], *, key: str, judged: bool) -> list[ResultRow]:
    """Draws the table.

    Args:
        rows: The crystals.
        key: Unique among the elements of a page; another one forgets which rows are taken.
        judged: Whether the job judges them; else the columns of judging are left out.

    Returns:
        The rows that are taken.
    """
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    chosen = st.dataframe(
        [_cells(row, judged) for row in rows],
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=min(38 + 35 * max(len(rows), 1), 493),
        placeholder="–",
        column_config={
            "#": number(width=44, pinned=True, help="Its place in the job."),
            "formula": text(width=96),
            "space group": text(
                width=112,
                help=f"By spglib within {SYMMETRY_TOLERANCE_ANGSTROM:g} Å; of the relaxed crystal "
                "where there is one.",
            ),
            "above hull": number(
                "E above hull",
                format="%.3f",
                help="eV/atom, of the relaxed crystal, over the job's reference.",
            ),
            "change": number(
                "ΔE relaxing", format="%.3f", help="eV/atom that the relaxation gained."
            ),
            "valid": text(
                width=56,
                help="Possible as written: no atoms closer than 0.5 Å, and neutral charges.",
            ),
            "new": text(
                width=124, help="Unique in this job, or the same as a crystal before it or known."
            ),
            "likelihood": number(
                "log p / atom",
                format="%.2f",
                help="Log-likelihood of its text over its atoms. Higher is likelier.",
            ),
            "atoms": number(width=60),
            "reason": text(
                "what went wrong", width="large", help="Why something is missing, or not valid."
            ),
        },
        alt="Crystals of the job",
    )
    return [rows[place] for place in chosen["selection"]["rows"] if place < len(rows)]


def _cells(row: ResultRow, judged: bool) -> dict[str, object]:
    crystal = row.crystal
    cells: dict[str, object] = {
        "#": row.number,
        "formula": subscripted(row.formula),
        "space group": space_group_text(row.spacegroup),
    }
    if judged:
        cells |= {
            "above hull": energy_cell(row.energy_above_hull_ev_per_atom),
            "change": row.energy_change_ev_per_atom,
        }
    cells["valid"] = None if row.valid is None else "yes" if row.valid else "no"
    if judged:
        cells["new"] = row.new
    return cells | {
        "likelihood": row.likelihood_per_atom,
        "atoms": None if crystal is None else len(crystal.species),
        "reason": row.reason,
    }
