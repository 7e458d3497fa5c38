"""Hulls at temperature, and in contact with gases at a pressure.

The Gibbs energy of formation of a solid is estimated from its formation energy, its volume
and its reduced mass by the descriptor of C. J. Bartel et al., Nat. Commun. 9, 4168 (2018)
(pymatgen's ``GibbsComputedStructureEntry``); those of common gases are the measured ones of
NIST-JANAF, which pymatgen ships. Elements are in their standard states at the temperature.
A gas at a pressure p other than 1 bar has kT ln p more per molecule, and where it is an
element's standard state, that element's corner of the hull moves with it.

What comes out is a reference of formation energies: whatever works on a hull works on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from crystal_llm.crystal.composition import element_amounts, reduced_formula
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import StabilityError
from crystal_llm.stability.hull import PhaseEnergy, decomposition, energy_above_hull
from crystal_llm.stability.hull_candidates import PlacedCandidates
from crystal_llm.stability.references.reference import (
    Reference,
    ReferenceProvenance,
    build_reference,
)

if TYPE_CHECKING:
    from pymatgen.entries.computed_entries import GibbsComputedStructureEntry

LOWEST_K, HIGHEST_K = 300.0, 2000.0
"""The range that pymatgen allows."""
HIGHEST_FITTED_K = 1800.0
"""The temperature up to which the descriptor was fitted; above it is extrapolated."""
ERROR_EV_PER_ATOM = 0.05
"""The resolution that its authors give."""
BOLTZMANN_EV_PER_K = 8.617333262e-5
STANDARD_GASES = {"O2": "O", "N2": "N", "H2": "H", "F2": "F", "Cl2": "Cl"}
"""Gases that are an element's standard state."""
WATER = "H2O"
GASES = (*STANDARD_GASES, WATER)
LOWEST_LOG_PRESSURE, HIGHEST_LOG_PRESSURE = -40.0, 4.0


@dataclass(frozen=True, slots=True)
class GasConditions:
    """A temperature and the pressures of gases.

    Attributes:
        temperature_k: 300 to 2000 K.
        log_pressures: Decimal logarithm of the partial pressure in bar, by gas (of
            ``GASES``); 1 bar where none is named.
    """

    temperature_k: float
    log_pressures: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        """Checks the range.

        Raises:
            StabilityError: Outside of what the model or the ideal gas law is good for.
        """
        if not LOWEST_K <= self.temperature_k <= HIGHEST_K:
            raise StabilityError(
                f"{self.temperature_k:g} K: the Gibbs energies are modelled from {LOWEST_K:g} to "
                f"{HIGHEST_K:g} K"
            )
        for gas, log_pressure in self.log_pressures:
            if gas not in GASES:
                raise StabilityError(f"{gas}: the gases are {', '.join(GASES)}")
            if not LOWEST_LOG_PRESSURE <= log_pressure <= HIGHEST_LOG_PRESSURE:
                raise StabilityError(
                    f"{gas} at 10^{log_pressure:g} bar: choose between 10^{LOWEST_LOG_PRESSURE:g} "
                    f"and 10^{HIGHEST_LOG_PRESSURE:g} bar"
                )

    def gas_term_ev(self, gas: str) -> float:
        """The term kT ln p of a gas per molecule, p in bar."""
        log_pressure = dict(self.log_pressures).get(gas, 0.0)
        return BOLTZMANN_EV_PER_K * self.temperature_k * log_pressure * math.log(10)

    def potential_ev_per_atom(self, symbol: str) -> float:
        """Chemical potential of an element in its gas, with 1 bar at this temperature at 0."""
        gas = next(
            (formula for formula, element in STANDARD_GASES.items() if element == symbol), None
        )
        return 0.0 if gas is None else self.gas_term_ev(gas) / 2

    def __str__(self) -> str:
        gases = [f"{gas} at 10^{power:g} bar" for gas, power in self.log_pressures if power]
        return ", ".join([f"{self.temperature_k:g} K", *gases])


