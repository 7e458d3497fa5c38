"""The Materials Project's corrections of 2020 for raw PBE(+U) energies of a potential.

A potential trained on the Materials Project's trajectories has learned the energies that VASP
gave, PBE for some crystals and PBE+U for others. The corrections put both on one scale.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import PotentialError

if TYPE_CHECKING:
    from pymatgen.core import Structure


def corrected_mp2020_ev_per_atom(structure: Structure, raw_ev_per_atom: float) -> float:
    """A raw energy with the corrections of 2020 (Wang et al., 2021).

    Oxides, peroxides and superoxides are told apart by their bonds, so the relaxed crystal is
    wanted.

    Args:
        structure: The crystal that the energy belongs to.
        raw_ev_per_atom: Energy as a potential of raw PBE(+U) gives it.

    Raises:
        PotentialError: The corrections cannot be had for this crystal.
    """
    from pymatgen.entries.computed_entries import ComputedStructureEntry

    compatibility, relaxation_set = _schemes()
    structure = structure.copy()
    structure.remove_oxidation_states()
    n_atoms = len(structure)
    try:
        hubbards = _hubbards(structure, relaxation_set)
        entry = ComputedStructureEntry(
            structure,
            raw_ev_per_atom * n_atoms,
            parameters={
                "run_type": "GGA+U" if hubbards else "GGA",
                "is_hubbard": bool(hubbards),
                "hubbards": hubbards,
                "software": "vasp",
            },
        )
        corrected = compatibility.process_entry(entry, clean=True, inplace=True)
    except Exception as error:  # pymatgen raises errors of many kinds here
        raise PotentialError(
            f"the corrections of 2020 failed for {structure.composition.reduced_formula}: "
            f"{type(error).__name__}"
        ) from error
    if corrected is None:
        raise PotentialError(
            f"the corrections of 2020 are not defined for {structure.composition.reduced_formula}"
        )
    return float(corrected.energy) / n_atoms


@cache
def _schemes() -> tuple[Any, dict[str, dict[str, float]]]:
    """The corrections, and the U values in eV by anion and metal, read from files once."""
    from pymatgen.entries.compatibility import MaterialsProject2020Compatibility
    from pymatgen.io.vasp.sets import MPRelaxSet

    # The potential's own lattice and labels stand for VASP's, so no pseudopotentials to check.
    compatibility = MaterialsProject2020Compatibility(check_potcar=False)
    return compatibility, MPRelaxSet.CONFIG["INCAR"]["LDAUU"]


def _hubbards(structure: Structure, u_values: dict[str, dict[str, float]]) -> dict[str, float]:
    """U of each element in eV, as the Materials Project's relaxations set it.

    They set U for some metals where the most electronegative element is O or F, and none
    anywhere else.
    """
    elements = sorted(structure.composition.elements, key=lambda element: element.X)
    values = u_values.get(elements[-1].symbol, {})
    hubbards = {element.symbol: float(values.get(element.symbol, 0)) for element in elements}
    return hubbards if any(hubbards.values()) else {}
