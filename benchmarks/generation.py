"""Crystals a second: this engine against ``transformers.generate`` on the same weights.

    python benchmarks/generation.py [--model NAME] [--threads 1] [--single 5] [--batches 2]
        [--many 32]

Each engine runs in a process of its own (so that peak memory is its own), one after the
other, with one model (the usual one unless another is named), what is asked of it where nothing
is said, τ = 0.7 and P = 0.9. A rate is the median over runs. ``transformers`` is given 500 new
tokens at most, as the paper does. It also measures how long the model takes to load (torch
being there) and until the first of eight crystals is there, how many of ``transformers``'
unconstrained samples at τ = 1, P = 1 decode, and what the machine could do at best.
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


def ours(name: str, quantisation: str, batch: int, runs: int) -> dict[str, Any]:
    from crystal_llm.generation.writer import WritingProgress, write_crystals
    from crystal_llm.language_model.loading import load_model

    model = load_model(name, quantisation=quantisation)
    rates, tokens, by_cpu = [], [], []
    for run in range(runs + 1):  # the first warms up
        # Late joiners keep the batch full, as in a real run of many crystals.
        count = batch if batch == 1 else 3 * batch
        request = _request(model.card, count, run)
        written = [0]

        def note(progress: WritingProgress, written: list[int] = written) -> None:
            written[0] = progress.tokens

        start, worked = time.perf_counter(), time.process_time()
        found = sum(1 for _ in write_crystals(model, request, batch_size=batch, progress=note))
        wall = time.perf_counter() - start
        by_cpu.append(found / (time.process_time() - worked))
        rates.append(found / wall)
        tokens.append(written[0] / wall)
    result = _result(rates[1:], tokens[1:], weight_mb=model.decoder.weight_bytes / 1e6)
    return result | {"crystals_per_cpu_s": statistics.median(by_cpu[1:])}


def first(name: str, runs: int) -> dict[str, Any]:
    """Seconds to load the model, and until the first of eight crystals is there."""
    import torch
    import transformers

    from crystal_llm.generation.writer import write_crystals
    from crystal_llm.language_model.loading import load_model

    del torch, transformers  # a worker has them
    start, worked = time.perf_counter(), time.process_time()
    model = load_model(name)
    found = {"load_s": time.perf_counter() - start, "load_cpu_s": time.process_time() - worked}
    waited, by_cpu = [], []
    for run in range(runs + 1):
        start, worked = time.perf_counter(), time.process_time()
        # As a job asks: eight crystals side by side.
        next(iter(write_crystals(model, _request(model.card, 8, run), batch_size=16)))
        waited.append(time.perf_counter() - start)
        by_cpu.append(time.process_time() - worked)
    found |= {"first_s": statistics.median(waited[1:]), "cold_s": waited[0]}
    return found | {"first_cpu_s": statistics.median(by_cpu[1:]), "cold_cpu_s": by_cpu[0]}


def _request(card: Any, count: int, seed: int) -> Any:
    from dataclasses import replace

    from crystal_llm.generation.usual import usual_request

    # The engine alone: no choice among several, no comparison with known structures.
    usual = replace(usual_request(card.text), best_of=1, new_only=False)
    return replace(usual, count=count, seed=seed, temperature=TEMPERATURE, top_p=TOP_P)


def theirs(name: str, batch: int, runs: int) -> dict[str, Any]:
    import torch

    model, tokenizer = _transformers_model(name)
    rates, tokens = [], []
    for run in range(runs + 1):
        torch.manual_seed(run)
        start = time.perf_counter()
        texts, count = _generate(model, tokenizer, batch, TEMPERATURE, TOP_P, short=run == 0)
        wall = time.perf_counter() - start
        rates.append(len(texts) / wall)
        tokens.append(count / wall)
    return _result(rates[1:], tokens[1:], weight_mb=model.get_memory_footprint() / 1e6)


def parse_rate(name: str, batch: int, runs: int) -> dict[str, Any]:
    import torch

    from crystal_llm.errors import CrystalTextError

    model, tokenizer = _transformers_model(name)
    reasons: dict[str, int] = {}
    asked = 0
    for run in range(runs):
        torch.manual_seed(1000 + run)
        for text in _generate(model, tokenizer, batch, 1.0, 1.0)[0]:
            asked += 1
            try:
                tokenizer.check(text)
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


class _Coordinate:
    """Prompts and texts of the paper's crystal string."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.end = self.pad = tokenizer.eos_token_id

    def prompt(self) -> list[int]:
        from crystal_llm.text.prompts import generation_prompt

        return list(self._tokenizer(generation_prompt())["input_ids"])

    def text(self, ids: list[int]) -> str:
        return str(self._tokenizer.decode(ids))

    def check(self, text: str) -> None:
        from crystal_llm.text import decode_plain

        decode_plain(text)


