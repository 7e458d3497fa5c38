"""Energies of known crystals under a potential: the source of a reference of our own.

The crystals are taken as they are given (for the Materials Project: relaxed by DFT). What
is computed is written to a journal at once, so a run of hours that was killed goes on.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from crystal_llm.crystal.conversion import structure
from crystal_llm.errors import PotentialError, StabilityError
from crystal_llm.io.journal import opened_journal
from crystal_llm.io.record_json import to_plain
from crystal_llm.potentials.loading import load_potential, potential_card
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference import (
    Reference,
    ReferenceProvenance,
    build_reference,
)
from crystal_llm.types import PlainCrystal

CHUNK = 32


@dataclass(frozen=True, slots=True)
class KnownCrystal:
    """A crystal that is known, before its energy is."""

    material_id: str
    crystal: PlainCrystal


@dataclass(frozen=True, slots=True)
class ComputedEnergy:
    """The energy of one crystal; exactly one of the two last is None.

    Attributes:
        material_id: Its name in the source.
        formula: Its reduced formula.
        energy_ev_per_atom: Its energy, as the potential's card stamps it.
        failure: Why there is none.
    """

    material_id: str
    formula: str
    energy_ev_per_atom: float | None
    failure: str | None


def compute_energies(
    crystals: Sequence[KnownCrystal],
    potential: str,
    journal: Path,
    *,
    processes: int | None = None,
    begin_anew: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ComputedEnergy]:
    """Computes the energies of crystals as they are given.

    Args:
        crystals: The crystals, named uniquely.
        potential: Name of the potential.
        journal: File that keeps what is done; a journal of the same potential and crystals
            is gone on from.
        processes: Processes at once, one thread each; None for one a core.
        begin_anew: Whether a journal of other crystals is begun anew, not refused.
        progress: Called with the crystals done and their number.

    Returns:
        One energy or failure a crystal, in their order.

    Raises:
        PotentialError: No such potential, or it cannot be loaded.
        StabilityError: Two crystals have one name, or the journal is of another potential or
            of other crystals.
    """
    method = potential_card(potential).method
    for name, count in Counter(crystal.material_id for crystal in crystals).most_common(1):
        if count > 1:
            message = f"{count} crystals are called {name}: give each its own material_id"
            raise StabilityError(message)
    purpose = {"crystals_sha256": _digest(crystals), **method.as_dict()}
    with opened_journal(
        journal,
        purpose,
        lambda record: ComputedEnergy(*record),
        StabilityError,
        begin_anew=begin_anew,
    ) as (held, note):
        done = {energy.material_id: energy for energy in held}
        waiting = [crystal for crystal in crystals if crystal.material_id not in done]
        chunks = [waiting[first : first + CHUNK] for first in range(0, len(waiting), CHUNK)]
        for energies in _computed(chunks, potential, processes):
            for energy in energies:
                done[energy.material_id] = energy
                note(astuple(energy))
            progress(len(done), len(crystals))
    return [done[crystal.material_id] for crystal in crystals]


def reference_of(
    energies: Sequence[ComputedEnergy], potential: str, source: str, notes: str = ""
) -> Reference:
    """Makes a reference of computed energies; failures are counted into its notes."""
    failed = sum(energy.failure is not None for energy in energies)
    summary = f"{len(energies)} structures as given, {failed} without an energy"
    return build_reference(
        (
            (energy.material_id, energy.formula, energy.energy_ev_per_atom)
            for energy in energies
            if energy.energy_ev_per_atom is not None
        ),
        ReferenceProvenance(
            potential_card(potential).method,
            source,
            date.today().isoformat(),
            f"{summary}; {notes}" if notes else summary,
        ),
    )


def _computed(
    chunks: list[list[KnownCrystal]], potential: str, processes: int | None
) -> Iterator[list[ComputedEnergy]]:
    count = min(processes or os.cpu_count() or 1, len(chunks))
    if count <= 1:
        yield from (_energies_of(chunk, potential) for chunk in chunks)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_alone) as pool:
        yield from pool.map(_energies_of, chunks, [potential] * len(chunks))


def _alone() -> None:
    """One thread a process: two of torch's on one core wait for each other."""
    import torch

    torch.set_num_threads(1)


def _energies_of(chunk: list[KnownCrystal], potential: str) -> list[ComputedEnergy]:
    loaded = load_potential(potential, settings())
    energies = []
    for row in chunk:
        crystal = structure(row.crystal)
        formula = str(crystal.composition.reduced_formula)
        try:
            raw = loaded.static_energy_ev_per_atom(crystal)
            energy = loaded.energy_ev_per_atom(crystal, raw)
        except PotentialError as error:
            energies.append(ComputedEnergy(row.material_id, formula, None, str(error)))
            continue
        wrong = None if math.isfinite(energy) else f"the potential gives {energy}"
        value = energy if wrong is None else None
        energies.append(ComputedEnergy(row.material_id, formula, value, wrong))
    return energies


def _digest(crystals: Sequence[KnownCrystal]) -> str:
    """A hash of the crystals: another table may give the same names to others."""
    # One by one: a table of 150,000 crystals would be several hundred megabytes of JSON.
    digest = hashlib.sha256()
    for crystal in crystals:
        digest.update(json.dumps(to_plain(crystal)).encode() + b"\n")
    return digest.hexdigest()
