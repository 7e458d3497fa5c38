"""One crystal to its nearest minimum: cell and positions together, by ASE's optimizers.

A relaxation that blows up is stopped as soon as that shows and tried once more with
smaller steps. Whatever happens, the answer is a result: a failure has its cause.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from crystal_llm.energy_method import EnergyMethod
from crystal_llm.errors import PotentialError
from crystal_llm.relaxation.checks import flaw
from crystal_llm.relaxation.device_failures import device_lost, lost_device, out_of_memory
from crystal_llm.relaxation.result import (
    RelaxationResult,
    RelaxationSettings,
    RelaxationStep,
    played_back,
)
from crystal_llm.types import PlainCrystal

if TYPE_CHECKING:
    from ase import Atoms
    from ase.optimize.optimize import Optimizer

    from crystal_llm.potentials.potential import Potential

LARGEST_EXPANSION = 2.0
"""A cell that grows beyond this multiple of its first volume flies apart …"""

LARGEST_EXPANSION_OF_PACKED = 3.0
"""… unless it was written too dense: up to this multiple of the volume that its atoms take,
packed as spheres of their covalent radii, it may reach a sound minimum (rock salt has 1.4)."""

LARGEST_COMPRESSION = 0.4
"""A cell that shrinks below this multiple of its first volume collapses; of its packed atoms'
volume where that is smaller, since a model may write a cell too wide as well.
"""

LOWEST_ENERGY_EV_PER_ATOM = -50.0
HIGHEST_ENERGY_EV_PER_ATOM = 1000.0
"""No crystal lies outside: tungsten, bound the most, has -13 eV/atom."""

LARGEST_RISE_EV_PER_ATOM = 5.0
"""An energy so far above the path's lowest means steps that are too large."""

NEAREST_ANGSTROM = 0.4
"""Atoms that come nearer than this have fallen into a hole of the potential."""

DISTANCE_CHECK_STEPS = 10

FIRST_CURVATURE_EV_PER_SQUARE_ANGSTROM = 35.0
"""BFGS's first guess: half of ASE's 70, which is stiffer than most crystals are; measured by
``benchmarks/optimizers.py``."""

SMALLER_STEPS = 0.2
"""The second try's steps, as a multiple of the first's."""


class _BlownUpError(Exception):
    """The relaxation leaves what is possible; the message is the cause."""


class _TimeLimitError(Exception):
    """The time for this crystal is over."""


@dataclass(slots=True)
class _Path:
    """What was passed through; energies are the calculator's, eV/atom."""

    energies: list[float] = field(default_factory=list)
    steps: int = 0
    converged: bool = False
    max_force_ev_per_angstrom: float | None = None
    forces: np.ndarray | None = None
    geometries: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    """Cell and fractional coordinates after each step."""


