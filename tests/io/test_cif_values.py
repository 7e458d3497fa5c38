"""Values are read or refused, never defaulted, and CIF is read as the standard has it.

Rows D1 to D15, E1 to E6 and F1 of the table of cases.
"""

import pytest
from cif_texts import cif_text
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import atoms, read_case, read_text

from crystal_llm.errors import StructureFileError
from crystal_llm.io.cif_statements import formula_sum
from crystal_llm.io.cif_values import number

ROCK_SALT = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 0.5 1"

READ = {
    "occ_dot.cif": "Na4 Cl4",
    "occ_dot_all.cif": "Na4 Cl4",
    "calc_dummy.cif": "Na4 Cl4",
    "occ_1p1e-8.cif": "Na4 Cl4",
    "d_and_h.cif": "Li1 H1",
    "text_block_data.cif": "Na4 Cl4",
    "uppercase_loop.cif": "Na4 Cl4",
    "latin1.cif": "Na4 Cl4",
}
REFUSED = {
    "occ_neg.cif": "line 17: Na1 has the occupancy -1: must be from 0 to 1",
    "coord_dot.cif": "line 17: Na1: a coordinate is unknown (.)",
    "occ_101.cif": "line 17: Na1 has the occupancy 1.01",
    "formula_Z_mismatch.cif": "do not add up to _chemical_formula_sum Cl1 Na1 with Z = 4",
    "cell_missing_gamma.cif": "_cell_angle_gamma is missing",
    "dup_coords_tol.cif": "Na1 and Na2 are 0.017 Å apart: one atom written twice?",
}


@pytest.mark.parametrize("name", READ)
def test_what_the_file_says_is_read(name):
    assert atoms(read_case(name)) == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_known_is_refused_by_name(name):
    with pytest.raises(StructureFileError) as caught:
        read_case(name)
    assert REFUSED[name] in str(caught.value)


def test_a_dummy_atom_is_left_out_and_told():
    assert read_case("calc_dummy.cif").remarks == ("C1 is a dummy atom: left out",)


def test_signs_and_digits_are_what_they_look_like():
    places = read_case("unicode_minus_coord3.cif").crystal.fractional_coordinates
    assert places[1] == pytest.approx((0.77, 0.89, 0.5))
    assert read_case("fullwidth_digit.cif").crystal.fractional_coordinates[1][0] == 0.525
    for minus in "−–‐":
        assert number(f"{minus}0.25") == -0.25
    for none in ("²", "1/3", "0.1.2", "nan", "inf", "½", "", "-", "e5", "０x"):
        assert number(none) is None


def test_sites_stay_in_the_files_order():
    assert read_case("order.cif").crystal.species == ("O", "O", "Ti", "Sr", "O")


@pytest.mark.parametrize(
    ("occupancy", "count"),
    [("?", 1), ("1.0(1)", 1), ("1.00(2", 1), ("0.99999999", 1), ("0", 0), ("0.0", 0)],
)
def test_occupancies_that_mean_all_or_nothing(occupancy, count):
    sites = f"{ROCK_SALT}\nK1 K 0.25 0.25 0.25 {occupancy}"
    assert read_text(cif_text(sites)).crystal.species.count("K") == count


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        ("Na1 Na 0 0 0 0.999", "site Na1 is disordered (Na:0.999)"),
        ("Na1 Na 0 0 0 abc", "_atom_site_occupancy is abc, not a number"),
        (f"{ROCK_SALT}\nNa2 Na 1 1 1 1", "Na1 and Na2 are 0.000 Å apart"),
        (f"{ROCK_SALT}\nK1 K 0 0 0 1", "two elements on the same site"),
        (f"{ROCK_SALT}\nK1 K 0.06 0 0 1", "keep at least 0.5 Å"),
        ("Na1 Na 0 0 ? 1", "a coordinate is unknown (?)"),
        ("Na1 Na 0 0 1/3 1", "_atom_site_fract_z is 1/3, not a number"),
        ("Na1 Na 0 0 0 0", "lists no atoms"),
    ],
)
def test_sites_that_make_no_crystal_are_refused(sites, said):
    with pytest.raises(StructureFileError) as caught:
        read_text(cif_text(sites))
    assert said in str(caught.value)


def test_disorder_groups_and_implied_hydrogen_are_refused():
    columns = "label type_symbol fract_x fract_y fract_z disorder_group"
    with pytest.raises(StructureFileError, match="Na1 is disordered"):
        read_text(cif_text("Na1 Na 0 0 0 2", columns=columns))
    columns = "label type_symbol fract_x fract_y fract_z attached_hydrogens"
    with pytest.raises(StructureFileError, match="hydrogen atoms are implied at O1"):
        read_text(cif_text("O1 O 0 0 0 2", columns=columns))


@pytest.mark.parametrize("angle", [".", "?", "0", "180", "nan", "abc"])
def test_an_angle_that_is_none_is_refused_with_its_line(angle):
    text = cif_text(ROCK_SALT, cell=("5", "5", "5", "90", "90", angle))
    with pytest.raises(StructureFileError, match="angle"):
        read_text(text)


