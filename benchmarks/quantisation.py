"""Validation loss of the shipped model in float32, int8 and NF4.

    python benchmarks/quantisation.py TABLE.parquet [--crystals 64] [--nf4-model smollm2-135m-nf4]

The same crystals of the table's validation split, after the prompt without conditions and
after the one with the formula, over the model's whole vocabulary. ``--nf4-model`` names a card
whose adapter was trained on the base as NF4 rounds it; it is measured besides.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--crystals", type=int, default=64)
    parser.add_argument("--model")
    parser.add_argument("--nf4-model")
    options = parser.parse_args()

    from crystal_llm.dataset.table import read_table
    from crystal_llm.generation.writer import score_texts
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.text import encode_plain, generation_prompt
    from crystal_llm.training.batches import is_stable
    from crystal_llm.types import Conditions

    held = [row for row in read_table(options.table) if row.split == "val" and is_stable(row)]
    rows = random.Random(0).sample(held, min(options.crystals, len(held)))
    texts = [encode_plain(row.crystal) for row in rows]
    prompts = {
        "free": [generation_prompt()] * len(rows),
        "formula": [generation_prompt(Conditions(formula=row.formula)) for row in rows],
    }
    found: dict[str, dict[str, float]] = {}
    models = [(options.model, one) for one in ("none", "int8", "nf4")]
    if options.nf4_model:
        models.append((options.nf4_model, "nf4"))
    for name, quantisation in models:
        model = load_model(name, quantisation=quantisation)
        losses = {}
        for kind, asked in prompts.items():
            scores = score_texts(model, texts, asked)
            losses[kind] = -sum(s.log_likelihood for s in scores) / sum(s.tokens for s in scores)
        found[model.identity] = losses
        whole = next(iter(found.values()))
        shown = ", ".join(
            f"{kind} {value:.4f} ({value / whole[kind] - 1:+.2%})" for kind, value in losses.items()
        )
        size = model.decoder.weight_bytes / 1e6
        print(f"{model.identity} {size:5.0f} MB  nats a token: {shown}", flush=True)
    print(json.dumps({"crystals": len(rows), "losses": found}))


if __name__ == "__main__":
    main()
