import random
from itertools import accumulate

import pytest

from crystal_llm.relaxation.turns import turns


def test_few_crystals_are_relaxed_the_largest_first():
    assert turns([3, 9, 1, 9], 1) == [1, 3, 0, 2]
    assert turns([], 2) == []
    sizes = [random.Random(0).randint(1, 20) for _ in range(16)]
    assert [sizes[place] for place in turns(sizes, 2)] == sorted(sizes, reverse=True)


@pytest.mark.parametrize("processes", [1, 2, 16])
def test_of_many_those_done_tell_how_long_the_rest_takes(processes):
    generator = random.Random(1)
    # The time of a relaxation, taken as the square of the number of atoms.
    sizes = [generator.choice([2, 4, 5, 8, 12, 20, 40]) for _ in range(1000)]
    order = turns(sizes, processes)
    assert sorted(order) == list(range(1000))
    seconds = list(accumulate(sizes[place] ** 2 for place in order))
    for done in (100, 200, 400, 800):
        assert seconds[done - 1] / done == pytest.approx(seconds[-1] / 1000, rel=0.1)
    assert all(sizes[place] <= 4 for place in order[-processes:])
