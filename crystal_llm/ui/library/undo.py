"""What was deleted, and the way back: a bar that a reload keeps, and the list of the last."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crystal_llm.library.entry import Deletion
from crystal_llm.library.store import Library
from crystal_llm.ui.widgets.notation import moment_text, subscripted
from crystal_llm.ui.widgets.page_style import page_theme

MAX_LISTED = 10

_STYLE = """<style>
.st-key-lib-undo-bar { position: fixed; bottom: 1.2rem; left: 50%; transform: translateX(-50%);
  z-index: 999; width: auto !important; max-width: calc(100vw - 2rem);
  padding: 0.5rem 0.6rem 0.5rem 1.1rem; border-radius: 0.6rem;
  background: BACKGROUND; box-shadow: 0 4px 18px rgba(0, 0, 0, 0.28); }
</style>"""


def undo_bar(
    library: Library, deletion_id: str, undo: Callable[[str], None], dismiss: Callable[[], None]
) -> None:
    """Draws a bar at the foot of the window for the last deletion.

    Args:
        library: Where it was.
        deletion_id: The deletion; nothing is drawn where it is undone already.
        undo: Called with the deletion's id (a callback).
        dismiss: Called to put the bar away (a callback).
    """
    deletion = next(
        (deletion for deletion in library.deletions(200) if deletion.id == deletion_id), None
    )
    if deletion is None:
        return
    theme = page_theme()
    background = st.get_option(f"theme.{theme}.secondaryBackgroundColor") or "Canvas"
    st.html(_STYLE.replace("BACKGROUND", str(background)))
    with st.container(
        key="lib-undo-bar", horizontal=True, vertical_alignment="center", gap="small", wrap=False
    ):
        st.markdown(f"{_named(library, deletion)} deleted", width="content")
        st.button(
            "Undo", icon=":material/undo:", type="primary", key="lib-undo",
            on_click=undo, args=(deletion.id,),
        )  # fmt: skip
        st.button(
            "", icon=":material/close:", type="tertiary", key="lib-undo-dismiss", on_click=dismiss,
            help="Put this away; “Deleted” still brings it back.",
        )  # fmt: skip


def deletions_menu(library: Library, undo: Callable[[str], None]) -> None:
    """Draws the last deletions, each with its way back."""
    deletions = library.deletions(MAX_LISTED)
    if not deletions:
        st.caption("Nothing is deleted.")
    for deletion in deletions:
        st.button(
            f"{_named(library, deletion)} · {moment_text(deletion.deleted_unix_s)}",
            icon=":material/undo:",
            key=f"lib-undo-{deletion.id}",
            on_click=undo,
            args=(deletion.id,),
            width="stretch",
            help="Bring back",
        )


def _named(library: Library, deletion: Deletion) -> str:
    first = library.get(deletion.entry_ids[0])
    more = len(deletion.entry_ids) - 1
    return subscripted(first.formula) + (f" and {more} more" if more else "")
