"""What reading a structure file gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crystal_llm.errors import ImplausibleCrystalError, StructureFileError
from crystal_llm.types import PlainCrystal


@dataclass(frozen=True, slots=True)
class CrystalReading:
    """A crystal as a file describes it.

    Attributes:
        crystal: The crystal, its sites in the order of the file.
        remarks: What was repaired or left out, a sentence each; empty for most files.
        name: What the file calls it among several; None where it holds one.
    """

    crystal: PlainCrystal
    remarks: tuple[str, ...] = ()
    name: str | None = None

    @property
    def note(self) -> str:
        """What a reader should know of it later, as one sentence; empty for most files."""
        return note_of_reading(self.remarks)


def note_of_reading(remarks: Sequence[str]) -> str:
    """Remarks as one sentence."""
    said = "; ".join(remarks)
    return said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class FailedReading:
    """One of several crystals of a file that cannot be read.

    Attributes:
        name: What the file calls it.
        reason: Why not.
        crystal: What is described there, where that can hardly be a crystal.
    """

    name: str
    reason: str
    crystal: PlainCrystal | None = None


def failed_reading_error(reading: FailedReading) -> StructureFileError:
    """The failure of a file's only crystal as the error of the file."""
    if reading.crystal is None:
        return StructureFileError(reading.reason)
    return ImplausibleCrystalError(reading.reason, reading.crystal)
