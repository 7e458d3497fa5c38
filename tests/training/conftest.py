import pytest
import torch
from textbook_crystals import SHORT_RUN, textbook_rows

from crystal_llm.dataset.table import write_table
from crystal_llm.training.loop import train_adapter


@pytest.fixture(scope="session")
def rows():
    return textbook_rows()


@pytest.fixture(scope="session")
def stable_row(rows):
    """A stable crystal of which everything is known."""
    return next(row for row in rows if row.formula == "SrTiO3")


@pytest.fixture(scope="session")
def table(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("training") / "table.parquet"
    write_table(rows, path)
    return path


@pytest.fixture(scope="session")
def one_thread():
    """Sums have one order, so that two runs can be compared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def finished_run(tiny_base, table, tmp_path_factory, one_thread):
    """The folder of a run that went through without a stop."""
    run = tmp_path_factory.mktemp("runs") / "whole"
    train_adapter(tiny_base, table, run, SHORT_RUN)
    return run
