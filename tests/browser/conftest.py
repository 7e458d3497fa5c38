"""Chromium, the pages and a worker: each is started once for all files that can share them.

Tests share one home, so each looks for crystals and jobs of its own. A test whose subject is a
start, a kill or another folder of models starts processes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from app_processes import launched, web, worker
from playwright.sync_api import sync_playwright


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Where pytest runs in several processes, files that need the worker share one, and with it the
    worker; each other file's tests stay together."""
    own = [item for item in items if Path(__file__).parent in item.path.parents]
    with_worker = {item.path for item in own if "app_worker" in item.fixturenames}
    for item in own:
        group = "worker" if item.path in with_worker else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


@dataclass(frozen=True)
class App:
    """The pages' address and the environment of their processes."""

    url: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        started = launched(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The pages, on a home that was empty; whatever is done with them, they load no torch."""
    environment = {"CRYSTAL_LLM_HOME": str(tmp_path_factory.mktemp("home"))}
    with web(environment) as (url, process):
        yield App(url, environment)
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        assert "libtorch" not in maps, "the web process loaded torch"


@pytest.fixture(scope="session")
def app_worker(app, base_folder):
    """A worker for those pages, with the real model."""
    own = {
        "CRYSTAL_LLM_BASE": str(base_folder),
        "CRYSTAL_LLM_THREADS": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    with worker(app.environment | own):
        yield
