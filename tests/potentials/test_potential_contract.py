"""What every potential must hold, whoever computes it.

Whole for CHGNet, which most people use and whose layers are our own, and for the tests' pair
potential, which stands in for it; of the others' adapters the same in one test each.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from potential_cases import POTENTIAL_NAMES, loaded, rock_salt, rutile
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.self_check import check

# Old M3GNet weights need matgl's old numbering of bonds, which depends on their order and
# jumps where a bond becomes longer than 4 Å.
ORDER_DEPENDENT_EV_PER_ATOM = {"m3gnet": 0.05}

# Level of theory, and what becomes of the Materials Project's corrections of 2020.
SAID = {
    "chgnet": ("PBE(+U)", "included"),
    "sevennet-0": ("PBE(+U)", "added"),
    "sevennet-l3i5": ("PBE(+U)", "added"),
    "m3gnet": ("PBE(+U)", "added"),
    "tensornet-matpes": ("MatPES PBE", "impossible"),
    "pair": ("Lennard-Jones", "impossible"),
}


CONTRACT = ("chgnet", "pair")


@pytest.fixture(params=CONTRACT)
def potential(request):
    return loaded(request.param)


def atoms_of(structure, potential):
    atoms = structure.to_ase_atoms()
    atoms.calc = potential.calculator()
    return atoms


def slope_by_position(potential, atom, axis):
    """The slope of the energy as an atom moves, eV/Å."""
    step = 0.01
    energies = []
    for sign in (-1, 1):
        moved = atoms_of(rutile(), potential)
        moved.positions[atom, axis] += sign * step
        energies.append(moved.get_potential_energy())
    return (energies[1] - energies[0]) / (2 * step)


def slope_by_strain(potential, component):
    """The slope of the energy by a component of the strain in ASE's order, eV/Å³."""
    atoms = atoms_of(rutile(), potential)
    row, column = [(0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1)][component]
    step = 0.002
    energies = []
    for sign in (-1, 1):
        strain = np.zeros((3, 3))
        strain[row, column] += sign * step / 2
        strain[column, row] += sign * step / 2
        strained = atoms_of(rutile(), potential)
        strained.set_cell(atoms.cell.array @ (np.eye(3) + strain), scale_atoms=True)
        energies.append(strained.get_potential_energy())
    return (energies[1] - energies[0]) / (2 * step) / atoms.get_volume()


def test_forces_are_the_slope_of_the_energy(potential):
    atoms = atoms_of(rutile(), potential)
    for atom, axis in ((0, 0), (2, 1), (4, 2)):
        slope = slope_by_position(potential, atom, axis)
        assert atoms.get_forces()[atom, axis] == pytest.approx(-slope, abs=0.02, rel=0.01)
    assert np.abs(atoms.get_forces()).max() > 0.3, "the crystal was displaced"


@pytest.mark.parametrize("component", [0, 2, 3, 5])
def test_stress_is_the_slope_of_the_energy_by_strain(potential, component):
    atoms = atoms_of(rutile(), potential)
    slope = slope_by_strain(potential, component)
    # 0.001 eV/Å³ is 0.16 GPa; a stress in GPa would be 160 times too large.
    assert atoms.get_stress()[component] == pytest.approx(slope, abs=0.001, rel=0.03)


def test_a_static_energy_is_the_calculators(potential):
    structure = rutile()
    energy = atoms_of(structure, potential).get_potential_energy() / len(structure)
    assert potential.static_energy_ev_per_atom(structure) == pytest.approx(energy, abs=1e-5)


def test_results_have_the_shapes_that_ase_expects(potential):
    atoms = atoms_of(rutile(), potential)
    assert isinstance(atoms.get_potential_energy(), float)
    assert atoms.get_forces().shape == (6, 3)
    assert atoms.get_stress().shape == (6,)
    assert np.abs(atoms.get_forces().sum(axis=0)).max() < 1e-3, "the crystal does not drift"


@hypothesis_settings(max_examples=5)
@given(shift=st.tuples(*[st.floats(-3, 3)] * 3))
@pytest.mark.parametrize("name", CONTRACT)
def test_the_energy_does_not_depend_on_the_origin(name, shift):
    structure = rutile()
    moved = structure.copy()
    moved.translate_sites(range(len(moved)), shift, to_unit_cell=True)
    energies = [loaded(name).static_energy_ev_per_atom(each) for each in (structure, moved)]
    assert energies[0] == pytest.approx(energies[1], abs=2e-5)


@hypothesis_settings(max_examples=5)
@given(order=st.permutations(range(6)))
@pytest.mark.parametrize("name", CONTRACT)
def test_the_energy_does_not_depend_on_the_order_of_the_atoms(name, order):
    structure = rutile()
    shuffled = Structure.from_sites([structure[each] for each in order])
    potential = loaded(name)
    assert potential.static_energy_ev_per_atom(shuffled) == pytest.approx(
        potential.static_energy_ev_per_atom(structure), abs=2e-5
    )
    forces = atoms_of(structure, potential).get_forces()
    assert atoms_of(shuffled, potential).get_forces() == pytest.approx(
        forces[list(order)], abs=1e-3
    )


