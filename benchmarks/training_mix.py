"""Which data mix serves free and conditional generation both?

Short branches from the same adapter, each on as many tokens, differ in the share of draws
from the wide set (crystals of any energy). Each is judged on stable validation crystals
(free, and with the formula given) and on unstable crystals kept out of all branches (with
everything that is known of them given, their energy above hull included).

    python benchmarks/training_mix.py TABLE.parquet --base FOLDER [--tokens 40000]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from crystal_llm.dataset.table import read_table
from crystal_llm.language_model.tokenizer import load_tokenizer, symbol_tokens
from crystal_llm.settings import settings
from crystal_llm.training.adapter import trainable_model
from crystal_llm.training.batches import is_stable
from crystal_llm.training.config import TrainingConfig, read_config
from crystal_llm.training.loop import train_adapter
from crystal_llm.training.objective import CompletionLoss
from crystal_llm.training.validation import ValidationSet, validation_set

HELD_OUT = "held out"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("--base", type=Path, required=True, help="folder of the base model")
    parser.add_argument("--adapter", type=Path, help="default: the shipped one")
    parser.add_argument("--shares", default="0,0.3,0.6")
    parser.add_argument("--tokens", type=int, default=40_000)
    parser.add_argument("--crystals", type=int, default=64, help="in each of the two judgements")
    parser.add_argument("--keep", type=Path, help="folder in which the branches stay")
    args = parser.parse_args()
    adapter = args.adapter or settings().models / settings().model
    config = replace(
        read_config(settings().models / "training-cpu.toml"),
        total_tokens=args.tokens,
        total_minutes=None,
        warmup_tokens=args.tokens // 8,
        learning_rate=5e-4,
        validate_every_tokens=10 * args.tokens,
    )
    rows = read_table(args.table)
    unstable = [row for row in rows if row.split == "train" and _known_unstable(row)]
    held_out = random.Random(0).sample(unstable, args.crystals)
    left_out = {row.material_id for row in held_out}
    tokenizer = load_tokenizer(args.base)
    judges = (
        validation_set(rows, tokenizer, count=args.crystals),
        validation_set(
            [replace(row, split=HELD_OUT) for row in held_out],
            tokenizer,
            count=args.crystals,
            split=HELD_OUT,
        ),
    )
    print(
        f"{args.tokens:,} tokens a branch; nats a token on {judges[0].crystals} stable validation "
        f"crystals and on {judges[1].crystals} unstable ones kept out"
    )
    print("wide share   free, stable   formula, stable   all known, unstable   infill, stable")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.parquet"
        whole = pd.read_parquet(args.table)
        whole[~whole["material_id"].isin(left_out)].to_parquet(table)
        for share in (float(text) for text in args.shares.split(",")):
            branch = replace(config, wide_share=share)
            run = (args.keep or Path(folder)) / f"share-{share}"
            train_adapter(
                args.base, table, run, branch, initial_adapter=adapter, validation_crystals=0
            )
            stable, other = judge(args.base, branch, run / "adapter", judges)
            print(
                f"{share:10.2f}   {stable.free:12.4f}   {stable.formula:15.4f}   "
                f"{other.conditioned:19.4f}   {stable.infill:14.4f}",
                flush=True,
            )


def _known_unstable(row: object) -> bool:
    return row.energy_above_hull_ev_per_atom is not None and not is_stable(row)


def judge(base: Path, config: TrainingConfig, adapter: Path, judges: tuple[ValidationSet, ...]):
    """The losses of one branch."""
    model = trainable_model(base, config, "cpu", adapter)
    model.eval()
    tokens = symbol_tokens(load_tokenizer(base))
    loss = CompletionLoss(model, tokens.alphabet, config.infill_weight)
    return tuple(one(loss) for one in judges)


if __name__ == "__main__":
    main()
