"""Entries side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crystal_llm.errors import CrystalTextError, LibraryError
from crystal_llm.library.entry import Entry

MAX_COMPARED = 4


@dataclass(frozen=True, slots=True)
class ComparedEntry:
    """One entry of a comparison.

    Attributes:
        entry: The entry.
        volume_per_atom_cubic_angstrom: Volume of its cell over its atoms; None where there
            is no crystal.
        density_g_per_cubic_cm: Its density.
        same_as: Ids of the others that are the same crystal (StructureMatcher, default
            settings).
        rms_to_first: Root mean square displacement between it and the first entry, in units
            of the cube root of the volume per atom; None where StructureMatcher maps
            neither onto the other.
    """

    entry: Entry
    volume_per_atom_cubic_angstrom: float | None
    density_g_per_cubic_cm: float | None
    same_as: tuple[str, ...]
    rms_to_first: float | None = None


def compare_entries(entries: Sequence[Entry]) -> tuple[ComparedEntry, ...]:
    """Puts up to four entries side by side.

    Raises:
        LibraryError: Fewer than two, more than four, or one twice.
    """
    if not 2 <= len({entry.id for entry in entries}) == len(entries) <= MAX_COMPARED:
        raise LibraryError(f"compare 2 to {MAX_COMPARED} different entries")
    same = _same(entries)
    return tuple(
        replace(_compared(entry, same.get(entry.id, ())), rms_to_first=_rms(entries[0], entry))
        for entry in entries
    )


def _rms(first: Entry, other: Entry) -> float | None:
    if first.crystal is None or other.crystal is None:
        return None
    from pymatgen.analysis.structure_matcher import StructureMatcher

    from crystal_llm.crystal.conversion import structure

    try:
        distance = StructureMatcher().get_rms_dist(
            structure(first.crystal), structure(other.crystal)
        )
    except ValueError:  # so it says that atoms lie on each other
        return None
    return None if distance is None else float(distance[0])


def _same(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Ids of the entries that are one crystal, by the id of each of them."""
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.evaluation.novelty import compare

    with_crystal = [entry for entry in entries if entry.crystal is not None]
    try:
        novelties = compare([structure(entry.crystal) for entry in with_crystal if entry.crystal])
    except CrystalTextError:
        return {}
    groups: dict[int, list[str]] = {}
    for place, (entry, novelty) in enumerate(zip(with_crystal, novelties, strict=True)):
        first = place if novelty.duplicate_of is None else novelty.duplicate_of
        groups.setdefault(first, []).append(entry.id)
    return {
        name: tuple(other for other in group if other != name)
        for group in groups.values()
        for name in group
    }


def _compared(entry: Entry, same_as: tuple[str, ...]) -> ComparedEntry:
    if entry.crystal is None:
        return ComparedEntry(entry, None, None, same_as)
    from crystal_llm.crystal.conversion import structure

    crystal = structure(entry.crystal)
    return ComparedEntry(entry, crystal.volume / len(crystal), float(crystal.density), same_as)
