"""``crystal-llm infill``: which elements the model would put on masked sites."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import OneLineParser, Report, add_json_flag, tell
from crystal_llm.cli.structure_inputs import STRUCTURE_FILES, read_structure_argument
from crystal_llm.crystal.elements import symbol_words
from crystal_llm.errors import InfillError
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.infill.distribution import ElementDistribution, RankedElement
    from crystal_llm.infill.filters import Constraints, ElementVerdicts
    from crystal_llm.infill.sequential import SequentialInfill
    from crystal_llm.language_model.loading import LoadedModel
    from crystal_llm.stability.written_energies import WrittenEnergies

DESCRIPTION = """\
Mask atoms of a structure and print what the model would put there, with the verdicts of the
filters. Sites are counted from 0 in the order of the file. Masked atoms of one element get one
element (joint), as the model was trained; of several, one element after another in the order of
their first sites (one-by-one), or the average over all orders (all)."""


def register(commands: argparse._SubParsersAction[OneLineParser]) -> None:
    """Adds ``infill``."""
    parser = commands.add_parser(
        "infill",
        help="which elements the model would put on masked sites",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("structure", type=Path, metavar="IN.cif", help=STRUCTURE_FILES)
    parser.add_argument("--sites", required=True, metavar="0,3", help="masked sites, such as 0,4-7")
    parser.add_argument(
        "--order",
        choices=("joint", "one-by-one", "all"),
        help="how masked sites are filled, see above",
    )
    parser.add_argument("--temperature", type=float, default=1.0, metavar="T", help="default 1")
    parser.add_argument("--top", type=int, default=10, metavar="N", help="elements shown (10)")
    parser.add_argument(
        "--kept-only", action="store_true", help="show only elements that no filter removes"
    )
    parser.add_argument(
        "--translations",
        type=int,
        default=4,
        metavar="K",
        help="random origins averaged (4); a model of symmetric text needs none",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the origins (default 0)")
    parser.add_argument(
        "--weigh",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="weigh CHGNet's energy above hull with each element in (joint; the default there, "
        "where the shipped hull is)",
    )
    filters = parser.add_argument_group("filters, which mark elements as removed")
    filters.add_argument(
        "--radius-tolerance",
        type=float,
        default=0.1,
        metavar="ANGSTROM",
        help="ionic radii in a shared oxidation state differ by less (0.1)",
    )
    filters.add_argument("--any-radius", action="store_true", help="do not filter by radius")
    filters.add_argument("--any-charge", action="store_true", help="do not filter by charge")
    filters.add_argument(
        "--allowed", type=symbol_words, metavar="Li,Na", help="only these elements"
    )
    filters.add_argument(
        "--excluded", type=symbol_words, default=(), metavar="Pb,Cd", help="not these elements"
    )
    filters.add_argument(
        "--min-abundance", type=float, metavar="MG_PER_KG", help="minimum crustal abundance"
    )
    filters.add_argument(
        "--max-hhi",
        type=float,
        metavar="INDEX",
        help="maximum Herfindahl-Hirschman index of production, up to 10,000",
    )
    filters.add_argument(
        "--stable-isotopes", action="store_true", help="exclude radioactive elements"
    )
    add_model_arguments(parser)
    add_json_flag(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> Report:
    """Asks the model about masked atoms.

    Raises:
        CrystalLLMError: The file cannot be read, the pick is wrong, or a value impossible.
    """
    from crystal_llm.infill.filters import Constraints
    from crystal_llm.infill.masks import groups

    if arguments.top < 1:
        raise InfillError(f"top = {arguments.top}: at least 1")
    sites = site_list(arguments.sites, "--sites")
    constraints = Constraints(
        radius_tolerance_angstrom=None if arguments.any_radius else arguments.radius_tolerance,
        charge_balance=not arguments.any_charge,
        allowed=None if arguments.allowed is None else frozenset(arguments.allowed),
        excluded=frozenset(arguments.excluded),
        min_crustal_abundance_mg_per_kg=arguments.min_abundance,
        max_hhi_production=arguments.max_hhi,
        radioactive=not arguments.stable_isotopes,
    )
    crystal = read_structure_argument(arguments.structure)
    parts = groups(crystal, sites)
    order = arguments.order or ("joint" if len(parts) == 1 else "one-by-one")
    model = loaded(arguments)
    for part in parts:
        if part.others and model.text == "coordinate":
            tell(
                f"{part.element} stays at {len(part.others)} more sites ({part.others[0]}, …): the "
                "model was trained with all sites of an element masked"
            )
    if order == "joint":
        return _joint(arguments, model, crystal, sites, constraints)
    return _sequential(arguments, model, crystal, sites, constraints, order == "all")


def _joint(
    arguments: argparse.Namespace,
    model: LoadedModel,
    crystal: PlainCrystal,
    sites: Sequence[int],
    constraints: Constraints,
) -> Report:
    from crystal_llm.infill.distribution import element_distribution
    from crystal_llm.infill.filters import verdicts
    from crystal_llm.infill.weighing import energies_by_element, weighed

    distribution = element_distribution(
        model, crystal, sites, translations=arguments.translations, seed=arguments.seed
    )
    energies = weighing_energies(arguments.weigh)
    if energies is not None:
        distribution = weighed(distribution, crystal, energies)
    above = energies_by_element(distribution)
    judged = verdicts(crystal, distribution.sites, distribution.elements, constraints)
    ranked = distribution.ranked(arguments.temperature)
    said = f"{_masked(distribution)}: one element at all of them, τ = {arguments.temperature:g}"
    lines = [
        said,
        *_table(ranked, judged, arguments, above),
        _removed(ranked, judged),
        _origins(distribution),
    ]
    data = _about(arguments, distribution, "joint") | {
        "sites": list(distribution.sites),
        "replaced": list(distribution.replaced),
        "origin_dependence": _plain(distribution.origin_dependence(arguments.temperature)),
        "elements": [
            _record(guess, judged[guess.element])
            | {"energy_above_hull_ev_per_atom": above.get(guess.element)}
            for guess in ranked
        ],
    }
    return Report(tuple(lines), data)


def _sequential(
    arguments: argparse.Namespace,
    model: LoadedModel,
    crystal: PlainCrystal,
    sites: Sequence[int],
    constraints: Constraints,
    all_orders: bool,
) -> Report:
    from crystal_llm.infill.filters import verdicts
    from crystal_llm.infill.masks import groups
    from crystal_llm.infill.sequential import sequential_infill

    # Charges may be balanced by the groups together: they are judged at the end.
    each = replace(constraints, charge_balance=False)
    judged = [verdicts(crystal, part.sites, constraints=each) for part in groups(crystal, sites)]
    allowed = [
        frozenset(name for name, verdict in verdicts_of_group.items() if not verdict.removed)
        for verdicts_of_group in judged
    ]
    infill = sequential_infill(
        model,
        crystal,
        sites,
        all_orders=all_orders,
        allowed=allowed,
        translations=arguments.translations,
        seed=arguments.seed,
    )
    temperature = arguments.temperature
    names = [part.element for part in infill.groups]
    orders = "; ".join(", then ".join(names[place] for place in order) for order in infill.orders)
    lines = [f"one element after another, τ = {temperature:g}; order: {orders}"]
    asked = []
    for place, part in enumerate(infill.groups):
        ranked = _marginal(infill, place, temperature)
        lines += [f"sites {_numbers(part.sites)} ({part.element})"]
        lines += [*_table(ranked, judged[place], arguments), _removed(ranked, judged[place])]
        asked.append(
            {
                "sites": list(part.sites),
                "replaced": part.element,
                "elements": [_record(guess, judged[place][guess.element]) for guess in ranked],
            }
        )
    fillings = _fillings(crystal, infill, allowed, constraints, temperature)[: arguments.top]
    lines.append(f"together ({'/'.join(names)}), of elements that are kept:")
    lines += [
        f"  {'/'.join(filling['elements']):<12} {filling['probability']:8.4f}  charge: "
        f"{filling['charge']['kind']} ({filling['charge']['reason']})"
        for filling in fillings
    ]
    lines.append(
        f"{100 * infill.followed(temperature):.1f}% of the probability was followed to the last "
        "element"
    )
    first = infill.branches[0].distribution
    lines.append(_origins(first))
    data = _about(arguments, first, "all" if all_orders else "one-by-one") | {
        "orders": [[names[place] for place in order] for order in infill.orders],
        "groups": asked,
        "followed": infill.followed(temperature),
        "origin_dependence": _plain(first.origin_dependence(temperature)),
        "combinations": fillings,
    }
    return Report(tuple(lines), data)


def _fillings(
    crystal: PlainCrystal,
    infill: SequentialInfill,
    allowed: Sequence[frozenset[str]],
    constraints: Constraints,
    temperature: float,
) -> list[dict[str, Any]]:
    """Fillings of all groups that the filters keep, with the charge of the whole crystal."""
    from crystal_llm.crystal.edits import substitute
    from crystal_llm.infill.filters import charge_verdict

    fillings = []
    for combination in infill.combinations(temperature):
        if not all(
            name in names for name, names in zip(combination.elements, allowed, strict=True)
        ):
            continue
        edited = crystal
        for part, element in zip(infill.groups, combination.elements, strict=True):
            edited = substitute(edited, part.sites, element).crystal
        charge = charge_verdict(edited.species, constraints.charge_balance)
        fillings.append(_plain(combination) | {"charge": _plain(charge)})
    return fillings


def _marginal(
    infill: SequentialInfill, group: int, temperature: float
) -> tuple[RankedElement, ...]:
    from crystal_llm.infill.distribution import RankedElement

    values = infill.marginal(group, temperature)
    # The first answer about the group stands for how much its origin mattered.
    first = next(
        branch.distribution
        for branch in infill.branches
        if branch.order[len(branch.filled)] == group
    )
    spreads = first.at_each_origin(temperature).std(axis=0)
    ranked = [
        RankedElement(element, float(value), float(spread))
        for element, value, spread in zip(first.elements, values, spreads, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda guess: -guess.probability))


def _table(
    ranked: Sequence[RankedElement],
    judged: Mapping[str, ElementVerdicts],
    arguments: argparse.Namespace,
    above: Mapping[str, float] | None = None,
) -> list[str]:
    above = above or {}
    shown = [
        guess for guess in ranked if not (arguments.kept_only and judged[guess.element].removed)
    ]
    # eV/atom above hull with the element in place, nothing relaxed.
    energy = f"{'eV/atom':>9}" if above else ""
    lines = [f"  {'element':<8}{'probability':>12}{'spread':>9}{energy}  verdicts"]
    for guess in shown[: arguments.top]:
        verdict = judged[guess.element]
        words = "removed" if verdict.removed else "kept"
        other = [
            each.reason
            for each in (verdict.listed, verdict.supply, verdict.radioactivity)
            if each.kind == "removes"
        ]
        if above:
            value = above.get(guess.element)
            energy = f"{'–':>9}" if value is None else f"{value:9.3f}"
        lines.append(
            f"  {guess.element:<8}{guess.probability:12.4f}{guess.spread:9.4f}{energy}  {words}; "
            f"charge: "
            f"{verdict.charge.kind} ({verdict.charge.reason}); radius: {verdict.radius.kind} "
            f"({verdict.radius.reason})" + "".join(f"; {reason}" for reason in other)
        )
    return lines


def _removed(ranked: Sequence[RankedElement], judged: Mapping[str, ElementVerdicts]) -> str:
    counts = [
        f"{name} {number}"
        for name in ("radius", "charge", "listed", "supply", "radioactivity")
        if (number := sum(getattr(verdict, name).kind == "removes" for verdict in judged.values()))
    ]
    passing = [guess for guess in ranked if not judged[guess.element].removed]
    mass = sum(guess.probability for guess in passing)
    removed = len(ranked) - len(passing)
    return (
        f"filters remove {removed} of {len(ranked)} elements"
        + (f" ({', '.join(counts)})" if counts else "")
        + f"; {100 * mass:.1f}% of the probability is left"
    )


def _record(guess: RankedElement, verdict: ElementVerdicts) -> dict[str, Any]:
    return {
        "element": guess.element,
        "probability": guess.probability,
        "spread": guess.spread,
        "removed": verdict.removed,
        "charge": _plain(verdict.charge),
        "radius": _plain(verdict.radius),
        "listed": _plain(verdict.listed),
        "supply": _plain(verdict.supply),
        "radioactivity": _plain(verdict.radioactivity),
    }


def _about(
    arguments: argparse.Namespace, distribution: ElementDistribution, order: str
) -> dict[str, Any]:
    return {
        "structure": str(arguments.structure),
        "model": distribution.model,
        "order": order,
        "temperature": arguments.temperature,
        "translations": len(distribution.shifts) or None,
        "seed": arguments.seed,
        "wall_s": round(distribution.wall_s, 3),
    }


def _masked(distribution: ElementDistribution) -> str:
    elements = ", ".join(dict.fromkeys(distribution.replaced))
    return f"sites {_numbers(distribution.sites)} ({elements}) masked"


def _origins(distribution: ElementDistribution) -> str:
    if distribution.is_by_orbits:
        return (
            "read by orbits: no origin to average over; "
            f"{distribution.model}, {distribution.wall_s:.2f} s"
        )
    apart = distribution.origin_dependence()
    return (
        f"{len(distribution.shifts)} origins: total variation from the average "
        f"{apart.mean_total_variation:.3f} (largest {apart.largest_total_variation:.3f}); "
        f"{distribution.model}, {distribution.wall_s:.1f} s"
    )


def _plain(value: object) -> Any:
    from crystal_llm.io.record_json import to_plain

    return to_plain(value)


def _numbers(sites: Iterable[int]) -> str:
    return ", ".join(str(site) for site in sites)


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what says which model."""
    parser.add_argument("--model", help="name of a model card, or a path to one")
    parser.add_argument(
        "--quantisation", choices=("none", "int8", "nf4"), help="the card's by default"
    )


