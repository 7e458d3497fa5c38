"""The file's symmetry is the file's: rows B1 to B30 and C1 to C9 of the table of cases."""

import gemmi
import numpy as np
import pytest
from cif_texts import cif_text
from reading_cases import CASES, atoms, read_case, read_text

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.reduction import lattice_matrix, spacegroup_number
from crystal_llm.errors import StructureFileError
from crystal_llm.io.space_group_settings import settings_of_name

READ = {
    "crystallm_raw.cif": "Na4 Cl4",
    "symops_question_mark.cif": "Cu4",
    "symops_garbage.cif": "Fe2",
    "symops_unquoted_spaces.cif": "Fe2",
    "symops_incomplete.cif": "Cu4",
    "it_number_cif2.cif": "Na4 Cl4",
    "P4nmm_2_num129.cif": "Pb2 O2",
    "Fd-3m_2_num227_nosum.cif": "Mg8 Al16 O32",
    "Fd-3mZ_num227.cif": "Mg8 Al16 O32",
    "num_only_227_o2.cif": "Si8",
    "R-3m_R_num166.cif": "Bi2",
    "R-3m_rcell_bare.cif": "Bi2",
    "P21n_short_num14.cif": "Na2 Al2 F12",
    "P21a_num14.cif": "Fe4",
    "Fm3m_old.cif": "Cu4",
    "Fd-3m_1.cif": "Si8",
    "R-3m_H.cif": "Bi6",
    "hm_P21c_short.cif": "Fe4",
    "hall_only.cif": "Mg4 O4",
    "third_0333_large.cif": "Al2 Si1",
    "third_033_small.cif": "Mg2",
    "third_0333_small.cif": "Mg2",
    "third_0333_P-3m1_large.cif": "Cd1 I2",
    "quartz_04697_3dig.cif": "Si3 O6",
}
HEXAGONAL = ("3.21", "3.21", "5.21", "90", "90", "120")
MONOCLINIC = ("5.1", "6.2", "7.3", "90", "95", "90")
GENERAL = "Fe1 Fe 0.11 0.23 0.37 1"
ROCK_SALT = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
GENERAL_SITE = "Fe1 Fe 0.06 0.17 0.23 1"


@pytest.mark.parametrize("name", READ)
def test_the_whole_cell_is_read(name):
    assert atoms(read_case(name)) == READ[name]


@pytest.mark.parametrize("name", sorted(READ))
def test_gemmi_places_the_same_atoms(name):
    """Where gemmi's own reader of small structures takes the file as it is meant."""
    block = gemmi.cif.read(str(CASES / name)).sole_block()
    small = gemmi.make_small_structure_from_block(block)
    if name in ("crystallm_raw.cif", "symops_incomplete.cif", "symops_unquoted_spaces.cif"):
        small.symops = []  # incomplete, and told so
    if name == "Fd-3mZ_num227.cif":
        small.spacegroup_hm = "F d -3 m :2"
    if name in ("num_only_227_o2.cif", "it_number_cif2.cif"):
        small.spacegroup_hm = {"n": "F d -3 m :2", "i": "F m -3 m"}[name[0]]
    small.determine_and_set_spacegroup("s.h2")
    theirs = [
        (site.element.name, np.array(site.fract.tolist()))
        for site in small.get_all_unit_cell_sites()
    ]
    ours = read_case(name).crystal
    assert len(ours.species) == len(theirs)
    matrix = lattice_matrix(ours)
    for symbol, position in theirs:
        others = [
            np.array(p)
            for s, p in zip(ours.species, ours.fractional_coordinates, strict=True)
            if s == symbol
        ]
        apart = np.array(others) - position
        apart -= np.round(apart)
        assert np.linalg.norm(apart @ matrix, axis=1).min() < 0.05


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gamma60_hex.cif", "do not keep the cell"),
        ("Fmmm_nonstd_num.cif", "'C 4/m m m', a setting that is not in the tables"),
    ],
)
def test_what_cannot_be_meant_is_refused(name, said):
    with pytest.raises(StructureFileError, match=said):
        read_case(name)


@pytest.mark.parametrize(
    "name", ["crystallm_raw.cif", "symops_garbage.cif", "symops_incomplete.cif"]
)
def test_what_was_restored_is_told(name):
    assert any("symmetry operation" in remark for remark in read_case(name).remarks)


def test_one_operation_without_evidence_is_refused():
    listed = "_symmetry_space_group_name_H-M 'F m -3 m'\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'"
    with pytest.raises(StructureFileError, match="meant in 2 ways: F m -3 m with 8 atoms"):
        read_text(cif_text(ROCK_SALT, symmetry=listed))


