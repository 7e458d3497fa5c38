"""What is trained: a frozen base with an adapter that PEFT knows."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from textbook_crystals import SHORT_RUN
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

from crystal_llm.errors import TrainingError
from crystal_llm.training.adapter import trainable_model
from crystal_llm.training.compact.network import has_bfloat16

pytestmark = pytest.mark.model


def test_only_the_adapter_is_trained(tiny_base):
    model = trainable_model(tiny_base, SHORT_RUN, "cpu")
    names = [name for name, value in model.named_parameters() if value.requires_grad]
    assert names
    assert all("lora_" in name for name in names)
    for target in SHORT_RUN.targets:
        assert any(target in name for name in names)


def test_the_adapter_loads_by_peft_and_names_no_path_of_this_machine(
    finished_run, tiny_base, tokenizer
):
    folder = finished_run / "adapter"
    assert sorted(path.name for path in folder.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    config = json.loads((folder / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] is None
    assert (config["r"], config["lora_alpha"]) == (SHORT_RUN.rank, SHORT_RUN.alpha)

    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    ids = torch.tensor([tokenizer("Below is a description")["input_ids"]])
    with torch.inference_mode():
        before = base.eval()(ids).logits
        after = PeftModel.from_pretrained(base, folder).eval()(ids).logits
    assert float((after - before).abs().max()) > 0.1
    # Its weights are the newest checkpoint's, in half precision.
    newest = sorted((finished_run / "checkpoints").iterdir())[-1]
    whole = load_file(newest / "state.safetensors")
    for name, value in load_file(folder / "adapter_model.safetensors").items():
        own = whole["weight/" + name.replace(".weight", ".default.weight")]
        assert value.dtype == torch.float16
        torch.testing.assert_close(value.float(), own, atol=1e-6, rtol=1e-3)


def test_from_scratch_has_the_architecture_and_other_weights(tiny_base):
    config = replace(SHORT_RUN, from_scratch=True)
    fresh, known = (
        trainable_model(tiny_base, run_config, "cpu").get_base_model().state_dict()
        for run_config in (config, SHORT_RUN)
    )
    assert {name: value.shape for name, value in fresh.items()} == {
        name: value.shape for name, value in known.items()
    }
    name = "model.layers.0.self_attn.q_proj.base_layer.weight"
    assert not torch.allclose(fresh[name], known[name])


def test_a_4_bit_base_is_trained_as_it_will_be_used(tiny_base, tokenizer):
    config = replace(SHORT_RUN, quantisation="nf4", full_precision_layers=("down_proj",))
    trained = trainable_model(tiny_base, config, "cpu").get_base_model()
    name = "model.layers.0.{}.base_layer.weight"
    plain = trainable_model(tiny_base, SHORT_RUN, "cpu").get_base_model().state_dict()
    rounded = trained.state_dict()
    for layer, same in (("mlp.down_proj", True), ("mlp.up_proj", False)):
        held, was = rounded[name.format(layer)], plain[name.format(layer)]
        assert held.dtype == torch.float32
        assert torch.equal(held, was) is same
        assert torch.allclose(held, was, atol=0.2 * float(was.abs().max()))

    options = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.float32,
        llm_int8_skip_modules=["lm_head", "down_proj"],
    )
    used = AutoModelForCausalLM.from_pretrained(
        tiny_base, dtype=torch.float32, quantization_config=options, device_map={"": "cpu"}
    )
    ids = torch.tensor([tokenizer("Below is a description")["input_ids"]])
    with torch.inference_mode():
        # A fresh adapter adds nothing. Where the CPU has bfloat16 products, bitsandbytes'
        # kernel multiplies in them, which the same weights in float32 do not.
        bound = 1e-2 if has_bfloat16() else 1e-3
        torch.testing.assert_close(trained(ids).logits, used(ids).logits, atol=bound, rtol=1e-3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rank": 4}, r"has rank 8 and .*, the config asks for rank 4"),
        ({"targets": ("q_proj", "v_proj")}, r"asks for rank 8 and .* on \['q_proj', 'v_proj'\]"),
        ({"alpha": 5.0}, "the config asks for rank 8 and alpha 5"),
    ],
)
def test_an_adapter_of_another_shape_cannot_be_gone_on_from(changed, said, finished_run, tiny_base):
    with pytest.raises(TrainingError, match=said):
        trainable_model(tiny_base, replace(SHORT_RUN, **changed), "cpu", finished_run / "adapter")


def test_layers_that_the_base_lacks_are_one_clear_error(tiny_base):
    with pytest.raises(TrainingError, match=r"cannot be trained as the config says.*qkv_proj"):
        trainable_model(tiny_base, replace(SHORT_RUN, targets=("qkv_proj",)), "cpu")


def test_a_base_that_was_cut_off_is_one_clear_error(tiny_base, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(tiny_base, folder)
    (weights,) = folder.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="cannot be trained"):
        trainable_model(folder, SHORT_RUN, "cpu")
