"""Relaxed crystals as JSON Lines: what `crystal-llm relax` writes, and reading it back.

A line is the candidate's own line with two keys more: ``relaxation``, the result by the
names of :class:`~crystal_llm.relaxation.result.RelaxationResult`, and
``relaxed_structure``, the relaxed crystal as pymatgen writes it. Both are null where
there was no crystal to relax. `crystal-llm judge` writes such lines too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import CandidatesFileError, StabilityError
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.relaxation.result import RelaxationResult
from crystal_llm.types import PlainCrystal

_JUDGED = frozenset({"stopped", "validity", "hull", "novelty"})
"""Keys of a judgement, which holds for another relaxation than the line gets."""


@dataclass(frozen=True, slots=True)
class RelaxedRow:
    """One line of a file of relaxed crystals.

    Attributes:
        row: 1-based line of the file.
        id: The candidate's own name; ``row N`` where the line gives none.
        relaxation: What became of it; None where there was nothing to relax.
        failure: Why there is no relaxed crystal; None where there is one.
    """

    row: int
    id: str
    relaxation: RelaxationResult | None
    failure: str | None

    @property
    def crystal(self) -> PlainCrystal | None:
        """The relaxed crystal."""
        return None if self.relaxation is None else self.relaxation.relaxed

    @property
    def energy_ev_per_atom(self) -> float | None:
        """The relaxed crystal's energy, of :attr:`method`."""
        return None if self.relaxation is None else self.relaxation.energy_ev_per_atom

    @property
    def method(self) -> EnergyMethod | None:
        """What made the energy."""
        return None if self.relaxation is None else self.relaxation.method


def relaxed_record(
    said: Mapping[str, Any], identity: str, relaxation: RelaxationResult | None, failure: str | None
) -> dict[str, Any]:
    """One line of the file, before JSON.

    Args:
        said: What the candidate's own line said; kept, but for what :data:`_JUDGED` names.
        identity: The candidate's name.
        relaxation: What became of it; None where there was nothing to relax.
        failure: Why there was nothing to relax, if so.
    """
    from crystal_llm.crystal.conversion import structure

    relaxed = None if relaxation is None else relaxation.relaxed
    said = {key: value for key, value in said.items() if key not in _JUDGED}
    own: dict[str, Any] = {"id": identity, "text": "", "structure": None, "failure": None}
    if failure is not None:
        own["failure"] = failure
        said = {key: value for key, value in said.items() if key != "failure" or value}
    return {
        **own,
        **said,
        "id": identity,
        "relaxation": to_plain(relaxation),
        "relaxed_structure": None if relaxed is None else structure(relaxed).as_dict(),
    }


def read_relaxed(path: Path) -> list[RelaxedRow]:
    """Reads relaxed crystals; what is wrong with one line stays with its row.

    Args:
        path: JSON Lines, as :func:`relaxed_record` makes them.

    Raises:
        CandidatesFileError: The file is missing, cannot be read or holds no line.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError as error:
        raise CandidatesFileError(
            f"{path}: no such file; write one with `crystal-llm relax … --out {path}`"
        ) from error
    except OSError as error:
        raise CandidatesFileError(f"{path}: cannot be read ({error.strerror or error})") from error
    rows = [_row(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise CandidatesFileError(
            f"{path}: holds no row; write some with `crystal-llm relax … --out {path}`"
        )
    return rows


def _row(number: int, line: bytes) -> RelaxedRow:
    identity = f"row {number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return RelaxedRow(number, identity, None, f"not JSON ({error})")
    if not isinstance(record, dict):
        return RelaxedRow(number, identity, None, "not a JSON object")
    if isinstance(record.get("id"), str):
        identity = record["id"]
    if "relaxation" not in record:
        reason = "was not relaxed (no key 'relaxation'): use `crystal-llm relax` first"
        return RelaxedRow(number, identity, None, reason)
    if record["relaxation"] is None:
        cause = record.get("failure") or record.get("stopped") or "there was nothing to relax"
        return RelaxedRow(number, identity, None, str(cause))
    try:
        relaxation = from_plain(RelaxationResult, record["relaxation"], "relaxation")
    except (RecordError, StabilityError) as error:
        return RelaxedRow(number, identity, None, str(error))
    wrong = _flaw(relaxation)
    if wrong is not None:
        return RelaxedRow(number, identity, None, wrong)
    return RelaxedRow(number, identity, relaxation, relaxation.failure)


def _flaw(relaxation: RelaxationResult) -> str | None:
    """What is wrong with a relaxed crystal that a file tells; None where nothing is."""
    if relaxation.relaxed is None:
        return None if relaxation.failure else "has neither a relaxed crystal nor a failure"
    unknown = sorted(set(relaxation.relaxed.species) - set(ELEMENTS))
    if unknown or not relaxation.relaxed.species:
        return f"not elements: {', '.join(unknown)}" if unknown else "the crystal has no atoms"
    energy = relaxation.energy_ev_per_atom
    if energy is None or not math.isfinite(energy):
        return f"the energy is {energy}, not a number"
    return None