@dataclass(frozen=True, slots=True)
class GibbsHull:
    """The phases of a chemical system at some conditions.

    Attributes:
        reference: Their Gibbs energies of formation, from elements at the same conditions.
        zero_kelvin: The reference that they were made of.
        conditions: Temperature and pressures.
        volumes: Volume in Å³/atom of the known phases, by material id.
        estimated: Phases whose volume is that of the phases which they decompose into.
        gases: Formulas of compounds that are gases here, at measured energies.
    """

    reference: Reference
    zero_kelvin: Reference
    conditions: GasConditions
    volumes: Mapping[str, float]
    estimated: tuple[str, ...]
    gases: tuple[str, ...]

    def place(self, placed: PlacedCandidates) -> PlacedCandidates:
        """Candidates of this system, placed at 0 K before, on the hull at these conditions.

        A candidate counts as a solid with the volume of the phases that it competes with.

        Raises:
            StabilityError: The model has no data for one of the elements.
        """
        results = []
        for result in placed.results:
            amounts = element_amounts(result.formula)
            formed = result.energy_ev_per_atom - _elemental_energy(amounts, self.zero_kelvin)
            volume = _mixture_volume(amounts, self.zero_kelvin, self.volumes)
            energy = _solid_energy(amounts, formed, volume, self.conditions)
            method = replace(self.reference.method, potential=result.method.potential,
                             weights_sha256=result.method.weights_sha256)  # fmt: skip
            results.append(
                energy_above_hull(
                    PhaseEnergy(amounts, energy), method, self.reference, across_potentials=True
                )
            )
        return replace(placed, results=tuple(results))


def gibbs_hull(
    reference: Reference,
    elements: Iterable[str],
    conditions: GasConditions,
    volumes: Mapping[str, float],
) -> GibbsHull:
    """Gibbs energies of formation of a chemical system's known phases.

    Args:
        reference: Known phases at 0 K.
        elements: The chemical system.
        conditions: Temperature and pressures.
        volumes: Volume in Å³/atom of known phases, by material id. A phase that is not
            there is taken to have the volume of what is stable at its composition, or of
            its elements.

    Raises:
        StabilityError: The reference lacks an elemental phase, or the model has no data for
            one of the elements.
    """
    system = reference.chemical_system(elements)
    if system.missing_terminals:
        raise StabilityError(
            f"reference {reference.reference_id} has no elemental phase of "
            f"{', '.join(system.missing_terminals)}: there is no hull to draw"
        )
    rows: list[tuple[str, Mapping[str, float], float]] = []
    estimated, gases = [], []
    for place in system.phases.tolist():
        phase = reference.phase(place)
        amounts = {symbol: float(count) for symbol, count in phase.composition.items()}
        if len(amounts) == 1:
            rows.append((phase.material_id, amounts, 0.0))
            continue
        measured = _gas_energy(amounts, conditions)
        if measured is not None:
            gases.append(phase.formula)
            rows.append((f"{phase.formula} gas", amounts, measured))
            continue
        volume = volumes.get(phase.material_id)
        if volume is None:
            volume = _mixture_volume(amounts, reference, volumes)
            estimated.append(phase.material_id)
        formed = phase.energy_ev_per_atom - _elemental_energy(amounts, reference)
        rows.append(
            (phase.material_id, amounts, _solid_energy(amounts, formed, volume, conditions))
        )
    said, method = reference.provenance, reference.method
    theory = f"{method.level_of_theory}, Gibbs energies at {conditions}"
    provenance = ReferenceProvenance(
        EnergyMethod(
            method.potential, method.weights_sha256, theory, method.correction, "formation"
        ),
        said.source,
        said.made_on,
        said.notes,
    )
    made = build_reference(rows, provenance)
    return GibbsHull(made, reference, conditions, volumes, tuple(estimated), tuple(gases))


