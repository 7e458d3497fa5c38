"""Whether crystals are refined before they are relaxed."""

from __future__ import annotations

import streamlit as st

from crystal_llm.errors import ModelCardError
from crystal_llm.flow.card import DEFAULT_FLOW, FlowCard, flow_names
from crystal_llm.flow.sampler_settings import DEFAULT_STEPS, MAX_STEPS
from crystal_llm.jobs.refine import Refine, shipped_flow
from crystal_llm.settings import Settings
from crystal_llm.ui.widgets.notation import as_markdown

_SESSION = "session"


def ask_refine(
    configured: Settings,
    prefix: str,
    base: Refine | None = None,
    *,
    from_elements: bool = True,
) -> Refine | None:
    """Draws the switch and, where it is on, the network and the number of steps.

    Args:
        configured: Where the networks' cards are.
        prefix: Of the fields' keys: ``PREFIX-refine``, ``PREFIX-refine-network`` and
            ``PREFIX-refine-steps``.
        base: What else is asked.
        from_elements: Offer networks, too, that keep nothing of a crystal but its elements.
    """
    switch, steps = f"{prefix}-refine", f"{prefix}-refine-steps"
    usual_name = DEFAULT_FLOW if base is None else base.network
    chosen = str(st.session_state.setdefault(f"{prefix}-refine-network", usual_name))
    card, missing = _card(configured, chosen)
    # Of a replay file: kept as it stands, since the worker may have what is not here.
    asked = bool(st.session_state.setdefault(switch, base is not None))
    on = st.toggle(
        "Refine the crystals first",
        key=switch,
        persist_state=_SESSION,
        disabled=missing is not None and not asked,
        help="A small network moves atoms and lattice towards where a relaxed crystal would have "
        "them (FlowLLM), before any relaxation. A crystal that comes out impossible goes on as it "
        "was written.",
    )
    if missing is not None:
        st.caption(as_markdown(missing))
    if not on:
        return None
    usual = DEFAULT_STEPS if card is None else card.steps
    st.session_state.setdefault(steps, usual)
    with st.expander("How they are refined"):
        _ask_network(configured, prefix, chosen, from_elements=from_elements)
        if card is not None and card.description:
            st.caption(as_markdown(card.description.strip()))
        number = st.number_input(
            "Steps of the flow", 1, MAX_STEPS, step=10, key=steps, persist_state=_SESSION,
            width=220, help=f"{usual} is usual. More take longer, and rarely do better.",
        )  # fmt: skip
    asked_for = Refine() if base is None else base
    return Refine(
        network=chosen,
        steps=int(number or usual),
        keep_space_group=asked_for.keep_space_group and (card is None or card.begins_with_crystal),
        passes=asked_for.passes if asked_for.network == chosen else None,
    )


def _ask_network(configured: Settings, prefix: str, chosen: str, *, from_elements: bool) -> None:
    """Which network refines, where there is a choice."""
    titles = {chosen: chosen}
    for name in flow_names(configured.models):
        card, _ = _card(configured, name)
        if card is not None and (from_elements or card.begins_with_crystal or name == chosen):
            titles[name] = card.title
    if len(titles) < 2:
        return
    st.selectbox(
        "Network",
        sorted(titles),
        format_func=titles.__getitem__,
        key=f"{prefix}-refine-network",
        persist_state=_SESSION,
        on_change=lambda: st.session_state.pop(f"{prefix}-refine-steps", None),
    )


def _card(configured: Settings, name: str) -> tuple[FlowCard | None, str | None]:
    """The network's card, or why there is none."""
    try:
        return shipped_flow(configured.models, name), None
    except ModelCardError as error:
        return None, f"Off: {error}."
