"""How far a potential's energies above hull lie from DFT's, as measured (docs/measured.md)."""

from __future__ import annotations

from dataclasses import dataclass

from crystal_llm.energy_method import EnergyMethod


@dataclass(frozen=True, slots=True)
class HullAccuracy:
    """What `benchmarks/hull_accuracy.py` found of a potential.

    Attributes:
        title: The potential, for a reader.
        mean_absolute_error_ev_per_atom: Of energies above hull against those of DFT.
        phases: Known phases that were compared.
    """

    title: str
    mean_absolute_error_ev_per_atom: float
    phases: int

    @property
    def text(self) -> str:
        """In one line: ``±0.045: mean error of CHGNet against DFT on 3,000 known phases``."""
        return (
            f"±{self.mean_absolute_error_ev_per_atom:.3f}: mean error of {self.title} against DFT "
            f"on {self.phases:,} known phases"
        )


_MEASURED = {
    "chgnet": HullAccuracy("CHGNet", 0.045, 3000),
    "sevennet-0": HullAccuracy("SevenNet-0", 0.039, 2797),
    "m3gnet": HullAccuracy("M3GNet", 0.044, 2797),
}


def hull_accuracy(potential: EnergyMethod | str) -> HullAccuracy | None:
    """The accuracy of a potential; None where it was not measured.

    Args:
        potential: What made the energies, or the potential's name.
    """
    name = potential if isinstance(potential, str) else potential.potential
    return _MEASURED.get(name.lower())


def title_of(potential: str) -> str:
    """What a reader calls a potential; its name where it is none of the measured ones."""
    measured = hull_accuracy(potential)
    return potential if measured is None else measured.title
