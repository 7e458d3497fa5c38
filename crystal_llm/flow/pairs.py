"""Pairs of a sample and the crystal it should become, in a folder of Parquet files.

A folder of pairs holds ``pairs.json``, which says how they were drawn, and one file for
every few targets. What the files hold depends on that and on their number alone, so work
that was killed goes on with the first file that is missing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from crystal_llm.dataset.table import CrystalRow
from crystal_llm.errors import FlowError
from crystal_llm.flow.alignment import align
from crystal_llm.flow.base_distribution import LATTICES, BaseDistribution, BaseKind, lattice_table
from crystal_llm.flow.cell import niggli_cell, refined_cell
from crystal_llm.flow.disturbance import disturbed
from crystal_llm.flow.targets import reduced_target
from crystal_llm.training.batches import is_stable
from crystal_llm.types import PlainCrystal

TARGETS_A_FILE = 16
_VALIDATION_EVERY = 20
_PURPOSE = "pairs.json"


@dataclass(frozen=True, slots=True)
class PairsPlan:
    """How pairs are drawn.

    Attributes:
        base: Where samples come from.
        model: Identity of the language model, None for the other bases.
        targets: How many target crystals are drawn, of the table's stable ones: all of the
            training split once before any comes again, and every twentieth of the
            validation split.
        samples_each: Samples for each target, under its formula.
        temperature: τ of the language model (0.9 in the paper).
        top_p: Its nucleus (0.99 in the paper).
        min_distance_angstrom: How far it keeps atoms apart; None leaves it to the model.
        min_radii_share: The same in shares of the covalent radii.
        hold_space_group: Whether the language model is held to the target's space group too,
            which only one of symmetric text can be; not in the paper.
        hold_prototype: Whether it is held to the target's occupied positions as well: a
            sample of another structure teaches nothing.
        energy_above_hull_ev_per_atom: What the prompts ask for; None: left
            unsaid, as in the paper.
        max_atoms: Largest target.
        seed: Of all draws.
    """

    base: BaseKind
    model: str | None
    targets: int
    samples_each: int = 8
    temperature: float = 0.9
    top_p: float = 0.99
    min_distance_angstrom: float | None = None
    min_radii_share: float | None = None
    hold_space_group: bool = False
    hold_prototype: bool = False
    energy_above_hull_ev_per_atom: float | None = None
    max_atoms: int = 20
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A sample and its target.

    Attributes:
        material_id: The target's.
        split: ``train`` or ``val``.
        sample: In its Niggli cell.
        target: In its Niggli cell.
        aligned: The target laid on the sample, in the sample's order.
        distance_squared: Of the two on the torus, fractional, summed over the atoms.
    """

    material_id: str
    split: str
    sample: PlainCrystal
    target: PlainCrystal
    aligned: PlainCrystal
    distance_squared: float


@dataclass
class PairCount:
    """How many pairs were drawn, and why others were not.

    Attributes:
        pairs: Pairs in the folder.
        failures: How many samples failed, by reason.
    """

    pairs: int = 0
    failures: Counter[str] = field(default_factory=Counter)


Samples = Callable[[CrystalRow, int], Iterator[PlainCrystal | str]]
"""Samples for a target with a seed: crystals, or the reason why one is none."""


