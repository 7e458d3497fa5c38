import json

import numpy as np
import pytest
from cif_texts import cif_text
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import StructureFileError
from crystal_llm.io.crystal_check import checked_crystal
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading
from crystal_llm.io.structure_file import MAX_STRUCTURE_BYTES, StructureText, decode_content
from crystal_llm.io.structure_parsing import closest_pair, read_structure, read_structures
from crystal_llm.types import PlainCrystal

GOOD = "Na1 Na 0 0 0 1.0\nCl1 Cl 0.5 0.5 0.5 1.0"
POSCAR = "comment\n1.0\n4 0 0\n0 4 0\n0 0 4\nCs Cl\n1 1\ndirect\n0 0 0\n0.5 0.5 0.5\n"


@pytest.mark.parametrize("format", ["cif", "poscar", "json"])
def test_every_format_says_the_same_crystal(rock_salt, format):
    crystal = read_structure(rock_salt.to(fmt=format), format).crystal
    assert crystal.lengths_angstrom == pytest.approx((5.64,) * 3)
    assert crystal.angles_degrees == pytest.approx((90.0,) * 3)
    assert sorted(crystal.species) == ["Cl"] * 4 + ["Na"] * 4


@pytest.mark.parametrize("format", ["cif", "poscar", "json"])
def test_oxidation_states_fall_away(rock_salt, format):
    charged = rock_salt.copy().add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    assert set(read_structure(charged.to(fmt=format), format).crystal.species) == {"Na", "Cl"}


def test_symmetry_is_expanded():
    sites = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
    assert len(read_structure(cif_text(sites, group="F m -3 m"), "cif").crystal.species) == 8


def test_deuterium_is_hydrogen():
    crystal = read_structure(cif_text("Li1 Li 0 0 0 1\nD1 D 0.5 0.5 0.5 1"), "cif").crystal
    assert sorted(crystal.species) == ["H", "Li"]


def test_a_left_handed_poscar_keeps_its_atoms_in_place():
    mirrored = POSCAR.replace("0 0 4", "0 0 -4").replace("0.5 0.5 0.5", "0.1 0.2 0.3")
    crystal = read_structure(mirrored, "poscar").crystal
    assert crystal.fractional_coordinates[1] == pytest.approx((0.9, 0.8, 0.7))


