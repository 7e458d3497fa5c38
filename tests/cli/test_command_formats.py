"""Every door of the shell with every format: the same crystal, or one line and exit code 2.

A command is stopped as soon as it has read its crystals, so that nothing is relaxed and no model
is loaded; files are parsed in this process.
"""

import json
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.db import connect
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry

from crystal_llm.cli import complete, infill, judge, refine, validate
from crystal_llm.cli.main import main
from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.dataset import sample_files, structure_folder
from crystal_llm.errors import StructureFileError
from crystal_llm.io import limited_parsing, structure_file
from crystal_llm.io.crystal_reading import FailedReading
from crystal_llm.io.structure_parsing import read_structure, read_structures
from crystal_llm.library import importing
from crystal_llm.library.store import open_library
from crystal_llm.relaxation import batch
from crystal_llm.settings import settings
from crystal_llm.types import PlainCrystal

EDGE = 4.0
SPECIES = ("F", "F", "Mg", "K", "F")
SITES = ((0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.5, 0.5, 0.5), (0.0, 0.0, 0.0), (0.0, 0.5, 0.5))

ONE_CRYSTAL = ("infill", "complete")
CANDIDATES = ("judge", "validate", "refine")
RELAXING = ("relax", "hull")
DOORS = (*ONE_CRYSTAL, *CANDIDATES, *RELAXING, "evaluate", "library import", "data folder")
FORMATS = (
    *("k.cif", "k.vasp", "POSCAR", "k.xyz", "no-pbc.xyz", "structure.json", "entry.json"),
    *("lengths.json", "k.db"),
)
DEUTERATED = ("d.cif", "d.vasp", "d.xyz", "d.json")
SEVERAL = ("two.cif", "two.xyz", "two.db")
NONE = ("molecule.xyz", "box.xyz", "molecule.json")


class ParsingHere:
    """Stands for the parsing process."""

    def __init__(self, limits=None):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def read(self, source):
        return read_structure(source.text, source.format)

    def read_all(self, source):
        readings = read_structures(source.text, source.format)
        if len(readings) == 1 and isinstance(readings[0], FailedReading):
            raise StructureFileError(readings[0].reason)
        return readings


