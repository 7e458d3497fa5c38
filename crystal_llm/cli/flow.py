"""``crystal-llm flow``: pairs for the flow's network, and its training."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.generate import add_spacing_arguments
from crystal_llm.cli.output_file import check_writable
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.errors import RequestError

if TYPE_CHECKING:
    from crystal_llm.dataset.table import CrystalRow
    from crystal_llm.flow.pairs import PairsPlan, Samples

PAIRS = """\
Draw pairs of a sample and the known crystal it should become: each crystal of the table's stable
training split in turn, and samples under its formula. A folder of pairs that was begun is gone on
with; ask for more targets to add to it."""

TRAIN = """\
Train the network that refines crystals. Killed at any moment and called again with the same
arguments, it goes on from its newest checkpoint. In the end RUN holds the network and its card."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``flow`` with ``pairs`` and ``train``."""
    flow = commands.add_parser(
        "flow",
        help="pairs and training for the network that refines crystals",
        description="Make the network behind `crystal-llm refine` (FlowLLM, docs/flow.md).",
    )
    work = flow.add_subparsers(
        dest="work", required=True, metavar="WORK", parser_class=OneLineParser
    )
    _register_pairs(work)
    _register_train(work)


def _register_pairs(work: argparse._SubParsersAction[OneLineParser]) -> None:
    parser = work.add_parser(
        "pairs",
        help="draw pairs of sample and target",
        description=PAIRS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", type=Path, help="table of known crystals (`crystal-llm data`)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of pairs")
    parser.add_argument("--targets", type=int, required=True, metavar="N", help="target crystals")
    parser.add_argument(
        "--samples-each", type=int, default=8, metavar="N", help="samples a target (default 8)"
    )
    parser.add_argument(
        "--base",
        choices=("language-model", "disturbed", "types", "random"),
        default="language-model",
        help="where samples come from: the language model's crystals (default), the targets made "
        "wrong, their elements alone with uniform coordinates and a lattice of the table, or a "
        "random lattice too",
    )
    parser.add_argument("--model", help="name of a model card, or a path to one")
    parser.add_argument("--temperature", type=float, default=0.9, metavar="T", help="default 0.9")
    parser.add_argument("--top-p", type=float, default=0.99, metavar="P", help="default 0.99")
    add_spacing_arguments(parser.add_argument_group("hard constraints, enforced by the grammar"))
    parser.add_argument(
        "--hold-space-group",
        action="store_true",
        help="hold samples to the target's space group too (models of symmetric text)",
    )
    parser.add_argument(
        "--hold-prototype",
        action="store_true",
        help="hold them to its occupied positions as well, so that all have its structure",
    )
    parser.add_argument(
        "--e-above-hull",
        type=float,
        metavar="E",
        help="energy above hull that the model is asked for, eV/atom",
    )
    parser.add_argument("--max-atoms", type=int, default=20, metavar="N", help="default 20")
    parser.add_argument("--seed", type=int, default=0, help="default 0")
    add_json_flag(parser)
    parser.set_defaults(run=run_draw)


def _register_train(work: argparse._SubParsersAction[OneLineParser]) -> None:
    parser = work.add_parser(
        "train",
        help="train the network on pairs, or plot runs",
        description=TRAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="RUN", help="folder of the run")
    parser.add_argument("--pairs", type=Path, metavar="DIR", help="folder of pairs")
    parser.add_argument(
        "--table", type=Path, help="the pairs' table, for a base that draws lattices from it"
    )
    parser.add_argument("--config", type=Path, help="TOML file of the run (see docs/flow.md)")
    parser.add_argument(
        "--pairing",
        choices=("aligned", "index"),
        help="lay targets on samples (default), or pair atoms by index as FlowLLM's code does",
    )
    parser.add_argument(
        "--continue-network",
        metavar="NETWORK",
        help="begin with the weights of this flow's card, a name or a path, and with its shape",
    )
    parser.add_argument("--total-steps", type=int, help="overrides the config's")
    parser.add_argument("--total-minutes", type=float, help="overrides the config's")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--device", default="cpu", help="cpu (default), or cuda for a GPU")
    parser.add_argument(
        "--plot", type=Path, metavar="FIGURE", help="draw the run's curves (html, or png/svg/pdf)"
    )
    parser.add_argument(
        "--beside", type=Path, action="append", default=[], metavar="RUN", help="plot this run too"
    )
    add_json_flag(parser)
    parser.set_defaults(run=run_train)


def run_draw(arguments: argparse.Namespace) -> Report:
    """Draws pairs."""
    _check_pairs(arguments)

    from crystal_llm.flow.pairs import PairsPlan, draw_pairs
    from crystal_llm.flow.targets import read_targets

    rows = read_targets(arguments.table)
    by_model = arguments.base == "language-model"
    stopped = StopFlag()
    model = None
    if by_model:
        from crystal_llm.language_model.loading import load_model

        model = load_model(arguments.model)
        tell(f"{model.identity}: loaded in {model.load_s:.1f} s")
    plan = PairsPlan(
        base=arguments.base,
        model=None if model is None else model.identity,
        targets=arguments.targets,
        samples_each=arguments.samples_each,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        min_distance_angstrom=(arguments.min_distance or None) if by_model else None,
        min_radii_share=(arguments.min_radii or None) if by_model else None,
        hold_space_group=arguments.hold_space_group,
        hold_prototype=arguments.hold_prototype,
        energy_above_hull_ev_per_atom=arguments.e_above_hull,
        max_atoms=arguments.max_atoms,
        seed=arguments.seed,
    )
    samples = _samples(rows, plan, model, stopped)
    with stopped:
        count = draw_pairs(
            rows,
            samples,
            plan,
            arguments.out,
            progress=Countdown("targets"),
            should_stop=stopped,
        )
    failed = sum(count.failures.values())
    lines = [
        f"{count.pairs} pairs in {arguments.out}, {failed} samples failed"
        + (", stopped before the end" if stopped() else "")
    ]
    lines += [f"failed {number}: {reason}" for reason, number in count.failures.most_common(10)]
    data = {
        "out": str(arguments.out),
        "pairs": count.pairs,
        "failed": dict(count.failures),
        "stopped": bool(stopped()),
    }
    return Report(tuple(lines), data, exit_code=130 if stopped() else int(not count.pairs))


def _samples(rows: list[CrystalRow], plan: PairsPlan, model: Any, should_stop: StopFlag) -> Samples:
    from crystal_llm.flow.base_distribution import BaseDistribution
    from crystal_llm.flow.pairs import chance_samples, data_lattices, disturbed_samples

    if plan.base == "disturbed":
        return disturbed_samples(plan.samples_each)
    if model is None:
        base = BaseDistribution(plan.base, data_lattices(rows, plan))
        return chance_samples(base, plan.samples_each)

    from crystal_llm.flow.model_samples import model_samples

    return model_samples(model, plan, should_stop)


def _check_pairs(arguments: argparse.Namespace) -> None:
    """Refuses what would fail only after the table is read and the model loaded."""
    for name, low, high in (
        ("targets", 1, 10**7),
        ("samples_each", 1, 1000),
        ("max_atoms", 1, 200),
    ):
        value = getattr(arguments, name)
        if not low <= value <= high:
            raise RequestError(f"--{name.replace('_', '-')} {value}: from {low} to {high:,}")
    if not 0 <= arguments.seed < 2**63:
        raise RequestError(f"--seed {arguments.seed}: from 0 to 2^63 - 1")
    if arguments.model is not None and arguments.base != "language-model":
        raise RequestError(f"--model and --base {arguments.base}: that base asks no model")
    if arguments.base != "language-model":
        for name in ("hold_space_group", "hold_prototype", "e_above_hull"):
            if getattr(arguments, name) not in (None, False):
                option = f"--{name.replace('_', '-')}"
                raise RequestError(f"{option} and --base {arguments.base}: that base has none")
    above = arguments.e_above_hull
    if above is not None and not 0 <= above <= 20:
        raise RequestError(f"--e-above-hull {above:g}: from 0 to 20 eV/atom")
    if arguments.out.exists() and not arguments.out.is_dir():
        raise RequestError(f"{arguments.out}: is a file; name a folder for the pairs")
    if not arguments.out.absolute().parent.is_dir():
        raise RequestError(f"{arguments.out.parent}: no such folder; make it first")


def run_train(arguments: argparse.Namespace) -> Report:
    """Trains, or plots."""
    if arguments.folder.exists() and not arguments.folder.is_dir():
        raise RequestError(f"{arguments.folder}: is a file; RUN is the folder of a run")
    if arguments.threads is not None and arguments.threads < 1:
        raise RequestError(f"--threads {arguments.threads}: at least 1")
    if arguments.plot is not None:
        from crystal_llm.flow.curves import plot_flow_runs

        check_writable(arguments.plot)
        plot_flow_runs([arguments.folder, *arguments.beside], arguments.plot)
        return Report((str(arguments.plot),), {"figure": str(arguments.plot)})
    if arguments.pairs is None:
        raise RequestError("flow train needs --pairs (or --plot, to draw a run's curves)")

    from crystal_llm.flow.base_distribution import begins_with_crystal
    from crystal_llm.flow.config import read_flow_config
    from crystal_llm.flow.pairs import data_lattices, read_plan

    config = read_flow_config(
        arguments.config,
        pairing=arguments.pairing,
        total_steps=arguments.total_steps,
        total_minutes=arguments.total_minutes,
    )
    plan = read_plan(arguments.pairs)
    lattices = None
    if not begins_with_crystal(plan.base):
        from crystal_llm.flow.targets import read_targets

        if arguments.table is None:
            raise RequestError(f"the base {plan.base!r} draws lattices from the data: give --table")
        lattices = data_lattices(read_targets(arguments.table), plan)
    start = None
    if arguments.continue_network is not None:
        from crystal_llm.flow.card import load_flow

        flow = load_flow(arguments.continue_network)
        start = flow.network
        config = replace(config, shape=start.shape, starts_from=flow.identity)

    import torch

    from crystal_llm.flow.training import NAME, train_flow
    from crystal_llm.language_model.device import check_device

    check_device(arguments.device)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    stopped = StopFlag()
    with stopped:
        progress = train_flow(
            arguments.pairs,
            arguments.folder,
            config,
            start=start,
            lattices=lattices,
            device=arguments.device,
            report=_tell,
            should_stop=stopped,
        )
    card = arguments.folder / f"{NAME}.toml"
    line = (
        f"{progress.step} steps, {progress.crystals} crystals, {progress.minutes:.1f} minutes; "
        f"the network's card is {card}"
    )
    return Report(
        (line,),
        {
            "steps": progress.step,
            "crystals": progress.crystals,
            "minutes": progress.minutes,
            "card": str(card),
            "stopped": bool(stopped()),
        },
        exit_code=130 if stopped() else 0,
    )


def _tell(record: dict[str, Any]) -> None:
    where = f"step {record['step']}, {record['minutes']:.1f} min"
    if "validation" in record:
        judged = record["validation"]
        tell(
            f"{where}: validation loss {judged['loss']:.4f}, atoms "
            f"{judged['distance_before_angstrom']:.3f} → {judged['distance_after_angstrom']:.3f} Å "
            f"from their targets, lengths {judged['length_before_angstrom']:.3f} → "
            f"{judged['length_after_angstrom']:.3f} Å"
        )
    elif record["step"] % 100 == 0:
        tell(
            f"{where}: loss {record['loss']:.4f} (coordinates {record['coordinates_loss']:.5f}, "
            f"lattice {record['lattice_loss']:.4f})"
        )
