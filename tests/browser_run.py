"""Runs the browser tests, and names those that fail once and pass alone.

A browser on two busy cores can be late, so what failed is run once more by itself. A test
that passes then is *flaky*: it is printed by name, and three of them fail the run, because
then it is not the machine. ``make test`` runs this file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

MOST_FLAKY = 2
_PASSED, _FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Runs pytest with some arguments, and what failed again, one test a process.

    Returns:
        0 where all pass, at most two of them at the second try; otherwise 1, or the exit code
        of a pytest that ran no tests.
    """
    with tempfile.TemporaryDirectory() as cache:
        code = _pytest(arguments, Path(cache))
        failed = _last_failed(Path(cache))
    if code != _FAILED or not failed:
        return code
    alone = tempfile.TemporaryDirectory()
    with alone:
        broken = [test for test in failed if _pytest([test], Path(alone.name)) != _PASSED]
    flaky = [test for test in failed if test not in broken]
    for test in broken:
        print(f"FAILED twice: {test}")
    for test in flaky:
        print(f"FLAKY, failed once and passed alone: {test}")
    if len(flaky) > MOST_FLAKY:
        print(f"{len(flaky)} flaky tests are a fault; at most {MOST_FLAKY} are let pass")
    return int(bool(broken) or len(flaky) > MOST_FLAKY)


def _pytest(arguments: Sequence[str], cache: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *arguments]
    return subprocess.run(command, check=False).returncode


def _last_failed(cache: Path) -> list[str]:
    file = cache / "v" / "cache" / "lastfailed"
    failed = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    # pytest-xdist adds a test's group to its name: test_it.py::test_a@group
    return sorted(re.sub(r"@\w+$", "", test) for test in failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
