"""The shipped known structures: whole, found by what they are, and the crystals of their source."""

import pytest
from symmetric_cases import random_crystal

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.crystal.symmetric_prototype import prototype_label
from crystal_llm.dataset.known_structures import (
    KnownStructures,
    shipped_structures,
    write_known_structures,
)
from crystal_llm.dataset.symmetric_table import (
    SymmetricRow,
    read_symmetric_table,
    write_symmetric_table,
)
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import StabilityError, TableError
from crystal_llm.settings import PACKAGE_ROOT, read_settings
from crystal_llm.types import PlainCrystal

SHIPPED = PACKAGE_ROOT / "models" / "known-structures.parquet"
SOURCE = PACKAGE_ROOT.parent / "shared" / "data" / "mp_structures.parquet"
ROCK_SALT = SymmetricCrystal(225, (5.69,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))
CESIUM_CHLORIDE = SymmetricCrystal(221, (3.5,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))


@pytest.fixture(scope="module")
def shipped():
    return KnownStructures(SHIPPED)


def test_the_shipped_file_says_what_it_is(shipped):
    assert len(shipped) == shipped.about["structures"] == 94_387
    assert "CC BY 4.0" in shipped.about["attribution"]
    assert SHIPPED.stat().st_size < 10_000_000
    here = read_settings({"CRYSTAL_LLM_MODELS": str(SHIPPED.parent)})
    assert shipped_structures(here) is shipped_structures(here)


def test_where_no_file_is_shipped_there_is_none(tmp_path):
    assert shipped_structures(read_settings({"CRYSTAL_LLM_MODELS": str(tmp_path)})) is None


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


def test_the_lattice_of_an_element_stands_in_where_the_table_lacks_it(shipped):
    assert shipped.lacking_lattice("Be") == "hcp Be"
    assert shipped.crystal("hcp Be").species == ("Be", "Be")
    assert [shipped.lacking_lattice(formula) for formula in ("Mg", "O2", "BeO")] == [None] * 3


def test_chemical_systems_with_and_without_their_parts(shipped):
    exact = shipped.by_chemical_system(["Na", "Cl", "Na"])
    assert {known.chemical_system for known in exact} == {"Cl-Na"}
    with_parts = shipped.by_chemical_system(["Na", "Cl"], subsystems=True)
    assert {known.chemical_system for known in with_parts} == {"Cl-Na", "Cl", "Na"}
    assert set(exact) < set(with_parts)
    assert shipped.by_chemical_system([]) == ()


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
        distances = matcher.get_rms_dist(source, known.structure)
        assert distances is not None, record.material_id
        length = (known.structure.volume / len(known.structure)) ** (1 / 3)
        assert distances[1] * length < 0.1, record.material_id
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
    with pytest.raises(TableError, match=r"known.parquet: no such table"):
        KnownStructures(path)
    path.write_bytes(SHIPPED.read_bytes()[:100_000])
    with pytest.raises(TableError, match=r"known.parquet: not a readable Parquet table"):
        KnownStructures(path)
    with pytest.raises(TableError, match=r"reference-chgnet.parquet: a table, but not of crystals"):
        KnownStructures(PACKAGE_ROOT / "models" / "reference-chgnet.parquet")


@pytest.fixture
def training_table(tmp_path):
    rows = [
        SymmetricRow("b2", "NaCl", CESIUM_CHLORIDE, None, 0.1, None, "train", False),
        SymmetricRow("b1", "NaCl", ROCK_SALT, None, 0.0, None, "train", False),
        SymmetricRow("unknown", "NaCl", ROCK_SALT, None, None, None, "train", False),
    ]
    write_symmetric_table(rows, tmp_path / "symmetric.parquet")
    return KnownStructures(tmp_path / "symmetric.parquet")


def test_a_crystal_of_a_training_table_is_made_when_asked_for(training_table):
    crystal = training_table.crystal("b1")
    assert sorted(crystal.species) == ["Cl", "Na"]
    assert crystal.lengths_angstrom == pytest.approx((5.69 / 2**0.5,) * 3)
    assert training_table.crystal("mp-0") is None
    assert training_table.sizes(["b1", "b2", "mp-0"]) == {"b1": 2, "b2": 2}
    assert len(training_table) == 3


def test_names_of_polymorphs_stand_by_stability_and_unknown_ones_nowhere(training_table):
    assert training_table.polymorphs("NaCl", within_ev_per_atom=0.2) == ("b1", "b2")
    assert training_table.polymorphs("NaCl", within_ev_per_atom=0.05) == ("b1",)
    assert training_table.polymorphs("KCl", within_ev_per_atom=0.2) == ()
    assert (
        set(training_table.names_of("NaCl")) > {"b1", "b2"} and training_table.names_of("KCl") == ()
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: table.by_id("b1"),
        lambda table: table.by_formula("NaCl"),
    ],
)
def test_what_a_training_table_does_not_say_is_named(training_table, ask):
    with pytest.raises(TableError, match=r"lacks the column.* chemical_system, prototype"):
        ask(training_table)


def test_a_table_of_cells_is_read_too(tmp_path):
    salt = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
    path = tmp_path / "plain.parquet"
    write_table([CrystalRow("mine", "NaCl", salt, 225, None, 0.0, None, "train")], path)
    known = KnownStructures(path)
    assert known.crystal("mine") == salt
    assert known.sizes(["mine"]) == {"mine": 2}
    assert known.polymorphs("NaCl", within_ev_per_atom=0.0) == ("mine",)


def test_a_table_of_something_else_is_refused(tmp_path):
    import pandas as pd

    pd.DataFrame({"material_id": ["a"]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(TableError, match=r"other.parquet: a table, but not of crystals"):
        KnownStructures(tmp_path / "other.parquet")


def test_a_file_of_ones_own(tmp_path):
    crystal = random_crystal(62, 4, 1)
    row = SymmetricRow("mine", "X", crystal, None, 0.1, None, "train", False)
    write_known_structures([row], tmp_path / "deep" / "known.parquet", "a test")
    known = KnownStructures(tmp_path / "deep" / "known.parquet")
    (mine,) = [known.by_id("mine")]
    assert mine.material_id == "mine"
    assert mine.band_gap_ev is None
    assert mine.energy_above_hull_ev_per_atom == pytest.approx(0.1)
    assert known.about["source"] == "a test"
