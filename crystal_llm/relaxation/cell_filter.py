"""ASE's filter for cell and positions, which maps forces once a step."""

from __future__ import annotations

from typing import Any

import numpy as np
from ase.filters import FrechetCellFilter


class OnceFrechetCellFilter(FrechetCellFilter):  # type: ignore[misc]
    """A :class:`~ase.filters.FrechetCellFilter` with the same forces, kept for a step.

    An optimizer asks for them three times a step, and each time the filter takes the
    logarithm of the cell's deformation and its derivatives: a tenth of a relaxation.
    """

    _kept: tuple[bytes, Any] | None = None

    def get_forces(self, **kwargs: Any) -> np.ndarray:
        """Forces on the positions and on the logarithm of the deformation, (n_atoms + 3, 3)."""
        atoms = self.atoms
        state = atoms.positions.tobytes() + np.asarray(atoms.cell).tobytes() + repr(kwargs).encode()
        if self._kept is None or self._kept[0] != state:
            self._kept = state, super().get_forces(**kwargs)
        return np.array(self._kept[1])
