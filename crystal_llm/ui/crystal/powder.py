"""The powder pattern of a crystal: radiation, peak width, and the reader's own measurement."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from crystal_llm.crystal.crystallography import (
    MAX_POWDER_SITES,
    WAVELENGTHS_ANGSTROM,
    Reflection,
    powder_pattern,
    too_large_for_powder,
)
from crystal_llm.errors import PatternFileError
from crystal_llm.io.powder_file import MAX_PATTERN_BYTES, MeasuredPattern, read_measured_pattern
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.crystal.facts import CrystalFacts, crystal_hash
from crystal_llm.ui.crystal.figures import powder_figure
from crystal_llm.ui.widgets.notation import as_markdown
from crystal_llm.ui.widgets.page_style import page_theme

RANGE_DEGREES = (5.0, 90.0)
_PLOTLY = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


@st.cache_data(max_entries=128, show_spinner="Computing the powder pattern …")
def found_pattern(
    digest: str, wavelength_angstrom: float, _crystal: PlainCrystal
) -> tuple[Reflection, ...]:
    """The powder pattern of a crystal, remembered by its hash."""
    return powder_pattern(_crystal, RANGE_DEGREES, wavelength_angstrom)


def powder_section(facts: CrystalFacts, key: str) -> None:
    """The powder pattern; of both crystals where there are two."""
    crystals = [
        (name, crystal)
        for name, crystal in (
            ("relaxed" if facts.after else "as it is", facts.crystal),
            ("before relaxation", facts.before if facts.after else None),
        )
        if crystal is not None
    ]
    radiation_column, width_column = st.columns(2)
    radiation = radiation_column.selectbox(
        "Radiation", list(WAVELENGTHS_ANGSTROM), key=f"{key}-radiation",
        format_func=lambda name: f"{name} ({WAVELENGTHS_ANGSTROM[name]:g} Å)",
    )  # fmt: skip
    width = width_column.slider(
        "Peak width (° in 2θ)", 0.0, 1.0, 0.0, 0.05, key=f"{key}-peak-width",
        help="Full width at half maximum of Gaussian peaks; 0 draws lines.",
    )  # fmt: skip
    measured = ask_measured(key)
    wavelength = WAVELENGTHS_ANGSTROM[radiation]
    patterns = [
        (name, found_pattern(crystal_hash(crystal), wavelength, crystal))
        for name, crystal in crystals
    ]
    shown = [(name, lines) for name, lines in patterns if lines]
    if not shown:
        st.caption(
            f"No pattern: the cell has more than {MAX_POWDER_SITES} sites or is too large to "
            "compute while you wait. Try its primitive cell, or a longer wavelength."
            if any(
                too_large_for_powder(crystal, RANGE_DEGREES, wavelength) for _, crystal in crystals
            )
            else "No pattern: the X-ray scattering of an element is not tabulated, or no "
            "reflection lies between 5 and 90°."
        )
        return
    figure = powder_figure(
        shown,
        theme=page_theme(),
        radiation=radiation,
        width_degrees=width,
        measured=measured,
    )
    st.plotly_chart(figure, key=f"{key}-powder", config=_PLOTLY, width="stretch")
    st.caption(
        f"Computed by pymatgen for {radiation} ({wavelength:g} Å), without thermal motion; the "
        "strongest peak is 100. Hover over a line's tip for its planes (h k l)."
        + (" The measured pattern is scaled to its highest point." if measured else "")
    )


def ask_measured(key: str) -> MeasuredPattern | None:
    """Asks for a measured pattern, which is drawn and kept nowhere; says what is wrong with it."""
    upload = st.file_uploader(
        "Your measured pattern (xy)",
        key=f"{key}-measured",
        type=["xy", "xye", "txt", "dat", "csv"],
        max_upload_size=max(1, MAX_PATTERN_BYTES // 1_000_000),
        help="Two columns: 2θ in degrees and intensity. It is drawn here and kept nowhere.",
    )
    if upload is None:
        return None
    try:
        return read_measured_pattern(upload.getvalue(), Path(upload.name).name[:60])
    except PatternFileError as error:
        st.error(as_markdown(str(error)))
        return None
