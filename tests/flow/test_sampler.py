"""Euler's steps: by hand, in any company, with noise, annealing and a space group."""

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN, disturbed, moved
from torch import nn

from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.errors import FlowError
from crystal_llm.flow.batches import species_array
from crystal_llm.flow.cell import niggli_cell
from crystal_llm.flow.network import NetworkShape, VelocityNetwork
from crystal_llm.flow.path import PathState
from crystal_llm.flow.sampler import FLOW_BATCH_SIZE, Start, follow, integrate
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.flow.space_group_average import average_over, found_operations


@pytest.fixture(scope="module")
def network():
    """Random weights whose heads say something."""
    torch.manual_seed(0)
    made = VelocityNetwork(NetworkShape(width=24, layers=2, frequencies=3, distances=8))
    with torch.no_grad():
        made.coordinates_head[-1].weight.normal_(std=0.1)
        made.lattice_head[-1].weight.normal_(std=0.1)
    return made.eval()


class Steady(nn.Module):
    """Says the velocity t along x of the first of two atoms, and a lattice growing by 1 Å."""

    def forward(self, species, atoms, place, time):
        velocity = torch.zeros_like(place.coordinates)
        velocity[:, 0, 0], velocity[:, 1, 0] = time, -time
        grown = torch.zeros_like(place.lattice)
        grown[:, 0] = 1.0
        return PathState(velocity, grown)


def by_hand(steps, **annealing):
    species = torch.tensor([[11, 17]])
    begin = PathState(torch.tensor([[[0.9, 0.0, 0.0], [0.3, 0.0, 0.0]]]), torch.tensor([[4.0] * 6]))
    end = integrate(Steady(), species, begin, SamplerSettings(steps=steps, **annealing))
    return end.coordinates[0, :, 0].tolist(), float(end.lattice[0, 0])


def test_two_atoms_by_hand():
    # Four steps at t = 0, ¼, ½, ¾: ¼ · (0 + ¼ + ½ + ¾) = 0.375, through the face.
    coordinates, length = by_hand(4)
    assert coordinates == pytest.approx([0.275, 0.925], abs=1e-6)
    assert length == pytest.approx(5.0)


def test_annealing_by_hand():
    # From t = ½ on times 1 + 2 (t − ½): ¼ · (0 + ¼ + ½ + 1.5 · ¾) = 0.46875; not the lattice's.
    coordinates, length = by_hand(4, annealing_slope=2.0, annealing_offset=0.5)
    assert coordinates == pytest.approx([0.36875, 0.83125], abs=1e-6)
    assert length == pytest.approx(5.0)


def test_a_second_pass_begins_where_the_first_ended(network):
    crystal = starts()[0].crystal
    (first,) = follow(network, [Start(0, crystal)], 10, SamplerSettings(steps=4))
    (again,) = follow(network, [Start(0, first)], 10, SamplerSettings(steps=4))
    (twice,) = follow(network, [Start(0, crystal)], 10, SamplerSettings(steps=4, passes=2))
    assert twice != first
    assert twice.lengths_angstrom == pytest.approx(again.lengths_angstrom, abs=1e-4)
    assert np.allclose(twice.fractional_coordinates, again.fractional_coordinates, atol=1e-4)
    with pytest.raises(FlowError, match="passes = 0: from 1 to 10"):
        SamplerSettings(passes=0)


def starts():
    random = np.random.default_rng(0)
    crystals = [niggli_cell(disturbed(KNOWN[name], random)) for name in sorted(KNOWN)] * 5
    return [Start(index, crystal) for index, crystal in enumerate(crystals)][: FLOW_BATCH_SIZE - 1]


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_crystal_is_the_same_in_any_company(network, noise):
    settings = SamplerSettings(steps=5, noise_angstrom=noise)
    company = starts()
    together = follow(network, company, 10, settings)
    turned_round = follow(network, company[::-1], 10, settings)[::-1]
    assert together == turned_round
    for start, expected in list(zip(company, together, strict=True))[:9]:
        assert follow(network, [start], 10, settings) == [expected]


def test_company_with_a_space_group_changes_nothing(network):
    settings = SamplerSettings(steps=3)
    plain = starts()[0]
    start = Start(1, *average_over(KNOWN["SiO2"], found_operations(KNOWN["SiO2"])))
    assert (
        follow(network, [plain, start], 10, settings)[0]
        == follow(network, [plain], 10, settings)[0]
    )


def test_noise_depends_on_seed_and_index_alone(network):
    crystal = starts()[0].crystal
    still = SamplerSettings(steps=1)
    noisy = SamplerSettings(steps=1, noise_angstrom=0.05)
    first, second = follow(network, [Start(3, crystal), Start(4, crystal)], 10, noisy)
    assert first != second
    assert [first] == follow(network, [Start(3, crystal)], 10, noisy)
    assert [first] != follow(network, [Start(3, crystal)], 10, still)
    other = SamplerSettings(steps=1, noise_angstrom=0.05, seed=1)
    assert [first] != follow(network, [Start(3, crystal)], 10, other)


@pytest.mark.parametrize("formula", ["NaCl", "SrTiO3", "TiO2", "SiO2"])
def test_the_space_group_stays_where_it_is_asked_for(network, formula):
    crystal = niggli_cell(
        moved(KNOWN[formula], range(len(KNOWN[formula].species)), (0.1, 0.2, 0.3))
    )
    settings = SamplerSettings(steps=10)
    operations = found_operations(crystal)
    before = spacegroup_number(crystal, 0.01)
    plain = Start(0, crystal)
    start = Start(1, *average_over(crystal, operations))
    free, held = follow(network, [plain, start], 10, settings)
    assert spacegroup_number(held, 0.01) == before
    # The group is kept because of the average, and something moves all the same.
    assert spacegroup_number(free, 0.01) != before
    assert held.lengths_angstrom != pytest.approx(crystal.lengths_angstrom, abs=1e-3)


def test_a_stop_gives_nothing(network):
    assert follow(network, starts(), 10, SamplerSettings(), lambda: True) is None


def test_numbers_that_are_not_finite_are_a_failure():
    torch.manual_seed(0)
    broken = VelocityNetwork(NetworkShape(width=8, layers=1, frequencies=2, distances=4))
    with torch.no_grad():
        broken.lattice_head[-1].bias[0] = float("nan")
    (end,) = follow(broken, [Start(0, KNOWN["NaCl"])], 2, SamplerSettings(steps=2))
    assert "not finite" in end
    with torch.no_grad():
        broken.lattice_head[-1].bias[0] = -100.0
    (end,) = follow(broken, [Start(0, KNOWN["NaCl"])], 2, SamplerSettings(steps=2))
    assert "not above 0" in end


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"steps": 1001},
        {"noise_angstrom": -0.1},
        {"noise_angstrom": float("nan")},
        {"annealing_slope": -1.0},
        {"annealing_offset": 2.0},
        {"seed": -1},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(FlowError, match=r"from [01] to"):
        SamplerSettings(**wrong)


def test_species_are_padded():
    assert species_array(("Na", "Cl"), 4).tolist() == [11, 17, 0, 0]
