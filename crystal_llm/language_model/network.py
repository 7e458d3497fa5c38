"""The compact model's weights as a decoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import ModelCardError, WeightsError
from crystal_llm.language_model.card import NetworkSource
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import check_files

if TYPE_CHECKING:
    import torch

    from crystal_llm.language_model.decoder import Decoder

WEIGHTS, SHAPE = "model.safetensors", "network.json"


def network_decoder(
    source: NetworkSource,
    card: Path,
    quantisation: str,
    device: str,
    vocabulary: CompactVocabulary,
) -> Decoder:
    """A decoder of a network of symmetric text: the CPU's own, or transformers' elsewhere.

    Args:
        source: Where its files are.
        card: The card that names them, for errors.
        quantisation: ``none`` or ``int8``.
        device: ``cpu``, ``cuda`` or ``cuda:N``.
        vocabulary: Whose tokens it must have.

    Raises:
        WeightsError: A file is missing, another one, or of another shape or vocabulary.
        ModelCardError: The quantisation is not for such a network.
    """
    from crystal_llm.language_model.cpu_decoder import CpuDecoder
    from crystal_llm.language_model.transformers_decoder import TransformersDecoder

    check_files(source.folder, source.sha256)
    if quantisation == "nf4" or (quantisation == "int8" and device != "cpu"):
        raise ModelCardError(f"{card}: {quantisation} is not for the compact model; use 'none'")
    config, state = _read(source.folder, len(vocabulary))
    if device != "cpu":
        network = _network(source.folder, config, state)
        return TransformersDecoder(network.to(device), vocabulary.alphabet)
    try:
        return CpuDecoder(state, config, vocabulary.alphabet, quantisation)
    except (KeyError, RuntimeError, ValueError) as error:
        raise _not_a_network(source.folder, error) from error


def frozen_network(folder: Path, device: str, vocabulary_size: int) -> Any:
    """A network of symmetric text as transformers' own module, in float32 and without gradients.

    Args:
        folder: Its weights and ``network.json``.
        device: Where to.
        vocabulary_size: How many tokens it must know.

    Raises:
        WeightsError: A file is missing, another one, or of another shape or vocabulary.
    """
    return _network(folder, *_read(folder, vocabulary_size)).to(device).requires_grad_(False)


def _read(folder: Path, vocabulary_size: int) -> tuple[Any, dict[str, torch.Tensor]]:
    """The shape of a network and its weights."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import LlamaConfig

    try:
        config = LlamaConfig.from_json_file(str(folder / SHAPE))
        state = {name: value.float() for name, value in load_file(str(folder / WEIGHTS)).items()}
    except (OSError, ValueError, SafetensorError) as error:
        raise _not_a_network(folder, error) from error
    if config.vocab_size != vocabulary_size:
        raise WeightsError(
            f"{folder}: was trained on a vocabulary of {config.vocab_size} tokens; "
            f"this version has {vocabulary_size}"
        )
    return config, state


def _network(folder: Path, config: Any, state: dict[str, torch.Tensor]) -> Any:
    from transformers import LlamaForCausalLM

    try:
        network = LlamaForCausalLM(config)
        network.load_state_dict(state)
    except (KeyError, RuntimeError, ValueError) as error:
        raise _not_a_network(folder, error) from error
    return network.eval()


def _not_a_network(folder: Path, error: Exception) -> WeightsError:
    return WeightsError(f"{folder}: not a network of this package ({error})")


def check_network(folder: Path) -> None:
    """Checks that a folder holds a network of this version's vocabulary, without loading it.

    Raises:
        WeightsError: A file is missing, damaged, or of another vocabulary.
    """
    from safetensors import SafetensorError, safe_open

    for name in (WEIGHTS, SHAPE):
        if not (folder / name).is_file():
            raise WeightsError(f"{folder}: has no {name}; `crystal-llm train` writes it")
    try:
        said = json.loads((folder / SHAPE).read_text(encoding="utf-8"))["vocab_size"]
        with safe_open(str(folder / WEIGHTS), framework="numpy") as weights:
            tokens, _ = weights.get_slice("model.embed_tokens.weight").get_shape()
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise _not_a_network(folder, error) from error
    if not said == tokens == len(CompactVocabulary()):
        raise WeightsError(
            f"{folder}: was trained on a vocabulary of {tokens} tokens; "
            f"this version has {len(CompactVocabulary())}"
        )