def relax_one(
    crystal: PlainCrystal,
    potential: Potential,
    settings: RelaxationSettings,
    *,
    clock: Callable[[], float] = time.perf_counter,
    watch: Callable[[RelaxationStep], None] = lambda step: None,
) -> RelaxationResult:
    """Relaxes cell and positions of a crystal together.

    Args:
        crystal: The crystal; an impossible one gives a failed result.
        potential: What makes energies, forces and stress.
        settings: How far.
        clock: Seconds from any beginning.
        watch: Called after every step.

    Returns:
        The relaxed crystal and how it got there, or the failure. Nothing else that crystal
        or potential do raises.

    Raises:
        DeviceLostError: The process has lost its GPU: it can relax nothing any more.
    """
    began = clock()
    deadline = began + settings.time_limit_s
    causes: list[str] = []
    # A cause that nobody knows may lie outside of crystal and potential.
    causes_known = True
    path = _Path()

    def fail(reason: str, *, repeatable: bool = True) -> RelaxationResult:
        return failed_relaxation(
            reason,
            potential.card.method,
            clock() - began,
            path.steps,
            retried=bool(causes),
            repeatable=repeatable and causes_known,
        )

    wrong = flaw(crystal, potential.card)
    if wrong is not None:
        return fail(wrong)
    for scale in (1.0, SMALLER_STEPS):
        path = _Path()
        atoms = _atoms(crystal)
        try:
            atoms.calc = potential.calculator()
            _descend(atoms, settings, scale, path, lambda: clock() > deadline, watch)
            result = _result(crystal, atoms, path, potential)
            return replace(result, retried=bool(causes), wall_s=clock() - began)
        except _BlownUpError as cause:
            if not causes and path.steps >= settings.max_steps:
                # Smaller steps would end farther from any minimum.
                return fail(f"blown up: {cause}, and the steps ran out")
            causes.append(str(cause))
        except _TimeLimitError:
            force = path.max_force_ev_per_angstrom
            force_text = "" if force is None else f", largest force {force:.3g} eV/Å"
            return fail(
                f"time limit of {settings.time_limit_s:g} s reached at step "
                f"{path.steps}{force_text}",
                repeatable=False,
            )
        except PotentialError as error:
            if not path.energies or path.converged:
                return fail(str(error))
            # It could serve the crystal until steps led out of its reach.
            causes.append(f"{error}, at step {path.steps}")
        except Exception as error:  # potentials raise any kind where atoms lie oddly
            if device_lost(error):
                raise lost_device(error) from error
            if out_of_memory(error):
                return fail("out of memory: give a smaller cell", repeatable=False)
            causes_known = False
            causes.append(f"{type(error).__name__} at step {path.steps}: {_one_line(error)}")
    return fail(f"blown up: {causes[0]}; again with smaller steps: {causes[1]}")


def failed_relaxation(
    reason: str,
    method: EnergyMethod,
    wall_s: float,
    steps: int = 0,
    *,
    retried: bool = False,
    repeatable: bool = True,
) -> RelaxationResult:
    """The result of a relaxation that gave no crystal.

    Args:
        reason: Why.
        method: What would have made the energies.
        wall_s: Seconds that it took.
        steps: Steps of the last try.
        retried: Whether there was a second try.
        repeatable: Whether the same input fails again.
    """
    return RelaxationResult(
        relaxed=None,
        failure=reason,
        converged=False,
        steps=steps,
        energy_start_ev_per_atom=None,
        energy_ev_per_atom=None,
        energies_ev_per_atom=(),
        max_force_ev_per_angstrom=None,
        volume_change=None,
        spacegroup_before=None,
        spacegroup_after=None,
        displacement_angstrom=None,
        retried=retried,
        method=method,
        wall_s=wall_s,
        repeatable=repeatable,
    )


def _atoms(crystal: PlainCrystal) -> Atoms:
    from ase import Atoms

    from crystal_llm.crystal.reduction import lattice_matrix

    return Atoms(
        symbols=list(crystal.species),
        scaled_positions=np.array(crystal.fractional_coordinates, dtype=float),
        cell=lattice_matrix(crystal),
        pbc=True,
    )


def _optimizer(atoms: Atoms, name: str, scale: float) -> Optimizer:
    """ASE's optimizer with ASE's own defaults but for BFGS's curvature; or steps scaled down."""
    from ase.optimize import BFGS, FIRE, LBFGS

    from crystal_llm.relaxation.cell_filter import OnceFrechetCellFilter

    kinds = {"FIRE": FIRE, "LBFGS": LBFGS, "BFGS": BFGS}
    steps: dict[str, Any] = {"maxstep": 0.2 * scale}
    if name == "FIRE":
        steps |= {"dt": 0.1 * scale, "dtmax": 1.0 * scale}
    if name == "BFGS":
        steps |= {"alpha": FIRST_CURVATURE_EV_PER_SQUARE_ANGSTROM}
    # A filter stands for atoms, though ASE's annotations do not say so.
    moved: Any = OnceFrechetCellFilter(atoms)
    optimizer: Optimizer = kinds[name](moved, logfile=None, **steps)
    return optimizer


