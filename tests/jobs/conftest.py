"""Real workers in processes of their own, with a model small enough to load in a moment."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from compact_model import write_tiny_card
from forked_workers import ForkedWorker

from crystal_llm.jobs.queue import JobQueue
from crystal_llm.settings import settings


class Workers:
    """Starts workers on a database, and ends at last only those."""

    def __init__(self, url, home, models):
        self.url, self._log = url, home / "worker.log"
        self._environment = os.environ | {
            "CRYSTAL_LLM_HOME": str(home),
            "CRYSTAL_LLM_DATABASE": url,
            "CRYSTAL_LLM_MODELS": str(models),
            "CRYSTAL_LLM_MODEL": "tiny",
            "CRYSTAL_LLM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        self._started = []

    def start(self):
        """A worker that is there sooner than by its command."""
        process = ForkedWorker(self._environment, self._log)
        self._started.append(process)
        return process

    def start_by_command(self):
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "crystal_llm.cli.main", "worker"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._started.append(process)
        return process

    def log(self):
        return self._log.read_text(errors="replace")

    def end(self):
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def tiny_card(tiny_base, tmp_path_factory):
    """A folder of model cards with one card: the tiny Llama."""
    models = tmp_path_factory.mktemp("models")
    (models / "tiny.toml").write_text(
        f'quantisation = "none"\n[base]\nname = "Tiny"\nfolder = "{tiny_base}"\n'
    )
    return models


@pytest.fixture(autouse=True)
def same_models(request, monkeypatch):
    """Whoever queues a job for such workers has the models that they have."""
    if {"workers", "postgresql_workers"} & set(request.fixturenames):
        models = request.getfixturevalue("tiny_card")
        monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(models))
        monkeypatch.setenv("CRYSTAL_LLM_MODEL", "tiny")
        settings.cache_clear()
        request.addfinalizer(settings.cache_clear)


@pytest.fixture
def workers(tmp_path, tiny_card):
    """Workers on a SQLite file."""
    processes = Workers(f"sqlite:///{tmp_path / 'jobs.sqlite'}", tmp_path, tiny_card)
    yield processes
    processes.end()


@pytest.fixture
def workers_with(tmp_path, monkeypatch):
    """Makes workers on a SQLite file with a folder of cards; who queues their jobs has it too."""
    made = []

    def make(models, model="tiny"):
        monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(models))
        monkeypatch.setenv("CRYSTAL_LLM_MODEL", model)
        settings.cache_clear()
        made.append(Workers(f"sqlite:///{tmp_path / 'jobs.sqlite'}", tmp_path, models))
        return made[-1]

    yield make
    for processes in made:
        processes.end()
    settings.cache_clear()


@pytest.fixture
def compact_workers(tmp_path, workers_with):
    """Workers on a SQLite file whose model writes symmetric text."""
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models)
    return workers_with(models)


@pytest.fixture
def queue(workers):
    return JobQueue(workers.url)


@pytest.fixture(scope="session")
def postgresql_server():
    """A PostgreSQL server of our own, in a folder of its own, on a free port of loopback."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("PostgreSQL is not installed: `make postgresql` as root, or apt-get install")
    folder = Path(tempfile.mkdtemp(prefix="crystal-llm-postgresql-"))
    become = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        if shutil.which("runuser") is None:
            pytest.skip("PostgreSQL refuses to run as root, and runuser is not there")
        become = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    binaries, data = programs[-1].parent, folder / "data"
    subprocess.run(
        [*become, binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"],
        check=True, cwd="/", stdout=subprocess.DEVNULL,
    )  # fmt: skip
    server = [*become, binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    subprocess.run(
        [*server, "-o", options, "start"], check=True, cwd="/", stdout=subprocess.DEVNULL
    )
    yield f"postgresql://postgres@127.0.0.1:{port}"
    subprocess.run([*server, "-m", "immediate", "stop"], check=False, cwd="/", capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_workers(postgresql_server, tmp_path, tiny_card):
    """Workers on a fresh database of that server."""
    import psycopg

    name = f"jobs_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    processes = Workers(f"{postgresql_server}/{name}", tmp_path, tiny_card)
    yield processes
    processes.end()
