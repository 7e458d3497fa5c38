import pytest
from matplotlib.figure import Figure

from crystal_llm.errors import InfillError
from crystal_llm.io.figure_file import FIGURE_FORMATS, check_figure, save_figure

FIRST_BYTES = {".html": b"<!doctype html>", ".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("suffix", FIGURE_FORMATS)
def test_a_drawing_is_written_as_its_name_says(tmp_path, suffix):
    drawing = Figure()
    drawing.subplots().set_title("Loss of a run")
    path = tmp_path / f"figure{suffix}"
    check_figure(path, InfillError)
    save_figure(drawing, path)
    assert path.read_bytes().startswith(FIRST_BYTES[suffix])
    if suffix == ".html":
        page = path.read_text(encoding="utf-8")
        assert "<svg" in page
        assert "Loss of a run" in page


def test_another_kind_of_figure_is_refused(tmp_path):
    with pytest.raises(InfillError, match=r"name a figure \.html, \.png"):
        check_figure(tmp_path / "figure.jpg", InfillError)
