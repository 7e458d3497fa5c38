"""The reader's own phases on the Hull page: typed into a table, or come with the address."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

import streamlit as st

from crystal_llm.dataset.known_structures import shipped_structures
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import CrystalLLMError
from crystal_llm.relaxation.cache import RELAXATIONS_FILE, default_cache
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.settings import settings
from crystal_llm.stability.hull import PhaseEnergy
from crystal_llm.stability.hull_candidates import (
    HullCandidate,
    PlacedCandidates,
    candidates_from,
    candidates_of_text,
    candidates_text,
    left_out_of_text,
    place_candidates,
)
from crystal_llm.stability.references.reference import Reference
from crystal_llm.stability.references.reference_catalogue import ReferenceCatalogue
from crystal_llm.stability.relaxed_competitors import relaxed_before, with_relaxed_competitors
from crystal_llm.ui.hull.link import ALL, METHOD_KEY
from crystal_llm.ui.widgets.notation import as_markdown

PARAMETER = "candidates"

_MOST_REFUSALS = 5

Row: TypeAlias = tuple[str, str, float | None]


@dataclass(slots=True)
class _Memory:
    """What a session remembers of the table.

    Attributes:
        start: Rows that the table began with.
        rows: Rows that it has now.
        began: How often it began anew; an edited table can begin anew under another key only.
        written: Texts that this table left in the address. The browser may send an older one of
            them back with a quick second edit, and that is no new link.
        left_out: What of the link that it began with is not in it.
    """

    start: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    began: int = 0
    written: set[str] = field(default_factory=set)
    left_out: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"hull-candidates-{self.began}"

    def begin(self, rows: list[Row], text: str) -> None:
        self.start, self.rows, self.written = rows, rows, {text}
        self.began += 1


def ask_candidates(
    reference: Reference, catalogue: ReferenceCatalogue
) -> tuple[PlacedCandidates, Reference]:
    """A table to type phases into; a sentence for each that cannot be placed.

    Returns:
        Those placed, and the reference among which they are: known phases that were relaxed
        for such candidates before count as relaxed.
    """
    memory = _remembered()
    with st.expander("Your own phases", expanded=bool(memory.start), icon=":material/add_circle:"):
        memory.rows = _table(memory, reference.method)
        method, across = _ask_method(reference, catalogue)
    _keep_in_address(memory)
    candidates = candidates_from((*row, method) for row in memory.rows)
    reference = _among_relaxed(candidates, reference)
    placed = place_candidates(candidates, reference, across_potentials=across)
    # What is refused begins with the name that its owner gave it.
    refused = (*(line[:1].upper() + line[1:] for line in memory.left_out), *placed.refused)
    for sentence in refused[:_MOST_REFUSALS]:
        st.warning(as_markdown(sentence))
    if len(refused) > _MOST_REFUSALS:
        st.warning(f"{len(refused) - _MOST_REFUSALS:,} more phases have no place on this hull.")
    return placed, reference


def _among_relaxed(candidates: tuple[HullCandidate, ...], reference: Reference) -> Reference:
    """As judging placed such candidates, as far as its relaxations are still there."""
    phases = [
        PhaseEnergy(candidate.formula, candidate.energy_ev_per_atom)
        for candidate in candidates
        if candidate.method == reference.method
    ]
    if not phases or not (settings().home / RELAXATIONS_FILE).is_file():
        return reference
    try:
        with default_cache(settings()) as cache:
            return with_relaxed_competitors(
                reference,
                phases,
                shipped_structures(settings()),
                relaxed_before(reference, RelaxationSettings(), cache),
            )
    except CrystalLLMError:
        return reference  # without the cache or the structures the phases are as given


def _remembered() -> _Memory:
    """What was typed before, unless the address says otherwise."""
    memory: _Memory = st.session_state.setdefault("hull-own-phases", _Memory())
    text = st.query_params.get(PARAMETER, "")
    if memory.key in st.session_state:  # the reader is still on the page
        if text not in memory.written:
            _begin_with_link(memory, text)
    elif text and text != candidates_text(memory.rows):
        _begin_with_link(memory, text)
    else:  # back from another page: what was typed is still there
        memory.begin(memory.rows, text)
    return memory


def _begin_with_link(memory: _Memory, text: str) -> None:
    memory.begin(candidates_of_text(text), text)
    total = st.query_params.get(ALL, "")
    memory.left_out = left_out_of_text(text, int(total) if total.isdecimal() else None)


def _table(memory: _Memory, method: EnergyMethod) -> list[Row]:
    start = memory.start
    table = st.data_editor(
        {
            "name": [row[0] for row in start] or [""],
            "formula": [row[1] for row in start] or [""],
            "energy": [row[2] for row in start] or [None],
        },
        num_rows="dynamic",
        hide_index=True,
        key=memory.key,
        column_config={
            # All three are seen in the narrow column.
            "name": st.column_config.TextColumn("Name", width=62),
            "formula": st.column_config.TextColumn("Formula", width=80),
            "energy": st.column_config.NumberColumn(
                "E (eV/atom)", format="%.4f", help=f"The {method.energy_kind} energy per atom."
            ),
        },
    )
    names, formulas, energies = (list(table[name]) for name in ("name", "formula", "energy"))
    return [
        (str(name or ""), str(formula or ""), None if _missing(energy) else float(energy))
        for name, formula, energy in zip(names, formulas, energies, strict=True)
    ]


def _ask_method(reference: Reference, catalogue: ReferenceCatalogue) -> tuple[EnergyMethod, bool]:
    """What made the energies, and whether they may be compared across potentials."""
    methods = {str(entry.provenance.method): entry.provenance.method for entry in catalogue.entries}
    own = str(reference.method)
    said = st.selectbox(
        "Energies made by",
        [own, *(name for name in methods if name != own)],
        key=f"{METHOD_KEY}{reference.reference_id}",
        help="An energy is compared with a reference of the same method only.",
    )
    across = st.toggle(
        "Compare across potentials",
        key="hull-across",
        help="Allows another potential than the reference's, at the same level of theory, "
        "correction and kind of energy. The numbers then hold the potential's error.",
    )
    return methods.get(said, reference.method), across


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _keep_in_address(memory: _Memory) -> None:
    text = candidates_text(memory.rows)
    memory.written.add(text)
    if not memory.left_out:
        st.query_params.pop(ALL, None)
    if st.query_params.get(PARAMETER, "") == text:
        return
    if text:
        st.query_params[PARAMETER] = text
    else:
        st.query_params.pop(PARAMETER, None)