def _descend(
    atoms: Atoms,
    settings: RelaxationSettings,
    scale: float,
    path: _Path,
    time_is_over: Callable[[], bool],
    watch: Callable[[RelaxationStep], None],
) -> None:
    """Moves the atoms downhill until forces vanish or steps run out.

    Raises:
        _BlownUpError: The relaxation left what is possible.
        _TimeLimitError: Time is over; asked after every evaluation of the potential.
    """
    first_volume = atoms.get_volume()
    # A model may write a cell far too dense or far too wide.
    packed_volume = _packed_volume(atoms)
    limits = (
        LARGEST_COMPRESSION * min(first_volume, packed_volume),
        max(LARGEST_EXPANSION * first_volume, LARGEST_EXPANSION_OF_PACKED * packed_volume),
    )
    optimizer = _optimizer(atoms, settings.optimizer, scale)
    _require_atoms_forces(optimizer, atoms, settings.max_force_ev_per_angstrom)

    # The forces are looked at before the optimizer moves by them.
    def look() -> None:
        _watch(atoms, optimizer.nsteps, path, first_volume, limits)
        force = path.max_force_ev_per_angstrom or 0.0
        watch(RelaxationStep(path.steps, path.energies[-1], force))

    optimizer.attach(look)
    for converged in optimizer.irun(
        fmax=settings.max_force_ev_per_angstrom, steps=settings.max_steps
    ):
        path.converged = bool(converged)
        if converged:
            break
        if time_is_over():
            raise _TimeLimitError
    _check_distances(atoms, path.steps)


def _require_atoms_forces(optimizer: Optimizer, atoms: Atoms, max_force: float) -> None:
    """Lets an optimizer converge only where the forces on the atoms themselves vanish too.

    The cell filter turns and stretches forces with the cell's deformation: in a cell that
    has shrunk, its forces are smaller than those on the atoms.
    """
    filtered = optimizer.gradient_converged

    def converged(gradient: Any) -> bool:
        largest = np.linalg.norm(atoms.get_forces(), axis=1).max()
        return bool(filtered(gradient)) and bool(largest < max_force)

    optimizer.gradient_converged = converged  # type: ignore[method-assign]


def _packed_volume(atoms: Atoms) -> float:
    """What the atoms take as closely packed spheres of their covalent radii, Å³."""
    from ase.data import covalent_radii

    return float(((2.0 * covalent_radii[atoms.numbers]) ** 3).sum() / math.sqrt(2.0))


def _watch(
    atoms: Atoms, step: int, path: _Path, first_volume: float, limits: tuple[float, float]
) -> None:
    """Notes one step, and stops the relaxation where it leaves what is possible."""
    path.steps = step
    energy = float(atoms.get_potential_energy()) / len(atoms)
    forces, stress = atoms.get_forces(), atoms.get_stress()
    if not (math.isfinite(energy) and np.isfinite(forces).all() and np.isfinite(stress).all()):
        raise _BlownUpError(f"energy, forces or stress are not numbers at step {step}")
    path.max_force_ev_per_angstrom = float(np.linalg.norm(forces, axis=1).max())
    path.forces = forces
    path.geometries.append((np.array(atoms.cell), atoms.get_scaled_positions(wrap=False)))
    path.energies.append(energy)
    if not LOWEST_ENERGY_EV_PER_ATOM <= energy <= HIGHEST_ENERGY_EV_PER_ATOM:
        raise _BlownUpError(f"absurd energy, {energy:.3g} eV/atom at step {step}")
    rise = energy - min(path.energies)
    if rise > LARGEST_RISE_EV_PER_ATOM:
        raise _BlownUpError(f"the energy rose by {rise:.1f} eV/atom until step {step}")
    volume = atoms.get_volume()
    growth = volume / first_volume
    if volume > limits[1]:
        raise _BlownUpError(f"the cell grew to {growth:.2f} times its volume at step {step}")
    if volume < limits[0]:
        raise _BlownUpError(f"the cell shrank to {growth:.2f} times its volume at step {step}")
    if step % DISTANCE_CHECK_STEPS == 0:
        _check_distances(atoms, step)


