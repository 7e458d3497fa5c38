"""A tiny network of symmetric text with random weights, by card, as a user's own would be."""

from __future__ import annotations

from pathlib import Path

from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.language_model.hashes import sha256_of
from crystal_llm.language_model.loading import LoadedModel, load_model
from crystal_llm.settings import Settings
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.network import WeightAverage, random_network
from crystal_llm.training.compact.weights import save_weights

TINY = CompactConfig(network=CompactShape(layers=2, hidden=32, heads=2, feed_forward=64))


def write_tiny_card(folder: Path, name: str = "tiny") -> Path:
    """Writes card and weights of a tiny random network; returns the card's path."""
    network = random_network(TINY.network, len(CompactVocabulary()), seed=3)
    save_weights(network, WeightAverage(network, 1).weights, folder / name)
    hashes = "\n".join(
        f'"{file}" = "{sha256_of(folder / name / file)}"'
        for file in ("model.safetensors", "network.json")
    )
    card = folder / f"{name}.toml"
    card.write_text(
        f'title = "Tiny"\n[network]\nfolder = "{name}"\nlicence = "MIT"\n'
        f"[network.sha256]\n{hashes}\n",
        encoding="utf-8",
    )
    return card


def load_tiny(folder: Path, quantisation: str | None = None) -> LoadedModel:
    """A tiny random network, loaded."""
    card = write_tiny_card(folder)
    return load_model(
        str(card),
        quantisation=quantisation,
        configured=Settings(home=folder / "home", models=folder),
    )
