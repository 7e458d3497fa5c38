"""The process in which files are parsed, with little CPU time and memory to spend.

Reads one JSON request a line from standard input and answers each with one JSON line on
standard output; :class:`crystal_llm.io.limited_parsing.ParsingProcess` is the other end.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import DisorderError, ImplausibleCrystalError, StructureFileError
from crystal_llm.io.crystal_reading import CrystalReading, FailedReading
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.crystal.ordering import Ordering

READY = "ready"
_IMPORTED_FIRST = ("ase.data", "ase.io.extxyz", "ase.io.vasp", "gemmi", "spglib")
"""Before the limits count."""


def crystal_record(crystal: PlainCrystal) -> dict[str, Any]:
    """A crystal as JSON can hold it."""
    return {
        "lengths": crystal.lengths_angstrom,
        "angles": crystal.angles_degrees,
        "species": crystal.species,
        "positions": crystal.fractional_coordinates,
    }


def crystal_of(record: dict[str, Any]) -> PlainCrystal:
    """The crystal of a :func:`crystal_record`."""
    return PlainCrystal(
        tuple(record["lengths"]),
        tuple(record["angles"]),
        tuple(record["species"]),
        tuple((x, y, z) for x, y, z in record["positions"]),
    )


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What one request asks for.

    Args:
        request: ``text`` and ``format`` of a file, or a ``crystal``; with ``all``, every
            crystal of the file is wanted; with ``order``, so many ordered versions of its
            disordered crystal; with ``reduce``, its Niggli-reduced primitive cell
            and formula, and with ``find_spacegroup`` its space group.

    Raises:
        StructureFileError: There is no such crystal.
    """
    from crystal_llm.io.structure_parsing import read_structure, read_structures

    if "order" in request:
        return _ordered(request)
    if "crystal" in request:
        crystal = crystal_of(request["crystal"])
    elif request["all"]:
        return {
            "readings": [_record(structure) for structure in read_structures(*_source(request))]
        }
    else:
        reading = read_structure(*_source(request))
        if not request["reduce"]:
            return {"readings": [_record(reading)]}
        reduced = _reduced(reading.crystal, request["find_spacegroup"])
        return reduced | {"remarks": reading.remarks}
    return _reduced(crystal, request["find_spacegroup"])


def _ordered(request: dict[str, Any]) -> dict[str, Any]:
    from crystal_llm.crystal.ordering import order
    from crystal_llm.io.structure_parsing import read_disordered

    ordering = order(read_disordered(*_source(request)), request["order"])
    return {
        "formula": ordering.formula,
        "oxidation_states": ordering.oxidation_states,
        "remarks": ordering.remarks,
        "versions": [
            {
                "crystal": crystal_record(version.crystal),
                "formula": version.formula,
                "spacegroup_number": version.spacegroup_number,
                "ewald_ev_per_atom": version.ewald_ev_per_atom,
            }
            for version in ordering.versions
        ],
    }


def ordering_of(record: dict[str, Any]) -> Ordering:
    """The ordered versions that an answer holds."""
    from crystal_llm.crystal.ordering import OrderedVersion, Ordering

    versions = tuple(
        OrderedVersion(**version | {"crystal": crystal_of(version["crystal"])})
        for version in record["versions"]
    )
    return Ordering(
        record["formula"], versions, record["oxidation_states"], tuple(record["remarks"])
    )


def _source(request: dict[str, Any]) -> tuple[str, str]:
    return request["text"], request["format"]


def _record(reading: CrystalReading | FailedReading) -> dict[str, Any]:
    if isinstance(reading, FailedReading):
        described = reading.crystal and crystal_record(reading.crystal)
        return {"name": reading.name, "failure": reading.reason, "crystal": described}
    return {
        "name": reading.name,
        "remarks": reading.remarks,
        "crystal": crystal_record(reading.crystal),
    }


def reading_of(record: dict[str, Any]) -> CrystalReading | FailedReading:
    """The reading that an answer holds."""
    if "failure" in record:
        described = record["crystal"] and crystal_of(record["crystal"])
        return FailedReading(record["name"], record["failure"], described)
    crystal = crystal_of(record["crystal"])
    return CrystalReading(crystal, tuple(record["remarks"]), record["name"])


def _reduced(crystal: PlainCrystal, find_spacegroup: bool) -> dict[str, Any]:
    from pymatgen.core import Composition

    from crystal_llm.crystal.reduction import niggli_primitive, spacegroup_number
    from crystal_llm.io.structure_parsing import closest_pair

    reduced = niggli_primitive(crystal)
    closest = closest_pair(reduced, MIN_DISTANCE_ANGSTROM)
    if closest is not None:
        first, second, distance = closest
        raise StructureFileError(
            f"atoms {reduced.species[first]} and {reduced.species[second]} are {distance:.2f} Å "
            f"apart; atoms of a crystal keep at least {MIN_DISTANCE_ANGSTROM} Å"
        )
    return {
        "crystal": crystal_record(reduced),
        "formula": Composition("".join(reduced.species)).reduced_formula,
        "spacegroup_number": spacegroup_number(crystal) if find_spacegroup else None,
    }


def serve_parsing(cpu_seconds: int, memory_megabytes: int) -> None:
    """Answers requests until standard input ends or memory does.

    Args:
        cpu_seconds: CPU time for one request; the kernel ends the process beyond it.
        memory_megabytes: Address space of the whole process.
    """
    # Whatever a parser prints must not mix with the answers.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for name in _IMPORTED_FIRST:
        importlib.import_module(name)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, memory_megabytes * 1024 * 1024)
    print(READY, file=channel, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "order" in request:
            importlib.import_module("pymatgen.analysis.ewald")
            importlib.import_module("pymatgen.analysis.structure_matcher")
        elif request["reduce"]:
            # A second and a half that no file has to answer for, and that parsing does without.
            importlib.import_module("pymatgen.core")
        _limit_cpu(cpu_seconds)
        last = False
        try:
            reply = answer(request)
        except StructureFileError as error:
            reply = {"error": error.reason, "line": error.line_number}
            reply["disordered"] = isinstance(error, DisorderError)
            if isinstance(error, ImplausibleCrystalError):
                reply["crystal"] = crystal_record(error.crystal)
        except MemoryError:
            # What is left of the heap is not worth trusting: a fresh process goes on.
            reply, last = {"error": None}, True
        except Exception as error:  # a fault of ours or of spglib's: name it, go on
            what = "ordered" if "order" in request else "reduced"
            reply = {"error": f"cannot be {what} ({type(error).__name__}: {error})", "line": None}
        print(json.dumps(reply), file=channel, flush=True)
        if last:
            return


def _limit(kind: int, amount: int) -> None:
    # macOS knows RLIMIT_AS but refuses to set it.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))


def _limit_cpu(seconds: int) -> None:
    # The limit counts from the start of the process, so it moves with every request.
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    # Whole seconds: at least half of one beside those allowed.
    soft = int(used.ru_utime + used.ru_stime + 0.5) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    serve_parsing(int(sys.argv[1]), int(sys.argv[2]))
