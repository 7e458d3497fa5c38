"""What the Infill page is at, all of it in its address: a reload changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from crystal_llm.library.entry import Entry, Provenance
from crystal_llm.library.store import Library
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.widgets.page_address import clear_address

REFUSED = "infill-refused"


@dataclass(frozen=True, slots=True)
class OpenStructure:
    """Where the page is in a chain of edits.

    Attributes:
        entry: The crystal that is worked on.
        crystal: Its crystal.
        chain: The entries that it was made from and those made from it.
        tip: The last step of the line that redo follows; None for the newest.
        masked: Its masked sites.
        job_id: The job that was asked for last.
    """

    entry: Entry
    crystal: PlainCrystal
    chain: Provenance
    tip: str | None
    masked: tuple[int, ...]
    job_id: str | None

    @property
    def before(self) -> Entry | None:
        """The step before, which undo goes to."""
        there = [ancestor for ancestor in self.chain.ancestors if ancestor.crystal is not None]
        return there[-1] if there else None

    @property
    def after(self) -> Entry | None:
        """The step that redo goes to: towards the tip, else the newest made here."""
        children = {
            descendant.id: descendant
            for descendant in self.chain.descendants
            if descendant.parent_id == self.entry.id and descendant.crystal is not None
        }
        parents = {descendant.id: descendant.parent_id for descendant in self.chain.descendants}
        step = self.tip
        while step in parents:
            if step in children:
                return children[step]
            step = parents[step]
        return next(reversed(children.values()), None) if children else None


def read_place(library: Library, entry_id: str) -> OpenStructure | None:
    """The place that the address names; None where its entry has no crystal.

    Raises:
        LibraryError: There is no such entry.
    """
    chain = library.provenance(entry_id)
    crystal = chain.entry.crystal
    if crystal is None:
        return None
    return OpenStructure(
        chain.entry,
        crystal,
        chain,
        st.query_params.get("tip"),
        _sites(st.query_params.get("mask", ""), len(crystal.species)),
        st.query_params.get("job"),
    )


def go_to(entry_id: str, tip: str | None = None) -> None:
    """Moves to a step of a chain; the mask is of one crystal alone and is left behind.

    Args:
        entry_id: The step.
        tip: The step that redo leads to in the end.
    """
    job = st.query_params.get("job")
    st.query_params.from_dict(
        {"entry": entry_id}
        | ({"tip": tip} if tip and tip != entry_id else {})
        | ({"job": job} if job else {})
    )


def leave_structure() -> None:
    """Goes back to where a structure is chosen."""
    clear_address()


def set_mask(sites: Iterable[int]) -> None:
    """Masks sites; none unmasks all."""
    text = ",".join(str(site) for site in sorted(set(sites)))
    if text:
        st.query_params["mask"] = text
    else:
        st.query_params.pop("mask", None)


def add_step(library: Library, place: OpenStructure, crystal: PlainCrystal, edit: str) -> Entry:
    """Puts an edited crystal into the library as a child of this one, and moves to it.

    Raises:
        LibraryError: The database does not answer.
    """
    entry = library.add(Entry("edited", crystal, parent_id=place.entry.id, edit=edit))
    go_to(entry.id)
    return entry


def _sites(text: str, count: int) -> tuple[int, ...]:
    sites = {int(part) for part in text.split(",") if part.isdecimal()}
    return tuple(sorted(site for site in sites if site < count))
