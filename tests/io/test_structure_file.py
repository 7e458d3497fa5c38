import gzip
import os

import pytest

from crystal_llm.errors import StructureFileError
from crystal_llm.io.structure_file import (
    MAX_STRUCTURE_BYTES,
    StructureText,
    decode_content,
    file_format_of,
    read_source,
)

POSCAR = "comment\n1.0\n4 0 0\n0 4 0\n0 0 4\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * (MAX_STRUCTURE_BYTES + 1), "larger than 1 MB"),
        (gzip.compress(b"data_x", mtime=0), "compressed"),
        (b"PK\x03\x04rest", "compressed"),
        (b"line\n\x00\x01", "line 2: the file is binary"),
    ],
)
def test_bytes_that_are_not_plain_text_are_refused(content, reason):
    with pytest.raises(StructureFileError) as caught:
        decode_content(content)
    assert reason in str(caught.value)


def test_text_of_an_older_windows_is_read():
    assert decode_content("# Müller – 1987".encode("cp1252")) == "# Müller – 1987"


def test_a_byte_order_mark_is_no_fault():
    assert decode_content(b"\xef\xbb\xbfdata_x") == "data_x"


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.cif", "cif"),
        ("A.CIF", "cif"),
        ("a.cif.gz", "cif"),
        ("POSCAR", "poscar"),
        ("POSCAR-2", "poscar"),
        ("CONTCAR", "poscar"),
        ("a.vasp", "poscar"),
        ("a.json", "json"),
        ("a.xyz", "xyz"),
        ("a.extxyz", "xyz"),
        ("a.db", "ase"),
        ("a.mcif", "cif"),
        ("notes.txt", None),
        ("._a.cif", None),
    ],
)
def test_names_tell_formats(name, format):
    assert file_format_of(name) == format


def test_only_plain_files_are_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.cif")
    (tmp_path / "folder.cif").mkdir()
    for name in ("pipe.cif", "missing.cif"):
        with pytest.raises(StructureFileError, match="no such file"):
            read_source(tmp_path / name)
    with pytest.raises(StructureFileError, match="is a folder; name one of its files"):
        read_source(tmp_path / "folder.cif")
    (tmp_path / "a.txt").write_text("Dear editor")
    with pytest.raises(StructureFileError, match="tells a known format"):
        read_source(tmp_path / "a.txt")


def test_the_content_tells_the_format_where_the_name_does_not(tmp_path):
    (tmp_path / "run-7").write_text("\n" + POSCAR)
    assert read_source(tmp_path / "run-7") == StructureText(POSCAR, "poscar")
