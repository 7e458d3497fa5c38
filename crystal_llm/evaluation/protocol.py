"""What an evaluation was made by: without it no figure is compared with another.

One object says every threshold, cutoff, tolerance, reference set, potential and version. It
is stamped into each result; its settings can be written to a file and used again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from crystal_llm import __version__
from crystal_llm.crystal.reduction import SPACEGROUP_SYMPREC_ANGSTROM
from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import COVERAGE_CUTOFFS, NOVELTY_CUTOFFS, Cutoffs
from crystal_llm.evaluation.novelty import ORDER
from crystal_llm.evaluation.oxidation_states import SOURCE
from crystal_llm.evaluation.stability_rates import THRESHOLDS_EV_PER_ATOM
from crystal_llm.evaluation.validity import MIN_VOLUME_CUBIC_ANGSTROM
from crystal_llm.io.record_json import RecordError, from_plain, to_plain
from crystal_llm.relaxation.result import RelaxationSettings
from crystal_llm.types import MIN_DISTANCE_ANGSTROM

_PACKAGES = ("matminer", "pymatgen-core", "SMACT", "spglib", "scipy", "numpy")

MATCHER = "pymatgen StructureMatcher, ltol 0.2, stol 0.3, angle_tol 5, primitive cells, scaled"
FINGERPRINTS = "matminer CrystalNNFingerprint 'ops', mean over sites; Magpie on CDVAE's scale"


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """What somebody may choose.

    Attributes:
        coverage_cutoffs: Within which a test crystal is covered.
        novelty_cutoffs: Beyond which a sample's fingerprints are new.
        thresholds_ev_per_atom: Bounds on the energy above hull, ascending.
        symmetry_tolerance_angstrom: Of the histogram of space groups.
        seed: Of the draws of diversity and of the bootstraps.
    """

    coverage_cutoffs: Cutoffs = COVERAGE_CUTOFFS
    novelty_cutoffs: Cutoffs = NOVELTY_CUTOFFS
    thresholds_ev_per_atom: tuple[float, ...] = THRESHOLDS_EV_PER_ATOM
    symmetry_tolerance_angstrom: float = SPACEGROUP_SYMPREC_ANGSTROM
    seed: int = 0

    def __post_init__(self) -> None:
        """Checks that every number is possible.

        Raises:
            EvaluationError: One is not; says which.
        """
        cutoffs = (self.coverage_cutoffs, self.novelty_cutoffs)
        if not all(
            0 < x < 1e6 for cutoff in cutoffs for x in (cutoff.structure, cutoff.composition)
        ):
            raise EvaluationError("a cutoff must be a number above 0")
        thresholds = self.thresholds_ev_per_atom
        if not thresholds or list(thresholds) != sorted(set(thresholds)):
            raise EvaluationError("thresholds_ev_per_atom: at least one, each above the one before")
        if not all(-10 <= threshold <= 10 for threshold in thresholds):
            raise EvaluationError("thresholds_ev_per_atom: from -10 to 10 eV/atom")
        if not 1e-5 <= self.symmetry_tolerance_angstrom <= 1:
            raise EvaluationError("symmetry_tolerance_angstrom: from 0.00001 to 1 Å")
        if not 0 <= self.seed < 2**32:
            raise EvaluationError("seed: from 0 to 4294967295")


@dataclass(frozen=True, slots=True)
class CrystalFile:
    """A file of crystals that figures were measured against.

    Attributes:
        path: As it was named.
        sha256: Of the file, in hex.
        crystals: How many were taken from it.
        rows: Which.
    """

    path: str
    sha256: str
    crystals: int
    rows: str


@dataclass(frozen=True, slots=True)
class Relaxer:
    """What relaxed the samples and placed them on a hull.

    Attributes:
        method: The potential with its weights, theory and correction.
        settings: How far; None where the relaxations were in the file.
        reference_id: Of the hull's phases, or that they are computed on demand; None: no hull.
        reference_method: What made their energies.
        reference_made_on: When.
        competitors_relaxed: Whether the known phases that a crystal near the hull competes with
            are relaxed as it was, instead of taken as given.
    """

    method: EnergyMethod
    settings: RelaxationSettings | None
    reference_id: str | None
    reference_method: EnergyMethod | None
    reference_made_on: str | None
    competitors_relaxed: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationProtocol:
    """Everything that a figure depends on beside the samples.

    Attributes:
        settings: What was chosen.
        samples: The files with the samples.
        test: The crystals that coverage and distributions are measured against, if any.
        known: The crystals that novelty is measured against, if any.
        relaxers: What relaxed the samples, the first potential first; none: as written alone.
        min_distance_angstrom: Of structural validity.
        min_volume_cubic_angstrom: Of structural validity.
        oxidation_states: Of compositional validity.
        matcher: Of uniqueness, novelty and match rate.
        matcher_order: Which crystal it is given first.
        fingerprints: Of coverage, diversity and novelty by fingerprint.
        versions: Of what computes, by package.
        made_on: Date and time, UTC.
    """

    settings: EvaluationSettings
    samples: tuple[CrystalFile, ...]
    test: CrystalFile | None
    known: CrystalFile | None
    relaxers: tuple[Relaxer, ...]
    min_distance_angstrom: float = MIN_DISTANCE_ANGSTROM
    min_volume_cubic_angstrom: float = MIN_VOLUME_CUBIC_ANGSTROM
    oxidation_states: str = SOURCE
    matcher: str = MATCHER
    matcher_order: str = ORDER
    fingerprints: str = FINGERPRINTS
    versions: dict[str, str] = field(default_factory=lambda: package_versions())
    made_on: str = ""

    @property
    def sha256(self) -> str:
        """A hash of all that decides a figure, the samples and the date left out."""
        said = to_plain(replace(self, samples=(), made_on=""))
        for name in ("test", "known"):  # known by what they hold, wherever they lie
            if said[name] is not None:
                del said[name]["path"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def package_versions() -> dict[str, str]:
    """The versions of what computes the figures."""
    return {"crystal-llm": __version__, **{name: version(name) for name in _PACKAGES}}


def read_evaluation_settings(path: Path) -> EvaluationSettings:
    """Settings from a JSON file; what it does not name stays as usual.

    The file holds settings alone, or an evaluation whose protocol is used again.

    Raises:
        EvaluationError: It cannot be read, or names something unknown or impossible.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path}: not JSON ({str(error)[:60]})") from error
    if isinstance(said, dict) and isinstance(said.get("protocol"), Mapping):
        said = said["protocol"].get("settings")
    try:
        return from_plain(EvaluationSettings, said, "settings")
    except (RecordError, EvaluationError) as error:
        raise EvaluationError(f"{path}: {error}") from error


def crystal_file(path: Path, crystals: int, rows: str) -> CrystalFile:
    """The stamp of a file or folder of crystals.

    Args:
        path: The file, or a folder, whose files are hashed by name and content.
        crystals: How many were taken.
        rows: Which, in words.
    """
    digest = hashlib.sha256()
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in files:
        if path.is_dir():
            digest.update(file.relative_to(path).as_posix().encode() + b"\x00")
        with file.open("rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
    return CrystalFile(str(path), digest.hexdigest(), crystals, rows)
