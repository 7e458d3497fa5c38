"""Fractional and Cartesian coordinates of one file: taken where they agree, else refused."""

import pytest
from devised_texts import FULL, P1, cif, refused, xyz
from reading_cases import atoms, read_text

COLUMNS = FULL + " Cartn_x Cartn_y Cartn_z"
CELL = "5 6 7 90 100 90"
SITES = "Na1 Na 0.1 0.2 0.3 {}\nCl1 Cl 0.6 0.7 0.8 {}\nK1 K 0.3 0.1 0.9 {}"
# x along a, y in the plane of a and b.
USUAL = ("0.1353 1.2 2.0681", "2.0276 4.2 5.5149", "0.406 0.6 6.2043")
SHIFTED = ("10.1353 -1.8 2.0681", "12.0276 1.2 5.5149", "10.406 -2.4 6.2043")
TURNED = ("1.2 2.0681 0.1353", "4.2 5.5149 2.0276", "0.6 6.2043 0.406")
ANOTHER_CELL = ("0.1353 1.2 2.0681", "-2.9724 4.2 5.5149", "0.406 6.6 6.2043")
AXES = "".join(
    f"_atom_sites_Cartn_tran_matrix_{place} {value}\n"
    for place, value in zip(
        ("11", "12", "13", "21", "22", "23", "31", "32", "33"),
        (0, 6, 0, 0, 0, 6.8937, 5, 0, -1.2155),
        strict=True,
    )
)


def both(cartesian, symmetry=P1):
    return cif(SITES.format(*cartesian), symmetry, CELL, COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        *(both(USUAL), both(SHIFTED), both(TURNED), both(ANOTHER_CELL)),
        *(both(TURNED, P1 + AXES), both((USUAL[0], ". . .", USUAL[2])), both(["? ? ?"] * 3)),
    ],
)
def test_a_cif_that_gives_both_alike(text):
    reading = read_text(text)
    assert atoms(reading) == "Na1 Cl1 K1"
    assert reading.crystal.fractional_coordinates[1] == pytest.approx((0.6, 0.7, 0.8))


@pytest.mark.parametrize(
    ("cartesian", "said"),
    [
        ((USUAL[0], "2.5 4.2 5.5149", USUAL[2]), "Na1 and Cl1 are 5.15 Å apart"),
        (("0.1 0.2 0.3", "0.6 0.7 0.8", "0.3 0.1 0.9"), "Na1 and Cl1 are 0.87 Å apart by _atom"),
    ],
)
def test_a_cif_that_gives_others(cartesian, said):
    refused(both(cartesian), said)


@pytest.mark.parametrize("name", ["scaled_positions", "frac_coords", "abc"])
def test_an_extended_xyz_that_gives_both(name):
    head = f"Properties=species:S:1:pos:R:3:{name}:R:3"
    alike = xyz(head, "Na 0 0 0 0 0 0\nCl 2.82 2.82 2.82 0.5 0.5 -0.5")
    assert atoms(read_text(alike, "xyz")) == "Na1 Cl1"
    other = xyz(head, "Na 0 0 0 0 0 0\nCl 2.82 2.82 2.82 0.5 0.5 0.25")
    refused(other, f"line 4: pos and {name} are 1.41 Å apart: remove the wrong column", "xyz")
