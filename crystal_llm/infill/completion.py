"""Completing a partial crystal: the lattice and the kept atoms stay, the model adds atoms.

The kept part is a hard beginning of the crystal text (the grammar of
:mod:`crystal_llm.generation`), after which the model writes on. Text has one decimal for
lengths and two for coordinates; the finished crystal gets the exact lattice and kept
positions back.

In symmetric text the beginning is the space group and lattice of the given crystal with the kept
orbits (:mod:`crystal_llm.infill.kept_orbits`): what is added keeps that group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.edits import select, site_distances_angstrom
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.written import Written
from crystal_llm.errors import InfillError
from crystal_llm.generation.composition_rules import CompositionRule, FormulaRule
from crystal_llm.generation.request import (
    GenerationRequest,
    fixed_atoms,
    fixed_lattice,
    requested_formula,
    requested_formula_unit,
)
from crystal_llm.infill.kept_orbits import KeptOrbits, kept_orbits
from crystal_llm.infill.masks import check_coordinate_text, check_readable_elements, known_elements
from crystal_llm.infill.orbits import INFILL_ENERGY_ABOVE_HULL_EV_PER_ATOM
from crystal_llm.text.codec import decode_plain, encode_plain
from crystal_llm.types import (
    MAX_WRITTEN_ATOMS,
    MIN_DISTANCE_ANGSTROM,
    MIN_RADII_SHARE,
    Conditions,
    PlainCrystal,
    TextKind,
)

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel

COMPLETION_BATCH_SIZE = 32
"""Completions written side by side."""

_USUAL = GenerationRequest(1)


@dataclass(frozen=True)
class CompletionRule:
    """Kept atoms first, then atoms of allowed elements alone, or those that a formula lacks.

    Attributes:
        kept: Elements of the kept atoms, in their order.
        allowed: Elements of the atoms that are added.
        min_atoms: The crystal may not end with fewer.
        max_atoms: The most atoms, kept ones included.
        formula: What the whole crystal is in the end; None leaves that open.
    """

    kept: tuple[str, ...]
    allowed: frozenset[str]
    min_atoms: int
    max_atoms: int
    formula: FormulaRule | None = None

    def elements_allowed(self, counts: Mapping[str, int]) -> frozenset[str]:
        """The next kept element, then the allowed ones as long as there is room."""
        written = sum(counts.values())
        if written < len(self.kept):
            return frozenset({self.kept[written]})
        if self.formula is not None:
            return self.formula.elements_allowed(counts)
        return self.allowed if written < self.max_atoms else frozenset()

    def may_end(self, counts: Mapping[str, int]) -> bool:
        """Whether enough atoms stand, and make the formula."""
        whole = self.formula is None or self.formula.may_end(counts)
        return whole and sum(counts.values()) >= self.min_atoms


@dataclass(frozen=True, slots=True)
class CompletionRequest(GenerationRequest):
    """Crystals that begin with a kept part.

    Attributes:
        kept: Elements of the kept atoms, in the order of the beginning.
        min_atoms: At least so many atoms, kept ones included.
    """

    kept: tuple[str, ...] = ()
    min_atoms: int = 1

    def rule(self) -> CompositionRule:
        """Kept atoms, then allowed ones; of the prompt's conditions a formula can be hard."""
        allowed = self.allowed_elements
        if allowed is None:
            allowed = frozenset(TRAINED_ELEMENTS)
        formula = None
        if "formula" in self.hard:
            unit = requested_formula_unit(str(self.conditions.formula))
            formula = FormulaRule(unit, self.max_atoms, self.formula_units)
        return CompletionRule(
            self.kept, allowed - self.excluded_elements, self.min_atoms, self.max_atoms, formula
        )


