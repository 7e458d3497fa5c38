"""Small files of every format, to be changed in one place each."""

import pytest
from reading_cases import read_text

from crystal_llm.errors import StructureFileError

FACE_CENTRED = "_symmetry_space_group_name_H-M 'F m -3 m'\n"
P1 = "_symmetry_space_group_name_H-M 'P 1'\n"
IDENTITY = "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n"
FULL = "label type_symbol fract_x fract_y fract_z"
LABELS = "label fract_x fract_y fract_z"
SALT = "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5"


def cif(sites=SALT, symmetry=FACE_CENTRED, cell="5.64 5.64 5.64 90 90 90", columns=FULL):
    names = [*(f"length_{axis}" for axis in "abc")]
    names += [f"angle_{angle}" for angle in ("alpha", "beta", "gamma")]
    lines = [f"_cell_{name} {value}" for name, value in zip(names, cell.split(), strict=True)]
    tags = [f"_atom_site_{name}" for name in columns.split()]
    return "\n".join(["data_x", *lines, symmetry + "loop_", *tags, sites, ""])


def poscar(scale="1.0", cell="5.64 0 0\n0 5.64 0\n0 0 5.64", names="Na Cl", counts="1 1",
           mode="Direct", sites="0 0 0\n0.5 0.5 0.5"):  # fmt: skip
    return "\n".join(["a comment", scale, cell, names, counts, mode, sites, ""])


def xyz(head="", sites="Na 0 0 0\nCl 2.82 2.82 2.82", lattice="5.64 0 0 0 5.64 0 0 0 5.64"):
    return f'{len(sites.splitlines())}\nLattice="{lattice}" {head}\n{sites}\n'


def structure_json(first=None, lattice=None):
    sodium = {"species": [{"element": "Na", "occu": 1}], "abc": [0, 0, 0]} | (first or {})
    chlorine = {"species": [{"element": "Cl", "occu": 1}], "abc": [0.5, 0.5, 0.5]}
    cell = {"matrix": [[5.64, 0, 0], [0, 5.64, 0], [0, 0, 5.64]]} | (lattice or {})
    return {"lattice": cell, "sites": [sodium, chlorine]}


def refused(text, said, format="cif"):
    with pytest.raises(StructureFileError) as caught:
        read_text(text, format)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
