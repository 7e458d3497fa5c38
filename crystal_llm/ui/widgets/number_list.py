"""Lists of numbers that are typed into a field."""

from __future__ import annotations

from crystal_llm.errors import EvaluationError


def numbers(text: str, name: str) -> list[float]:
    """Numbers with blanks or commas between.

    Raises:
        EvaluationError: Something else stands there.
    """
    numbers = []
    for word in text.replace(";", " ").replace(",", " ").split():
        try:
            numbers.append(float(word))
        except ValueError:
            raise EvaluationError(
                f"{name}: {word[:20]!r} is not a number; write them like 0.5 0.7 1.0"
            ) from None
    return numbers
