"""A study's file gives back what was written."""

from dataclasses import replace
from itertools import combinations

import pytest

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.rates import Mean, Rate
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.settings import settings
from crystal_llm.studies.grid_crystals import StudyCrystal
from crystal_llm.studies.grid_figures import (
    draw_study,
    figure_bytes,
    interval_words,
    study_figure,
)
from crystal_llm.studies.grid_file import (
    StudyRecord,
    cell_frame,
    crystal_frame,
    read_study_file,
    write_study,
)
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.types import Conditions

STUDY = GridStudy(
    (StudyModel("a", "ab" * 32),),
    (0.5, 1.0),
    (0.9, 1.0),
    GenerationRequest(2, Conditions(elements=("Na", "Cl"))),
    relaxed=1,
)
RECORD = StudyRecord(
    STUDY,
    tuple(
        StudyCrystal(
            place, "225 …", "NaCl", ("Cl", "Na"), None, place % 2 == 0, True, True,
            place % 3 == 0, None if place % 2 == 0 else True,
            None if place % 2 == 0 else 0.01 * place, None, -1.5, 1.0, None,
            place > 3, 0.1, 7, (0.25, 0.5), (1.5,), "80", "c0", 2,
        )
        for place in range(6)
    ),
    {"potential": "chgnet"},
    (3,),
    20,
    "2026-01-02",
    "crystal-llm explore",
    "0.1.0",
    {"network": "flow", "steps": 10},
)  # fmt: skip


def test_what_was_written_is_read(tmp_path):
    write_study(RECORD, tmp_path / "study.parquet")
    assert read_study_file(tmp_path / "study.parquet") == RECORD


def test_tables_have_a_row_a_crystal_and_a_row_a_cell():
    crystals, cells = crystal_frame(RECORD), cell_frame(RECORD.summary())
    assert list(crystals["cell"]) == [0, 0, 1, 1, 2, 2]
    assert list(crystals["sent_to_relaxation"]) == [False, True] * 3
    assert len(cells) == 4
    row = cells.iloc[0]
    assert (row["valid"], row["valid_count"], row["valid_of"]) == (0.5, 1, 2)
    assert row["valid_low"] < 0.5 < row["valid_high"]


@pytest.mark.parametrize("content", [b"", b"PAR1 nothing"])
def test_what_is_no_study_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "study.parquet"
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"study\.parquet") as refused:
        read_study_file(path)
    assert "\n" not in str(refused.value)


def test_another_table_is_refused(tmp_path):
    crystal_frame(RECORD).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(EvaluationError, match="holds no study"):
        read_study_file(tmp_path / "other.parquet")


def test_figures_are_drawn_of_every_kind(tmp_path):
    draw_study(RECORD, tmp_path / "study.svg")
    assert "<svg" in (tmp_path / "study.svg").read_text()
    assert figure_bytes(RECORD, "png", "valid", ("valid", "novel")).startswith(b"\x89PNG")
    with pytest.raises(EvaluationError, match="name a figure"):
        draw_study(RECORD, tmp_path / "study.docx")


def test_a_figure_says_shares_in_percent_with_their_intervals():
    plane, trade = study_figure(RECORD, ("valid",), ("valid", "log_likelihood")).axes
    # One of two valid: Wilson's interval is 9.5 to 90.5%.
    assert [text.get_text() for text in plane.texts][:2] == ["50%", "9 to 91%"]
    assert trade.get_xlabel() == "Valid (%)"
    assert trade.get_ylabel() == "Log-likelihood (nats/atom)"
    (points, *_) = [line for line in trade.lines if line.get_marker() == "o"]
    assert (points.get_xdata()[0], points.get_ydata()[0]) == (50.0, -1.5)
    assert interval_words(Rate(58, 60, "asked")) == "89 to 99%"
    assert interval_words(Mean(-3.04, -3.412, -2.68, 60)) == "-3.41 to -2.68"
    assert interval_words(0.5) == interval_words(None) == ""


def test_no_label_of_a_figure_covers_another_or_leaves_the_frame():
    shipped = read_study_file(settings().models / "study-compact.parquet")
    beside = replace(shipped.study, models=(StudyModel("a", "ab" * 32), StudyModel("b", "cd" * 32)))
    twice = [
        replace(crystal, index=crystal.index + shipped.study.count) for crystal in shipped.crystals
    ]
    both = replace(shipped, study=beside, crystals=(*shipped.crystals, *twice))
    for record, names in ((shipped, 9), (both, 9)):
        figure = study_figure(record, ("new",), ("valid", "novel"))
        trade = figure.axes[-1]
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in trade.texts]
        assert sum(text.get_text().count(", ") for text in trade.texts) == names
        assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
        frame = trade.get_window_extent()
        assert all(frame.contains(*corner) for box in boxes for corner in (box.min, box.max))
        assert trade.get_legend() is None
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]
    assert not legend.get_window_extent().overlaps(frame)
