"""Model cards: TOML files that name a base model, an adapter and how to load them.

``docs/models.md`` documents the keys and shows cards for larger models.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from crystal_llm.errors import ModelCardError
from crystal_llm.io.toml_file import read_toml
from crystal_llm.settings import settings
from crystal_llm.types import TextKind

Quantisation = Literal["none", "int8", "nf4"]
QUANTISATIONS: tuple[Quantisation, ...] = get_args(Quantisation)


@dataclass(frozen=True, slots=True)
class BaseSource:
    """Where a base model comes from; sources are tried in the order of the fields.

    Attributes:
        name: What the model is called.
        licence: Its licence, an SPDX name.
        folder: Folder of safetensors, relative to the card.
        wheel_module: Importable name of an installed package that carries a GGUF file.
        wheel_file: Name of that file.
        hub: Repository on the Hugging Face hub.
        revision: Commit of that repository.
        sha256: Hashes by file name, of the GGUF file or of the folder's safetensors.
    """

    name: str
    licence: str = "unknown"
    folder: Path | None = None
    wheel_module: str | None = None
    wheel_file: str | None = None
    hub: str | None = None
    revision: str | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdapterSource:
    """A PEFT adapter: its folder and the sha256 of each file by name."""

    folder: Path
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """A whole network that this package trained: the compact model.

    Attributes:
        folder: Holds ``model.safetensors`` and ``network.json``.
        licence: Of the weights, an SPDX name.
        sha256: Hashes of both files by name.
    """

    folder: Path
    licence: str = "unknown"
    sha256: Mapping[str, str] = field(default_factory=dict)


ServerApi = Literal["vllm", "transformers", "openai"]


@dataclass(frozen=True, slots=True)
class ServerSource:
    """A model that another program serves by OpenAI's completions protocol.

    Attributes:
        url: Address of the protocol's root, such as ``http://gpu-host:8000/v1``.
        model: What the server calls the model; a LoRA adapter has a name of its own there.
        api: What the server understands beside the protocol.
        licence: Of the model, an SPDX name.
        key_variable: Environment variable that holds the key; None where none is asked for.
        requests: Most requests at once.
        timeout_s: Longest wait for an answer.
        retries: How often a request is sent again after a failure that may pass.
    """

    url: str
    model: str
    api: ServerApi = "openai"
    licence: str = "unknown"
    key_variable: str | None = None
    requests: int = 8
    timeout_s: float = 300.0
    retries: int = 5


@dataclass(frozen=True, slots=True)
class CardSummary:
    """What people choose a model by, each in a few words; None where it was not measured.

    Attributes:
        speed: Crystals a second, and on what.
        valid: Share that is valid as page and shell write by default.
        novel_metastable: How many of those asked for are metastable, unique and novel.
    """

    speed: str | None = None
    valid: str | None = None
    novel_metastable: str | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model that can be loaded.

    Attributes:
        name: Short name, unique among the cards.
        title: One line for people.
        description: What it was trained on and what it cannot do.
        base: The pretrained model; None where a network of its own is named.
        adapter: The adapter, None for a bare base.
        quantisation: ``none``, ``int8`` or ``nf4``.
        full_precision_layers: Names of linear layers that NF4 leaves as they are.
        split_digits: Cut numbers into digits before the tokenizer's own rules.
        path: The card's file.
        training: Facts of the training run, printed as they stand.
        measured: What was measured of the model, printed as it stands.
        network: The network of symmetric text; None where a base is named.
        server: The program that serves the model; ``base``, where it is named too, lends its
            tokenizer alone.
        summary: What people choose a model by.
        text: The text that it writes: ``coordinate`` or ``symmetric``.
    """

    name: str
    title: str
    description: str
    base: BaseSource | None
    adapter: AdapterSource | None
    quantisation: str
    full_precision_layers: tuple[str, ...]
    split_digits: bool
    path: Path
    training: Mapping[str, Any]
    measured: Mapping[str, Any]
    network: NetworkSource | None = None
    summary: CardSummary = CardSummary()
    server: ServerSource | None = None
    text: TextKind = "coordinate"

    @property
    def reads_ranges(self) -> bool:
        """Whether it reads energies and gaps as ranges; a pretrained model reads numbers."""
        return self.network is not None

    @property
    def fills_masks(self) -> bool:
        """Whether infill can ask it: a pretrained model of symmetric text has not learned that."""
        return self.network is not None or self.text == "coordinate"

    @property
    def origin(self) -> str:
        """What it was made from."""
        if self.server is not None:
            return f"{self.server.model}, served at {self.server.url}"
        return "random weights" if self.base is None else self.base.name

    @property
    def licence(self) -> str:
        """Licence of the base or of the network."""
        if self.server is not None:
            return self.server.licence
        if self.network is not None:
            return self.network.licence
        return "unknown" if self.base is None else self.base.licence

    @property
    def mark(self) -> str:
        """What tells these weights from others: the start of their hash."""
        if self.server is not None:
            return self.server.model
        if self.network is not None:
            return self.network.sha256["model.safetensors"][:12]
        if self.adapter is not None:
            return self.adapter.sha256["adapter_model.safetensors"][:12]
        return "base"

    @property
    def weights_sha256(self) -> str | None:
        """Hash of the network, of the adapter, or of a bare base; None where there is none.

        A card need not vouch for the files of a base's folder, and cannot for a server's.
        """
        if self.server is not None:
            return None
        if self.network is not None:
            return self.network.sha256["model.safetensors"]
        if self.adapter is not None:
            return self.adapter.sha256["adapter_model.safetensors"]
        weights = [] if self.base is None else sorted(self.base.sha256.items())
        text = "\n".join(f"{name} {value}" for name, value in weights)
        return hashlib.sha256(text.encode()).hexdigest() if weights else None


