"""Writes the report of a model: docs/reports/MODEL.html, one page that asks nothing of the network.

    python docs/model_report.py MODEL [--n 1000] [--relax-n 40] [--ipt 25] [--conditions 12]

Crystals are written as `crystal-llm generate` does where nothing is said, and evaluated against
1,000 of the shipped test crystals and all shipped known structures; the first of them are relaxed
by CHGNet. IPT is measured of models of coordinate text, and formulas and space groups are asked
for. Each step is a command of the shell, printed as it runs, with its seconds. A step whose file
lies in the folder of --work already is not done again, so that a run that was stopped goes on. The
folder is named by weights and numbers, so that others begin anew.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crystal_llm.language_model.card import ModelCard

ROOT = Path(__file__).parent.parent
KNOWN = "known-structures.parquet"
SAMPLES, WRITING = "samples.jsonl", "writing.json"
SEED = 11
TEST_CRYSTALS = 1000
TIME_LIMIT_S = 1800
"""Of a relaxation: a busy machine is not to decide what converges."""


def main() -> None:
    """Does the steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="name of a card, such as compact")
    parser.add_argument("--n", type=int, default=1000, help="crystals (default 1000)")
    parser.add_argument("--relax-n", type=int, default=40, help="of them relaxed (default 40)")
    parser.add_argument("--ipt", type=int, default=25, help="test crystals of IPT (default 25)")
    parser.add_argument(
        "--conditions", type=int, default=12, help="test crystals to ask for (default 12)"
    )
    parser.add_argument("--work", type=Path, help="where samples and results lie")
    options = parser.parse_args()
    card = _card(options.model)
    weights = (card.weights_sha256 or "unhashed")[:12]
    numbers = (options.n, options.relax_n, options.ipt, options.conditions)
    name = "-".join(map(str, ("report", options.model, weights, *numbers)))
    work = options.work or Path(tempfile.gettempdir()) / name
    work.mkdir(parents=True, exist_ok=True)
    if not (work / KNOWN).exists():
        shutil.copy(ROOT / "models" / KNOWN, work / KNOWN)
    model = ["--model", options.model]
    if not (work / WRITING).exists():
        (work / SAMPLES).unlink(missing_ok=True)
    _step(
        work, WRITING, "generate", "--n", options.n, "--seed", SEED, *model, "--out", SAMPLES,
        "--json", said=WRITING,
    )  # fmt: skip
    writing_s = json.loads((work / WRITING).read_text(encoding="utf-8"))["wall_s"]
    _step(
        work, "run/evaluation.json", "evaluate", SAMPLES, "--test", KNOWN,
        "--test-n", TEST_CRYSTALS, "--known", KNOWN, "--relax", "--relax-n", options.relax_n,
        "--time-limit", TIME_LIMIT_S, "--writing-seconds", writing_s, "--out", "run",
    )  # fmt: skip
    if card.text == "coordinate":
        _step(work, "run/ipt.json", "ipt", KNOWN, "--n", options.ipt, *model, "--out", "run")
    _step(
        work, "run/conditioning.json", "conditioning", KNOWN, "--n", options.conditions, *model,
        "--out", "run",
    )  # fmt: skip
    target = ROOT / "docs" / "reports" / f"{options.model}.html"
    title = f"{options.model} (weights {weights})"
    _run(work, "report", "run", "--title", title, "--out", target)


def _step(work: Path, made: str, *command: object, said: str | None = None) -> None:
    """Runs a command unless what it makes is there.

    Args:
        work: The folder that it runs in.
        made: The file that it makes.
        command: Its words.
        said: Where its standard output goes; None to the terminal.
    """
    if (work / made).exists():
        return
    output = _run(work, *command, capture=said is not None)
    if said is not None:
        (work / said).write_text(output, encoding="utf-8")


def _run(work: Path, *command: object, capture: bool = False) -> str:
    words = ["crystal-llm", *map(str, command)]
    print("$", " ".join(words), flush=True)
    began = time.perf_counter()
    ended = subprocess.run(
        words, cwd=work, check=False, text=True, stdout=subprocess.PIPE if capture else None
    )
    if ended.returncode:
        sys.exit(f"{words[1]}: ended with {ended.returncode}")
    print(f"  {time.perf_counter() - began:.0f} s", flush=True)
    return ended.stdout or ""


def _card(model: str) -> ModelCard:
    from crystal_llm.language_model.card import find_card
    from crystal_llm.settings import settings

    return find_card(model, settings().models)


if __name__ == "__main__":
    main()
