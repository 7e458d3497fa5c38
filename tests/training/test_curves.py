"""Figures of runs."""

import pytest

from crystal_llm.errors import TrainingError
from crystal_llm.training.curves import plot_runs

pytestmark = pytest.mark.model


@pytest.mark.parametrize("suffix", ["html", "png", "svg"])
def test_runs_are_drawn(suffix, finished_run, tmp_path):
    figure = tmp_path / f"curves.{suffix}"
    plot_runs([finished_run], figure)
    assert figure.stat().st_size > 10_000
    if suffix == "html":
        assert "whole: validation, free" in figure.read_text(encoding="utf-8")


def test_what_cannot_be_drawn_is_one_error(finished_run, tmp_path):
    with pytest.raises(TrainingError, match=r"name a figure \.html, \.png, \.svg, \.pdf"):
        plot_runs([finished_run], tmp_path / "curves.jpg")
    with pytest.raises(TrainingError, match=r"holds no readable metrics\.jsonl"):
        plot_runs([tmp_path], tmp_path / "curves.png")
    assert list(tmp_path.iterdir()) == []