def draw_pairs(
    rows: Sequence[CrystalRow],
    samples: Samples,
    plan: PairsPlan,
    folder: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PairCount:
    """Draws pairs, going on where a folder ends.

    Args:
        rows: The table.
        samples: Where samples come from; see :func:`chance_samples`.
        plan: How they are drawn.
        folder: Where they are kept.
        progress: Called with the number of targets done and of all.
        should_stop: Asked after every target; the file begun is then given up.

    Returns:
        What the folder holds.

    Raises:
        FlowError: The folder holds pairs drawn otherwise, or the table no target.
    """
    targets = _targets(rows, plan)
    _keep_purpose(folder, plan)
    count = PairCount()
    for first in range(0, plan.targets, TARGETS_A_FILE):
        path = folder / f"pairs-{first // TARGETS_A_FILE:06d}.parquet"
        last = min(first + TARGETS_A_FILE, plan.targets)
        if path.exists():
            _add_held(count, path)
            progress(last, plan.targets)
            continue
        pairs: list[Pair] = []
        failures: Counter[str] = Counter()
        for index in range(first, last):
            row = reduced_target(targets(index))
            if isinstance(row, str):
                failures[row] += plan.samples_each
                continue
            seed = int(np.random.default_rng([plan.seed, index]).integers(2**62))
            for sample in samples(row, seed):
                outcome = sample if isinstance(sample, str) else _pair(row, sample)
                if isinstance(outcome, str):
                    failures[outcome] += 1
                else:
                    pairs.append(outcome)
            progress(index + 1, plan.targets)
            if should_stop():
                return count
        _write(path, pairs, failures)
        count.pairs += len(pairs)
        count.failures += failures
    return count


def chance_samples(base: BaseDistribution, samples_each: int) -> Samples:
    """Samples of a base that takes nothing but the elements from the target."""

    def samples(row: CrystalRow, seed: int) -> Iterator[PlainCrystal | str]:
        for number in range(samples_each):
            yield base.start(row.crystal, np.random.default_rng([seed, number]))

    return samples


def disturbed_samples(samples_each: int) -> Samples:
    """Samples that are the target made wrong."""

    def samples(row: CrystalRow, seed: int) -> Iterator[PlainCrystal | str]:
        for number in range(samples_each):
            yield disturbed(row.crystal, np.random.default_rng([seed, number]))

    return samples


def data_lattices(rows: Sequence[CrystalRow], plan: PairsPlan) -> np.ndarray:
    """Lattices of the targets' kind for a base that draws from them, shape (k, 7)."""
    train = _of_split(rows, plan, "train")
    drawn = np.random.default_rng([plan.seed, 1]).permutation(len(train))[:LATTICES]
    reduced = (reduced_target(train[place]) for place in drawn)
    return lattice_table([row.crystal for row in reduced if not isinstance(row, str)])


def read_plan(folder: Path) -> PairsPlan:
    """How the pairs of a folder were drawn.

    Raises:
        FlowError: The folder holds no pairs.
    """
    try:
        return PairsPlan(**json.loads((folder / _PURPOSE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise FlowError(
            f"{folder}: holds no pairs ({error}); draw some with `crystal-llm flow pairs`"
        ) from error


def pair_files(folder: Path) -> list[Path]:
    """The finished files of a folder of pairs.

    Raises:
        FlowError: There is none.
    """
    files = sorted(folder.glob("pairs-*.parquet"))
    if not files:
        raise FlowError(f"{folder}: holds no pairs; draw some with `crystal-llm flow pairs`")
    return files


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of one file.

    Raises:
        FlowError: It is not a file of pairs.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        rows = pyarrow.parquet.read_table(path).to_pylist()
        return [
            Pair(
                row["material_id"],
                row["split"],
                _crystal(row, "sample"),
                _crystal(row, "target"),
                _crystal(row, "aligned"),
                row["distance_squared"],
            )
            for row in rows
        ]
    except (OSError, KeyError, TypeError, ValueError, pyarrow.ArrowException) as error:
        raise FlowError(f"{path}: not a file of pairs ({error}); delete it") from error


def _pair(row: CrystalRow, sample: PlainCrystal) -> Pair | str:
    """The pair of a sample with its target, or why there is none."""
    try:
        reduced = refined_cell(sample)
        if len(reduced.species) != len(row.crystal.species):
            # By chance the sample has a smaller cell; the pair needs every atom.
            reduced = niggli_cell(sample)
        alignment = align(reduced, row.crystal)
        aligned = alignment.apply(row.crystal)
    except FlowError as error:
        return str(error)
    return Pair(
        row.material_id, row.split, reduced, row.crystal, aligned, alignment.distance_squared
    )


def _of_split(rows: Sequence[CrystalRow], plan: PairsPlan, split: str) -> list[CrystalRow]:
    held = [
        row for row in rows if row.split == split and len(row.crystal.species) <= plan.max_atoms
    ]
    # A table may know no energies at all.
    return [row for row in held if is_stable(row)] or held


def _targets(rows: Sequence[CrystalRow], plan: PairsPlan) -> Callable[[int], CrystalRow]:
    train, validation = _of_split(rows, plan, "train"), _of_split(rows, plan, "val")
    if not train:
        raise FlowError(f"the table has no training crystal of at most {plan.max_atoms} atoms")
    permutations = {
        name: np.random.default_rng([plan.seed, number]).permutation(len(among))
        for number, (name, among) in enumerate((("train", train), ("val", validation)))
    }

    def target(index: int) -> CrystalRow:
        if validation and index % _VALIDATION_EVERY == 0:
            place = permutations["val"][index // _VALIDATION_EVERY % len(validation)]
            return validation[int(place)]
        return train[int(permutations["train"][index % len(train)])]

    return target


def _keep_purpose(folder: Path, plan: PairsPlan) -> None:
    """Stores the plan, or refuses a folder of another one; it may have fewer targets."""
    path = folder / _PURPOSE
    wanted = asdict(plan)
    if path.exists() and any(folder.glob("pairs-*.parquet")):
        held = asdict(read_plan(folder))
        changed = [name for name in wanted if name != "targets" and held[name] != wanted[name]]
        if changed:
            raise FlowError(
                f"{folder}: holds pairs with another {', '.join(changed)}; "
                "name another folder, or go on as they were drawn"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise FlowError(f"{folder}: cannot be written ({error.strerror or error})") from error


def _write(path: Path, pairs: Sequence[Pair], failures: Counter[str]) -> None:
    import pyarrow
    import pyarrow.parquet

    columns: dict[str, Any] = {
        "material_id": pyarrow.array([pair.material_id for pair in pairs], pyarrow.string()),
        "split": pyarrow.array([pair.split for pair in pairs], pyarrow.string()),
        "distance_squared": pyarrow.array(
            [pair.distance_squared for pair in pairs], pyarrow.float64()
        ),
    }
    for name in ("sample", "target", "aligned"):
        crystals: list[PlainCrystal] = [getattr(pair, name) for pair in pairs]
        numbers = pyarrow.list_(pyarrow.float64())
        columns[f"{name}_species"] = pyarrow.array(
            [list(crystal.species) for crystal in crystals], pyarrow.list_(pyarrow.string())
        )
        columns[f"{name}_lattice"] = pyarrow.array(
            [[*crystal.lengths_angstrom, *crystal.angles_degrees] for crystal in crystals], numbers
        )
        columns[f"{name}_coordinates"] = pyarrow.array(
            [
                [x for place in crystal.fractional_coordinates for x in place]
                for crystal in crystals
            ],
            numbers,
        )
    table = pyarrow.table(columns)
    table = table.replace_schema_metadata({"failures": json.dumps(failures)})
    unfinished = path.with_name(f"{path.name}.unfinished")
    pyarrow.parquet.write_table(table, unfinished)
    unfinished.replace(path)


def _add_held(count: PairCount, path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    try:
        held = pyarrow.parquet.read_metadata(path)
        failures = json.loads(held.metadata[b"failures"])
    except (OSError, KeyError, TypeError, ValueError, pyarrow.ArrowException) as error:
        raise FlowError(f"{path}: not a file of pairs ({error}); delete it") from error
    count.pairs += held.num_rows
    count.failures += Counter(failures)


def _crystal(row: dict[str, Any], name: str) -> PlainCrystal:
    a, b, c, alpha, beta, gamma = row[f"{name}_lattice"]
    flat = row[f"{name}_coordinates"]
    return PlainCrystal(
        (a, b, c),
        (alpha, beta, gamma),
        tuple(row[f"{name}_species"]),
        tuple(zip(flat[0::3], flat[1::3], flat[2::3], strict=True)),
    )
