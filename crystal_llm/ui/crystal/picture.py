"""Pictures of a crystal: in 3D to be turned, or as a still sketch for cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import crystal_hash
from crystal_llm.ui.crystal.sketch import crystal_sketch

SKETCH_SIZE_PX = 220


def show_crystal(
    crystal: PlainCrystal,
    key: str,
    height_px: int = 360,
    *,
    selected: Iterable[int] = (),
    masked: Iterable[int] = (),
    pickable: bool = False,
    link: str = "",
    frames: Sequence[tuple[str, PlainCrystal]] = (),
) -> tuple[int, ...]:
    """Draws a crystal in 3D; gives the sites that are chosen in it.

    Args:
        crystal: The crystal.
        key: Unique among the elements of a page.
        height_px: Height of the picture.
        selected: Indices of sites to choose.
        masked: Indices of sites that are drawn as unknown.
        pickable: Whether sites can be chosen.
        link: Pictures with the same name turn together.
        frames: Captions and crystals to be played back, ``crystal`` the last of them.
    """
    from crystal_llm.ui.viewer import crystal_view

    return crystal_view(
        crystal,
        key=key,
        height_px=height_px,
        selected=selected,
        masked=masked,
        pickable=pickable,
        link=link,
        frames=frames,
    )


def show_sketch(crystal: PlainCrystal, alt: str) -> None:
    """Draws a still sketch, as wide as its place.

    Args:
        crystal: The crystal.
        alt: What a screen reader says.
    """
    st.image(_sketch(crystal_hash(crystal), crystal), width="stretch", alt=alt)


def sketch_svg(crystal: PlainCrystal) -> str:
    """The same sketch as SVG text, remembered by the crystal's hash."""
    svg: str = _sketch(crystal_hash(crystal), crystal)
    return svg


@st.cache_data(max_entries=1000, show_spinner=False)
def _sketch(digest: str, _crystal: PlainCrystal) -> str:
    return crystal_sketch(_crystal, SKETCH_SIZE_PX)
