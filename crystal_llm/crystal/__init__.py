"""The crystal itself: cells, composition, symmetry, edits, radii, one check."""
