"""What a user types to ask for a hull: a chemical system or a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crystal_llm.crystal.composition import ATOMIC_NUMBERS, element_amounts, reduced_formula
from crystal_llm.crystal.elements import isotope_free, symbol_words
from crystal_llm.errors import StabilityError
from crystal_llm.stability.drawing.corners import MAX_ELEMENTS_BY_KIND

LONGEST_TEXT = 120
_LARGEST_FACTOR = 100
MOST_ASKED = max(MAX_ELEMENTS_BY_KIND.values())


@dataclass(frozen=True, slots=True)
class HullQuestion:
    """A chemical system, and the composition that was asked about.

    Attributes:
        elements: Two or more symbols, in the order typed.
        formula: Reduced formula; None where a system was named.
    """

    elements: tuple[str, ...]
    formula: str | None = None

    @property
    def system(self) -> str:
        """The elements as one name, such as ``Li-Fe-O``."""
        return "-".join(self.elements)


def read_hull_question(text: str) -> HullQuestion:
    """Reads ``Li-Fe-O``, ``Li Fe O``, ``Li, Fe, O`` or ``LiFePO4``.

    Raises:
        StabilityError: Nothing, no elements, one element alone, or too many; one sentence.
    """
    asked = text.strip()
    if not asked:
        raise StabilityError("name a chemical system such as Li-Fe-O, or a formula such as LiFePO4")
    if len(asked) > LONGEST_TEXT:
        raise StabilityError(f"longer than {LONGEST_TEXT} letters: name a system such as Li-Fe-O")
    asked = re.sub(r"\s*·\s*", "·", asked)
    parts = symbol_words(asked)
    if len(parts) > 1:
        unknown = [part for part in parts if part not in ATOMIC_NUMBERS]
        if unknown:
            raise StabilityError(
                f"{', '.join(unknown)[:60]}: not an element; write symbols such as Li-Fe-O, or one "
                "formula (two formulas make a pseudo-binary cut, below the drawing)"
            )
        elements, formula = tuple(dict.fromkeys(parts)), None
    else:
        amounts = element_amounts(parts[0] if parts else asked)
        typed = map(isotope_free, re.findall(r"[A-Z][a-z]?", asked))
        elements = tuple(symbol for symbol in dict.fromkeys(typed) if symbol in amounts)
        formula = reduced_formula(_whole(amounts))
    if len(elements) < 2:
        raise StabilityError(
            f"{asked}: one element alone has no hull; name two or more, such as {elements[0]}-O"
            if elements != ("O",)
            else f"{asked}: one element alone has no hull; name two or more, such as Li-O"
        )
    if len(elements) > MOST_ASKED:
        raise StabilityError(f"{asked}: {len(elements)} elements; ask for {MOST_ASKED} at most")
    return HullQuestion(elements, formula)


def _whole(amounts: dict[str, float]) -> dict[str, float]:
    """Amounts in whole numbers, where a small factor makes them so: Fe0.5 and Mn0.5 are 1 and 1."""
    for factor in range(1, _LARGEST_FACTOR + 1):
        scaled = {symbol: amount * factor for symbol, amount in amounts.items()}
        if all(abs(value - round(value)) < 1e-8 for value in scaled.values()):
            return {symbol: float(round(value)) for symbol, value in scaled.items()}
    return amounts
