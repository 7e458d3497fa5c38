"""Replay files: an order as YAML, out of the page and into the form."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from crystal_llm.errors import CrystalLLMError, JobError, RequestError
from crystal_llm.jobs.generate_order import GenerateOrder
from crystal_llm.jobs.orders import Order, order_yaml, read_replay, taken_by
from crystal_llm.ui.generate.fields import check_fits
from crystal_llm.ui.services import job_queue
from crystal_llm.ui.widgets.notation import as_markdown


def offer_replay(order: Order, stem: str, *, key: str) -> None:
    """Draws the button that gives an order as a replay file."""
    st.download_button(
        "Replay file",
        data=lambda: order_yaml(order),
        file_name=f"{stem}.yaml",
        key=key,
        icon=":material/replay:",
        on_click="ignore",
        width="stretch",
        help=f"All that repeats this job: {taken_by(order)}.",
    )


def ask_replay(fill: Callable[[GenerateOrder], None]) -> None:
    """Draws the field for a replay file; what it says is filled into the form.

    Args:
        fill: Called with the order of a new file (in a callback).
    """

    def take() -> None:
        st.session_state.pop("replay-refused", None)
        file = st.session_state["replay-file"]
        if file is None:
            return
        try:
            order = order_of_upload(file.name, file.getvalue())
            job_queue().check(order)
            fill(order)
        except CrystalLLMError as error:
            st.session_state["replay-refused"] = str(error)
        else:
            st.session_state["replay-filled"] = file.name

    st.file_uploader(
        "Replay file",
        key="replay-file",
        max_upload_size=1,
        on_change=take,
        help="A YAML file from this page or from `crystal-llm`; fills in the form.",
        label_visibility="collapsed",
    )
    if refused := st.session_state.get("replay-refused"):
        st.error(as_markdown(refused))
    elif name := st.session_state.pop("replay-filled", None):
        st.success(f"The form says what {as_markdown(name)} says.")


def order_of_upload(name: str, content: bytes) -> GenerateOrder:
    """The order of an uploaded replay file.

    Raises:
        JobError: The file holds no order, none that generates, or one that the form cannot hold.
    """
    shown = Path(name).name[:60]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replay.yaml"
        path.write_bytes(content)
        try:
            order = read_replay(path)
        except CrystalLLMError as error:
            message = str(error).replace(str(path), shown)
            raise JobError(message) from error
    if not isinstance(order, GenerateOrder):
        raise JobError(
            f"{shown}: the replay file of another kind of job ({order.kind}); {taken_by(order)}"
        )
    try:
        check_fits(order)
    except RequestError as error:
        raise JobError(f"{shown}: {error}") from error
    return order
