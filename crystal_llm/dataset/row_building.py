"""From crystals as their sources give them to rows of the training table.

Every source goes this way: reduced to the Niggli-reduced primitive cell in a limited
process, given a formula, a space group and a split, or named with the reason why not.
"""

from __future__ import annotations

import hashlib
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import StructureFileError
from crystal_llm.io.limited_parsing import ParsingLimits, ParsingProcess
from crystal_llm.io.structure_file import StructureText, read_source
from crystal_llm.types import PlainCrystal

SPLITS = ("train", "val", "test")
TRAIN_SHARE, VAL_SHARE = 0.90, 0.05

RowProgress = Callable[[int, int], None]
"""Called with the number of crystals done and the number of all."""


@dataclass(frozen=True, slots=True)
class SourceCrystal:
    """One crystal as its source gives it; None means "not known".

    Attributes:
        material_id: Unique in its source.
        content: The crystal itself, or the file or text that describes it.
        spacegroup_number: International number.
        formation_energy_ev_per_atom: Formation energy.
        energy_above_hull_ev_per_atom: Energy above the convex hull.
        band_gap_ev: Band gap.
        split: One of :data:`SPLITS`.
        near_test: Formula and space group of a val or test crystal: never trained on.
        remarks: What was repaired in reading it, or is asked about, where it was read before.
    """

    material_id: str
    content: PlainCrystal | StructureText | Path
    spacegroup_number: int | None = None
    formation_energy_ev_per_atom: float | None = None
    energy_above_hull_ev_per_atom: float | None = None
    band_gap_ev: float | None = None
    split: str | None = None
    near_test: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A crystal that could not become a row, and why."""

    material_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source holds.

    Attributes:
        crystals: Everything to be made into rows.
        failures: What could not even be read from the source.
        left_out: Count of what was left out on purpose, by reason.
    """

    crystals: tuple[SourceCrystal, ...]
    failures: tuple[Failure, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuiltRows:
    """Rows and what did not become one.

    Attributes:
        rows: In the order of the source.
        large: Crystals with more atoms than asked for, left out of the table of cells.
        failures: Crystals that failed, in the order of the source.
        remarks: What was repaired in reading a row, or is asked about: its name and the remark.
    """

    rows: tuple[CrystalRow, ...]
    large: tuple[CrystalRow, ...]
    failures: tuple[Failure, ...]
    remarks: tuple[tuple[str, str], ...] = ()


def build_rows(
    crystals: Sequence[SourceCrystal],
    max_atoms: int,
    processes: int = 2,
    limits: ParsingLimits | None = None,
    progress: RowProgress | None = None,
) -> BuiltRows:
    """Makes a row of every crystal that can be one.

    Args:
        crystals: What a source gave.
        max_atoms: Larger primitive cells stand apart.
        processes: Parsing processes at work at a time.
        limits: What one crystal may cost.
        progress: Told after every crystal.

    Returns:
        The rows, and every crystal that did not become one.
    """
    rows: list[CrystalRow] = []
    failures: list[Failure] = []
    large: list[CrystalRow] = []
    remarks: list[tuple[str, str]] = []
    seen: set[str] = set()
    with ExitStack() as stack:
        idle: queue.SimpleQueue[ParsingProcess] = queue.SimpleQueue()
        for _ in range(processes):
            idle.put(stack.enter_context(ParsingProcess(limits)))

        def build(crystal: SourceCrystal) -> tuple[CrystalRow | Failure, tuple[str, ...]]:
            process = idle.get()
            try:
                return _row(crystal, process)
            except StructureFileError as error:
                return Failure(crystal.material_id, str(error)), ()
            finally:
                idle.put(process)

        threads = stack.enter_context(ThreadPoolExecutor(processes))
        # Should the reader stop here (Ctrl-C), map cancels what has not begun.
        for done, (outcome, said) in enumerate(threads.map(build, crystals), start=1):
            if isinstance(outcome, CrystalRow) and outcome.material_id in seen:
                outcome = Failure(outcome.material_id, "a second crystal of this material_id")
            if isinstance(outcome, Failure):
                failures.append(outcome)
            else:
                seen.add(outcome.material_id)
                remarks += [(outcome.material_id, remark) for remark in said]
                (large if len(outcome.crystal.species) > max_atoms else rows).append(outcome)
            if progress is not None:
                progress(done, len(crystals))
    return BuiltRows(tuple(rows), tuple(large), tuple(failures), tuple(remarks))


def split_of(formula: str) -> str:
    """The split of a reduced formula: always the same, so that no formula spans two."""
    digest = hashlib.sha256(formula.encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    if share < TRAIN_SHARE:
        return "train"
    return "val" if share < TRAIN_SHARE + VAL_SHARE else "test"


def _row(source: SourceCrystal, process: ParsingProcess) -> tuple[CrystalRow, tuple[str, ...]]:
    content = source.content
    if isinstance(content, Path):
        content = read_source(content)
    reduced = process.reduce(content, find_spacegroup=source.spacegroup_number is None)
    row = CrystalRow(
        material_id=source.material_id,
        formula=reduced.formula,
        crystal=reduced.crystal,
        spacegroup_number=source.spacegroup_number or reduced.spacegroup_number,
        formation_energy_ev_per_atom=source.formation_energy_ev_per_atom,
        energy_above_hull_ev_per_atom=source.energy_above_hull_ev_per_atom,
        band_gap_ev=source.band_gap_ev,
        split=source.split or split_of(reduced.formula),
    )
    return row, (*source.remarks, *reduced.remarks)
