"""``crystal-llm generate``: crystals as JSON Lines."""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from crystal_llm.cli.comma_list import words
from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.output_file import check_new, write_json_lines
from crystal_llm.cli.refining import (
    add_refine_arguments,
    asked_refine,
    refined_candidates,
    refined_line,
)
from crystal_llm.cli.stop_flag import StopFlag
from crystal_llm.crystal.elements import symbol_words
from crystal_llm.crystal.formula import shown
from crystal_llm.errors import CrystalTextError, RequestError
from crystal_llm.generation.request import MAX_BEST_OF, ChosenBy
from crystal_llm.generation.usual import (
    USUAL,
    USUAL_BEST_OF,
    usual_best_of,
    usual_energy_above_hull,
)
from crystal_llm.jobs.generate_order import GenerateOrder, usually_chosen_by, usually_novel_only
from crystal_llm.jobs.order import request_with
from crystal_llm.jobs.orders import read_replay, taken_by
from crystal_llm.language_model.card import chosen_card
from crystal_llm.settings import settings
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, MIN_RADII_SHARE

if TYPE_CHECKING:
    from crystal_llm.generation.request import GenerationRequest
    from crystal_llm.generation.symmetric_grammar import Prototype

_MOST_TEXT_BYTES = 100_000
_HARD_NAMES = {"spacegroup": "spacegroup_number", "system": "crystal_system"}


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``generate``."""
    parser = commands.add_parser(
        "generate",
        help="write crystals with the model",
        description="Write crystals, free or conditioned, as JSON Lines: one candidate a line, "
        "failed ones with their reason. A condition goes into the prompt (soft); --hard makes "
        "the grammar hold it too.",
    )
    parser.add_argument(
        "--n",
        type=int,
        default=USUAL.count,
        metavar="N",
        help=f"how many (default {USUAL.count})",
    )
    parser.add_argument("--out", type=Path, required=True, help="JSON Lines file to write")
    parser.add_argument("--replace", action="store_true", help="replace OUT if it exists")
    asked = parser.add_argument_group("conditions, stated in the prompt")
    asked.add_argument("--formula", help="chemical formula, such as NaCl")
    asked.add_argument(
        "--elements", type=symbol_words, metavar="Li,Fe,O", help="elements it consists of"
    )
    asked.add_argument(
        "--spacegroup", type=_spacegroup, metavar="1-230", help="number, or a symbol such as R-3m"
    )
    asked.add_argument(
        "--e-above-hull",
        type=_energy,
        metavar="EV",
        help="energy above hull, eV/atom; a model of symmetric text is asked for 0.03 (at most "
        "0.05) unless this says otherwise, or any",
    )
    asked.add_argument(
        "--formation-energy", type=float, metavar="EV", help="formation energy, eV/atom"
    )
    asked.add_argument("--band-gap", type=float, metavar="EV", help="band gap, eV")
    asked.add_argument("--crystal-system", metavar="SYSTEM", help="triclinic to cubic")
    asked.add_argument("--atoms", type=int, metavar="N", help="atoms in the primitive cell")
    held = parser.add_argument_group("hard constraints, enforced by the grammar")
    held.add_argument(
        "--hard",
        type=words,
        default=(),
        metavar="formula,elements,…",
        help="conditions above that must hold exactly: formula, elements; with a model of "
        "symmetric text also spacegroup, system, atoms",
    )
    held.add_argument("--formula-units", type=int, metavar="Z", help="with --hard formula")
    held.add_argument(
        "--allow", type=symbol_words, metavar="Li,O", help="the only elements that may occur"
    )
    held.add_argument(
        "--exclude",
        type=symbol_words,
        default=(),
        metavar="Pb,Cd",
        help="elements that may not occur",
    )
    add_spacing_arguments(held)
    held.add_argument(
        "--novel", "--new", dest="novel", action=argparse.BooleanOptionalAction, default=None,
        help="pass over what is one of the known structures that come with the models (default: "
        "with a model of symmetric text, unless a formula is given)",
    )  # fmt: skip
    held.add_argument("--min-atoms", type=int, default=1, metavar="N", help="default 1")
    held.add_argument(
        "--orbits", type=_range, metavar="N[-M]", help="number of orbits (symmetric text)"
    )
    held.add_argument(
        "--prototype",
        type=Path,
        metavar="FILE",
        help="keep the space group and occupied Wyckoff positions of this structure (or of "
        "symmetric text in a .txt file), with elements and numbers anew (symmetric text)",
    )
    drawn = add_sampling_arguments(parser, held)
    drawn.add_argument(
        "--guidance",
        type=float,
        metavar="W",
        help="strength of classifier-free guidance, 0 to 10; 1 has no effect (default: off)",
    )
    drawn.add_argument(
        "--best-of",
        type=int,
        metavar="K",
        help=f"write K crystals for each one and keep the best, 1 to {MAX_BEST_OF} (default: "
        f"{USUAL_BEST_OF} with a model of symmetric text, else 1)",
    )
    drawn.add_argument(
        "--best-by",
        choices=get_args(ChosenBy),
        dest="chosen_by",
        help="the best is the lowest above CHGNet's hull as written (energy, the default where the "
        "shipped hull is there), or the one whose geometry the model finds likeliest",
    )
    drawn.add_argument("--batch-size", type=int, default=32, metavar="N", help="default 32")
    drawn.add_argument("--model", help="name of a model card, or a path to one")
    drawn.add_argument(
        "--quantisation", choices=("none", "int8", "nf4"), help="the card's by default"
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="FILE.yaml",
        help="repeat the order of a replay file, which says all of the above",
    )
    add_refine_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run, weights_sha256=None, usual=vars(parser.parse_args(["--out=-"])))


def run(arguments: argparse.Namespace) -> Report:
    """Writes the crystals."""
    request = _request(arguments) if arguments.replay is None else _replayed(arguments)
    if arguments.batch_size < 1:
        raise RequestError(f"batch size = {arguments.batch_size}: must be at least 1")
    GenerateOrder(request=request, model=arguments.model).check_for(settings())
    check_new(arguments.out, replace=arguments.replace)
    refine = asked_refine(arguments) if arguments.replay is None else arguments.replayed_refine

    from crystal_llm.evaluation.known_table import shipped_phases
    from crystal_llm.generation.text_format import text_format_of
    from crystal_llm.generation.writer import WritingProgress, write_crystals
    from crystal_llm.io.candidates_file import candidate_line
    from crystal_llm.jobs.order import check_weights
    from crystal_llm.language_model.loading import load_model
    from crystal_llm.stability.written_energies import shipped_energies

    phases = shipped_phases(settings()) if request.new_only else None
    energies = shipped_energies(settings()) if request.by_energy else None
    model = load_model(arguments.model, quantisation=arguments.quantisation)
    tell(f"{model.identity}: loaded in {model.load_s:.1f} s")
    check_weights(arguments.weights_sha256, model.card)
    stopped = StopFlag()
    start = time.perf_counter()
    shown = start

    def progress(now: WritingProgress) -> None:
        nonlocal shown
        if time.perf_counter() - shown > 10:
            shown = time.perf_counter()
            tell(f"{now.done} of {now.count} crystals, {now.tokens} tokens")

    unfinished = arguments.out.with_name(f"{arguments.out.name}.unfinished")
    crystals = []
    with unfinished.open("w", encoding="utf-8") as handle, stopped:
        for written in write_crystals(
            model,
            request,
            batch_size=arguments.batch_size,
            known=None if phases is None else phases.name_of,
            energies=energies,
            progress=progress,
            should_stop=stopped,
        ):
            crystals.append(written)
            handle.write(json.dumps(candidate_line(written)) + "\n")
            handle.flush()
    wall = time.perf_counter() - start
    # In the order of their seeds, so that the same request gives the same file.
    crystals.sort(key=lambda crystal: crystal.index)
    lines = map(candidate_line, crystals)
    if refine is not None:
        candidates = refined_candidates(crystals, refine, stopped)
        lines = map(refined_line, lines, candidates)
    write_json_lines(arguments.out, lines)
    parsed = sum(crystal.crystal is not None for crystal in crystals)
    redrawn = sum(crystal.redrawn for crystal in crystals)
    summary = {
        "out": str(arguments.out),
        "asked": request.count,
        "written": len(crystals),
        "parsed": parsed,
        "failed": len(crystals) - parsed,
        "redrawn": redrawn,
        "stopped": bool(stopped()),
        "wall_s": round(wall, 3),
        "model": model.identity,
        "prompt": text_format_of(model).prompt(request),
    }
    again = f", {redrawn} more drawn again" if redrawn else ""
    tell(
        f"asked {request.count}, written {len(crystals)} of {request.count}, "
        f"parsed {parsed} of {len(crystals)}{again}, {wall:.1f} s"
        + (", stopped before the end" if stopped() else "")
    )
    return Report((str(arguments.out),), summary, exit_code=130 if stopped() else 0)


def _request(arguments: argparse.Namespace) -> GenerationRequest:
    """The request that the arguments describe."""
    energy, best_of, novel = arguments.e_above_hull, arguments.best_of, arguments.novel
    text = chosen_card(arguments.model).text
    if energy is None:
        energy = usual_energy_above_hull(text)
    if best_of is None:
        best_of = usual_best_of(text)
    if novel is None:
        novel = usually_novel_only(text, arguments.formula, settings())
    return request_with(
        USUAL,
        count=arguments.n,
        formula=arguments.formula,
        elements=arguments.elements,
        spacegroup_number=arguments.spacegroup,
        energy_above_hull_ev_per_atom=None if energy == "any" else energy,
        formation_energy_ev_per_atom=arguments.formation_energy,
        band_gap_ev=arguments.band_gap,
        crystal_system=arguments.crystal_system,
        atoms=arguments.atoms,
        hard=[_HARD_NAMES.get(name, name) for name in arguments.hard],
        allowed_elements=arguments.allow,
        excluded_elements=arguments.exclude,
        formula_units=arguments.formula_units,
        min_distance_angstrom=arguments.min_distance or None,
        min_radii_share=arguments.min_radii or None,
        new_only=novel,
        best_of=best_of,
        chosen_by=arguments.chosen_by or usually_chosen_by(settings()),
        max_atoms=arguments.max_atoms,
        min_atoms=arguments.min_atoms,
        orbits_range=arguments.orbits,
        prototype=None if arguments.prototype is None else _prototype(arguments.prototype),
        guidance=arguments.guidance,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        seed=arguments.seed,
    )


def _prototype(path: Path) -> Prototype:
    """The prototype of a structure file, or of symmetric text."""
    from crystal_llm.cli.structure_inputs import read_structure_argument
    from crystal_llm.crystal.symmetry_search import symmetric_crystal
    from crystal_llm.generation.symmetric_grammar import Prototype
    from crystal_llm.text.symmetric_text import decode_symmetric

    if path.suffix != ".txt":
        return Prototype.of(symmetric_crystal(read_structure_argument(path)))
    try:
        if path.stat().st_size > _MOST_TEXT_BYTES:
            raise RequestError(f"{path}: larger than any symmetric text")
        return Prototype.of(decode_symmetric(path.read_text(encoding="utf-8").strip()))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise RequestError(f"{path}: cannot be read ({reason})") from error
    except CrystalTextError as error:
        raise RequestError(f"{path}: {error}") from error


def _energy(text: str) -> float | Literal["any"]:
    """An energy, or "any"."""
    return "any" if text.strip() == "any" else float(text)


def _range(text: str) -> tuple[int, int]:
    """A number or a range such as 2-5."""
    first, dash, last = text.partition("-")
    return int(first), int(last) if dash else int(first)


def _spacegroup(text: str) -> int:
    """The number of a space group that is named by number or by symbol."""
    if re.fullmatch(r"[+-]?\d{1,9}", text.strip(), re.ASCII):
        return int(text)
    from crystal_llm.io.space_group_settings import settings_of_name

    numbers = {setting.number for setting in settings_of_name(text)}
    number = numbers.pop() if len(numbers) == 1 else None
    if number is None:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is no space group: give a number from 1 to 230, or a symbol: R-3m"
        )
    return number


def _replayed(arguments: argparse.Namespace) -> GenerationRequest:
    """The request of a replay file; its model becomes the arguments' own."""
    said = [
        name
        for name, value in arguments.usual.items()
        if name not in ("out", "replace", "replay", "json", "batch_size", "weights_sha256")
        and getattr(arguments, name) != value
    ]
    if said:
        raise RequestError(
            f"--replay and --{said[0].replace('_', '-')}: the file says it all; edit the file, or "
            "leave --replay out"
        )
    order = read_replay(arguments.replay)
    if not isinstance(order, GenerateOrder):
        raise RequestError(
            f"{arguments.replay}: the replay file of another kind of job ({order.kind}); "
            f"{taken_by(order)}"
        )
    if order.judge is not None:
        tell(
            "the file also asks for judging: `crystal-llm jobs submit` does that, this only writes"
        )
    arguments.model, arguments.quantisation = order.model, order.quantisation
    arguments.weights_sha256 = order.weights_sha256
    arguments.replayed_refine = order.refine
    return order.request


