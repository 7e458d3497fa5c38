"""Cards of the flow's networks, and loading their weights.

A card is a TOML file beside the language models' (``docs/flow.md`` lists its keys); its
``[weights]`` name one file of safetensors with its hash.
"""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.errors import FlowError, ModelCardError, WeightsError
from crystal_llm.flow.base_distribution import BaseDistribution, BaseKind, begins_with_crystal
from crystal_llm.flow.sampler_settings import DEFAULT_STEPS
from crystal_llm.io.record_json import RecordError, from_plain
from crystal_llm.language_model.hashes import check_files, sha256_of
from crystal_llm.settings import Settings, settings

if TYPE_CHECKING:
    from crystal_llm.flow.network import NetworkShape, VelocityNetwork

DEFAULT_FLOW = "flow"
MAX_CARD_BYTES = 25_000_000

_LATTICES = "base/lattices"
_LARGEST_CARD_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FlowWeights:
    """The file of a network's weights, beside its card, and its sha256."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ShapeKeys:
    """The network's size; see :class:`~crystal_llm.flow.network.NetworkShape`."""

    width: int
    layers: int
    frequencies: int
    distances: int
    directions: int = 0


@dataclass(frozen=True, slots=True)
class FlowCard:
    """A network that refines crystals.

    Attributes:
        title: One line for people.
        base_distribution: What its samples were in training, and are when it refines.
        elements: Those it saw in training.
        max_atoms: Largest crystal it saw.
        shape: How large it is.
        weights: Its file.
        description: What it was trained on and what it cannot do.
        steps: Euler steps where none are asked for.
        passes: How often they are gone where nothing is said of it.
        training: Facts of the training run, printed as they stand.
        measured: What was measured of it, printed as it stands.
    """

    title: str
    base_distribution: BaseKind
    elements: tuple[str, ...]
    max_atoms: int
    shape: ShapeKeys
    weights: FlowWeights
    description: str = ""
    steps: int = DEFAULT_STEPS
    passes: int = 1
    training: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, Any] = field(default_factory=dict)

    @property
    def begins_with_crystal(self) -> bool:
        """Whether its flow begins with the crystal itself, not with its elements alone."""
        return begins_with_crystal(self.base_distribution)


@dataclass(frozen=True)
class LoadedFlow:
    """A network that is ready to refine.

    Attributes:
        card: What was loaded.
        network: The network.
        base: Where its flows begin.
        identity: Name and hash, as stored with results.
    """

    card: FlowCard
    network: VelocityNetwork
    base: BaseDistribution
    identity: str


_loaded: dict[tuple[Path, str], LoadedFlow] = {}
_lock = threading.Lock()


def flow_names(models: Path) -> list[str]:
    """Names of the flow's cards in a folder: TOML files with a ``base_distribution``."""
    names = []
    for path in sorted(models.glob("*.toml"), key=lambda path: path.stem):
        try:
            if "base_distribution" in tomllib.loads(path.read_text(encoding="utf-8")):
                names.append(path.stem)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue  # named when it is asked for
    return names


def find_flow_card(name: str, models: Path) -> Path:
    """The file of the card with a name, or at a path.

    Raises:
        ModelCardError: No such card; the message lists those there are.
    """
    path = Path(name) if name.endswith(".toml") else models / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(flow_names(models)) or f"none in {models}"
        raise ModelCardError(
            f"no flow card named {name!r}; there are: {known}; `crystal-llm flow train` makes one"
        )
    return path


def read_flow_card(path: Path) -> FlowCard:
    """Reads a card.

    Raises:
        ModelCardError: Not TOML, an unknown or missing key, a wrong value.
    """
    try:
        if path.stat().st_size > _LARGEST_CARD_BYTES:
            raise ModelCardError(f"{path}: is larger than a card can be")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        card = from_plain(FlowCard, values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecordError) as error:
        raise ModelCardError(f"{path}: not a card of a flow ({error})") from error
    if Path(card.weights.file).is_absolute() or ".." in Path(card.weights.file).parts:
        raise ModelCardError(f"{path}: weights.file {card.weights.file!r} is not beside the card")
    return card


