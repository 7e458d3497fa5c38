"""The corrections of 2020 on crystals whose corrections are published."""

import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import PotentialError
from crystal_llm.potentials import corrections
from crystal_llm.potentials.corrections import corrected_mp2020_ev_per_atom

OXIDE, CHLORIDE, SULFIDE, FLUORIDE, PEROXIDE = -0.687, -0.614, -0.503, -0.462, -0.465
FE_OXIDE, NI_OXIDE = -2.256, -2.541


def rock_salt(cation, anion, a):
    lattice = Lattice.cubic(a)
    return Structure.from_spacegroup(
        "Fm-3m", lattice, [cation, anion], [[0, 0, 0], [0.5, 0.5, 0.5]]
    ).get_primitive_structure()


def hematite():
    return Structure.from_spacegroup(
        "R-3c", Lattice.hexagonal(5.07, 13.88), ["Fe", "O"], [[0, 0, 0.355], [0.306, 0, 0.25]]
    ).get_primitive_structure()


def lithium_peroxide():
    return Structure.from_spacegroup(
        "P6_3/mmc",
        Lattice.hexagonal(3.16, 7.69),
        ["Li", "Li", "O"],
        [[0, 0, 0], [1 / 3, 2 / 3, 0.75], [1 / 3, 2 / 3, 0.15]],
    )


@pytest.mark.parametrize(
    ("structure", "shift"),
    [
        (rock_salt("Na", "Cl", 5.69), CHLORIDE / 2),
        (rock_salt("Mg", "O", 4.25), OXIDE / 2),
        (rock_salt("Ni", "O", 4.17), (OXIDE + NI_OXIDE) / 2),
        (hematite(), (3 * OXIDE + 2 * FE_OXIDE) / 5),
        (lithium_peroxide(), PEROXIDE / 2),
        # U is for oxides and fluorides only.
        (rock_salt("Fe", "S", 4.9), SULFIDE / 2),
        (Structure(Lattice.cubic(2.83), ["Fe"] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]]), 0),
        # A metal without U beside fluorine.
        (rock_salt("Na", "F", 4.63), FLUORIDE / 2),
    ],
)
def test_the_shift_is_the_published_one(structure, shift):
    assert corrected_mp2020_ev_per_atom(structure, -5.0) + 5.0 == pytest.approx(shift, abs=2e-3)


def test_the_hubbards_are_those_of_the_materials_projects_inputs():
    from pymatgen.io.vasp.sets import MPRelaxSet

    structure = hematite()
    incar = MPRelaxSet(structure).incar
    _, u_values = corrections._schemes()
    asked = corrections._hubbards(structure, u_values)
    assert incar["LDAU"] and incar["LDAUU"] == [asked["Fe"], asked["O"]] == [5.3, 0]


def test_oxidation_labels_do_not_matter():
    plain = rock_salt("Na", "Cl", 5.69)
    labelled = plain.copy()
    labelled.add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    energy = corrected_mp2020_ev_per_atom(labelled, -3.4)
    assert energy == corrected_mp2020_ev_per_atom(plain, -3.4)
    assert {site.specie.oxi_state for site in labelled} == {1, -1}, (
        "the caller's crystal is left alone"
    )


def test_a_crystal_that_cannot_be_corrected_is_told(monkeypatch):
    class Undefined:
        def process_entry(self, *_, **__):
            return None

    monkeypatch.setattr(corrections, "_schemes", lambda: (Undefined(), {}))
    with pytest.raises(PotentialError, match="not defined for NaCl"):
        corrected_mp2020_ev_per_atom(rock_salt("Na", "Cl", 5.69), -3.4)