def add_sampling_arguments(
    parser: argparse.ArgumentParser, held: argparse._ActionsContainer
) -> argparse._ArgumentGroup:
    """Adds how large cells may be, and how tokens are drawn; gives the group of the latter."""
    held.add_argument(
        "--max-atoms",
        type=int,
        default=USUAL.max_atoms,
        metavar="N",
        help=f"default {USUAL.max_atoms}",
    )
    drawn = parser.add_argument_group("sampling")
    drawn.add_argument(
        "--temperature",
        type=float,
        default=USUAL.temperature,
        metavar="T",
        help=f"default {USUAL.temperature:g}",
    )
    drawn.add_argument(
        "--top-p",
        type=float,
        default=USUAL.top_p,
        metavar="P",
        help=f"nucleus, default {USUAL.top_p:g}",
    )
    drawn.add_argument(
        "--seed", type=int, default=USUAL.seed, help=f"repeats a run (default {USUAL.seed})"
    )
    return drawn


def add_spacing_arguments(held: argparse._ArgumentGroup) -> None:
    """Adds how far atoms are kept apart; 0 leaves it to the model."""
    held.add_argument(
        "--min-distance",
        type=float,
        default=MIN_DISTANCE_ANGSTROM,
        metavar="ANGSTROM",
        help=f"keep atoms this far apart (default {MIN_DISTANCE_ANGSTROM}; 0: no limit)",
    )
    held.add_argument(
        "--min-radii",
        type=float,
        default=MIN_RADII_SHARE,
        metavar="SHARE",
        help="and by this share of the sum of their covalent radii "
        f"(default {MIN_RADII_SHARE}; 0: no limit)",
    )
