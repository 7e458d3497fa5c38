import pytest

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.loading import load_potential
from crystal_llm.settings import read_settings


@pytest.mark.parametrize("name", ["chgnet", "sevennet-0", "m3gnet"])
@pytest.mark.parametrize(
    ("device", "there", "message"),
    [("cuda", 0, "torch finds no CUDA device"), ("cuda:3", 1, "torch finds 1 CUDA device here")],
)
def test_a_device_that_is_not_there_is_told(name, device, there, message, tmp_path, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: there > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: there)
    settings = read_settings({"CRYSTAL_LLM_HOME": str(tmp_path), "CRYSTAL_LLM_DEVICE": device})
    with pytest.raises(PotentialError, match=f"{message}.*set CRYSTAL_LLM_DEVICE=cpu"):
        load_potential(name, settings)
