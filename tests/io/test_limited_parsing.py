from pathlib import Path

import pytest

from crystal_llm.errors import StructureFileError
from crystal_llm.io.limited_parsing import ParsingLimits, ParsingProcess
from crystal_llm.io.structure_file import StructureText
from crystal_llm.types import PlainCrystal

POSCAR = "comment\n1.0\n4 0 0\n0 4 0\n0 0 4\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"


def test_a_text_becomes_a_crystal(parsing_process):
    crystal = parsing_process.parse(StructureText(POSCAR, "poscar"))
    assert crystal.species == ("Cs", "Cl")
    assert crystal.lengths_angstrom == pytest.approx((4.0, 4.0, 4.0))


def test_a_crystal_is_reduced(parsing_process, rock_salt):
    reduced = parsing_process.reduce(StructureText(rock_salt.to(fmt="cif"), "cif"))
    assert reduced.formula == "NaCl"
    assert reduced.spacegroup_number == 225
    assert len(reduced.crystal.species) == 2
    again = parsing_process.reduce(reduced.crystal, find_spacegroup=False)
    assert again.spacegroup_number is None
    assert again.crystal.lengths_angstrom == pytest.approx(reduced.crystal.lengths_angstrom)


def test_atoms_that_no_crystal_has_so_near_are_refused(parsing_process):
    near = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.1, 0.0, 0.0)))
    with pytest.raises(StructureFileError, match=r"0\.40 Å apart"):
        parsing_process.reduce(near)


def test_a_cell_without_volume_is_an_error_not_a_crash(parsing_process):
    flat = PlainCrystal((4.0,) * 3, (60.0, 60.0, 120.0), ("Na",), ((0.0,) * 3,))
    with pytest.raises(StructureFileError):
        parsing_process.reduce(flat)


def test_memory_is_limited(parsing_process):
    # Less than its libraries take: whatever needs more memory then ends, by an exception of
    # Python or by the end of the process.
    many = "data_x\nloop_\n_a\n" + "1\n" * 440_000
    with (
        ParsingProcess(ParsingLimits(memory_megabytes=200)) as process,
        pytest.raises(StructureFileError, match=r"200 MB of memory|makes the parser crash"),
    ):
        process.parse(StructureText(many, "cif"))
    with pytest.raises(StructureFileError, match="no CIF data block"):
        parsing_process.parse(StructureText(many, "cif"))


def test_cpu_time_is_limited(slow_cif):
    with ParsingProcess(ParsingLimits(cpu_seconds=0)) as process:
        with pytest.raises(StructureFileError, match="CPU time"):
            process.parse(StructureText(slow_cif, "cif"))
        assert process.parse(StructureText(POSCAR, "poscar")).species == ("Cs", "Cl")


def test_patience_is_limited(slow_cif):
    with (
        ParsingProcess(ParsingLimits(wall_seconds=0.2)) as process,
        pytest.raises(StructureFileError, match=r"more than 0\.2 s"),
    ):
        process.parse(StructureText(slow_cif, "cif"))


def test_a_process_that_dies_between_files_is_started_again(parsing_process):
    parsing_process.parse(StructureText(POSCAR, "poscar"))
    parsing_process._process.kill()
    parsing_process._process.wait()
    assert parsing_process.parse(StructureText(POSCAR, "poscar")).species == ("Cs", "Cl")


def test_the_parser_does_not_see_the_users_keys(monkeypatch):
    monkeypatch.setenv("MP_API_KEY", "x" * 32)
    with ParsingProcess() as process:
        process.parse(StructureText(POSCAR, "poscar"))
        environment = Path(f"/proc/{process._process.pid}/environ").read_bytes()
    assert b"PYTHONPATH" in environment
    assert b"MP_API_KEY" not in environment
