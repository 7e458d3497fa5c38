"""A file that keeps what a command has done, line by line, so that a kill loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from crystal_llm.errors import CrystalLLMError

Kept = TypeVar("Kept")


@contextmanager
def opened_journal(
    path: Path | None,
    purpose: Mapping[str, Any],
    read: Callable[[Any], Kept],
    error: type[CrystalLLMError],
    *,
    begin_anew: bool,
) -> Iterator[tuple[list[Kept], Callable[[Any], None]]]:
    """Opens a journal: what it holds, and what writes a further record.

    Its first line is the purpose. A last line that a kill has cut is dropped.

    Args:
        path: The journal, made where there is none; None: nothing is kept.
        purpose: What its records hold for, as JSON.
        read: Makes what is kept of a record's JSON.
        error: What is raised.
        begin_anew: What happens to a journal of another purpose: it is begun anew, or
            refused.

    Raises:
        CrystalLLMError: It cannot be read or written, is damaged, or of another purpose.
    """
    if path is None:
        yield [], lambda record: None
        return
    first = json.dumps(purpose) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = path.read_text(encoding="utf-8") if path.exists() else first
        lines = held[: held.rfind("\n") + 1].splitlines(keepends=True) or [first]
        if lines[:1] != [first]:
            if not begin_anew:
                raise error(f"{path}: holds records of another run; name another file or delete it")
            lines = [first]
        records = [read(json.loads(line)) for line in lines[1:]]
        # Renamed when it is whole: a kill in between would lose what is held.
        unfinished = path.with_name(f"{path.name}.unfinished")
        unfinished.write_text("".join(lines), encoding="utf-8")
        unfinished.replace(path)
        handle = path.open("a", encoding="utf-8")
    except OSError as cause:
        raise error(f"{path}: cannot be used ({cause.strerror or cause})") from cause
    except (ValueError, TypeError, KeyError) as cause:
        raise error(f"{path}: is damaged ({cause}); delete it to begin anew") from cause

    def note(record: Any) -> None:
        handle.write(json.dumps(record) + "\n")
        handle.flush()

    # Outside of the above: an error of the work itself says nothing of the journal.
    with handle:
        yield records, note
