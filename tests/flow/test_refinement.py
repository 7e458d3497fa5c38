"""Crystals in, refined crystals out; failures with their reasons."""

import dataclasses

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN, disturbed, moved

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.flow.base_distribution import BaseDistribution, lattice_table
from crystal_llm.flow.card import FlowCard, FlowWeights, LoadedFlow, ShapeKeys, load_flow
from crystal_llm.flow.cell import refined_cell
from crystal_llm.flow.network import NetworkShape, VelocityNetwork
from crystal_llm.flow.refinement import refine_crystals
from crystal_llm.flow.sampler import FLOW_BATCH_SIZE
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.types import PlainCrystal

SETTINGS = SamplerSettings(steps=3)


def loaded(kind="language-model"):
    shape = ShapeKeys(16, 1, 2, 4)
    torch.manual_seed(0)
    network = VelocityNetwork(NetworkShape(16, 1, 2, 4))
    with torch.no_grad():
        network.coordinates_head[-1].weight.normal_(std=0.05)
        network.lattice_head[-1].weight.normal_(std=0.05)
    elements = ("O", "Na", "Mg", "Si", "Cl", "K", "Ti", "Br", "Sr")
    card = FlowCard("test", kind, elements, 9, shape, FlowWeights("none", "0" * 64))
    return LoadedFlow(
        card, network, BaseDistribution(kind, lattice_table(list(KNOWN.values()))), "test/0"
    )


@pytest.fixture(scope="module")
def flow():
    return loaded()


def refined(flow, crystals, settings=SETTINGS, **options):
    refinements = dict(refine_crystals(flow, crystals, settings, **options))
    assert sorted(refinements) == list(range(len(crystals)))
    return [dataclasses.replace(refinements[place], wall_s=0.0) for place in range(len(crystals))]


def test_what_is_told_of_a_refinement_is_so(flow):
    crystal = disturbed(KNOWN["TiO2"], np.random.default_rng(0))
    (result,) = refined(flow, [crystal])
    assert result.failure is None
    assert result.start == refined_cell(crystal)
    before, after = lattice_matrix(result.start), lattice_matrix(result.refined)
    difference = np.subtract(
        result.refined.fractional_coordinates, result.start.fractional_coordinates
    )
    distances = np.linalg.norm((difference - np.round(difference)) @ after, axis=1)
    assert result.moved_angstrom == pytest.approx(distances.mean())
    assert result.moved_most_angstrom == pytest.approx(distances.max())
    assert result.moved_most_angstrom > 0.001
    change = np.linalg.det(after) / np.linalg.det(before) - 1
    assert result.volume_change_share == pytest.approx(change)


def test_order_and_origin_of_a_crystal_move_with_it(flow):
    crystal = refined_cell(KNOWN["SiO2"])
    order = (4, 2, 0, 1, 3, 8, 7, 6, 5)
    other = moved(crystal, order, (0.125, 0.25, 0.5))
    plain, turned = refined(flow, [crystal, other])
    expected = moved(plain.refined, order, (0.125, 0.25, 0.5))
    apart = np.subtract(turned.refined.fractional_coordinates, expected.fractional_coordinates)
    assert np.allclose(apart - np.round(apart), 0.0, atol=1e-4)
    assert turned.refined.lengths_angstrom == pytest.approx(expected.lengths_angstrom, abs=1e-4)


def test_failures_keep_their_places_and_reasons(flow):
    flat = PlainCrystal((3.0,) * 3, (60.0, 60.0, 130.0), ("Na",), ((0.0,) * 3,))
    random = np.random.default_rng(0)
    large = PlainCrystal(
        (30.0,) * 3, (90.0,) * 3, ("Na",) * 200, tuple(map(tuple, random.random((200, 3)).tolist()))
    )
    results = refined(flow, [KNOWN["NaCl"], flat, KNOWN["LiF"], large, KNOWN["KBr"]])
    reasons = [result.failure for result in results]
    assert reasons[0] is reasons[4] is None
    assert "no volume" in reasons[1]
    assert reasons[2] == "the network never saw F, Li"
    assert "200 atoms; the network saw at most 9" in reasons[3]
    assert all((result.refined is None) == (result.failure is not None) for result in results)


def test_a_refined_crystal_is_the_same_in_any_company(flow):
    settings = SamplerSettings(steps=3, noise_angstrom=0.1, seed=5)
    crystals = [KNOWN[name] for name in ("NaCl", "SiO2", "TiO2", "KBr")] * 20
    together = refined(flow, crystals, settings)
    assert refined(flow, crystals[50:60], settings, indexes=range(50, 60)) == together[50:60]


def test_bases_that_take_the_elements_alone_forget_the_rest():
    flow = loaded("types")
    crystal = KNOWN["TiO2"]
    other = disturbed(crystal, np.random.default_rng(1))
    other = dataclasses.replace(other, species=crystal.species)
    (first,), (two,) = refined(flow, [crystal]), refined(flow, [other])
    assert first == two
    assert first.start.fractional_coordinates != crystal.fractional_coordinates


def test_the_space_group_is_kept_where_it_is_asked_for(flow):
    from crystal_llm.crystal.reduction import spacegroup_number

    symmetric_settings = SamplerSettings(steps=3, keep_space_group=True)
    crystals = [KNOWN["TiO2"], KNOWN["SrTiO3"], disturbed(KNOWN["SiO2"], np.random.default_rng(2))]
    results = refined(flow, crystals, symmetric_settings)
    groups = [spacegroup_number(result.refined, 0.01) for result in results]
    assert groups == [136, 221, 1]


def test_a_stop_keeps_what_is_done(flow):
    asked = iter([False] * 3 + [True] * 100)
    crystals = [KNOWN["NaCl"]] * 40
    done = dict(refine_crystals(flow, crystals, SETTINGS, should_stop=lambda: next(asked)))
    assert sorted(done) == list(range(FLOW_BATCH_SIZE))


def test_a_trained_network_is_ready_to_refine(finished_run):
    flow = load_flow(str(finished_run / "flow.toml"))
    random = np.random.default_rng(7)
    crystals = [disturbed(KNOWN["SrTiO3"], random, angstrom=0.2) for _ in range(8)]
    for result in refined(flow, crystals, SamplerSettings(steps=10)):
        assert result.failure is None
        assert 0.0 < result.moved_angstrom < 2.0
