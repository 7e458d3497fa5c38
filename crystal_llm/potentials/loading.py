"""The potentials by name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.cards import PACKAGED_POTENTIALS
from crystal_llm.potentials.matgl_files import (
    ALIASES,
    HUB_OWNER,
    MODEL_FILES,
    find_folder,
    matgl_cache,
    matgl_names,
    read_model,
)
from crystal_llm.potentials.potential import Potential, PotentialCard
from crystal_llm.potentials.self_check import check_once
from crystal_llm.settings import Settings
from crystal_llm.settings import settings as process_settings

DEFAULT_POTENTIAL = "chgnet"


def potential_names(settings: Settings | None = None) -> tuple[str, ...]:
    """Names that a user may type: packaged ones, matgl's short names, folders of models.

    A short name of matgl may need a download, or the folder of models in the settings.
    """
    return (*PACKAGED_POTENTIALS, *matgl_names(settings or process_settings()))


def potential_card(name: str, settings: Settings | None = None) -> PotentialCard:
    """What is known of a potential, without loading it, torch or the network.

    Raises:
        PotentialError: There is no such potential, or its files are not here yet or are of no
            known kind; says what to do.
    """
    if name in PACKAGED_POTENTIALS:
        return PACKAGED_POTENTIALS[name].card
    settings = settings or process_settings()
    folder = find_folder(name, settings)
    if folder is None:
        raise _unknown_or_absent(name, settings)
    return read_model(name, folder).card


@lru_cache(maxsize=4)
def load_potential(name: str, settings: Settings) -> Potential:
    """A loaded potential that passed its self-check, once a process.

    Raises:
        PotentialError: There is no such potential, its weights are missing or wrong, or it
            fails its self-check; or there is no such device.
    """
    _check_device(settings.device)
    potential: Potential
    if name == "chgnet":
        from crystal_llm.potentials.chgnet_potential import load_chgnet

        library = "chgnet"
        potential = load_chgnet(PACKAGED_POTENTIALS[name], settings.device)
    elif name in PACKAGED_POTENTIALS:
        from crystal_llm.potentials.sevennet_potential import load_sevennet

        library = "sevenn"
        potential = load_sevennet(PACKAGED_POTENTIALS[name], settings.device)
    else:
        folder = find_folder(name, settings) or _download(name, settings)
        model = read_model(name, folder)
        from crystal_llm.potentials.matgl_potential import load_matgl

        library = "matgl"
        potential = load_matgl(model, settings.device)
    check_once(potential, library, settings.device, settings.home)
    return potential


def _check_device(device: str) -> None:
    if device == "cpu":
        return
    import torch

    devices = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if (torch.device(device).index or 0) >= devices:
        raise PotentialError(
            f"device {device!r}: torch finds "
            f"{devices or 'no'} CUDA device{'s' * (devices > 1)} here; "
            "set CRYSTAL_LLM_DEVICE=cpu, or install a driver and a torch built for CUDA"
        )


def _download(name: str, settings: Settings) -> Path:
    """Fetches a released matgl model into matgl's own cache."""
    if name not in ALIASES and "-PES" not in name:
        raise _unknown_or_absent(name, settings)
    from huggingface_hub import hf_hub_download

    files = []
    for file in MODEL_FILES:
        try:
            files.append(
                hf_hub_download(
                    repo_id=f"{HUB_OWNER}/{ALIASES.get(name, name)}",
                    filename=file,
                    cache_dir=matgl_cache(),
                )
            )
        except Exception as error:  # the hub's client raises errors of many libraries
            raise _unknown_or_absent(name, settings) from error
    return Path(files[0]).parent


def _unknown_or_absent(name: str, settings: Settings) -> PotentialError:
    if name in ALIASES:
        return PotentialError(
            f"potential {name!r}: its model {ALIASES[name]} is not on this machine and could not "
            "be fetched; set CRYSTAL_LLM_MATGL to a folder that holds it"
        )
    return PotentialError(
        f"potential {name!r} is unknown: use one of {', '.join(potential_names(settings))}, or "
        "the name of a folder of a matgl model in CRYSTAL_LLM_MATGL"
    )
