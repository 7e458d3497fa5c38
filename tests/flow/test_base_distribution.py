"""Where flows begin that take nothing but the elements."""

import numpy as np
import pytest
from flow_crystals import KNOWN
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.flow.base_distribution import BaseDistribution, lattice_table

LATTICES = lattice_table(list(KNOWN.values()))
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("kind", ["types", "random"])
@given(formula=st.sampled_from(sorted(KNOWN)), seed=seeds)
def test_a_start_has_the_elements_and_a_reduced_cell(kind, formula, seed):
    base = BaseDistribution(kind, LATTICES)
    begin = base.start(KNOWN[formula], np.random.default_rng(seed))
    assert begin.species == KNOWN[formula].species
    assert all(59.9 <= angle <= 120.1 for angle in begin.angles_degrees)
    assert min(begin.lengths_angstrom) > 0
    assert all(0 <= value < 1 for place in begin.fractional_coordinates for value in place)
    assert begin == base.start(KNOWN[formula], np.random.default_rng(seed))
    assert begin != base.start(KNOWN[formula], np.random.default_rng(seed + 1))


def test_types_take_a_lattice_of_the_data_with_as_many_atoms():
    base = BaseDistribution("types", LATTICES)
    begin = base.start(KNOWN["SrTiO3"], np.random.default_rng(0))
    known = [KNOWN[name].lengths_angstrom for name in ("SrTiO3", "BaZrO3")]
    assert any(begin.lengths_angstrom == pytest.approx(lengths, abs=1e-5) for lengths in known)


def test_a_size_that_the_data_lack_gets_a_lattice_of_its_volume():
    table = lattice_table([KNOWN["NaCl"]])
    begin = BaseDistribution("types", table).start(KNOWN["SrTiO3"], np.random.default_rng(0))
    grown = KNOWN["NaCl"].lengths_angstrom[0] * (5 / 2) ** (1 / 3)
    assert begin.lengths_angstrom == pytest.approx((grown,) * 3, rel=1e-6)


def test_random_lengths_are_as_large_as_the_datas():
    base = BaseDistribution("random", LATTICES)
    random = np.random.default_rng(0)
    volumes = [np.prod(base.start(KNOWN["SrTiO3"], random).lengths_angstrom) for _ in range(200)]
    assert 30 < np.median(volumes) < 150


def test_the_language_models_crystal_is_left_as_it_is():
    base = BaseDistribution("language-model", np.zeros((0, 7)))
    assert base.start(KNOWN["NaCl"], np.random.default_rng(0)) is KNOWN["NaCl"]