class EnoughReadError(Exception):
    """The command has its crystals."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    for module in (limited_parsing, importing, sample_files, structure_folder):
        monkeypatch.setattr(module, "ParsingProcess", ParsingHere)
    yield
    settings.cache_clear()


def cif(name, species, sites, edge):
    lengths = "".join(f"_cell_length_{axis} {edge}\n" for axis in "abc")
    angles = "".join(f"_cell_angle_{angle} 90\n" for angle in ("alpha", "beta", "gamma"))
    tags = ("label", "type_symbol", "fract_x", "fract_y", "fract_z")
    loop = "loop_\n" + "".join(f"_atom_site_{tag}\n" for tag in tags)
    rows = "".join(
        f"{symbol}{place} {symbol} {x} {y} {z}\n"
        for place, (symbol, (x, y, z)) in enumerate(zip(species, sites, strict=True))
    )
    return f"data_{name}\n{lengths}{angles}_symmetry_space_group_name_H-M 'P 1'\n{loop}{rows}"


def xyz(species, sites, edge, more='pbc="T T T"'):
    rows = "".join(
        f"{symbol} {x * edge} {y * edge} {z * edge}\n"
        for symbol, (x, y, z) in zip(species, sites, strict=True)
    )
    lattice = f"{edge} 0 0 0 {edge} 0 0 0 {edge}"
    properties = "Properties=species:S:1:pos:R:3"
    return f'{len(species)}\nLattice="{lattice}" {properties} {more}\n{rows}'


def poscar(names, counts, sites, edge):
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in sites)
    return f"x\n1.0\n{edge} 0 0\n0 {edge} 0\n0 0 {edge}\n{names}\n{counts}\nDirect\n{rows}"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One perovskite in every format, lithium deuteride, several crystals, and none."""
    folder = tmp_path_factory.mktemp("files")
    record = Structure(Lattice.cubic(EDGE), SPECIES, SITES).as_dict()
    lengths = json.loads(json.dumps(record))
    lengths["lattice"] = {
        name: record["lattice"][name] for name in ("a", "b", "c", "alpha", "beta", "gamma")
    }
    for site in lengths["sites"]:
        site.pop("xyz", None)
    entry = ComputedStructureEntry(Structure.from_dict(record), -20.0).as_dict()
    hydride = ("Li", "D"), ((0.0,) * 3, (0.5,) * 3)
    deuteride = Structure(Lattice.cubic(2.6), ["Li", "H"], hydride[1]).as_dict()
    deuteride["sites"][1]["species"][0]["element"] = "D"
    two = xyz(SPECIES, SITES, EDGE)
    texts = {
        "k.cif": cif("k", SPECIES, SITES, EDGE),
        "k.vasp": poscar("F Mg K F", "2 1 1 1", SITES, EDGE),
        "POSCAR": poscar("F Mg K F", "2 1 1 1", SITES, EDGE),
        "k.xyz": two,
        "no-pbc.xyz": xyz(SPECIES, SITES, EDGE, ""),
        "structure.json": json.dumps(record),
        "entry.json": json.dumps(entry),
        "lengths.json": json.dumps(lengths),
        "k.txt": cif("k", SPECIES, SITES, EDGE),
        "perovskite": poscar("F Mg K F", "2 1 1 1", SITES, EDGE),
        "d.cif": cif("d", *hydride, 2.6),
        "d.vasp": poscar("Li D", "1 1", hydride[1], 2.6),
        "d.xyz": xyz(*hydride, 2.6),
        "d.json": json.dumps(deuteride),
        "two.cif": cif("k", SPECIES, SITES, EDGE) + cif("d", *hydride, 2.6),
        "two.xyz": two + two,
        "molecule.xyz": "3\nwater\nO 0 0 0\nH 0 0.757 0.586\nH 0 -0.757 0.586\n",
        "box.xyz": xyz(SPECIES, SITES, EDGE, 'pbc="F F F"'),
        "molecule.json": json.dumps({"sites": record["sites"]}),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    atoms = Atoms(SPECIES, cell=[EDGE] * 3, scaled_positions=SITES, pbc=True)
    for name, count in (("k.db", 1), ("two.db", 2)):
        with connect(folder / name) as rows:
            for _ in range(count):
                rows.write(atoms)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name in ("k.cif", "k.vasp", "box.xyz"):
            archive.write(folder / name, name)
    return folder


@pytest.fixture
def entered(tmp_path, monkeypatch):
    """Gives the crystals that a command has read, and its exit code."""
    crystals = []

    def stop(read):
        def stopped(*arguments, **options):
            result = read(*arguments, **options)
            crystals.extend(_crystals(result))
            raise EnoughReadError

        return stopped

    for module in (infill, complete):
        reader = module.read_structure_argument
        monkeypatch.setattr(module, "read_structure_argument", stop(reader))
    for module in (judge, validate, refine):
        monkeypatch.setattr(module, "read_candidate_rows", stop(module.read_candidate_rows))
    monkeypatch.setattr(batch, "relax_many", stop(lambda given, *_, **__: list(given)))
    monkeypatch.setattr(sample_files, "read_samples", stop(sample_files.read_samples))

    def enter(door, path):
        crystals.clear()
        if door == "data folder":
            folder = tmp_path / "in"
            folder.mkdir(exist_ok=True)
            (folder / path.name).write_bytes(path.read_bytes())
            return _of_folder(folder), 0
        url = f"sqlite:///{tmp_path / 'library.sqlite'}"
        more = {
            "infill": ["--sites=2"],
            "complete": ["--keep=0", f"--out={tmp_path / 'out.jsonl'}"],
            "validate": [],
            "hull": [],
            "evaluate": [],
            "library import": ["--database", url],
        }.get(door, [f"--out={tmp_path / 'out.jsonl'}"])
        try:
            code = main([*door.split(), str(path), *more])
        except EnoughReadError:
            return list(crystals), 0
        if door == "library import" and code == 0:
            library = open_library(url)
            return [entry.crystal for entry in library.search().entries], 0
        return [], code

    return enter


def _crystals(result):
    if isinstance(result, PlainCrystal):
        return [result]
    rows = result[0] if isinstance(result, tuple) else result
    return [getattr(row, "crystal", row) for row in rows]


def _of_folder(folder):
    reading = structure_folder.read_structure_folder(folder)
    crystals = []
    for source in reading.crystals:
        content = source.content
        if isinstance(content, Path):
            source_text = structure_file.read_source(content)
            content = read_structure(source_text.text, source_text.format).crystal
        crystals.append(content)
    return crystals


@contextmanager
def nothing_on_stderr(capfd):
    capfd.readouterr()
    yield
    assert capfd.readouterr().err == ""


def is_the_perovskite(crystal):
    assert crystal.species == SPECIES
    assert lattice_matrix(crystal) == pytest.approx(np.eye(3) * EDGE, abs=1e-6)
    apart = np.array(crystal.fractional_coordinates) - np.array(SITES)
    assert np.abs(apart - np.round(apart)).max() < 1e-6
    return True


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_crystal_at_every_door(door, name, files, entered, capfd):
    with nothing_on_stderr(capfd):
        (crystal,), _ = entered(door, files / name)
    assert is_the_perovskite(crystal)


@pytest.mark.parametrize("door", [door for door in DOORS if door != "data folder"])
@pytest.mark.parametrize("name", ["k.txt", "perovskite"])
def test_a_name_that_tells_no_format_leaves_it_to_the_content(door, name, files, entered):
    (crystal,), _ = entered(door, files / name)
    assert is_the_perovskite(crystal)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", DEUTERATED)
def test_deuterium_is_hydrogen_at_every_door(door, name, files, entered):
    (crystal,), _ = entered(door, files / name)
    assert crystal.species == ("Li", "H")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", SEVERAL)
def test_several_crystals_are_each_taken_where_one_is_not_asked_for(
    door, name, files, entered, capfd
):
    crystals, code = entered(door, files / name)
    if door in ONE_CRYSTAL:
        assert code == 2
        (line,) = capfd.readouterr().err.splitlines()
        assert f"{name}: " in line and ("holds 2 crystals" in line or "several frames" in line)
        return
    first, second = sorted(crystals, key=lambda crystal: -len(crystal.species))
    assert is_the_perovskite(first)
    assert len(second.species) == (2 if name == "two.cif" else 5)


@pytest.mark.parametrize("door", [*ONE_CRYSTAL, *CANDIDATES, *RELAXING, "library import"])
@pytest.mark.parametrize("name", [*NONE, "all.zip"])
def test_what_is_no_crystal_is_one_line(door, name, files, entered, capfd, tmp_path):
    crystals, code = entered(door, files / name)
    assert (crystals, code) == ([], 2)
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("crystal-llm: ") and name in line
    said = ("compressed", "no known format") if name == "all.zip" else ("molecule",)
    assert any(word in line for word in said)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("name", NONE)
def test_a_lone_file_that_is_no_crystal_is_not_evaluated(name, files, capfd):
    assert main(["evaluate", str(files / name)]) == 2
    line = capfd.readouterr().err.splitlines()[-1]
    assert line.startswith("crystal-llm: ") and name in line


def test_an_archive_is_a_set_of_samples(files, entered):
    crystals, _ = entered("evaluate", files / "all.zip")
    box, *perovskites = sorted(crystals, key=lambda crystal: crystal is not None)
    assert box is None
    assert all(map(is_the_perovskite, perovskites)) and len(perovskites) == 2


@pytest.mark.parametrize("door", [*ONE_CRYSTAL, *CANDIDATES, *RELAXING])
def test_a_folder_is_no_file(door, files, entered, capfd):
    assert entered(door, files) == ([], 2)
    (line,) = capfd.readouterr().err.splitlines()
    assert "is a folder; name" in line


@pytest.mark.parametrize("name", ["k.cif", "k.db"])
def test_a_table_is_no_structure_file(name, files, tmp_path, capfd):
    assert main(["data", "table", str(files / name), f"--out={tmp_path / 'out.parquet'}"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert f"{name}: not a readable Parquet table" in line
