"""Where compositions lie in a drawing, and about where that is on a page.

Compositions lie in pymatgen's triangle and tetrahedron, of side one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from crystal_llm.types import Array

# Labels are placed for a drawing of about this size; in a smaller one some may touch. A page of
# 1440 pixels has 400 by 380 and 445, one of 400 pixels 180 by 240 and 290 for ``size`` 0.55.
BINARY_SIZE_PX = (325.0, 370.0)
UNIT_PX = 440.0
UNIT_IN_SPACE_PX = 230.0
"""In space, at a zoom of 1."""


def triangle() -> Array:
    """Corners of the triangle of three elements, shape (3, 2)."""
    from pymatgen.analysis.phase_diagram import triangular_coord

    # pymatgen's coordinates are those of the second and third fraction.
    return np.array([triangular_coord(corner) for corner in ([0, 0], [1, 0], [0, 1])])


def tetrahedron() -> Array:
    """Corners of the tetrahedron of four elements, shape (4, 3)."""
    from pymatgen.analysis.phase_diagram import tet_coord

    return np.array([tet_coord(corner) for corner in ([0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1])])


def pixels_of_binary(lowest: float, highest: float, size: float = 1.0) -> Callable[[Array], Array]:
    """Where (fraction, energy) points are drawn, for a range of energies."""
    scale = np.array(BINARY_SIZE_PX) * size / [1.0, max(highest - lowest, 1e-9)]
    return lambda points: np.asarray(points * scale)


def pixels_seen_from(
    eye: tuple[float, ...], zoom: float, size: float = 1.0
) -> Callable[[Array], Array]:
    """Where points are drawn under the camera that a figure opens with."""
    forward = -np.array(eye) / np.linalg.norm(eye)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    plane = np.column_stack([right, np.cross(right, forward)])
    return lambda points: (points @ plane) * UNIT_IN_SPACE_PX * zoom * size
