"""Crystals in, refined crystals out; what fails stays with its reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.errors import FlowError
from crystal_llm.flow.batches import sites_of
from crystal_llm.flow.cell import checked_cell, refined_cell
from crystal_llm.flow.result import Refinement
from crystal_llm.flow.sampler import FLOW_BATCH_SIZE, Start, follow
from crystal_llm.flow.sampler_settings import SamplerSettings
from crystal_llm.flow.space_group_average import average_over, found_operations
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.flow.card import FlowCard, LoadedFlow


def refine_crystals(
    flow: LoadedFlow,
    crystals: Sequence[PlainCrystal],
    settings: SamplerSettings,
    *,
    indexes: Sequence[int] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[int, Refinement]]:
    """Refines crystals, and gives each as soon as its batch is done.

    Args:
        flow: The network.
        crystals: Any cells.
        settings: How the velocity is followed.
        indexes: Of the crystals in their run, on which their noise depends; None counts
            from 0.
        progress: Called with the number of crystals done and of all.
        should_stop: Asked after every step; crystals not done are then given up.

    Yields:
        Place in ``crystals`` and what became of it. The same crystal, seed and index give
        the same in any company.
    """
    indexes = range(len(crystals)) if indexes is None else indexes
    place_of = {index: place for place, index in enumerate(indexes)}
    groups: dict[int, list[Start]] = {}
    done = 0
    for place, crystal in enumerate(crystals):
        began = time.perf_counter()
        try:
            start = _start(flow, crystal, indexes[place], settings)
        except FlowError as error:
            done += 1
            yield place, _failed(flow, None, str(error), settings, time.perf_counter() - began)
            continue
        groups.setdefault(sites_of(len(start.crystal.species)), []).append(start)
    for sites, starts in sorted(groups.items()):
        for cut in range(0, len(starts), FLOW_BATCH_SIZE):
            batch = starts[cut : cut + FLOW_BATCH_SIZE]
            began = time.perf_counter()
            ends = follow(flow.network, batch, sites, settings, should_stop)
            if ends is None:
                return
            each_s = (time.perf_counter() - began) / len(batch)
            for start, end in zip(batch, ends, strict=True):
                yield place_of[start.index], _refinement(flow, start.crystal, end, settings, each_s)
            done += len(batch)
            progress(done, len(crystals))


def check_refinable(card: FlowCard, crystal: PlainCrystal) -> None:
    """Refuses a crystal, in its primitive cell, of a kind that the network never saw.

    Raises:
        FlowError: An element that it never saw, or more atoms.
    """
    unseen = sorted(set(crystal.species) - set(card.elements))
    if unseen:
        raise FlowError(f"the network never saw {', '.join(unseen)}")
    if len(crystal.species) > card.max_atoms:
        raise FlowError(
            f"the primitive cell has {len(crystal.species)} atoms; the network saw at most "
            f"{card.max_atoms}"
        )


def _start(flow: LoadedFlow, crystal: PlainCrystal, index: int, settings: SamplerSettings) -> Start:
    reduced = refined_cell(crystal)
    check_refinable(flow.card, reduced)
    if not flow.base.begins_with_crystal:
        random = np.random.default_rng([settings.seed, index, 0])
        return Start(index, flow.base.start(reduced, random))
    if not settings.keep_space_group:
        return Start(index, reduced)
    return Start(index, *average_over(reduced, found_operations(reduced)))


def _refinement(
    flow: LoadedFlow,
    start: PlainCrystal,
    end: PlainCrystal | str,
    settings: SamplerSettings,
    wall_s: float,
) -> Refinement:
    if isinstance(end, str):
        return _failed(flow, start, end, settings, wall_s)
    try:
        end = checked_cell(end)
    except FlowError as error:
        return _failed(flow, start, f"refined, {error}", settings, wall_s)
    steps, passes = settings.steps, settings.passes
    if not flow.base.begins_with_crystal:  # how far from what was drawn says nothing
        return Refinement(start, end, None, None, None, None, flow.identity, steps, wall_s, passes)
    before, after = lattice_matrix(start), lattice_matrix(end)
    moved = np.array(end.fractional_coordinates) - np.array(start.fractional_coordinates)
    distances = np.linalg.norm((moved - np.round(moved)) @ after, axis=1)
    return Refinement(
        start=start,
        refined=end,
        failure=None,
        moved_angstrom=float(distances.mean()),
        moved_most_angstrom=float(distances.max()),
        volume_change_share=float(np.linalg.det(after) / np.linalg.det(before) - 1.0),
        network=flow.identity,
        steps=steps,
        wall_s=wall_s,
        passes=passes,
    )


def _failed(
    flow: LoadedFlow,
    start: PlainCrystal | None,
    reason: str,
    settings: SamplerSettings,
    wall_s: float,
) -> Refinement:
    steps, passes = settings.steps, settings.passes
    return Refinement(start, None, reason, None, None, None, flow.identity, steps, wall_s, passes)