def test_a_loop_that_lacks_a_value_is_refused_with_its_line():
    sites = "Na1 Na 0 0 0 1\nCl1 Cl 0.5 0.5 1\nK1 K 0.25 0.25 0.25 1"
    with pytest.raises(StructureFileError, match=r"line 18: has 5 values where .* has 6 columns"):
        read_text(cif_text(sites))


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("_chemical_formula_sum 'Na Cl H'", "do not add up"),
        ("_chemical_formula_sum 'Na2 Cl'", "do not add up"),
        ("_chemical_formula_sum 'Na Cl'\n_cell_formula_units_Z 2", "with Z = 2"),
        ("_cell_formula_units_Z 4", "no 4 formula units"),
        ("_exptl_crystal_density_diffrn 2.16", "_exptl_crystal_density_diffrn says 2.16"),
        ("_cell_volume 100", "_cell_volume is 100 Å³, but the cell has 179.4"),
        ("_chemical_formula_moiety 'Na 1+, Br 1-'", "_chemical_formula_moiety names Br Na"),
        ("_chemical_formula_structural 'Na Cl (O H2)2'", "names Cl H Na O"),
        ("_chemical_formula_weight 102.89\n_cell_formula_units_Z 1", "atoms weigh 58.4 u"),
        ("_exptl_crystal_F_000 112", "have 28 electrons, but _exptl_crystal_F_000 is 112"),
    ],
)
def test_what_the_file_states_must_fit(extra, said):
    with pytest.raises(StructureFileError) as caught:
        read_text(cif_text(ROCK_SALT, extra=extra))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "extra",
    [
        "_chemical_formula_moiety '2(Na +), 2(Cl -)'",
        "_chemical_formula_structural 'rock salt'",
        "_chemical_formula_weight 58.44\n_cell_formula_units_Z 1",
        "_exptl_crystal_F_000 28.34",
        "_exptl_crystal_F_000 13.2\n_diffrn_radiation_probe neutron",
        # The sum says it better: of a masked solvent the others may speak.
        "_chemical_formula_sum 'Na Cl'\n_exptl_crystal_F_000 40\n_chemical_formula_moiety 'H2 O'",
    ],
)
def test_what_the_file_states_beside_a_formula_sum_fits(extra):
    assert atoms(read_text(cif_text(ROCK_SALT, extra=extra))) == "Na1 Cl1"


def test_the_weight_of_a_deuterated_crystal_is_its_own():
    sites = ROCK_SALT.replace("Na", "Li").replace("Cl", "D")
    weight = "_chemical_formula_weight 8.955\n_cell_formula_units_Z 1"
    assert atoms(read_text(cif_text(sites, extra=weight))) == "Li1 H1"


def test_a_multiplicity_must_fit():
    columns = "label type_symbol fract_x fract_y fract_z symmetry_multiplicity"
    sites = "Na1 Na 0 0 0 4\nCl1 Cl 0.5 0.5 0.5 4"
    assert atoms(read_text(cif_text(sites, group="Fm-3m", columns=columns))) == "Na4 Cl4"
    with pytest.raises(StructureFileError, match="symmetry_multiplicity says 4"):
        read_text(cif_text(sites, columns=columns))


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("'Ca S O6 H4'", None),
        ("Ca S O6 H4", {"Ca": 1, "S": 1, "O": 6, "H": 4}),
        ("Na4 Cl4", {"Na": 4, "Cl": 4}),
        ("Si0.5 O1.0", {"Si": 0.5, "O": 1.0}),
        ("Li D", {"Li": 1, "H": 1}),
        ("FE2 O3", {"Fe": 2, "O": 3}),
        ("NaCl", {"Na": 1, "Cl": 1}),
        ("Fe(SO4)", None),
        ("x", None),
        ("", None),
    ],
)
def test_formula_sums(text, formula):
    assert formula_sum(text) == formula


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(" ", "\t"),
        lambda text: text.replace("data_test", "DATA_test"),
        lambda text: text.replace("loop_", "LOOP_"),
        lambda text: text.replace("_atom_site_fract_x", "_Atom_Site_FRACT_x"),
        lambda text: text.replace("_atom_site_", "_atom_site.").replace("_cell_", "_cell."),
        lambda text: text.replace("0.5 0.5", "0.5\n0.5"),
        lambda text: text.replace(" 0.5 ", "\u00a00.5\u00a0"),
        lambda text: "data_global\n_publ_author 'A. B.'\n" + text,
        lambda text: text + "_note '# no comment'\n# a comment\n",
        lambda text: text + "loop_\n_atom_site_aniso_label\n_atom_site_aniso_U_11\nNa1 0.01\n",
    ],
)
def test_cif_as_the_standard_has_it(change):
    assert atoms(read_text(change(cif_text(ROCK_SALT)))) == "Na1 Cl1"


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("_space_group_magn_name_BNS 'P 1'", "magnetic CIF is not read"),
        ("_space_group_magn.name_BNS 'P 1'", "magnetic CIF is not read"),
        ("_cell_modulation_dimension 1", "a modulated structure is not read"),
        ("_exptl_crystal_type_of_structure mod", "a modulated structure is not read"),
        ("_exptl_crystal_type_of_structure COMP", "a composite structure is not read"),
        ("loop_\n_atom_site_Fourier_wave_vector_seq_id\n1", "a modulated structure is not read"),
        ("loop_\n_atom_site_displace_Fourier_id\nNa1x1", "a modulated structure is not read"),
        ("_atom_sites_displace_Fourier_axes_description abc", "a modulated structure is not read"),
        ("_chemical_formula_sum\n_cell_formula_units_Z 1", "_chemical_formula_sum has no value"),
        ("_cell_length_a 5.65", "_cell_length_a is given twice with different values"),
    ],
)
def test_other_kinds_of_cif_are_refused(extra, said):
    with pytest.raises(StructureFileError, match=said):
        read_text(cif_text(ROCK_SALT, extra=extra))


@given(st.floats(-1e6, 1e6))
def test_numbers_come_back(value):
    assert number(repr(value)) == value
    assert number(f"{value:.4f}(12)") == float(f"{value:.4f}")
    assert number(f"{value:.4f}".replace("-", "−")) == float(f"{value:.4f}")
