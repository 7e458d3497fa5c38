"""Ordered versions against what crystallography and pymatgen's own Ewald sum know of them."""

import numpy as np
import pytest
import spglib
from pymatgen.analysis.ewald import EwaldSummation
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from crystal_llm.crystal.arrangements import (
    SharedSites,
    all_arrangements,
    exchanged_arrangements,
    number_of_arrangements,
    pair_energies,
)
from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.disorder import DisorderedCrystal
from crystal_llm.crystal.ordering import order
from crystal_llm.crystal.supercells import distinct_supercells
from crystal_llm.errors import StructureFileError

FCC = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]


def disordered(crystal):
    return DisorderedCrystal(
        crystal.lattice.matrix,
        crystal.frac_coords,
        tuple(
            tuple((element.symbol, float(share)) for element, share in site.species.items())
            for site in crystal
        ),
    )


def perovskite(b_site):
    sites = ["Sr", b_site, "O", "O", "O"]
    where = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    return disordered(Structure(Lattice.cubic(3.95), sites, where))


def layered_oxide():
    return disordered(
        Structure.from_spacegroup(
            "R-3m",
            Lattice.hexagonal(2.86, 14.22),
            [{"Li": 1}, {"Ni": 0.333, "Mn": 0.333, "Co": 0.334}, "O"],
            [[0, 0, 0.5], [0, 0, 0], [0, 0, 0.24]],
        )
    )


def half_filled_olivine():
    return disordered(
        Structure.from_spacegroup(
            "Pnma",
            Lattice.orthorhombic(10.33, 6.01, 4.69),
            [{"Li": 0.5}, "Fe", "P", "O", "O", "O"],
            [
                [0, 0, 0],
                [0.282, 0.25, 0.975],
                [0.095, 0.25, 0.418],
                [0.097, 0.25, 0.743],
                [0.457, 0.25, 0.206],
                [0.166, 0.047, 0.285],
            ],
        )
    )


@pytest.mark.parametrize("index, known", enumerate([1, 2, 3, 7, 5, 10, 7, 20], start=1))
def test_supercells_of_the_fcc_lattice_are_as_many_as_are_published(index, known):
    # G. L. W. Hart and R. W. Forcade, Phys. Rev. B 77, 224115 (2008), table IV
    matrix = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) * 4
    rotations = spglib.get_symmetry((matrix, [[0, 0, 0]], [1]))["rotations"]
    supercells = distinct_supercells(index, matrix, rotations, 1000)
    assert len(supercells) == known
    assert all(round(np.linalg.det(supercell)) == index for supercell in supercells)


def test_an_alloy_orders_as_the_two_smallest_superstructures():
    alloy = disordered(Structure(Lattice.cubic(3.9), [{"Cu": 0.5, "Au": 0.5}] * 4, FCC))
    ordering = order(alloy)
    assert ordering.formula == "Cu0.5Au0.5"
    assert ordering.oxidation_states is None
    groups = {
        (version.spacegroup_number, len(version.crystal.species)) for version in ordering.versions
    }
    assert groups == {(123, 2), (166, 2)}  # CuAu (L1_0) and CuPt (L1_1)
    assert all(version.ewald_ev_per_atom is None for version in ordering.versions)


def test_charges_on_one_site_order_as_rock_salt():
    best = order(perovskite({"Mg": 0.5, "W": 0.5})).versions[0]
    assert (best.formula, best.spacegroup_number) == ("Sr2MgWO6", 225)  # the double perovskite


@pytest.mark.parametrize("crystal", [layered_oxide, half_filled_olivine])
def test_versions_are_distinct_whole_and_ranked_by_pymatgens_energy(crystal):
    ordering = order(crystal())
    energies = [version.ewald_ev_per_atom for version in ordering.versions]
    assert energies == sorted(energies)
    for version, energy in zip(ordering.versions, energies, strict=True):
        ions = structure(version.crystal).add_oxidation_state_by_element(ordering.oxidation_states)
        assert ions.charge == pytest.approx(0, abs=1e-9)
        own = EwaldSummation(ions).total_energy / len(ions)
        assert energy == pytest.approx(own, abs=1e-4)
    crystals = [structure(version.crystal) for version in ordering.versions]
    assert len(StructureMatcher(scale=False, stol=0.02).group_structures(crystals)) == len(crystals)