def test_all_atoms_listed_beside_a_name_are_all_atoms():
    sites = "\n".join(
        f"Cu{n} Cu {x} {y} {z} 1"
        for n, (x, y, z) in enumerate(((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)))
    )
    listed = "_symmetry_space_group_name_H-M 'F m -3 m'\nloop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'"
    assert atoms(read_text(cif_text(sites, symmetry=listed))) == "Cu4"


def test_the_setting_of_a_monoclinic_symbol_is_kept():
    # P21/n: the image by the glide plane is x+1/2, 1/2-y, z+1/2.
    places = read_case("P21n_short_num14.cif").crystal.fractional_coordinates
    assert (0.6, 0.45, 0.72) in [tuple(round(x, 6) for x in place) for place in places]
    places = read_case("P21a_num14.cif").crystal.fractional_coordinates
    assert (0.61, 0.27, 0.37) in [tuple(round(x, 6) for x in place) for place in places]


@pytest.mark.parametrize(
    ("name", "cell", "count"),
    [
        ("P a 3", None, 24),
        ("I a 3 d", None, 96),
        ("F m 3 m", None, 192),
        ("F 4/m -3 2/m", None, 192),
        ("F d -3 m S", None, 192),
        ("Fd-3mZ", None, 192),
        ("P21/n", MONOCLINIC, 4),
        ("P 2", MONOCLINIC, 2),
        ("C 2/c", MONOCLINIC, 8),
        ("C c", MONOCLINIC, 4),
        ("P c", MONOCLINIC, 2),
        ("I 2/a", MONOCLINIC, 8),
        ("P 2(1)/c", MONOCLINIC, 4),
        ("P2₁/c", MONOCLINIC, 4),
        ("P 21/c (No. 14)", MONOCLINIC, 4),
        ("P m -3 m (221)", None, 48),
        ("P 1 1 21/b", ("5.1", "6.2", "7.3", "90", "90", "95"), 4),
        ("P 21/a", ("5.1", "6.2", "7.3", "90", "90", "95"), 4),
        ("P 21/b", ("5.1", "6.2", "7.3", "90", "90", "95"), 4),
        ("A 1 2/m 1", MONOCLINIC, 8),
        ("C -1", MONOCLINIC, 4),
        ("P b n m", None, 8),
        ("P m n b", None, 8),
        ("A m a m", None, 16),
        ("A e m 2", None, 8),
        ("P_n_m_a", None, 8),
        ("P 2/m 2/m 2/m", None, 8),
        ("P 6_3/m m c", HEXAGONAL, 24),
        ("R -3 m :H", HEXAGONAL, 36),
        ("R -3 c H", HEXAGONAL, 36),
        ("R -3 m", ("4.745", "4.745", "4.745", "57.23", "57.23", "57.23"), 12),
        ("R -3 m R", ("4.745", "4.745", "4.745", "57.23", "57.23", "57.23"), 12),
    ],
)
def test_settings_of_the_international_tables(name, cell, count):
    cell = cell or ("15", "15", "15", "90", "90", "90")
    large = tuple(str(float(value) * 4) for value in cell[:3]) + cell[3:]
    text = cif_text(GENERAL_SITE, group=name, cell=large)
    assert len(read_text(text).crystal.species) == count


def test_two_origins_and_nothing_that_tells_which_are_refused():
    text = cif_text(GENERAL_SITE, group="F d 3 m", cell=("60", "60", "60", "90", "90", "90"))
    with pytest.raises(StructureFileError, match="F d -3 m:1 with 192 atoms, or F d -3 m:2"):
        read_text(text)


def test_atoms_that_come_too_close_tell_the_origin():
    # Spinel in origin 2; in origin 1 its oxygen atoms lie 0.3 Å apart.
    spinel = "Mg1 Mg 0.125 0.125 0.125 1\nAl1 Al 0.5 0.5 0.5 1\nO1 O 0.2625 0.2625 0.2625 1"
    reading = read_text(cif_text(spinel, length="8.08", group="F d -3 m"))
    assert atoms(reading) == "Mg8 Al16 O32"
    assert reading.remarks == ("read in the setting F d -3 m:2, which alone fits",)


@pytest.mark.parametrize(
    "symmetry",
    [
        "_symmetry_Int_Tables_number 225",
        "_space_group_IT_number 225",
        "_space_group.IT_number 225",
        "_space_group.name_H-M_alt 'F m -3 m'",
        "_space_group_name_Hall '-F 4 2 3'",
        "_symmetry_space_group_name_H-M 'F m -3 m'\n_symmetry_equiv_pos_as_xyz .",
        "_symmetry_space_group_name_H-M 'F m -3 m'\n_symmetry_Int_Tables_number 225",
    ],
)
def test_symmetry_by_name_number_or_hall_symbol(symmetry):
    assert atoms(read_text(cif_text(ROCK_SALT, symmetry=symmetry))) == "Na4 Cl4"


