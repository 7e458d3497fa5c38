"""Batches of like lengths, from training rows alone, that can be entered anywhere again."""

import math
import random
import re
from collections import Counter
from dataclasses import replace
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textbook_crystals import SHORT_RUN

from crystal_llm.errors import TrainingError
from crystal_llm.text import generation_prompt
from crystal_llm.training.batches import (
    POOL,
    BatchStream,
    TokenisedDraw,
    cut_batches,
    tokenise,
)
from crystal_llm.training.checkpoint import StreamPosition
from crystal_llm.training.prompt_sampling import Draw, PromptMix

FORMULA_ALONE = PromptMix(infill=0.0, free=0.0, formula_alone=1.0, elements_alone=0.0)


def of_length(length):
    return TokenisedDraw(tuple(range(length)), 0, False)


@given(st.lists(st.integers(1, 90), max_size=60), st.integers(1, 300))
def test_batches_hold_every_draw_once_within_the_limit(lengths, limit):
    batches = cut_batches([of_length(length) for length in lengths], limit)
    assert sorted(len(draw.ids) for batch in batches for draw in batch) == sorted(lengths)
    for batch in batches:
        padded = len(batch) * max(len(draw.ids) for draw in batch)
        assert padded <= limit or len(batch) == 1
    # Like lengths stand together, and no two batches could have been one.
    for batch, following in pairwise(batches):
        assert max(len(draw.ids) for draw in batch) <= min(len(draw.ids) for draw in following)
        assert len(following[0].ids) * (len(batch) + 1) > limit


@pytest.mark.model
def test_a_tokenised_draw_is_the_prompt_the_completion_and_the_end(tokenizer):
    completion = "5.0 5.0 5.0\n90 90 90\nNa\n0.00 0.00 0.00"
    [draw] = tokenise([Draw(generation_prompt(), completion, is_infill=False)], tokenizer)
    assert tokenizer.decode(draw.ids[: draw.prompt_length]) == generation_prompt()
    assert tokenizer.decode(draw.ids[draw.prompt_length : -1]) == completion
    assert draw.ids[-1] == tokenizer.eos_token_id


@pytest.mark.model
def test_infill_keeps_to_small_crystals_and_generation_to_all_sizes(rows, tokenizer):
    small = min(len(row.crystal.species) for row in rows)
    config = replace(SHORT_RUN, mix=PromptMix(infill=0.5, infill_max_atoms=small))
    asked = Counter()
    stream = BatchStream(rows, tokenizer, config).batches(StreamPosition())
    for batch, after in stream:
        for draw in batch:
            text = tokenizer.decode(
                draw.ids if draw.is_infill else draw.ids[draw.prompt_length : -1]
            )
            # A line of coordinates for every atom.
            atoms = len(re.findall(r"^\d\.\d\d \d\.\d\d \d\.\d\d$", text, re.MULTILINE))
            asked[draw.is_infill, atoms == small] += 1
        if after.pool == 1:
            break
    assert asked[True, False] == 0
    drawn = sum(asked.values())
    assert abs(asked[True, True] / drawn - 0.5) < 0.12
    assert asked[False, True] and asked[False, False]


@pytest.fixture(scope="module")
def beginning(rows, tokenizer):
    """More than the first pool, with the place after each batch."""
    texts = []
    for batch, after in BatchStream(rows, tokenizer, SHORT_RUN).batches(StreamPosition()):
        texts.append((batch, after))
        if (after.pool, after.batch) == (1, 5):
            return texts


@pytest.mark.model
def test_the_stream_can_be_entered_at_any_place(beginning, rows, tokenizer):
    rng = random.Random(0)
    last_of_the_pool = next(i for i, (_, after) in enumerate(beginning) if after.pool == 1)
    for place in (*rng.sample(range(len(beginning) - 3), 4), last_of_the_pool):
        # A new stream, as in a new process.
        stream = BatchStream(rows, tokenizer, SHORT_RUN)
        again = islice(stream.batches(beginning[place][1]), 2)
        assert list(again) == beginning[place + 1 : place + 3]


@pytest.mark.model
def test_a_pool_is_drawn_anew_and_shuffled(beginning):
    first = [batch for batch, after in beginning if after.pool == 0]
    second = [batch for batch, after in beginning if after.pool == 1 and after.batch > 0]
    assert not any(batch in first for batch in second)
    longest = [max(len(draw.ids) for draw in batch) for batch in first]
    assert longest != sorted(longest)
    assert sum(len(batch) for batch in first) <= POOL
    last = next(batch for batch, after in beginning if after == StreamPosition(1, 0))
    assert sum(len(batch) for batch in first) + len(last) == POOL


@pytest.mark.model
def test_another_seed_draws_otherwise(beginning, rows, tokenizer):
    other = BatchStream(rows, tokenizer, replace(SHORT_RUN, seed=SHORT_RUN.seed + 1))
    assert next(other.batches(StreamPosition())) != beginning[0]


@pytest.mark.model
def test_padded_tokens_stay_within_a_microbatch(beginning):
    for batch, _ in beginning:
        padded = len(batch) * max(len(draw.ids) for draw in batch)
        assert padded <= SHORT_RUN.tokens_per_microbatch or len(batch) == 1
    assert max(len(batch) for batch, _ in beginning) > 1


@pytest.fixture
def formulas_drawn(rows, tokenizer):
    """The formulas of the first draws of a stream."""

    def of(count=POOL, **changed):
        config = replace(SHORT_RUN, mix=FORMULA_ALONE, **changed)
        stream = BatchStream(rows, tokenizer, config)
        draws = (draw for batch, _ in stream.batches(StreamPosition()) for draw in batch)
        texts = [tokenizer.decode(draw.ids) for draw in islice(draws, count)]
        return [text.split("The chemical formula is ")[1].split(". ")[0] for text in texts]

    return of


@pytest.mark.model
def test_validation_and_test_rows_are_never_drawn(formulas_drawn, rows):
    held_out = {row.formula for row in rows if row.split != "train"}
    train = {row.formula for row in rows if row.split == "train"}
    assert held_out
    assert set(formulas_drawn()) == train


@pytest.mark.model
def test_the_wide_set_has_its_share(formulas_drawn):
    stable = {"NaCl", "LiF", "MgO", "SrTiO3", "BaZrO3"}
    drawn = formulas_drawn(wide_share=0.3)
    assert abs(sum(row not in stable for row in drawn) - 0.3 * POOL) < 5 * math.sqrt(0.21 * POOL)
    assert set(formulas_drawn(wide_share=0.0)) == stable
    assert set(formulas_drawn(wide_share=1.0)) == {"CuN", "AgC", "FeS"}


@pytest.mark.model
def test_crystals_past_the_atom_limit_are_never_drawn(formulas_drawn):
    assert not {"SrTiO3", "BaZrO3"} & set(formulas_drawn(max_atoms=4))


def test_a_table_without_training_rows_is_one_error(rows):
    held_out = [row for row in rows if row.split != "train"]
    with pytest.raises(TrainingError, match="no training rows within max_atoms"):
        BatchStream(held_out, None, SHORT_RUN)
    with pytest.raises(TrainingError, match="no training rows within max_atoms"):
        BatchStream(rows, None, replace(SHORT_RUN, max_atoms=1))
