"""``crystal-llm models``: what can be loaded, what it takes, and adding one."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.errors import CrystalLLMError, ModelCardError
from crystal_llm.settings import ADAPTED_MODEL, settings
from crystal_llm.types import TEXTS

if TYPE_CHECKING:
    from crystal_llm.library.own_models import OwnModels


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``models``."""
    parser = commands.add_parser(
        "models",
        help="list, check or add models",
        description="Without an action: loads every model (or those named) and prints its "
        "footprint and load time.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=OneLineParser)
    parser.add_argument("--model", help="only this card (name or path)")
    parser.add_argument(
        "--quantisation", choices=("none", "int8", "nf4"), help="the card's by default"
    )
    parser.add_argument("--no-load", action="store_true", help="read the cards, load nothing")
    add_json_flag(parser)
    parser.set_defaults(run=run)

    fetch = actions.add_parser(
        "fetch",
        help="get a model's base weights ready",
        description="Finds the base weights, checks them, and unpacks them into the home folder.",
    )
    fetch.add_argument("--model", help="name of a card, or a path to one")
    add_json_flag(fetch)
    fetch.set_defaults(run=run_fetch)

    add = actions.add_parser(
        "add",
        help="make a model card for an adapter or a compact model",
        description="Copies an adapter trained with the CrystalLLM prompts, or a compact model "
        "(`crystal-llm train … --decay-minutes`), hashes it, and writes its model card beside it.",
    )
    add.add_argument(
        "adapter",
        type=Path,
        metavar="DIR",
        help="folder with adapter_model.safetensors, or with model.safetensors and network.json",
    )
    add.add_argument("--name", required=True, help="name of the new card")
    source = add.add_mutually_exclusive_group()
    source.add_argument("--base-folder", type=Path, help="folder of the base model's safetensors")
    source.add_argument("--base-hub", help="the base model's repository on the hub")
    add.add_argument("--quantisation", choices=("none", "int8", "nf4"), default="none")
    add.add_argument("--split-digits", action="store_true", help="for Llama 3's tokenizer")
    add.add_argument(
        "--text", choices=TEXTS, help="what an adapter was trained to write (default: coordinate)"
    )
    add.add_argument("--licence", help="of a compact model's weights, an SPDX name")
    add.add_argument("--into", type=Path, help="folder for the card (default: the models folder)")
    add_json_flag(add)
    add.set_defaults(run=run_add)


def run(arguments: argparse.Namespace) -> Report:
    """Lists models with their footprint and load time."""
    from crystal_llm.language_model.card import card_names

    chosen = settings()
    names = [arguments.model] if arguments.model else card_names(chosen.models)
    models = None if arguments.model else _own_models()
    own = () if models is None else models.all()
    entries = [_entry(name, arguments) for name in names]
    lines = []
    for entry in entries:
        mark = "" if entry["name"] != chosen.model else " (default)"
        lines.append(f"{entry['name']}{mark}: {entry.get('title', '')}".rstrip(": "))
        if "error" in entry:
            lines.append(f"  cannot be loaded: {entry['error']}")
            continue
        lines.append(f"  base {entry['base']} ({entry['licence']}), {entry['quantisation']}")
        if entry.get("device") == "server":
            lines.append(f"  the server answered in {entry['load_s']:.1f} s")
        elif "weight_mb" in entry:
            lines.append(
                f"  {entry['weight_mb']:.0f} MB of weights, loaded in {entry['load_s']:.1f} s, "
                f"process at {entry['process_mb']:.0f} MB"
            )
    lines += [f"{model.id}: {model.title}, fine-tuned by job {model.job_id}" for model in own]
    failed = any("error" in entry for entry in entries)
    return Report(tuple(lines), {"models": entries}, exit_code=1 if failed else 0)


def _own_models() -> OwnModels | None:
    """The local user's fine-tuned models; None before there is a database.

    Raises:
        LibraryError: The database cannot be used.
    """
    from crystal_llm.language_model.card import own_models_folder
    from crystal_llm.library.database import open_database
    from crystal_llm.library.own_models import OwnModels

    chosen = settings()
    if chosen.database is None and not (chosen.home / "crystal-llm.sqlite").is_file():
        return None
    return OwnModels(open_database(chosen.database_url), own_models_folder())


def _entry(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    from crystal_llm.language_model.card import find_card

    try:
        card = find_card(name, settings().models)
        entry: dict[str, Any] = {
            "name": card.name,
            "title": card.title,
            "base": card.origin,
            "licence": card.licence,
            "quantisation": arguments.quantisation or card.quantisation,
        }
        if not arguments.no_load:
            import psutil

            from crystal_llm.language_model.loading import load_model

            tell(f"loading {name} …")
            model = load_model(name, quantisation=arguments.quantisation)
            entry |= {
                "identity": model.identity,
                "device": model.device,
                "weight_mb": round(model.decoder.weight_bytes / 1e6, 1),
                "load_s": round(model.load_s, 2),
                "process_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
            }
        return entry
    except CrystalLLMError as error:
        if arguments.model:
            raise
        return {"name": name, "error": str(error)}


def run_fetch(arguments: argparse.Namespace) -> Report:
    """Makes a model's base weights ready."""
    from crystal_llm.language_model.base import base_folder
    from crystal_llm.language_model.card import OWN, find_card

    if (arguments.model or "").startswith(OWN) and (models := _own_models()) is not None:
        own = models.fetch(arguments.model)
        folder = own.path.with_suffix("")
        return Report((f"{own.title} is ready in {folder}",), {"folder": str(folder)})
    card = find_card(arguments.model or settings().model, settings().models)
    if card.base is None and arguments.model is None:
        card = find_card(ADAPTED_MODEL, settings().models)
    if card.server is not None:
        line = f"{card.name} is served at {card.server.url}: nothing to fetch"
        return Report((line,), {"folder": None})
    if card.base is None:
        return Report((f"{card.name} has its own weights: nothing to fetch",), {"folder": None})
    folder = base_folder(card.base, settings())
    return Report((f"{card.base.name} is ready in {folder}",), {"folder": str(folder)})


def run_add(arguments: argparse.Namespace) -> Report:
    """Writes a card for an adapter or a compact model."""
    from crystal_llm.language_model.card import read_card

    into = arguments.into or settings().models
    name = arguments.name
    if not name or Path(name).name != name or name.startswith("."):
        raise ModelCardError(f"--name {name!r}: must be a plain file name")
    card, folder = into / f"{name}.toml", into / name
    if card.exists() or folder.exists():
        raise ModelCardError(f"{card}: a model of that name is there; choose another name")
    is_network = (arguments.adapter / "network.json").is_file()
    files, lines = (_network_card if is_network else _adapter_card)(arguments)
    folder.mkdir(parents=True)
    try:
        for file in files:
            shutil.copyfile(arguments.adapter / file, folder / file)
        unfinished = card.with_suffix(".toml.unfinished")
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
        read_card(unfinished)
        unfinished.rename(card)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        card.with_suffix(".toml.unfinished").unlink(missing_ok=True)
        raise
    return Report((f"wrote {card}; try `crystal-llm models --model {name}`",), {"card": str(card)})


def _adapter_card(arguments: argparse.Namespace) -> tuple[tuple[str, ...], list[str]]:
    """The files of an adapter and the lines of its card."""
    from crystal_llm.language_model.hashes import sha256_of

    name = arguments.name
    if arguments.base_folder is None and arguments.base_hub is None:
        raise ModelCardError("an adapter needs its base: give --base-folder or --base-hub")
    files = ("adapter_config.json", "adapter_model.safetensors")
    for file in files:
        if not (arguments.adapter / file).is_file():
            raise ModelCardError(
                f"{arguments.adapter}: has no {file}; PEFT's save_pretrained writes it"
            )
    hashes = {file: sha256_of(arguments.adapter / file) for file in files}
    lines = [f'title = "{name}"', f'quantisation = "{arguments.quantisation}"']
    if arguments.text is not None:
        lines.append(f'text = "{arguments.text}"')
    if arguments.split_digits:
        lines.append("split_digits = true")
    lines += ["", "[base]"]
    base_hashes: dict[str, str] = {}
    if arguments.base_folder is not None:
        base = arguments.base_folder.resolve()
        lines += [f'name = "{base.name}"', f'folder = "{base}"']
        base_hashes = {file.name: sha256_of(file) for file in sorted(base.glob("*.safetensors"))}
        if not base_hashes:
            raise ModelCardError(f"{base}: holds no safetensors")
    else:
        lines += [f'name = "{arguments.base_hub}"', f'hub = "{arguments.base_hub}"']
    for table, values in (("base", base_hashes), ("adapter", hashes)):
        if table == "adapter":
            lines += ["", "[adapter]", f'folder = "{name}"']
        if values:
            lines += ["", f"[{table}.sha256]", *(f'"{k}" = "{v}"' for k, v in values.items())]
    return files, lines


def _network_card(arguments: argparse.Namespace) -> tuple[tuple[str, ...], list[str]]:
    """The files of a compact model and the lines of its card."""
    from crystal_llm.language_model.network import check_network
    from crystal_llm.training.compact.network_card import NETWORK_FILES, network_card

    for option in ("base_folder", "base_hub", "split_digits", "text"):
        if getattr(arguments, option):
            raise ModelCardError(
                f"--{option.replace('_', '-')} is for adapters; {arguments.adapter} is a network"
            )
    check_network(arguments.adapter)
    lines = network_card(
        arguments.adapter,
        arguments.name,
        title=arguments.name,
        quantisation=arguments.quantisation,
        licence=arguments.licence,
    )
    return NETWORK_FILES, lines
