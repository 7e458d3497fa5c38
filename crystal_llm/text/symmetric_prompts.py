"""Prompts after which symmetric text follows, for a pretrained model.

The paper's sentences (:mod:`crystal_llm.text.prompts`) with two more; the closing words name the
other form.
"""

from __future__ import annotations

from crystal_llm.crystal.symmetric import SymmetricCrystal
from crystal_llm.text.prompts import INFILL_CLOSING, OPENING, condition_sentences
from crystal_llm.text.symmetric_text import encode_symmetric
from crystal_llm.types import Conditions

GENERATE_SYMMETRIC = (
    "Generate its space group number, its free lattice parameters and then the element type, "
    "Wyckoff position and free coordinates for each orbit:\n"
)
SYMMETRIC_INFILL_OPENING = (
    "Below is a partial symmetric description of a bulk material where one element has been "
    'replaced with the string "[MASK]":\n'
)


def symmetric_prompt(conditions: Conditions | None = None) -> str:
    """The prompt after which symmetric text follows.

    Args:
        conditions: What to ask for; conditions stand in the order of the fields.
    """
    asked = conditions or Conditions()
    said = condition_sentences(asked)
    if asked.crystal_system is not None:
        said.append(f"The crystal system is {asked.crystal_system}. ")
    if asked.atoms is not None:
        said.append(f"The number of atoms in the primitive cell is {asked.atoms}. ")
    return OPENING + "".join(said) + GENERATE_SYMMETRIC


def symmetric_infill_prompt(masked: SymmetricCrystal) -> str:
    """The prompt after which the element follows; masked orbits hold ``[MASK]``."""
    return SYMMETRIC_INFILL_OPENING + encode_symmetric(masked) + INFILL_CLOSING
