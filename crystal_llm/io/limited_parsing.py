"""Parses structure files that may be broken or hostile, in another process.

It has limits on CPU time, memory and patience, since a few kilobytes of CIF can cost a parser
minutes or gigabytes. Every failure is one :class:`StructureFileError`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from crystal_llm.errors import DisorderError, ImplausibleCrystalError, StructureFileError
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading, failed_reading_error
from crystal_llm.io.parsing_process import (
    READY,
    crystal_of,
    crystal_record,
    ordering_of,
    reading_of,
)
from crystal_llm.io.structure_file import StructureText
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.crystal.ordering import Ordering

_START_SECONDS = 120.0
"""How long the parsing process may take to import gemmi and ASE (half a second when idle)."""

_INHERITED = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """What one file may cost.

    Attributes:
        cpu_seconds: CPU time, whole seconds.
        wall_seconds: Time on the clock.
        memory_megabytes: Address space of the parsing process (its libraries take 300).
    """

    cpu_seconds: int = 10
    wall_seconds: float = 30.0
    memory_megabytes: int = 2048


@dataclass(frozen=True, slots=True)
class NiggliCrystal:
    """A crystal in its Niggli-reduced primitive cell.

    Attributes:
        crystal: The reduced cell.
        formula: Reduced formula.
        spacegroup_number: By spglib at 0.1 Å; None where not asked for or not found.
        remarks: What was repaired in reading it, or is asked about.
    """

    crystal: PlainCrystal
    formula: str
    spacegroup_number: int | None
    remarks: tuple[str, ...] = ()


def _request(source: StructureText) -> dict[str, Any]:
    return {"text": source.text, "format": source.format}


class ParsingProcess:
    """A limited process that parses one file after another; a context manager.

    It starts with the first request and again after a file has killed it. One thread
    may use it at a time.
    """

    def __init__(self, limits: ParsingLimits | None = None) -> None:
        self._limits = limits or ParsingLimits()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> ParsingProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def parse(self, source: StructureText) -> PlainCrystal:
        """The crystal that a file describes, as the file gives it.

        Raises:
            StructureFileError: It does not describe one ordered crystal within the limits.
        """
        return self.read(source).crystal

    def read(self, source: StructureText) -> CrystalReading:
        """The crystal that a file describes, with what was repaired in reading it.

        Raises:
            StructureFileError: As for :meth:`parse`.
        """
        request = _request(source) | {"all": False, "reduce": False}
        (record,) = self._ask(request)["readings"]
        reading = reading_of(record)
        if isinstance(reading, FailedReading):
            raise failed_reading_error(reading)
        return reading

    def read_all(self, source: StructureText) -> list[CrystalReading | FailedReading]:
        """Every crystal of a file; more than one only of an ASE database.

        Raises:
            StructureFileError: It is no such file, or its one crystal cannot be read.
        """
        reply = self._ask(_request(source) | {"all": True, "reduce": False})
        return [reading_of(record) for record in reply["readings"]]

    def reduce(
        self, source: StructureText | PlainCrystal, find_spacegroup: bool = True
    ) -> NiggliCrystal:
        """The Niggli-reduced primitive cell, formula and space group of a crystal.

        Args:
            source: A file's text, or a crystal in any cell.
            find_spacegroup: Whether the space group is wanted (it doubles the time).

        Raises:
            StructureFileError: As for :meth:`parse`, or two atoms are nearer than 0.5 Å.
        """
        request: dict[str, Any] = {"reduce": True, "find_spacegroup": find_spacegroup}
        if isinstance(source, PlainCrystal):
            request["crystal"] = crystal_record(source)
        else:
            request |= _request(source) | {"all": False}
        reply = self._ask(request)
        return NiggliCrystal(
            crystal_of(reply["crystal"]),
            reply["formula"],
            reply["spacegroup_number"],
            tuple(reply.get("remarks", ())),
        )

    def order(self, source: StructureText, most: int = 6) -> Ordering:
        """The ordered versions of a file's disordered crystal, the most favourable first.

        Args:
            source: A file's text.
            most: How many are given.

        Raises:
            StructureFileError: It describes no crystal, or one that cannot be ordered within
                the limits.
        """
        return ordering_of(self._ask(_request(source) | {"order": most}))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        line = self._exchange(process, json.dumps(request) + "\n", self._limits.wall_seconds)
        if not line:
            reason = self._cause_of_death(process)
            self.close()
            raise StructureFileError(reason)
        reply: dict[str, Any] = json.loads(line)
        if "error" not in reply:
            return reply
        if reply["error"] is None:
            self.close()
            raise StructureFileError(
                f"needs more than {self._limits.memory_megabytes} MB of memory to parse: "
                "give a smaller cell"
            )
        if "crystal" in reply:
            raise ImplausibleCrystalError(reply["error"], crystal_of(reply["crystal"]))
        kind = DisorderError if reply.get("disordered") else StructureFileError
        raise kind(reply["error"], reply["line"])

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[str]:
        # Not multiprocessing: it would run the caller's main script again (a Streamlit
        # page), and it answers by pickle, which a subverted parser could forge. Not
        # `-m`: that puts the working folder, with whose files it may be, on the path.
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                "import sys; from crystal_llm.io.parsing_process import serve_parsing; "
                "serve_parsing(int(sys.argv[1]), int(sys.argv[2]))",
                str(self._limits.cpu_seconds),
                str(self._limits.memory_megabytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us to handle
        )
        if self._exchange(process, "", _START_SECONDS).strip() != READY:
            process.kill()
            process.wait()
            raise StructureFileError(
                "the parsing process does not start: are gemmi and ASE installed, and memory left?"
            )
        return process

    @staticmethod
    def _exchange(process: subprocess.Popen[str], request: str, seconds: float) -> str:
        """Sends a request and waits for one line; an empty line means that the process ended."""
        to_process, from_process = process.stdin, process.stdout
        if to_process is None or from_process is None:
            return ""
        # A process that is killed closes its end, which ends the read below.
        patience = threading.Timer(seconds, process.kill)
        patience.start()
        try:
            _send(to_process, request)
            return from_process.readline()
        except BrokenPipeError:
            return ""
        finally:
            patience.cancel()

    def _cause_of_death(self, process: subprocess.Popen[str]) -> str:
        process.wait()
        if process.returncode == -signal.SIGXCPU:
            return (
                f"takes more than {self._limits.cpu_seconds} s of CPU time to parse: "
                "give a smaller cell"
            )
        if process.returncode == -signal.SIGKILL:
            return (
                f"takes more than {self._limits.wall_seconds:g} s to parse: give a smaller cell, "
                "or try again when the machine is less busy"
            )
        return "makes the parser crash: is the file damaged?"


def _send(stream: IO[str], request: str) -> None:
    if request:
        stream.write(request)
        stream.flush()


def _environment() -> dict[str, str]:
    """An environment without the user's keys, and one thread for every numerical library."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return inherited | single | {"PYTHONPATH": str(PACKAGE_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
