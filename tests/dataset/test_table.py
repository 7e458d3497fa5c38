from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.dataset.table import TABLE_COLUMNS, CrystalRow, read_table, write_table
from crystal_llm.errors import TableError
from crystal_llm.types import PlainCrystal

number = st.floats(-1e6, 1e6)
maybe = st.none() | number
vector = st.tuples(number, number, number)


@st.composite
def crystals(draw):
    species = draw(st.lists(st.sampled_from(["Na", "Cl", "O"]), min_size=1, max_size=4))
    sites = draw(st.lists(vector, min_size=len(species), max_size=len(species)))
    return PlainCrystal(draw(vector), draw(vector), tuple(species), tuple(sites))


rows = st.builds(
    CrystalRow,
    material_id=st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    formula=st.sampled_from(["NaCl", "Na2O"]),
    crystal=crystals(),
    spacegroup_number=st.none() | st.integers(1, 230),
    formation_energy_ev_per_atom=maybe,
    energy_above_hull_ev_per_atom=maybe,
    band_gap_ev=maybe,
    split=st.sampled_from(["train", "val", "test"]),
)


@given(st.lists(rows, min_size=1, max_size=4))
def test_what_is_written_is_read(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    write_table(table, path)
    assert read_table(path) == table


def test_a_table_of_unknowns_is_read_as_unknown(tmp_path):
    crystal = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Po",), ((0.0,) * 3,))
    table = [CrystalRow("a", "Po", crystal, None, None, None, None, "train")] * 2
    write_table(table, tmp_path / "deeper" / "table.parquet")
    assert read_table(tmp_path / "deeper" / "table.parquet") == table
    assert [path.name for path in (tmp_path / "deeper").iterdir()] == ["table.parquet"]


def test_the_columns_are_the_documented_ones(tmp_path):
    import pandas as pd

    crystal = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Po",), ((0.0,) * 3,))
    write_table([CrystalRow("a", "Po", crystal, 221, None, 0.0, None, "val")], tmp_path / "t")
    assert tuple(pd.read_parquet(tmp_path / "t").columns) == TABLE_COLUMNS


def test_what_is_no_table_is_one_error(tmp_path):
    import pandas as pd

    with pytest.raises(TableError, match="no such table"):
        read_table(tmp_path / "missing.parquet")
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(TableError, match="not a readable Parquet"):
        read_table(tmp_path / "text.parquet")
    pd.DataFrame({"formula": ["NaCl"]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(TableError, match="lacks the column"):
        read_table(tmp_path / "other.parquet")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("fractional_coordinates", [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]], "row 0"),
        ("fractional_coordinates", [0.0, 0.0, 0.0], "3 fractional coordinates for 2 sites"),
        ("lengths_angstrom", None, "row 0"),
        ("spacegroup_number", "Fm-3m", "row 0.*Fm-3m"),
    ],
)
def test_a_row_that_is_no_crystal_is_named(column, value, said, tmp_path):
    columns = {
        "material_id": "one", "formula": "NaCl", "spacegroup_number": 225,
        "lengths_angstrom": [4.0, 4.0, 4.0], "angles_degrees": [60.0, 60.0, 60.0],
        "species": ["Na", "Cl"], "fractional_coordinates": [0.0, 0.0, 0.0, 0.5, 0.5, 0.5],
        "formation_energy_ev_per_atom": -2.0, "energy_above_hull_ev_per_atom": 0.0,
        "band_gap_ev": 5.0, "split": "train",
    }  # fmt: skip
    pd.DataFrame([columns]).to_parquet(tmp_path / "good.parquet")
    assert len(read_table(tmp_path / "good.parquet")) == 1
    pd.DataFrame([columns | {column: value}]).to_parquet(tmp_path / "bad.parquet")
    with pytest.raises(TableError, match=said):
        read_table(tmp_path / "bad.parquet")


def test_the_documented_way_to_write_a_table_works(tmp_path, monkeypatch):
    guide = Path(__file__).parents[2] / "docs" / "data.md"
    code = guide.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    (row,) = read_table(tmp_path / "known.parquet")
    assert (row.formula, row.spacegroup_number, row.band_gap_ev) == ("CsCl", 221, None)
