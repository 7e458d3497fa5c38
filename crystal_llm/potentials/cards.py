"""Cards of the potentials whose weights come inside an installed package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError
from crystal_llm.potentials.pinned_file import PinnedFile
from crystal_llm.potentials.potential import PotentialCard

_SYMBOLS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As "
    "Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd "
    "Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Ac Th Pa U Np Pu"
)

MATERIALS_PROJECT_ELEMENTS = frozenset(_SYMBOLS.split())
"""The 89 elements of the Materials Project's trajectories (MPtrj)."""


@dataclass(frozen=True, slots=True)
class PackagedPotential:
    """A potential whose weights are a file of an installed package.

    Attributes:
        card: What is known of it.
        weights: Its weights.
    """

    card: PotentialCard
    weights: PinnedFile


def _packaged(
    name: str,
    title: str,
    weights: PinnedFile,
    correction_included: bool,
    source: str,
) -> PackagedPotential:
    return PackagedPotential(
        PotentialCard(
            name=name,
            title=title,
            method=EnergyMethod(name, weights.sha256, "PBE(+U)", "MP2020", "total"),
            elements=MATERIALS_PROJECT_ELEMENTS,
            correction="included" if correction_included else "added",
            source=source,
        ),
        weights,
    )


_SEVENNET_SOURCE = "inside the package sevenn 0.13.0 (MIT)"

PACKAGED_POTENTIALS: dict[str, PackagedPotential] = {
    each.card.name: each
    for each in (
        _packaged(
            "chgnet",
            "CHGNet 0.3.0",
            PinnedFile(
                "chgnet",
                "pretrained/0.3.0/chgnet_0.3.0_e29f68s314m37.pth.tar",
                "d14ab7c0f093efe64b60a7bcd540bca10e74fb7f46c86108a079af60524659d1",
            ),
            correction_included=True,
            source="inside the package chgnet 0.4.2 (modified BSD)",
        ),
        _packaged(
            "sevennet-0",
            "SevenNet-0 (11 July 2024)",
            PinnedFile(
                "sevenn",
                "pretrained_potentials/SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
                "7052cb42b7b3be42b40b97fa0d21077a48c54b5548948fc4dcf346629f813c36",
            ),
            correction_included=False,
            source=_SEVENNET_SOURCE,
        ),
        _packaged(
            "sevennet-l3i5",
            "SevenNet-l3i5",
            PinnedFile(
                "sevenn",
                "pretrained_potentials/SevenNet_l3i5/checkpoint_l3i5.pth",
                "a7ff190d41efe5b8317a03d20a468e4036a1a3e64e0b14fdbab64ac3f4bfc09d",
            ),
            correction_included=False,
            source=_SEVENNET_SOURCE,
        ),
    )
}


def check_potential_elements(card: PotentialCard, symbols: Iterable[str]) -> None:
    """Refuses elements that a potential was not trained on.

    Raises:
        PotentialError: Names the elements.
    """
    unknown = sorted(set(symbols) - card.elements)
    if unknown:
        raise PotentialError(
            f"{card.title} does not know {', '.join(unknown)}: "
            "leave the element out or use a potential that covers it"
        )
