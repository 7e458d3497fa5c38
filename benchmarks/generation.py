"""Crystals a second: this engine against ``transformers.generate`` on the same weights.

    python benchmarks/generation.py [--threads 1] [--single 5] [--batches 2]

Each engine runs in a process of its own (so that peak memory is its own), one after the
other, with the shipped model, the prompt without conditions, τ = 0.7 and P = 0.9. A rate
is the median over runs. ``transformers`` is given 500 new tokens at most, as the paper
does. It also measures how many of ``transformers``' unconstrained samples at τ = 1, P = 1
decode, and what the machine could do at best.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

TEMPERATURE, TOP_P, NEW_TOKENS = 0.7, 0.9, 500


def ours(quantisation: str, batch: int, runs: int) -> dict[str, Any]:
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.generation.writer import Progress, write_crystals
    from crystal_llm.language_model.loading import load_model

    model = load_model(quantisation=quantisation)
    rates, tokens = [], []
    for run in range(runs + 1):  # the first warms up
        # Late joiners keep the batch full, as in a real run of many crystals.
        count = batch if batch == 1 else 3 * batch
        request = GenerationRequest(count, seed=run, temperature=TEMPERATURE, top_p=TOP_P)
        written = [0]

        def note(progress: Progress, written: list[int] = written) -> None:
            written[0] = progress.tokens

        start = time.perf_counter()
        found = sum(1 for _ in write_crystals(model, request, batch_size=batch, progress=note))
        wall = time.perf_counter() - start
        rates.append(found / wall)
        tokens.append(written[0] / wall)
    return _result(rates[1:], tokens[1:], weight_mb=model.decoder.weight_bytes / 1e6)


def theirs(batch: int, runs: int) -> dict[str, Any]:
    import torch

    model, tokenizer = _transformers_model()
    rates, tokens = [], []
    for run in range(runs + 1):
        torch.manual_seed(run)
        start = time.perf_counter()
        texts, count = _generate(model, tokenizer, batch, TEMPERATURE, TOP_P, short=run == 0)
        wall = time.perf_counter() - start
        rates.append(len(texts) / wall)
        tokens.append(count / wall)
    return _result(rates[1:], tokens[1:], weight_mb=model.get_memory_footprint() / 1e6)


def parse_rate(batch: int, runs: int) -> dict[str, Any]:
    import torch

    from crystal_llm.errors import CrystalTextError
    from crystal_llm.text import decode_plain

    model, tokenizer = _transformers_model()
    reasons: dict[str, int] = {}
    asked = 0
    for run in range(runs):
        torch.manual_seed(1000 + run)
        for text in _generate(model, tokenizer, batch, 1.0, 1.0)[0]:
            asked += 1
            try:
                decode_plain(text)
            except CrystalTextError as error:
                reasons[error.reason[:60]] = reasons.get(error.reason[:60], 0) + 1
    return {"asked": asked, "parsed": asked - sum(reasons.values()), "reasons": reasons}


def machine() -> dict[str, Any]:
    """Memory read and int8/float32 product rates of the threads in use."""
    import torch

    big = torch.randn(100_000_000)
    read = min(_seconds(big.sum) for _ in range(5))
    a, b = torch.randn(1024, 1536), torch.randn(1536, 3072)
    product = min(_seconds(lambda: a @ b) for _ in range(5))
    return {"read_gb_s": big.nbytes / read / 1e9, "gflop_s": 2 * 1024 * 1536 * 3072 / product / 1e9}


def _seconds(call: Any) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _transformers_model() -> tuple[Any, Any]:
    from crystal_llm.language_model.base import base_folder
    from crystal_llm.language_model.card import find_card
    from crystal_llm.language_model.loading import merged_model
    from crystal_llm.language_model.tokenizer import load_tokenizer
    from crystal_llm.settings import settings

    card = find_card(settings().model, settings().models)
    folder = base_folder(card.base, settings())
    return merged_model(folder, card, "none", "cpu"), load_tokenizer(folder)


def _generate(
    model: Any, tokenizer: Any, batch: int, temperature: float, top_p: float, short: bool = False
) -> tuple[list[str], int]:
    import torch

    from crystal_llm.text.prompts import generation_prompt

    prompt = tokenizer([generation_prompt()] * batch, return_tensors="pt")
    with torch.inference_mode():
        output = model.generate(
            input_ids=prompt["input_ids"],
            attention_mask=prompt["attention_mask"],
            do_sample=True,
            temperature=temperature,
            top_p=top_p,
            top_k=0,
            max_new_tokens=8 if short else NEW_TOKENS,
            pad_token_id=tokenizer.eos_token_id,
        )[:, prompt["input_ids"].shape[1] :]
    ends = (output == tokenizer.eos_token_id).int()
    lengths = [int(row.argmax()) if row.any() else len(row) for row in ends]
    texts = [tokenizer.decode(row[:length]) for row, length in zip(output, lengths, strict=True)]
    return texts, sum(lengths)


def _result(rates: list[float], tokens: list[float], weight_mb: float) -> dict[str, Any]:
    return {
        "crystals_per_s": statistics.median(rates),
        "tokens_per_s": statistics.median(tokens),
        "runs": len(rates),
        "weight_mb": weight_mb,
    }


JOBS = {"ours": ours, "theirs": theirs, "parse_rate": parse_rate, "machine": machine}


def _child(job: str, arguments: list[Any], threads: int) -> dict[str, Any]:
    environment = os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "CRYSTAL_LLM_THREADS": str(threads),
    }
    command = [sys.executable, __file__, "--job", job, "--arguments", json.dumps(arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--single", type=int, default=5, help="runs at batch 1")
    parser.add_argument("--batches", type=int, default=2, help="runs at batch 32")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--arguments", default="[]", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        result = JOBS[options.job](*json.loads(options.arguments))
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(json.dumps(result))
        return
    limits = _child("machine", [], options.threads)
    print(
        f"machine, {options.threads} thread(s): reads {limits['read_gb_s']:.1f} GB/s, "
        f"multiplies {limits['gflop_s']:.0f} GFLOP/s in float32"
    )
    found: dict[str, Any] = {"machine": limits, "threads": options.threads}
    for batch, runs in ((1, options.single), (32, options.batches)):
        reference = _child("theirs", [batch, runs], options.threads)
        found[f"transformers/{batch}"] = reference
        _print(f"transformers.generate, float32, batch {batch}", reference, reference)
        for quantisation in ("none", "int8"):
            result = _child("ours", [quantisation, batch, runs], options.threads)
            found[f"{quantisation}/{batch}"] = result
            _print(f"crystal-llm, {quantisation}, batch {batch}", result, reference)
    rate = _child("parse_rate", [32, options.batches], options.threads)
    found["unconstrained"] = rate
    decoded = f"{rate['parsed']} of {rate['asked']} decode"
    print(f"transformers at τ = 1, P = 1: {decoded} {rate['reasons']}")
    print(json.dumps(found))


def _print(name: str, result: dict[str, Any], reference: dict[str, Any]) -> None:
    print(
        f"{name:45} {result['crystals_per_s']:7.3f} crystals/s  "
        f"{result['crystals_per_s'] / reference['crystals_per_s']:5.1f}×  "
        f"{result['tokens_per_s']:6.0f} tokens/s  peak {result['peak_mb']:5.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
