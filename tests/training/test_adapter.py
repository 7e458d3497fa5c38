"""What is trained: a frozen base with an adapter that PEFT knows."""

import json
from dataclasses import replace

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from textbook_crystals import SHORT_RUN
from transformers import AutoModelForCausalLM

from crystal_llm.errors import TrainingError
from crystal_llm.training.adapter import trainable_model

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
        trainable_model(tiny_base, one, "cpu").get_base_model().state_dict()
        for one in (config, SHORT_RUN)
    )
    assert {name: value.shape for name, value in fresh.items()} == {
        name: value.shape for name, value in known.items()
    }
    name = "model.layers.0.self_attn.q_proj.base_layer.weight"
    assert not torch.allclose(fresh[name], known[name])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rank": 4}, r"has rank 8 on .*, the config asks for rank 4"),
        ({"targets": ("q_proj", "v_proj")}, r"asks for rank 8 on \['q_proj', 'v_proj'\]"),
    ],
)
def test_an_adapter_of_another_shape_cannot_be_gone_on_from(changed, said, finished_run, tiny_base):
    with pytest.raises(TrainingError, match=said):
        trainable_model(tiny_base, replace(SHORT_RUN, **changed), "cpu", finished_run / "adapter")