def test_number_194_alone():
    sites = "Mg1 Mg 0.3333 0.6667 0.25 1"
    text = cif_text(sites, cell=HEXAGONAL, symmetry="_space_group_IT_number 194")
    assert atoms(read_text(text)) == "Mg2"


@pytest.mark.parametrize(
    "listed",
    [
        "'X, Y, Z'\n'-X, -Y, -Z'",
        "'x+0.0,y,z'\n'-x,-y,-z'",
        "'1 x,y,z'\n'2 -x,-y,-z'",
        "x,y,z\n-x,-y,-z",
        "x, y, z\n-x, -y, -z",
    ],
)
def test_operations_in_every_spelling(listed):
    symmetry = f"loop_\n_symmetry_equiv_pos_as_xyz\n{listed}"
    assert atoms(read_text(cif_text(GENERAL, symmetry=symmetry))) == "Fe2"


@pytest.mark.parametrize(
    ("symmetry", "said"),
    [
        ("_space_group_IT_number 231", "must be from 1 to 230"),
        ("loop_\n_symmetry_equiv_pos_as_xyz\n'see text'", "cannot be read"),
        ("loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-x,-y,nonsense'", "cannot be read"),
        ("loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n'-y,x,z'", "not all of a group"),
        ("_symmetry_space_group_name_H-M 'Q m -3 m'", "not a known space group"),
        (
            "_symmetry_space_group_name_H-M 'P 21/n'\n_symmetry_Int_Tables_number 15",
            "can be meant in 2 ways|contradicts itself",
        ),
        (
            # P21/c's operations beside another setting's name.
            "_symmetry_space_group_name_H-M 'P 1 21/n 1'\nloop_\n_symmetry_equiv_pos_as_xyz\n"
            "'x,y,z'\n'-x,y+1/2,-z+1/2'\n'-x,-y,-z'\n'x,-y+1/2,z+1/2'",
            "can be meant in 2 ways",
        ),
    ],
)
def test_symmetry_that_contradicts_itself_is_refused(symmetry, said):
    with pytest.raises(StructureFileError, match=said):
        read_text(cif_text(GENERAL, cell=("15", "16", "17", "90", "90", "90"), symmetry=symmetry))


def test_another_origin_of_listed_operations_is_the_files():
    # P212121 with its origin shifted by 1/4 0 0.
    symmetry = (
        "_symmetry_space_group_name_H-M 'P 21 21 21'\nloop_\n_symmetry_equiv_pos_as_xyz\n"
        "'x,y,z'\n'-x,-y,z+1/2'\n'x+1/2,-y+1/2,-z'\n'-x+1/2,y+1/2,-z+1/2'"
    )
    reading = read_text(
        cif_text(GENERAL, cell=("15", "16", "17", "90", "90", "90"), symmetry=symmetry)
    )
    assert atoms(reading) == "Fe4" and reading.remarks == ()
    assert spacegroup_number(reading.crystal) == 19


def test_no_symmetry_at_all_is_told():
    reading = read_text(cif_text(ROCK_SALT, symmetry=""))
    assert atoms(reading) == "Na1 Cl1"
    assert reading.remarks == ("no symmetry is stated: read as P 1",)


@pytest.mark.parametrize("tag", ["_space_group_crystal_system", "_symmetry_cell_setting"])
def test_a_crystal_system_without_a_space_group_is_no_p1(tag):
    with pytest.raises(StructureFileError, match=f"says {tag} Cubic, and names no space group"):
        read_text(cif_text(ROCK_SALT, symmetry="", extra=f"{tag} Cubic"))
    assert atoms(read_text(cif_text(ROCK_SALT, extra=f"{tag} cubic"))) == "Na1 Cl1"
    triclinic = read_text(cif_text(ROCK_SALT, symmetry="", extra=f"{tag} triclinic"))
    assert atoms(triclinic) == "Na1 Cl1"


@pytest.mark.parametrize("group", ["P 31 2 1", "P 32 2 1"])
def test_quartz_keeps_its_hand(group):
    cell = ("4.913", "4.913", "5.405", "90", "90", "120")
    left = "Si1 Si 0.4697 0 0.3333 1\nO1 O 0.4135 0.2669 0.2144 1"
    right = "Si1 Si 0.4697 0 0.6667 1\nO1 O 0.4135 0.2669 0.7856 1"
    reading = read_text(cif_text(left if group == "P 31 2 1" else right, cell=cell, group=group))
    assert atoms(reading) == "Si3 O6"
    assert spacegroup_number(reading.crystal) == {"P 31 2 1": 152, "P 32 2 1": 154}[group]


