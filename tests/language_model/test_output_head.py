"""Scores and losses are the model's own, whatever stands between hidden state and score."""

import pytest
import torch

from crystal_llm.errors import WeightsError
from crystal_llm.language_model.output_head import OutputHead
from crystal_llm.language_model.transformers_decoder import TransformersDecoder
from crystal_llm.training.objective import CompletionLoss

pytestmark = pytest.mark.model

SIZES = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 128,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip
FAMILIES = {
    "Llama": {},
    "Phi": {},  # its head has a bias
    "Gemma2": {"final_logit_softcapping": 2.0, "head_dim": 16},
    "Cohere": {"logit_scale": 0.25},
    "Granite": {"logits_scaling": 3.0},
}
ALPHABET = tuple(range(10, 60, 2))
PROMPT = [5, 6, 7]


def model_of(family):
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{family}Config")(**SIZES, **FAMILIES[family])
    model = getattr(transformers, f"{family}ForCausalLM")(config).eval()
    with torch.no_grad():
        # As large as a trained model's, so that a cap or a bias shows.
        model.get_output_embeddings().weight.mul_(40)
        if model.get_output_embeddings().bias is not None:
            model.get_output_embeddings().bias.normal_(std=3.0)
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_a_decoders_scores_are_those_of_the_whole_model(family):
    model = model_of(family)
    tokens = [*PROMPT, *ALPHABET[:4]]
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([tokens])).logits[0]
    decoder = TransformersDecoder(model, ALPHABET)
    batch = decoder.batch(1, 50)
    batch.admit(PROMPT, 1)
    scores = batch.feed([tokens[len(PROMPT) :]])[0]
    torch.testing.assert_close(scores, logits[-1, list(ALPHABET)], atol=1e-4, rtol=1e-4)
    [log_probabilities] = decoder.log_probabilities([PROMPT], [list(ALPHABET[:4])])
    wanted = logits.log_softmax(1)[len(PROMPT) - 1 : -1].gather(
        1, torch.tensor(tokens[3:])[:, None]
    )
    torch.testing.assert_close(log_probabilities, wanted[:, 0], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("full_vocabulary", [False, True])
def test_the_loss_is_that_of_the_whole_model(family, full_vocabulary):
    from crystal_llm.training.batches import TokenisedDraw

    model = model_of(family).train()
    tokens = [*PROMPT, *ALPHABET[:4]]
    draw = TokenisedDraw(ids=tokens, prompt_length=len(PROMPT), is_infill=False)
    losses = CompletionLoss(model, ALPHABET)([draw], full_vocabulary=full_vocabulary)
    assert model.training
    logits = model.eval()(input_ids=torch.tensor([tokens])).logits[0, len(PROMPT) - 1 : -1]
    if not full_vocabulary:
        others = torch.ones(SIZES["vocab_size"], dtype=torch.bool)
        others[list(ALPHABET)] = False
        logits = logits.masked_fill(others, -torch.inf)
    wanted = torch.nn.functional.cross_entropy(logits, torch.tensor(tokens[3:]), reduction="sum")
    assert losses.crystal_nats == pytest.approx(float(wanted), rel=1e-4)
    losses.weighted.backward()
    assert float(model.get_output_embeddings().weight.grad.abs().sum()) > 0


def test_an_adapter_around_the_head_counts():
    from peft import LoraConfig, get_peft_model

    lora = LoraConfig(r=2, target_modules=["lm_head"], init_lora_weights=False)
    model = get_peft_model(model_of("Llama"), lora).eval()
    with torch.inference_mode():
        hidden = model.get_base_model().get_decoder()(torch.tensor([PROMPT])).last_hidden_state
        wanted = model(input_ids=torch.tensor([PROMPT])).logits[..., list(ALPHABET)]
        scores = OutputHead(model, ALPHABET, frozen=True).alphabet_scores(hidden)
    torch.testing.assert_close(scores, wanted, atol=1e-4, rtol=1e-4)


def test_what_is_not_known_is_refused():
    model = model_of("Llama")
    own = model.forward

    def doubled(*arguments, **options):
        output = own(*arguments, **options)
        output.logits = output.logits * 2
        return output

    model.forward = doubled
    for made in (TransformersDecoder, CompletionLoss):
        with pytest.raises(WeightsError, match=r"'llama' models make their scores in a way"):
            made(model, ALPHABET)
