"""``crystal-llm evaluate``: the papers' metrics on anybody's crystals."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.evaluation_lines import summary_lines
from crystal_llm.cli.judge import add_relaxation_arguments, relaxation_settings
from crystal_llm.cli.reference_options import add_reference_arguments, judging_phases
from crystal_llm.cli.run_folder import (
    CRYSTALS_FILE,
    EVALUATION,
    check_run_folder,
    write_json,
    write_text,
)
from crystal_llm.cli.structure_inputs import refuse_lone_failure
from crystal_llm.errors import EvaluationError, RequestError

if TYPE_CHECKING:
    from crystal_llm.dataset.sample_files import Sample
    from crystal_llm.evaluation.protocol import CrystalFile, EvaluationProtocol, EvaluationSettings
    from crystal_llm.relaxation.result import RelaxationResult
    from crystal_llm.studies.written_samples import Assessment
    from crystal_llm.types import PlainCrystal

_MOST_NAMED = 10
_SETS = (".zip", ".csv", ".parquet")
"""Of a set of samples each bad one is a figure; a structure file that is none is a mistake."""
_SPLITS = ("train", "val", "test", "all")

DESCRIPTION = """\
Evaluate crystals of any program by the papers' metrics: validity, uniqueness, novelty; with test
crystals (--test) coverage, Wasserstein distances and diversity; with relaxed crystals (--relax, or
files of `crystal-llm relax` or `judge`) metastable, stable and S.U.N. rates as written and
relaxed, match rate, RMSD and energy drop. FILES are JSON Lines of candidates, folders or zips of
structure files, CSV or Parquet with a column cif, extended XYZ with many frames, pymatgen JSON.
What cannot be read stays in the denominator. docs/evaluation.md says what every figure means."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``evaluate``."""
    parser = commands.add_parser(
        "evaluate",
        help="the papers' metrics on crystals of any program",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="the samples")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="RUN",
        help=f"folder for {EVALUATION} and {CRYSTALS_FILE}, which `crystal-llm report` reads",
    )
    parser.add_argument("--replace", action="store_true", help="replace an evaluation in RUN")
    against = parser.add_argument_group("measured against")
    against.add_argument(
        "--test",
        type=Path,
        metavar="TABLE.parquet",
        help="test crystals for coverage: a table that `crystal-llm data` makes or reads; "
        "models/known-structures.parquet holds 5,149",
    )
    against.add_argument(
        "--test-split",
        choices=_SPLITS,
        default="test",
        help="rows of TABLE that are test crystals (default test)",
    )
    against.add_argument(
        "--test-n",
        type=int,
        metavar="N",
        help="draw so many of them, the same ones as a study does (default: all)",
    )
    against.add_argument(
        "--known",
        type=Path,
        metavar="TABLE.parquet",
        help="known crystals for novelty: every row, whatever its size",
    )
    against.add_argument(
        "--novelty-fingerprints",
        action="store_true",
        help="also novelty by CDVAE's fingerprints, of every known crystal (0.1 s each, once)",
    )
    parser.add_argument(
        "--protocol",
        type=Path,
        metavar="FILE.json",
        help=f"thresholds and cutoffs: a file of them, or another run's {EVALUATION}",
    )
    parser.add_argument(
        "--writing-seconds",
        type=float,
        metavar="S",
        help="how long it took to write the samples, for the time per S.U.N. crystal",
    )
    parser.add_argument(
        "--relax", action="store_true", help="relax what the files have no relaxation of"
    )
    parser.add_argument(
        "--relax-n",
        type=int,
        metavar="N",
        help="relax the first N samples alone; rates of stability are of these (default: all)",
    )
    add_reference_arguments(parser)
    add_relaxation_arguments(parser)
    parser.add_argument(
        "--second-potential", metavar="NAME", help="relax with another potential too"
    )
    parser.add_argument(
        "--second-reference", type=Path, metavar="FILE", help="its reference phases"
    )
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Report:
    """Evaluates samples.

    Raises:
        CrystalLLMError: A file cannot be read, a set is empty, or energies do not compare.
    """
    from crystal_llm.dataset.sample_files import read_samples
    from crystal_llm.evaluation.metrics import Evaluation, evaluation_record
    from crystal_llm.evaluation.normalised import over_test_crystals

    check_run_folder(args.out, EVALUATION, replace=args.replace)
    _check(args)
    settings = _settings(args)
    began = time.perf_counter()
    test, test_file = _test_crystals(args)
    known, known_file = _known_crystals(args)
    samples = read_samples(args.files, progress=Countdown("parsed"))
    if not any(path.is_dir() or path.suffix.lower() in _SETS for path in args.files):
        refuse_lone_failure(args.files, [sample.failure for sample in samples])
    _tell_failed(samples)
    with ExitStack() as stack:
        assessments = _assessments(args, samples, stack)
        figures, crystals = _evaluated(args, stack, samples, settings, test, known, assessments)
    protocol = _protocol(args, samples, settings, test_file, known_file, assessments)
    wall_s = time.perf_counter() - began
    record = evaluation_record(Evaluation(protocol, figures)) | {"wall_s": round(wall_s, 3)}
    if figures.test is not None:
        record["over_test_crystals"] = {
            of_potential.potential: over_test_crystals(of_potential, figures.test)
            for of_potential in figures.potentials
        }
    lines = [*summary_lines(figures), f"protocol {protocol.sha256[:12]}, {wall_s:.1f} s"]
    if args.out is not None:
        from crystal_llm.io.record_json import to_plain

        # The rows first: a run that is there has all of them.
        rows = "".join(
            json.dumps(to_plain(crystal), ensure_ascii=False) + "\n" for crystal in crystals
        )
        write_text(args.out, CRYSTALS_FILE, rows)
        lines.append(f"wrote {write_json(args.out, EVALUATION, record)} and {CRYSTALS_FILE}")
    return Report(tuple(lines), record | {"out": None if args.out is None else str(args.out)})