class _Symmetric:
    """The same of symmetric text in the compact vocabulary."""

    def __init__(self, card: Any) -> None:
        from crystal_llm.generation.symmetric_format import symmetric_format

        self._format, self._card = symmetric_format(), card
        self.end, self.pad = self._format.vocabulary.end, self._format.vocabulary.pad

    def prompt(self) -> list[int]:
        return self._format.opening(_request(self._card, 1, 0))

    def text(self, ids: list[int]) -> str:
        return " ".join(str(token) for token in ids)

    def check(self, text: str) -> None:
        self._format.vocabulary.decode([int(word) for word in text.split()])


def _transformers_model(name: str) -> tuple[Any, Any]:
    from crystal_llm.language_model.base import base_folder
    from crystal_llm.language_model.card import find_card
    from crystal_llm.language_model.loading import merged_model
    from crystal_llm.language_model.tokenizer import load_tokenizer
    from crystal_llm.settings import settings

    card = find_card(name, settings().models)
    if card.network is None:
        folder = base_folder(card.base, settings())
        return merged_model(folder, card, "none", "cpu"), _Coordinate(load_tokenizer(folder))
    import torch
    from safetensors.torch import load_file
    from transformers import LlamaConfig, LlamaForCausalLM

    model = LlamaForCausalLM(LlamaConfig.from_json_file(card.network.folder / "network.json"))
    model.load_state_dict(load_file(card.network.folder / "model.safetensors"))
    return model.to(torch.float32).eval(), _Symmetric(card)


def _generate(
    model: Any, texts: Any, batch: int, temperature: float, top_p: float, short: bool = False
) -> tuple[list[str], int]:
    import torch

    prompt = torch.tensor([texts.prompt()] * batch)
    with torch.inference_mode():
        output = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            temperature=temperature,
            top_p=top_p,
            top_k=0,
            max_new_tokens=8 if short else NEW_TOKENS,
            pad_token_id=texts.pad,
            eos_token_id=texts.end,
        )[:, prompt.shape[1] :]
    ends = (output == texts.end).int()
    lengths = [int(row.argmax()) if row.any() else len(row) for row in ends]
    found = [texts.text(row[:length].tolist()) for row, length in zip(output, lengths, strict=True)]
    return found, sum(lengths)


def _result(rates: list[float], tokens: list[float], weight_mb: float) -> dict[str, Any]:
    return {
        "crystals_per_s": statistics.median(rates),
        "tokens_per_s": statistics.median(tokens),
        "runs": len(rates),
        "weight_mb": weight_mb,
    }


JOBS = {
    "ours": ours,
    "first": first,
    "theirs": theirs,
    "parse_rate": parse_rate,
    "machine": machine,
}


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
    parser.add_argument("--batches", type=int, default=2, help="runs at larger batches")
    parser.add_argument("--many", type=int, nargs="+", default=[32], help="larger batches")
    parser.add_argument("--model", help="name of a card (default: the settings' model)")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--arguments", default="[]", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        result = JOBS[options.job](*json.loads(options.arguments))
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(json.dumps(result))
        return
    from crystal_llm.settings import settings

    name = options.model or settings().model
    limits = _child("machine", [], options.threads)
    print(
        f"machine, {options.threads} thread(s): reads {limits['read_gb_s']:.1f} GB/s, "
        f"multiplies {limits['gflop_s']:.0f} GFLOP/s in float32"
    )
    found: dict[str, Any] = {"machine": limits, "threads": options.threads}
    latency = _child("first", [name, 5], options.threads)
    found["first"] = latency
    for what, key in (("loaded", "load"), ("first of 8 crystals", "first"), ("cold", "cold")):
        wall, worked = latency[f"{key}_s"], latency[f"{key}_cpu_s"]
        print(f"{name}, {what}: {wall:.2f} s, {worked:.2f} s of CPU time")
    for batch, runs in ((1, options.single), *((many, options.batches) for many in options.many)):
        reference = _child("theirs", [name, batch, runs], options.threads)
        found[f"transformers/{batch}"] = reference
        _print(f"transformers.generate, float32, batch {batch}", reference, reference)
        for quantisation in ("none", "int8"):
            result = _child("ours", [name, quantisation, batch, runs], options.threads)
            found[f"{quantisation}/{batch}"] = result
            _print(f"crystal-llm, {quantisation}, batch {batch}", result, reference)
    rate = _child("parse_rate", [name, 32, options.batches], options.threads)
    found["unconstrained"] = rate
    decoded = f"{rate['parsed']} of {rate['asked']} decode"
    print(f"transformers at τ = 1, P = 1: {decoded} {rate['reasons']}")
    print(json.dumps(found))


def _print(name: str, result: dict[str, Any], reference: dict[str, Any]) -> None:
    print(
        f"{name:45} {result['crystals_per_s']:7.3f} crystals/s  "
        f"{result['crystals_per_s'] / reference['crystals_per_s']:5.1f}×  "
        f"{result['tokens_per_s']:6.0f} tokens/s  peak {result['peak_mb']:5.0f} MB"
        + (
            f"  {result['crystals_per_cpu_s']:.1f} crystals a CPU second"
            if "crystals_per_cpu_s" in result
            else ""
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
