"""Loading a model by its card, once a process and device."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.errors import ModelCardError, RequestError, WeightsError
from crystal_llm.language_model.base import base_folder
from crystal_llm.language_model.card import QUANTISATIONS, ModelCard, ServerSource, find_card
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.coordinate_vocabulary import CoordinateVocabulary
from crystal_llm.language_model.decoder import Decoder
from crystal_llm.language_model.device import check_device
from crystal_llm.language_model.hashes import check_files
from crystal_llm.language_model.network import network_decoder
from crystal_llm.language_model.server import CompletionServer, ServedDecoder
from crystal_llm.language_model.spelled_vocabulary import SpelledVocabulary
from crystal_llm.language_model.tokenizer import load_tokenizer
from crystal_llm.language_model.vocabulary import Vocabulary
from crystal_llm.settings import Settings, settings
from crystal_llm.types import TextKind

# PEFT loads bitsandbytes, which on some CPUs looks for a kernel of the hub's that nothing here
# needs, and complains to the user that it is not installed.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)


@dataclass(frozen=True)
class LoadedModel:
    """A model that is ready to write.

    Attributes:
        card: What was loaded.
        quantisation: As loaded, which the card or the caller chose.
        device: Where it is.
        decoder: The network.
        load_s: Seconds that loading took.
        identity: Name, quantisation and hash of the weights, as stored with results.
        vocabulary: The tokens of its text; None where the card of a served model names no
            tokenizer.
        server: The connection to a model that another program serves; None for one of this process.
    """

    card: ModelCard
    quantisation: str
    device: str
    decoder: Decoder
    load_s: float
    identity: str
    vocabulary: Vocabulary | None
    server: CompletionServer | None = None

    @property
    def text(self) -> TextKind:
        """The text that it writes; served models write coordinate text."""
        if isinstance(self.vocabulary, CompactVocabulary | SpelledVocabulary):
            return "symmetric"
        return "coordinate"


MODELS_KEPT = 2
"""The most models that stay loaded: the one at work, and the one before it."""

_loaded: dict[tuple[Path, str, str, Path | None, Path], LoadedModel] = {}
_lock = threading.Lock()


def load_model(
    name: str | None = None,
    *,
    quantisation: str | None = None,
    device: str | None = None,
    configured: Settings | None = None,
) -> LoadedModel:
    """The model of a card; the same object at every call with the same choices.

    The last :data:`MODELS_KEPT` stay loaded; one that is evicted lives on with its users.

    Args:
        name: Name of a card or path to one; None takes the settings' own.
        quantisation: Overrides the card's; an int8 of the card is ``none`` off the CPU.
        device: Overrides the settings'.
        configured: Settings other than the process's.

    Raises:
        ModelCardError: No such card, a bad one, or no such quantisation.
        ServerError: The card's server does not answer, or has no such model.
        WeightsError: Weights missing, damaged or of another kind.
        TokenizerError: The base's tokenizer cannot carry crystal text.
    """
    chosen = configured or settings()
    card = find_card(name or chosen.model, chosen.models)
    where = device or chosen.device
    how = quantisation or card.quantisation
    if quantisation is None and how == "int8" and where != "cpu":
        how = "none"  # int8 is the CPU's; a GPU has room for the whole numbers
    if how not in QUANTISATIONS:
        raise ModelCardError(f"quantisation is {how!r}; use one of {', '.join(QUANTISATIONS)}")
    key = (card.path.resolve(), how, where, chosen.base, chosen.home)
    with _lock:
        model = _loaded.pop(key, None)
        if model is None:
            # Beforehand, so that the new one finds room.
            while len(_loaded) >= MODELS_KEPT:
                del _loaded[next(iter(_loaded))]
            model = _load(card, how, where, chosen)
        _loaded[key] = model  # the last used stands last
        return model


def vocabulary_of(model: LoadedModel) -> Vocabulary:
    """The tokens of a model's text.

    Raises:
        RequestError: The card of a served model names no tokenizer.
    """
    if model.vocabulary is None:
        raise RequestError(
            f"{model.card.name}: scores and infill count tokens; name the served model's "
            "tokenizer in its card ([base])"
        )
    return model.vocabulary


def _load(card: ModelCard, quantisation: str, device: str, chosen: Settings) -> LoadedModel:
    import torch

    start = time.perf_counter()
    if card.server is not None:
        return _served(card, card.server, chosen, start)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    check_device(device)
    if card.network is not None:
        compact = CompactVocabulary()
        decoder = network_decoder(card.network, card.path, quantisation, device, compact)
        return LoadedModel(
            card=card,
            quantisation=quantisation,
            device=device,
            decoder=decoder,
            load_s=time.perf_counter() - start,
            identity=f"{card.name}/{quantisation}/{card.mark}",
            vocabulary=compact,
        )
    if card.base is None:
        raise ModelCardError(f"{card.path}: names no model")
    if card.adapter is not None:
        check_files(card.adapter.folder, card.adapter.sha256)
    folder = base_folder(card.base, chosen)
    tokenizer = load_tokenizer(folder, split_digits=card.split_digits)
    vocabulary = (
        SpelledVocabulary(tokenizer)
        if card.text == "symmetric"
        else CoordinateVocabulary(tokenizer)
    )
    decoder = _decoder(folder, card, quantisation, device, vocabulary.alphabet)
    return LoadedModel(
        card=card,
        quantisation=quantisation,
        device=device,
        decoder=decoder,
        load_s=time.perf_counter() - start,
        identity=f"{card.name}/{quantisation}/{card.mark}",
        vocabulary=vocabulary,
    )


def _served(card: ModelCard, source: ServerSource, chosen: Settings, start: float) -> LoadedModel:
    """A connection in place of weights; a base lends its tokenizer."""
    vocabulary = None
    if card.base is not None:
        folder = base_folder(card.base, chosen)
        vocabulary = CoordinateVocabulary(load_tokenizer(folder, split_digits=card.split_digits))
    server = CompletionServer(source, () if vocabulary is None else vocabulary.banned)
    server.check()
    return LoadedModel(
        card=card,
        quantisation="none",
        device="server",
        decoder=ServedDecoder(server, () if vocabulary is None else vocabulary.alphabet),
        load_s=time.perf_counter() - start,
        identity=f"{card.name}/served/{card.mark}",
        vocabulary=vocabulary,
        server=server,
    )


def _decoder(
    folder: Path, card: ModelCard, quantisation: str, device: str, alphabet: Sequence[int]
) -> Decoder:
    from transformers import AutoConfig

    from crystal_llm.language_model.architecture import supported
    from crystal_llm.language_model.cpu_decoder import CpuDecoder
    from crystal_llm.language_model.transformers_decoder import TransformersDecoder

    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise WeightsError(f"{folder}: the base's config cannot be read ({error})") from error
    embedded = device == "cpu" and quantisation != "nf4" and supported(config)
    if quantisation == "int8" and not embedded:
        raise ModelCardError(
            f"{card.path}: int8 is for Llama-type models on the CPU; use 'nf4' or 'none' here"
        )
    model = merged_model(folder, card, quantisation, device)
    if embedded:
        return CpuDecoder(model.state_dict(), config, alphabet, quantisation)
    return TransformersDecoder(model, alphabet)


@contextmanager
def _unheard() -> Iterator[None]:
    """Transformers without its loading bars, and without warnings of its own deprecations."""
    from transformers.utils import logging

    drawn = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        if drawn:
            logging.enable_progress_bar()


@_unheard()
def merged_model(folder: Path, card: ModelCard, quantisation: str, device: str) -> Any:
    """Transformers' own model with the card's adapter merged in (beside it for NF4).

    Args:
        folder: The base model.
        card: Names the adapter and the layers that NF4 leaves in full precision.
        quantisation: ``nf4``, or anything else for none.
        device: Where to.

    Raises:
        WeightsError: The adapter does not fit the base, or is not safetensors.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    options["dtype"] = torch.float32 if device == "cpu" else torch.bfloat16
    if quantisation == "nf4":
        from transformers import BitsAndBytesConfig

        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=options["dtype"],
            llm_int8_skip_modules=["lm_head", *card.full_precision_layers],
        )
        options["device_map"] = {"": device}
    try:
        model = AutoModelForCausalLM.from_pretrained(str(folder), **options)
        if quantisation != "nf4":
            model = model.to(device)
    # RuntimeError: weights of other shapes, or more than the device's memory holds.
    except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
        raise WeightsError(
            f"{folder}: the base model cannot be loaded on {device} ({error})"
        ) from error
    adapter = card.adapter
    if adapter is not None:
        from peft import PeftModel, get_peft_model_state_dict

        try:
            # First, since PEFT would take a pickle where there are no safetensors.
            held = _lora_weights(adapter.folder)
            model = PeftModel.from_pretrained(model, str(adapter.folder), use_safetensors=True)
        except (OSError, ValueError, TypeError, RuntimeError, KeyError, SafetensorError) as error:
            raise WeightsError(
                f"{adapter.folder}: the adapter cannot be read, or does not fit the base model "
                f"({error})"
            ) from error
        # PEFT only warns of layers that one of the two lacks.
        weights = get_peft_model_state_dict(model, save_embedding_layers=False)
        wanted = {name for name in weights if "lora_" in name}
        if held != wanted:
            raise WeightsError(
                f"{adapter.folder}: the adapter does not fit the base model (one of them has no "
                f"{min(held ^ wanted)}); name the base that it was trained on"
            )
        if quantisation != "nf4":
            model = model.merge_and_unload()
    return model.eval()


def _lora_weights(folder: Path) -> set[str]:
    """Names of the LoRA weights in an adapter's file."""
    from safetensors import safe_open

    with safe_open(str(folder / "adapter_model.safetensors"), framework="pt") as file:
        return {name for name in file.keys() if "lora_" in name}  # noqa: SIM118
