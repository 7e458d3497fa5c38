"""Folders of matgl models: where they lie, what their files say, and whether they are known.

A folder holds ``model.json`` (what it is), ``model.pt`` (how the network is built) and
``state.pt`` (its weights). Read here without torch.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError
from crystal_llm.potentials.potential import CorrectionStep, PotentialCard
from crystal_llm.settings import Settings

MODEL_FILES = ("model.json", "model.pt", "state.pt")

ALIASES = {
    "m3gnet": "M3GNet-MP-2021.2.8-PES",
    "tensornet-matpes": "TensorNet-MatPES-PBE-v2025.1-PES",
}
"""Short names for released folders."""

HUB_OWNER = "materialyze"
"""Who publishes matgl's models on the Hugging Face Hub."""

MessageConvention = Literal["current", "m3gnet before 3.0", "tensornet before 3.0"]
"""How the messages of a network were summed when its weights were trained.

matgl 3.0 corrected it, so older weights load without complaint and give wrong energies.
"""

# Level of theory by what a release's name holds; nothing else in the files says it.
_THEORY_BY_NAME: tuple[tuple[str, str, CorrectionStep], ...] = (
    ("-MatPES-PBE-", "MatPES PBE", "impossible"),
    ("-MatPES-r2SCAN-", "MatPES r2SCAN", "impossible"),
    ("M3GNet-MP-2021.2.8-", "PBE(+U)", "added"),
)


@dataclass(frozen=True, slots=True)
class MatglModel:
    """A folder of a matgl model whose files are recognised.

    Attributes:
        folder: Where it lies.
        card: What is known of it.
        architecture: ``M3GNet`` or ``TensorNet``.
        convention: How its messages were summed.
    """

    folder: Path
    card: PotentialCard
    architecture: str
    convention: MessageConvention


def matgl_names(settings: Settings) -> tuple[str, ...]:
    """Short names, then names of the folders in the settings' folder of models."""
    folders: list[str] = []
    if settings.matgl is not None and settings.matgl.is_dir():
        folders = sorted(each.name for each in settings.matgl.iterdir() if _is_model(each))
    return (*ALIASES, *(name for name in folders if name not in ALIASES.values()))


def find_folder(name: str, settings: Settings) -> Path | None:
    """The folder of a model: in the settings' folder, or else in matgl's own cache."""
    release = ALIASES.get(name, name)
    if not release or "/" in release or release.startswith("."):
        return None
    folders = [settings.matgl / release] if settings.matgl is not None else []
    snapshots = matgl_cache() / f"models--{HUB_OWNER}--{release}" / "snapshots"
    if snapshots.is_dir():
        folders += sorted(snapshots.iterdir())
    folders.append(matgl_cache() / release)
    return next((folder for folder in folders if _is_model(folder)), None)


def matgl_cache() -> Path:
    """Where matgl itself keeps downloaded models."""
    return Path.home() / ".cache" / "matgl"


def _is_model(folder: Path) -> bool:
    return all((folder / name).is_file() for name in MODEL_FILES)


def read_model(name: str, folder: Path) -> MatglModel:
    """What the files of a folder say.

    Args:
        name: What the user typed.
        folder: Folder of the model's three files.

    Raises:
        PotentialError: The files cannot be read, or are of no kind that is known here.
    """
    try:
        digest = hashlib.sha256()
        for each in MODEL_FILES:
            digest.update(hashlib.sha256((folder / each).read_bytes()).digest())
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        network = description["kwargs"]["model"]
        elements = frozenset(network["init_args"]["element_types"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PotentialError(
            f"{folder}: not a folder of a matgl potential ({type(error).__name__}); "
            "it must hold model.json, model.pt and state.pt as matgl saves them"
        ) from error
    convention = _convention(description, network, folder)
    release = ALIASES.get(name, name)
    theory, correction = _theory(release, folder)
    short = next((alias for alias, full in ALIASES.items() if full == release), release)
    card = PotentialCard(
        name=short,
        title=f"{release} (matgl)",
        method=EnergyMethod(
            potential=short,
            weights_sha256=digest.hexdigest(),
            level_of_theory=theory,
            correction="MP2020" if correction == "added" else "none",
            energy_kind="total",
        ),
        elements=elements,
        correction=correction,
        source=f"the folder {release}, published by matgl (BSD)",
    )
    return MatglModel(folder, card, str(network["@class"]), convention)


def _theory(release: str, folder: Path) -> tuple[str, CorrectionStep]:
    for part, theory, correction in _THEORY_BY_NAME:
        if part in release:
            return theory, correction
    raise PotentialError(
        f"{folder}: the level of theory of {release} is not known here; "
        "releases named MatPES-PBE, MatPES-r2SCAN or M3GNet-MP-2021.2.8 are"
    )


def _convention(
    description: dict[str, Any], network: dict[str, Any], folder: Path
) -> MessageConvention:
    """Convention of the messages, by the versions and modules that matgl wrote.

    TensorNet counted its version up when matgl 3.0 corrected it. M3GNet did not, but moved:
    it was ``_m3gnet`` up to 2.x, ``_m3gnet_pyg`` in 3.x, and is ``_m3gnet`` again since 4.0,
    which also saves the argument ``compile_model``.
    """
    kind = (network.get("@class"), network.get("@module"), network.get("@model_version"))
    if description.get("@class") == "Potential" and description.get("@model_version") == 3:
        match kind:
            case ("TensorNet", "matgl.models._tensornet_pyg", 1):
                return "tensornet before 3.0"
            case ("TensorNet", _, 2):
                return "current"
            case ("M3GNet", "matgl.models._m3gnet_pyg", 2):
                return "current"
            case ("M3GNet", "matgl.models._m3gnet", 2):
                return (
                    "current" if "compile_model" in description["kwargs"] else "m3gnet before 3.0"
                )
    raise PotentialError(
        f"{folder}: {kind[0]} of {kind[1]}, version {kind[2]}, is not recognised; "
        "potentials of M3GNet (version 2) and of TensorNet (saved by PyTorch Geometric's code) are"
    )
