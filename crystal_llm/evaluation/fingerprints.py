"""CDVAE's two fingerprints of a crystal: of its structure and of its composition.

Source: CDVAE (arXiv 2110.06197), Section 5.2 and its public metrics code. Of the structure:
matminer's ``CrystalNNFingerprint`` with the preset ``ops`` (61 numbers a site: likelihoods of
coordination numbers and order parameters), averaged over the sites; of sites that symmetry
carries into each other within 0.0001 Å one is computed, which changes a fingerprint by less
than 0.0001. Of the composition:
matminer's Magpie features (132), each less its mean and over its standard deviation in
CDVAE's own set of crystals (:mod:`crystal_llm.evaluation.cdvae_scale`); a feature that an
element lacks counts as the mean.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from crystal_llm.evaluation.cdvae_scale import MEANS, STANDARD_DEVIATIONS
from crystal_llm.types import Array, PlainCrystal

STRUCTURE_FEATURES = 61
COMPOSITION_FEATURES = 132

MAX_NEIGHBOURS = 1_000_000
"""Atoms within 26 Å, as far as the search for neighbours may go: where they are more, as in a
cell of 0.1 Å³, it takes any time and memory."""

_REACH_ANGSTROM = 26.0

SAME_SITE_ANGSTROM = 1e-4
"""Sites that symmetry carries so near to each other have one fingerprint."""

_PACKAGES = ("matminer", "pymatgen-core")
"""What decides the numbers beside the crystal. Their versions are part of a cache's key."""


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Both fingerprints of one crystal.

    Exactly one of ``structure`` and ``failure`` is None.

    Attributes:
        structure: CrystalNN's, averaged over the sites, shape (61,).
        composition: Magpie's as matminer gives it, not scaled, shape (132,).
        failure: Why there is no fingerprint of the structure.
    """

    structure: Array | None
    composition: Array
    failure: str | None = None


def fingerprint(crystal: PlainCrystal) -> Fingerprint:
    """Both fingerprints of a crystal.

    One whose neighbours cannot be found (atoms on each other, a cell without volume) has
    none of its structure, and the reason.
    """
    composition = composition_fingerprint(crystal.species)
    try:
        return Fingerprint(structure_fingerprint(crystal), composition)
    except Exception as error:  # CrystalNN and its Voronoi cells raise many kinds
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        return Fingerprint(None, composition, f"no fingerprint of the structure: {reason}")


def structure_fingerprint(crystal: PlainCrystal) -> Array:
    """CrystalNN order parameters averaged over the sites, shape (61,).

    Raises:
        ValueError: The cell is too thin, or no neighbours are found. matminer and pymatgen
            raise other kinds too.
    """
    from crystal_llm.crystal.conversion import structure

    whole = structure(crystal)
    sphere = 4.0 / 3.0 * math.pi * _REACH_ANGSTROM**3
    if not sphere * len(whole) <= MAX_NEIGHBOURS * whole.volume:
        raise ValueError(f"the cell is too small for its atoms ({whole.volume:.3g} Å³)")
    first_sites, counts = _orbits(crystal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sites = [_crystal_nn().featurize(whole, int(site)) for site in first_sites]
    mean = np.average(np.array(sites, dtype=np.float64), axis=0, weights=counts)
    if not np.isfinite(mean).all():
        raise ValueError("an order parameter is not a number")
    return np.asarray(mean)


def composition_fingerprint(species: Sequence[str]) -> Array:
    """Magpie features of a composition, shape (132,); NaN where an element has no value."""
    from collections import Counter

    from pymatgen.core import Composition

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        features = _magpie().featurize(Composition(Counter(species)))
    return np.asarray(features, dtype=np.float64)


def composition_fingerprints(crystals: Sequence[PlainCrystal]) -> Array:
    """Magpie features of the compositions, shape (n, 132)."""
    rows = [composition_fingerprint(crystal.species) for crystal in crystals]
    return np.array(rows).reshape(len(crystals), -1)


def scaled_compositions(features: Array) -> Array:
    """Composition fingerprints on CDVAE's scale, on which its cutoffs are.

    Args:
        features: Magpie's, shape (n, 132).

    Returns:
        The same shape; 0 where a feature is not a number.
    """
    scaled = (features - np.array(MEANS)) / np.array(STANDARD_DEVIATIONS)
    return np.where(np.isnan(scaled), 0.0, scaled)


def _orbits(crystal: PlainCrystal) -> tuple[Any, Any]:
    """The first site of each set of symmetry-equivalent ones, and the sizes of these sets."""
    from crystal_llm.crystal.reduction import symmetry_dataset

    dataset = symmetry_dataset(crystal, SAME_SITE_ANGSTROM)
    orbits = np.arange(len(crystal.species)) if dataset is None else dataset.equivalent_atoms
    first_sites, counts = np.unique(orbits, return_counts=True)
    return first_sites, counts


@cache
def fingerprint_versions() -> dict[str, str]:
    """The versions of the packages that make the numbers."""
    return {name: version(name) for name in _PACKAGES}


def load_featurizers() -> None:
    """Loads what makes fingerprints, which else the first crystal waits for."""
    _crystal_nn()
    _magpie()


@cache
def _magpie() -> Any:
    from matminer.featurizers.composition import ElementProperty

    return ElementProperty.from_preset("magpie")


@cache
def _crystal_nn() -> Any:
    from matminer.featurizers.site import CrystalNNFingerprint

    return CrystalNNFingerprint.from_preset("ops")
