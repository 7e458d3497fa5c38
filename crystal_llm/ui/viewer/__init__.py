"""Crystals in 3D: Crystal Toolkit's scene and renderer as a Streamlit component.

``crystal_view`` draws and returns the chosen sites; ``site_table`` beside it makes the same
choice by rows. See ``docs/viewer.md``.
"""

from crystal_llm.ui.viewer.component import crystal_view, site_table
from crystal_llm.ui.viewer.crystal import Viewable
from crystal_llm.ui.viewer.scene import MAX_VIEWED_ATOMS

__all__ = ["MAX_VIEWED_ATOMS", "Viewable", "crystal_view", "site_table"]
