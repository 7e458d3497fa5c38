import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crystal_llm.dataset.row_building import build_rows
from crystal_llm.dataset.source_table import read_source_table
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal

SHARED = Path(os.environ.get("CRYSTAL_LLM_SHARED", "/work/shared")) / "data/mp_structures.parquet"


def flat_frame(**changes):
    rows = {
        "material_id": ["mp-1", "mp-2", "mp-3"],
        "formula": ["CsCl"] * 3,
        "spacegroup_number": np.array([221, 221, 1], dtype="int16"),
        "a": [4.1] * 3,
        "b": [4.1] * 3,
        "c": [4.1] * 3,
        "alpha": [90.0] * 3,
        "beta": [90.0] * 3,
        "gamma": [90.0] * 3,
        "species": [["Cs", "Cl"]] * 3,
        "frac_coords": [[0.0, 0.0, 0.0, 0.5, 0.5, 0.5]] * 3,
        "formation_energy_per_atom": [-2.0, np.nan, -2.2],
        "e_above_hull": [0.0, np.nan, 0.2],
        "band_gap": [5.0, np.nan, 5.2],
        "split": ["train", "val", "train"],
        "near_test": [False, False, True],
    }
    return pd.DataFrame(rows | changes)


def written(tmp_path, frame):
    path = tmp_path / "in.parquet"
    frame.to_parquet(path)
    return path


def test_a_dump_of_the_materials_project_is_read(tmp_path):
    reading = read_source_table(written(tmp_path, flat_frame()))
    assert reading.left_out == {"near_test": 1}
    first, second = reading.crystals
    assert (first.material_id, first.spacegroup_number, first.split) == ("mp-1", 221, "train")
    assert first.formation_energy_ev_per_atom == -2.0
    assert first.energy_above_hull_ev_per_atom == 0.0
    assert first.band_gap_ev == 5.0
    assert first.content.fractional_coordinates == ((0.0,) * 3, (0.5,) * 3)
    assert second.split == "val"
    assert second.energy_above_hull_ev_per_atom is None


def test_only_the_crystal_itself_is_needed(tmp_path):
    frame = flat_frame()[
        ["material_id", "a", "b", "c", "alpha", "beta", "gamma", "species", "frac_coords"]
    ]
    first = read_source_table(written(tmp_path, frame)).crystals[0]
    assert (first.spacegroup_number, first.split, first.band_gap_ev) == (None, None, None)


def test_our_own_layout_is_read(tmp_path):
    crystal = PlainCrystal((4.1,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))
    row = CrystalRow("x", "CsCl", crystal, 221, -2.0, None, 5.0, "test")
    write_table([row], tmp_path / "ours.parquet")
    reading = read_source_table(tmp_path / "ours.parquet")
    (built,) = build_rows(reading.crystals, max_atoms=20, processes=1).rows
    assert (built.spacegroup_number, built.split, built.band_gap_ev) == (221, "test", 5.0)
    assert built.energy_above_hull_ev_per_atom is None
    assert built.crystal.lengths_angstrom == pytest.approx((4.1,) * 3)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"a": [np.nan, 4.1, 4.1]}, "not a finite number"),
        ({"a": [-1.0, 4.1, 4.1]}, "no volume"),
        ({"alpha": [200.0, 90.0, 90.0]}, "no volume"),
        ({"species": [["Cs"], ["Cs", "Cl"], ["Cs", "Cl"]]}, "1 species have 6 coordinates"),
        ({"species": [[], ["Cs", "Cl"], ["Cs", "Cl"]]}, "0 species"),
        ({"species": [["Cs", "Qq"], ["Cs", "Cl"], ["Cs", "Cl"]]}, "'Qq' is not an element"),
        ({"species": [None, ["Cs", "Cl"], ["Cs", "Cl"]]}, ""),
        ({"spacegroup_number": [231, 221, 1]}, "space group 231"),
    ],
)
def test_a_bad_row_is_a_named_failure(tmp_path, changes, reason):
    reading = read_source_table(written(tmp_path, flat_frame(**changes)))
    (failure,) = reading.failures
    assert failure.material_id == "mp-1"
    assert reason in failure.reason
    assert [crystal.material_id for crystal in reading.crystals] == ["mp-2"]


def test_an_unusable_table_is_one_error(tmp_path):
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(TableError, match="not a readable Parquet"):
        read_source_table(tmp_path / "text.parquet")
    with pytest.raises(TableError, match="no such table"):
        read_source_table(tmp_path / "missing.parquet")
    with pytest.raises(TableError, match="lacks the column"):
        read_source_table(written(tmp_path, flat_frame().drop(columns=["gamma"])))
    with pytest.raises(TableError, match="'holdout'"):
        read_source_table(written(tmp_path, flat_frame(split=["holdout", "val", "train"])))


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="the shared data folder is absent")
def test_a_sample_of_the_shared_table_becomes_rows(tmp_path):
    sample = pd.read_parquet(SHARED).sample(200, random_state=7)
    path = written(tmp_path, sample)
    reading = read_source_table(path)
    built = build_rows(reading.crystals, max_atoms=20)
    assert not reading.failures
    assert not built.failures
    small = sample[(sample.n_sites <= 20) & ~sample.near_test]
    assert {row.material_id for row in built.rows} >= set(small.material_id)
    groups = dict(zip(sample.material_id, sample.spacegroup_number, strict=True))
    assert all(row.spacegroup_number == groups[row.material_id] for row in built.rows)