def completion_request(
    crystal: PlainCrystal,
    keep: Iterable[int],
    count: int,
    *,
    atoms: int | None = None,
    max_atoms: int = _USUAL.max_atoms,
    elements: Iterable[str] | None = None,
    excluded: Iterable[str] = (),
    formula: str | None = None,
    conditions: Conditions | None = None,
    min_distance_angstrom: float | None = MIN_DISTANCE_ANGSTROM,
    min_radii_share: float | None = MIN_RADII_SHARE,
    temperature: float = _USUAL.temperature,
    top_p: float = _USUAL.top_p,
    seed: int = _USUAL.seed,
    text: TextKind = "coordinate",
) -> CompletionRequest:
    """What is asked of the model to complete a crystal.

    Args:
        crystal: Its lattice and the sites in ``keep`` stay.
        keep: Sites that stay; none keeps the lattice alone.
        count: How many completions.
        atoms: Exactly so many atoms in the end, kept ones included; None leaves it to the
            model.
        max_atoms: The most atoms, kept ones included; not looked at with ``atoms``.
        elements: What may be added; None for all that a model can write.
        excluded: What may not be added.
        formula: What the whole crystal is in the end, in any number of formula units that
            fits. The prompt says it and the grammar holds it.
        conditions: Soft conditions of the prompt; ``formula`` stands over theirs. None asks
            a model of symmetric text for an energy above hull up to 0.025 eV/atom.
        min_distance_angstrom: No two atoms come closer, images included; None leaves it to
            the model.
        min_radii_share: No added atom comes closer to another than this share of the sum of
            their covalent radii; None leaves it to the model.
        temperature: τ.
        top_p: Nucleus.
        seed: Repeats a run.
        text: The text of the model that will write. Numbers of atoms count in the given
            cell all the same; symmetric text can only hold those that are a whole number in
            each primitive cell of its group.

    Raises:
        InfillError: A site is not there, no atom may be added, the kept atoms are too
            close or do not fit the formula, the crystal cannot be read by a model, or no
            orbits of its group hold as many atoms.
        RequestError: A number is impossible.
    """
    kept_sites = sorted(set(keep))
    partial = select(crystal, kept_sites)
    check_readable_elements(crystal, kept_sites)
    if text == "coordinate":
        check_coordinate_text(crystal)
    most = max_atoms if atoms is None else atoms
    if most > MAX_WRITTEN_ATOMS:
        raise InfillError(f"{most} atoms are asked for; at most {MAX_WRITTEN_ATOMS} can be written")
    if most <= len(kept_sites):
        raise InfillError(
            f"{len(kept_sites)} atoms are kept and at most {most} may be in the cell, so none "
            "can be added: keep fewer, or raise the limit"
        )
    allowed = None if elements is None else known_elements(elements)
    barred = known_elements(excluded)
    if allowed is not None and not allowed - barred:
        raise InfillError("no element may be added: allow at least one")
    units = None
    if formula is not None:
        if allowed is not None or barred:
            raise InfillError(
                "a formula says which elements are added: give it, or lists of elements, not both"
            )
        units = _formula_units(formula, partial.species, atoms, most)
        if conditions is None:
            conditions = _usual_conditions(text)
        conditions = replace(conditions, formula=requested_formula(formula))
    if kept_sites and min_distance_angstrom is not None:
        # In coordinate text the rounded atoms must be apart, or the grammar stops with a riddle.
        shown = decode_plain(encode_plain(partial)) if text == "coordinate" else partial
        _check_apart(shown, kept_sites, min_distance_angstrom)
    least = len(kept_sites) + 1 if atoms is None else atoms
    orbits = kept_orbits(crystal, kept_sites) if text == "symmetric" else None
    if orbits is not None:
        beginning = orbits.beginning
        least, most = orbits.limits(len(kept_sites), atoms, most)
        units = None if units is None else orbits.units(units, str(formula))
    elif kept_sites:
        beginning = fixed_atoms(partial)
    else:
        beginning = fixed_lattice(crystal.lengths_angstrom, crystal.angles_degrees)
    request = CompletionRequest(
        count=count,
        conditions=_usual_conditions(text) if conditions is None else conditions,
        hard=frozenset() if formula is None else frozenset({"formula"}),
        allowed_elements=allowed,
        excluded_elements=barred,
        formula_units=units,
        min_distance_angstrom=min_distance_angstrom,
        min_radii_share=min_radii_share,
        max_atoms=most,
        temperature=temperature,
        top_p=top_p,
        seed=seed,
        beginning=beginning,
        kept=partial.species,
        min_atoms=least,
    )
    if orbits is not None:
        orbits.check_reachable(request.symmetric_rules())
    return request


@dataclass(frozen=True, slots=True)
class Completion:
    """One completed crystal, whole or failed.

    Attributes:
        written: As the model wrote it, but its crystal has the exact lattice and kept
            positions, kept sites first.
        added: Elements that the model added, in order.
    """

    written: Written
    added: tuple[str, ...]

    @property
    def crystal(self) -> PlainCrystal | None:
        """The crystal; None where it failed."""
        return self.written.crystal

    def description(self, remaining: int, before: int) -> str:
        """What was done, in one line.

        Args:
            remaining: How many atoms were kept.
            before: How many atoms there were.
        """
        summary = f"{remaining} of {before} atoms kept"
        if not self.added:
            return summary
        return f"{summary}, {added_text(self.added)} added by the model"


