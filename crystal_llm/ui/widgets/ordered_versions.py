"""A disordered file's ordered versions, to choose from."""

from __future__ import annotations

import hashlib

import streamlit as st

from crystal_llm.crystal.ordering import OrderedVersion, Ordering
from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_reading import CrystalReading
from crystal_llm.io.limited_parsing import ParsingProcess
from crystal_llm.io.structure_file import source_of
from crystal_llm.library.importing import NamedContent
from crystal_llm.ui.widgets.notation import as_markdown, energy_text, signed_text, subscripted
from crystal_llm.ui.widgets.space_groups import space_group_text

_RANKED = (
    "Ranked by the Ewald energy of point charges, oxidation states guessed from the composition: "
)
_UNRANKED = (
    "No oxidation states balance this composition, so that nothing ranks them: the smallest cells "
    "come first."
)


def ask_version(file: NamedContent, key: str) -> CrystalReading | None:
    """Draws the ordered versions of a disordered file; gives the chosen one.

    Args:
        file: The file.
        key: Unique among the elements of a page.

    Returns:
        None until one is chosen, or where none can be made, which is explained.
    """
    ordering = show_ordering(file)
    if ordering is None:
        return None
    chosen = st.radio(
        "Ordered version",
        range(len(ordering.versions)),
        index=None,
        format_func=lambda place: as_markdown(version_line(ordering, place)),
        captions=[version_energy(ordering, version) for version in ordering.versions],
        key=f"{key}-version",
    )
    return None if chosen is None else reading_of_version(ordering, chosen)


def show_ordering(file: NamedContent) -> Ordering | None:
    """Says what a disordered file holds and what its versions are ranked by; gives them."""
    digest = hashlib.sha256(file.content).hexdigest()
    answer: tuple[Ordering | None, str] = _ordered(file.name, digest, file.content)
    ordering, refused = answer
    if ordering is None:
        st.error(
            f"{as_markdown(file.name)} is disordered, and cannot be ordered here: "
            f"{as_markdown(refused)}"
        )
        return None
    formula = as_markdown(subscripted(ordering.formula))
    st.info(
        f"**{as_markdown(file.name)}** is disordered: {formula}. Models and potentials need one "
        "element on each site, so choose an ordered version."
    )
    for remark in ordering.remarks:
        st.warning(as_markdown(remark[:1].upper() + remark[1:]) + ".")
    states = ordering.oxidation_states
    if states is None:
        st.caption(_UNRANKED)
    else:
        charges = ", ".join(
            f"{element} {state:+.3g}".replace("-", "−") for element, state in states.items()
        )
        st.caption(
            f"{_RANKED}{as_markdown(charges)}. Relax the first few before you trust the order."
        )
    return ordering


def version_line(ordering: Ordering, place: int) -> str:
    """A version in one line of plain text: its number, formula, atoms and space group."""
    version = ordering.versions[place]
    parts = [subscripted(version.formula), f"{len(version.crystal.species)} atoms"]
    group = space_group_text(version.spacegroup_number)
    return f"{place + 1}: " + " · ".join([*parts, *([group] if group else [])])


def version_energy(ordering: Ordering, version: OrderedVersion) -> str:
    """Its electrostatic energy beside the best one's."""
    energy, best = version.ewald_ev_per_atom, ordering.versions[0].ewald_ev_per_atom
    if energy is None or best is None:
        return "no energy"
    if version is ordering.versions[0]:
        return f"lowest: {energy_text(energy)} eV/atom"
    return f"{signed_text(energy - best, '.3f')} eV/atom"


def reading_of_version(ordering: Ordering, place: int) -> CrystalReading:
    """An ordered version as what the file is read as."""
    remark = (
        f"ordered version {place + 1} of {len(ordering.versions)} of the disordered "
        f"{subscripted(ordering.formula)}"
    )
    return CrystalReading(ordering.versions[place].crystal, (remark, *ordering.remarks))


@st.cache_data(max_entries=32, show_spinner="Ordering the structure …")
def _ordered(name: str, digest: str, _content: bytes) -> tuple[Ordering | None, str]:
    """A file's ordered versions, or why there are none; remembered by the hash of its bytes."""
    try:
        with ParsingProcess() as process:
            return process.order(source_of(name, _content)), ""
    except StructureFileError as error:
        return None, str(error)
