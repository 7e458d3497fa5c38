"""Training moves everything to the device it is told."""

from dataclasses import replace

import pytest
import torch
from other_device import other_device
from safetensors.torch import load_file
from textbook_crystals import SHORT_RUN

from crystal_llm.training.loop import train_adapter

pytestmark = pytest.mark.model


@pytest.mark.parametrize("precision", ["float32", pytest.param("bfloat16", marks=pytest.mark.long)])
def test_a_run_on_another_device_ends_and_goes_on(
    precision, tiny_base, table, tmp_path, one_thread
):
    config = replace(SHORT_RUN, total_tokens=1000, precision=precision, full_vocabulary_every=2)
    longer = replace(config, total_tokens=2000)

    def trained(name, device):
        run = tmp_path / name
        train_adapter(tiny_base, table, run, config, device=device, validation_crystals=2)
        return train_adapter(tiny_base, table, run, longer, device=device, validation_crystals=2)

    here = trained("here", "cpu")
    with other_device() as device:
        there = trained("there", device)
    assert (there.step, there.tokens) == (here.step, here.tokens)
    own, other = (
        load_file(tmp_path / name / "adapter" / "adapter_model.safetensors")
        for name in ("here", "there")
    )
    assert own.keys() == other.keys()
    if precision == "float32":
        for name, value in own.items():
            torch.testing.assert_close(other[name], value, atol=2e-3, rtol=2e-2)