def test_a_supercell_has_the_energy_of_its_cell(potential):
    structure = rock_salt()
    doubled = structure.copy()
    doubled.make_supercell([2, 1, 1])
    assert potential.static_energy_ev_per_atom(doubled) == pytest.approx(
        potential.static_energy_ev_per_atom(structure), abs=2e-5
    )


def test_two_calculators_keep_their_own_results(potential):
    first, second = atoms_of(rock_salt(), potential), atoms_of(rutile(), potential)
    forces = first.get_forces().copy()
    energy = first.get_potential_energy()
    assert second.get_forces().shape == (6, 3)
    assert first.calc is not second.calc
    assert first.get_potential_energy() == energy
    assert np.array_equal(first.get_forces(), forces)


def test_chgnet_passes_its_own_self_check():
    check(loaded("chgnet"))


def check_card(potential):
    """What the card says, of itself and of every energy."""
    card = potential.card
    theory, correction = SAID[card.name]
    assert (card.method.level_of_theory, card.correction) == (theory, correction)
    # The Materials Project's corrections are made for its own PBE(+U) alone.
    assert (card.correction == "impossible") == (theory != "PBE(+U)")
    assert card.title and card.source
    assert len(card.method.weights_sha256) == 64
    assert card.method.potential == card.name
    assert card.method.energy_kind == "total"
    assert {"Ti", "O", "Na", "Cl"} <= card.elements
    structure = rock_salt()
    raw = potential.static_energy_ev_per_atom(structure)
    shift = potential.energy_ev_per_atom(structure, raw) - raw
    # −0.614 eV for each Cl⁻.
    assert shift == pytest.approx(-0.307 if card.correction == "added" else 0.0, abs=1e-6)
    kinds = {"added": "MP2020", "included": "MP2020", "impossible": "none"}
    assert card.method.correction == kinds[card.correction]


def check_trained_elements(card):
    assert len(card.elements) == 89
    assert not {"Po", "At", "Rn", "Am"} & card.elements


def test_the_card_says_what_the_potential_is_and_stamps_the_energy(potential):
    check_card(potential)


def test_chgnet_knows_the_elements_that_it_was_trained_on():
    check_trained_elements(loaded("chgnet").card)


@pytest.mark.parametrize(
    "name", [potential_name for potential_name in POTENTIAL_NAMES if potential_name not in CONTRACT]
)
def test_the_adapter_of_another_potential_holds_the_contract_at_a_glance(name):
    potential = loaded(name)
    check_card(potential)
    check_trained_elements(potential.card)
    check(potential)
    atoms = atoms_of(rutile(), potential)
    slope = slope_by_position(potential, 2, 1)
    assert atoms.get_forces()[2, 1] == pytest.approx(-slope, abs=0.02, rel=0.01)
    slope = slope_by_strain(potential, 3)
    assert atoms.get_stress()[3] == pytest.approx(slope, abs=0.001, rel=0.03)
    shuffled = Structure.from_sites([rutile()[each] for each in (4, 2, 0, 5, 1, 3)])
    assert potential.static_energy_ev_per_atom(shuffled) == pytest.approx(
        potential.static_energy_ev_per_atom(rutile()),
        abs=ORDER_DEPENDENT_EV_PER_ATOM.get(name, 2e-5),
    )
    with pytest.raises(PotentialError, match="Po"):
        potential.static_energy_ev_per_atom(Structure(Lattice.cubic(3.35), ["Po"], [[0, 0, 0]]))


def test_an_unknown_element_is_named(potential):
    structure = Structure(Lattice.cubic(3.35), ["Po"], [[0, 0, 0]])
    with pytest.raises(PotentialError, match="Po"):
        potential.static_energy_ev_per_atom(structure)
    with pytest.raises(PotentialError, match="Po"):
        atoms_of(structure, potential).get_potential_energy()


def test_atoms_too_far_apart_are_refused(potential):
    structure = Structure(Lattice.cubic(14), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    with pytest.raises(PotentialError, match="no neighbour"):
        potential.static_energy_ev_per_atom(structure)
    with pytest.raises(PotentialError, match="no neighbour"):
        atoms_of(structure, potential).get_forces()


@pytest.mark.parametrize(
    ("lattice", "second"),
    [(0.4, (0.5, 0.5, 0.5)), (5.0, (0.0, 0.0, 0.0)), (float("nan"), (0,) * 3)],
)
def test_a_collapsed_crystal_is_refused(potential, lattice, second):
    structure = Structure(np.eye(3) * lattice, ["Na", "Cl"], [(0, 0, 0), second])
    with pytest.raises(PotentialError, match=r"collapsed|overlap|share one place"):
        atoms_of(structure, potential).get_forces()