def test_shares_written_with_three_digits_are_thirds():
    ordering = order(layered_oxide())
    assert {version.formula for version in ordering.versions} == {"Li3MnCoNiO6"}
    assert {len(version.crystal.species) for version in ordering.versions} == {12}
    assert not ordering.remarks


def test_shares_that_no_cell_has_are_rounded_and_told():
    ordering = order(perovskite({"Ti": 0.97, "Zr": 0.03}))
    assert "SrTi0.97Zr0.03O3 exactly" in ordering.remarks[0] or "Zr0.03" in ordering.remarks[0]
    assert "versions are" in ordering.remarks[0]


def sheared(occupants):
    """Atoms in P 1, too many for a supercell: fifty sites, the last of them oxygen."""
    grid = [(x / 4, y / 4, z / 5) for x in range(4) for y in range(4) for z in range(5)][:50]
    positions = np.array(grid) + np.random.default_rng(1).normal(0, 0.005, (50, 3))
    sites = [*occupants, *({"O": 1.0} for _ in range(50 - len(occupants)))]
    return disordered(Structure(Lattice.orthorhombic(10.4, 10.5, 13.0), sites, positions))


def test_half_filled_sites_of_a_large_cell_keep_the_composition():
    ordering = order(sheared([{"La": 0.5, "Sr": 0.5}] * 6))
    assert {version.formula for version in ordering.versions} == {"Sr3La3O44"}
    assert len(ordering.versions) == 6
    assert ordering.remarks[-1].endswith("sites of equal shares are filled as one")


def test_refined_shares_of_many_sites_keep_the_composition():
    refined = [{"La": 0.5 + n / 1000, "Sr": 0.5 - n / 1000} for n in range(-10, 11) if n]
    (version,) = order(sheared(refined), most=1).versions
    assert version.formula == "SrLaO3"


def test_exchanges_find_the_best_of_all_arrangements():
    cell = half_filled_olivine()
    iron = tuple(index for index, site in enumerate(cell.occupants) if site[0][0] == "Fe")
    lithium = tuple(index for index, site in enumerate(cell.occupants) if site[0][0] == "Li")
    groups = [
        SharedSites(iron, (("Fe", 2), ("Mn", 2))),
        SharedSites(lithium, (("Li", 2), ("", 2))),
    ]
    states = {"Fe": 3.0, "Mn": 2.0, "P": 5.0, "O": -2.0, "Li": 1.0}
    given = np.array([site[0][0] for site in cell.occupants], dtype=object)
    pairs = pair_energies(cell.matrix, cell.positions)
    everything = all_arrangements(groups, given)
    assert len(everything) == number_of_arrangements([2, 2]) ** 2 == 36

    def lowest(rows):
        charges = np.array([[states.get(symbol, 0.0) for symbol in row] for row in rows])
        return np.einsum("ai,ij,aj->a", charges, pairs, charges).min()

    arrangements = exchanged_arrangements(groups, given, pairs, states)
    assert lowest(arrangements) == pytest.approx(lowest(everything), abs=1e-6)


def test_nothing_ranks_many_arrangements_of_an_alloy():
    elements = {"Cr": 0.2, "Mn": 0.2, "Fe": 0.2, "Co": 0.2, "Ni": 0.2}
    alloy = Structure(Lattice.cubic(7.2), [elements] * 4, FCC).make_supercell([2, 1, 1])
    crowded = Structure(alloy.lattice, [site.species for site in alloy], alloy.frac_coords)
    crowded.perturb(0.3)
    with pytest.raises(StructureFileError, match=r"nothing tells its .* arrangements apart"):
        order(disordered(crowded))
