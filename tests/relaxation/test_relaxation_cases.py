"""Rows J1, J2 and K1 to K5 of the public table of cases, with the shipped potential."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli.main import main
from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.reduction import spacegroup_number
from crystal_llm.relaxation.batch import relax_many
from crystal_llm.relaxation.result import RelaxationSettings

HALF, THIRD = (0.5, 0.5, 0.5), (1 / 3, 2 / 3, 0.25)
FACES = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
BODY = 0.5 - np.eye(3)
SALT = Structure(Lattice(FACES * 5.64), ["Na", "Cl"], [(0, 0, 0), HALF])

GROUND_STATES = {
    "Ru": Structure(Lattice.hexagonal(2.73, 4.31), ["Ru"] * 2, [THIRD, (2 / 3, 1 / 3, 0.75)]),
    "Pt": Structure(Lattice(FACES * 3.92), ["Pt"], [(0, 0, 0)]),
    "Ni": Structure(Lattice(FACES * 3.52), ["Ni"], [(0, 0, 0)]),
    "Al": Structure(Lattice(FACES * 4.05), ["Al"], [(0, 0, 0)]),
    "W": Structure(Lattice(BODY * 3.165), ["W"], [(0, 0, 0)]),
    "CaO": Structure(Lattice(FACES * 4.81), ["Ca", "O"], [(0, 0, 0), HALF]),
    "KCl": Structure(Lattice(FACES * 6.29), ["K", "Cl"], [(0, 0, 0), HALF]),
    "NaCl": SALT,
}

RELAXED = {
    "CO": Structure(Lattice.cubic(12), ["C", "O"], [HALF, (0.5, 0.5, 0.594)]),
    "graphene": Structure(
        Lattice.hexagonal(2.46, 15), ["C"] * 2, [(1 / 3, 2 / 3, 0.5), (2 / 3, 1 / 3, 0.5)]
    ),
    "graphite": Structure(
        Lattice.hexagonal(2.46, 6.71),
        ["C"] * 4,
        [(0, 0, 0.25), (0, 0, 0.75), THIRD, (2 / 3, 1 / 3, 0.75)],
    ),
    "2H-MoS2": Structure.from_spacegroup(
        "P6_3/mmc",
        Lattice.hexagonal(3.16, 12.29),
        ["Mo", "S"],
        [THIRD, (1 / 3, 2 / 3, 0.621)],
    ),
    "dense CsCl": Structure(Lattice.cubic(2.2), ["Cs", "Cl"], [(0, 0, 0), HALF]),
    "Cs": Structure(Lattice(BODY * 6.05), ["Cs"], [(0, 0, 0)]),
    "W": GROUND_STATES["W"],
    "long": Structure(Lattice.tetragonal(4, 150), ["Na", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.013)]),
    "NaCl": SALT,
    "NaCl, cubic": SALT.to_conventional(),
    "NaCl, doubled": SALT * (2, 1, 1),
    "NaCl, noisy": Structure(
        SALT.lattice, SALT.species, [(0, 0, 0), SALT.cart_coords[1] + (0.02, -0.03, 0.01)],
        coords_are_cartesian=True,
    ),
}  # fmt: skip
SPACE_GROUPS = {
    **{"CO": 99, "graphene": 191, "graphite": 194, "2H-MoS2": 194, "dense CsCl": 221},
    **{"Cs": 229, "W": 229, "long": 99},
    **dict.fromkeys([name for name in RELAXED if name.startswith("NaCl")], 225),
}
REFUSED = {
    "H": (Structure(Lattice.cubic(10), ["H"], [(0, 0, 0)]), "no neighbour within 6 Å"),
    "wide CsCl": (
        Structure(Lattice.cubic(9.5), ["Cs", "Cl"], [(0, 0, 0), HALF]),
        "2 of 2 atoms have no neighbour within 6 Å: the atoms lie too far apart",
    ),
    "0.1 Å": (
        Structure(Lattice.cubic(4), ["Na", "Cl"], [(0, 0, 0), (0.025, 0, 0)]),
        "atoms too close: Na0–Cl1 are 0.10 Å apart",
    ),
    "0.65 Å": (
        Structure(Lattice.cubic(4), ["Na", "Cl"], [(0, 0, 0), (0.1625, 0, 0)]),
        "blown up: Na0 and Cl1 came within",
    ),
    "300 Å": (
        Structure(Lattice.tetragonal(4, 300), ["Na", "Cl"], [(0, 0, 0), (0.5, 0.5, 0.0066)]),
        "cell too large: 2400 Å³ an atom",
    ),
    "Po": (Structure(Lattice.cubic(3.35), ["Po"], [(0, 0, 0)]), "not trained on Po"),
}


@pytest.fixture(scope="module")
def results(module_home):
    crystals = [*RELAXED.values(), *(crystal for crystal, _ in REFUSED.values())]
    given = [plain(crystal) for crystal in crystals]
    relaxed = dict(relax_many(given, "chgnet", RelaxationSettings()))
    return {name: relaxed[place] for place, name in enumerate((*RELAXED, *REFUSED))}


def test_rows_j1_and_j2(module_home, tmp_path, capfd):
    paths = [tmp_path / f"{name}.vasp" for name in GROUND_STATES]
    for path, crystal in zip(paths, GROUND_STATES.values(), strict=True):
        crystal.to(str(path), fmt="poscar")
    assert main(["hull", *map(str, paths)]) == 0
    lines = capfd.readouterr().out.splitlines()
    for name in GROUND_STATES:
        assert any(
            line.startswith(f"{name}.vasp: ") and ": on the hull, as the known phase mp-" in line
            for line in lines
        ), (name, lines)


@pytest.mark.parametrize("name", RELAXED)
def test_rows_k2_to_k5(name, results):
    result = results[name]
    assert result.failure is None and result.converged
    assert spacegroup_number(result.relaxed) == SPACE_GROUPS[name]
    forces = np.linalg.norm(result.forces_ev_per_angstrom, axis=1)
    assert forces.max() <= 0.05 and result.max_force_ev_per_angstrom <= 0.05
    if name.startswith("NaCl"):
        assert result.energy_ev_per_atom == pytest.approx(-3.668, abs=1e-3)
    if name == "dense CsCl":
        assert result.relaxed.lengths_angstrom == pytest.approx((4.215,) * 3, abs=0.01)


@pytest.mark.parametrize("name", REFUSED)
def test_rows_k1_and_k3(name, results):
    result = results[name]
    assert result.relaxed is None and not result.converged
    assert REFUSED[name][1] in result.failure
    assert "\n" not in result.failure