def _tell_failed(samples: Sequence[Sample]) -> None:
    """Names what could not be read; a run's own file has all of it."""
    failed = [sample for sample in samples if sample.crystal is None]
    noun = "sample" if len(samples) == 1 else "samples"
    tell(f"{len(samples)} {noun}, {len(failed)} of them failed")
    for sample in failed[:_MOST_NAMED]:
        own = "" if sample.name in (sample.source.name, sample.source.stem) else f", {sample.name}"
        tell(f"{sample.source.name}{own}: {sample.failure}")
    if len(failed) > _MOST_NAMED:
        tell(f"… and {len(failed) - _MOST_NAMED:,} more, all named in a run's folder (--out)")


def _check(args: argparse.Namespace) -> None:
    if args.novelty_fingerprints and args.known is None:
        raise RequestError("--novelty-fingerprints: name the known crystals with --known")
    if args.second_reference is not None and args.second_potential is None:
        raise RequestError("--second-reference: name its potential with --second-potential")
    if args.second_potential is not None and not args.relax:
        raise RequestError("--second-potential relaxes the samples: give --relax too")
    if args.second_potential == args.potential and args.second_potential is not None:
        raise RequestError(f"--second-potential {args.potential}: is the first one already")
    if args.test_n is not None and (args.test is None or args.test_n < 1):
        raise RequestError(f"--test-n {args.test_n}: at least 1, with --test")
    if args.relax_n is not None and not (args.relax and args.relax_n >= 1):
        raise RequestError(f"--relax-n {args.relax_n}: at least 1, with --relax")
    seconds = args.writing_seconds
    if seconds is not None and not (math.isfinite(seconds) and seconds >= 0):
        raise RequestError(f"--writing-seconds {seconds}: 0 or more")


def _settings(args: argparse.Namespace) -> EvaluationSettings:
    from crystal_llm.evaluation.protocol import EvaluationSettings, read_evaluation_settings

    if args.protocol is None:
        return EvaluationSettings()
    return read_evaluation_settings(args.protocol)


def _test_crystals(args: argparse.Namespace) -> tuple[list[PlainCrystal], CrystalFile | None]:
    from crystal_llm.dataset.known_crystals import read_test_rows
    from crystal_llm.dataset.source_table import read_source_table
    from crystal_llm.dataset.symmetric_table import is_symmetric_table
    from crystal_llm.evaluation.protocol import crystal_file
    from crystal_llm.studies.coverage_set import drawn
    from crystal_llm.types import PlainCrystal

    if args.test is None:
        return [], None
    split = None if args.test_split == "all" else args.test_split

    def choose(test_rows: Sequence[Any]) -> Sequence[Any]:
        if args.test_n is None:
            return test_rows
        names = [row.material_id for row in test_rows]
        return [test_rows[index] for index in drawn(names, args.test_n)]

    if is_symmetric_table(args.test):
        chosen = [row.crystal for row in read_test_rows(args.test, split, choose=choose)]
    else:
        rows_of_split = [
            row
            for row in read_source_table(args.test, keep_near_test=True).crystals
            if isinstance(row.content, PlainCrystal) and split in (None, row.split)
        ]
        chosen = [row.content for row in choose(rows_of_split)]
    if not chosen:
        import pyarrow.parquet as pq

        rows_there = pq.read_metadata(args.test).num_rows
        raise EvaluationError(
            f"{args.test}: none of its {rows_there:,} rows is of the split {args.test_split!r}; "
            "choose with --test-split (all takes every row)"
        )
    rows = "all rows" if split is None else f"split {split}"
    if args.test_n is not None:
        rows = f"{rows}, drawn"
    return chosen, crystal_file(args.test, len(chosen), rows)


def _known_crystals(args: argparse.Namespace) -> tuple[Any, CrystalFile | None]:
    from crystal_llm.dataset.known_crystals import read_known_crystals
    from crystal_llm.evaluation.protocol import crystal_file

    if args.known is None:
        return None, None
    rows = read_known_crystals(args.known)
    return rows, crystal_file(args.known, len(rows), "all rows")


