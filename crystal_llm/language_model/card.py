"""Model cards: TOML files that name a base model, an adapter and how to load them.

``docs/models.md`` documents the keys and shows cards for larger models.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crystal_llm.errors import ModelCardError
from crystal_llm.settings import settings

QUANTISATIONS = ("none", "int8", "nf4")


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
    licence: str
    folder: Path | None
    wheel_module: str | None
    wheel_file: str | None
    hub: str | None
    revision: str | None
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AdapterSource:
    """A PEFT adapter: its folder and the sha256 of each file by name."""

    folder: Path
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """A whole network that this package trained: the compact model.

    Attributes:
        folder: Holds ``model.safetensors`` and ``network.json``.
        licence: Of the weights, an SPDX name.
        sha256: Hashes of both files by name.
    """

    folder: Path
    licence: str
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model that can be loaded.

    Attributes:
        name: Short name, unique among the cards.
        title: One line for people.
        description: What it was trained on and what it cannot do.
        base: The base model of coordinate text; None where a network of its own is named.
        adapter: The adapter, None for a bare base.
        quantisation: ``none``, ``int8`` or ``nf4``.
        full_precision_layers: Names of linear layers that NF4 leaves as they are.
        split_digits: Cut numbers into digits before the tokenizer's own rules.
        path: The card's file.
        training: Facts of the training run, printed as they stand.
        measured: What was measured of the model, printed as it stands.
        network: The network of symmetric text; None where a base is named.
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

    @property
    def text(self) -> Literal["coordinate", "symmetric"]:
        """The text that it writes: ``coordinate`` or ``symmetric``."""
        return "coordinate" if self.network is None else "symmetric"

    @property
    def origin(self) -> str:
        """What it was made from."""
        return "random weights" if self.base is None else self.base.name

    @property
    def licence(self) -> str:
        """Licence of the base or of the network."""
        if self.network is not None:
            return self.network.licence
        return "unknown" if self.base is None else self.base.licence

    @property
    def mark(self) -> str:
        """What tells these weights from others: the start of their hash."""
        if self.network is not None:
            return self.network.sha256["model.safetensors"][:12]
        if self.adapter is not None:
            return self.adapter.sha256["adapter_model.safetensors"][:12]
        return "base"

    @property
    def weights_sha256(self) -> str | None:
        """Hash of the network, of the adapter, or of a bare base; None where there is none.

        A card need not vouch for the files of a base's folder.
        """
        if self.network is not None:
            return self.network.sha256["model.safetensors"]
        if self.adapter is not None:
            return self.adapter.sha256["adapter_model.safetensors"]
        weights = [] if self.base is None else sorted(self.base.sha256.items())
        text = "\n".join(f"{name} {value}" for name, value in weights)
        return hashlib.sha256(text.encode()).hexdigest() if weights else None


def find_card(name: str, models: Path) -> ModelCard:
    """The card with a name, or at a path.

    Args:
        name: Name of a card in ``models``, or a path to a TOML file.
        models: Folder of cards.

    Raises:
        ModelCardError: No such card (the message lists those there are), or a bad one.
    """
    if name.endswith(".toml"):
        return read_card(Path(name))
    path = models / f"{name}.toml"
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
    """Names of the cards in a folder: its TOML files that name a base or a network's folder."""
    names = []
    for path in sorted(models.glob("*.toml"), key=lambda path: path.stem):
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            # A training config has a [network] too, which gives its size and no folder.
            network = values.get("network")
            if "base" in values or (isinstance(network, dict) and "folder" in network):
                names.append(path.stem)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            names.append(path.stem)  # listed, so that its error can be seen
    return names


