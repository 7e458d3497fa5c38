"""Structure files beside files of JSON Lines, as every command takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.cli.command import tell
from crystal_llm.errors import CandidatesFileError, DisorderError, RequestError, StructureFileError
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from crystal_llm.crystal.written import Written
    from crystal_llm.io.limited_parsing import ParsingProcess

STRUCTURE_FILES = "*.cif, *.vasp, POSCAR*, *.xyz, *.json (pymatgen) or *.db (ASE)"
"""What help calls the structure files that are read."""

_LINES_SUFFIX = ".jsonl"
_ACCEPTED = f"what `crystal-llm generate` wrote, or {STRUCTURE_FILES}"


@dataclass(frozen=True, slots=True)
class StructureInput:
    """One crystal of a structure file; exactly one of ``crystal`` and ``failure`` is None.

    Attributes:
        id: The file's name, with the row where it holds several.
        crystal: The crystal, its sites in the order of the file.
        failure: Why there is none.
        remarks: What was repaired in reading it.
    """

    id: str
    crystal: PlainCrystal | None
    failure: str | None = None
    remarks: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """The crystal as a line of candidates has it."""
        from crystal_llm.crystal.conversion import structure

        shown = None if self.crystal is None else structure(self.crystal).as_dict()
        record = {"id": self.id, "text": "", "structure": shown, "failure": self.failure}
        return record | ({"remarks": list(self.remarks)} if self.remarks else {})


def is_json_lines(path: Path) -> bool:
    """Whether a file holds a crystal a line, not one structure."""
    return path.suffix.lower() == _LINES_SUFFIX


def check_inputs(paths: Sequence[Path]) -> None:
    """Refuses inputs that cannot be read, before any work is done.

    Raises:
        RequestError: A file is missing, or neither its name nor its content tells a format.
    """
    from crystal_llm.io.structure_file import UNKNOWN_NAME, file_format_of, read_source

    for path in paths:
        if not is_json_lines(path) and file_format_of(path.name) is None:
            if path.is_dir():
                raise RequestError(f"{path}: is a folder; name the files in it")
            try:
                read_source(path)
            except StructureFileError as error:
                if error.reason != UNKNOWN_NAME:
                    raise RequestError(f"{path}: {error}") from error
                raise RequestError(
                    f"{path}: the name tells no known format; name it *.jsonl, *.cif, *.vasp, "
                    "POSCAR*, *.xyz, *.json or *.db"
                ) from error
        if not path.is_file():
            raise RequestError(f"{path}: no such file")


def refuse_lone_failure(paths: Sequence[Path], failures: Sequence[str | None]) -> None:
    """Refuses the one structure file that was named, if no crystal of it can be read.

    Of several files each bad one has its line, and the others are worked on.

    Args:
        paths: The files that were named.
        failures: Why each crystal of them cannot be read; None for those that can.

    Raises:
        StructureFileError: Names the file and what is wrong.
    """
    if len(paths) == 1 and not is_json_lines(paths[0]) and failures and all(failures):
        raise StructureFileError(f"{paths[0]}: {failures[0]}")


def read_inputs(path: Path, parsing: ParsingProcess) -> Iterator[StructureInput]:
    """The crystals of a structure file, failed ones with their reason; tells remarks."""
    from crystal_llm.io.crystal_reading import FailedReading
    from crystal_llm.io.structure_file import read_source

    try:
        readings = parsing.read_all(read_source(path))
    except StructureFileError as error:
        yield StructureInput(path.name, None, f"{error}{_remedy(error, path)}")
        return
    for reading in readings:
        name = path.name if reading.name is None else f"{path.name}, {reading.name}"
        if isinstance(reading, FailedReading):
            yield StructureInput(name, None, reading.reason)
            continue
        for remark in reading.remarks:
            tell(f"{name}: {remark}")
        yield StructureInput(name, reading.crystal, None, reading.remarks)


def read_structure_argument(path: Path) -> PlainCrystal:
    """The one crystal of a structure file; tells remarks.

    Raises:
        StructureFileError: Names the file and what is wrong.
    """
    from crystal_llm.io.limited_parsing import ParsingProcess
    from crystal_llm.io.structure_file import read_source

    try:
        with ParsingProcess() as parsing:
            reading = parsing.read(read_source(path))
    except StructureFileError as error:
        raise StructureFileError(f"{path}: {error}{_remedy(error, path)}") from error
    for remark in reading.remarks:
        tell(f"{path.name}: {remark}")
    return reading.crystal


def _remedy(error: StructureFileError, path: Path) -> str:
    disordered = isinstance(error, DisorderError)
    return f" (`crystal-llm order {path.name}` gives ordered versions)" if disordered else ""


def read_candidate_rows(path: Path) -> tuple[list[Written], list[dict[str, Any]] | None]:
    """Candidates of a file of JSON Lines or of a structure file.

    Returns:
        The rows, and for a structure file what each line would say; None for JSON Lines,
        whose lines are read again when they are wanted.

    Raises:
        CandidatesFileError: The file is missing, is no such file, or holds no candidate.
        StructureFileError: A structure file of which no crystal can be read.
    """
    from crystal_llm.crystal.written import Written
    from crystal_llm.io.candidates_file import read_candidates
    from crystal_llm.io.limited_parsing import ParsingProcess

    if path.is_dir():
        raise CandidatesFileError(f"{path}: is a folder; name one file: {_ACCEPTED}")
    if not is_json_lines(path) and not path.is_file():
        raise CandidatesFileError(f"{path}: no such file")
    if is_json_lines(path) or not _is_structure_file(path):
        _refuse_binary(path)
        rows = read_candidates(path)
        if not is_json_lines(path) and all(
            row.failure is not None and row.failure.startswith("not JSON") for row in rows
        ):
            raise CandidatesFileError(
                f"{path}: not JSON Lines (line {rows[0].index + 1}: {rows[0].failure}); give "
                f"{_ACCEPTED}"
            )
        return rows, None
    with ParsingProcess() as parsing:
        inputs = list(read_inputs(path, parsing))
    refuse_lone_failure([path], [crystal.failure for crystal in inputs])
    return [
        Written(crystal.id, crystal.crystal, crystal.failure, index)
        for index, crystal in enumerate(inputs)
    ], [crystal.record() for crystal in inputs]


def _is_structure_file(path: Path) -> bool:
    """Whether a file's name tells a structure format, or else its content does.

    A line of JSON, whatever the file is called, is a candidate.
    """
    from crystal_llm.io.structure_file import file_format_of, read_source

    if file_format_of(path.name) is not None:
        return True
    try:
        return read_source(path).format != "json"
    except StructureFileError:
        return False


def _refuse_binary(path: Path) -> None:
    """Refuses an archive, or whatever else is no text, in one line.

    Raises:
        CandidatesFileError: Names the file.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(4096)
    except OSError:
        return  # whoever reads it says why
    if b"\x00" in beginning or beginning.startswith(b"PK"):
        raise CandidatesFileError(f"{path}: compressed or binary, not JSON Lines: give {_ACCEPTED}")