OWN = "own-"
"""What the names of models begin with that users fine-tuned; 16 hexadecimal digits follow."""


def own_models_folder() -> Path:
    """Where the cards of fine-tuned models lie on this machine."""
    return settings().home / "models"


def find_card(name: str, models: Path) -> ModelCard:
    """The card with a name, or at a path.

    Args:
        name: Name of a card in ``models`` or of a fine-tuned model, or a path to a TOML file.
        models: Folder of cards.

    Raises:
        ModelCardError: No such card (the message lists those there are), or a bad one.
    """
    if name.endswith(".toml"):
        return read_card(Path(name))
    path = models / f"{name}.toml"
    if not path.is_file() and re.fullmatch(rf"{OWN}[0-9a-f]{{16}}", name):
        path = own_models_folder() / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(card_names(models)) or f"none in {models}"
        raise ModelCardError(f"no model card named {name!r}; there are: {known}")
    return read_card(path)


def chosen_card(name: str | None = None) -> ModelCard:
    """The card with a name, or at a path; None takes the settings' own.

    Raises:
        ModelCardError: No such card, or a bad one.
    """
    return find_card(name or settings().model, settings().models)


def card_names(models: Path) -> list[str]:
    """Names of the cards in a folder: its TOML files that name a base, network or server."""
    names = []
    for path in sorted(models.glob("*.toml"), key=lambda path: path.stem):
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            # A training config has a [network] too, which gives its size and no folder.
            network = values.get("network")
            if {"base", "server"} & values.keys() or (
                isinstance(network, dict) and "folder" in network
            ):
                names.append(path.stem)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            names.append(path.stem)  # listed, so that its error can be seen
    return names