def read_card(path: Path) -> ModelCard:
    """Reads a model card.

    Raises:
        ModelCardError: Not a file, not TOML, an unknown or missing key, a wrong value.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelCardError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelCardError(f"{path}: not TOML ({error})") from error
    reader = _Reader(path)
    reader.only(
        values,
        {
            "title",
            "description",
            "quantisation",
            "full_precision_layers",
            "split_digits",
            "base",
            "adapter",
            "network",
            "training",
            "measured",
        },
        "the card",
    )
    quantisation = reader.text(values, "quantisation", "none")
    if quantisation not in QUANTISATIONS:
        raise ModelCardError(
            f"{path}: quantisation is {quantisation!r}; use one of {', '.join(QUANTISATIONS)}"
        )
    split_digits = values.get("split_digits", False)
    if not isinstance(split_digits, bool):
        raise ModelCardError(f"{path}: split_digits must be true or false")
    return ModelCard(
        name=path.stem,
        title=reader.text(values, "title", path.stem),
        description=reader.text(values, "description", ""),
        base=None if "network" in values else _base(reader, values),
        adapter=_adapter(reader, values),
        network=_network(reader, values),
        quantisation=quantisation,
        full_precision_layers=reader.texts(values, "full_precision_layers"),
        split_digits=split_digits,
        path=path,
        training=reader.table(values, "training"),
        measured=reader.table(values, "measured"),
    )


def _base(reader: _Reader, values: Mapping[str, Any]) -> BaseSource:
    if "base" not in values:
        raise ModelCardError(f"{reader.path}: lacks [base] or [network], which name the model")
    table = reader.table(values, "base")
    keys = {"name", "licence", "folder", "wheel_module", "wheel_file", "hub", "revision", "sha256"}
    reader.only(table, keys, "[base]")
    folder = table.get("folder")
    source = BaseSource(
        name=reader.text(table, "name"),
        licence=reader.text(table, "licence", "unknown"),
        folder=None if folder is None else reader.path.parent / reader.text(table, "folder"),
        wheel_module=reader.maybe_text(table, "wheel_module"),
        wheel_file=reader.maybe_text(table, "wheel_file"),
        hub=reader.maybe_text(table, "hub"),
        revision=reader.maybe_text(table, "revision"),
        sha256=reader.hashes(table, "[base]"),
    )
    if source.folder is None and source.wheel_module is None and source.hub is None:
        raise ModelCardError(f"{reader.path}: [base] names no folder, wheel_module or hub")
    return source


def _adapter(reader: _Reader, values: Mapping[str, Any]) -> AdapterSource | None:
    if "adapter" not in values:
        return None
    table = reader.table(values, "adapter")
    reader.only(table, {"folder", "sha256"}, "[adapter]")
    hashes = reader.hashes(table, "[adapter]")
    for needed in ("adapter_model.safetensors", "adapter_config.json"):
        if needed not in hashes:
            raise ModelCardError(
                f"{reader.path}: [adapter.sha256] lacks {needed!r}; "
                "`crystal-llm models add` writes a card with the hashes"
            )
    return AdapterSource(reader.path.parent / reader.text(table, "folder"), hashes)


def _network(reader: _Reader, values: Mapping[str, Any]) -> NetworkSource | None:
    if "network" not in values:
        return None
    for other in ("base", "adapter"):
        if other in values:
            raise ModelCardError(f"{reader.path}: [network] stands alone; drop [{other}]")
    table = reader.table(values, "network")
    reader.only(table, {"folder", "licence", "sha256"}, "[network]")
    hashes = reader.hashes(table, "[network]")
    for needed in ("model.safetensors", "network.json"):
        if needed not in hashes:
            raise ModelCardError(f"{reader.path}: [network.sha256] lacks {needed!r}")
    folder = reader.path.parent / reader.text(table, "folder")
    return NetworkSource(folder, reader.text(table, "licence", "unknown"), hashes)


@dataclass(frozen=True)
class _Reader:
    """Typed look-ups whose errors name the file and the key."""

    path: Path

    def only(self, table: Mapping[str, Any], keys: set[str], where: str) -> None:
        unknown = sorted(set(table) - keys)
        if unknown:
            raise ModelCardError(
                f"{self.path}: {where} has the unknown key(s) {', '.join(unknown)}; "
                f"known are {', '.join(sorted(keys))}"
            )

    def text(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            raise ModelCardError(f"{self.path}: {key} must be a text")
        return value

    def maybe_text(self, table: Mapping[str, Any], key: str) -> str | None:
        return self.text(table, key) if key in table else None

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ModelCardError(f"{self.path}: {key} must be a list of texts")
        return tuple(values)

    def table(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise ModelCardError(f"{self.path}: {key} must be a table")
        return value

    def hashes(self, table: Mapping[str, Any], where: str) -> Mapping[str, str]:
        values = self.table(table, "sha256")
        for name, value in values.items():
            if not isinstance(value, str) or len(value) != 64:
                raise ModelCardError(f"{self.path}: {where} sha256 of {name!r} is not 64 digits")
            if Path(name).name != name:
                raise ModelCardError(f"{self.path}: {where} sha256 names {name!r}, not a file")
        return values
