"""Atoms are kept apart, images included, by pymatgen's measure."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice

from crystal_llm.errors import RequestError
from crystal_llm.generation.clearance import Clearance
from crystal_llm.generation.request import GenerationRequest, fixed_lattice
from crystal_llm.text import decode

LATTICES = [
    ((2.4, 2.4, 2.4), (90.0, 90.0, 90.0)),
    ((2.6, 2.6, 2.6), (60.0, 60.0, 60.0)),
    ((2.2, 3.1, 4.0), (110.0, 75.0, 101.0)),
]


def random_walk(request: GenerationRequest, rng: random.Random) -> str:
    state = request.start()
    written = []
    while not state.ended:
        written.append(rng.choice(list(state.symbols())))
        state.advance(written[-1])
    return request.beginning + "".join(written)


def closest_pair_angstrom(text: str) -> float:
    distances = decode(text).distance_matrix
    np.fill_diagonal(distances, np.inf)
    return float(distances.min())


@pytest.mark.parametrize(("lengths", "angles"), LATTICES)
def test_random_crystals_in_small_cells_keep_their_distance(lengths, angles):
    rng = random.Random(0)
    asked = {"count": 1, "max_atoms": 12, "beginning": fixed_lattice(lengths, angles)}
    free = [closest_pair_angstrom(random_walk(GenerationRequest(**asked), rng)) for _ in range(40)]
    kept = [
        closest_pair_angstrom(
            random_walk(GenerationRequest(**asked, min_distance_angstrom=0.5), rng)
        )
        for _ in range(40)
    ]
    assert min(free) < 0.5, "the cells are too large for this test to mean anything"
    assert min(kept) >= 0.5 - 1e-6


@settings(max_examples=30, deadline=None)
@given(
    place=st.sampled_from(LATTICES),
    atom=st.tuples(*[st.floats(0, 0.99)] * 3),
    x=st.integers(0, 99),
    y=st.integers(0, 99),
)
def test_allowed_places_are_those_that_pymatgen_measures_as_clear(place, atom, x, y):
    lattice = Lattice.from_parameters(*place[0], *place[1])
    clearance = Clearance.of(0.9, *place)
    clearance.atoms.append(np.array(atom))
    allowed = clearance.allowed_hundredths(x / 100, y / 100)
    places = [[x / 100, y / 100, z / 100] for z in range(100)]
    distances = lattice.get_all_distances(places, [atom])[:, 0]
    clear = {z for z in range(100) if distances[z] >= 0.9}
    doubtful = {z for z in range(100) if abs(distances[z] - 0.9) < 1e-9}
    assert (set(allowed) ^ (clear or set(range(100)))) <= doubtful


@pytest.mark.parametrize("distance", [0.0, -1.0, 1.5, float("nan")])
def test_impossible_distances_are_refused(distance):
    with pytest.raises(RequestError, match="min distance"):
        GenerationRequest(1, min_distance_angstrom=distance)