def read_card(path: Path) -> ModelCard:
    """Reads a model card.

    Raises:
        ModelCardError: Not a file, not TOML, an unknown or missing key, a wrong value.
    """
    keys = read_toml(_Keys, path, ModelCardError)
    base, adapter, network, server = keys.base, keys.adapter, keys.network, keys.server
    if server is not None:
        _check_server(server, keys, path)
    if network is not None and (base is not None or adapter is not None):
        other = "adapter" if base is None else "base"
        raise ModelCardError(f"{path}: [network] stands alone; drop [{other}]")
    if network is None and base is None and server is None:
        raise ModelCardError(f"{path}: lacks [base], [network] or [server], which name the model")
    if network is not None and keys.text == "coordinate":
        raise ModelCardError(f"{path}: a [network] writes symmetric text; drop text = 'coordinate'")
    if server is not None and keys.text == "symmetric":
        raise ModelCardError(
            f"{path}: a served model writes coordinate text; drop text = 'symmetric'"
        )
    if base is not None:
        if base.folder is None and base.wheel_module is None and base.hub is None:
            raise ModelCardError(f"{path}: [base] names no folder, wheel_module or hub")
        folder = None if base.folder is None else path.parent / base.folder
        base = replace(base, folder=folder, sha256=_checked(base.sha256, (), "base", path))
    if adapter is not None:
        hashes = _checked(adapter.sha256, _ADAPTER_FILES, "adapter", path)
        adapter = AdapterSource(path.parent / adapter.folder, hashes)
    if network is not None:
        hashes = _checked(network.sha256, _NETWORK_FILES, "network", path)
        network = replace(network, folder=path.parent / network.folder, sha256=hashes)
    return ModelCard(
        name=path.stem,
        title=path.stem if keys.title is None else keys.title,
        description=keys.description,
        base=base,
        adapter=adapter,
        network=network,
        quantisation=keys.quantisation,
        full_precision_layers=keys.full_precision_layers,
        split_digits=keys.split_digits,
        path=path,
        training=keys.training,
        measured=keys.measured,
        summary=keys.summary,
        server=server,
        text=keys.text or ("coordinate" if network is None else "symmetric"),
    )


_ADAPTER_FILES = ("adapter_model.safetensors", "adapter_config.json")
_NETWORK_FILES = ("model.safetensors", "network.json")


@dataclass(frozen=True, slots=True)
class _Keys:
    """A card as its file says it."""

    title: str | None = None
    description: str = ""
    text: TextKind | None = None
    base: BaseSource | None = None
    adapter: AdapterSource | None = None
    network: NetworkSource | None = None
    server: ServerSource | None = None
    quantisation: Quantisation = "none"
    full_precision_layers: tuple[str, ...] = ()
    split_digits: bool = False
    training: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)
    summary: CardSummary = CardSummary()


def _check_server(server: ServerSource, keys: _Keys, path: Path) -> None:
    for name in ("adapter", "network"):
        if getattr(keys, name) is not None:
            raise ModelCardError(f"{path}: [server] names the model; drop [{name}]")
    if not re.match(r"https?://[^/\s]+", server.url):
        raise ModelCardError(
            f"{path}: [server] url is {server.url[:60]!r}; use http://HOST:PORT/v1 or https://…"
        )
    if keys.quantisation != "none":
        raise ModelCardError(f"{path}: the server quantises its model; drop quantisation")
    if server.requests < 1 or server.retries < 0 or not server.timeout_s > 0:
        raise ModelCardError(
            f"{path}: [server] requests must be at least 1, retries at least 0, timeout_s above 0"
        )


def _checked(
    hashes: Mapping[str, str], needed: tuple[str, ...], table: str, path: Path
) -> Mapping[str, str]:
    """Hashes by file name, all that are needed among them."""
    for name, value in hashes.items():
        if len(value) != 64:
            raise ModelCardError(f"{path}: [{table}] sha256 of {name!r} is not 64 digits")
        if Path(name).name != name:
            raise ModelCardError(f"{path}: [{table}] sha256 names {name!r}, not a file")
    for name in needed:
        if name not in hashes:
            raise ModelCardError(
                f"{path}: [{table}.sha256] lacks {name!r}; "
                "`crystal-llm models add` writes a card with the hashes"
            )
    return hashes
