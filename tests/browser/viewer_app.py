"""A page of viewers for tests/browser/test_viewer.py; not a part of the product.

``?page=`` one of the functions below.
"""

import streamlit as st
from pymatgen.core import Lattice, Structure

from crystal_llm.ui.viewer import crystal_view, site_table

RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)


def one() -> None:
    """A viewer with its table."""
    left, right = st.columns([3, 2])
    with left:
        picked = crystal_view(RUTILE, key="one")
    with right:
        st.text(f"picked {list(picked)}")
        listed = site_table(RUTILE, key="one")
        st.text(f"listed {list(listed)}")
        if st.button("Run again"):
            st.session_state["pressed"] = st.session_state.get("pressed", 0) + 1
        st.text(f"pressed {st.session_state.get('pressed', 0)} times")


def masked() -> None:
    """Two sites unknown, one chosen from the start."""
    picked = crystal_view(RUTILE, key="masked", masked=(2, 3), selected=(1,), labels=True)
    st.text(f"picked {list(picked)}")


def many() -> None:
    """Twenty viewers: more than a browser has WebGL contexts for."""
    columns = st.columns(4)
    for index in range(20):
        with columns[index % 4]:
            crystal_view(RUTILE, key=f"many-{index}", height_px=180, polyhedra=index % 2 == 1)


def large() -> None:
    """Two hundred atoms."""
    rock_salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    crystal_view(rock_salt * (5, 5, 1), key="large", height_px=520)


def perovskite() -> None:
    """For pictures: polyhedra, labels, a supercell."""
    crystal = Structure.from_spacegroup(
        "Pnma",
        Lattice.orthorhombic(5.44, 7.64, 5.38),
        ["Ca", "Ti", "O", "O"],
        [[0.036, 0.25, 0.993], [0, 0, 0.5], [0.484, 0.25, 0.071], [0.289, 0.037, 0.711]],
    )
    left, right = st.columns([3, 2])
    with left:
        crystal_view(crystal, key="perovskite", polyhedra=True, selected=(0, 4))
    with right:
        site_table(crystal, key="perovskite", height_px=420)


def lone() -> None:
    """An atom whose neighbours are all outside the cell: half a bond points along each axis."""
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0.5, 0.5, 0.5]])
    crystal_view(polonium, key="lone", cell=False)


def relaxation() -> None:
    """Two linked viewers, the second with frames to play back."""
    frames = [
        (
            f"step {step}",
            Structure(RUTILE.lattice.scale(62 + step), RUTILE.species, RUTILE.frac_coords),
        )
        for step in range(3)
    ]
    left, right = st.columns(2)
    with left:
        crystal_view(RUTILE, key="first", link="pair", pickable=False)
    with right:
        crystal_view(frames[-1][1], key="second", link="pair", frames=frames)


st.set_page_config(layout="wide")
pages = {page.__name__: page for page in (one, masked, many, large, perovskite, lone, relaxation)}
pages[st.query_params.get("page", "one")]()
