"""Atoms are kept apart, images included, by pymatgen's measure."""

import itertools
import random

import numpy as np
import pytest
from ase.data import covalent_radii
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice

from crystal_llm.errors import RequestError
from crystal_llm.generation.clearance import Clearance, Spacing
from crystal_llm.generation.request import GenerationRequest, fixed_atoms, fixed_lattice
from crystal_llm.text import decode
from crystal_llm.types import PlainCrystal

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
    shares = [
        closest_pair_angstrom(
            random_walk(GenerationRequest(**asked, min_distance_angstrom=0.5), rng)
        )
        for _ in range(40)
    ]
    assert min(free) < 0.5, "the cells are too large for this test to mean anything"
    assert min(shares) >= 0.5 - 1e-6


@given(
    place=st.sampled_from(LATTICES),
    atom=st.tuples(*[st.floats(0, 0.99)] * 3),
    x=st.integers(0, 99),
    y=st.integers(0, 99),
)
def test_allowed_places_are_those_that_pymatgen_measures_as_clear(place, atom, x, y):
    lattice = Lattice.from_parameters(*place[0], *place[1])
    clearance = Clearance.of(Spacing(0.9), *place)
    clearance.add("H", atom)
    allowed = clearance.third_hundredths("H", x / 100, y / 100)
    places = [[x / 100, y / 100, z / 100] for z in range(100)]
    distances = lattice.get_all_distances(places, [atom])[:, 0]
    clear = {z for z in range(100) if distances[z] >= 0.9}
    clear = clear or {z for z in range(100) if distances[z] >= distances.max() - 1e-9}
    doubtful = {z for z in range(100) if abs(distances[z] - 0.9) < 1e-9}
    assert allowed
    assert set(allowed) <= clear | doubtful
    assert distances.max() < 0.9 or clear - doubtful <= set(allowed)


def test_atoms_keep_a_share_of_their_radii_where_there_is_room():
    cell = ((9.0, 9.0, 9.0), (90.0, 90.0, 90.0))
    asked = {
        "count": 1,
        "max_atoms": 5,
        "beginning": fixed_lattice(*cell),
        "allowed_elements": frozenset({"Cs", "O", "H"}),
    }
    rng = random.Random(1)

    def nearest_share(request):
        shares = [np.inf]
        crystal = decode(random_walk(request, rng))
        for first, second in itertools.combinations(crystal, 2):
            radii = sum(covalent_radii[site.specie.Z] for site in (first, second))
            shares.append(first.distance(second) / radii)
        return min(shares)

    free = [nearest_share(GenerationRequest(**asked)) for _ in range(60)]
    limited = [nearest_share(GenerationRequest(**asked, min_radii_share=0.7)) for _ in range(60)]
    assert min(free) < 0.5
    assert min(limited) >= 0.7 - 1e-6


def test_of_two_limits_the_larger_holds():
    least = Spacing(2.0, 0.7).least_angstrom("H", ["H", "Cs"])
    assert least[0] == 2.0
    assert least[1] == pytest.approx(max(2.0, 0.7 * (covalent_radii[1] + covalent_radii[55])))


@pytest.mark.parametrize("share", [0.0, -1.0, 0.95, float("nan")])
def test_impossible_shares_are_refused(share):
    with pytest.raises(RequestError, match="min radii"):
        GenerationRequest(1, min_radii_share=share)


@pytest.mark.parametrize("distance", [0.0, -1.0, 1.5, float("nan")])
def test_impossible_distances_are_refused(distance):
    with pytest.raises(RequestError, match="min distance"):
        GenerationRequest(1, min_distance_angstrom=distance)


@given(atoms=st.lists(st.tuples(*[st.floats(0, 0.99)] * 3), max_size=6), x=st.integers(0, 99))
def test_a_second_coordinate_is_one_that_leaves_room_if_any_does(atoms, x):
    clearance = Clearance.of(Spacing(1.2), (4.0, 4.4, 5.0), (90.0, 90.0, 90.0))
    for atom in atoms:
        clearance.add("H", atom)
    lattice = Lattice.from_parameters(4.0, 4.4, 5.0, 90.0, 90.0, 90.0)

    def room(y):
        places = [[x / 100, y / 100, z / 100] for z in range(100)]
        return lattice.get_all_distances(places, atoms).min(axis=1).max() if atoms else 9.0

    allowed = clearance.second_hundredths("H", x / 100)
    assert allowed
    # The look ahead is coarse: a fiftieth of b, a twelfth of c.
    if any(room(y) > 1.2 + 0.5 * 5.0 / 12 + 4.4 / 50 for y in range(0, 100, 7)):
        assert all(room(y) > 1.2 - 4.4 / 100 for y in allowed)


def test_what_is_given_may_stand_closer_and_what_is_added_may_not():
    given = PlainCrystal((6.0,) * 3, (90.0,) * 3, ("O", "O"), ((0.0, 0.0, 0.0), (0.15, 0.0, 0.0)))
    request = GenerationRequest(1, max_atoms=5, min_radii_share=0.9, beginning=fixed_atoms(given))
    rng = random.Random(3)
    for _ in range(20):
        crystal = decode(random_walk(request, rng))
        assert crystal.distance_matrix[0, 1] == pytest.approx(0.9)
        for first, second in itertools.combinations(range(len(crystal)), 2):
            if second > 1:
                radii = sum(covalent_radii[crystal[site].specie.Z] for site in (first, second))
                assert crystal.distance_matrix[first, second] >= 0.9 * radii - 1e-6
