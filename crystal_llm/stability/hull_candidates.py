"""A user's own phases, each with the method of its energy, placed or refused one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.stability.hull import HullResult, PhaseEnergy, energy_above_hull
from crystal_llm.stability.references.reference import Reference

MAX_HULL_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class HullCandidate:
    """A phase to be placed on a hull.

    Attributes:
        name: What the user calls it.
        formula: Its composition.
        energy_ev_per_atom: Its energy, of the kind that its method says.
        method: What made the energy.
    """

    name: str
    formula: str
    energy_ev_per_atom: float
    method: EnergyMethod


@dataclass(frozen=True, slots=True)
class PlacedCandidates:
    """Candidates on a hull, and those that could not be placed.

    Attributes:
        placed: The candidates that have a place.
        results: One for each of them.
        refused: One sentence for each of the others.
    """

    placed: tuple[HullCandidate, ...]
    results: tuple[HullResult, ...]
    refused: tuple[str, ...]


def candidates_from(
    rows: Iterable[tuple[str, str, float | None, EnergyMethod]],
) -> tuple[HullCandidate, ...]:
    """Candidates of rows (name, formula, energy in eV/atom, method of the energy).

    This is where other pages and the library hand their crystals over. Rows without a
    formula and without an energy are empty lines of a table and left out; a missing energy
    becomes NaN, which :func:`place_candidates` refuses with a sentence. Candidates of one
    name are numbered.
    """
    candidates: list[HullCandidate] = []
    names: set[str] = set()
    for name, formula, energy, method in rows:
        if not formula.strip() and energy is None:
            continue
        called = name.strip() or formula.strip() or "without formula"
        number, unique = 1, called
        while unique in names:
            number += 1
            unique = f"{called} ({number})"
        names.add(unique)
        value = float("nan") if energy is None else float(energy)
        candidates.append(HullCandidate(unique, formula.strip(), value, method))
    return tuple(candidates)


def place_candidates(
    candidates: Sequence[HullCandidate], reference: Reference, *, across_potentials: bool = False
) -> PlacedCandidates:
    """Places each candidate on the hull of a reference; one that cannot be stops no other."""
    placed, results, refused = [], [], []
    for candidate in candidates[:MAX_HULL_CANDIDATES]:
        try:
            result = energy_above_hull(
                PhaseEnergy(candidate.formula, candidate.energy_ev_per_atom),
                candidate.method,
                reference,
                across_potentials=across_potentials,
            )
        except StabilityError as error:
            refused.append(f"{candidate.name}: {error}")
            continue
        if result.energy_above_hull_ev_per_atom is None:
            refused.append(f"{candidate.name}: {result.reason}")
        else:
            placed.append(candidate)
            results.append(result)
    if len(candidates) > MAX_HULL_CANDIDATES:
        refused.append(
            f"only the first {MAX_HULL_CANDIDATES} of {len(candidates)} candidates are read"
        )
    return PlacedCandidates(tuple(placed), tuple(results), tuple(refused))


def candidates_text(rows: Iterable[tuple[str, str, float | None]]) -> str:
    """Rows (name, formula, energy) as they stand in a URL: ``name:formula:energy``, by ``;``."""
    # Fewer digits would put a phase that lies on the hull below or above it.
    return ";".join(
        ":".join((re.sub("[:;]", " ", name), re.sub("[:;]", "", formula), f"{energy:.12g}"))
        for name, formula, energy in rows
        if formula and energy is not None
    )


def left_out_of_text(text: str, total: int | None = None) -> tuple[str, ...]:
    """What of such a text is not among its rows, one sentence for each reason.

    Args:
        text: The text.
        total: How many phases it was made of, where it holds fewer.
    """
    parts = [part for part in text.split(";") if part.strip()]
    rows = len(candidates_of_text(text))
    unreadable = min(len(parts), MAX_HULL_CANDIDATES) - rows
    sentences = []
    if (count := max(len(parts), total or 0)) > MAX_HULL_CANDIDATES:
        sentences.append(
            f"only the first {MAX_HULL_CANDIDATES} of {count:,} phases are drawn: a hull takes no "
            "more; choose fewer where you came from"
        )
    if unreadable:
        sentences.append(
            f"{unreadable:,} of the {len(parts):,} phases in the address cannot be read: each is "
            "name:formula:energy in eV/atom, with ; between"
        )
    return tuple(sentences)


def candidates_of_text(text: str) -> list[tuple[str, str, float | None]]:
    """Rows of such a text; what cannot be read of it is left out."""
    rows: list[tuple[str, str, float | None]] = []
    parts = [part for part in text.split(";") if part.strip()]
    for part in parts[:MAX_HULL_CANDIDATES]:
        fields = part.split(":")
        if len(fields) != 3:
            continue
        try:
            rows.append((fields[0][:60], fields[1][:60], float(fields[2])))
        except ValueError:
            continue
    return rows
