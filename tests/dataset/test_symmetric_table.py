"""Tables in symmetric form: written, read, and made of tables of cells."""

import numpy as np
import pandas as pd
import pytest
from symmetric_cases import random_crystal

from crystal_llm.crystal.symmetric import plain_crystal
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.symmetric_table import (
    SymmetricRow,
    atoms_in_primitive_cell,
    read_symmetric_table,
    symmetric_rows,
    write_symmetric_table,
)
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import TableError
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.types import PlainCrystal

SOURCE = PACKAGE_ROOT.parent / "shared" / "data" / "mp_structures.parquet"


@pytest.fixture(scope="module")
def rows():
    built = []
    for number in (1, 12, 62, 146, 166, 225, 230):
        crystal = random_crystal(number, 6, number)
        energies = (None, 0.0, None) if number == 62 else (-1.5, 0.02, 3.25)
        built.append(SymmetricRow(f"row-{number}", "X", crystal, *energies, "train", number == 166))
    return built


def test_what_is_written_is_read(rows, tmp_path):
    path = tmp_path / "deep" / "table.parquet"
    write_symmetric_table(rows, path, more={"note": ["n"] * len(rows)}, metadata={"who": "me"})
    again = read_symmetric_table(path)
    for row, other in zip(rows, again, strict=True):
        assert other.crystal.spacegroup_number == row.crystal.spacegroup_number
        assert other.crystal.lattice == pytest.approx(row.crystal.lattice, rel=1e-6)
        for orbit, that in zip(row.crystal.orbits, other.crystal.orbits, strict=True):
            assert (that.element, that.letter) == (orbit.element, orbit.letter)
            assert that.coordinates == pytest.approx(orbit.coordinates, abs=1e-6)
        assert (other.split, other.near_test) == (row.split, row.near_test)
        assert other.band_gap_ev == row.band_gap_ev
    assert again[2].formation_energy_ev_per_atom is None
    atoms = pd.read_parquet(path)["atoms"].tolist()
    assert atoms == [len(plain_crystal(row.crystal).species) for row in rows]
    assert atoms == [atoms_in_primitive_cell(row.crystal) for row in rows]
    assert [file.name for file in path.parent.iterdir()] == ["table.parquet"]


FLAWS = [
    ("spacegroup_number", 231, "there is no space group 231"),
    ("letters", "zzzzzz", "has no position z"),
    ("letters", "a", "elements on 1 positions"),
    ("elements", ["Xx"] * 6, "'Xx' is not an element"),
    ("lattice", [4.0], "has the lattice parameters a b c"),
    ("lattice", [4.0, 4.0, float("nan")], "not above 0"),
    ("lattice", [4.0, 4.0, 0.0], "not above 0"),
    ("coordinates", [0.5], "1 coordinates for positions with"),
    ("coordinates", [0.5] * 90, "90 coordinates for positions with"),
    ("split", "training", "it must be train, val, test"),
]


@pytest.mark.parametrize(("column", "value", "said"), FLAWS)
def test_a_row_that_is_no_crystal_is_named(rows, tmp_path, column, value, said):
    path = tmp_path / "table.parquet"
    write_symmetric_table(rows, path)
    frame = pd.read_parquet(path)
    values = frame[column].tolist()
    values[2] = value
    frame[column] = values
    frame.to_parquet(path)
    with pytest.raises(TableError, match=said) as caught:
        read_symmetric_table(path)
    assert f"{path}: row 2 (row-62)" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_such_table_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    with pytest.raises(TableError, match="no such table"):
        read_symmetric_table(path)
    path.write_text("text")
    with pytest.raises(TableError, match="not a readable Parquet table"):
        read_symmetric_table(path)
    pd.DataFrame({"material_id": ["a"]}).to_parquet(path)
    with pytest.raises(TableError, match="no symmetric form"):
        read_symmetric_table(path)


def test_rows_of_cells_become_symmetric_or_are_counted():
    def row(name, crystal):
        return CrystalRow(name, "X", crystal, 1, -1.0, 0.1, None, "val")

    halite = PlainCrystal((3.99,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
    generator = np.random.default_rng(0)
    places = [tuple(float(v) for v in place) for place in generator.random((22, 3))]
    rough = PlainCrystal((15.0, 16.0, 17.0), (80.0, 85.0, 95.0), ("Na", "Cl") * 11, tuple(places))
    upon = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Na"), ((0.0,) * 3, (0.0, 0.0, 0.001)))
    long = PlainCrystal((4.0, 4.0, 1200.0), (90.0,) * 3, ("Na",), ((0.0,) * 3,))
    done = []
    built = symmetric_rows(
        [row("halite", halite), row("rough", rough), row("upon", upon), row("long", long)],
        progress=lambda *state: done.append(state),
    )
    (only,) = built.rows
    assert (only.material_id, only.crystal.spacegroup_number) == ("halite", 225)
    assert (only.split, only.energy_above_hull_ev_per_atom, only.near_test) == ("val", 0.1, False)
    assert built.too_many_orbits == 1
    assert [(failure.material_id, failure.reason) for failure in built.failures] == [
        ("upon", "no space group is found (Primitive symmetry search failed)"),
        ("long", "c = 1200.0 cannot be written"),
    ]
    assert done == [(k, 4) for k in range(1, 5)]


@pytest.mark.shared
@pytest.mark.skipif(not SOURCE.exists(), reason="the shared data folder is absent")
def test_a_thousand_crystals_of_the_materials_project():
    """Every row converts, or is counted with its reason; what converts keeps its atoms."""
    rows = []
    for record in pd.read_parquet(SOURCE).sample(1000, random_state=11).itertuples():
        flat = [float(value) for value in record.frac_coords]
        crystal = PlainCrystal(
            (record.a, record.b, record.c),
            (record.alpha, record.beta, record.gamma),
            tuple(record.species),
            tuple(zip(flat[0::3], flat[1::3], flat[2::3], strict=True)),
        )
        rows.append(
            CrystalRow(record.material_id, record.formula, crystal, None, *[None] * 3, "train")
        )
    built = symmetric_rows(rows, max_orbits=1000)
    assert len(built.rows) + len(built.failures) == 1000
    assert built.failures == ()
    for row, source in zip(built.rows, rows, strict=True):
        counts = {s: source.crystal.species.count(s) for s in source.crystal.species}
        species = plain_crystal(row.crystal).species
        share = len(source.crystal.species) / len(species)
        assert share == int(share), row.material_id
        assert {s: species.count(s) * share for s in species} == counts
        assert symmetric_crystal(plain_crystal(row.crystal)).spacegroup_number == (
            row.crystal.spacegroup_number
        )
