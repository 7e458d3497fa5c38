from dataclasses import replace
from functools import partial

import pandas as pd
import pytest

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset import known_crystals
from crystal_llm.dataset.known_crystals import read_known_crystals, read_test_rows
from crystal_llm.dataset.source_table import read_source_table
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.errors import TableError
from crystal_llm.evaluation.novelty import KnownCrystals, compare
from crystal_llm.studies.translation_invariance import draw_test_rows
from crystal_llm.types import PlainCrystal

BASE = PlainCrystal((3.5, 3.5, 3.5), (90, 90, 90), ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))


def supercell(times):
    whole = structure(BASE).copy()
    whole.make_supercell([times, 1, 1])
    return whole


def table(path, structures, near_test):
    lattices = [structure.lattice.parameters for structure in structures]
    frame = {"material_id": [f"mp-{n}" for n in range(len(structures))]}
    frame |= {
        name: [lattice[place] for lattice in lattices]
        for place, name in enumerate(("a", "b", "c", "alpha", "beta", "gamma"))
    }
    frame["species"] = [[site.specie.symbol for site in structure] for structure in structures]
    frame["frac_coords"] = [structure.frac_coords.ravel().tolist() for structure in structures]
    frame["near_test"] = near_test
    pd.DataFrame(frame).to_parquet(path)


def test_large_cells_and_rows_near_a_test_crystal_are_known(tmp_path):
    path = tmp_path / "known.parquet"
    table(path, [supercell(1), supercell(12)], [True, False])
    rows = read_known_crystals(path)
    assert [(row.formula, len(row.crystal.species)) for row in rows] == [("NaCl", 2), ("NaCl", 24)]
    # What a model is trained on holds one of them alone.
    assert len(read_source_table(path).crystals) == 1
    (novelty,) = compare([structure(BASE)], KnownCrystals(rows[:1]), prototype_trials=0)
    assert novelty.novel is False
    (novelty,) = compare([structure(BASE)], KnownCrystals(rows[1:]), prototype_trials=0)
    assert novelty.known is not None and novelty.known.material_id == "mp-1"


def test_a_table_without_crystals_is_refused(tmp_path):
    path = tmp_path / "known.parquet"
    table(path, [], [])
    with pytest.raises(TableError, match="no crystal"):
        read_known_crystals(path)


def test_rows_that_are_drawn_are_reduced_alone_and_are_the_same_ones(tmp_path, monkeypatch):
    path = tmp_path / "known.parquet"
    cells = [replace(BASE, lengths_angstrom=(3.0 + n / 10,) * 3) for n in range(8)]
    rows = [
        SymmetricRow(f"mp-{n}", "NaCl", symmetric_crystal(cell), None, None, None, "test", False)
        for n, cell in enumerate(cells)
    ]
    write_symmetric_table(rows, path)
    draw = partial(draw_test_rows, count=3, seed=4)
    after_all_were_reduced = draw(read_test_rows(path))
    reduce, reduced = known_crystals.niggli_primitive, []

    def counted(crystal):
        reduced.append(crystal)
        return reduce(crystal)

    monkeypatch.setattr(known_crystals, "niggli_primitive", counted)
    assert read_test_rows(path, choose=draw) == after_all_were_reduced
    assert len(reduced) == 3
