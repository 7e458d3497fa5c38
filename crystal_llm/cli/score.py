"""``crystal-llm score``: how likely the model finds crystals."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag
from crystal_llm.errors import RequestError


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``score``."""
    parser = commands.add_parser(
        "score",
        help="exact likelihoods of crystal texts",
        description="Prints the log-likelihood of each text in a JSON Lines file (keys: text, and "
        "prompt where it is not the one without conditions), over the model's whole vocabulary.",
    )
    parser.add_argument("file", type=Path, help="JSON Lines, such as `crystal-llm generate` writes")
    parser.add_argument("--model", help="name of a model card, or a path to one")
    parser.add_argument(
        "--quantisation", choices=("none", "int8", "nf4"), help="the card's by default"
    )
    parser.add_argument(
        "--by-line",
        action="store_true",
        help="also of each line: lattice lengths, angles, every atom's element and coordinates",
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Scores the texts of a file."""
    from crystal_llm.text.prompts import generation_prompt

    texts, prompts = [], []
    for number, line in enumerate(_lines(arguments.file), start=1):
        try:
            row = json.loads(line)
            texts.append(str(row["text"]))
            prompts.append(str(row.get("prompt", generation_prompt())))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise RequestError(
                f"{arguments.file}, line {number}: needs a JSON object with a text"
            ) from error

    from crystal_llm.generation.writer import score_texts
    from crystal_llm.language_model.loading import load_model

    model = load_model(arguments.model, quantisation=arguments.quantisation)
    scores = score_texts(model, texts, prompts)
    rows = [
        {
            "log_likelihood": score.log_likelihood,
            "tokens": score.tokens,
            "perplexity": score.perplexity,
            "line_log_likelihoods": list(score.line_log_likelihoods),
        }
        for score in scores
    ]
    lines = []
    for place, (text, score) in enumerate(zip(texts, scores, strict=True)):
        lines.append(
            f"{place}: log-likelihood {score.log_likelihood:.3f} over {score.tokens} tokens, "
            f"perplexity {score.perplexity:.4f}"
        )
        if arguments.by_line:
            by_line = zip(score.line_log_likelihoods, text.split("\n"), strict=True)
            lines += [f"{value:12.3f}  {written}" for value, written in by_line]
    nats = -sum(score.log_likelihood for score in scores) / sum(score.tokens for score in scores)
    lines.append(f"mean {nats:.4f} nats a token over {len(scores)} texts ({model.identity})")
    return Report(tuple(lines), {"scores": rows, "nats_per_token": nats, "model": model.identity})


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path}: cannot be read as text ({error})") from error
    if not any(line.strip() for line in lines):
        raise RequestError(f"{path}: is empty")
    return [line for line in lines if line.strip()]
