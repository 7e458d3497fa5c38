"""A round of self-improvement: its stages as they end, the trial, the verdict, the model."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crystal_llm.evaluation.rates import Rate
from crystal_llm.io.record_json import from_plain
from crystal_llm.jobs.fine_tune_order import FEWEST_TRAINED
from crystal_llm.jobs.improve_order import ImproveOrder
from crystal_llm.jobs.job import Job
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.studies.improvement import ImprovementResult, Trial
from crystal_llm.ui.jobs.learning import show_learning
from crystal_llm.ui.jobs.model_use import show_uses
from crystal_llm.ui.models.improve_form import time_text
from crystal_llm.ui.models.training_fields import submit_training
from crystal_llm.ui.services import offered_models, own_models
from crystal_llm.ui.widgets.notation import as_markdown, show_facts
from crystal_llm.ui.widgets.page_paths import LIBRARY_PAGE


def show_round(job: Job, order: ImproveOrder, queue: JobQueue) -> None:
    """Draws what a round came to so far.

    Raises:
        JobError: There is no such job.
        LibraryError: The database does not answer.
    """
    finding = queue.finding(job.id)
    if finding is None:
        return
    result = from_plain(ImprovementResult, finding)
    if job.state == "failed" and result.has_too_few:
        _offer_larger(order, result)
    if result.kept is not None:
        _show_verdict(job, order, result)
    _show_choice(job, order, result)
    if result.learned is not None and not result.has_too_few:
        st.subheader("Learned", anchor=False)
        drawn = show_learning(
            queue.curve(job.id), ended=bool(result.tuned or result.nothing_learned), yours=False
        )
        if not drawn and job.state == "running":
            st.caption("The first point is the model as it is.")
    if result.before is not None:
        _show_trial(order, result.before, result.after)


def trial_lines(before: Trial, after: Trial | None) -> tuple[str, ...]:
    """The lines of a table of Markdown: each rate of both models with its 95% interval."""
    lines = ["| | Old model | New model |", "|---|---|---|"]
    for name, title in (
        ("novel_metastable", "Metastable, unique, novel"),
        ("metastable", "Metastable"),
        ("new", "New: valid, unique, novel as written"),
        ("unique", f"Unique, of those {before.unique.whole}"),
        ("valid", "Valid as written"),
    ):
        old = getattr(before, name)
        if old is not None:
            new = "…" if after is None else rate_cell(getattr(after, name))
            lines.append(f"| {title} | {rate_cell(old)} | {new} |")
    return tuple(lines)


def rate_cell(rate: Rate) -> str:
    """A rate for a cell: ``5 of 12 = 42% (19 to 68)``."""
    if rate.share is None or rate.interval is None:
        return f"{rate.count} of {rate.total}"
    low, high = rate.interval
    return f"{rate.count} of {rate.total} = {rate.share:.0%} ({100 * low:.0f} to {100 * high:.0f})"


def can_tell_apart(before: Rate, after: Rate) -> bool:
    """Whether the 95% intervals of two rates have nothing in common."""
    if before.interval is None or after.interval is None:
        return False
    return before.interval[1] < after.interval[0] or after.interval[1] < before.interval[0]


def _show_choice(job: Job, order: ImproveOrder, result: ImprovementResult) -> None:
    within = order.improvement.within_ev_per_atom
    facts = [("Written", f"{result.written:,}", "To choose from.")]
    if result.left_out is not None:
        why = ", ".join(f"{count:,} {reason}" for reason, count in result.left_out.items())
        facts.append(("Left out", f"{sum(result.left_out.values()):,}", f"{why}." if why else ""))
        far = f" {result.given_up:,} were given up far above the hull." if result.given_up else ""
        facts.append(
            ("Worth relaxing", f"{result.relaxed:,}",
             f"With {title_of(order.judge.potential)}.{far}")
        )  # fmt: skip
    if result.learned is not None:
        if result.has_too_few:
            beside = f"At least {FEWEST_TRAINED} are needed."
        elif result.worse is None:
            beside = f"Beside {result.known:,} known crystals."
        else:
            beside = f"Preferred to {result.worse:,} worse ones."
        facts.append(
            ("Worth learning from" if result.has_too_few else "Learned from", f"{result.learned:,}",
             f"Unique, novel, at most {within:g} eV/atom above hull. {beside}")
        )  # fmt: skip
    show_facts(facts)
    if result.learned and st.button(
        "Metastable ones in the library", icon=":material/collections_bookmark:",
        key="round-library",
    ):  # fmt: skip
        st.switch_page(LIBRARY_PAGE, query_params={"lib-job": job.id})


def _offer_larger(order: ImproveOrder, result: ImprovementResult) -> None:
    """A button for the same round on more crystals, which is what a round of too few lacks."""
    larger = order.improvement.enlarged(result.learned or 0)
    if larger is None:
        return
    asked = replace(order, improvement=larger)
    if st.button(
        f"Start again with {larger.count:,} crystals", type="primary", icon=":material/autorenew:",
        key="round-larger",
        help="A new job with the same settings. It writes the same crystals first, whose "
        "relaxations are kept: only the others take time.",
    ):  # fmt: skip
        submit_training(asked)
    st.caption(time_text(asked))


def _show_trial(order: ImproveOrder, before: Trial, after: Trial | None) -> None:
    st.subheader("Trial", anchor=False)
    st.markdown("\n".join(trial_lines(before, after)))
    st.caption(
        f"{order.improvement.trial:,} crystals of each model; the new ones are judged with "
        f"{title_of(order.examiner.potential)}, which had no part in the choice. In brackets the "
        "95% interval, in percent."
    )


def _show_verdict(job: Job, order: ImproveOrder, result: ImprovementResult) -> None:
    if result.nothing_learned is not None:
        st.info(f"**Keep the old model:** {as_markdown(result.nothing_learned)}.")
        return
    assert result.before is not None and result.after is not None
    if result.kept:
        st.success(
            "**The new model is better:** it writes more novel metastable crystals, and no fewer "
            "unique ones. It is among your models."
        )
    else:
        st.info(
            "**Keep the old model:** the new one writes no more novel metastable crystals, or "
            "fewer unique ones. It is yours only if you take it all the same."
        )
    if not can_tell_apart(result.before.novel_metastable, result.after.novel_metastable):
        st.caption(
            "The intervals overlap, so the difference may be chance; a larger trial would tell."
        )
    if (model := own_models().of_job(job.id)) is not None:
        show_uses(model.id)
    elif offered_models().of_job(job.id) is not None:
        with st.container(horizontal=True, gap="small"):
            if st.button("Take it all the same", icon=":material/add:", key="round-take"):
                offered_models().take(job.id)
                st.rerun()
            if st.button("Discard it", icon=":material/delete:", key="round-discard"):
                offered_models().discard(job.id)
                st.rerun()
    elif job.state == "finished":
        st.caption("The new model was discarded or deleted.")