REFUSED = {
    "empty": ("", "cif", "empty"),
    "blank": (" \n\n", "poscar", "empty"),
    "prose": ("Dear editor", "cif", "no CIF data block"),
    "no atoms": ("data_x\n_cell_length_a 3", "cif", "no CIF data block"),
    "NaN cell": (cif_text(GOOD, length="nan"), "cif", "line 2: _cell_length_a is nan"),
    "NaN coordinate": (
        cif_text("Na1 Na NaN 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"),
        "cif",
        "_atom_site_fract_x is NaN",
    ),
    "NaN occupancy": (
        cif_text("Na1 Na 0 0 0 nan\nCl1 Cl 0.5 0.5 0.5 1"),
        "cif",
        "_atom_site_occupancy is nan",
    ),
    "infinite cell": (cif_text(GOOD, length="1e999"), "cif", "line 2: _cell_length_a is 1e999"),
    "same site twice": (cif_text(f"{GOOD}\nNa2 Na 0 0 0 1"), "cif", "Na1 and Na2 are 0.000 Å"),
    "two elements on a site": (cif_text(f"{GOOD}\nK1 K 0 0 0 1"), "cif", "same site"),
    "nearly the same site": (cif_text(f"{GOOD}\nNa2 Na 0.003 0 0 1"), "cif", "written twice"),
    "partial occupancy": (cif_text("Na1 Na 0 0 0 0.5"), "cif", "disordered"),
    "mixed site": (cif_text("Na1 Na 0 0 0 0.5\nK1 K 0 0 0 0.5"), "cif", "disordered"),
    "two crystals": (cif_text(GOOD) + cif_text(GOOD), "cif", "holds 2 crystals"),
    "unknown element": (cif_text("Qq1 Qq 0 0 0 1"), "cif", "not an element"),
    "group of atoms": (cif_text(f"{GOOD}\nOH1 OH 0.2 0.2 0.2 1"), "cif", "list every atom"),
    "missing hydrogen": (
        cif_text(GOOD, extra="_chemical_formula_sum 'Na1 Cl1 H1'"),
        "cif",
        "_chemical_formula_sum",
    ),
    "unknown space group": (cif_text(GOOD, group="Q m -3 m"), "cif", "not a known space group"),
    "too many positions": (
        cif_text("\n".join(f"Na{i} Na 0.{i:03d} 0.1 0.2 1" for i in range(40)), group="Fm-3m"),
        "cif",
        "192 symmetry operations",
    ),
    "too many words of operations": (
        cif_text(GOOD, extra="loop_\n_symmetry_equiv_pos_as_xyz\n" + "x\n" * 300_000),
        "cif",
        "lists 300000 symmetry operations",
    ),
    "too many operations": (
        cif_text(GOOD, extra="loop_\n_symmetry_equiv_pos_as_xyz\n" + "'x, y, z'\n" * 200),
        "cif",
        "lists 200 symmetry operations",
    ),
    "flat cell": (POSCAR.replace("0 0 4", "0 0 0.01"), "poscar", "thin"),
    "flat by angles": (POSCAR.replace("0 0 4", "4 4 0"), "poscar", "no volume"),
    "VASP 4": (POSCAR.replace("Cs Cl\n", ""), "poscar", "names no elements"),
    "too few lines": (POSCAR.replace("1 1", "1 2"), "poscar", "counts of atoms"),
    "not JSON": ("{", "json", "line 1: not JSON"),
    "other JSON": ("[1, 2]", "json", "lattice"),
    "deep JSON": ("[" * 100_000, "json", "too deeply"),
    "unknown format": (POSCAR, "pdb", "use cif, poscar, json, xyz, ase"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_ordered_crystal_is_refused_with_the_reason(case):
    text, format, reason = REFUSED[case]
    with pytest.raises(StructureFileError) as caught:
        read_structure(text, format)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pymatgens_json_cannot_name_code_to_run():
    site = {"species": [{"element": "Na", "occu": 1}], "abc": [0, 0, 0]}
    record = {
        "@module": "subprocess",
        "@class": "Popen",
        "lattice": {
            "@module": "os",
            "@class": "system",
            "matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 4]],
        },
        "sites": [site],
    }
    assert read_structure(json.dumps(record), "json").crystal.species == ("Na",)


def test_json_disorder_is_refused():
    site = {"species": [{"element": "Na", "occu": 0.5}, {"element": "K", "occu": 0.5}]}
    record = {"lattice": {"matrix": [[4, 0, 0], [0, 4, 0], [0, 0, 4]]}, "sites": [site]}
    with pytest.raises(StructureFileError, match=r"Na:0\.5, K:0\.5"):
        read_structure(json.dumps(record), "json")


def test_closest_pair_sees_periodic_images():
    crystal = PlainCrystal((4.0,) * 3, (90.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.95, 0.0, 0.0)))
    assert closest_pair(crystal, 0.5) == (0, 1, pytest.approx(0.2))
    assert closest_pair(crystal, 0.1) is None


def test_blank_lines_of_a_cif_cost_no_more_than_other_text():
    with pytest.raises(StructureFileError, match="no CIF data block"):
        read_structure("x" + "\n" * 1_000_000 + "y", "cif")


@pytest.mark.parametrize("length", [1.2, 4.0, 9999.0])
def test_duplicates_are_found_across_the_cell_and_in_any_cell(length):
    matrix = np.diag([length, 9.0, 9.0])
    near = np.array([[0.0] * 3, [0.5] * 3, [1 - 0.005 / length, 0.0, 0.0]])
    with pytest.raises(StructureFileError, match=r"site 0 \(Na\) and site 2 \(Na\) are 0.005 Å"):
        checked_crystal(matrix, ["Na", "Cl", "Na"], near)
    checked_crystal(matrix, ["Na", "Cl"], near[:2])


SEED = Structure(
    Lattice.from_parameters(4.1, 4.1, 6.3, 90, 90, 120),
    ["Zn", "Zn", "O", "O"],
    [[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0.5], [1 / 3, 2 / 3, 0.38], [2 / 3, 1 / 3, 0.88]],
).to(fmt="cif", symprec=0.01)

position = st.integers(0, len(SEED) - 1)
replacements = st.one_of(
    st.binary(min_size=0, max_size=6),
    st.sampled_from(
        [
            b"nan",
            b"1e999",
            b"-",
            b"?",
            b"0",
            b"\x00",
            b"\xff",
            b"'",
            b"\n",
            b"loop_",
            b";",
            b"data_",
        ]
    ),
)


@given(edits=st.lists(st.tuples(position, st.integers(0, 8), replacements), max_size=6))
def test_damaged_bytes_give_a_crystal_or_one_error(parsing_process, edits):
    content = SEED.encode()
    for place, length, piece in edits:
        content = content[:place] + piece + content[place + length :]
    try:
        crystal = parsing_process.parse(StructureText(decode_content(content), "cif"))
    except StructureFileError as error:
        assert str(error)
    else:
        assert 0 < len(crystal.species) == len(crystal.fractional_coordinates)
        assert len(content) <= MAX_STRUCTURE_BYTES


def test_every_block_of_a_cif_is_read_and_a_bad_one_stops_no_other():
    text = cif_text(GOOD) + cif_text("Qq1 Qq 0 0 0 1") + cif_text(GOOD)
    first, bad, last = read_structures(text, "cif")
    assert isinstance(first, CrystalReading) and isinstance(last, CrystalReading)
    assert first.crystal == last.crystal and first.name != last.name
    assert isinstance(bad, FailedReading) and "not an element" in bad.reason
