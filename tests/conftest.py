"""What many tests share: the real tokenizer, the shipped model, tiny models, two crystals."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The machine that runs the tests may be busy: no example fails for being slow. `make test` tries
# a few examples of each property, `make test-long` many.
settings.register_profile("crystal-llm", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("crystal-llm")

# Read when torch is loaded. Tests share two cores: threads that wait sleep, and where pytest
# runs in several processes each has one thread.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection():
    """What tests import stays: looking through it for garbage, as it grows, costs a tenth."""
    gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def own_main_module():
    """Streamlit's AppTest leaves the page it ran as ``__main__``, and a process that is spawned
    afterwards would run that page again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def idle_processes():
    """Tests leave each other the processes that have a potential or the readers loaded."""
    from idle_processes import IdleParsers, IdleRelaxations

    from crystal_llm.io.limited_parsing import ParsingProcess
    from crystal_llm.relaxation import pool

    relaxations, parsers = IdleRelaxations(), IdleParsers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "_Worker", relaxations.take)
        patch.setattr(pool.RelaxationPool, "close", lambda closed: relaxations.leave(closed))
        patch.setattr(ParsingProcess, "_start", lambda parser: parsers.take(parser))
        patch.setattr(ParsingProcess, "__exit__", lambda parser, *_: parsers.leave(parser))
        yield
    relaxations.end()
    parsers.end()


@pytest.fixture(scope="module")
def module_home(tmp_path_factory):
    """An empty home that a file's tests share, with what they relax."""
    from crystal_llm.settings import settings as process_settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRYSTAL_LLM_HOME", str(tmp_path_factory.mktemp("home")))
        process_settings.cache_clear()
        yield
    process_settings.cache_clear()


def pytest_addoption(parser):
    parser.addoption(
        "--fuzz", type=int, default=0, metavar="N", help="mutated files to read (tests/fuzz)"
    )
    parser.addoption("--fuzz-seed", type=int, default=20_240, metavar="N", help="which ones")


@pytest.fixture(scope="session")
def shipped_settings():
    """The process's settings, with the base weights unpacked in a home that is kept."""
    from crystal_llm.settings import read_settings

    home = os.environ.get("CRYSTAL_LLM_TEST_HOME")
    return read_settings(os.environ | ({"CRYSTAL_LLM_HOME": home} if home else {}))


@pytest.fixture(scope="session")
def base_folder(shipped_settings) -> Path:
    """The shipped adapter's base as safetensors; unpacked once a machine."""
    from crystal_llm.language_model.base import base_folder
    from crystal_llm.language_model.card import find_card
    from crystal_llm.settings import ADAPTED_MODEL

    card = find_card(ADAPTED_MODEL, shipped_settings.models)
    return base_folder(card.base, shipped_settings)


@pytest.fixture(scope="session")
def tokenizer(base_folder):
    """Its tokenizer."""
    from crystal_llm.language_model.tokenizer import load_tokenizer

    return load_tokenizer(base_folder)


@pytest.fixture(scope="session")
def vocabulary(tokenizer):
    """How that tokenizer writes coordinate text."""
    from crystal_llm.language_model.coordinate_vocabulary import CoordinateVocabulary

    return CoordinateVocabulary(tokenizer)


@pytest.fixture(scope="session")
def symbols(vocabulary):
    """Its tokens for each symbol."""
    return vocabulary.symbols


@pytest.fixture(scope="session")
def tiny_llama(tokenizer):
    """A Llama of two layers with random weights and the shipped model's vocabulary."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=160,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
    )
    model = LlamaForCausalLM(config).eval()
    # Random embeddings of the usual size make all scores alike; larger ones make choices.
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(25)
    return model


@pytest.fixture(scope="session")
def tiny_base(tiny_llama, tokenizer, tmp_path_factory) -> Path:
    """That model as a folder of safetensors with its tokenizer."""
    folder = tmp_path_factory.mktemp("tiny-base")
    tiny_llama.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_decoders(tiny_llama, symbols):
    """That model as each kind of decoder."""
    from crystal_llm.language_model.cpu_decoder import CpuDecoder
    from crystal_llm.language_model.transformers_decoder import TransformersDecoder

    state, config, alphabet = tiny_llama.state_dict(), tiny_llama.config, symbols.alphabet
    return {
        "float32": CpuDecoder(state, config, alphabet, "none"),
        "int8": CpuDecoder(state, config, alphabet, "int8"),
        "transformers": TransformersDecoder(tiny_llama, alphabet),
    }


@pytest.fixture(scope="session")
def tiny_models(tiny_decoders, vocabulary, shipped_settings):
    """Loaded models around those decoders."""
    from crystal_llm.language_model.card import find_card
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.settings import ADAPTED_MODEL

    card = find_card(ADAPTED_MODEL, shipped_settings.models)
    return {
        name: LoadedModel(
            card=card,
            quantisation=name,
            device="cpu",
            vocabulary=vocabulary,
            decoder=decoder,
            load_s=0.0,
            identity=f"tiny/{name}",
        )
        for name, decoder in tiny_decoders.items()
    }


@pytest.fixture(scope="session")
def compact_network():
    """A Llama of two layers with random weights and the compact vocabulary."""
    import torch

    from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
    from crystal_llm.training.compact.config import CompactShape
    from crystal_llm.training.compact.network import random_network

    shape = CompactShape(layers=2, hidden=64, heads=2, feed_forward=128, context=512)
    network = random_network(shape, len(CompactVocabulary()), seed=0).eval()
    with torch.no_grad():
        network.model.embed_tokens.weight.mul_(25)
        network.lm_head.weight.mul_(10)  # else all scores are alike
        for weight in network.parameters():
            weight.copy_(weight.half().float())  # as weights are stored
    return network


@pytest.fixture(scope="session")
def compact_model(compact_network, tmp_path_factory):
    """That network, loaded by a card of its own."""
    import hashlib

    from crystal_llm.language_model.loading import load_model
    from crystal_llm.training.compact.weights import save_weights

    folder = tmp_path_factory.mktemp("compact") / "tiny"
    weights = dict(compact_network.named_parameters())
    save_weights(compact_network, weights, folder)
    lines = ["[network]", f'folder = "{folder.name}"', "[network.sha256]"]
    lines += [
        f'"{path.name}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
        for path in sorted(folder.iterdir())
    ]
    card = folder.with_suffix(".toml")
    card.write_text("\n".join(lines), encoding="utf-8")
    return load_model(str(card), device="cpu")


@pytest.fixture(scope="session")
def rock_salt():
    """The conventional cell of NaCl: sites 0 to 3 Na, 4 to 7 Cl."""
    from crystal_llm.types import PlainCrystal

    corners = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
    middles = ((0.5, 0.5, 0.5), (0.5, 0.0, 0.0), (0.0, 0.5, 0.0), (0.0, 0.0, 0.5))
    return PlainCrystal(
        (5.64, 5.64, 5.64), (90.0, 90.0, 90.0), ("Na",) * 4 + ("Cl",) * 4, corners + middles
    )


@pytest.fixture(scope="session")
def perovskite():
    """SrTiO3: Sr, Ti, three O."""
    from crystal_llm.types import PlainCrystal

    return PlainCrystal(
        (3.91, 3.91, 3.91),
        (90.0, 90.0, 90.0),
        ("Sr", "Ti", "O", "O", "O"),
        ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5)),
    )
