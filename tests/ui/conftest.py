"""An empty home for pages, with its library and its queue."""

import functools

import pytest
from streamlit.components.v2 import manifest_scanner

from crystal_llm.jobs.queue import JobQueue
from crystal_llm.library.store import open_library
from crystal_llm.settings import settings


@pytest.fixture(scope="session", autouse=True)
def one_scan_of_the_packages():
    """Each AppTest asks every installed package whether it brings components, which takes longer
    than most pages do; they stay the same while the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path))
    monkeypatch.delenv("CRYSTAL_LLM_DATABASE", raising=False)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


@pytest.fixture
def library(empty_home):
    return open_library(settings().database_url)


@pytest.fixture
def queue(empty_home):
    return JobQueue(settings().database_url)
