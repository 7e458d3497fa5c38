"""The shipped known structures: whole, found by what they are, and the crystals of their source."""

import pytest
from symmetric_cases import random_crystal

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal, arranged
from crystal_llm.crystal.symmetric_prototype import prototype_label
from crystal_llm.dataset.known_structures import (
    KnownStructures,
    known_structures,
    write_known_structures,
)
from crystal_llm.dataset.symmetric_table import SymmetricRow, read_symmetric_table
from crystal_llm.errors import StabilityError, TableError
from crystal_llm.settings import PACKAGE_ROOT

SHIPPED = PACKAGE_ROOT / "models" / "known-structures.parquet"
SOURCE = PACKAGE_ROOT.parent / "shared" / "data" / "mp_structures.parquet"


@pytest.fixture(scope="module")
def shipped():
    return KnownStructures(SHIPPED)


def test_the_shipped_file_says_what_it_is(shipped):
    assert len(shipped) == shipped.about["structures"] == 94_387
    assert "CC BY 4.0" in shipped.about["attribution"]
    assert SHIPPED.stat().st_size < 10_000_000
    assert known_structures() is known_structures()


def test_a_crystal_is_found_by_its_name(shipped):
    halite = shipped.by_id("mp-22862")
    assert (halite.formula, halite.chemical_system, halite.prototype) == (
        "NaCl",
        "Cl-Na",
        "225 a b",
    )
    assert halite.energy_above_hull_ev_per_atom == 0.0
    assert halite.structure.composition.reduced_formula == "NaCl"
    assert len(halite.structure) == halite.atoms == 2
    assert shipped.by_id("mp-0") is None
    assert set(shipped.by_ids(["mp-22862", "mp-0", "mp-1"])) == {"mp-22862", "mp-1"}


def test_polymorphs_come_stable_first(shipped):
    polymorphs = shipped.by_formula("FeLiO4P")
    assert polymorphs == shipped.by_formula("LiFePO4")
    assert {known.formula for known in polymorphs} == {"LiFePO4"}
    energies = [known.energy_above_hull_ev_per_atom for known in polymorphs]
    known = [energy for energy in energies if energy is not None]
    assert len(known) > 1
    assert energies == sorted(known) + [None] * (len(energies) - len(known))
    assert shipped.by_formula("Na99Cl") == ()
    with pytest.raises(StabilityError, match="not a chemical formula"):
        shipped.by_formula("NaXx")


def test_chemical_systems_with_and_without_their_parts(shipped):
    exact = shipped.by_chemical_system(["Na", "Cl", "Na"])
    assert {known.chemical_system for known in exact} == {"Cl-Na"}
    with_parts = shipped.by_chemical_system(["Na", "Cl"], subsystems=True)
    assert {known.chemical_system for known in with_parts} == {"Cl-Na", "Cl", "Na"}
    assert set(exact) < set(with_parts)
    assert shipped.by_chemical_system([]) == ()


def test_prototypes_are_found_in_every_setting(shipped):
    halite = shipped.by_id("mp-22862").crystal
    other = SymmetricCrystal(225, (5.0,), (Orbit("Cl", "a", ()), Orbit("K", "b", ())))
    family = shipped.by_prototype(halite)
    assert family == shipped.by_prototype(other) == shipped.by_prototype("225 a b")
    assert {"NaCl", "MgO", "LiF"} <= {known.formula for known in family}
    counts = shipped.prototype_counts()
    assert counts["225 a b"] == len(family)
    assert sum(counts.values()) == len(shipped)
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


@pytest.mark.parametrize("number", [2, 14, 47, 62, 139, 166, 194, 216, 225])
def test_a_label_does_not_hang_on_the_setting(number):
    import random

    crystal = random_crystal(number, 5, number, most_sites=96)
    generator = random.Random(0)
    labels = {prototype_label(arranged(crystal, generator)) for _ in range(12)}
    assert labels == {prototype_label(crystal)}


def test_every_phase_of_the_shipped_reference_is_known(shipped):
    """The hull's known phases open by their name."""
    import pyarrow.parquet as pq

    reference = pq.read_table(PACKAGE_ROOT / "models" / "reference-chgnet.parquet")
    ids = set(reference["material_id"].to_pylist())
    assert len(ids) == 70_560
    assert ids <= set(shipped._table["material_id"].to_pylist())


def test_it_is_also_a_table_to_train_on(shipped):
    rows = read_symmetric_table(SHIPPED)
    assert len(rows) == len(shipped)
    assert sum(row.near_test for row in rows) == 1177
    assert {split: sum(row.split == split for row in rows) for split in ("val", "test")} == {
        "val": 7165,
        "test": 5149,
    }


@pytest.mark.shared
@pytest.mark.skipif(not SOURCE.exists(), reason="the shared data folder is absent")
def test_the_crystals_are_those_of_the_source(shipped):
    """And so are their energies: sites lie where the source has them, symmetry apart (0.1 Å)."""
    import pandas as pd
    from pymatgen.analysis.structure_matcher import StructureMatcher
    from pymatgen.core import Lattice, Structure

    matcher = StructureMatcher(scale=False)
    for record in pd.read_parquet(SOURCE).sample(60, random_state=7).itertuples():
        known = shipped.by_id(record.material_id)
        lattice = Lattice.from_parameters(
            record.a, record.b, record.c, record.alpha, record.beta, record.gamma
        )
        source = Structure(lattice, list(record.species), record.frac_coords.reshape(-1, 3))
        found = matcher.get_rms_dist(source, known.structure)
        assert found is not None, record.material_id
        length = (known.structure.volume / len(known.structure)) ** (1 / 3)
        assert found[1] * length < 0.1, record.material_id
        assert known.formula == record.formula
        assert (known.split, known.near_test) == (record.split, record.near_test)
        if known.energy_above_hull_ev_per_atom is None:
            assert pd.isna(record.e_above_hull)
        else:
            assert known.energy_above_hull_ev_per_atom == pytest.approx(
                record.e_above_hull, abs=1e-6
            )


def test_another_file_is_refused_in_one_line(tmp_path):
    path = tmp_path / "known.parquet"
    with pytest.raises(TableError, match="no such file"):
        KnownStructures(path)
    path.write_bytes(SHIPPED.read_bytes()[:100_000])
    with pytest.raises(TableError, match="not a file of known structures"):
        KnownStructures(path)
    with pytest.raises(TableError, match="not a file of known structures"):
        KnownStructures(PACKAGE_ROOT / "models" / "reference-chgnet.parquet")


def test_a_file_of_ones_own(tmp_path):
    crystal = random_crystal(62, 4, 1)
    row = SymmetricRow("mine", "X", crystal, None, 0.1, None, "train", False)
    write_known_structures([row], tmp_path / "deep" / "known.parquet", "a test")
    known = KnownStructures(tmp_path / "deep" / "known.parquet")
    (found,) = known.by_prototype(crystal)
    assert found.material_id == "mine"
    assert found.band_gap_ev is None
    assert found.energy_above_hull_ev_per_atom == pytest.approx(0.1)
    assert known.about["source"] == "a test"