def added_text(added: Iterable[str]) -> str:
    """Elements with their numbers, in the order in which they first come: ``Cl2 O``."""
    counts: dict[str, int] = {}
    for symbol in added:
        counts[symbol] = counts.get(symbol, 0) + 1
    return " ".join(f"{symbol}{count if count > 1 else ''}" for symbol, count in counts.items())


def complete(
    model: LoadedModel,
    crystal: PlainCrystal,
    keep: Iterable[int],
    request: CompletionRequest,
    *,
    batch_size: int = COMPLETION_BATCH_SIZE,
    first: int = 0,
    progress: Callable[[Any], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Completion]:
    """Completes a crystal several times.

    Args:
        model: The model.
        crystal: The crystal that the request was made for.
        keep: The same sites.
        request: What is asked.
        batch_size: Completions written side by side; changes the speed alone.
        first: Index of the first, to go on with a run that was stopped.
        progress: Called after every step with the engine's own progress.
        should_stop: Asked after every step; what is not done then is given up.

    Yields:
        Completions, in the order in which they end.
    """
    from crystal_llm.generation.writer import write_crystals

    keep = sorted(set(keep))
    partial = select(crystal, keep)
    orbits = None if model.text == "coordinate" else kept_orbits(crystal, keep)
    for written in write_crystals(
        model,
        request,
        batch_size=batch_size,
        first=first,
        progress=progress,
        should_stop=should_stop,
    ):
        yield restored(written, partial, orbits)


def restored(
    written: Written, partial: PlainCrystal, orbits: KeptOrbits | None = None
) -> Completion:
    """A written crystal with the exact lattice and kept positions put back.

    Args:
        written: As the model wrote it.
        partial: The lattice and the kept sites.
        orbits: The same by orbits, where it is symmetric text.
    """
    rounded = written.crystal
    if rounded is None:
        return Completion(written, ())
    if orbits is not None:
        added, coordinates = orbits.added(written.text)
    else:
        count = len(partial.species)
        added, coordinates = rounded.species[count:], rounded.fractional_coordinates[count:]
    exact = replace(
        partial,
        species=(*partial.species, *added),
        fractional_coordinates=(*partial.fractional_coordinates, *coordinates),
    )
    return Completion(replace(written, crystal=exact), added)


def _usual_conditions(text: TextKind) -> Conditions:
    if text == "coordinate":
        return Conditions()
    return Conditions(energy_above_hull_ev_per_atom=INFILL_ENERGY_ABOVE_HULL_EV_PER_ATOM)


def _formula_units(
    formula: str, species: tuple[str, ...], atoms: int | None, most: int
) -> int | None:
    """The number of formula units where the number of atoms fixes it; refuses what cannot be."""
    unit = requested_formula_unit(formula)
    strange = [symbol for symbol in dict.fromkeys(species) if symbol not in unit]
    if strange:
        raise InfillError(
            f"{', '.join(strange)} is kept but not in {formula}: keep other atoms, or name a "
            "formula that holds all kept elements"
        )
    size = sum(unit.values())
    if atoms is not None and atoms % size:
        raise InfillError(
            f"{atoms} atoms are no whole number of {formula} units of {size} atoms: ask for a "
            f"multiple of {size}"
        )
    # So many that every kept atom has its place and at least one more is added.
    needed = max(
        [len(species) // size + 1, *(-(-species.count(symbol) // n) for symbol, n in unit.items())]
    )
    if needed * size > most or (atoms is not None and needed * size > atoms):
        raise InfillError(
            f"the kept atoms and {formula} need {needed * size} atoms; at most {most} may be in "
            "the cell: raise the limit, or keep fewer"
        )
    return None if atoms is None else atoms // size


def _check_apart(partial: PlainCrystal, sites: list[int], distance: float) -> None:
    """Refuses kept atoms that break the hard distance."""
    for index, position in enumerate(partial.fractional_coordinates):
        apart = site_distances_angstrom(partial, position)[:index]
        for other, value in enumerate(apart):
            if value < distance:
                raise InfillError(
                    f"kept sites {sites[other]} and {sites[index]} are {value:.2f} Å apart, "
                    f"nearer than the {distance:g} Å asked for: keep one of them, or lower the "
                    "distance"
                )
