"""Settings: one frozen object, read once from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crystal_llm.errors import SettingsError

KEPT_WORKERS = "CRYSTAL_LLM_KEPT_WORKERS"
"""Variable by which `crystal-llm app` tells its pages how many workers it starts again."""

LOCALHOST = "localhost"
"""Where the pages listen unless told otherwise."""

PACKAGE_ROOT = Path(__file__).resolve().parent.parent

DEFAULT_MODEL = "compact"
"""The model card that is used where none is named."""

ADAPTED_MODEL = "smollm2-135m"
"""The shipped card with a pretrained base: what an adapter is trained on where none is named."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how much may be used.

    Attributes:
        home: Folder for everything the program keeps (``CRYSTAL_LLM_HOME``).
        models: Folder of the shipped model cards (``CRYSTAL_LLM_MODELS``).
        model: Name or path of the model card used when none is named
            (``CRYSTAL_LLM_MODEL``).
        base: Folder or GGUF file of the base model, before any other source
            (``CRYSTAL_LLM_BASE``).
        device: ``cpu``, ``cuda`` or ``cuda:N`` (``CRYSTAL_LLM_DEVICE``).
        threads: CPU threads for the language model; 0 leaves torch's own choice
            (``CRYSTAL_LLM_THREADS``).
        database: URL of the database of jobs and library, SQLite or PostgreSQL
            (``CRYSTAL_LLM_DATABASE``); None takes a SQLite file in the home folder.
        matgl: Folder that holds a folder for each matgl potential
            (``CRYSTAL_LLM_MATGL``), looked in before matgl's own cache.
    """

    home: Path
    models: Path
    model: str = DEFAULT_MODEL
    base: Path | None = None
    device: str = "cpu"
    threads: int = 0
    database: str | None = None
    matgl: Path | None = None

    @property
    def database_url(self) -> str:
        """URL of the database of jobs and library."""
        return self.database or f"sqlite:///{self.home / 'crystal-llm.sqlite'}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from an environment.

    Raises:
        SettingsError: A variable's value cannot be used.
    """
    home = environment.get("CRYSTAL_LLM_HOME")
    data = environment.get("XDG_DATA_HOME")
    default_home = (Path(data) if data else Path.home() / ".local" / "share") / "crystal-llm"
    base = environment.get("CRYSTAL_LLM_BASE")
    threads = environment.get("CRYSTAL_LLM_THREADS", "0")
    if not threads.isdecimal():
        raise SettingsError(f"CRYSTAL_LLM_THREADS = {threads!r}: must be a whole number")
    device = environment.get("CRYSTAL_LLM_DEVICE", "cpu")
    if not re.fullmatch(r"cpu|cuda(:[0-9]+)?", device):
        raise SettingsError(f"CRYSTAL_LLM_DEVICE = {device!r}: use cpu, cuda or cuda:N")
    database = environment.get("CRYSTAL_LLM_DATABASE") or None
    if database is not None and not re.match(r"sqlite:///.|postgresql://.", database):
        raise SettingsError(
            # Not the value itself: a URL may hold a password.
            "CRYSTAL_LLM_DATABASE: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
        )
    matgl = environment.get("CRYSTAL_LLM_MATGL")
    return Settings(
        home=Path(home).expanduser() if home else default_home,
        models=Path(environment.get("CRYSTAL_LLM_MODELS", PACKAGE_ROOT / "models")),
        model=environment.get("CRYSTAL_LLM_MODEL", DEFAULT_MODEL),
        base=Path(base).expanduser() if base else None,
        device=device,
        threads=int(threads),
        database=database,
        matgl=Path(matgl).expanduser() if matgl else None,
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings."""
    return read_settings(os.environ)
