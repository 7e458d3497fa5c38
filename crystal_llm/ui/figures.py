"""Figures of crystals, drawn with Plotly."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

_CORNERS = tuple(product((0.0, 1.0), repeat=3))


def crystal_figure(structure: dict[str, Any], *, dark: bool) -> go.Figure:
    """Atoms and unit cell in 3D.

    Args:
        structure: pymatgen's dict of a Structure.
        dark: For a dark page.
    """
    import numpy as np
    import plotly.graph_objects as go
    from ase.data import atomic_numbers, covalent_radii
    from ase.data.colors import jmol_colors

    matrix = np.array(structure["lattice"]["matrix"])
    ink = "#c9d1d9" if dark else "#3b4252"
    figure = go.Figure()
    edges = [
        (a, b)
        for a in _CORNERS
        for b in _CORNERS
        if a < b and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    ]
    lines: list[list[float | None]] = [[], [], []]
    for a, b in edges:
        for axis, (start, end) in enumerate(
            zip(np.array(a) @ matrix, np.array(b) @ matrix, strict=True)
        ):
            lines[axis] += [float(start), float(end), None]
    figure.add_scatter3d(
        x=lines[0], y=lines[1], z=lines[2], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": ink, "width": 3},
    )  # fmt: skip
    sites: dict[str, list[list[float]]] = {}
    for site in structure["sites"]:
        sites.setdefault(site["species"][0]["element"], []).append(site["abc"])
    for element, positions in sites.items():
        # An atom at a face stands at the opposite one too.
        shown = np.array([image for abc in positions for image in _images(abc)])
        cartesian = shown @ matrix
        red, green, blue = (round(255 * part) for part in jmol_colors[atomic_numbers[element]])
        radius = float(covalent_radii[atomic_numbers[element]])
        figure.add_scatter3d(
            x=cartesian[:, 0], y=cartesian[:, 1], z=cartesian[:, 2], mode="markers", name=element,
            marker={
                "size": 8 + 9 * radius,
                "color": f"rgb({red},{green},{blue})",
                "line": {"color": ink, "width": 1},
                "opacity": 1.0,
            },
            text=[f"{element}  {x:.2f} {y:.2f} {z:.2f}" for x, y, z in shown],
            hoverinfo="text",
        )  # fmt: skip
    hidden = {"visible": False}
    figure.update_layout(
        scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "data",
               "camera": {"eye": {"x": 1.5, "y": 1.2, "z": 0.8},
                          "projection": {"type": "orthographic"}}},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        height=380,
        paper_bgcolor="rgba(0,0,0,0)",
        font={"color": ink},
        legend={"orientation": "h", "y": 1.02, "itemsizing": "constant"},
    )  # fmt: skip
    return figure


def _images(abc: list[float]) -> list[tuple[float, ...]]:
    choices = [(value, value + 1.0) if abs(value) < 1e-6 else (value,) for value in abc]
    return list(product(*choices))
