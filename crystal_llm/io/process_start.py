"""When a process began: with its number this tells it from a later one of the same number."""

from __future__ import annotations


def process_started(pid: int) -> float | None:
    """When a process began, seconds since 1970; None where there is none, or its remains."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None
