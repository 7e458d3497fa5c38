"""``crystal-llm complete``: the lattice and some atoms stay, the model adds the others."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from crystal_llm.cli.command import Countdown, OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.generate import add_sampling_arguments, add_spacing_arguments
from crystal_llm.cli.infill import add_model_arguments, loaded, site_list
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.cli.structure_inputs import STRUCTURE_FILES, read_structure_argument
from crystal_llm.crystal.elements import symbol_words
from crystal_llm.generation.usual import USUAL

DESCRIPTION = """\
Complete a partial crystal: its lattice and the kept atoms stay exactly as they are, the model
writes further atoms. Sites are counted from 0 in the order of the file. The output is the one of
`crystal-llm generate`, one candidate a line, kept atoms first."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``complete``."""
    parser = commands.add_parser(
        "complete",
        help="add atoms to a partial crystal with the model",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("structure", type=Path, metavar="IN.cif", help=STRUCTURE_FILES)
    parser.add_argument(
        "--keep", required=True, metavar="0-3", help="sites to keep; '' keeps the lattice alone"
    )
    parser.add_argument(
        "--n", type=int, default=USUAL.count, metavar="N", help=f"default {USUAL.count}"
    )
    parser.add_argument("--out", type=Path, required=True, help="JSON Lines file to write")
    parser.add_argument("--replace", action="store_true", help="replace OUT if it exists")
    held = parser.add_argument_group("hard constraints, enforced by the grammar")
    held.add_argument(
        "--atoms", type=int, metavar="N", help="exact number of atoms, kept ones included"
    )
    held.add_argument(
        "--elements", type=symbol_words, metavar="Li,O", help="elements that may be added"
    )
    held.add_argument(
        "--excluded",
        type=symbol_words,
        default=(),
        metavar="Pb,Cd",
        help="elements that may not be added",
    )
    held.add_argument("--formula", metavar="LiFePO4", help="formula of the finished crystal")
    add_spacing_arguments(held)
    add_sampling_arguments(parser, held)
    add_model_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Completes a crystal.

    Raises:
        CrystalLLMError: The file cannot be read, or what is asked is impossible.
    """
    from crystal_llm.infill.completion import complete, completion_request
    from crystal_llm.io.candidates_file import candidate_line
    from crystal_llm.language_model.card import chosen_card

    check_new(arguments.out, replace=arguments.replace)
    keep = site_list(arguments.keep, "--keep")
    crystal = read_structure_argument(arguments.structure)
    request = completion_request(
        crystal,
        keep,
        arguments.n,
        atoms=arguments.atoms,
        max_atoms=arguments.max_atoms,
        elements=arguments.elements,
        excluded=arguments.excluded,
        formula=arguments.formula,
        min_distance_angstrom=arguments.min_distance or None,
        min_radii_share=arguments.min_radii or None,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        seed=arguments.seed,
        text=chosen_card(arguments.model).text,
    )
    model = loaded(arguments)
    began = time.perf_counter()
    stopped = StopFlag()
    countdown = Countdown("completed")
    with stopped:
        completions = list(
            complete(
                model,
                crystal,
                keep,
                request,
                progress=lambda now: countdown(now.done, now.count),
                should_stop=stopped,
            )
        )
    completions.sort(key=lambda completion: completion.written.index)
    write_json_lines(
        arguments.out,
        (
            candidate_line(completion.written)
            | {"kept": len(set(keep)), "added": list(completion.added)}
            for completion in completions
        ),
    )
    wall_s = time.perf_counter() - began
    whole = sum(completion.crystal is not None for completion in completions)
    tell(
        f"asked {request.count}, written {len(completions)} of {request.count}, whole {whole} of "
        f"{len(completions)}, {len(set(keep))} atoms kept, {wall_s:.1f} s"
        + (", stopped before the end" if stopped() else "")
    )
    data = {
        "out": str(arguments.out),
        "asked": request.count,
        "written": len(completions),
        "whole": whole,
        "kept": len(set(keep)),
        "stopped": bool(stopped()),
        "wall_s": round(wall_s, 3),
        "model": model.identity,
    }
    return Report((str(arguments.out),), data, exit_code=130 if stopped() else 0)
