"""Known crystals in symmetric form serve novelty as those by sites do."""

from crystal_llm.crystal.symmetric import Orbit, SymmetricCrystal
from crystal_llm.dataset.known_crystals import read_known_crystals
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.evaluation.novelty import KnownCrystals, compare

SALT = SymmetricCrystal(225, (5.69,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))


def test_a_table_in_symmetric_form_is_read_and_matched(tmp_path):
    from crystal_llm.crystal.conversion import structure

    path = tmp_path / "known.parquet"
    write_symmetric_table([SymmetricRow("b1", "NaCl", SALT, None, 0.0, None, "test", True)], path)
    (row,) = read_known_crystals(path)
    assert (row.material_id, sorted(row.crystal.species)) == ("b1", ["Cl", "Na"])
    larger = structure(row.crystal)
    larger.scale_lattice(larger.volume * 1.1)
    (novelty,) = compare([larger], KnownCrystals([row]))
    assert novelty.known.material_id == "b1" and not novelty.novel
