"""What every decoder must do, held against a plain forward pass of transformers."""

import random
from copy import deepcopy

import pytest
import torch
from other_device import other_device

from crystal_llm.errors import RequestError
from crystal_llm.language_model.transformers_decoder import TransformersDecoder

pytestmark = pytest.mark.model

KINDS = ("float32", "int8", "transformers")
RAGGED = KINDS[:2]
"""Those whose sequences join late and can take tokens back."""
TOLERANCE = {"float32": 1e-4, "transformers": 1e-4, "int8": 1.0}
PROMPT = "Below is a description of a bulk material."


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def plain_scores(model, sequence, alphabet):
    with torch.inference_mode():
        return model(torch.tensor([sequence])).logits[0, -1, list(alphabet)]


def assert_close(kind, scores, wanted):
    wanted = wanted.to(scores.dtype)
    assert float((scores - wanted).abs().max()) <= TOLERANCE[kind]
    # Looser for int8, but of the same mind: the scores go the same way.
    assert torch.corrcoef(torch.stack((scores.float(), wanted.float())))[0, 1] > 0.99


def test_ragged_feeds_give_the_scores_of_a_plain_forward_pass(
    kind, tiny_decoders, tiny_llama, tokenizer
):
    decoder = tiny_decoders[kind]
    rng = random.Random(1)
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(4, 200)
    scores = batch.admit(prompt, 4)
    sequences = [list(prompt) for _ in range(4)]
    for _ in range(5):
        for row, sequence in enumerate(sequences):
            assert_close(kind, scores[row], plain_scores(tiny_llama, sequence, decoder.alphabet))
        new = [rng.choices(decoder.alphabet, k=rng.randint(1, 5)) for _ in sequences]
        for sequence, tokens in zip(sequences, new, strict=True):
            sequence.extend(tokens)
        scores = batch.feed(new)


def test_release_moves_the_last_sequence_to_the_free_place(
    kind, tiny_decoders, tiny_llama, tokenizer
):
    decoder = tiny_decoders[kind]
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(3, 100)
    batch.admit(prompt, 3)
    a, b, c = decoder.alphabet[:3]
    batch.feed([[a, b, c], [b], [c, a]])
    batch.release(0)
    assert batch.size == 2
    scores = batch.feed([[b], [a, a]])
    for row, tokens in enumerate(([c, a, b], [b, a, a])):
        wanted = plain_scores(tiny_llama, [*prompt, *tokens], decoder.alphabet)
        assert_close(kind, scores[row], wanted)
    batch.release(1)
    batch.release(0)
    assert batch.size == 0


def test_a_decoder_says_what_it_can(kind, tiny_decoders):
    decoder = tiny_decoders[kind]
    assert (decoder.admits_late, decoder.can_retract) == (kind in RAGGED,) * 2


def test_what_a_rectangle_cannot_do_is_refused(tiny_decoders, tokenizer):
    decoder = tiny_decoders["transformers"]
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(3, 100)
    batch.admit(prompt, 1)
    with pytest.raises(ValueError, match="start"):
        batch.admit(prompt, 1)
    with pytest.raises(ValueError, match="back"):
        batch.retract(0, 1)
    with pytest.raises(ValueError, match="back"):
        batch.peek(decoder.alphabet[10:14])


@pytest.mark.parametrize("kind", RAGGED)
def test_late_sequences_join(kind, tiny_decoders, tiny_llama, tokenizer):
    decoder = tiny_decoders[kind]
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(3, 100)
    batch.admit(prompt, 1)
    tokens = list(decoder.alphabet[5:9])
    batch.feed([tokens])
    batch.admit(prompt, 2)
    scores = batch.feed([[tokens[0]], [tokens[1]], tokens])
    for row, after in enumerate(([*tokens, tokens[0]], [tokens[1]], tokens)):
        wanted = plain_scores(tiny_llama, [*prompt, *after], decoder.alphabet)
        assert_close(kind, scores[row], wanted)


@pytest.mark.parametrize("kind", RAGGED)
def test_tokens_can_be_taken_back(kind, tiny_decoders, tiny_llama, tokenizer):
    decoder = tiny_decoders[kind]
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(2, 100)
    batch.admit(prompt, 2)
    a, b, c, d = decoder.alphabet[10:14]
    scores = batch.feed([[a, b, c], [d]], after=[[0, 2], [0]])
    for score, tokens in zip(scores, ([a], [a, b, c], [d]), strict=True):
        assert_close(kind, score, plain_scores(tiny_llama, [*prompt, *tokens], decoder.alphabet))
    batch.retract(0, 2)
    scores = batch.feed([[d], [d]])
    wanted = plain_scores(tiny_llama, [*prompt, a, d], decoder.alphabet)
    assert_close(kind, scores[0], wanted)


