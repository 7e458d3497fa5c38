from unittest.mock import patch

import numpy as np
from ase.filters import FrechetCellFilter
from ase.optimize import FIRE
from pair_potential import PairPotential, cubic

from crystal_llm.relaxation.cell_filter import OnceFrechetCellFilter


def atoms_with_forces():
    crystal = cubic(("Ar", "Ar"), a=5.0)
    from ase import Atoms

    return Atoms(
        crystal.species,
        scaled_positions=[[0.0, 0.0, 0.0], [0.45, 0.5, 0.52]],
        cell=crystal.lengths_angstrom,
        pbc=True,
        calculator=PairPotential().calculator(),
    )


def test_the_forces_are_those_of_ase_at_every_step():
    paths = []
    for kind in (FrechetCellFilter, OnceFrechetCellFilter):
        atoms = atoms_with_forces()
        moved = kind(atoms)
        seen = []
        for _ in FIRE(moved, logfile=None).irun(fmax=1e-6, steps=12):
            seen.append(np.concatenate([moved.get_forces(), np.asarray(atoms.cell)]))
        paths.append(np.array(seen))
    assert len(paths[0]) > 5
    assert np.array_equal(*paths)


def test_they_are_mapped_once_a_step_and_a_caller_may_change_what_it_got():
    atoms = atoms_with_forces()
    moved = OnceFrechetCellFilter(atoms)
    with patch.object(
        FrechetCellFilter, "get_forces", autospec=True, return_value=np.ones((5, 3))
    ) as mapped:
        moved.get_forces()[:] = 0.0
        assert (moved.get_forces() == 1.0).all()
        assert mapped.call_count == 1
        atoms.positions[0, 0] += 0.01
        moved.get_forces()
        atoms.set_cell([5.1, 5.0, 5.0])
        moved.get_forces()
        assert mapped.call_count == 3
