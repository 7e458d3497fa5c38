"""A measured powder pattern: two columns of numbers, as every diffractometer exports them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from crystal_llm.errors import PatternFileError

MAX_PATTERN_BYTES = 2_000_000
MAX_POINTS = 50_000
FEWEST_POINTS = 3
_COMMENT = ("#", "!", ";", "'", "%", "//")
_NUMBER = re.compile(r"[+-]?(\d{1,12}\.?\d{0,12}|\.\d{1,12})([eE][+-]?\d{1,3})?")
_NUMBER_WITH_COMMA = re.compile(r"[+-]?\d{1,12}([.,]\d{1,12})?([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class MeasuredPattern:
    """A measured powder pattern.

    Attributes:
        two_theta_degrees: Angles, ascending.
        intensities: Counts or any unit, one an angle.
    """

    two_theta_degrees: tuple[float, ...]
    intensities: tuple[float, ...]


def read_measured_pattern(content: bytes) -> MeasuredPattern:
    """Reads angle and intensity, apart by blanks, comma, semicolon or tab; more columns are errors.

    Numbers may have a decimal comma where something else stands between them. A head of words and
    lines that begin with a comment sign are passed over. Only plain numbers are read; nothing is
    evaluated.

    Raises:
        PatternFileError: Too large, not text, or a line that is no pair of numbers.
    """
    if len(content) > MAX_PATTERN_BYTES:
        raise PatternFileError(
            f"the pattern has {len(content):,} bytes; at most {MAX_PATTERN_BYTES:,} are read"
        )
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise PatternFileError("the pattern is no text: export it as xy, two columns") from error
    points: list[tuple[float, float]] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith(_COMMENT):
            continue
        fields = _fields(text)
        # Some programs write the error of the intensity as a third column.
        numbers = fields[:2] if len(fields) in (2, 3) else []
        if len(numbers) < 2 or not all(_NUMBER.fullmatch(field) for field in numbers):
            if not points:  # names of the columns and of the sample
                continue
            raise PatternFileError(
                f"line {number} of the pattern is no pair of numbers: {text[:40]!r}"
            )
        if len(points) == MAX_POINTS:
            raise PatternFileError(f"the pattern has more than {MAX_POINTS:,} points")
        points.append((float(numbers[0]), float(numbers[1])))
    if len(points) < FEWEST_POINTS:
        raise PatternFileError("the pattern has no two columns of numbers: 2θ in ° and intensity")
    points.sort()
    if not all(0 <= angle <= 180 and math.isfinite(height) for angle, height in points):
        raise PatternFileError("the first column of the pattern is no angle 2θ from 0 to 180°")
    return MeasuredPattern(
        tuple(angle for angle, _ in points), tuple(height for _, height in points)
    )


def _fields(text: str) -> list[str]:
    apart = [field for field in re.split(r"[\s;]+", text) if field]
    if len(apart) > 1 and all(_NUMBER_WITH_COMMA.fullmatch(field) for field in apart):
        return [field.replace(",", ".") for field in apart]
    return [field for field in re.split(r"[\s,;]+", text) if field]
