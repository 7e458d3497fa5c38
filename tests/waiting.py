"""Waiting for something to become true."""

import time


def until(condition, seconds=300):
    """Waits for something to become true, and gives it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if outcome := condition():
            return outcome
        time.sleep(0.05)
    raise AssertionError("waited in vain")
