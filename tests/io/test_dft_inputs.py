"""Inputs for density functional theory, read back by the libraries that know them."""

import ast
import io

import pytest
from ase.io import read
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Incar, Poscar

from crystal_llm.io.dft_inputs import dft_inputs

WUSTITE = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(4.3), ["O", "Fe"], [[0.5, 0.5, 0.5], [0, 0, 0]]
).get_primitive_structure()


def test_vasps_files_are_the_materials_projects():
    files = dft_inputs(WUSTITE)
    incar = Incar.from_str(files["vasp/INCAR"])
    assert incar["LDAU"] and incar["LDAUU"] == [5.3, 0] and incar["ISPIN"] == 2
    poscar = Poscar.from_str(files["vasp/POSCAR"])
    assert poscar.site_symbols == ["Fe", "O"]
    assert files["vasp/POTCAR.spec"].split() == ["Fe_pv", "O"]
    assert not any("POTCAR" in name and name != "vasp/POTCAR.spec" for name in files)


def test_espressos_input_holds_the_same_crystal_and_its_magnetic_start():
    text = dft_inputs(WUSTITE)["espresso/relax.in"]
    atoms = read(io.StringIO(text), format="espresso-in")
    assert sorted(atoms.get_chemical_symbols()) == ["Fe", "O"]
    assert atoms.get_volume() == pytest.approx(WUSTITE.volume, rel=1e-6)
    assert "nspin" in text and "vc-relax" in text and "Fe.UPF" in text


def test_a_crystal_without_moments_is_not_spin_polarised():
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.6), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    assert "nspin" not in dft_inputs(salt)["espresso/relax.in"]


def test_the_workflow_is_a_program_and_what_cannot_be_served_says_why():
    ast.parse(dft_inputs(WUSTITE)["atomate2.py"])
    exotic = Structure(Lattice.cubic(4.0), ["Po"], [[0, 0, 0]])
    files = dft_inputs(exotic)
    assert "README.txt" in files
    if "vasp/README.txt" in files:
        assert "cannot serve" in files["vasp/README.txt"] and "atomate2.py" not in files
