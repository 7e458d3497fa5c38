import math

import numpy as np
import pytest
from matminer.featurizers.composition import ElementProperty
from matminer.featurizers.site import CrystalNNFingerprint

from crystal_llm.crystal.conversion import structure
from crystal_llm.evaluation.cdvae_scale import (
    MEANS,
    PROPERTIES,
    STANDARD_DEVIATIONS,
    STATISTICS,
)
from crystal_llm.evaluation.fingerprints import (
    composition_fingerprint,
    composition_fingerprints,
    fingerprint,
    scaled_compositions,
    structure_fingerprint,
)
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.types import PlainCrystal

CUBIC = (90.0, 90.0, 90.0)
CESIUM_CHLORIDE = PlainCrystal(
    (4.12, 4.12, 4.12), CUBIC, ("Cs", "Cl"), ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
)
SHARED = PACKAGE_ROOT.parent / "shared" / "data" / "mp_structures.parquet"


def named(features, labels):
    return dict(zip(labels, features, strict=True))


def test_both_sites_of_cesium_chloride_have_eight_neighbours():
    features = named(
        structure_fingerprint(CESIUM_CHLORIDE),
        CrystalNNFingerprint.from_preset("ops").feature_labels(),
    )
    # CrystalNN's weight of a coordination number, times how well the order parameter fits.
    assert features["wt CN_8"] > 0.9
    assert features["body-centered cubic CN_8"] > 0.9
    assert features["octahedral CN_6"] == pytest.approx(0.0, abs=0.05)


def test_the_mean_over_sites_knows_neither_order_nor_origin_nor_supercell():
    first = structure_fingerprint(CESIUM_CHLORIDE)
    moved = PlainCrystal(
        CESIUM_CHLORIDE.lengths_angstrom,
        CUBIC,
        ("Cl", "Cs"),
        ((0.7, 0.8, 0.9), (0.2, 0.3, 0.4)),
    )
    doubled = PlainCrystal(
        (4.12, 4.12, 8.24),
        CUBIC,
        ("Cs", "Cs", "Cl", "Cl"),
        ((0, 0, 0), (0, 0, 0.5), (0.5, 0.5, 0.25), (0.5, 0.5, 0.75)),
    )
    assert structure_fingerprint(moved) == pytest.approx(first, abs=1e-6)
    assert structure_fingerprint(doubled) == pytest.approx(first, abs=1e-6)


def test_sites_that_symmetry_makes_alike_are_computed_once_and_nothing_changes():
    # Rutile: six sites in two orbits, none of them by chance at a special height.
    u = 0.305
    rutile = PlainCrystal(
        (4.59, 4.59, 2.96),
        CUBIC,
        ("Ti", "Ti", "O", "O", "O", "O"),
        (
            (0, 0, 0),
            (0.5, 0.5, 0.5),
            (u, u, 0),
            (1 - u, 1 - u, 0),
            (0.5 + u, 0.5 - u, 0.5),
            (0.5 - u, 0.5 + u, 0.5),
        ),
    )
    featurizer = CrystalNNFingerprint.from_preset("ops")
    whole = structure(rutile)
    every_site = np.mean([featurizer.featurize(whole, site) for site in range(6)], axis=0)
    assert structure_fingerprint(rutile) == pytest.approx(every_site, abs=1e-4)


def test_magpie_of_sodium_chloride_by_hand():
    features = named(
        composition_fingerprint(["Na", "Cl"]),
        ElementProperty.from_preset("magpie").feature_labels(),
    )
    # Na is element 11 and Cl 17: mean 14, mean deviation 3.
    assert features["MagpieData minimum Number"] == 11
    assert features["MagpieData range Number"] == 6
    assert features["MagpieData mean Number"] == 14
    assert features["MagpieData avg_dev Number"] == 3
    assert features["MagpieData maximum Electronegativity"] == pytest.approx(3.16)
    # Amounts count as fractions: Na2Cl2 is NaCl.
    assert composition_fingerprint(["Na", "Cl", "Cl", "Na"]) == pytest.approx(
        composition_fingerprint(["Na", "Cl"])
    )


def test_the_scale_lists_matminers_features():
    labels = ElementProperty.from_preset("magpie").feature_labels()
    assert labels == [f"MagpieData {part} {name}" for name in PROPERTIES for part in STATISTICS]
    # The mean of a range is the difference of the means of maximum and minimum.
    rows = np.array(MEANS).reshape(22, 6)
    assert rows[:, 2] == pytest.approx(rows[:, 1] - rows[:, 0], rel=2e-5, abs=2e-6)


def test_scaled_by_hand_and_missing_values_fall_on_the_mean():
    features = np.array(MEANS) + 2 * np.array(STANDARD_DEVIATIONS)
    features[7] = math.nan
    scaled = scaled_compositions(features[None])
    assert scaled[0, 7] == 0.0
    assert np.delete(scaled[0], 7) == pytest.approx(2.0)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_file(), reason="needs the project's shared data folder")
def test_known_crystals_lie_around_the_scales_middle():
    import pandas as pd

    frame = pd.read_parquet(SHARED, columns=["species", "split"])
    species = frame[frame["split"] == "test"]["species"].sample(400, random_state=1)
    crystals = [PlainCrystal((1, 1, 1), CUBIC, tuple(symbol), ()) for symbol in species]
    scaled = scaled_compositions(composition_fingerprints(crystals))
    # CDVAE's set is another draw of the Materials Project: near 0 and 1, feature by feature.
    assert np.abs(scaled.mean(axis=0)).max() < 0.5
    assert (scaled.std(axis=0) < 1.6).all() and np.median(scaled.std(axis=0)) > 0.8


def test_a_cell_without_room_has_no_fingerprint_and_says_so():
    flat = PlainCrystal((0.3, 0.3, 0.3), CUBIC, ("Na",), ((0.0, 0.0, 0.0),))
    made = fingerprint(flat)
    assert made.structure is None
    assert made.failure is not None and "too small for its atoms" in made.failure
    assert made.composition.shape == (132,)
