"""What is drawn: never what is held out, and the same wherever a run is entered."""

from dataclasses import replace
from itertools import islice

import pytest

from crystal_llm.crystal.symmetric import SymmetricCrystal
from crystal_llm.dataset.symmetric_table import is_trained_on
from crystal_llm.errors import TrainingError
from crystal_llm.training.checkpoint import StreamPosition
from crystal_llm.training.compact.batches import (
    LENGTHS,
    SequenceStream,
    is_stable,
    padded_length,
    rows_of,
)
from crystal_llm.training.compact.network import padded

pytestmark = pytest.mark.usefixtures("small_pools")


@pytest.fixture
def stream(symmetric_table_rows, vocabulary, short_run):
    return SequenceStream(symmetric_table_rows, vocabulary, short_run)


def test_held_out_rows_are_never_drawn(stream, symmetric_table_rows, vocabulary):
    held_out = {
        row.crystal.spacegroup_number
        for row in symmetric_table_rows
        if row.split != "train" or row.near_test
    }
    assert len(held_out) == 18
    for row in stream.wide:
        assert row.split == "train"
        assert not row.near_test
    assert all(row.energy_above_hull_ev_per_atom <= 0.1 for row in stream.stable)
    drawn = set()
    for sequences, _, place in stream.batches(StreamPosition()):
        if place.pool == 12:
            break
        for sequence in sequences:
            written = sequence.ids[sequence.ids.index(vocabulary.begin) + 1]
            drawn.add(int(vocabulary.value(written)))
    assert len(drawn) > 30
    assert not drawn & held_out


def test_a_pool_hangs_on_seed_and_number_alone(stream, symmetric_table_rows, vocabulary, short_run):
    first = list(islice(stream.batches(StreamPosition()), 60))
    places = [StreamPosition(), *(place for _, _, place in first)]
    assert len({place.pool for place in places}) >= 3
    for index in (1, 17, 40):
        again = list(islice(stream.batches(places[index]), 60 - index))
        assert again == first[index:]
    other = SequenceStream(symmetric_table_rows, vocabulary, replace(short_run, seed=1))
    assert list(islice(other.batches(StreamPosition()), 5)) != first[:5]


def test_every_batch_of_a_length_has_one_shape(stream, short_run):
    seen = set()
    for sequences, length, place in stream.batches(StreamPosition()):
        if place.pool == 3:
            break
        rows = rows_of(length, short_run.tokens_per_step)
        assert 1 <= len(sequences) <= rows
        assert length in LENGTHS
        assert all(padded_length(len(sequence.ids)) == length for sequence in sequences)
        ids, weights = padded(sequences, length, rows)
        assert ids.shape == weights.shape == (rows, length + 1)
        assert float(weights[len(sequences) :].sum()) == 0.0
        for row, sequence in enumerate(sequences):
            assert ids[row, : len(sequence.ids)].tolist() == sequence.ids
            assert float(weights[row, len(sequence.ids) :].sum()) == 0.0
        seen.add(length)
    assert len(seen) > 3
    assert padded_length(LENGTHS[-1] + 1) is None


def test_rows_that_cannot_be_drawn(symmetric_table_rows, vocabulary, short_run):
    (row,) = [row for row in symmetric_table_rows if row.material_id == "row-3"]
    assert is_trained_on(row, 20)
    assert not is_trained_on(row, 1)
    assert not is_stable(replace(row, energy_above_hull_ev_per_atom=None))
    assert is_stable(replace(row, energy_above_hull_ev_per_atom=0.1))
    long = replace(row, crystal=SymmetricCrystal(225, (250.0,), row.crystal.orbits))
    with pytest.raises(TrainingError, match="no crystal to train on"):
        SequenceStream([long, replace(row, split="val")], vocabulary, short_run)
    many = replace(row, crystal=replace(row.crystal, orbits=row.crystal.orbits * 20))
    stream = SequenceStream([many], vocabulary, replace(short_run, max_orbits=999))
    with pytest.raises(TrainingError, match="takes more than 192 tokens"):
        next(stream.batches(StreamPosition()))