def _entry(
    amounts: Mapping[str, float], formed: float, volume: float, temperature_k: float
) -> GibbsComputedStructureEntry:
    """Makes pymatgen's entry; of a structure it takes volume and composition alone."""
    from pymatgen.core import Composition, Lattice, Structure
    from pymatgen.entries.computed_entries import GibbsComputedStructureEntry

    whole, _ = Composition(amounts).get_integer_formula_and_factor()
    species = [
        symbol
        for symbol, count in Composition(whole).get_el_amt_dict().items()
        for _ in range(round(count))
    ]
    lattice = Lattice.cubic((volume * len(species)) ** (1 / 3))
    structure: Any = Structure(lattice, species, [[0.0, 0.0, 0.0]] * len(species))
    return GibbsComputedStructureEntry(structure, formed, temp=temperature_k)


def _solid_energy(
    amounts: Mapping[str, float], formed: float, volume: float, conditions: GasConditions
) -> float:
    try:
        entry = _entry(amounts, formed, volume, conditions.temperature_k)
    except KeyError as error:
        raise StabilityError(
            f"the Gibbs model has no data for {str(error).strip(chr(39))}; choose 0 K"
        ) from error
    if entry.experimental:  # a solid candidate at the composition of a gas
        energy = _gas_energy(amounts, conditions)
        assert energy is not None
        return energy
    return float(entry.energy_per_atom) - _reservoirs(amounts, conditions)


def _gas_energy(amounts: Mapping[str, float], conditions: GasConditions) -> float | None:
    """Gibbs energy of formation in eV/atom of a compound that is a gas; None of a solid."""
    from pymatgen.core import Composition
    from pymatgen.entries.computed_entries import G_GASES

    composition = Composition(amounts)
    formula, _ = composition.get_integer_formula_and_factor()
    if formula not in G_GASES:
        return None
    entry = _entry(amounts, 0.0, 10.0, conditions.temperature_k)
    energy = float(entry.energy_per_atom)
    if formula == WATER:
        energy += conditions.gas_term_ev(WATER) / 3
    return energy - _reservoirs(amounts, conditions)


def _reservoirs(amounts: Mapping[str, float], conditions: GasConditions) -> float:
    """What the elements' gases have against 1 bar, in eV per atom of the compound."""
    total = sum(amounts.values())
    return sum(
        amount / total * conditions.potential_ev_per_atom(symbol)
        for symbol, amount in amounts.items()
    )


def _elemental_energy(amounts: Mapping[str, float], reference: Reference) -> float:
    """Energy of the elements of a composition, apart, in eV/atom."""
    system = reference.chemical_system(amounts)
    total = sum(amounts.values())
    energy = 0.0
    for symbol, column in zip(system.elements, system.terminals, strict=True):
        if column is not None:
            energy += amounts[symbol] / total * float(system.energies_ev_per_atom[column])
    return energy


def _mixture_volume(
    amounts: Mapping[str, float], reference: Reference, volumes: Mapping[str, float]
) -> float:
    """Volume in Å³/atom of what is stable at a composition, else of its elements apart.

    Of the parts that have a volume.
    """
    system = reference.chemical_system(amounts)
    total = sum(amounts.values())
    apart = [
        (reference.material_ids[int(system.phases[column])], amounts[symbol] / total)
        for symbol, column in zip(system.elements, system.terminals, strict=True)
        if column is not None
    ]
    stable = [(part.material_id, part.fraction) for part in decomposition(amounts, reference)[1]]
    for parts in (stable, apart):
        known = [(share, volumes[name]) for name, share in parts if name in volumes]
        if known:
            return sum(share * volume for share, volume in known) / sum(s for s, _ in known)
    raise StabilityError(
        f"no volume is known near {reduced_formula(amounts)}: the Gibbs model needs the "
        "structures of the known phases; choose 0 K"
    )