def weighing_energies(weigh: bool | None) -> WrittenEnergies | None:
    """What ``--weigh`` asks for; None, where nothing is said, takes what is there.

    Raises:
        InfillError: Energies are asked for, and there is no hull.
    """
    from crystal_llm.settings import settings
    from crystal_llm.stability.written_energies import shipped_energies

    energies = None if weigh is False else shipped_energies(settings())
    if weigh and energies is None:
        raise InfillError("--weigh: there is no hull (reference-chgnet.parquet beside the models)")
    return energies


def loaded(arguments: argparse.Namespace) -> LoadedModel:
    """The model that :func:`add_model_arguments` asked for."""
    from crystal_llm.language_model.loading import load_model

    model = load_model(arguments.model, quantisation=arguments.quantisation)
    tell(f"{model.identity}: loaded in {model.load_s:.1f} s")
    return model


def site_list(text: str, option: str) -> tuple[int, ...]:
    """Sites from a list such as ``0,4-7``; an empty text gives none.

    Raises:
        InfillError: Not such a list.
    """
    sites: list[int] = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InfillError(f"{option} {text!r}: write sites such as 0,3 or 0-3, from 0")
        low, high = int(first), int(last) if dash else int(first)
        if high < low or high - low > 10_000:
            raise InfillError(f"{option} {text!r}: the range {part} is not one of sites")
        sites.extend(range(low, high + 1))
    return tuple(sites)
