"""Which sites are masked: checked once, with one clear line for every wrong pick."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.errors import CrystalTextError, InfillError
from crystal_llm.text.codec import encode_plain
from crystal_llm.types import MAX_WRITTEN_ATOMS, PlainCrystal

_SHOWN_SITES = 5


@dataclass(frozen=True, slots=True)
class MaskedGroup:
    """Masked sites that hold one element now.

    Attributes:
        element: What they hold.
        sites: Their indices, ascending.
        others: Sites of the same element that are not masked. A model was trained with
            all sites of an element masked together; where some stay, it is asked for
            something that it has not seen.
    """

    element: str
    sites: tuple[int, ...]
    others: tuple[int, ...]


def masked_sites(
    crystal: PlainCrystal, sites: Iterable[int], hidden: Iterable[int] = ()
) -> tuple[int, ...]:
    """The masked sites, ascending, each once.

    Args:
        crystal: The crystal.
        sites: The sites that are picked.
        hidden: Sites whose element the model is not shown either.

    Raises:
        InfillError: None or all sites are picked, one is out of range, or a site that stays
            holds an element that no model here has seen.
    """
    picked = tuple(sorted(set(sites)))
    count = len(crystal.species)
    if not picked:
        raise InfillError("no site is masked: pick at least one atom")
    outside = [site for site in picked if not 0 <= site < count]
    if outside:
        raise InfillError(
            f"site {outside[0]} cannot be masked: the crystal has {count} sites, 0 to {count - 1}"
        )
    if len(picked) == count:
        raise InfillError(
            f"all {count} sites are masked: leave at least one atom, or let the model "
            "complete the bare lattice"
        )
    check_readable_elements(crystal, set(range(count)) - set(picked) - set(hidden))
    return picked


def check_readable_elements(crystal: PlainCrystal, visible: Iterable[int]) -> None:
    """Refuses elements that no model here can read.

    Args:
        crystal: The crystal.
        visible: Sites whose element the model is shown.

    Raises:
        InfillError: An element was in no training crystal.
    """
    strange = [site for site in sorted(visible) if crystal.species[site] not in TRAINED_ELEMENTS]
    if strange:
        shown = ", ".join(f"{site} ({crystal.species[site]})" for site in strange[:_SHOWN_SITES])
        raise InfillError(
            f"site {shown}: no crystal with this element was in the training data, so no model "
            "here can read it: mask or substitute it"
        )


def check_coordinate_text(crystal: PlainCrystal) -> None:
    """Refuses a crystal that a model of coordinate text cannot read.

    Raises:
        InfillError: There are too many atoms, or the crystal cannot be written as text.
    """
    if len(crystal.species) > MAX_WRITTEN_ATOMS:
        raise InfillError(
            f"the cell has {len(crystal.species)} atoms; a model of coordinate text reads at most "
            f"{MAX_WRITTEN_ATOMS}: take its primitive cell, or a model of symmetric text"
        )
    try:
        encode_plain(crystal)
    except CrystalTextError as error:
        raise InfillError(f"the crystal cannot be written as text: {error}") from error


def groups(crystal: PlainCrystal, sites: Iterable[int]) -> tuple[MaskedGroup, ...]:
    """Masked sites by the element that they hold, in the order of their first sites."""
    picked = masked_sites(crystal, sites)
    by_element: dict[str, list[int]] = {}
    for site in picked:
        by_element.setdefault(crystal.species[site], []).append(site)
    return tuple(
        MaskedGroup(
            element,
            tuple(members),
            tuple(
                site
                for site, symbol in enumerate(crystal.species)
                if symbol == element and site not in members
            ),
        )
        for element, members in by_element.items()
    )


def known_elements(symbols: Iterable[str]) -> frozenset[str]:
    """Elements that a model here can write.

    Raises:
        InfillError: A symbol is no element, or no model has seen it.
    """
    named = frozenset(symbols)
    unknown = sorted(named - set(ELEMENTS))
    if unknown:
        raise InfillError(f"{', '.join(unknown)}: not an element; write symbols such as Li,Fe,O")
    untrained = sorted(named - set(TRAINED_ELEMENTS))
    if untrained:
        raise InfillError(
            f"{', '.join(untrained)}: no crystal with it was in the training data, so no model "
            "here can write it"
        )
    return named
