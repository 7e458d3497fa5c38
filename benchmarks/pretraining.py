"""Does pretraining pay? Validation of models of symmetric text against what they were trained on.

    python benchmarks/pretraining.py [--figure docs/images/pretraining.png] [--runs FILE.json]

``benchmarks/pretraining.json`` holds the validations of the runs, as their metrics say them: draws,
nats a crystal free, nats a crystal with the formula, on the same 512 crystals. Operations are those
of the products with the weights: 6 a weight and token where all weights learn (2 forward, 4
backward), 4 under LoRA, which leaves out the gradient of the weights themselves.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """Validations of one model.

    Attributes:
        label: What it is called.
        weights_millions: Weights in matrix products, embedding and head left out.
        passes: Operations a weight and token.
        tokens_a_draw: Prompt included.
        points: Draws, nats free, nats with the formula (None where it was not written down).
    """

    label: str
    weights_millions: float
    passes: int
    tokens_a_draw: float
    points: list[tuple[int, float, float | None]]

    def operations(self, draws: int) -> float:
        """Operations that so many draws take."""
        return draws * self.tokens_a_draw * self.passes * self.weights_millions * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--figure", type=Path)
    arguments = parser.parse_args()
    runs = [Run(**values) for values in json.loads(arguments.runs.read_text())]
    for run in runs:
        print(run.label)
        for draws, free, formula in run.points:
            given = "" if formula is None else f", {formula:.2f} with the formula"
            print(f"  {draws:>9,} draws, {run.operations(draws):.1e} operations: {free:.2f}{given}")
    if arguments.figure is not None:
        draw(runs, arguments.figure)


def draw(runs: list[Run], figure: Path) -> None:
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(9.5, 4.0), layout="constrained")
    by_draws, by_operations = drawing.subplots(1, 2, sharey=True)
    for place, run in enumerate(runs):
        trained = [point for point in run.points if point[0]]
        for axes, scale in ((by_draws, float), (by_operations, run.operations)):
            for kind, style in ((1, "-"), (2, "--")):
                judged = [(scale(point[0]), point[kind]) for point in trained if point[kind]]
                axes.plot(
                    *zip(*judged, strict=True),
                    style,
                    color=f"C{place}",
                    marker="o",
                    markersize=3.5,
                    label=run.label if kind == 1 else None,
                )
    by_draws.set_ylabel("validation loss (nats a crystal)")
    by_draws.set_xlabel("crystals drawn")
    by_operations.set_xlabel("operations in training")
    for axes in (by_draws, by_operations):
        axes.set_xscale("log")
        axes.grid(alpha=0.25)
    by_draws.plot([], [], "k-", label="free")
    by_draws.plot([], [], "k--", label="formula given")
    by_draws.legend(frameon=False, fontsize=8)
    drawing.savefig(figure, dpi=130)


if __name__ == "__main__":
    main()
