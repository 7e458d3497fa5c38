"""Completing a partial crystal: the lattice and the kept atoms stay, the model adds atoms.

The kept part is a hard beginning of the crystal text (the grammar of
:mod:`crystal_llm.generation`), after which the model writes on. Text has one decimal for
lengths and two for coordinates; the finished crystal gets the exact lattice and kept
positions back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import CrystalTextError, InfillError
from crystal_llm.generation.composition import CompositionRule
from crystal_llm.generation.request import (
    MAX_ATOMS,
    Candidate,
    GenerationRequest,
    fixed_atoms,
    fixed_lattice,
)
from crystal_llm.infill.edits import select, site_distances_angstrom
from crystal_llm.infill.masks import check_readable, known_elements
from crystal_llm.text.alphabet import TRAINED_ELEMENTS
from crystal_llm.text.codec import decode_plain, encode_plain, structure
from crystal_llm.types import Conditions, PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.language_model.loading import LoadedModel


@dataclass(frozen=True)
class CompletionRule:
    """Kept atoms first, then atoms of allowed elements alone.

    Attributes:
        kept: Elements of the kept atoms, in their order.
        allowed: Elements of the atoms that are added.
        min_atoms: The crystal may not end with fewer.
        max_atoms: The most atoms, kept ones included.
    """

    kept: tuple[str, ...]
    allowed: frozenset[str]
    min_atoms: int
    max_atoms: int

    def elements_allowed(self, counts: Mapping[str, int]) -> frozenset[str]:
        """The next kept element, then the allowed ones as long as there is room."""
        written = sum(counts.values())
        if written < len(self.kept):
            return frozenset({self.kept[written]})
        return self.allowed if written < self.max_atoms else frozenset()

    def may_end(self, counts: Mapping[str, int]) -> bool:
        """Whether enough atoms stand."""
        return sum(counts.values()) >= self.min_atoms


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
        """Kept atoms, then allowed ones; conditions of the prompt stay soft."""
        allowed = self.allowed_elements
        if allowed is None:
            allowed = frozenset(TRAINED_ELEMENTS)
        return CompletionRule(
            self.kept, allowed - self.excluded_elements, self.min_atoms, self.max_atoms
        )


def completion_request(
    crystal: PlainCrystal,
    keep: Iterable[int],
    count: int,
    *,
    atoms: int | None = None,
    max_atoms: int = 20,
    elements: Iterable[str] | None = None,
    conditions: Conditions | None = None,
    min_distance_angstrom: float | None = 0.5,
    temperature: float = 0.7,
    top_p: float = 0.9,
    seed: int = 0,
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
        conditions: Soft conditions of the prompt.
        min_distance_angstrom: No two atoms come closer, images included; None leaves it to
            the model.
        temperature: τ.
        top_p: Nucleus.
        seed: Repeats a run.

    Raises:
        InfillError: A site is not there, no atom may be added, the kept atoms are too
            close, or the crystal cannot be read by a model.
        RequestError: A number is impossible.
    """
    kept_sites = sorted(set(keep))
    kept = select(crystal, kept_sites)
    check_readable(crystal, kept_sites)
    most = max_atoms if atoms is None else atoms
    if most > MAX_ATOMS:
        raise InfillError(f"{most} atoms are asked for; at most {MAX_ATOMS} can be written")
    if most <= len(kept_sites):
        raise InfillError(
            f"{len(kept_sites)} atoms are kept and at most {most} may be in the cell, so none "
            "can be added: keep fewer, or raise the limit"
        )
    allowed = None if elements is None else known_elements(elements)
    if allowed is not None and not allowed:
        raise InfillError("no element may be added: allow at least one")
    if kept_sites:
        beginning = fixed_atoms(kept)
        if min_distance_angstrom is not None:
            _check_apart(kept, kept_sites, min_distance_angstrom)
    else:
        beginning = fixed_lattice(crystal.lengths_angstrom, crystal.angles_degrees)
    return CompletionRequest(
        count=count,
        conditions=conditions or Conditions(),
        allowed_elements=allowed,
        min_distance_angstrom=min_distance_angstrom,
        max_atoms=most,
        temperature=temperature,
        top_p=top_p,
        seed=seed,
        beginning=beginning,
        kept=kept.species,
        min_atoms=len(kept_sites) + 1 if atoms is None else atoms,
    )


@dataclass(frozen=True, slots=True)
class Completion:
    """One completed crystal, whole or failed.

    Attributes:
        candidate: As the model wrote it, but its ``structure`` has the exact lattice and
            kept positions.
        crystal: The same as plain numbers, kept sites first; None where it failed.
        added: Elements that the model added, in order.
    """

    candidate: Candidate
    crystal: PlainCrystal | None
    added: tuple[str, ...]


def complete(
    model: LoadedModel,
    crystal: PlainCrystal,
    keep: Iterable[int],
    request: CompletionRequest,
    *,
    progress: Callable[[Any], None] = lambda progress: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Completion]:
    """Completes a crystal several times.

    Args:
        model: The model.
        crystal: The crystal that the request was made for.
        keep: The same sites.
        request: What is asked.
        progress: Called after every step with the engine's own progress.
        should_stop: Asked after every step; what is not done then is given up.

    Yields:
        Completions, in the order in which they end.
    """
    from crystal_llm.generation.writer import write_crystals

    kept = select(crystal, keep)
    for candidate in write_crystals(model, request, progress=progress, should_stop=should_stop):
        yield restored(candidate, kept)


def restored(candidate: Candidate, kept: PlainCrystal) -> Completion:
    """A written crystal with the exact lattice and kept positions put back."""
    if candidate.structure is None:
        return Completion(candidate, None, ())
    try:
        written = decode_plain(candidate.text)
    except CrystalTextError:  # a structure without its text never leaves the writer
        return Completion(candidate, None, ())
    count = len(kept.species)
    exact = replace(
        written,
        lengths_angstrom=kept.lengths_angstrom,
        angles_degrees=kept.angles_degrees,
        fractional_coordinates=(
            *kept.fractional_coordinates,
            *written.fractional_coordinates[count:],
        ),
    )
    return Completion(
        replace(candidate, structure=structure(exact).as_dict()), exact, exact.species[count:]
    )


def _check_apart(kept: PlainCrystal, sites: list[int], distance: float) -> None:
    """Kept atoms that break the hard distance would stop the grammar with a riddle."""
    rounded = decode_plain(encode_plain(kept))
    for index, position in enumerate(rounded.fractional_coordinates):
        apart = site_distances_angstrom(rounded, position)[:index]
        for other, value in enumerate(apart):
            if value < distance:
                raise InfillError(
                    f"kept sites {sites[other]} and {sites[index]} are {value:.2f} Å apart, "
                    f"nearer than the {distance:g} Å asked for: keep one of them, or lower the "
                    "distance"
                )
