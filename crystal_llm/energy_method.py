"""How an energy came about: without it no energy is compared with another."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from crystal_llm.errors import StabilityError

EnergyKind = Literal["total", "formation"]


@dataclass(frozen=True, slots=True)
class EnergyMethod:
    """What made an energy.

    Attributes:
        potential: Name of the potential, or ``DFT``.
        weights_sha256: Hash of the potential's weights in hex; None for DFT.
        level_of_theory: What was computed or learned, such as ``PBE(+U)``.
        correction: What was added, such as ``MP2020``, or ``none``.
        energy_kind: ``total`` (as computed) or ``formation`` (the elements lie at 0).
    """

    potential: str
    weights_sha256: str | None
    level_of_theory: str
    correction: str
    energy_kind: EnergyKind

    def __post_init__(self) -> None:
        """Checks that nothing is left unsaid.

        Raises:
            StabilityError: A name is empty, or the kind is neither total nor formation.
        """
        for name in ("potential", "level_of_theory", "correction"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise StabilityError(f"the {name.replace('_', ' ')} of the energies is not said")
        if not isinstance(self.weights_sha256, str | None):
            raise StabilityError("the hash of the weights is neither text nor absent")
        if self.energy_kind not in get_args(EnergyKind):
            raise StabilityError(
                f"energy kind {self.energy_kind!r}: say one of {', '.join(get_args(EnergyKind))}"
            )

    def __str__(self) -> str:
        weights = f" {self.weights_sha256[:8]}" if self.weights_sha256 else ""
        return (
            f"{self.potential}{weights}, {self.level_of_theory}, correction {self.correction}, "
            f"{self.energy_kind} energies"
        )

    def differences(self, other: EnergyMethod) -> tuple[str, ...]:
        """Names of the attributes in which two methods differ."""
        return tuple(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        )

    def as_dict(self) -> dict[str, Any]:
        """The attributes by name, for JSON."""
        return asdict(self)


MP2020_FORMATION = EnergyMethod("DFT", None, "PBE(+U)", "MP2020", "formation")
"""Formation energies of the Materials Project with its corrections of 2020."""

MP2020_TOTAL = EnergyMethod("DFT", None, "PBE(+U)", "MP2020", "total")
"""Total energies of the Materials Project with its corrections of 2020."""

_OF_THE_POTENTIAL = frozenset({"potential", "weights_sha256"})


def check_comparable(
    energy: EnergyMethod, reference: EnergyMethod, *, across_potentials: bool
) -> None:
    """Refuses to compare energies of two methods.

    Args:
        energy: Method of the energy to be placed.
        reference: Method of the reference phases.
        across_potentials: Allow another potential than the reference's, at the same level
            of theory, correction and kind: as CHGNet energies on a hull of corrected DFT.

    Raises:
        StabilityError: The methods differ; names in what, and what to do.
    """
    differing = energy.differences(reference)
    if not differing or (across_potentials and _OF_THE_POTENTIAL.issuperset(differing)):
        return
    difference = "; ".join(
        f"{name.replace('_', ' ')} {getattr(energy, name)!r} and {getattr(reference, name)!r}"
        for name in differing
    )
    if _OF_THE_POTENTIAL.issuperset(differing):
        remedy = "use a reference of the same potential, or ask for the comparison by name"
    elif differing == ("energy_kind",):
        remedy = "give the energy of the reference's kind"
    else:
        remedy = "use a reference of the same method"
    raise StabilityError(f"the energy and the reference do not compare ({difference}): {remedy}")