def load_flow(name: str = DEFAULT_FLOW, configured: Settings | None = None) -> LoadedFlow:
    """The network of a card; the same object at every call.

    Args:
        name: Name of a card or path to one.
        configured: Settings other than the process's.

    Raises:
        ModelCardError: No such card, or a bad one.
        WeightsError: Weights missing, damaged or of another network.
    """
    path = find_flow_card(name, (configured or settings()).models)
    card = read_flow_card(path)
    key = (path.resolve(), card.weights.sha256)
    with _lock:
        if key not in _loaded:
            _loaded[key] = _load(path, card)
        return _loaded[key]


def _load(path: Path, card: FlowCard) -> LoadedFlow:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from crystal_llm.flow.network import NetworkShape, VelocityNetwork

    check_files(path.parent, {card.weights.file: card.weights.sha256})
    file = path.parent / card.weights.file
    shape = card.shape
    try:
        tensors = {name: value.float() for name, value in load_file(str(file)).items()}
        lattices = tensors.pop(_LATTICES, torch.zeros((0, 7))).numpy()
        network = VelocityNetwork(NetworkShape(**asdict(shape)))
        network.load_state_dict(tensors)
    except (OSError, RuntimeError, ValueError, SafetensorError) as error:
        raise WeightsError(f"{file}: not the weights of the card's network ({error})") from error
    base = BaseDistribution(card.base_distribution, lattices)
    if not base.begins_with_crystal and not len(lattices):
        raise WeightsError(
            f"{file}: lacks the lattices that the base {card.base_distribution!r} draws from"
        )
    return LoadedFlow(
        card,
        network.eval().requires_grad_(False),
        base,
        f"{path.stem}/{card.weights.sha256[:12]}",
    )


def save_flow(
    folder: Path,
    name: str,
    network: VelocityNetwork,
    base: BaseDistribution,
    *,
    title: str,
    elements: tuple[str, ...],
    max_atoms: int,
    training: Mapping[str, Any],
) -> Path:
    """Writes a network in half precision with its card.

    Returns:
        The card.

    Raises:
        FlowError: The weights would be larger than a shipped file may be.
    """
    import torch
    from safetensors.torch import save_file

    held = dict(network.named_parameters())
    tensors = {
        # The scales keep their precision: they are few, and all else is measured in them.
        key: value.detach().to(torch.float16 if key in held else torch.float32).contiguous()
        for key, value in network.state_dict().items()
    }
    if len(base.lattices):
        tensors[_LATTICES] = torch.from_numpy(np.ascontiguousarray(base.lattices))
    if sum(value.nbytes for value in tensors.values()) > MAX_CARD_BYTES:
        raise FlowError(f"the network is larger than {MAX_CARD_BYTES // 10**6} MB; make it smaller")
    weights = folder / f"{name}.safetensors"
    unfinished = weights.with_name(f"{weights.name}.unfinished")
    save_file(tensors, str(unfinished))
    unfinished.replace(weights)
    shape: NetworkShape = network.shape
    lines = [
        f"title = {json.dumps(title, ensure_ascii=False)}",
        f"base_distribution = {json.dumps(base.kind)}",
        f"max_atoms = {max_atoms}",
        f"elements = {json.dumps(elements)}",
        "",
        "[shape]",
        *(f"{key} = {value}" for key, value in asdict(shape).items()),
        "",
        "[weights]",
        f"file = {json.dumps(weights.name)}",
        f'sha256 = "{sha256_of(weights)}"',
        "",
        "[training]",
        *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in training.items()),
    ]
    card = folder / f"{name}.toml"
    unfinished = card.with_name(f"{card.name}.unfinished")
    unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
    unfinished.replace(card)
    return card
