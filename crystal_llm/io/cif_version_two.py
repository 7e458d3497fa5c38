"""CIF 2 as CIF 1.1, which gemmi reads: strings in three quotes, lists and tables.

No value of a crystal's structure is a list or a table, so each becomes one string, which is
passed over, or refused where a number is asked for. Lines stay where they are.
"""

from __future__ import annotations

import re

from crystal_llm.errors import StructureFileError

_HEADER = re.compile(r"\ufeff?#\\#CIF_2\.0\b")
_SIGNS_OF_IT = re.compile(r"(?:^|(?<=\s))(?:'''|\"\"\"|[\[{])")

_TEXT = r"(?m:^;[^\n]*(?:\n(?!;)[^\n]*)*(?:\n;|\Z))"
_TRIPLE = r"'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\""
# A string without an end takes the rest of its line, so that no text is looked through twice.
_TOKEN = re.compile(
    rf"(?P<passed>\s+|\#[^\n]*|{_TEXT})"
    rf"|(?P<triple>{_TRIPLE})"
    r"|(?P<quoted>'(?:[^'\n]|'(?=\S))*+'?|\"(?:[^\"\n]|\"(?=\S))*+\"?)"
    r"|(?P<opened>[\[{])"
    r"|(?P<bare>\S+)"
)
_WITHIN_BRACKETS = re.compile(
    rf"(?P<passed>\s+|(?<=\s)\#[^\n]*|{_TEXT}|{_TRIPLE}|'[^'\n]*'|\"[^\"\n]*\"|[^\s'\"\[\]{{}}]+)"
    r"|(?P<opened>[\[{])"
    r"|(?P<closed>[\]}])"
)


def as_version_one(text: str) -> str:
    """A CIF with whatever only version 2 has written as version 1.1 would.

    A file that does not say to be of version 2 may still hold such values, on one line each.

    Raises:
        StructureFileError: A string, list or table of version 2 has no end.
    """
    declared = _HEADER.match(text) is not None
    if not declared and not _SIGNS_OF_IT.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts: list[str] = []
    place, line_end = 0, -1
    while token := _TOKEN.match(text, place):
        kind, value, closed = token.lastgroup, token[0], token.lastgroup == "triple"
        if kind == "opened":
            if place >= line_end:
                line_end = (text.find("\n", place) + 1 or len(text) + 1) - 1
            value, closed = _bracketed(text, place, len(text) if declared else line_end, line_end)
        if declared and not closed and (kind == "opened" or value.startswith(("'''", '"""'))):
            what = "list or table" if kind == "opened" else "string"
            raise StructureFileError(
                f"the {what} that begins with {value[:20]!r} has no end",
                text.count("\n", 0, place) + 1,
            )
        place += len(value)
        if closed and (declared or "\n" not in value):
            parts.append(_one_string(value, value[3:-3] if kind == "triple" else value))
        elif kind == "bare" and declared and not value.isascii():
            parts.append(_one_string(value, value))
        else:
            parts.append(value)
    return "".join(parts)


def _bracketed(text: str, begin: int, end: int, line_end: int) -> tuple[str, bool]:
    """A list or table from its bracket to the one that closes it, and whether one does.

    Args:
        text: The file.
        begin: Where the bracket stands.
        end: Before what the closing one must stand.
        line_end: Where the line ends, which is taken whole if none does.
    """
    place, depth = begin, 0
    while token := _WITHIN_BRACKETS.match(text, place, end):
        place = token.end()
        depth += {"opened": 1, "closed": -1}.get(token.lastgroup or "", 0)
        if depth == 0:
            return text[begin:place], True
    return text[begin:line_end], False


def _one_string(written: str, value: str) -> str:
    """A value in quotes on one line, with as many ends of line behind it as were within."""
    words = " ".join(value.split())
    quoted = '"' + words.replace('"', "'") + '"' if "'" in words else f"'{words}'"
    return quoted + "\n" * written.count("\n")
