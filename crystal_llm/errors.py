"""The errors this package raises.

Each message says what was wrong, where, and what to do. The shell and the pages
print ``str(error)`` as it stands; nothing else of an error reaches a user.
"""

from __future__ import annotations

from typing import Any


class CrystalLLMError(Exception):
    """Root of every error that a user of this package can cause or mend."""


class CrystalTextError(CrystalLLMError):
    """A crystal text, or a crystal to be written as text, breaks the format.

    Attributes:
        reason: What is wrong, without the place.
        line_number: 1-based line of the text, or None where no line applies.
    """

    def __init__(self, reason: str, line_number: int | None = None) -> None:
        self.reason = reason
        self.line_number = line_number
        super().__init__(reason if line_number is None else f"line {line_number}: {reason}")


class SymmetryError(CrystalLLMError):
    """A space group, Wyckoff position or symmetric description that cannot be."""


class RequestError(CrystalLLMError):
    """A request asks for something impossible (unknown element, τ ≤ 0, …)."""


class FormulaError(CrystalLLMError):
    """A chemical formula cannot be read, or can mean two things."""


class SettingsError(CrystalLLMError):
    """An environment variable or setting cannot be used."""


class ModelCardError(CrystalLLMError):
    """A model card is missing, unreadable, or names something that is not there."""


class WeightsError(CrystalLLMError):
    """Weights are missing, half-written, of the wrong kind, or have another hash."""


class ServerError(CrystalLLMError):
    """A server of models does not answer, refuses, or answers with something else."""


class TokenizerError(CrystalLLMError):
    """A tokenizer cannot carry crystal text (digits merged, symbols split oddly)."""


class TrainingError(CrystalLLMError):
    """A training run cannot start or go on."""


class TableError(CrystalLLMError):
    """A table of crystals cannot be read or made."""


class StructureFileError(CrystalLLMError):
    """A structure file cannot be read: broken, disordered, too large, or not one at all.

    Attributes:
        reason: What is wrong and what to do, without the place.
        line_number: 1-based line of the file, or None where no line is known.
    """

    def __init__(self, reason: str, line_number: int | None = None) -> None:
        self.reason = reason
        self.line_number = line_number
        super().__init__(reason if line_number is None else f"line {line_number}: {reason}")


class DisorderError(StructureFileError):
    """A structure file holds a disordered crystal, of which ordered versions can be made."""


class ImplausibleCrystalError(StructureFileError):
    """A structure file describes atoms too close to one another, or a density of no crystal.

    Attributes:
        crystal: What it describes, a PlainCrystal, for those who count such crystals.
    """

    def __init__(self, reason: str, crystal: Any) -> None:
        self.crystal = crystal
        super().__init__(reason)


class SeveralCrystalsError(StructureFileError):
    """A structure file holds several crystals where one is asked for."""


class MaterialsProjectError(CrystalLLMError):
    """The Materials Project cannot be asked: no key, a refused key, no answer."""


class StabilityError(CrystalLLMError):
    """A reference or hull cannot be made, read or asked, or energies do not compare."""


class PatternFileError(CrystalLLMError):
    """A file of a measured powder pattern is too large or no two columns of numbers."""


class CandidatesFileError(CrystalLLMError):
    """A file of candidates is missing, unreadable or empty."""


class PotentialError(CrystalLLMError):
    """A potential is unknown, its weights are missing or wrong, or it cannot serve a crystal."""


class RelaxationCacheError(CrystalLLMError):
    """The file of cached relaxations is damaged, foreign, or lies where it would be damaged."""


class JobError(CrystalLLMError):
    """A job cannot be queued, found, stopped or read."""


class LibraryError(CrystalLLMError):
    """The library of crystals cannot be read or written, or holds no such entry."""


class InfillError(CrystalLLMError):
    """An infill cannot be asked: no site, all sites, an element that the model cannot say."""


class EvaluationError(CrystalLLMError):
    """Crystals cannot be evaluated: no samples, no test crystals, a broken protocol or result."""


class FlowError(CrystalLLMError):
    """A crystal cannot be refined, or pairs or networks of the flow cannot be used."""
