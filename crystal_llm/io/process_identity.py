"""What tells a process from every other, on any machine and whatever the clock says.

A process number means something within its PID namespace (a container has its own) and
within one boot; after the process has ended the number may be another's.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path


@cache
def process_namespace() -> str:
    """Where this process's number counts: the boot of the machine and the PID namespace.

    Where there is no ``/proc`` (not Linux) it is the host's name.
    """
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    import socket

    return socket.gethostname()


def process_start(pid: int) -> float | None:
    """When a process of this namespace began; None where there is none, or its remains.

    Clock ticks since boot, field 22 of ``/proc/PID/stat`` (proc(5)), which no change of the
    clock moves; a time of day is moved by it. Only to be compared for being equal.
    """
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return None
        # The second field, the program's name, may hold spaces and parentheses.
        state, *rest = stat.rpartition(b")")[2].split()
        return None if state in (b"Z", b"X") else float(rest[18])
    import psutil

    try:
        process = psutil.Process(pid)
        gone = process.status() == psutil.STATUS_ZOMBIE
        return None if gone else float(process.create_time())
    except psutil.Error:
        return None
