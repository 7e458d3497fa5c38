"""Masks on orbits: what a model of symmetric text is asked, and what it answers.

Masked sites are a species of their own, so the space group is that of the crystal with its
mask: a pick of part of an orbit lowers it by itself. The description is the least of all
equivalent ones, so nothing depends on where the cell has its origin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from crystal_llm.crystal.descriptions import least_setting
from crystal_llm.crystal.elements import ELEMENTS, TRAINED_ELEMENTS
from crystal_llm.crystal.symmetric import HIDDEN, MASKED, SymmetricCrystal
from crystal_llm.crystal.symmetry_search import standard_setting
from crystal_llm.errors import CrystalTextError, InfillError, SymmetryError
from crystal_llm.infill.element_trie import branch_scores
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary
from crystal_llm.training.compact.sequences import orbit_infill_prompt
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.language_model.decoder import Decoder

INFILL_ENERGY_ABOVE_HULL_EV_PER_ATOM = 0.025
"""Asked for by default: a bucket above the one of what is known to be stable."""


def masked_orbits(
    crystal: PlainCrystal, masked: Iterable[int], hidden: Iterable[Iterable[int]] = ()
) -> SymmetricCrystal:
    """A crystal by its orbits, those of masked sites without their element.

    Args:
        crystal: The crystal, in any cell.
        masked: Sites whose element is asked for.
        hidden: Sites whose element is neither told nor asked for, those of one element
            together: different ones stay apart when the group is found.

    Raises:
        InfillError: The crystal has no symmetric form.
    """
    species = list(crystal.species)
    unused = (symbol for symbol in ELEMENTS if symbol not in crystal.species)
    stand_ins = []
    for sites in hidden:
        stand_in = next(unused, None)
        if stand_in is None:
            raise InfillError("the crystal holds every element, so none can be hidden")
        stand_ins.append(stand_in)
        for site in sites:
            species[site] = stand_in
    for site in masked:
        species[site] = MASKED
    try:
        standard = standard_setting(replace(crystal, species=tuple(species))).crystal
    except SymmetryError as error:
        raise InfillError(f"the crystal has no symmetric form: {error}") from error
    orbits = tuple(
        replace(orbit, element=HIDDEN) if orbit.element in stand_ins else orbit
        for orbit in standard.orbits
    )
    return least_setting(replace(standard, orbits=orbits))


def orbit_prompt(
    masked: SymmetricCrystal,
    energy_above_hull_ev_per_atom: float | None,
    vocabulary: CompactVocabulary,
    context: int,
) -> list[int]:
    """Token ids that stand before the element, as in training.

    Args:
        masked: Of :func:`masked_orbits`.
        energy_above_hull_ev_per_atom: Its bucket is told; None tells none.
        vocabulary: Spells them.
        context: Tokens that the model can read, its answer included.

    Raises:
        InfillError: There are too many orbits, or a length has no token.
    """
    try:
        ids = orbit_infill_prompt(masked, energy_above_hull_ev_per_atom, vocabulary)
    except CrystalTextError as error:
        raise InfillError(f"the crystal cannot be written as symmetric text: {error}") from error
    if len(ids) >= context:
        raise InfillError(
            f"with this mask the crystal has {len(masked.orbits)} orbits of space group "
            f"{masked.spacegroup_number}, {len(ids)} tokens; the model reads fewer than {context}: "
            "mask whole orbits, or take the primitive cell"
        )
    return ids


def element_log_probabilities(
    decoder: Decoder, prompts: Sequence[Sequence[int]], vocabulary: CompactVocabulary
) -> NDArray[np.float64]:
    """Log-probabilities of the elements with training crystals after each prompt.

    Returns:
        Shape (n_prompts, n_elements), in the order of ``TRAINED_ELEMENTS``; every row's
        exponentials sum to 1.
    """
    place = {token: column for column, token in enumerate(decoder.alphabet)}
    columns = [place[vocabulary.token("element", symbol)] for symbol in TRAINED_ELEMENTS]
    # The empty branch alone: an element is one token.
    (scores,) = branch_scores(decoder, prompts, [()])
    return np.asarray(log_softmax(scores[:, columns], axis=1))
