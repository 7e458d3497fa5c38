import pytest
from ase.build import bulk

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.elemental_lattices import elemental_lattice, lattice_named


@pytest.mark.parametrize("symbol", ["Cu", "Fe", "Be", "Si"])
def test_a_lattice_is_the_one_that_ase_builds(symbol):
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.io.ase import AseAtomsAdaptor

    lattice = elemental_lattice(symbol)
    ours, theirs = structure(lattice.crystal), AseAtomsAdaptor.get_structure(bulk(symbol))
    assert ours.volume == pytest.approx(theirs.volume)
    assert StructureMatcher(scale=False).fit(ours, theirs)
    assert ours.get_space_group_info()[1] == lattice.spacegroup_number
    assert lattice_named(lattice.name) == lattice


@pytest.mark.parametrize("symbol", ["O", "Ga", "Po", "Fm", "Xx", "BeO", ""])
def test_other_structures_have_no_lattice(symbol):
    assert elemental_lattice(symbol) is None


@pytest.mark.parametrize("name", ["bcc Be", "Be", "mp-87", "hcp  Be", ""])
def test_another_name_is_no_lattice(name):
    assert lattice_named(name) is None
