"""The gallery: each structure is what it is said to be."""

from itertools import chain, pairwise

import pytest

from crystal_llm.crystal.prototypes import GALLERY, TRAINED_ATOMS, prototype, size_note
from crystal_llm.crystal.reduction import lattice_matrix, spacegroup_number
from crystal_llm.errors import InfillError
from crystal_llm.evaluation.validity import formula_of, judge_plain
from crystal_llm.settings import PACKAGE_ROOT

STRUCTURES = PACKAGE_ROOT.parent / "shared" / "data" / "mp_structures.parquet"
ATOMS = {
    "rock-salt": 2, "caesium-chloride": 2, "zinc-blende": 2, "wurtzite": 4, "fluorite": 3,
    "rutile": 6, "cubic-perovskite": 5, "perovskite": 20, "spinel": 14, "layered-oxide": 4,
    "olivine": 28, "garnet": 80,
}  # fmt: skip
SHORTEST_BOND_ANGSTROM = {
    "rock-salt": 2.82, "caesium-chloride": 3.57, "zinc-blende": 2.34, "wurtzite": 1.97,
    "fluorite": 2.37, "rutile": 1.95, "cubic-perovskite": 1.95, "perovskite": 1.95,
    "spinel": 1.92, "layered-oxide": 1.92, "olivine": 1.53, "garnet": 1.63,
}  # fmt: skip


LATTICE = ("a", "b", "c", "alpha", "beta", "gamma")


@pytest.mark.parametrize("prototype", GALLERY, ids=lambda prototype: prototype.id)
def test_each_has_its_space_group_composition_and_bonds(prototype):
    from pymatgen.core import Composition, Lattice, Structure

    crystal = prototype.crystal
    assert spacegroup_number(crystal) == prototype.spacegroup_number
    assert formula_of(crystal.species) == Composition(prototype.formula).reduced_formula
    assert len(crystal.species) == ATOMS[prototype.id]
    assert judge_plain(crystal).valid
    structure = Structure(
        Lattice(lattice_matrix(crystal)), crystal.species, crystal.fractional_coordinates
    )
    nearest = min(
        near.nn_distance for near in chain.from_iterable(structure.get_all_neighbors(4.0))
    )
    assert nearest == pytest.approx(SHORTEST_BOND_ANGSTROM[prototype.id], abs=0.03)


@pytest.mark.shared
@pytest.mark.skipif(not STRUCTURES.exists(), reason="the shared data folder is absent")
def test_cells_are_within_three_per_cent_of_computed_ones_of_the_same_structure():
    import numpy as np
    import pyarrow.parquet as pq
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.core import Composition, Lattice, Structure

    from crystal_llm.crystal.conversion import structure

    wanted = {
        (formula_of(prototype.crystal.species), prototype.spacegroup_number): prototype
        for prototype in GALLERY
    }
    rows = pq.read_table(
        STRUCTURES,
        columns=["formula", "spacegroup_number", *LATTICE, "species", "frac_coords"],
        filters=[("spacegroup_number", "in", [number for _, number in wanted])],
    ).to_pylist()
    compared = set()
    for row in rows:
        name = Composition(row["formula"]).reduced_formula
        prototype = wanted.get((name, row["spacegroup_number"]))
        if prototype is None:
            continue
        lattice = Lattice.from_parameters(*(row[name] for name in LATTICE))
        places = np.reshape(row["frac_coords"], (-1, 3))
        computed = Structure(lattice, row["species"], places).get_primitive_structure()
        # Another structure can have the same formula and space group.
        if StructureMatcher().fit(structure(prototype.crystal), computed):
            compared.add(prototype.id)
            own = structure(prototype.crystal).lattice
            assert sorted(computed.lattice.abc) == pytest.approx(sorted(own.abc), rel=0.03)
            assert computed.volume == pytest.approx(own.volume, rel=0.06)
    assert len(compared) >= 9


def test_names_differ_and_small_cells_come_first():
    assert (
        len({prototype.id for prototype in GALLERY})
        == len({prototype.name for prototype in GALLERY})
        == len(GALLERY)
    )
    assert GALLERY[0].id == "rock-salt"
    assert all(prototype.source and prototype.hint for prototype in GALLERY)
    large = [len(prototype.crystal.species) > TRAINED_ATOMS for prototype in GALLERY]
    assert all(first <= second for first, second in pairwise(large))


def test_the_size_of_a_cell_is_told_where_models_have_not_seen_it():
    assert size_note(20) is None
    assert "80 atoms" in size_note(80)


def test_a_name_that_is_none_is_explained():
    assert prototype("spinel").formula == "MgAl2O4"
    with pytest.raises(InfillError, match=r"no structure 'diamond'.*rock-salt"):
        prototype("diamond")
