"""The environment decides; without it there are sensible defaults."""

from pathlib import Path

import pytest

from crystal_llm.errors import SettingsError
from crystal_llm.settings import PACKAGE_ROOT, read_settings


def test_an_empty_environment_gives_the_defaults():
    configured = read_settings({})
    assert configured.home == Path.home() / ".local" / "share" / "crystal-llm"
    assert configured.models == PACKAGE_ROOT / "models"
    assert (configured.base, configured.device, configured.threads) == (None, "cpu", 0)
    assert (configured.models / f"{configured.model}.toml").is_file()


def test_data_follows_the_desktop_convention_unless_a_home_is_named():
    assert read_settings({"XDG_DATA_HOME": "/data"}).home == Path("/data/crystal-llm")
    both = {"XDG_DATA_HOME": "/data", "CRYSTAL_LLM_HOME": "~/crystals"}
    assert read_settings(both).home == Path.home() / "crystals"


def test_every_variable_is_read():
    configured = read_settings(
        {
            "CRYSTAL_LLM_MODELS": "/cards",
            "CRYSTAL_LLM_MODEL": "mine",
            "CRYSTAL_LLM_BASE": "/base.gguf",
            "CRYSTAL_LLM_DEVICE": "cuda:1",
            "CRYSTAL_LLM_THREADS": "3",
        }
    )
    assert (configured.models, configured.model) == (Path("/cards"), "mine")
    assert (configured.base, configured.device, configured.threads) == (
        Path("/base.gguf"),
        "cuda:1",
        3,
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CRYSTAL_LLM_THREADS", "many", "whole number"),
        ("CRYSTAL_LLM_THREADS", "-1", "whole number"),
        ("CRYSTAL_LLM_THREADS", "²", "whole number"),
        ("CRYSTAL_LLM_DEVICE", "tpu", "cpu, cuda or cuda:N"),
        ("CRYSTAL_LLM_DEVICE", "cuda:x", "cpu, cuda or cuda:N"),
        ("CRYSTAL_LLM_DEVICE", "cpu:", "cpu, cuda or cuda:N"),
    ],
)
def test_a_bad_value_names_the_variable_and_what_is_allowed(name, value, allowed):
    with pytest.raises(SettingsError, match=allowed) as raised:
        read_settings({name: value})
    assert str(raised.value).startswith(f"{name} = {value!r}")
