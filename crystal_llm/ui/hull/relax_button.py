"""One button wherever crystals stand: relax them and place them on the hull, as a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError
from crystal_llm.jobs.bench import own_reference
from crystal_llm.jobs.given_orders import JudgeOrder
from crystal_llm.jobs.order import SHIPPED, Judge
from crystal_llm.library.entry import Entry
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.ui.generate.judge_form import ask_potential, ask_relaxation
from crystal_llm.ui.services import job_queue
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_paths import GENERATE_PAGE

LABEL = "Relax and place on the hull"
AS_WRITTEN, _RELAXED = "as written", "relaxed"


def show_relax_button(
    given: Callable[[bool], Sequence[Written]],
    count: int,
    *,
    key: str,
    has_relaxed: bool = False,
    primary: bool = False,
    here: bool = False,
) -> None:
    """Draws the button, and beside it how it is done; draw both within a horizontal container.

    Args:
        given: Gives the crystals, each with the library's entry as its parent; asked with
            whether to begin from relaxed forms.
        count: How many they are.
        key: Unique among the elements of a page.
        has_relaxed: Whether some of them have a relaxed form to begin from.
        primary: Whether this is what the page is for.
        here: Whether the page is the one that shows jobs.
    """
    asked = st.button(
        LABEL if count == 1 else f"{LABEL} ({count:,})",
        icon=":material/bolt:",
        type="primary" if primary else "secondary",
        key=f"{key}-go",
        help="As a job of its own, by the potential and the reference of known phases that stand "
        "behind the button beside it.",
    )
    with st.popover("How", icon=":material/tune:", key=f"{key}-relax"):
        potential = ask_potential(f"{key}-potential", settings())
        begin = AS_WRITTEN
        if has_relaxed:
            begin = str(
                st.segmented_control(
                    "From", (AS_WRITTEN, _RELAXED), default=AS_WRITTEN, required=True,
                    key=f"{key}-from",
                    help="Where there is no relaxed form, the crystal as written.",
                )
            )  # fmt: skip
        force, steps = ask_relaxation(key)
        st.caption(reference_text(potential))
    if not asked:
        return
    judge = Judge(potential, RelaxationSettings(force, steps), reference=SHIPPED)
    try:
        job_id = job_queue().submit(JudgeOrder(tuple(given(begin == _RELAXED)), judge))
    except CrystalLLMError as error:
        st.error(as_markdown(str(error)))
        return
    if here:
        st.query_params.from_dict({"job": job_id})
        st.rerun()
    st.switch_page(GENERATE_PAGE, query_params={"job": job_id})


def reference_text(potential: str) -> str:
    """Which known phases the crystals are placed among."""
    if own_reference(settings(), potential) is not None:
        return "Placed among known phases under the same potential."
    return (
        f"There is no reference of all systems under {as_markdown(title_of(potential))}: the "
        "known phases of "
        "each crystal's chemical system are computed first, which takes minutes once."
    )


def given_of_entries(entries: Sequence[Entry]) -> tuple[Written, ...]:
    """Entries of the library as a job takes them, each with itself as its parent."""
    return tuple(
        Written(entry.id, entry.crystal, index=index, parent_id=entry.id)
        for index, entry in enumerate(entry for entry in entries if entry.crystal is not None)
    )


def renewed(written: Written, parent_id: str) -> Written:
    """A crystal that another job wrote, hung on the entry that it is in the library."""
    return replace(written, parent_id=parent_id, text="", log_likelihood=None)
