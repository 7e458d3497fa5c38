"""CIF files: gemmi reads syntax and symmetry, and what the file states is checked.

A CIF says the same thing several times: operations, space group, formula, Z, multiplicities,
density. Where these contradict one another the file may be misread, so each way in which
its symmetry can be meant is tried; exactly one must fit all that is stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from crystal_llm.crystal.disorder import DisorderedCrystal
from crystal_llm.errors import ImplausibleCrystalError, StructureFileError
from crystal_llm.io.cif_cartesian import refuse_other_cartesian
from crystal_llm.io.cif_expansion import SHIFT_TOLD_ANGSTROM, Expansion, ListedSite, expand
from crystal_llm.io.cif_magnetism import without_magnetism
from crystal_llm.io.cif_sites import listed_sites, shared_sites
from crystal_llm.io.cif_statements import (
    Statements,
    contradiction,
    read_statements,
    shares_contradiction,
)
from crystal_llm.io.cif_symmetry import LISTED, SymmetryReading, symmetry_readings
from crystal_llm.io.cif_values import CifBlock, number, read_block
from crystal_llm.io.cif_wyckoff import letter_remarks
from crystal_llm.io.crystal_check import checked_crystal, far_remarks, is_far, nearest_by_radii
from crystal_llm.io.crystal_reading import CrystalReading

_CELL = (
    *(f"_cell_length_{name}" for name in "abc"),
    *(f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")),
)

_OTHER_KINDS = {
    "a modulated structure": (
        "_cell_modulation_dimension",
        "_cell_wave_vector",
        "_space_group_ssg",
        "_space_group_symop_ssg",
        "_space_group_symop.ssg",
        "_atom_sites_modulation",
        "_atom_site_fourier",
        "_atom_site_phason",
        *(
            f"_atom_{sites}_{what}_{how}"
            for sites in ("site", "sites")
            for what in ("displace", "occ", "rot", "u", "adp")
            for how in ("fourier", "special", "legendre", "xharm", "ortho")
        ),
    ),
    "a composite structure": ("_cell_subsystem",),
}
_KINDS_OF_STRUCTURE = {"mod": "a modulated structure", "comp": "a composite structure"}
"""What the dictionary of modulated structures has for _exptl_crystal_type_of_structure."""

_VOLUME_SHARE = 0.02

_ROUNDING_ANGSTROM = 0.1
"""Between readings that are else alike, one with closer atoms is not meant, nor one whose sites
lie farther beside their special positions."""


def read_cif(text: str) -> CrystalReading:
    """The crystal that a CIF describes, its sites in the order of the file.

    Raises:
        StructureFileError: The file does not describe one ordered crystal, or contradicts
            itself.
    """
    block, matrix, statements, remarks = _begun(text)
    sites = listed_sites(block, statements, remarks)
    readings = symmetry_readings(block.fields, matrix)

    def against(expansion: Expansion, reading: SymmetryReading, apart: bool = True) -> str | None:
        return contradiction(expansion, sites, reading, matrix, statements, apart=apart)

    try:
        reading, expansion = _chosen(readings, sites, matrix, against)
    except StructureFileError as error:
        if len(readings) == 1:
            _refuse_close_atoms(error, readings[0], sites, matrix, partial(against, apart=False))
        raise
    if reading.remark is not None:
        remarks.insert(0, reading.remark)
    for site, shift in zip(sites, expansion.shifts_angstrom, strict=True):
        if shift > SHIFT_TOLD_ANGSTROM:
            remarks.append(f"{site.name} moved by {shift:.2f} Å onto its special position")
    remarks += letter_remarks(expansion, sites, reading)
    remarks += _far(sites, reading)
    names = [sites[index].name for index in expansion.site_numbers]
    crystal = checked_crystal(matrix, expansion.species, expansion.positions, names)
    return CrystalReading(crystal, tuple(remarks))


def _refuse_close_atoms(
    error: StructureFileError,
    reading: SymmetryReading,
    sites: Sequence[ListedSite],
    matrix: np.ndarray,
    against: Callable[[Expansion, SymmetryReading], str | None],
) -> None:
    """Tells the crystal with its error where the nearness of atoms alone speaks against it.

    Raises:
        ImplausibleCrystalError: It does.
    """
    try:
        _, expansion = _chosen([reading], sites, matrix, against)
        checked_crystal(matrix, expansion.species, expansion.positions)
    except ImplausibleCrystalError as implausible:
        raise ImplausibleCrystalError(error.reason, implausible.crystal) from error
    except StructureFileError:
        return


def read_disordered_cif(text: str) -> DisorderedCrystal:
    """The crystal of a CIF whose sites may be shared or partly empty.

    Raises:
        StructureFileError: The file describes no crystal, or contradicts itself.
    """
    block, matrix, statements, remarks = _begun(text)
    shared = shared_sites(block, statements, remarks)
    sites = [site for site, _ in shared]

    def against(expansion: Expansion, reading: SymmetryReading) -> str | None:
        amounts: Counter[str] = Counter()
        for index in expansion.site_numbers:
            amounts.update(dict(shared[index][1]))  # type: ignore[arg-type]
        return shares_contradiction(amounts, expansion, sites, reading, statements)

    _, expansion = _chosen(symmetry_readings(block.fields, matrix), sites, matrix, against)
    occupants = tuple(shared[index][1] for index in expansion.site_numbers)
    return DisorderedCrystal(matrix, expansion.positions, occupants)


def _far(sites: Sequence[ListedSite], reading: SymmetryReading) -> tuple[str, ...]:
    """What is said of coordinates that look like Å.

    Raises:
        StructureFileError: A group with symmetry has them: its asymmetric unit is near by.
    """
    positions = np.array([site.position for site in sites])
    if is_far(positions) and len(reading.operations) > 1:
        raise StructureFileError(
            f"coordinates up to {np.abs(positions).max():.3g} cells away: _atom_site_fract_x, _y "
            "and _z are fractions of the cell, not Å"
        )
    return far_remarks("coordinates", positions)


def _begun(text: str) -> tuple[CifBlock, np.ndarray, Statements, list[str]]:
    """The block that holds the crystal, its lattice, what it states beside, and the remarks."""
    remarks: list[str] = []
    block = without_magnetism(read_block(text), remarks)
    _refuse_other_kinds(block)
    matrix = _lattice(block)
    refuse_other_cartesian(block, matrix)
    return block, matrix, read_statements(block, remarks), remarks


def _refuse_other_kinds(block: CifBlock) -> None:
    named = _KINDS_OF_STRUCTURE.get((block.first("_exptl_crystal_type_of_structure") or "").lower())
    for kind, beginnings in _OTHER_KINDS.items():
        if kind == named or any(tag.startswith(beginnings) for tag in block.fields):
            raise StructureFileError(f"{kind} is not read: export the average crystal alone")


def _lattice(block: CifBlock) -> np.ndarray:
    values = []
    for tag in _CELL:
        said = block.fields.get(tag)
        if said is None:
            raise StructureFileError(f"{tag} is missing: give all six cell parameters")
        if len(said) != 1:
            raise StructureFileError(f"{tag} has {len(said)} values: give one", block.line_of(tag))
        value = number(said[0])
        if value is None or not np.isfinite(value) or value <= 0:
            raise StructureFileError(
                f"{tag} is {said[0][:40]}, not a number above 0", block.line_of(tag)
            )
        values.append(value)
    a, b, c, *angles = values
    cosines = np.cos(np.radians(angles))
    sine = float(np.sin(np.radians(angles[2])))
    across = (cosines[0] - cosines[1] * cosines[2]) / sine if sine > 1e-6 else np.inf
    height = 1.0 - cosines[1] ** 2 - across**2
    if max(angles) >= 180 or not height > 1e-6:
        shown = ", ".join(f"{angle:g}" for angle in angles)
        raise StructureFileError(f"the angles {shown} enclose no volume: correct the cell")
    matrix = np.array(
        [
            [a, 0.0, 0.0],
            [b * cosines[2], b * sine, 0.0],
            [c * cosines[1], c * across, c * np.sqrt(height)],
        ]
    )
    stated = block.number("_cell_volume")
    volume = abs(float(np.linalg.det(matrix)))
    if stated is not None and abs(volume - stated) > _VOLUME_SHARE * max(volume, stated):
        raise StructureFileError(
            f"_cell_volume is {stated:g} Å³, but the cell has {volume:.1f} Å³: correct one of them",
            block.line_of("_cell_volume"),
        )
    return matrix


def _chosen(
    readings: Sequence[SymmetryReading],
    sites: Sequence[ListedSite],
    matrix: np.ndarray,
    against: Callable[[Expansion, SymmetryReading], str | None],
) -> tuple[SymmetryReading, Expansion]:
    """The one reading of the symmetry that fits all that the file states.

    Args:
        readings: The ways in which the symmetry can be meant.
        sites: The listed sites.
        matrix: Lattice vectors as rows, Å, shape (3, 3).
        against: What the file states against a reading; None where nothing does.

    Raises:
        StructureFileError: None fits, or several do that make different crystals.
    """
    fitting: list[tuple[SymmetryReading, Expansion]] = []
    reasons: list[str] = []
    for reading in readings:
        try:
            expansion = expand(sites, reading, matrix)
            reason = against(expansion, reading)
        except StructureFileError as error:
            reason = error.reason
        if reason is None:
            if not any(_same(expansion, other, matrix) for _, other in fitting):
                fitting.append((reading, expansion))
        else:
            reasons.append(reason)
    chosen = bool(reasons) or len(fitting) > 1
    for sound in (_keeps_apart, _lies_on_its_positions):
        if len(fitting) > 1:
            fitting = [reading for reading in fitting if sound(reading[1], matrix)] or fitting
    if not fitting:
        if len(set(reasons)) > 1:
            contradictions = "; ".join(
                f"as {reading.name}: {reason}"
                for reading, reason in zip(readings[:2], reasons, strict=False)
            )
            raise StructureFileError(f"the file contradicts itself: {contradictions}")
        raise StructureFileError(reasons[0])
    if len(fitting) > 1:
        meanings = ", or ".join(
            f"{reading.name} with {len(expansion.species)} atoms"
            for reading, expansion in fitting[:3]
        )
        raise StructureFileError(
            f"the symmetry can be meant in {len(fitting)} ways: {meanings}; list all symmetry "
            "operations (_space_group_symop_operation_xyz), or give a symbol that tells the "
            "setting, such as F d -3 m :2"
        )
    reading, expansion = fitting[0]
    if reading.remark is None and chosen:
        remark = (
            "its name and its symmetry operations differ: read by the operations, which alone fit"
            if reading.name == LISTED
            else f"read in the setting {reading.name}, which alone fits"
        )
        reading = replace(reading, remark=remark)
    return reading, expansion


def _same(first: Expansion, second: Expansion, matrix: np.ndarray) -> bool:
    """Whether two expansions put the same elements at the same places."""
    if Counter(first.species) != Counter(second.species):
        return False
    symbols = np.array(second.species)
    for symbol, position in zip(first.species, first.positions, strict=True):
        apart = second.positions[symbols == symbol] - position
        apart -= np.round(apart)
        if np.linalg.norm(apart @ matrix, axis=1).min() > 0.01:
            return False
    return True


def _lies_on_its_positions(expansion: Expansion, matrix: np.ndarray) -> bool:
    """Whether no site had to move farther than rounding explains."""
    return max(expansion.shifts_angstrom) < _ROUNDING_ANGSTROM


def _keeps_apart(expansion: Expansion, matrix: np.ndarray) -> bool:
    """Whether no two atoms come closer than chemistry lets them."""
    return nearest_by_radii(matrix, expansion.species, expansion.positions) is None
