import pytest

from crystal_llm.dataset.structure_folder import read_properties, read_structure_folder
from crystal_llm.errors import TableError


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "crystals"
    (inside / "deeper").mkdir(parents=True)
    for name in ("b.cif", "a.cif", "deeper/POSCAR", "notes.txt", ".hidden.cif"):
        (inside / name).write_text("")
    return inside


def test_structure_files_are_found_in_order_and_others_counted(folder):
    reading = read_structure_folder(folder)
    assert [crystal.material_id for crystal in reading.crystals] == [
        "a.cif",
        "b.cif",
        "deeper/POSCAR",
    ]
    assert reading.left_out == {"not a structure file by its name": 2}


@pytest.mark.parametrize("name", ["missing", "crystals/a.cif", "empty"])
def test_a_folder_without_structures_is_an_error(folder, name):
    (folder.parent / "empty").mkdir()
    with pytest.raises(TableError):
        read_structure_folder(folder.parent / name)


def test_properties_are_joined_by_path(folder, tmp_path):
    table = tmp_path / "properties.csv"
    table.write_text(
        "\ufefffile,energy_above_hull_ev_per_atom,band_gap_ev,split\n"
        "./a.cif,0.012,,val\n"
        '"deeper/POSCAR",-1e-3,2.5,\n',
        encoding="utf-8",
    )
    a, b, deeper = read_structure_folder(folder, table).crystals
    assert (a.energy_above_hull_ev_per_atom, a.band_gap_ev, a.split) == (0.012, None, "val")
    assert (b.energy_above_hull_ev_per_atom, b.split) == (None, None)
    assert (deeper.energy_above_hull_ev_per_atom, deeper.band_gap_ev) == (-0.001, 2.5)
    assert deeper.formation_energy_ev_per_atom is None


def test_properties_of_files_that_are_not_there_are_an_error(folder, tmp_path):
    table = tmp_path / "properties.csv"
    table.write_text("file,band_gap_ev\nc.cif,1.0\n")
    with pytest.raises(TableError, match=r"'c\.cif'"):
        read_structure_folder(folder, table)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it must have 'file'"),
        ("file\na.cif\n", "it must have 'file'"),
        ("file,band_gap\na.cif,1\n", "band_gap_ev"),
        ("file,band_gap_ev\na.cif,wide\n", "line 2: band_gap_ev is 'wide'"),
        ("file,band_gap_ev\na.cif,nan\n", "not a number"),
        ("file,band_gap_ev\na.cif,1\na.cif,2\n", "line 3: names 'a.cif' a second time"),
        ("file,split\na.cif,validation\n", "use train, val, test"),
        ("file,split\n,val\n", "no file name"),
        ("file,split\na.cif,val,7\n", "more cells than columns"),
    ],
)
def test_unusable_properties_name_the_line(tmp_path, text, reason):
    table = tmp_path / "properties.csv"
    table.write_text(text)
    with pytest.raises(TableError) as caught:
        read_properties(table)
    assert reason in str(caught.value)


def test_properties_that_cannot_be_read_are_an_error(tmp_path):
    (tmp_path / "latin.csv").write_bytes(b"file,split\n\xe9.cif,val\n")
    for name in ("latin.csv", "missing.csv"):
        with pytest.raises(TableError, match=name):
            read_properties(tmp_path / name)
