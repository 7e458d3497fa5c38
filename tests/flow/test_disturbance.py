"""Known crystals made wrong: another by every draw, with the structure kept."""

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN, ROWS

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.flow.base_distribution import BaseDistribution
from crystal_llm.flow.batches import PairSet
from crystal_llm.flow.disturbance import (
    MOST_DISPLACEMENT_ANGSTROM,
    disturbed,
    disturbed_states,
)
from crystal_llm.flow.manifold import metric_tensor, torus_log
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