def _evaluated(
    args: argparse.Namespace,
    stack: ExitStack,
    samples: Sequence[Sample],
    settings: EvaluationSettings,
    test: Sequence[PlainCrystal],
    known: Any,
    assessments: Sequence[Assessment],
) -> Any:
    from crystal_llm.evaluation.fingerprint_cache import FINGERPRINTS_FILE, FingerprintCache
    from crystal_llm.evaluation.fingerprinting import FINGERPRINT_PROCESSES
    from crystal_llm.evaluation.novelty import KnownCrystals
    from crystal_llm.settings import settings as process_settings
    from crystal_llm.studies.sample_evaluation import evaluate
    from crystal_llm.studies.written_samples import EvaluationInputs

    countdowns: dict[str, Countdown] = {}

    def progress(what: str, done: int, total: int) -> None:
        countdowns.setdefault(what, Countdown(what))(done, total)

    cache = None
    if not args.no_cache:
        cache = stack.enter_context(FingerprintCache(process_settings().home / FINGERPRINTS_FILE))
    inputs = EvaluationInputs(
        settings=settings,
        test=test,
        known=None if known is None else [row.crystal for row in known],
        known_phases=None if known is None else KnownCrystals(known),
        fingerprint_known=args.novelty_fingerprints,
        assessments=assessments,
        cache=cache,
        processes=args.processes or FINGERPRINT_PROCESSES,
        writing_s=args.writing_seconds,
    )
    return evaluate(samples, inputs, progress)


def _assessments(
    args: argparse.Namespace, samples: Sequence[Sample], stack: ExitStack
) -> list[Assessment]:
    """What is to be relaxed, and what the files have relaxed already."""
    from crystal_llm.dataset.known_structures import shipped_structures
    from crystal_llm.judging import JudgingResources, check_bench
    from crystal_llm.relaxation.cache import default_cache
    from crystal_llm.settings import settings
    from crystal_llm.studies.written_samples import Assessment

    known = relaxations_in(args.files, samples)
    wanted = [(args.potential, args.reference)] if args.relax else []
    if args.second_potential is not None:
        wanted.append((args.second_potential, args.second_reference))
    names = [name for name, _ in wanted]
    wanted += [
        (name, args.reference if name == args.potential else None)
        for name in known
        if name not in names
    ]
    if not wanted:
        return []
    cache = None if args.no_cache else stack.enter_context(default_cache(settings()))
    structures = shipped_structures(settings())
    assessments = []
    for name, reference in wanted:
        phases = judging_phases(name, reference, structures)
        bench = JudgingResources(
            potential=name,
            settings=relaxation_settings(args),
            reference=phases.reference,
            demanded=phases.demanded,
            across_potentials=args.across_potentials,
            structures=structures,
            processes=args.processes,
            cache=cache,
        )
        check_bench(bench)
        assessments.append(
            Assessment(bench, known.get(name, {}), relax=name in names, first=args.relax_n)
        )
    return assessments


def relaxations_in(
    files: Sequence[Path], samples: Sequence[Sample]
) -> dict[str, dict[int, RelaxationResult]]:
    """Relaxations that JSON Lines hold, by potential and by place among the samples."""
    from crystal_llm.relaxation.relaxed_file import read_relaxed

    places = {
        (sample.source, sample.row): place for place, sample in enumerate(samples) if sample.row
    }
    relaxations: dict[str, dict[int, RelaxationResult]] = {}
    for path in dict.fromkeys(files):
        if path.suffix.lower() != ".jsonl":
            continue
        for row in read_relaxed(path):
            place = places.get((path, row.row))
            if row.relaxation is None or place is None or samples[place].crystal is None:
                continue
            relaxations.setdefault(row.relaxation.method.potential, {})[place] = row.relaxation
    return relaxations


def _protocol(
    args: argparse.Namespace,
    samples: Sequence[Sample],
    settings: EvaluationSettings,
    test: CrystalFile | None,
    known: CrystalFile | None,
    assessments: Sequence[Assessment],
) -> EvaluationProtocol:
    from crystal_llm.evaluation.protocol import EvaluationProtocol, Relaxer, crystal_file
    from crystal_llm.relaxation.batch import card_of

    counts = {path: sum(sample.source == path for sample in samples) for path in args.files}
    relaxers = []
    for assessment in assessments:
        bench = assessment.bench
        reference, method = bench.reference, card_of(bench.potential).method
        among = bench.reference_said
        among_method = method if reference is None else reference.method
        relaxers.append(
            Relaxer(
                method,
                bench.settings if assessment.relax else None,
                among,
                None if among is None else among_method,
                None if reference is None else reference.provenance.made_on,
                competitors_relaxed=bench.structures is not None
                and among is not None
                and among_method == method,
            )
        )
    return EvaluationProtocol(
        settings,
        tuple(crystal_file(path, count, "all") for path, count in counts.items()),
        test,
        known,
        tuple(relaxers),
        made_on=datetime.now(UTC).isoformat(timespec="seconds"),
    )
