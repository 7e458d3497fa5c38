"""What drawing equivalent descriptions is worth: the same small network with and without.

    python benchmarks/augmentation.py --crystals 6000 --draws 60000 --threads 1

A subset of the stable training crystals is learned four times from the same random weights: with
one description of each crystal, with random representatives of its orbits, in random settings, and
with both (the default). Printed for each: infill on the validation crystals, described as in
training, and how many of ``--n`` samples at τ = 1, P = 1, nothing kept apart, are valid and lie
within 0.1 eV/atom of CHGNet's hull as written. A run that was stopped goes on in its folder.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import torch

from crystal_llm.crystal.descriptions import VARIED, Varied
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES
from crystal_llm.dataset.symmetric_table import (
    is_trained_on,
    read_symmetric_table,
    write_symmetric_table,
)
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.evaluation.validity import judge_plain
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import write_crystals
from crystal_llm.language_model.loading import load_model
from crystal_llm.settings import settings
from crystal_llm.stability.written_energies import shipped_energies
from crystal_llm.training.compact.config import CompactConfig, CompactShape
from crystal_llm.training.compact.loop import CompactProgress, RunLimits, decay, train_network
from crystal_llm.training.compact.network_card import network_card
from crystal_llm.types import Conditions

SHAPE = CompactShape(layers=6, hidden=192, heads=4, feed_forward=512)


def main() -> None:
    """Trains what is missing and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crystals", type=int, default=6000)
    parser.add_argument("--draws", type=int, default=60_000)
    parser.add_argument("--decay-minutes", type=float, default=3.0)
    parser.add_argument("--n", type=int, default=300, help="samples of each")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("augmentation"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    table = _table(arguments.folder, arguments.crystals)
    for varied in VARIED:
        out = _trained(table, arguments.folder, varied, arguments.draws, arguments.decay_minutes)
        print(f"{varied}: {_judged(out, arguments.n)}", flush=True)


def _table(folder: Path, count: int) -> Path:
    """The validation crystals, and so many stable ones to train on."""
    path = folder / "table.parquet"
    if not path.exists():
        rows = read_symmetric_table(settings().models / SHIPPED_STRUCTURES)
        stable = [
            row
            for row in rows
            if is_trained_on(row, CompactConfig().max_orbits)
            and (row.energy_above_hull_ev_per_atom or 0.0) <= METASTABLE_EV_PER_ATOM
        ]
        chosen = random.Random(0).sample(stable, min(count, len(stable)))
        write_symmetric_table([*chosen, *(row for row in rows if row.split == "val")], path)
    return path


def _trained(table: Path, folder: Path, varied: Varied, draws: int, minutes: float) -> Path:
    run, out = folder / varied, folder / f"{varied}-decayed"
    if (out / "model.safetensors").exists():
        return out
    config = CompactConfig(
        network=SHAPE,
        augmentation=varied,
        wide_share=0.0,
        weight_decay=0.1,
        hidden_rate=0.01,
        average_steps=100,
        validate_every_steps=500,
        precision="bfloat16" if _computes_in_bfloat16() else "float32",
    )
    progress = CompactProgress()

    def count(record: dict[str, object]) -> None:
        nonlocal progress
        progress = replace(progress, crystals=int(str(record.get("crystals", progress.crystals))))

    limits = RunLimits(stopped=lambda: progress.crystals >= draws)
    train_network(table, run, config, limits, report=count)
    decay(table, run, out, minutes)
    return out


def _computes_in_bfloat16() -> bool:
    flags = Path("/proc/cpuinfo")
    return flags.exists() and "avx512_bf16" in flags.read_text(encoding="utf-8")


def _judged(folder: Path, count: int) -> str:
    lines = (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    last = [record for line in lines if "validation" in (record := json.loads(line))][-1]
    said = last["validation"]
    card = folder.parent / f"{folder.name}.toml"
    card.write_text("\n".join(network_card(folder, folder.name, title=folder.name)) + "\n")
    request = GenerationRequest(
        count,
        Conditions(energy_above_hull_ev_per_atom=0.03),
        temperature=1.0,
        top_p=1.0,
        seed=5,
    )
    crystals = [text.crystal for text in write_crystals(load_model(str(card)), request)]
    energies = shipped_energies(settings())
    assert energies is not None
    written = [crystal for crystal in crystals if crystal is not None]
    above = energies(written)
    valid = [crystal for crystal in written if judge_plain(crystal).valid]
    near = [energy for energy in above if energy is not None and energy <= METASTABLE_EV_PER_ATOM]
    return (
        f"infill first {said['infill_first']:.1%}, among ten {said['infill_in_ten']:.1%}, "
        f"{said['infill_nats']:.2f} nats; valid {Rate(len(valid), count, 'asked')}; "
        f"within 0.1 eV/atom as written {Rate(len(near), count, 'asked')}"
    )


if __name__ == "__main__":
    main()
