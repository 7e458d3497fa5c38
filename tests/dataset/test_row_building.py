import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.dataset.row_building import SourceCrystal, build_rows, split_of
from crystal_llm.io.structure_file import StructureText
from crystal_llm.types import PlainCrystal

POSCAR = "comment\n1.0\n4 0 0\n0 4 0\n0 0 4\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"
PEROVSKITE = PlainCrystal(
    (3.9,) * 3,
    (90.0,) * 3,
    ("Sr", "Ti", "O", "O", "O"),
    ((0.0,) * 3, (0.5,) * 3, (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
)


def test_every_crystal_is_a_row_a_count_or_a_named_failure(tmp_path):
    (tmp_path / "broken.cif").write_text("data_x")
    progress = []
    sources = [
        SourceCrystal("small", StructureText(POSCAR, "poscar"), band_gap_ev=1.5),
        SourceCrystal("large", PEROVSKITE),
        SourceCrystal("broken.cif", tmp_path / "broken.cif"),
        SourceCrystal("missing.cif", tmp_path / "missing.cif"),
        SourceCrystal("small", StructureText(POSCAR, "poscar")),
        SourceCrystal("known", StructureText(POSCAR, "poscar"), 99, -1.0, 0.02, split="test"),
    ]
    built = build_rows(
        sources, max_atoms=4, progress=lambda done, total: progress.append((done, total))
    )
    assert [row.material_id for row in built.rows] == ["small", "known"]
    assert len(built.large) == 1
    assert [(failure.material_id, failure.reason) for failure in built.failures] == [
        ("broken.cif", built.failures[0].reason),
        ("missing.cif", "no such file"),
        ("small", "a second crystal of this material_id"),
    ]
    small, known = built.rows
    assert (small.formula, small.spacegroup_number, small.band_gap_ev) == ("CsCl", 221, 1.5)
    assert small.energy_above_hull_ev_per_atom is None
    assert small.split == split_of("CsCl")
    assert (known.spacegroup_number, known.split) == (99, "test")
    assert progress == [(done, 6) for done in range(1, 7)]


def test_a_supercell_counts_by_its_primitive_cell():
    doubled = PlainCrystal(
        (4.0, 4.0, 8.0), (90.0,) * 3, ("Po", "Po"), ((0.0,) * 3, (0.0, 0.0, 0.5))
    )
    (row,) = build_rows([SourceCrystal("a", doubled)], max_atoms=1, processes=1).rows
    assert row.crystal.species == ("Po",)


def test_splits_are_about_90_5_5_and_never_change():
    counts = collections.Counter(split_of(f"Na{n}Cl") for n in range(20_000))
    assert counts["train"] == pytest.approx(18_000, abs=200)
    assert counts["val"] == pytest.approx(1_000, abs=150)
    assert counts["test"] == pytest.approx(1_000, abs=150)
    assert [split_of(name) for name in ("NaCl", "MnO", "LiF")] == ["train", "val", "test"]


@given(st.text(max_size=20))
def test_a_formula_is_always_in_one_split(formula):
    assert split_of(formula) == split_of(formula) in ("train", "val", "test")