def test_images_of_one_site_lie_on_the_special_position():
    crystal = read_case("third_033_small.cif").crystal
    assert crystal.fractional_coordinates[0] == pytest.approx((1 / 3, 2 / 3, 0.25), abs=1e-6)
    assert structure(crystal).distance_matrix[0, 1] == pytest.approx(3.197, abs=0.01)


def test_coordinates_outside_the_cell_are_images():
    sites = "Cs1 Cs 1.0 -0.0 0 1\nCl1 Cl 1.5 -0.5 0.5 1"
    crystal = read_text(cif_text(sites, length="4.12")).crystal
    assert structure(crystal).get_distance(0, 1) == pytest.approx(3.568, abs=1e-3)


@pytest.mark.parametrize("group", ["P 1", "P 63 m c"])
def test_a_rounded_angle_is_hexagonal(group):
    cell = ("3.25", "3.25", "5.2", "90", "90", "119.99")
    sites = "Zn1 Zn 0.3333 0.6667 0 1\nO1 O 0.3333 0.6667 0.382 1"
    if group == "P 1":
        sites += "\nZn2 Zn 0.6667 0.3333 0.5 1\nO2 O 0.6667 0.3333 0.882 1"
    crystal = read_text(cif_text(sites, cell=cell, group=group)).crystal
    assert sorted(crystal.species) == ["O", "O", "Zn", "Zn"]
    assert spacegroup_number(crystal) == 186


def test_haematite_of_the_icsd():
    cell = ("5.038", "5.038", "13.772", "90", "90", "120")
    sites = "Fe1 Fe3+ 0 0 0.3553 1\nO1 O2- 0.3059 0 0.25 1"
    symmetry = "_symmetry_space_group_name_H-M 'R -3 c H'\n_symmetry_Int_Tables_number 167"
    assert atoms(read_text(cif_text(sites, cell=cell, symmetry=symmetry))) == "Fe12 O18"


def test_every_setting_of_the_tables_reads_as_itself():
    """Gemmi's names, with and without blanks, mean the operations that gemmi lists for them."""
    for entry in gemmi.spacegroup_table():
        operations = {(str(op.rot), str(op.tran)) for op in entry.operations()}
        for name in (entry.xhm(), entry.xhm().replace(" ", "")):
            settings = settings_of_name(name)
            assert settings, name
            assert len(settings[0].operations) == len(operations), name
            assert entry.number == settings[0].number, name


@pytest.mark.parametrize("symbol", ["Oh^5", "O_h^5", "O_{h}^{5}", "Oh.5"])
def test_a_schoenflies_symbol_names_the_group(symbol):
    salt = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
    extra = f"_space_group_name_Schoenflies '{symbol}'"
    text = cif_text(salt, group="?", extra=extra)
    assert atoms(read_text(text)) == "Na4 Cl4"
    with pytest.raises(StructureFileError, match="_space_group_IT_number 221 and _space_group_n"):
        read_text(cif_text(salt, group="?", extra=f"{extra}\n_space_group_IT_number 221"))


def test_a_schoenflies_symbol_of_a_class_alone_is_no_space_group():
    salt = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
    said = "_space_group_name_Schoenflies is 'Oh', which is not a known space group"
    with pytest.raises(StructureFileError, match=said):
        read_text(cif_text(salt, group="?", extra="_space_group_name_Schoenflies Oh"))
    named = cif_text(salt, group="F m -3 m", extra="_space_group_name_Schoenflies Oh")
    assert atoms(read_text(named)) == "Na4 Cl4"


@pytest.mark.parametrize(
    ("stated", "of_p1"),
    [
        ("_space_group.Bravais_type cF", "_space_group.Bravais_type aP"),
        ("_space_group.centring_type F", "_space_group.centring_type P"),
        ("_space_group.Laue_class m-3m", "_space_group.Laue_class -1"),
        ("_space_group.point_group_H-M m-3m", "_space_group.point_group_H-M 1"),
        ("_space_group.Patterson_name_H-M 'F m -3 m'", "_space_group.Patterson_name_H-M 'P -1'"),
    ],
)
def test_a_class_of_groups_names_none(stated, of_p1):
    salt = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"
    with pytest.raises(StructureFileError, match="and names no space group"):
        read_text(cif_text(salt, group="?", extra=stated))
    assert len(read_text(cif_text(salt, group="?", extra=of_p1)).crystal.species) == 2
    assert len(read_text(cif_text(salt, group="F m -3 m", extra=stated)).crystal.species) == 8
