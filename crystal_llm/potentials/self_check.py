"""Known crystals that a potential must get right before it is used.

Weights can load without complaint into code that reads them otherwise than it was trained: the
energies are then wrong by an eV and the cells by a quarter. This finds it in seconds, once for
each machine, weights and release of the libraries.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crystal_llm.errors import PotentialError
from crystal_llm.potentials.potential import Potential

if TYPE_CHECKING:
    from pymatgen.core import Structure

LATTICE_TOLERANCE = 0.02
"""The cell of least energy lies within this share of the known one, in each length."""

_ENERGY_TOLERANCE_EV_PER_ATOM = 0.002
"""Room for float32 on another processor or a GPU; a wrong convention misses by 0.1 and more."""

_GENERATION = 1
"""Raised when the check itself changes, so that what passed an older one is checked again."""


@dataclass(frozen=True, slots=True)
class TrialCrystal:
    """A crystal whose cell PBE calculations agree on.

    Attributes:
        formula: Its formula.
        spacegroup: Hermann–Mauguin symbol.
        a: Length of the first two cell vectors, and of the third if ``c`` is 0, Å.
        c: Length of the third cell vector, Å; 0 for a cubic cell.
        sites: Symbol and fractional coordinates of each independent site.
    """

    formula: str
    spacegroup: str
    a: float
    c: float
    sites: tuple[tuple[str, tuple[float, float, float]], ...]

    def structure(self) -> Structure:
        """Its primitive cell."""
        from pymatgen.core import Lattice, Structure

        lattice = Lattice.tetragonal(self.a, self.c) if self.c else Lattice.cubic(self.a)
        symbols, coordinates = zip(*self.sites, strict=True)
        whole = Structure.from_spacegroup(self.spacegroup, lattice, symbols, coordinates)
        return whole.get_primitive_structure()


KNOWN_CRYSTALS = (
    TrialCrystal("Si", "Fd-3m", 5.469, 0, (("Si", (0, 0, 0)),)),
    TrialCrystal("NaCl", "Fm-3m", 5.692, 0, (("Na", (0, 0, 0)), ("Cl", (0.5, 0.5, 0.5)))),
    TrialCrystal("MgO", "Fm-3m", 4.256, 0, (("Mg", (0, 0, 0)), ("O", (0.5, 0.5, 0.5)))),
    TrialCrystal("TiO2", "P4_2/mnm", 4.650, 2.970, (("Ti", (0, 0, 0)), ("O", (0.305, 0.305, 0)))),
    TrialCrystal("Cu", "Fm-3m", 3.621, 0, (("Cu", (0, 0, 0)),)),
)
"""Cells of PBE, as the Materials Project has them."""

STORED_EV_PER_ATOM: dict[str, tuple[float, ...]] = {
    # chgnet
    "d14ab7c0f093efe64b60a7bcd540bca10e74fb7f46c86108a079af60524659d1": (
        -5.31375,
        -3.66797,
        -6.31393,
        -9.38893,
        -4.08344,
    ),
    # sevennet-0
    "7052cb42b7b3be42b40b97fa0d21077a48c54b5548948fc4dcf346629f813c36": (
        -5.40292,
        -3.38395,
        -5.97748,
        -8.93027,
        -4.09596,
    ),
    # sevennet-l3i5
    "a7ff190d41efe5b8317a03d20a468e4036a1a3e64e0b14fdbab64ac3f4bfc09d": (
        -5.42429,
        -3.38677,
        -5.97957,
        -8.93543,
        -4.09184,
    ),
    # m3gnet
    "32bdfece1a5bf57679fb71f2813c05dd6fc4a78b6ed1771e8f5cad8df6783ffa": (
        -5.41879,
        -3.36751,
        -5.95627,
        -8.94261,
        -4.09661,
    ),
    # tensornet-matpes
    "72b61b3b26c4f32fefbbb38e2477373f712cf68d8fbef40aaf3fbccbbbeb7fe1": (
        -5.24387,
        -3.35762,
        -5.86803,
        -8.82580,
        -3.75996,
    ),
}
"""Energies of the known crystals in order, uncorrected, by the hash of the weights.

Made by this code with the pins of requirements.txt, after the values of docs/potentials.md had
been reproduced. Weights that are not listed are checked by their cells alone.
"""


def check_once(potential: Potential, library: str, device: str, home: Path) -> None:
    """Checks a potential unless this machine has seen it pass.

    Args:
        potential: What was loaded.
        library: Name of the package that computes it.
        device: Where it computes.
        home: Folder that remembers.

    Raises:
        PotentialError: The potential is wrong about a known crystal.
    """
    file = home / "checked-potentials.json"
    key = _key(potential, library, device)
    if key in _passed(file):
        return
    check(potential)
    # Read again: another process may have passed its own meanwhile.
    _remember(file, {**_passed(file), key: datetime.now(UTC).isoformat(timespec="seconds")})


def check(potential: Potential) -> None:
    """Checks a potential on every known crystal.

    Raises:
        PotentialError: Its cell of least energy, or its energy, is wrong for one; says which.
    """
    stored = STORED_EV_PER_ATOM.get(potential.card.method.weights_sha256 or "")
    for index, known in enumerate(KNOWN_CRYSTALS):
        structure = known.structure()
        for share, compressed in ((1 - LATTICE_TOLERANCE, True), (1 + LATTICE_TOLERANCE, False)):
            if (_mean_stress(potential, structure, share) < 0) != compressed:
                side = "larger" if not compressed else "smaller"
                raise _wrong(
                    potential,
                    f"its {known.formula} is more than {LATTICE_TOLERANCE:.0%} {side} than known",
                )
        if stored is not None:
            energy = potential.static_energy_ev_per_atom(structure)
            if not abs(energy - stored[index]) <= _ENERGY_TOLERANCE_EV_PER_ATOM:
                raise _wrong(
                    potential,
                    f"its {known.formula} has {energy:.4f} eV/atom, not {stored[index]:.4f}",
                )


def _wrong(potential: Potential, what: str) -> PotentialError:
    return PotentialError(
        f"{potential.card.title} failed its self-check: {what}. The weights do not fit the code "
        "that reads them: install the pins of requirements.txt, or use another potential"
    )


def _mean_stress(potential: Potential, structure: Structure, share: float) -> float:
    """Mean normal stress of a scaled crystal in eV/Å³; negative where it wants to expand."""
    scaled = structure.copy()
    scaled.scale_lattice(structure.volume * share**3)
    atoms = scaled.to_ase_atoms()
    atoms.calc = potential.calculator()
    return float(atoms.get_stress()[:3].mean())


def _key(potential: Potential, library: str, device: str) -> str:
    weights = potential.card.method.weights_sha256
    kind = device.partition(":")[0]
    return f"{_GENERATION} {weights} {library} {_version(library)} torch {_version('torch')} {kind}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _passed(file: Path) -> dict[str, Any]:
    try:
        passed = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return passed if isinstance(passed, dict) else {}


def _remember(file: Path, passed: dict[str, Any]) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(passed, indent=1), encoding="utf-8")
        part.replace(file)
    except OSError:
        # A home that cannot be written only costs the check of the next process.
        with contextlib.suppress(OSError):
            part.unlink()
