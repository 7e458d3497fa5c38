"""What a crystal is likely to say next, from what it has said already.

Atoms on symmetry-related sites share coordinates, and like atoms stand together, so the
text of a crystal repeats itself. The engine feeds such a guess along with the last choice
and keeps the part that the model then chooses by itself (prompt-lookup decoding, after
Leviathan et al. 2023, arXiv 2211.17192, with a guess in place of a draft model). It
changes the speed alone, never what is written.
"""

from __future__ import annotations

_LATTICE_LINES = 2


def likely_continuation(text: str) -> str:
    """A guess at what follows a beginning of crystal text; empty where there is none.

    Args:
        text: A legal beginning of a crystal string.
    """
    lines = text.split("\n")
    place = len(lines) - 1
    if place < _LATTICE_LINES + 2:
        return ""
    current = lines[-1]
    if (place - _LATTICE_LINES) % 2 == 0:
        if current:
            return ""
        return f"{lines[-3]}\n{lines[-2]}"
    earlier = lines[_LATTICE_LINES + 1 : -1 : 2][::-1]
    rest = _rest_of_line(current, earlier)
    if rest is None:
        return ""
    return f"{rest}\n{lines[-2]}\n{earlier[0] if earlier else ''}"


def _rest_of_line(current: str, earlier: list[str]) -> str | None:
    """The rest of a line of coordinates, after the latest line that is like it."""
    for line in earlier:
        if line.startswith(current):
            return line[len(current) :]
    column = current.count(" ")
    partial = current.rpartition(" ")[2]
    for line in earlier:
        following = line.split(" ")[column:]
        if following[0].startswith(partial):
            return " ".join(following)[len(partial) :]
    for line in earlier:
        for value in line.split(" "):
            if value.startswith(partial):
                return " ".join([value, *earlier[0].split(" ")[column + 1 :]])[len(partial) :]
    return "" if column == 2 and len(partial) == 4 else None
