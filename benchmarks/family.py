"""What fine-tuning on one family of crystals gives: samples that belong to it, before and after.

    python benchmarks/family.py --prototype "216 a b c" --n 200 --minutes 10

The known structures of one prototype (half-Heuslers: ``216 a b c``), those of the training split,
are learned by ``--base`` as `crystal-llm train --base` does it. Before and after, ``--n`` plain
samples (best of 1, known ones not passed over) are written under the usual conditions; those of
the family are compared with all known structures, and the novel ones are relaxed by CHGNet and
placed on its hull, the phases that they compete with as given.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

from crystal_llm.candidate import Candidate, begun
from crystal_llm.crystal.symmetric_prototype import prototype_label
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES
from crystal_llm.dataset.symmetric_table import read_symmetric_table
from crystal_llm.errors import SymmetryError
from crystal_llm.evaluation.known_table import read_known_phases
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.evaluation.rates import Rate
from crystal_llm.evaluation.stability_rates import METASTABLE_EV_PER_ATOM
from crystal_llm.generation.usual import usual_request
from crystal_llm.generation.writer import write_crystals
from crystal_llm.judging import JudgingResources, compared, judge
from crystal_llm.language_model.loading import LoadedModel, load_model
from crystal_llm.relaxation.cache import default_cache
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference_catalogue import default_reference
from crystal_llm.stability.references.reference_file import read_reference
from crystal_llm.training.compact.fine_tuning import fine_tune
from crystal_llm.training.compact.lora_run import FineTuning
from crystal_llm.training.compact.network_card import network_card
from crystal_llm.types import PlainCrystal


def main() -> None:
    """Fine-tunes, samples and counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="compact")
    parser.add_argument("--prototype", default="216 a b c")
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=Path("family"))
    arguments = parser.parse_args()
    table = settings().models / SHIPPED_STRUCTURES
    family = [
        row
        for row in read_symmetric_table(table, "train")
        if prototype_label(row.crystal) == arguments.prototype
    ]
    base = load_model(arguments.base)
    assert base.card.network is not None
    out = arguments.folder / "tuned"
    began = time.process_time()
    tuned = fine_tune(family, base.card.network.folder, out, FineTuning(minutes=arguments.minutes))
    print(f"{len(family)} crystals, {tuned.draws} draws, {tuned.minutes:.1f} minutes,")
    print(f"{time.process_time() - began:.0f} CPU s; ended: {tuned.ended}; nats a crystal")
    print(f"{tuned.before.free_nats:.2f} before, {tuned.after.free_nats:.2f} after")
    card = arguments.folder / "tuned.toml"
    card.write_text("\n".join(network_card(out, out.name, title="Tuned")) + "\n", encoding="utf-8")
    known = read_known_phases(table)
    for name, model in (("before", base), ("after", load_model(str(card)))):
        print(f"\n{name}")
        _count(model, known, arguments)


def _count(model: LoadedModel, known: KnownCrystals, arguments: argparse.Namespace) -> None:
    request = replace(
        usual_request("symmetric"),
        count=arguments.n,
        best_of=1,
        new_only=False,
        seed=arguments.seed,
    )
    written = sorted(write_crystals(model, request), key=lambda crystal: crystal.index)
    members = [
        candidate
        for candidate in compared(begun(written), known)
        if candidate.crystal is not None and _label(candidate.crystal) == arguments.prototype
    ]
    new = [
        candidate
        for candidate in members
        if candidate.novelty is not None and candidate.novelty.unique_and_novel
    ]
    path = default_reference(settings().models, "chgnet")
    reference = None if path is None else read_reference(path)
    with default_cache(settings()) as cache:
        bench = JudgingResources(reference=reference, known=known, processes=1, cache=cache)
        relaxed = list(judge(new, bench))
    stable = [
        candidate
        for candidate in compared(relaxed, known, reference)
        if _is_metastable(candidate)
        and candidate.novelty is not None
        and candidate.novelty.unique_and_novel
    ]
    print(f"  of the family: {Rate(len(members), arguments.n, 'asked')}")
    print(f"  … unique and novel: {Rate(len(new), arguments.n, 'asked')}")
    print(f"  … and metastable once relaxed: {Rate(len(stable), arguments.n, 'asked')}")


def _label(crystal: PlainCrystal) -> str | None:
    try:
        return prototype_label(symmetric_crystal(crystal))
    except SymmetryError:
        return None


def _is_metastable(candidate: Candidate) -> bool:
    above = candidate.energy_above_hull_ev_per_atom
    return above is not None and above <= METASTABLE_EV_PER_ATOM


if __name__ == "__main__":
    main()
