"""What a search of the library found: a table or cards, from which entries are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from crystal_llm.library.entry import Entry, Origin
from crystal_llm.potentials.hull_accuracy import title_of
from crystal_llm.ui.crystal.picture import show_sketch
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, subscripted
from crystal_llm.ui.widgets.row_clicks import clicked_row
from crystal_llm.ui.widgets.row_ticks import remember_ticks, table_key, ticks
from crystal_llm.ui.widgets.signed_table import signed_table
from crystal_llm.ui.widgets.space_groups import space_group_text

_CARD_WIDTH_PX = 172

TICKED = "chosen"
"""The parameter of the address that holds the ticks of the list."""

_FORMS: dict[Origin, str] = {"refined": "Refined", "relaxed": "Relaxed"}
_OPENED, _TICKS = "lib-table-opened", "lib-table"


def show_entry_table(
    entries: Sequence[Entry],
    open_entry: Callable[[str], None],
    earlier: Mapping[str, Sequence[Entry]] | None = None,
) -> tuple[str, ...]:
    """Draws entries as a table that sorts by its headings.

    Args:
        entries: The entries.
        open_entry: Called with the id of the entry whose row is clicked.
        earlier: The earlier forms of an entry by its id, as written first, where one row stands
            for all.

    Returns:
        Ids of the chosen rows.
    """
    number = st.column_config.NumberColumn
    earlier = earlier or {}
    failures = any(entry.failure for entry in entries)
    several = len({entry.method for entry in entries if entry.method is not None}) > 1
    key = table_key(_TICKS, [entry.id for entry in entries], address=TICKED)
    chosen = st.dataframe(
        signed_table(
            [_row(entry, failures, several, earlier) for entry in entries],
            {"above hull": 3, "energy": 4},
        ),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        height=min(38 + 35 * len(entries), 560),
        placeholder="–",
        column_config={
            "formula": st.column_config.TextColumn(width="small"),
            "above hull": number("above hull (eV/atom)"),
            "energy": number("energy (eV/atom)"),
            "by": st.column_config.TextColumn(
                "energy by", help="What made the energy; those of two potentials do not compare."
            ),
            "group": st.column_config.TextColumn("space group", help="By spglib at 0.1 Å."),
            "written": st.column_config.TextColumn(
                "as written", help="The space group before relaxation; tick the row to unfold it."
            ),
            "tags": st.column_config.ListColumn(),
            "made": st.column_config.DatetimeColumn(format="distance"),
            "saved": st.column_config.CheckboxColumn(width="small"),
            "failure": st.column_config.TextColumn(width="medium"),
            "id": st.column_config.TextColumn(width="medium"),
        },
        alt="Entries of the library",
    )
    place = clicked_row(chosen["selection"].get("cells", []), key, _OPENED)
    if place is not None and place < len(entries):
        open_entry(entries[place].id)
    return tuple(entries[place].id for place in chosen["selection"]["rows"] if place < len(entries))


def show_entry_cards(
    entries: Sequence[Entry], open_entry: Callable[[str], None]
) -> tuple[str, ...]:
    """Draws entries as cards with a still picture each.

    Args:
        entries: The entries.
        open_entry: Called with the id of the entry whose card is opened (a callback).

    Returns:
        Ids of the ticked cards.
    """
    taken, ticked = [], ticks(_TICKS, TICKED)
    with st.container(horizontal=True, gap="small"):
        for entry in entries:
            with st.container(border=True, width=_CARD_WIDTH_PX, gap="xxsmall"):
                if _card(entry, open_entry, ticked=entry.id in ticked):
                    taken.append(entry.id)
    remember_ticks(_TICKS, taken, TICKED)
    return tuple(taken)


def _card(entry: Entry, open_entry: Callable[[str], None], *, ticked: bool) -> bool:
    if entry.crystal is not None:
        show_sketch(entry.crystal, f"Sketch of {entry.title}")
    else:
        st.caption(as_markdown((entry.failure or "no crystal")[:120]))
    st.button(
        subscripted(entry.formula),
        key=f"lib-open-{entry.id}",
        on_click=open_entry,
        args=(entry.id,),
        type="tertiary",
        icon=":material/open_in_full:",
        help="Open",
    )
    group = space_group_text(entry.spacegroup_number)
    st.caption(f"{entry.origin} · {group}" if group else entry.origin)
    above = entry.energy_above_hull_ev_per_atom
    st.caption("no hull yet" if above is None else f"{energy_text(above)} eV/atom above hull")
    key = f"lib-take-{entry.id}"
    st.session_state.setdefault(key, ticked)
    return bool(st.checkbox("Choose", key=key))


def show_forms(forms: Sequence[Entry], open_entry: Callable[[str], None]) -> None:
    """Unfolds a row: the crystal as written, refined and relaxed, each with its way in.

    Args:
        forms: The forms that there are, as written first.
        open_entry: Called with the id of the form to open (a callback).
    """
    with st.container(border=True, key="lib-unfolded"):
        for form in forms:
            name = _FORMS.get(form.origin, "As written")
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.button(
                    f"{name}: {subscripted(form.formula)}", key=f"lib-form-{form.id}",
                    type="tertiary", icon=":material/open_in_full:", on_click=open_entry,
                    args=(form.id,), help="Open this form",
                )  # fmt: skip
                group = space_group_text(form.spacegroup_number) or "–"
                said = [f"space group {group}", f"{form.n_sites} atoms"]
                if form.energy_ev_per_atom is not None:
                    said.append(f"{energy_text(form.energy_ev_per_atom, 4)} eV/atom")
                if form.energy_above_hull_ev_per_atom is not None:
                    above = energy_text(form.energy_above_hull_ev_per_atom)
                    said.append(f"{above} eV/atom above hull")
                st.caption(" · ".join(said))


def _row(
    entry: Entry,
    with_failures: bool,
    with_potential: bool,
    earlier: Mapping[str, Sequence[Entry]],
) -> dict[str, object]:
    before = next(iter(earlier.get(entry.id, ())), None)
    return {
        "formula": subscripted(entry.formula),
        "above hull": entry.energy_above_hull_ev_per_atom,
        "energy": entry.energy_ev_per_atom,
        **({"by": entry.method and title_of(entry.method.potential)} if with_potential else {}),
        "group": space_group_text(entry.spacegroup_number),
        **({"written": before and space_group_text(before.spacegroup_number)} if earlier else {}),
        "novel": {True: "novel", False: "known", None: None}[entry.novel],
        "atoms": entry.n_sites,
        "origin": entry.origin,
        **({"failure": entry.failure} if with_failures else {}),
        "tags": list(entry.tags),
        "note": " ".join(entry.note.split())[:200],
        "saved": entry.saved,
        "made": datetime.fromtimestamp(entry.created_unix_s, UTC),
        "id": entry.id,
    }
