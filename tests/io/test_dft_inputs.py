"""Inputs for density functional theory, read back by the libraries that know them."""

import ast
import io
import os
import re
import subprocess
import sys

import pytest
from ase.io import read
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Incar, Kpoints, Poscar
from pymatgen.io.vasp.sets import MPRelaxSet

from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.io.dft_inputs import GUIDE, dft_inputs
from crystal_llm.io.pseudopotentials import pseudopotential

WUSTITE = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(4.3), ["O", "Fe"], [[0.5, 0.5, 0.5], [0, 0, 0]]
).get_primitive_structure()
SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.6), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
COBALT = Structure.from_spacegroup(
    "P6_3/mmc", Lattice.hexagonal(2.5, 4.07), ["Co"], [[1 / 3, 2 / 3, 0.25]]
)


def test_vasps_files_are_the_materials_projects():
    files = dft_inputs(WUSTITE)
    incar = Incar.from_str(files["vasp/INCAR"])
    assert incar["LDAU"] and incar["LDAUU"] == [5.3, 0] and incar["ISPIN"] == 2
    assert incar["MAGMOM"] == [5.0, 0.6]
    poscar = Poscar.from_str(files["vasp/POSCAR"])
    assert poscar.site_symbols == ["Fe", "O"]
    assert files["vasp/POTCAR.spec"].split() == ["Fe_pv", "O"]
    assert not any("POTCAR" in name and name != "vasp/POTCAR.spec" for name in files)
    mesh = MPRelaxSet(WUSTITE.get_sorted_structure()).kpoints
    assert Kpoints.from_str(files["vasp/KPOINTS"]).kpts == mesh.kpts


def test_espressos_input_holds_the_same_crystal_with_the_librarys_files_and_cutoffs():
    text = dft_inputs(WUSTITE)["espresso/relax.in"]
    atoms = read(io.StringIO(text), format="espresso-in")
    assert sorted(atoms.get_chemical_symbols()) == ["Fe", "O"]
    assert atoms.get_volume() == pytest.approx(WUSTITE.volume, rel=1e-6)
    iron, oxygen = pseudopotential("Fe"), pseudopotential("O")
    assert f"Fe  55.845 {iron.file}" in text and f"O  15.999 {oxygen.file}" in text
    # The highest that an element asks for: iron's.
    assert _value(text, "ecutwfc") == iron.cutoff_wavefunctions_ry == 90
    assert _value(text, "ecutrho") == iron.cutoff_density_ry == 1080
    namelists = re.findall("^&[A-Z]+", text, re.MULTILINE)
    assert namelists == ["&CONTROL", "&SYSTEM", "&ELECTRONS", "&IONS", "&CELL"]


def test_a_moment_is_given_per_valence_electron_and_to_magnetic_elements_alone():
    text = dft_inputs(WUSTITE)["espresso/relax.in"]
    assert _value(text, "nspin") == 2
    assert _value(text, r"starting_magnetization\(1\)") == pytest.approx(5 / 16, abs=1e-4)
    assert _value(text, r"starting_magnetization\(2\)") == 0  # VASP's 0.6 µB would be 3.6 here
    assert "nspin" in dft_inputs(COBALT)["espresso/relax.in"]  # 0.6 µB, and a ferromagnet
    assert "nspin" not in dft_inputs(SALT)["espresso/relax.in"]


def test_every_element_that_a_model_writes_has_a_pseudopotential():
    for element in TRAINED_ELEMENTS:
        chosen = pseudopotential(element)
        assert chosen.file.lower().startswith(element.lower())
        ratio = chosen.cutoff_density_ry / chosen.cutoff_wavefunctions_ry
        assert 20 <= chosen.cutoff_wavefunctions_ry <= 120 and 4 <= ratio <= 12


def test_the_workflow_is_a_program_and_what_cannot_be_served_says_why():
    ast.parse(GUIDE["run_atomate2.py"])
    exotic = Structure(Lattice.cubic(4.0), ["Po"], [[0, 0, 0]])
    files = dft_inputs(exotic)
    assert "cannot serve" in files["vasp/README.txt"] and "vasp/INCAR" not in files
    assert "Po.pbe" in files["espresso/relax.in"]


MAKER = """
class MPGGADoubleRelaxStaticMaker:
    def __init__(self, name):
        self.name = name
    def make(self, structure):
        return self.name, len(structure)
"""
RUN = "def run_locally(flow, create_folders, root_dir):\n    print(*flow, root_dir.name)\n"


def test_the_workflow_finds_atomate2_and_every_crystal_below_it(tmp_path):
    """A script of the package's own name would import itself; atomate2 is stood in for here."""
    packages = {"atomate2/vasp/flows/mp.py": MAKER, "jobflow.py": RUN}
    for path, text in packages.items():
        (tmp_path / "packages" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "packages" / path).write_text(text)
    salt = Structure(Lattice.cubic(4.1), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    for path, text in {**GUIDE, **{f"salt/{n}": t for n, t in dft_inputs(salt).items()}}.items():
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).write_text(text)
    (script,) = (tmp_path / "out").glob("*.py")
    done = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "packages")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "CsCl 2 salt\n"), done.stderr


def _value(text, name):
    return float(re.search(rf"{name} += +(\S+)", text)[1])
