"""How far a long work is, told with a time left only where one is known."""

import pytest

from crystal_llm.cli import command
from crystal_llm.cli.command import PROGRESS_SECONDS, Countdown


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test turns on by hand."""
    now = [100.0]
    monkeypatch.setattr(command.time, "monotonic", lambda: now[0])
    return now


def test_the_first_news_names_no_time_left(clock, capsys):
    countdown = Countdown("crystals")
    clock[0] += 60.0  # the model was loading meanwhile
    countdown(16, 96)
    clock[0] += PROGRESS_SECONDS
    countdown(32, 96)
    assert capsys.readouterr().err.splitlines() == [
        "16 of 96 crystals",
        f"32 of 96 crystals, about {4 * PROGRESS_SECONDS:.0f} s left",
    ]


def test_what_was_there_before_says_nothing_of_the_rest_and_news_are_rare(clock, capsys):
    countdown = Countdown("crystals")
    countdown(90, 100)  # of a journal
    clock[0] += PROGRESS_SECONDS
    countdown(90, 100)
    clock[0] += PROGRESS_SECONDS / 2
    countdown(95, 100)
    clock[0] += PROGRESS_SECONDS / 2
    countdown(95, 100)
    assert capsys.readouterr().err.splitlines() == [
        "90 of 100 crystals",
        f"95 of 100 crystals, about {2 * PROGRESS_SECONDS:.0f} s left",
    ]
