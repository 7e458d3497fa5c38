"""A job's crystals as a table: a click on a row opens the crystal, ticks choose several."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from crystal_llm.evaluation.conditioning import SYMMETRY_TOLERANCE_ANGSTROM
from crystal_llm.jobs.job import JobResult
from crystal_llm.potentials.hull_accuracy import hull_accuracy
from crystal_llm.ui.crystal.picture import sketch_svg
from crystal_llm.ui.jobs.results import known_text, reason_of, uniqueness_of
from crystal_llm.ui.jobs.second_verdict import error_of
from crystal_llm.ui.widgets.notation import subscripted
from crystal_llm.ui.widgets.row_clicks import clicked_row
from crystal_llm.ui.widgets.signed_table import signed_table
from crystal_llm.ui.widgets.space_groups import space_group_text

ROW_HEIGHT_PX = 58
"""Room for a sketch, or for a reason of three lines."""

MOST_SKETCHES = 200
"""Of more rows the table has no pictures: each is some kilobytes."""

_OPENED = "res-table-opened"


def show_result_table(
    rows: Sequence[JobResult],
    *,
    key: str,
    judged: bool,
    open_crystal: Callable[[int], None],
    second: Mapping[str, Mapping[int, float | None]] | None = None,
) -> list[JobResult]:
    """Draws the table.

    Args:
        rows: The crystals.
        key: Unique among the elements of a page; another one forgets which rows are taken.
        judged: Whether the job judges them; else the columns of judging are left out.
        open_crystal: Called with the number of the crystal whose row is clicked.
        second: Energies above hull by other potentials, by the potential's title and by the
            index of a crystal.

    Returns:
        The rows that are ticked.
    """
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    second = second or {}
    by_energy = any(
        row.candidate.written.energy_above_hull_written_ev_per_atom is not None for row in rows
    )
    chosen = st.dataframe(
        signed_table(
            [
                _cells(
                    row,
                    judged,
                    second,
                    with_sketch=len(rows) <= MOST_SKETCHES,
                    by_energy=by_energy,
                )
                for row in rows
            ],
            {
                "above hull": 3,
                "written above hull": 3,
                **dict.fromkeys(second, 3),
                "change": 3,
                "likelihood": 2,
            },
        ),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=ROW_HEIGHT_PX,
        height=min(40 + ROW_HEIGHT_PX * max(len(rows), 1), 560),
        placeholder="–",
        column_config={
            "#": number(width=44, pinned=True, help="Its number in the job."),
            "crystal": st.column_config.ImageColumn("", width=64),
            "formula": text(width=92),
            "above hull": number(
                f"E above hull{_error_text(rows)} (eV/atom)", width=190,
                help=_hull_help(rows), alignment="left",
            ),
            **{
                title: number(
                    f"{title}{_plus_minus(error_of(title))} (eV/atom)", width=196,
                    help=f"Energy above hull by {title}, relaxed again and placed under it.",
                    alignment="left",
                )
                for title in second
            },
            "written above hull": number(
                "as written (eV/atom)", width=140, alignment="left",
                help="CHGNet's energy above hull of the crystal as written; it was chosen by this.",
            ),
            "known": text(
                "novel", width=124,
                help="Novel: none of the known structures is the same crystal. A known phase "
                "stands with its id; a polymorph is another structure of a known composition: "
                "open it to see which.",
            ),
            "written group": text(
                "group, written", width=112,
                help="Space group of the crystal as written, by spglib within "
                f"{SYMMETRY_TOLERANCE_ANGSTROM:g} Å.",
            ),
            "relaxed group": text(
                "group, relaxed", width=112,
                help="Space group of the relaxed crystal, same tolerance.",
            ),
            "unique": text(
                width=84, help="Of equal crystals of this job the one of lowest energy is unique."
            ),
            "valid": text(
                width=56,
                help="As written: no atoms closer than 0.5 Å, and neutral by common oxidation "
                "states. Metals often fail the second.",
            ),
            "change": number(
                "ΔE relaxing (eV/atom)", width=154,
                help="What the relaxation gained: energy of the relaxed crystal less that of the "
                "crystal as written.",
            ),
            "likelihood": number(
                "log p / atom", width=84,
                help="Log-likelihood of its text over its atoms. Higher is likelier.",
            ),
            "atoms": number(width=60),
            "reason": text(
                "what went wrong", width=320, help="Why something is missing, or not valid."
            ),
        },
        alt="Crystals of the job",
    )  # fmt: skip
    place = clicked_row(chosen["selection"].get("cells", []), key, _OPENED)
    if place is not None and place < len(rows):
        open_crystal(rows[place].number)
    return [rows[place] for place in chosen["selection"]["rows"] if place < len(rows)]


def show_empty_table() -> None:
    """Draws the heads of the columns that every job has."""
    heads: dict[str, list[str]] = {
        "#": [],
        "formula": [],
        "group, written": [],
        "valid": [],
        "atoms": [],
    }
    st.dataframe(heads, hide_index=True, alt="No crystals yet")


def in_order(rows: Sequence[JobResult]) -> list[JobResult]:
    """Crystals by their energy above hull, those without one last.

    These stand by their energy as written, where they were chosen by that, then as they came. Equal
    crystals that are one known phase have one energy: the one that stands for them comes first.
    """

    def place(row: JobResult) -> tuple[bool, float, bool, float, int]:
        candidate = row.candidate
        above = candidate.energy_above_hull_ev_per_atom
        repeats = candidate.novelty is not None and candidate.novelty.duplicate_of is not None
        written = candidate.written.energy_above_hull_written_ev_per_atom
        return (
            above is None,
            above or 0.0,
            above is not None and repeats,
            math.inf if written is None else written,
            row.number,
        )

    return sorted(rows, key=place)


def _error_text(rows: Sequence[JobResult]) -> str:
    """`` ±0.045``: the mean error of the potential that made all these energies, if it is one."""
    methods = {row.candidate.hull.method.potential for row in rows if row.candidate.hull}
    return _plus_minus(error_of(methods.pop())) if len(methods) == 1 else ""


def _plus_minus(error: float | None) -> str:
    return "" if error is None else f" ±{error:.3f}"


def _hull_help(rows: Sequence[JobResult]) -> str:
    meaning = "Of the relaxed crystal, over the job's reference of known phases."
    methods = {row.candidate.hull.method for row in rows if row.candidate.hull is not None}
    accuracies = [hull_accuracy(method) for method in methods]
    errors = sorted({accuracy.text for accuracy in accuracies if accuracy is not None})
    return " ".join([meaning, *(f"{error} eV/atom." for error in errors)])


def _cells(
    row: JobResult,
    judged: bool,
    second: Mapping[str, Mapping[int, float | None]],
    *,
    with_sketch: bool,
    by_energy: bool,
) -> dict[str, object]:
    candidate = row.candidate
    validity, crystal = candidate.validity, candidate.crystal
    cells: dict[str, object] = {"#": row.number}
    if with_sketch:
        cells["crystal"] = None if crystal is None else _data_url(sketch_svg(crystal))
    cells["formula"] = subscripted(candidate.formula)
    if judged:
        cells["above hull"] = candidate.energy_above_hull_ev_per_atom
        cells |= {title: energies.get(row.number - 1) for title, energies in second.items()}
        cells["known"] = known_text(candidate)
    cells["written group"] = space_group_text(candidate.written_spacegroup_number)
    if judged:
        relaxed = candidate.relaxed_crystal is not None
        cells["relaxed group"] = space_group_text(candidate.spacegroup_number) if relaxed else None
        cells["unique"] = uniqueness_of(candidate)
    if by_energy:
        written = candidate.written.energy_above_hull_written_ev_per_atom
        cells["written above hull"] = written
    cells["valid"] = None if validity is None else "yes" if validity.valid else "no"
    if judged:
        cells["change"] = candidate.energy_change_ev_per_atom
    return cells | {
        "atoms": None if crystal is None else len(crystal.species),
        "likelihood": candidate.log_likelihood_per_atom,
        "reason": reason_of(candidate),
    }


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
