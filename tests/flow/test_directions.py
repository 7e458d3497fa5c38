"""What atoms see of each other against sums written out, and strains against strained cells."""

import math

import numpy as np
import pytest
import torch
from flow_crystals import KNOWN

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.flow.directions import (
    CUTOFF_ANGSTROM,
    FIRST_DISTANCE_ANGSTROM,
    seen_directions,
    strained,
)
from crystal_llm.flow.manifold import coordinates_of_metric, metric_tensor
from crystal_llm.flow.network import _images

COUNT = 6


def seen(crystal):
    metric = torch.tensor(lattice_matrix(crystal) @ lattice_matrix(crystal).T)[None]
    coordinates = torch.tensor(crystal.fractional_coordinates, dtype=torch.float64)[None]
    atoms = torch.ones(1, len(crystal.species), dtype=torch.bool)
    return seen_directions(coordinates, metric, atoms, _images().double(), COUNT)


@pytest.mark.parametrize("formula", ["NaCl", "SiO2", "SrTiO3"])
def test_directions_are_sums_over_the_images_nearby(formula):
    crystal = KNOWN[formula]
    said, cells = seen(crystal), _images().numpy()
    vectors = lattice_matrix(crystal)
    places = np.array(crystal.fractional_coordinates)
    centres = np.linspace(FIRST_DISTANCE_ANGSTROM, CUTOFF_ANGSTROM, COUNT)
    step = (CUTOFF_ANGSTROM - FIRST_DISTANCE_ANGSTROM) / COUNT
    for i, here in enumerate(places):
        for j, there in enumerate(places):
            apart = there - here
            pulls, number = np.zeros((COUNT, 3)), np.zeros(COUNT)
            for cell in cells:
                toward = (apart - np.round(apart) + cell) @ vectors
                length = np.linalg.norm(toward)
                if 1e-6 < length < CUTOFF_ANGSTROM:
                    fading = 0.5 + 0.5 * math.cos(math.pi * length / CUTOFF_ANGSTROM)
                    away = np.abs(apart - np.round(apart) + cell)
                    fading *= np.clip(3.0 - 2.0 * away, 0.0, 1.0).prod()
                    weights = fading * np.exp(-(((length - centres) / step) ** 2))
                    pulls += np.outer(weights, toward / length)
                    number += weights
            assert said.pulls[0, i, j].numpy() @ vectors == pytest.approx(pulls, abs=1e-6)
            assert said.seen[0, i, j].numpy() == pytest.approx(number, abs=1e-6)
            length_of_unit = said.stresses[0, i, j, :, :3].numpy()
            assert (length_of_unit >= 0).all()


def test_a_strain_changes_the_lattice_as_it_strains_the_cell():
    vectors = np.array([[4.0, 0.3, 0.1], [0.5, 5.0, -0.2], [-0.4, 0.2, 6.0]])
    strain = 1e-4 * np.array([[3.0, 1.0, -2.0], [1.0, -1.0, 0.5], [-2.0, 0.5, 2.0]])
    metric = torch.tensor(vectors @ vectors.T)[None]
    inverse = np.linalg.inv(vectors)
    s = inverse.T @ strain @ inverse  # G S G = L ε Lᵀ
    stress = torch.tensor([[s[0, 0], s[1, 1], s[2, 2], s[1, 2], s[0, 2], s[0, 1]]])
    lattice = coordinates_of_metric(metric)
    after = vectors @ (np.eye(3) + strain)
    expected = coordinates_of_metric(torch.tensor(after @ after.T)[None]) - lattice
    said = strained(lattice, metric_tensor(lattice), stress)
    assert said.numpy() == pytest.approx(expected.numpy(), rel=0.01, abs=2e-6)
