"""Magnetic CIFs are read for their structure, and say so."""

import pytest

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_blocks import crystal_blocks
from crystal_llm.io.structure_parsing import read_structure

CELL = """_cell_length_a 4.0
_cell_length_b 4.0
_cell_length_c 8.0
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
"""
ATOMS = """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Fe1 Fe 0 0 0
O1 O 0.5 0.5 0
loop_
_atom_site_moment.label
_atom_site_moment.crystalaxis_x
_atom_site_moment.crystalaxis_y
_atom_site_moment.crystalaxis_z
Fe1 0 0 4.1
"""
MAGNETIC = f"""data_mag
_space_group_magn.name_BNS "P_c 1"
{CELL}loop_
_space_group_symop_magn_operation.id
_space_group_symop_magn_operation.xyz
1 x,y,z,+1
loop_
_space_group_symop_magn_centering.id
_space_group_symop_magn_centering.xyz
1 x,y,z,+1
2 x,y,z+1/2,-1
{ATOMS}"""


def test_the_structure_of_the_magnetic_cell_is_read_and_said():
    reading = read_structure(MAGNETIC, "cif")
    assert sorted(reading.crystal.species) == ["Fe", "Fe", "O", "O"]
    places = {round(z, 6) for _, _, z in reading.crystal.fractional_coordinates}
    assert places == {0.0, 0.5}
    assert any("moments and time reversal are left out" in remark for remark in reading.remarks)


def test_moments_beside_ordinary_operations_fall_away():
    text = f"data_x\n_symmetry_space_group_name_H-M 'P 1'\n{CELL}{ATOMS}"
    reading = read_structure(text, "cif")
    assert sorted(reading.crystal.species) == ["Fe", "O"]
    assert any("magnetic CIF" in remark for remark in reading.remarks)


def test_an_operation_that_is_none_is_refused():
    with pytest.raises(StructureFileError, match="no magnetic operation"):
        read_structure(MAGNETIC.replace("x,y,z+1/2,-1", "x,y,z+1/2"), "cif")


def test_blocks_with_atoms_are_told_apart():
    quoted = ";\ndata_quoted\n_atom_site_fract_x\n;\n"
    text = f"data_head\n_journal x\n{MAGNETIC}_note\n{quoted}data_mag\n{CELL}{ATOMS}"
    blocks = crystal_blocks(text)
    assert list(blocks) == ["mag", "mag (2)"]
    assert sorted(read_structure(blocks["mag (2)"], "cif").crystal.species) == ["Fe", "O"]
    assert crystal_blocks("") == {}
    assert list(crystal_blocks(text, most=1)) == ["mag"]
