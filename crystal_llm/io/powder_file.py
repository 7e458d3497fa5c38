"""A measured powder pattern: two columns of numbers, as every diffractometer exports them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from crystal_llm.errors import PatternFileError

MAX_PATTERN_BYTES = 2_000_000
MAX_POINTS = 50_000
FEWEST_POINTS = 3
_COLUMNS = "two columns, 2θ in degrees and intensity"
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


def read_measured_pattern(content: bytes, name: str = "the pattern") -> MeasuredPattern:
    """Reads angle and intensity, apart by blanks, comma, semicolon or tab; more columns are errors.

    Numbers may have a decimal comma where something else stands between them. A head of words and
    lines that begin with a comment sign are passed over. Only plain numbers are read; nothing is
    evaluated.

    Args:
        content: The file.
        name: What it is called, for messages.

    Raises:
        PatternFileError: Too large, not text, or a line that is no pair of numbers.
    """
    if len(content) > MAX_PATTERN_BYTES:
        raise PatternFileError(
            f"{name}: {len(content):,} bytes; at most {MAX_PATTERN_BYTES:,} are read, so export "
            "larger steps"
        )
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise PatternFileError(f"{name}: not text; export it as xy: {_COLUMNS}") from error
    points: list[tuple[float, float]] = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith(_COMMENT):
            continue
        fields = _fields(text)
        # Some programs write the error of the intensity as a third column.
        numbers = fields[:2] if len(fields) in (2, 3) else []
        where = f"{name}, line {number}"
        if len(numbers) < 2 or not all(_NUMBER.fullmatch(field) for field in numbers):
            # Before the first point stand names of the columns and of the sample.
            if not points and not (numbers and _is_gap(numbers[0], numbers[1])):
                continue
            raise PatternFileError(
                f"{where}: {text[:40]!r} is no pair of numbers; delete the line, or give 2θ and "
                "intensity"
            )
        if len(points) == MAX_POINTS:
            raise PatternFileError(
                f"{name}: more than {MAX_POINTS:,} points; export a shorter range or larger steps"
            )
        points.append(_point(numbers[0], numbers[1], where))
    if len(points) < FEWEST_POINTS:
        amount = f"{len(points)} points" if points else "no points" if content else "empty"
        raise PatternFileError(
            f"{name}: {amount}; at least {FEWEST_POINTS} lines are needed with {_COLUMNS}"
        )
    points.sort()
    return MeasuredPattern(
        tuple(angle for angle, _ in points), tuple(height for _, height in points)
    )


def _point(angle: str, height: str, where: str) -> tuple[float, float]:
    if not 0 <= float(angle) <= 180:
        raise PatternFileError(
            f"{where}: 2θ = {angle} lies outside 0 to 180°; the first column is the angle"
        )
    if not math.isfinite(float(height)):
        raise PatternFileError(
            f"{where}: the intensity {height} is too large; scale the intensities down"
        )
    return float(angle), float(height)


def _is_gap(angle: str, height: str) -> bool:
    """Whether a point stands there whose intensity was not measured."""
    return bool(_NUMBER.fullmatch(angle)) and height.lower().strip("+-") in ("nan", "inf")


def _fields(text: str) -> list[str]:
    apart = [field for field in re.split(r"[\s;]+", text) if field]
    if len(apart) > 1 and all(_NUMBER_WITH_COMMA.fullmatch(field) for field in apart):
        return [field.replace(",", ".") for field in apart]
    return [field for field in re.split(r"[\s,;]+", text) if field]