def _check_distances(atoms: Atoms, step: int) -> None:
    from crystal_llm.io.structure_parsing import closest_pair

    now = _crystal(atoms)
    closest = closest_pair(now, NEAREST_ANGSTROM)
    if closest is not None:
        first, second, distance = closest
        raise _BlownUpError(
            f"{now.species[first]}{first} and {now.species[second]}{second} came within "
            f"{distance:.2f} Å at step {step}"
        )


def _result(
    crystal: PlainCrystal, atoms: Atoms, path: _Path, potential: Potential
) -> RelaxationResult:
    """What was reached; the caller knows the time and the tries.

    Raises:
        PotentialError: The energies cannot be corrected.
    """
    from crystal_llm.crystal.conversion import structure
    from crystal_llm.crystal.reduction import spacegroup_number

    relaxed = _crystal(atoms)
    raw = path.energies[-1]
    final = potential.energy_ev_per_atom(structure(relaxed), raw)
    shift = final - raw
    energies = (*(energy + shift for energy in path.energies[:-1]), final)
    steps = played_back(len(path.geometries))
    return RelaxationResult(
        relaxed=relaxed,
        failure=None,
        converged=path.converged,
        steps=path.steps,
        energy_start_ev_per_atom=energies[0],
        energy_ev_per_atom=final,
        energies_ev_per_atom=energies,
        max_force_ev_per_angstrom=path.max_force_ev_per_angstrom,
        volume_change=float(atoms.get_volume() / _atoms(crystal).get_volume()) - 1.0,
        spacegroup_before=spacegroup_number(crystal),
        spacegroup_after=spacegroup_number(relaxed),
        displacement_angstrom=_displacement(crystal, atoms),
        retried=False,
        method=potential.card.method,
        wall_s=0.0,
        forces_ev_per_angstrom=_forces(atoms, path, relaxed),
        frames=tuple(_frame(crystal, *path.geometries[step]) for step in steps),
        frame_steps=steps,
    )


def _forces(
    atoms: Atoms, path: _Path, relaxed: PlainCrystal
) -> tuple[tuple[float, float, float], ...]:
    """The last forces, turned with the cell into the orientation of a plain crystal."""
    from crystal_llm.crystal.reduction import lattice_matrix

    if path.forces is None:
        return ()
    cell = np.asarray(atoms.cell)
    along = path.forces @ np.linalg.inv(cell) * np.sign(np.linalg.det(cell))
    turned = (along @ lattice_matrix(relaxed)).round(6) + 0.0
    return tuple((x, y, z) for x, y, z in turned.tolist())


def _frame(crystal: PlainCrystal, cell: np.ndarray, positions: np.ndarray) -> PlainCrystal:
    """The crystal at a step, its numbers short and its atoms never jumping to another cell."""
    lengths = np.linalg.norm(cell, axis=1)
    unit = cell / lengths[:, None]
    cosines = (unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1])
    a, b, c = lengths.round(5).tolist()
    alpha, beta, gamma = np.degrees(np.arccos(np.clip(cosines, -1, 1))).round(4).tolist()
    handed = np.sign(np.linalg.det(cell))
    coordinates = (positions * handed).round(5).tolist()
    return PlainCrystal(
        (a, b, c),
        (alpha, beta, gamma),
        crystal.species,
        tuple((x, y, z) for x, y, z in coordinates),
    )


def _crystal(atoms: Atoms) -> PlainCrystal:
    from crystal_llm.crystal.reduction import from_lattice_matrix

    return from_lattice_matrix(
        np.asarray(atoms.cell),
        atoms.get_chemical_symbols(),
        atoms.get_scaled_positions(wrap=False),
    )


def _displacement(crystal: PlainCrystal, atoms: Atoms) -> float:
    """Root mean square displacement of the sites in the relaxed cell, Å, without drift."""
    moved = atoms.get_scaled_positions(wrap=False) - np.array(crystal.fractional_coordinates)
    moved = (moved - moved.mean(axis=0)) @ np.asarray(atoms.cell)
    return float(np.sqrt((moved**2).sum(axis=1).mean()))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or "no message"
