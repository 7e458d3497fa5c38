"""The compact model's weights as a decoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from crystal_llm.errors import ModelCardError, WeightsError
from crystal_llm.language_model.card import NetworkSource
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import check_files

if TYPE_CHECKING:
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
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from transformers import LlamaConfig, LlamaForCausalLM

    from crystal_llm.language_model.cpu_decoder import CpuDecoder
    from crystal_llm.language_model.transformers_decoder import TransformersDecoder

    check_files(source.folder, source.sha256)
    if quantisation == "nf4" or (quantisation == "int8" and device != "cpu"):
        raise ModelCardError(f"{card}: {quantisation} is not for the compact model; use 'none'")
    try:
        config = LlamaConfig.from_json_file(str(source.folder / SHAPE))
        state = {
            name: value.float() for name, value in load_file(str(source.folder / WEIGHTS)).items()
        }
        if config.vocab_size != len(vocabulary):
            raise WeightsError(
                f"{source.folder}: was trained on a vocabulary of {config.vocab_size} tokens; "
                f"this version has {len(vocabulary)}"
            )
        alphabet = tuple(range(len(vocabulary)))
        if device == "cpu":
            return CpuDecoder(state, config, alphabet, quantisation)
        model = LlamaForCausalLM(config)
        model.load_state_dict(state)
        return TransformersDecoder(model.to(device, torch.float32).eval(), alphabet)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise WeightsError(f"{source.folder}: not a network of this package ({error})") from error


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
        raise WeightsError(f"{folder}: not a network of this package ({error})") from error
    if not said == tokens == len(CompactVocabulary()):
        raise WeightsError(
            f"{folder}: was trained on a vocabulary of {tokens} tokens; "
            f"this version has {len(CompactVocabulary())}"
        )
