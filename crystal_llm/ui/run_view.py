"""A run and its candidates, as they arrive."""

from __future__ import annotations

import json
from collections import Counter
from functools import reduce
from math import gcd
from pathlib import Path
from typing import Any

import streamlit as st

from crystal_llm.runs import Run, read_run, stop_run
from crystal_llm.ui.figures import crystal_figure

_SAID = {
    "running": "Writing …",
    "finished": "Done",
    "stopped": "Stopped; what was written is kept",
    "failed": "Failed",
}


def formula_of(structure: dict[str, Any]) -> str:
    """Reduced formula of pymatgen's dict, elements in the order of their first site."""
    counts = Counter(site["species"][0]["element"] for site in structure["sites"])
    units = reduce(gcd, counts.values())
    return "".join(f"{e}{n // units if n > units else ''}" for e, n in counts.items())


def show_run(name: str, home: Path) -> None:
    """Draws a run; refreshes by itself while it goes on."""
    running = read_run(name, home).state == "running"
    st.fragment(_progress, run_every=1.0 if running else None)(name, home, running)


def _progress(name: str, home: Path, was_running: bool) -> None:
    run = read_run(name, home)
    if was_running and run.state != "running":
        st.rerun()
    written = len(run.candidates)
    parsed = sum(one["structure"] is not None for one in run.candidates)
    counts = f"{written} of {run.order.count} written · {parsed} of {written} parsed"
    said = f"{_SAID[run.state]} · {counts}"
    st.progress(min(1.0, written / run.order.count), said)
    if run.state == "running" and st.button("Stop"):
        stop_run(name, home)
    if run.state == "running" and not written:
        st.caption("The model is loading or has not finished its first crystal yet.")
    if run.state == "failed":
        st.error(f"The run ended before its time: {_last_line(run)}")
        with st.expander("Log"):
            st.code(run.log or "(empty)")
    if run.candidates:
        _candidates(run)


def _candidates(run: Run) -> None:
    ordered = sorted(run.candidates, key=lambda one: int(one["id"].rpartition("-")[2]))
    rows = []
    for one in ordered:
        structure = one["structure"]
        row: dict[str, Any] = {"#": int(one["id"].rpartition("-")[2])}
        if structure is None:
            row |= {"formula": "—", "failure": one["failure"]}
        else:
            lattice = structure["lattice"]
            row |= {"formula": formula_of(structure), "atoms": len(structure["sites"])}
            row |= {f"{axis} (Å)": lattice[axis] for axis in "abc"}
            row |= {
                f"{sign} (°)": lattice[angle]
                for sign, angle in (("α", "alpha"), ("β", "beta"), ("γ", "gamma"))
            }
        row["log-likelihood"] = one["log_likelihood"]
        rows.append(row)
    number = st.column_config.NumberColumn
    chosen = st.dataframe(
        rows,
        key=f"table-{run.id}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={f"{axis} (Å)": number(format="%.1f") for axis in "abc"}
        | {f"{sign} (°)": number(format="%.0f") for sign in "αβγ"}
        | {
            "log-likelihood": number(
                format="%.1f", help="Natural logarithm, restricted to legal text, at τ = 1."
            )
        },
    )
    if run.state != "running":
        lines = "".join(json.dumps(one) + "\n" for one in ordered)
        st.download_button("All as JSON Lines", lines, f"{run.id}.jsonl", on_click="ignore")
    picked = chosen["selection"]["rows"]
    with_structure = [place for place, one in enumerate(ordered) if one["structure"] is not None]
    if not picked and not with_structure:
        return
    place = picked[0] if picked and picked[0] < len(ordered) else with_structure[0]
    if not picked:
        st.caption("Choose a row to see its crystal; this is the first.")
    _one(ordered[place], run)


def _one(candidate: dict[str, Any], run: Run) -> None:
    if candidate["structure"] is None:
        st.warning(f"Not a crystal: {candidate['failure']}")
        st.code(candidate["text"], language=None)
        return
    name = formula_of(candidate["structure"])
    st.subheader(f"{name} · candidate {candidate['id']}")
    picture, facts = st.columns([3, 2])
    dark = st.context.theme.type == "dark"
    picture.plotly_chart(
        crystal_figure(candidate["structure"], dark=dark),
        key=f"figure-{run.id}-{candidate['id']}",
        config={"displaylogo": False},
    )
    group, cif, poscar = _analysed(candidate["text"])
    facts.markdown(f"**Space group** {group} (spglib, 0.1 Å)")
    facts.markdown(f"**Log-likelihood** {candidate['log_likelihood']:.1f}")
    facts.markdown(f"**Model** `{candidate['model']}`, seed {candidate['seed']}")
    facts.caption("As written, before any relaxation.")
    facts.code(candidate["text"], language=None, height=180)
    stem = f"{name}-{candidate['id']}"
    one, two = facts.columns(2)
    one.download_button("CIF", cif, f"{stem}.cif", width="stretch", on_click="ignore")
    two.download_button("POSCAR", poscar, f"{stem}.vasp", width="stretch", on_click="ignore")


@st.cache_data(max_entries=256, show_spinner="Looking for symmetry …")
def _analysed(text: str) -> tuple[str, str, str]:
    """Space group, CIF and POSCAR of a crystal string."""
    from pymatgen.io.cif import CifWriter
    from pymatgen.io.vasp import Poscar

    from crystal_llm.text import decode

    structure = decode(text)
    try:
        symbol, number = structure.get_space_group_info(symprec=0.1)
        group = f"{symbol} ({number})"
    except Exception:  # spglib gives up on atoms that lie on each other
        group = "not found"
    ordered = structure.get_sorted_structure()
    return group, str(CifWriter(structure)), Poscar(ordered).get_str()


def _last_line(run: Run) -> str:
    lines = [line for line in run.log.splitlines() if line.strip()]
    return lines[-1].removeprefix("crystal-llm: ") if lines else "nothing was logged"
