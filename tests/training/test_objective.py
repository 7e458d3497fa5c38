"""The loss counts the completion alone, over crystal text's own tokens."""

import pytest
import torch

from crystal_llm.text import generation_prompt, infill_prompt
from crystal_llm.training.batches import tokenise
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.prompt_sampling import Draw

pytestmark = pytest.mark.model

SHORT = "5.0 5.0 5.0\n90 90 90\nNa\n0.00 0.00 0.00"
LONG = f"{SHORT}\nCl\n0.50 0.50 0.50"


@pytest.fixture(scope="module")
def batch(stable_row, tokenizer):
    """Two crystals of different lengths and an infill answer."""
    draws = [
        Draw(generation_prompt(), LONG, is_infill=False),
        Draw(infill_prompt(stable_row.crystal, [1]), "Ti", is_infill=True),
        Draw(generation_prompt(), SHORT, is_infill=False),
    ]
    return tokenise(draws, tokenizer)


def plain_losses(model, draw, among=None):
    """Losses of a completion's tokens, one after another, by full forward passes."""
    losses = []
    for place in range(draw.prompt_length, len(draw.ids)):
        with torch.inference_mode():
            scores = (
                model(torch.tensor([draw.ids[:place]]), logits_to_keep=1).logits[0, -1].double()
            )
        held = scores if among is None else scores[list(among)]
        losses.append(float(held.logsumexp(0) - scores[draw.ids[place]]))
    return losses


@pytest.mark.parametrize("full_vocabulary", [False, True])
def test_the_loss_is_the_plain_cross_entropy_of_the_completions(
    full_vocabulary, batch, tiny_llama, symbols
):
    loss = CompletionLoss(tiny_llama, symbols.alphabet)(batch, full_vocabulary=full_vocabulary)
    among = None if full_vocabulary else symbols.alphabet
    long, infill, short = (plain_losses(tiny_llama, draw, among) for draw in batch)
    assert loss.crystal_tokens == len(long) + len(short)
    assert loss.infill_tokens == len(infill)
    assert loss.crystal_nats == pytest.approx(sum(long) + sum(short), rel=1e-5)
    assert loss.infill_nats == pytest.approx(sum(infill), rel=1e-5)
    assert float(loss.weighted) == pytest.approx(sum(long) + sum(short) + sum(infill), rel=1e-5)
    assert loss.weight == len(long) + len(short) + len(infill)


def test_the_completion_and_its_end_count_and_the_prompt_does_not(batch, tiny_llama, symbols):
    loss_of = CompletionLoss(tiny_llama, symbols.alphabet)
    for draw in batch:
        loss = loss_of([draw])
        assert loss.crystal_tokens + loss.infill_tokens == len(draw.ids) - draw.prompt_length
        assert draw.ids[-1] == symbols.end


def test_an_infill_token_can_weigh_more(batch, tiny_llama, symbols):
    light = CompletionLoss(tiny_llama, symbols.alphabet)(batch)
    heavy = CompletionLoss(tiny_llama, symbols.alphabet, infill_weight=5.0)(batch)
    added = float(heavy.weighted) - float(light.weighted)
    assert added == pytest.approx(4 * light.infill_nats, rel=1e-4)
    assert heavy.weight == light.weight + 4 * light.infill_tokens
    # What is reported stays comparable.
    assert heavy.infill_nats == light.infill_nats


def test_padding_changes_nothing(batch, tiny_llama, symbols):
    loss_of = CompletionLoss(tiny_llama, symbols.alphabet)
    alone = sum(float(loss_of([draw]).weighted) for draw in batch)
    assert float(loss_of(batch).weighted) == pytest.approx(alone, rel=1e-5)


def test_the_loss_can_be_differentiated(batch, tiny_llama, symbols):
    weight = tiny_llama.model.layers[0].self_attn.q_proj.weight
    CompletionLoss(tiny_llama, symbols.alphabet)(batch).weighted.backward()
    assert float(weight.grad.abs().max()) > 0
    tiny_llama.zero_grad(set_to_none=True)
