"""One crystal in full: pictures before and after each step, and all that is known of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crystal_llm.crystal.crystallography import (
    density_grams_per_cubic_centimetre,
    volume_cubic_angstrom,
)
from crystal_llm.potentials.hull_accuracy import hull_accuracy
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import CrystalFacts, crystal_hash
from crystal_llm.ui.crystal.formation import formation_fact
from crystal_llm.ui.crystal.picture import show_crystal
from crystal_llm.ui.crystal.powder import powder_section
from crystal_llm.ui.crystal.sections import (
    DEFAULT_TOLERANCE_ANGSTROM,
    above_hull_text,
    found_symmetry,
    known_line,
    model_section,
    provenance_section,
    refinement_section,
    relaxation_section,
    stability_section,
    structure_section,
    symmetry_text,
)
from crystal_llm.ui.crystal.text_section import text_section
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, show_facts, subscripted_within

MOST_PLAYED_SITES = 60
"""Of more the frames would be megabytes."""
_PICTURES = {
    "As given": "before",
    "As written": "before",
    "Before relaxation": "before",
    "Refined": "refined",
    "Relaxed": "after",
}


@st.fragment
def show_detail(
    facts: CrystalFacts,
    *,
    key: str,
    height_px: int = 380,
    open_entry: Callable[[str], None] | None = None,
) -> None:
    """Draws one crystal in full; what nobody knows of it is left out.

    A fragment: a moved slider or another section reruns nothing else of the page. Only the
    section that is open is computed.

    Args:
        facts: What is known.
        key: Unique among the elements of a page, and of this crystal.
        height_px: Height of a 3D picture.
        open_entry: Called with the id of an entry of the provenance that the reader opens;
            goes to the library page if None.
    """
    if facts.failure:
        st.warning(facts.failure)
    crystal = facts.crystal
    if crystal is None:
        model_section(facts, key)
        provenance_section(facts, key, open_entry)
        return
    show_facts(_summary(facts, crystal))
    if known := known_line(facts):
        st.markdown(f":material/menu_book: {known}")
    if facts.invalid_reason:
        reason = as_markdown(subscripted_within(facts.invalid_reason))
        st.caption(f":material/info: **Not valid as written**: {reason}.")
    _pictures(facts, key, height_px)
    sections: dict[str, Callable[[], None]] = {
        "Structure": lambda: structure_section(facts, key),
        "Text": lambda: text_section(facts, key),
        "Powder pattern": lambda: powder_section(facts, key),
    }
    if any((facts.energy_ev_per_atom is not None, facts.hull, facts.novelty, facts.known_match)):
        sections["Stability"] = lambda: stability_section(facts, key)
    if facts.refined_step is not None:
        sections["Refinement"] = lambda: refinement_section(facts)
    if facts.relaxation is not None:
        sections["Relaxation"] = lambda: relaxation_section(facts, key)
    if facts.prompt or facts.text or facts.log_likelihood is not None:
        sections["Model"] = lambda: model_section(facts, key)
    if facts.provenance is not None:
        sections["Provenance"] = lambda: provenance_section(facts, key, open_entry)
    tabs = st.tabs(list(sections), key=f"{key}-sections", on_change="rerun")
    for tab, draw in zip(tabs, sections.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _summary(facts: CrystalFacts, crystal: PlainCrystal) -> list[tuple[str, str, str]]:
    symmetry = found_symmetry(crystal_hash(crystal), DEFAULT_TOLERANCE_ANGSTROM, crystal)
    density = density_grams_per_cubic_centimetre(crystal)
    facts_shown = [
        ("Space group", symmetry_text(symmetry), f"within {DEFAULT_TOLERANCE_ANGSTROM:g} Å")
    ]
    above = facts.energy_above_hull_ev_per_atom
    if above is not None:
        accuracy = None if facts.method is None else hull_accuracy(facts.method)
        remark = "" if accuracy is None else f"mean error of {accuracy.title} against DFT"
        facts_shown.append(("Energy above hull", f"{above_hull_text(facts)} eV/atom", remark))
    facts_shown += formation_fact(facts)
    facts_shown.append(("Atoms", str(len(crystal.species)), "in the cell"))
    facts_shown.append(("Volume", f"{volume_cubic_angstrom(crystal):.1f} Å³", ""))
    if density is not None:
        facts_shown.append(("Density", f"{density:.2f} g/cm³", ""))
    if facts.valid is not None:
        facts_shown.append(("Valid as written", "yes" if facts.valid else "no", ""))
    if facts.novel is not None:
        known = "" if facts.known_match is None else f"known: {facts.known_match}"
        facts_shown.append(("Novel", "yes" if facts.novel else "no", known))
    return facts_shown


def _pictures(facts: CrystalFacts, key: str, height_px: int) -> None:
    if len(facts.stages) > 1:
        columns = st.columns(len(facts.stages))
        for column, (name, crystal) in zip(columns, reversed(facts.stages), strict=True):
            with column:
                st.markdown(f"**{name}**")
                frames = _frames(facts, crystal) if crystal is facts.after else ()
                show_crystal(
                    crystal, f"{key}-{_PICTURES[name]}", height_px, link=key, frames=frames
                )
    elif facts.crystal is not None:
        show_crystal(facts.crystal, f"{key}-only", height_px)
        if facts.relaxation is None:
            st.caption("Not relaxed: the crystal as it was generated, edited or read.")


def _frames(facts: CrystalFacts, after: PlainCrystal) -> list[tuple[str, PlainCrystal]]:
    """The relaxation step by step; none of a large crystal, or where it was not kept."""
    result = facts.relaxation
    if result is None or len(result.frames) < 2 or len(after.species) > MOST_PLAYED_SITES:
        return []
    return [
        (f"step {step}, {energy_text(result.energies_ev_per_atom[step], 4)} eV/atom", frame)
        for step, frame in zip(result.frame_steps, result.frames, strict=True)
    ]
