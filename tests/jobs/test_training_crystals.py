"""Files and archives to fine-tune on: each crystal once, bad files named, nothing unpacked."""

import io
import zipfile

import pytest

from crystal_llm.errors import JobError
from crystal_llm.io.structure_file import MAX_STRUCTURE_BYTES
from crystal_llm.jobs import training_crystals
from crystal_llm.jobs.training_crystals import (
    crystals_of_entries,
    crystals_of_files,
    structure_files,
)
from crystal_llm.library.entry import Entry
from crystal_llm.library.importing import NamedContent
from crystal_llm.types import PlainCrystal

POSCAR = b"Cs Cl\n1.0\n4.1 0 0\n0 4.1 0\n0 0 4.1\nCs Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n"
SALT = PlainCrystal((4.1,) * 3, (90.0,) * 3, ("Cs", "Cl"), ((0.0,) * 3, (0.5,) * 3))


def archive(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/"), content)
    return NamedContent("mine.zip", packed.getvalue())


def test_files_and_archives_give_their_crystals_and_name_what_failed():
    progress = []
    read = crystals_of_files(
        [
            archive(**{"a__one.vasp": POSCAR, "a__bad.vasp": b"nothing", "notes.txt": b"hello"}),
            NamedContent("one.vasp", POSCAR),
            NamedContent("one.vasp", POSCAR),
        ],
        lambda done, total: progress.append((done, total)),
    )
    assert [crystal.id for crystal in read.crystals] == ["a/one.vasp", "one.vasp", "one.vasp (2)"]
    assert read.crystals[0].crystal == SALT
    assert [name for name, _ in read.failures] == ["a/bad.vasp"]
    assert progress[-1] == (4, 4)


def test_an_archive_that_is_none_or_holds_none_is_refused():
    with pytest.raises(JobError, match=r"mine.zip: cannot be unpacked"):
        crystals_of_files([NamedContent("mine.zip", b"PK no archive")])
    with pytest.raises(JobError, match="holds no structure file"):
        crystals_of_files([archive(**{"notes.txt": b"hello"})])


def test_of_a_folder_the_structure_files_are_read_and_the_others_passed():
    names = ("mine/a.vasp", "mine/deep/b.cif", "mine/.DS_Store", "mine/.git/c.cif", "mine/INCAR")
    folder = [NamedContent(name, POSCAR) for name in (*names, "mine/README.md", "mine/more.zip")]
    read = [file.name for file in structure_files(folder)]
    assert read == ["mine/a.vasp", "mine/deep/b.cif", "mine/more.zip"]
    with pytest.raises(JobError, match=r"^mine: holds no structure file"):
        structure_files([NamedContent("mine/notes.txt", b"hello")])


def test_an_archive_that_swells_is_refused_and_a_huge_member_is_named(monkeypatch):
    huge = archive(**{"huge.cif": b" " * (MAX_STRUCTURE_BYTES + 1), "one.vasp": POSCAR})
    read = crystals_of_files([huge])
    assert [crystal.id for crystal in read.crystals] == ["one.vasp"]
    assert [name for name, _ in read.failures] == ["huge.cif"]
    monkeypatch.setattr(training_crystals, "MAX_UNPACKED_BYTES", MAX_STRUCTURE_BYTES)
    with pytest.raises(JobError, match="unpacks to over"):
        crystals_of_files([huge])


def test_entries_bring_their_energies_above_hull():
    entries = [
        Entry("relaxed", SALT, energy_above_hull_ev_per_atom=-0.01, id="a"),
        Entry("uploaded", SALT, id="b"),
        Entry("generated", None, failure="no crystal", id="c"),
    ]
    read = crystals_of_entries(entries)
    assert [(crystal.id, crystal.energy_above_hull_ev_per_atom) for crystal in read.crystals] == [
        ("a", 0.0),
        ("b", None),
    ]
