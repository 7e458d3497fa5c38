"""Validity of a crystal before any relaxation: geometry and charge.

The two rates that papers on generated crystals report (CrystalLLM, arXiv 2402.04379,
Section 5; definitions of CDVAE, arXiv 2110.06197, Section 5.2). A reason begins with its
kind, then a colon, then the particulars, so that reasons can be counted by kind.

**Structural**: no two atoms closer than 0.5 Å, and a cell of at least 0.1 Å³. CDVAE's code
leaves out the distance of an atom to its own periodic images; it counts here.

**Compositional**: charge neutrality with the Pauling test, as CDVAE's ``smact_validity``
decides it (``use_pauling_test`` and ``include_alloys`` on): one element passes, metals alone
pass (SMACT's list of metals, in which Ge and Sb stand and Pm does not), anything else needs
one oxidation state for each element such that the charges cancel and every cation is less
electronegative than every anion. Facts that decide the verdict:

- The oxidation states are those of SMACT 2.2.1, the version that the metric was defined with
  (:mod:`crystal_llm.evaluation.oxidation_states`). The set that SMACT ships today under the
  name ``smact14`` has another state for Ir, which would change 103 verdicts among
  70,706 compositions of the Materials Project.
- Zirconium's electronegativity is 1.33, as SMACT has it since; SMACT 2.2.1 has 0.33, a slip
  that changes no verdict on those compositions.
- Named exception: an element without electronegativity (Pm alone, of those a model here can
  write) is exempt from the Pauling test, which is CDVAE's "assume it is okay". With SMACT
  2.2.1 that takes effect only if such a pair comes first in the order of atomic numbers, so
  the verdict would hang on the order of the elements; SMACT 4's ``smact_validity`` fails
  every such composition. Of those 70,706, 26 are judged otherwise here than by CDVAE.
- An element without oxidation states (He, Ne, Ar) has no neutral combination.

CDVAE tries every combination, and its heirs give up on compositions with more than 10⁷ of
them. Here nothing is given up: the reachable sums of charges are few, whatever the number
of combinations.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from crystal_llm.crystal.reduction import lattice_matrix
from crystal_llm.evaluation.oxidation_states import OXIDATION_STATES, SOURCE
from crystal_llm.types import MIN_DISTANCE_ANGSTROM, PlainCrystal

if TYPE_CHECKING:
    pass

MIN_VOLUME_CUBIC_ANGSTROM = 0.1

_COMPOSITIONS_REMEMBERED = 100_000
_SUPERSCRIPTS = str.maketrans("+-0123456789", "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Amounts = tuple[tuple[str, int], ...]
"""Element symbols with their numbers of atoms."""


@dataclass(frozen=True, slots=True)
class Validity:
    """The verdict on one crystal.

    Attributes:
        structural: Whether the geometry is possible.
        structural_reason: Why it is not, with distances in Å or volume in Å³; None where
            it is.
        compositional: Whether the charges can be neutral.
        compositional_reason: Why they cannot; None where they can.
    """

    structural: bool
    structural_reason: str | None
    compositional: bool
    compositional_reason: str | None

    @property
    def valid(self) -> bool:
        """Both at once."""
        return self.structural and self.compositional


@dataclass(frozen=True, slots=True)
class _Ion:
    """What SMACT knows of an element (electronegativity: Pauling's, None if unknown)."""

    states: tuple[int, ...]
    electronegativity: float | None
    metal: bool


def judge_plain(crystal: PlainCrystal) -> Validity:
    """Judges a crystal as it stands, by its geometry and by its composition."""
    geometry = structural_flaw(crystal)
    charge = compositional_flaw(crystal.species)
    return Validity(geometry is None, geometry, charge is None, charge)


def structural_flaw(crystal: PlainCrystal) -> str | None:
    """Why a crystal's geometry is impossible; None where it is not.

    Source: CDVAE's structural validity, with an atom's own images added.
    """
    positions = np.array(crystal.fractional_coordinates, dtype=float).reshape(-1, 3)
    if not len(positions):
        return "no atoms: the cell is empty"
    if not np.isfinite(positions).all():
        return "not a number: a coordinate is not finite"
    volume = _volume(crystal)
    if not math.isfinite(volume):
        return "not a number: a lattice length or angle is not finite"
    if volume < MIN_VOLUME_CUBIC_ANGSTROM:
        return f"cell too small: {volume:.2g} Å³ is less than {MIN_VOLUME_CUBIC_ANGSTROM} Å³"
    basis = _lll_reduced(lattice_matrix(crystal))
    # From |b*ᵢ|² ≥ |b*ᵢ₋₁|²/2 and |μ| ≤ 1/2 follows that the shortest lattice vector has
    # coefficients of at most 3 in an LLL-reduced basis.
    images = _integer_vectors((3, 3, 3))
    images = images[np.any(images != 0, axis=1)]
    period = float(np.linalg.norm(images @ basis, axis=1).min())
    if period < MIN_DISTANCE_ANGSTROM:
        return f"atoms too close: every atom is {period:.2f} Å from its own periodic image"
    cartesian = positions @ lattice_matrix(crystal)
    closest = _closest_pair(cartesian @ np.linalg.inv(basis), basis)
    if closest is None:
        return None
    first, second, distance, image = closest
    names = [f"{crystal.species[site]}{site}" for site in (first, second)]
    where = " (a periodic image)" if image else ""
    return f"atoms too close: {names[0]}–{names[1]}{where} are {distance:.2f} Å apart"


def compositional_flaw(species: Iterable[str]) -> str | None:
    """Why no charges make a composition neutral; None where some do.

    Args:
        species: Element symbols, one an atom, in any order.
    """
    amounts = Counter(species)
    if not amounts:
        return "no atoms: the cell is empty"
    divisor = reduce(math.gcd, amounts.values())
    return _charge_flaw(tuple(sorted((name, n // divisor) for name, n in amounts.items())))


@lru_cache(maxsize=_COMPOSITIONS_REMEMBERED)
def _charge_flaw(amounts: Amounts) -> str | None:
    ions = {name: _ion(name) for name, _ in amounts}
    if len(ions) == 1 or all(ion.metal for ion in ions.values()):
        return None
    stateless = [name for name, ion in ions.items() if not ion.states]
    if stateless:
        return f"no oxidation state known: {', '.join(stateless)} in {_formula(amounts)} ({SOURCE})"
    if _passes_pauling(amounts, ions):
        return None
    formula = _formula(amounts)
    neutral = _neutral_states(amounts, ions)
    if neutral is None:
        return f"no charge-neutral combination of oxidation states: {formula}"
    shown = " ".join(
        f"{name}{_superscript(charge)}" for (name, _), charge in zip(amounts, neutral, strict=True)
    )
    return (
        "no charge-neutral combination of oxidation states passes the Pauling test: "
        f"{formula} would be neutral as {shown}, with an anion that is not more "
        "electronegative than every cation"
    )


def formula_of(species: Iterable[str]) -> str:
    """The reduced formula of atoms, as prompts say it."""
    return _formula(tuple(sorted(Counter(species).items())))


def _passes_pauling(amounts: Amounts, ions: dict[str, _Ion]) -> bool:
    """Whether charges exist that cancel, with every cation below every anion.

    That is so if and only if a place in the order of electronegativities exists such that
    no element below it is an anion and no element above it a cation. Elements of unknown
    electronegativity may be either.
    """
    ranked = sorted(
        (value, name, n)
        for name, n in amounts
        if (value := ions[name].electronegativity) is not None
    )
    exempt = [(n, ions[name].states) for name, n in amounts if ions[name].electronegativity is None]
    cations = [(n, [s for s in ions[name].states if s >= 0]) for _, name, n in ranked]
    anions = [(n, [s for s in ions[name].states if s <= 0]) for _, name, n in ranked]
    below = list(accumulate(cations, _with_charges, initial=reduce(_with_charges, exempt, {0})))
    above = list(accumulate(reversed(anions), _with_charges, initial={0}))[::-1]
    return any(
        # Equal electronegativities cannot be parted.
        (place in (0, len(ranked)) or ranked[place - 1][0] < ranked[place][0])
        and any(-charge in above[place] for charge in below[place])
        for place in range(len(ranked) + 1)
    )


def _with_charges(sums: set[int], part: tuple[int, Sequence[int]]) -> set[int]:
    """The charges that can be reached when n atoms in one of some states are added."""
    n, states = part
    return {charge + n * state for charge in sums for state in states}


def _neutral_states(amounts: Amounts, ions: dict[str, _Ion]) -> tuple[int, ...] | None:
    """One choice of states, in the order of ``amounts``, whose charges cancel."""
    sums: dict[int, tuple[int, ...]] = {0: ()}
    for name, n in amounts:
        longer: dict[int, tuple[int, ...]] = {}
        for charge, chosen in sums.items():
            for state in ions[name].states:
                if charge + n * state not in longer:
                    longer[charge + n * state] = (*chosen, state)
        sums = longer
    return sums.get(0)


@cache
def _ion(symbol: str) -> _Ion:
    import smact

    try:
        electronegativity = smact.Element(symbol).pauling_eneg
    except KeyError:  # SMACT ends at Lr
        electronegativity = None
    return _Ion(OXIDATION_STATES.get(symbol, ()), electronegativity, symbol in smact.metals)


def _formula(amounts: Amounts) -> str:
    from pymatgen.core import Composition

    with warnings.catch_warnings():
        # pymatgen warns of elements without electronegativity whenever it sorts a formula.
        warnings.simplefilter("ignore")
        return str(Composition(dict(amounts)).reduced_formula)


def _superscript(charge: int) -> str:
    """A charge as chemists write it: ³⁺, ⁻."""
    size = "" if abs(charge) == 1 else str(abs(charge))
    return f"{size}{'-' if charge < 0 else '+'}".translate(_SUPERSCRIPTS)


def _volume(crystal: PlainCrystal) -> float:
    a, b, c = crystal.lengths_angstrom
    x, y, z = (math.cos(math.radians(angle)) for angle in crystal.angles_degrees)
    square = 1.0 + 2.0 * x * y * z - x * x - y * y - z * z
    # Angles that cannot meet at a corner make it negative; NaN stays NaN.
    return a * b * c * (0.0 if square < 0.0 else math.sqrt(square))


def _lll_reduced(matrix: np.ndarray) -> np.ndarray:
    """Lattice vectors as rows, Å, nearly orthogonal: images within reach are few."""
    from pymatgen.core import Lattice

    return np.asarray(Lattice(matrix).get_lll_reduced_lattice().matrix)


def _closest_pair(positions: np.ndarray, basis: np.ndarray) -> tuple[int, int, float, bool] | None:
    """The nearest two different sites, if nearer than the least distance.

    Args:
        positions: Fractional coordinates in ``basis``, shape (n, 3).
        basis: LLL-reduced lattice vectors as rows, Å.

    Returns:
        Both indices, the distance in Å, and whether the second one is an image beyond
        the nearest cell face.
    """
    if len(positions) < 2:
        return None
    spacings = 1.0 / np.linalg.norm(np.linalg.inv(basis), axis=0)
    first, second = np.triu_indices(len(positions), k=1)
    between = positions[second] - positions[first]
    nearest = np.round(between)
    between -= nearest
    reach = np.floor(0.5 + MIN_DISTANCE_ANGSTROM / spacings).astype(int)
    best: tuple[int, int, float, bool] | None = None
    for image in _integer_vectors((int(reach[0]), int(reach[1]), int(reach[2]))):
        distances = np.linalg.norm((between + image) @ basis, axis=1)
        pair = int(np.argmin(distances))
        distance = float(distances[pair])
        if distance < (MIN_DISTANCE_ANGSTROM if best is None else best[2]):
            crossed = bool(np.any(nearest[pair] != image))
            best = (int(first[pair]), int(second[pair]), distance, crossed)
    return best


def _integer_vectors(reach: tuple[int, int, int]) -> np.ndarray:
    axes = [np.arange(-limit, limit + 1) for limit in reach]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
