"""A job's crystals as a table that sorts by its headings and from which rows are taken."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crystal_llm.evaluation.conditioning import SYMMETRY_TOLERANCE_ANGSTROM
from crystal_llm.jobs.job import JobResult
from crystal_llm.ui.jobs.results import newness_of, reason_of
from crystal_llm.ui.widgets.notation import energy_cell, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_text


def show_table(rows: Sequence[JobResult], *, key: str, judged: bool) -> list[JobResult]:
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


def _cells(row: JobResult, judged: bool) -> dict[str, object]:
    candidate = row.candidate
    validity = candidate.validity
    cells: dict[str, object] = {
        "#": row.number,
        "formula": subscripted(candidate.formula),
        "space group": space_group_text(candidate.spacegroup_number),
    }
    if judged:
        cells |= {
            "above hull": energy_cell(candidate.energy_above_hull_ev_per_atom),
            "change": candidate.energy_change_ev_per_atom,
        }
    cells["valid"] = None if validity is None else "yes" if validity.valid else "no"
    if judged:
        cells["new"] = newness_of(candidate)
    return cells | {
        "likelihood": candidate.log_likelihood_per_atom,
        "atoms": None if candidate.crystal is None else len(candidate.crystal.species),
        "reason": reason_of(candidate),
    }
