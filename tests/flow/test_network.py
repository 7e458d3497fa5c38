"""What the network must not see: order, origin, padding; and what it must."""

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.flow.batches import species_array
from crystal_llm.flow.manifold import lattice_coordinates, metric_tensor
from crystal_llm.flow.network import NetworkShape, VelocityNetwork, _images, shortest_distance
from crystal_llm.flow.path import PathState


@pytest.fixture(scope="module", params=[0, 5], ids=["as in the paper", "with directions"])
def network(request):
    """Random weights, large enough that everything is heard, with heads that say something."""
    torch.manual_seed(0)
    shape = NetworkShape(24, 2, frequencies=3, distances=8, directions=request.param)
    made = VelocityNetwork(shape)
    with torch.no_grad():
        for module in made.modules():
            if isinstance(module, torch.nn.Linear):
                module.weight.mul_(2.0)
        heads = [made.coordinates_head, made.lattice_head]
        if request.param:
            heads.append(made.pull_head)
            for layer in made.layers:
                layer.stress.weight.normal_(std=0.3)
        for head in heads:
            head[-1].weight.normal_(std=0.3)
    return made.eval()


def inputs(crystal, sites):
    atoms = len(crystal.species)
    coordinates = torch.zeros(1, sites, 3)
    coordinates[0, :atoms] = torch.tensor(crystal.fractional_coordinates)
    lattice = lattice_coordinates(
        torch.tensor([crystal.lengths_angstrom]), torch.tensor([crystal.angles_degrees])
    )
    species = torch.from_numpy(species_array(crystal.species, sites))[None]
    return species, species > 0, PathState(coordinates, lattice), torch.tensor([0.3])


def velocities(network, species, atoms, place, time):
    with torch.inference_mode():
        return network(species, atoms, place, time)


@given(st.permutations(range(9)), st.tuples(*[st.floats(-2, 2)] * 3))
def test_order_and_origin(network, order, shift):
    species, atoms, place, time = inputs(KNOWN["SiO2"], 9)
    said = velocities(network, species, atoms, place, time)
    assert float(said.coordinates.abs().max()) > 0.01
    elsewhere = PathState(place.coordinates[:, order] + torch.tensor(shift), place.lattice)
    other = velocities(network, species[:, order], atoms, elsewhere, time)
    assert torch.allclose(other.coordinates, said.coordinates[:, order], atol=1e-4)
    assert torch.allclose(other.lattice, said.lattice, atol=1e-4)


def test_a_coordinate_and_its_image_are_the_same_place(network):
    species, atoms, place, time = inputs(KNOWN["TiO2"], 6)
    image = PathState(
        place.coordinates + torch.tensor([[[1.0, 0, -2.0]] + [[0.0] * 3] * 5]), place.lattice
    )
    said, other = (velocities(network, species, atoms, each, time) for each in (place, image))
    assert torch.allclose(other.coordinates, said.coordinates, atol=1e-4)


def test_padding_changes_nothing(network):
    alone = velocities(network, *inputs(KNOWN["SrTiO3"], 5))
    padded = velocities(network, *inputs(KNOWN["SrTiO3"], 8))
    assert torch.allclose(padded.coordinates[:, :5], alone.coordinates, atol=1e-5)
    assert not padded.coordinates[:, 5:].any()
    assert torch.allclose(padded.lattice, alone.lattice, atol=1e-5)


def test_the_velocity_has_no_mean(network):
    said = velocities(network, *inputs(KNOWN["SiO2"], 10))
    assert torch.allclose(said.coordinates.sum(1), torch.zeros(1, 3), atol=1e-5)


def test_time_elements_and_lattice_are_seen(network):
    species, atoms, place, time = inputs(KNOWN["SiO2"], 9)
    said = velocities(network, species, atoms, place, time)
    wider = PathState(place.coordinates, place.lattice + 0.5)
    swapped = torch.where(species == 8, 16, species)
    for other in (
        velocities(network, species, atoms, place, time + 0.5),
        velocities(network, swapped, atoms, place, time),
        velocities(network, species, atoms, wider, time),
    ):
        assert not torch.allclose(other.coordinates, said.coordinates, atol=1e-3)


def test_directions_move_atoms_and_strain_the_lattice():
    torch.manual_seed(0)
    made = VelocityNetwork(NetworkShape(24, 2, frequencies=3, distances=8, directions=5))
    nothing = velocities(made, *inputs(KNOWN["SiO2"], 9))
    with torch.no_grad():
        made.pull_head[-1].weight.normal_(std=0.3)
        made.layers[-1].stress.weight.normal_(std=0.3)
    said = velocities(made, *inputs(KNOWN["SiO2"], 9))
    assert not nothing.coordinates.any()
    assert not nothing.lattice.any()
    assert float(said.coordinates.abs().max()) > 1e-4
    assert float(said.lattice.abs().max()) > 1e-4


def test_an_atom_among_equals_on_all_sides_is_pulled_nowhere():
    torch.manual_seed(0)
    made = VelocityNetwork(NetworkShape(24, 2, frequencies=3, distances=8, directions=5))
    with torch.no_grad():
        made.pull_head[-1].weight.normal_(std=3.0)
    said = velocities(made, *inputs(KNOWN["SrTiO3"], 5))
    assert torch.allclose(said.coordinates, torch.zeros(1, 5, 3), atol=1e-5)


@pytest.mark.parametrize("directions", [0, 3])
def test_untrained_nothing_moves(directions):
    still = VelocityNetwork(NetworkShape(8, 1, frequencies=2, distances=4, directions=directions))
    said = velocities(still, *inputs(KNOWN["NaCl"], 2))
    assert not said.coordinates.any()
    assert not said.lattice.any()


@pytest.mark.parametrize("formula", sorted(KNOWN))
def test_distances_are_those_of_the_nearest_images(formula):
    crystal = KNOWN[formula]
    places = torch.tensor(crystal.fractional_coordinates)[None]
    lattice = lattice_coordinates(
        torch.tensor([crystal.lengths_angstrom]), torch.tensor([crystal.angles_degrees])
    )
    difference = places[:, None, :, :] - places[:, :, None, :]
    distances = shortest_distance(difference, metric_tensor(lattice), _images())[0].numpy()
    vectors = lattice_matrix(crystal)
    cells = np.array([(x, y, z) for x in range(-3, 4) for y in range(-3, 4) for z in range(-3, 4)])
    for i, here in enumerate(crystal.fractional_coordinates):
        for j, there in enumerate(crystal.fractional_coordinates):
            apart = np.linalg.norm((np.subtract(there, here) + cells) @ vectors, axis=1)
            # To itself: to the nearest image that is not itself.
            nearest = min(apart[apart > 1e-6]) if i == j else min(apart)
            assert distances[i, j] == pytest.approx(nearest, abs=2e-3)
