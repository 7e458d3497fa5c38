import pytest

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.dataset.structures_by_name import StructuresByName, shipped_structures
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import TableError
from crystal_llm.settings import read_settings
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5)))
ROCK_SALT = SymmetricCrystal(225, (5.69,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))
CESIUM_CHLORIDE = SymmetricCrystal(221, (3.5,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))


@pytest.fixture
def symmetric(tmp_path):
    rows = [
        SymmetricRow("b2", "NaCl", CESIUM_CHLORIDE, None, 0.1, None, "train", False),
        SymmetricRow("b1", "NaCl", ROCK_SALT, None, 0.0, None, "train", False),
        SymmetricRow("unknown", "NaCl", ROCK_SALT, None, None, None, "train", False),
    ]
    path = tmp_path / "known-structures.parquet"
    write_symmetric_table(rows, path)
    return path


def test_a_crystal_of_the_symmetric_form_is_made_when_asked_for(symmetric):
    known = StructuresByName(symmetric)
    crystal = known.crystal("b1")
    assert sorted(crystal.species) == ["Cl", "Na"]
    assert crystal.lengths_angstrom == pytest.approx((5.69 / 2**0.5,) * 3)
    assert known.crystal("mp-0") is None
    assert len(known) == 3


def test_polymorphs_stand_by_stability_and_unknown_ones_nowhere(symmetric):
    known = StructuresByName(symmetric)
    assert known.polymorphs("NaCl", within_ev_per_atom=0.2) == ("b1", "b2")
    assert known.polymorphs("NaCl", within_ev_per_atom=0.05) == ("b1",)
    assert known.polymorphs("KCl", within_ev_per_atom=0.2) == ()


def test_a_table_of_plain_crystals_is_read_too(tmp_path):
    path = tmp_path / "plain.parquet"
    write_table([CrystalRow("mine", "NaCl", SALT, 225, None, 0.0, None, "train")], path)
    known = StructuresByName(path)
    assert known.crystal("mine") == SALT
    assert known.polymorphs("NaCl", within_ev_per_atom=0.0) == ("mine",)


def test_what_is_no_table_of_crystals_is_refused(tmp_path):
    import pandas as pd

    pd.DataFrame({"material_id": ["a"]}).to_parquet(tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("no table")
    for name in ("other.parquet", "text.parquet", "absent.parquet"):
        with pytest.raises(TableError, match=name):
            StructuresByName(tmp_path / name)


def test_the_shipped_table_is_found_where_it_is(symmetric, tmp_path):
    here = read_settings({"CRYSTAL_LLM_MODELS": str(tmp_path)})
    assert shipped_structures(here) is shipped_structures(here)
    elsewhere = read_settings({"CRYSTAL_LLM_MODELS": str(tmp_path / "none")})
    assert shipped_structures(elsewhere) is None
