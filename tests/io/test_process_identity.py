import subprocess
import sys

import psutil
import pytest

from crystal_llm.io.process_identity import process_namespace, process_start


@pytest.fixture
def process():
    sleeping = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield sleeping
    sleeping.kill()
    sleeping.communicate()


def test_the_start_of_a_process_stands_and_differs_from_an_earlier_ones(process):
    start = process_start(process.pid)
    assert start == process_start(process.pid) > process_start(psutil.Process().pid)


def test_what_ended_has_no_start_even_before_it_is_waited_for(process):
    process.kill()
    # It stays as a zombie until the fixture waits for it.
    psutil.wait_procs([], 0)
    while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    assert process_start(process.pid) is None
    process.wait()
    assert process_start(process.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a time of day is all there is")
def test_the_start_is_not_moved_by_the_clock(monkeypatch):
    own = psutil.Process().pid
    before, created = process_start(own), psutil.Process(own).create_time()
    earlier = psutil.boot_time()
    # As after a step of the clock by an hour, which moves the boot's time of day.
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: earlier + 3600.0)
    assert psutil.Process(own).create_time() == pytest.approx(created + 3600.0, abs=1.0)
    assert process_start(own) == before


@pytest.mark.skipif(sys.platform != "linux", reason="PID namespaces are Linux's")
def test_the_namespace_is_that_of_this_boot_and_container():
    boot, _, inode = process_namespace().partition(" ")
    assert len(boot) == 36
    assert inode.startswith("pid:[")