@pytest.mark.parametrize("kind", RAGGED)
def test_rivals_for_the_next_token_are_scored_together_and_leave_no_trace(
    kind, tiny_decoders, tiny_llama, tokenizer
):
    decoder = tiny_decoders[kind]
    prompt = tokenizer(PROMPT)["input_ids"]
    batch = decoder.batch(2, len(prompt) + 6)
    rivals = decoder.alphabet[10:14]
    with pytest.raises(ValueError, match="no sequence"):
        batch.peek(rivals)
    batch.admit(prompt, 2)
    a, b = decoder.alphabet[20:22]
    batch.feed([[a], [a, b]])
    peeked = batch.peek(rivals)
    assert peeked.shape == (4, 2, len(decoder.alphabet))
    for column, written in enumerate(([a], [a, b])):
        for row, token in enumerate(rivals):
            wanted = plain_scores(tiny_llama, [*prompt, *written, token], decoder.alphabet)
            assert_close(kind, peeked[row, column], wanted)
    scores = batch.feed([[b], [a]])
    for column, written in enumerate(([a, b], [a, b, a])):
        wanted = plain_scores(tiny_llama, [*prompt, *written], decoder.alphabet)
        assert_close(kind, scores[column], wanted)
    with pytest.raises(ValueError, match="pass the batch"):
        batch.peek(rivals)


def test_log_probabilities_are_over_the_whole_vocabulary(
    kind, tiny_decoders, tiny_llama, tokenizer
):
    decoder = tiny_decoders[kind]
    prompts = [tokenizer(PROMPT)["input_ids"], tokenizer("Two")["input_ids"]]
    completions = [[3, 500, 40_000], list(decoder.alphabet[:20])]
    scores = decoder.log_probabilities(prompts, completions)
    for prompt, completion, values in zip(prompts, completions, scores, strict=True):
        with torch.inference_mode():
            whole = tiny_llama(torch.tensor([[*prompt, *completion]])).logits[0].log_softmax(1)
        places = torch.arange(len(prompt) - 1, len(prompt) + len(completion) - 1)
        wanted = whole[places, torch.tensor(completion)]
        assert float((values - wanted).abs().max()) <= TOLERANCE[kind]


def test_what_the_context_does_not_hold_is_refused_in_one_line(kind, tiny_decoders, tokenizer):
    decoder = tiny_decoders[kind]
    assert decoder.longest_tokens == 1024
    decoder.batch(1, 1024)
    said = r"may take 1,025 tokens, and the model's context holds 1,024"
    with pytest.raises(RequestError, match=said):
        decoder.batch(1, 1025)
    prompt = tokenizer(PROMPT)["input_ids"]
    long = [decoder.alphabet[0]] * (1025 - len(prompt))
    with pytest.raises(RequestError, match=said):
        decoder.log_probabilities([prompt], [long])
    assert len(decoder.log_probabilities([prompt], [long[1:]])[0]) == len(long) - 1


def test_feeding_nothing_is_refused(kind, tiny_decoders, tokenizer):
    batch = tiny_decoders[kind].batch(2, 100)
    batch.admit(tokenizer(PROMPT)["input_ids"], 2)
    with pytest.raises(ValueError, match="at least one token"):
        batch.feed([[5], []])


def test_int8_numbers_do_not_depend_on_the_neighbours(tiny_decoders, tokenizer):
    """The ground of repeatable seeds: to the last bits, however a sequence is fed."""
    decoder = tiny_decoders["int8"]
    rng = random.Random(2)
    prompt = tokenizer(PROMPT)["input_ids"]
    sequences = [rng.choices(decoder.alphabet, k=30 + 17 * place) for place in range(4)]
    alone = []
    for sequence in sequences:
        batch = decoder.batch(1, 200)
        batch.admit(prompt, 1)
        for token in sequence:
            scores = batch.feed([[token]])
        alone.append(scores[0])
    batch = decoder.batch(4, 200)
    batch.admit(prompt, 4)
    shortest = min(len(sequence) for sequence in sequences)
    batch.feed([sequence[: len(sequence) - shortest + 1] for sequence in sequences])
    for step in range(shortest - 1, 0, -1):
        scores = batch.feed([[sequence[-step]] for sequence in sequences])
    for score, wanted in zip(scores, alone, strict=True):
        assert float((score - wanted).abs().max()) < 1e-12


def test_a_model_on_another_device_says_the_same(tiny_llama, tokenizer, symbols):
    prompt = tokenizer(PROMPT)["input_ids"]

    def said(network):
        decoder = TransformersDecoder(network, symbols.alphabet)
        batch = decoder.batch(3, 100)
        first = batch.admit(prompt, 2)
        second = batch.feed([[decoder.alphabet[5]], [decoder.alphabet[6]]])
        batch.release(0)
        third = batch.feed([[decoder.alphabet[7]]])
        (fourth,) = decoder.log_probabilities([prompt], [[3, 500]])
        return [tensor.cpu() for tensor in (first, second, third, fourth)]

    with other_device() as device:
        tensors = said(deepcopy(tiny_llama).to(device))
    for own, other in zip(said(tiny_llama), tensors, strict=True):
        torch.testing.assert_close(other, own, atol=1e-5, rtol=1e-5)
