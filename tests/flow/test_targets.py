"""Targets: from a table in either form, each in its reduced cell."""

import json
from dataclasses import replace

import pytest
from flow_crystals import KNOWN, ROWS

from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.dataset.table import write_table
from crystal_llm.errors import TableError
from crystal_llm.flow.pairs import PairsPlan, draw_pairs, pair_files, read_pairs
from crystal_llm.flow.targets import read_targets, reduced_target


def test_a_symmetric_table_gives_its_crystals_reduced_and_none_that_is_near_a_test_crystal(
    tmp_path,
):
    names = ("NaCl", "Na", "TiO2")
    rows = [
        SymmetricRow(
            name, name, symmetric_crystal(KNOWN[name]), None, 0.0, None, "train", name == "TiO2"
        )
        for name in names
    ]
    table = tmp_path / "table.parquet"
    write_symmetric_table(rows, table)
    targets = read_targets(table)
    assert [row.material_id for row in targets] == ["NaCl", "Na"]
    assert targets[0].spacegroup_number == 225 and len(targets[0].crystal.species) == 2
    sodium = reduced_target(targets[1])
    assert sodium.crystal.lengths_angstrom == pytest.approx((3.72,) * 3, abs=1e-3)
    assert sodium.crystal.angles_degrees == pytest.approx((109.4712,) * 3, abs=1e-3)


def test_a_table_of_cells_is_read_as_it_is(tmp_path):
    write_table(ROWS, tmp_path / "table.parquet")
    targets = read_targets(tmp_path / "table.parquet")
    assert [reduced_target(row) for row in targets] == ROWS
    with pytest.raises(TableError, match="no such table"):
        read_targets(tmp_path / "none.parquet")


def test_a_target_that_cannot_be_reduced_is_counted_and_passed_over(tmp_path):
    flat = replace(KNOWN["NaCl"], angles_degrees=(60.0, 60.0, 121.0))
    rows = [replace(ROWS[0], material_id="flat", crystal=flat)]
    plan = PairsPlan("types", None, targets=3, samples_each=2)
    count = draw_pairs(rows, lambda row, seed: iter((row.crystal,) * 2), plan, tmp_path / "pairs")
    assert count.pairs == 0 and sum(count.failures.values()) == 6
    assert all(reason.startswith("target: ") for reason in count.failures)
    (path,) = pair_files(tmp_path / "pairs")
    assert read_pairs(path) == [] and json.dumps(count.failures)
