"""The prompts: the interface that a trained adapter learned, quoted exactly.

Source: CrystalLLM (arXiv 2402.04379), Appendix A.2 and its public code. Any adapter
trained on these prompts can be used with this package.
"""

from __future__ import annotations

from collections.abc import Sequence

from crystal_llm.errors import CrystalTextError
from crystal_llm.text.alphabet import MASK
from crystal_llm.text.codec import encode_plain
from crystal_llm.types import Conditions, PlainCrystal

OPENING = "Below is a description of a bulk material. "
GENERATE = (
    "Generate a description of the lengths and angles of the lattice vectors and then the "
    "element type and coordinates for each atom within the lattice:\n"
)
INFILL_OPENING = (
    "Below is a partial description of a bulk material where one element has been replaced "
    'with the string "[MASK]":\n'
)
INFILL_CLOSING = "\nGenerate an element that could replace [MASK] in the bulk material:\n"


def generation_prompt(conditions: Conditions | None = None) -> str:
    """The prompt after which a crystal string follows.

    Args:
        conditions: What to ask for; conditions stand in the order of the fields.
    """
    return OPENING + "".join(condition_sentences(conditions or Conditions())) + GENERATE


def condition_sentences(asked: Conditions) -> list[str]:
    """The paper's sentences for the conditions that it has, each with the space after it."""
    said: list[str] = []
    if asked.formula is not None:
        said.append(f"The chemical formula is {asked.formula}. ")
    if asked.elements is not None:
        said.append(f"The elements are {', '.join(asked.elements)}. ")
    if asked.spacegroup_number is not None:
        said.append(f"The spacegroup number is {asked.spacegroup_number}. ")
    if asked.energy_above_hull_ev_per_atom is not None:
        value = _number(asked.energy_above_hull_ev_per_atom)
        said.append(f"The energy above the convex hull is {value}. ")
    if asked.formation_energy_ev_per_atom is not None:
        value = _number(asked.formation_energy_ev_per_atom)
        said.append(f"The formation energy per atom is {value}. ")
    if asked.band_gap_ev is not None:
        said.append(f"The band gap is {_number(asked.band_gap_ev)}. ")
    return said


def infill_prompt(crystal: PlainCrystal, masked_sites: Sequence[int]) -> str:
    """The prompt after which the element that fills the mask follows.

    Sites are masked by their index and never by replacing text, so that masking carbon
    leaves chlorine and calcium whole.

    Raises:
        CrystalTextError: No site, or a site that the crystal does not have, is masked.
    """
    return INFILL_OPENING + masked_text(crystal, masked_sites) + INFILL_CLOSING


def masked_text(crystal: PlainCrystal, masked_sites: Sequence[int]) -> str:
    """The crystal string in which the element of every masked site reads ``[MASK]``."""
    if not masked_sites:
        raise CrystalTextError("no site is masked: name at least one")
    lines = encode_plain(crystal).split("\n")
    for site in masked_sites:
        if not 0 <= site < len(crystal.species):
            raise CrystalTextError(
                f"site {site} cannot be masked: the sites are 0 to {len(crystal.species) - 1}"
            )
        lines[2 + 2 * site] = MASK
    return "\n".join(lines)


def _number(value: float) -> str:
    # At most four decimals, as in the training prompts; "+ 0.0" turns -0.0 into 0.0.
    return str(round(float(value), 4) + 0.0)
