"""A test that fails once is told by name, and three of them fail the run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# The plugins of the house's own tests take longer to load than these tests to run.
BARE = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
ONCE = """
def test_once_{n}():
    from pathlib import Path
    seen = Path(__file__).with_name("seen-{n}")
    before = seen.exists()
    seen.touch()
    assert before
"""


@pytest.mark.parametrize(
    ("flaky", "broken", "code"), [(0, False, 0), (2, False, 0), (3, False, 1), (1, True, 1)]
)
def test_what_fails_once_is_named_and_what_fails_twice_fails(tmp_path, flaky, broken, code):
    text = "def test_sound(): pass\n" + "".join(ONCE.format(n=n) for n in range(flaky))
    (tmp_path / "test_it.py").write_text(text + "def test_broken(): assert False\n" * broken)
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("browser_run.py"), tmp_path, "-q"],
        cwd=tmp_path, env=BARE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == code, run.stdout
    assert run.stdout.count("FLAKY, failed once and passed alone: ") == flaky
    for n in range(flaky):
        assert f"test_it.py::test_once_{n}" in run.stdout
    assert ("FAILED twice: test_it.py::test_broken" in run.stdout) is broken
    assert ("3 flaky tests are a fault" in run.stdout) is (flaky == 3)


def test_no_tests_are_no_success(tmp_path):
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("browser_run.py"), tmp_path],
        cwd=tmp_path, env=BARE, capture_output=True, check=False,
    )  # fmt: skip
    assert run.returncode == 5
