"""Writes the report of a model: docs/reports/MODEL.html, one page that asks nothing of the network.

    python docs/model_report.py MODEL [--n 100] [--ipt 25] [--conditions 12] [--work FOLDER]

Crystals are written as `crystal-llm generate` does where nothing is said, relaxed by CHGNet and
evaluated against 1,000 of the shipped test crystals and all shipped known structures; IPT is
measured of models of coordinate text, and formulas and space groups are asked for. Each step is a
command of the shell, printed as it runs. A step whose file lies in FOLDER already is not done
again, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
KNOWN = "known-structures.parquet"
SEED = 11
TEST_CRYSTALS = 1000


def main() -> None:
    """Does the steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", help="name of a card, such as compact")
    parser.add_argument("--n", type=int, default=100, help="crystals (default 100)")
    parser.add_argument("--ipt", type=int, default=25, help="test crystals of IPT (default 25)")
    parser.add_argument(
        "--conditions", type=int, default=12, help="test crystals to ask for (default 12)"
    )
    parser.add_argument("--work", type=Path, help="where samples and results lie")
    options = parser.parse_args()
    work = options.work or Path(tempfile.gettempdir()) / f"crystal-llm-report-{options.model}"
    work.mkdir(parents=True, exist_ok=True)
    table = work / KNOWN
    if not table.exists():
        shutil.copy(ROOT / "models" / KNOWN, table)
    model = ["--model", options.model]
    writing_s = _step(
        work, "samples.jsonl", "generate", "--n", options.n, "--seed", SEED, *model,
        "--out", "samples.jsonl",
    )  # fmt: skip
    told = [] if writing_s is None else ["--writing-seconds", round(writing_s, 1)]
    _step(
        work, "run/evaluation.json", "evaluate", "samples.jsonl", "--test", KNOWN,
        "--test-n", TEST_CRYSTALS, "--known", KNOWN, "--relax", *told, "--out", "run",
    )  # fmt: skip
    if _text(options.model) == "coordinate":
        _step(work, "run/ipt.json", "ipt", KNOWN, "--n", options.ipt, *model, "--out", "run")
    _step(
        work, "run/conditioning.json", "conditioning", KNOWN, "--n", options.conditions, *model,
        "--out", "run",
    )  # fmt: skip
    target = ROOT / "docs" / "reports" / f"{options.model}.html"
    _run(work, "report", "run", "--title", f"{options.model}: measured", "--out", target)


def _step(work: Path, made: str, *command: object) -> float | None:
    """Runs a command unless what it makes is there; its seconds."""
    if (work / made).exists():
        return None
    return _run(work, *command)


def _run(work: Path, *command: object) -> float:
    words = ["crystal-llm", *map(str, command)]
    print("$", " ".join(words), flush=True)
    began = time.perf_counter()
    found = subprocess.run(words, cwd=work, check=False)
    if found.returncode:
        sys.exit(f"{words[1]}: ended with {found.returncode}")
    return time.perf_counter() - began


def _text(model: str) -> str:
    from crystal_llm.language_model.card import find_card
    from crystal_llm.settings import settings

    return find_card(model, settings().models).text


if __name__ == "__main__":
    main()
