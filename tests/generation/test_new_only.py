"""New crystals alone: known ones are drawn again, counted, and given up with their name."""

from dataclasses import replace

import pytest

from crystal_llm.errors import RequestError
from crystal_llm.generation.best_of import MOST_DRAWS
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import write_crystals

REQUEST = GenerationRequest(12, max_atoms=6, temperature=1.0, top_p=1.0, seed=3)
NEW = replace(REQUEST, new_only=True)


def some(crystal):
    """As if about half of all crystals were known."""
    return "X (mp-1)" if round(1000 * sum(crystal.lengths_angstrom)) % 2 else None


def written(model, request, known=None, batch_size=8):
    crystals = write_crystals(model, request, batch_size=batch_size, known=known)
    return sorted(crystals, key=lambda crystal: crystal.index)


@pytest.fixture(scope="module")
def plain_run(compact_model):
    return written(compact_model, REQUEST)


@pytest.mark.parametrize("batch_size", [1, 5, 16])
def test_known_crystals_are_drawn_again_in_any_batch(compact_model, plain_run, batch_size):
    crystals = written(compact_model, NEW, some, batch_size)
    assert [crystal.index for crystal in crystals] == list(range(12))
    assert not any(some(crystal.crystal) for crystal in crystals)
    was_known = [bool(some(crystal.crystal)) for crystal in plain_run]
    assert 0 < sum(was_known) < 12
    for crystal, before, known in zip(crystals, plain_run, was_known, strict=True):
        assert (crystal.redrawn > before.redrawn) == known
        assert (crystal.text == before.text) == (not known)
    whole = written(compact_model, NEW, some, 12)
    assert [crystal.text for crystal in crystals] == [crystal.text for crystal in whole]


def test_where_all_are_known_each_is_given_up_with_its_name(compact_model):
    for crystal in written(compact_model, replace(NEW, count=3), lambda _: "NaCl (mp-22862)"):
        assert crystal.crystal is None and crystal.text
        assert crystal.redrawn == MOST_DRAWS - 1
        assert crystal.failure == (
            f"known structures alone in {MOST_DRAWS} draws, the last one NaCl (mp-22862)"
        )


def test_nothing_is_compared_unless_asked(compact_model, plain_run):
    def asked(crystal):
        raise AssertionError("compared")

    same = written(compact_model, REQUEST, asked)
    assert [crystal.text for crystal in same] == [crystal.text for crystal in plain_run]


def test_without_known_structures_it_is_refused(compact_model):
    with pytest.raises(RequestError, match=r"no known structures .*known-structures\.parquet"):
        written(compact_model, NEW)
