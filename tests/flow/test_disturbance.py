"""Known crystals made wrong: another by every draw, with the structure kept."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN, ROWS

from crystal_llm.crystal.reduction import lattice_matrix, spacegroup_number
from crystal_llm.flow.base_distribution import BaseDistribution
from crystal_llm.flow.batches import PairSet
from crystal_llm.flow.disturbance import (
    MOST_DISPLACEMENT_ANGSTROM,
    Disturbance,
    disturbed,
    disturbed_states,
)
from crystal_llm.flow.manifold import lattice_parameters, metric_tensor, torus_log
from crystal_llm.flow.pairs import PairsPlan, disturbed_samples, draw_pairs, pair_files, read_pairs


def test_a_disturbed_crystal_keeps_elements_and_angles_and_moves_a_little():
    crystal = KNOWN["SrTiO3"]
    random = np.random.default_rng(0)
    drawn = [disturbed(crystal, random) for _ in range(400)]
    strains, displacements = [], []
    for moved_crystal in drawn:
        assert (moved_crystal.species, moved_crystal.angles_degrees) == (
            crystal.species,
            crystal.angles_degrees,
        )
        strains.append(np.log(np.divide(moved_crystal.lengths_angstrom, crystal.lengths_angstrom)))
        moved = np.subtract(moved_crystal.fractional_coordinates, crystal.fractional_coordinates)
        displacements.append((moved - np.round(moved)) @ lattice_matrix(moved_crystal))
    assert abs(np.mean(strains)) < 0.01 and 0.05 < np.std(strains) < 0.08
    assert 0.05 < np.std(displacements) < MOST_DISPLACEMENT_ANGSTROM
    assert disturbed(crystal, np.random.default_rng(3)) == disturbed(
        crystal, np.random.default_rng(3)
    )


def test_a_batch_is_disturbed_as_single_crystals_are():
    crystal = KNOWN["SrTiO3"]
    (batch,) = PairSet.of([(crystal, crystal)] * 400).groups()
    target = batch.target
    moved = disturbed_states(target, batch.atoms, torch.Generator().manual_seed(0))
    again = disturbed_states(target, batch.atoms, torch.Generator().manual_seed(0))
    assert torch.equal(moved.coordinates, again.coordinates)
    assert torch.equal(moved.lattice, again.lattice)
    assert torch.equal(moved.lattice[:, 3:], target.lattice[:, 3:])
    random = np.random.default_rng(0)
    alone = PairSet.of([(disturbed(crystal, random), crystal) for _ in range(400)])
    (single,) = alone.groups()

    def spreads(sample):
        strain = (sample.lattice[:, :3] / target.lattice[:, :3]).log()
        off = torus_log(target.coordinates, sample.coordinates)
        squares = ((off @ metric_tensor(sample.lattice)) * off).sum(-1)[batch.atoms]
        return float(strain.std()), float((squares.mean() / 3).sqrt())

    assert spreads(moved) == pytest.approx(spreads(single.sample), rel=0.1)
    nowhere = ~batch.atoms
    assert nowhere.any()
    assert torch.equal(moved.coordinates[nowhere], target.coordinates[nowhere])


def disturbed_anew(formula, disturbance, count=300):
    """Targets and what was made of them."""
    pair_set = PairSet.of([(KNOWN[formula], KNOWN[formula])] * count, symmetric=True)
    (batch,) = pair_set.groups()
    generator = torch.Generator().manual_seed(1)
    moved = disturbed_states(batch.target, batch.atoms, generator, disturbance, batch.symmetry)
    return batch, moved


def test_shears_change_angles_and_strong_ones_are_twice_as_wrong():
    batch, moved = disturbed_anew("SrTiO3", Disturbance(0.0, 0.0, 0.03, 0.0))
    angles = lattice_parameters(moved.lattice)[1]
    assert 0.5 < float((angles - 90.0).std()) < 3.0
    assert torch.equal(moved.coordinates, batch.target.coordinates)
    _, usual = disturbed_anew("SrTiO3", Disturbance(0.05, 0.0, 0.0, 0.0))
    _, strong = disturbed_anew("SrTiO3", Disturbance(0.05, 0.0, 0.0, 0.0, strong_share=1.0))
    spread, twice = (
        float((state.lattice[:, :3] / batch.target.lattice[:, :3]).log().std())
        for state in (usual, strong)
    )
    assert twice == pytest.approx(2 * spread, rel=0.15)


@pytest.mark.parametrize("formula", ["SiO2", "TiO2"])
def test_space_groups_are_kept_where_so_asked(formula):
    much = Disturbance(0.05, 0.05, 0.02, 0.1)
    group = spacegroup_number(KNOWN[formula])
    for share, fewest, most in ((1.0, 12, 12), (0.0, 0, 2)):
        asked = replace(much, symmetric_share=share)
        batch, moved = disturbed_anew(formula, asked, count=12)
        lengths, angles = lattice_parameters(moved.lattice.double())
        held = int(batch.atoms[0].sum())
        crystals = [
            replace(
                KNOWN[formula],
                lengths_angstrom=tuple(lengths[row].tolist()),
                angles_degrees=tuple(angles[row].tolist()),
                fractional_coordinates=tuple(map(tuple, moved.coordinates[row, :held].tolist())),
            )
            for row in range(12)
        ]
        symmetric = sum(spacegroup_number(crystal) == group for crystal in crystals)
        assert fewest <= symmetric <= most
        before = metric_tensor(batch.target.lattice)
        assert not torch.allclose(metric_tensor(moved.lattice), before, atol=0.05)


def test_pairs_of_disturbed_crystals_lead_back_to_where_they_came_from(tmp_path):
    plan = PairsPlan("disturbed", None, targets=6, samples_each=3)
    count = draw_pairs(ROWS, disturbed_samples(3), plan, tmp_path / "pairs")
    assert (count.pairs, count.failures.total()) == (18, 0)
    for path in pair_files(tmp_path / "pairs"):
        for pair in read_pairs(path):
            moved = np.subtract(
                pair.sample.fractional_coordinates, pair.aligned.fractional_coordinates
            )
            moved = (moved - np.round(moved)) @ lattice_matrix(pair.aligned)
            assert np.sqrt(np.square(moved).sum(1).mean()) < 1.0


@pytest.mark.parametrize("kind", ["language-model", "disturbed"])
def test_a_flow_that_learned_from_disturbed_crystals_begins_with_the_crystal(kind):
    base = BaseDistribution(kind, np.zeros((0, 7)))
    assert base.begins_with_crystal
    assert base.start(KNOWN["NaCl"], np.random.default_rng(0)) == KNOWN["NaCl"]
