"""Web and worker start and stop together; plain processes stand in for both."""

import os
import signal
import subprocess
import sys

import psutil
from waiting import until

SUPERVISE = """
import sys
from crystal_llm.cli.app import supervise
sleeper = "import sys, time; open(sys.argv[1], 'a').write('up\\\\n'); time.sleep(600)"
web = [sys.executable, "-c", sleeper, sys.argv[1]]
worker = [sys.executable, "-c", sleeper, sys.argv[2]]
sys.exit(supervise(web, [worker]))
"""


def start(tmp_path):
    web, worker = tmp_path / "web", tmp_path / "worker"
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISE, str(web), str(worker)])
    until(lambda: web.exists() and worker.exists())
    return supervisor, worker


def child(supervisor, path):
    processes = [
        child for child in psutil.Process(supervisor.pid).children() if path in child.cmdline()
    ]
    return processes[0] if processes else None


def test_a_dead_worker_is_started_again_and_both_are_stopped(tmp_path):
    supervisor, worker = start(tmp_path)
    os.kill(child(supervisor, str(worker)).pid, signal.SIGKILL)
    until(lambda: worker.read_text().count("up") == 2)
    children = psutil.Process(supervisor.pid).children()
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(60) == 0
    assert len(children) == 2 and not any(child.is_running() for child in children)


def test_when_the_web_ends_so_does_the_worker(tmp_path):
    supervisor, worker = start(tmp_path)
    other = child(supervisor, str(worker))
    os.kill(child(supervisor, str(tmp_path / "web")).pid, signal.SIGKILL)
    assert supervisor.wait(60) == -signal.SIGKILL % 256
    assert not other.is_running()
