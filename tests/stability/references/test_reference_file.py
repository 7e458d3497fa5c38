import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crystal_llm.errors import StabilityError
from crystal_llm.stability.references.reference_file import read_reference, write_reference

KEY = b"crystal_llm.reference"


@pytest.fixture
def path(reference, tmp_path):
    written = tmp_path / "deeper" / "hull.parquet"
    write_reference(reference, written)
    return written


def rewritten(path, change=lambda table: table, **about):
    table = pq.read_table(path)
    metadata = json.loads(table.schema.metadata[KEY]) | about
    table = change(table).replace_schema_metadata({KEY: json.dumps(metadata).encode()})
    pq.write_table(table, path)
    return path


def with_column(name, values):
    return lambda table: table.set_column(table.column_names.index(name), name, values)


def test_a_reference_comes_back_whole(reference, path):
    again = read_reference(path)
    assert list(again) == list(reference)
    assert again.reference_id == reference.reference_id
    assert again.provenance == reference.provenance
    assert [path.name for path in path.parent.iterdir()] == [path.name]


def test_writing_it_again_changes_nothing(reference, path):
    before = path.read_bytes()
    write_reference(read_reference(path), path)
    assert path.read_bytes() == before


def test_what_is_no_reference_is_refused(tmp_path):
    with pytest.raises(StabilityError, match=r"no such reference.*reference build"):
        read_reference(tmp_path / "none.parquet")
    for content in (b"", b"PAR1", b"hello" * 100):
        (tmp_path / "broken").write_bytes(content)
        with pytest.raises(StabilityError, match="not a readable Parquet file"):
            read_reference(tmp_path / "broken")
    pq.write_table(pa.table({"material_id": ["a"]}), tmp_path / "foreign.parquet")
    with pytest.raises(StabilityError, match="not a reference"):
        read_reference(tmp_path / "foreign.parquet")
    with pytest.raises(StabilityError, match="no such reference"):
        read_reference(tmp_path)


def test_half_a_file_is_refused(path):
    content = path.read_bytes()
    for length in range(0, len(content), len(content) // 7):
        path.write_bytes(content[:length])
        with pytest.raises(StabilityError):
            read_reference(path)


def test_a_changed_byte_never_changes_a_value_unseen(reference, path):
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for place in rng.integers(0, len(content), 150).tolist():
        changed = bytearray(content)
        changed[place] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        try:
            again = read_reference(path)
        except StabilityError:
            refused += 1
        else:
            assert list(again) == list(reference)
    assert refused > 20


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["atoms"]),
        lambda table: table.slice(1),
        lambda table: table.slice(0, 0),
        lambda table: with_column("energy_ev_per_atom", pa.array([0.0] * len(table)))(table),
        lambda table: with_column("energy_ev_per_atom", pa.array(["x"] * len(table)))(table),
        lambda table: with_column("material_id", pa.array([None] * len(table), "str"))(table),
        lambda table: with_column("atoms", pa.array([[1]] * len(table)))(table),
        lambda table: with_column("atomic_numbers", pa.array([[0]] * len(table)))(table),
    ],
)
def test_an_edited_table_is_refused(path, change):
    with pytest.raises(StabilityError, match="damaged or was edited"):
        read_reference(rewritten(path, change))


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"format": 2}, "is of format 2"),
        ({"reference_id": "0" * 16}, "damaged"),
        ({"method": {}}, "damaged"),
        ({"source": 3}, "damaged"),
        ({"made_on": "yesterday"}, "damaged"),
    ],
)
def test_edited_metadata_is_refused(path, about, said):
    with pytest.raises(StabilityError, match=said):
        read_reference(rewritten(path, **about))


def test_an_edited_method_is_refused(path):
    method = json.loads(pq.read_table(path).schema.metadata[KEY])["method"]
    with pytest.raises(StabilityError, match="damaged"):
        read_reference(rewritten(path, method=method | {"potential": "another"}))


def test_a_place_that_cannot_be_written_is_one_error(reference, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StabilityError, match="cannot be written"):
        write_reference(reference, tmp_path / "file" / "hull.parquet")
