"""What reading a structure file gives."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class FailedReading:
    """One of several crystals of a file that cannot be read.

    Attributes:
        name: What the file calls it.
        reason: Why not.
    """

    name: str
    reason: str
