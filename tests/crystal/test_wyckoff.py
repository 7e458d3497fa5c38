"""The table of Wyckoff positions, held to moyopy, spglib and gemmi."""

import gemmi
import moyopy
import numpy as np
import pytest
import spglib

from crystal_llm.crystal.symmetric import (
    cell_vectors,
    conventional_parameters,
    free_lattice_parameters,
)
from crystal_llm.crystal.wyckoff import (
    LETTERS,
    centring_multiplicity,
    operations,
    polar_axes,
    site_symmetries,
    wyckoff_positions,
)
from crystal_llm.errors import SymmetryError

GROUPS = range(1, 231)
GENERIC = {"a": 11.3, "b": 13.7, "c": 17.9, "alpha": 83.0, "beta": 97.0, "gamma": 101.0}


def affine(linear, shift):
    """An operation as whole numbers, its translation in 24ths of the cell, modulo 1."""
    return (
        *np.rint(np.asarray(linear)).astype(int).ravel().tolist(),
        *(np.rint(np.asarray(shift, float) * 24).astype(int) % 24).tolist(),
    )


def held_by_moyopy(number):
    """moyopy's position of every site of a crystal that occupies all positions of a group."""
    generator = np.random.default_rng(number)
    sites, labels = [], []
    for position in wyckoff_positions(number).values():
        for _ in range(3 if len(position.free_axes) == 3 else 1):
            orbit = position.sites(tuple(generator.random(len(position.free_axes))))
            labels += [1 + max(labels, default=0)] * len(orbit)
            sites += orbit.tolist()
    lattice = [GENERIC[name] for name in free_lattice_parameters(number)]
    basis = cell_vectors(*conventional_parameters(number, lattice))
    dataset = moyopy.MoyoDataset(
        moyopy.Cell(basis.tolist(), sites, labels), symprec=1e-4, setting=moyopy.Setting.standard()
    )
    assert dataset.number == number
    return dataset.normalizer_wyckoff_positions().wyckoffs


def test_every_position_is_moyopys():
    checked = 0
    for number in GROUPS:
        theirs = {position.letter: position for position in held_by_moyopy(number)}
        ours = wyckoff_positions(number)
        assert set(theirs) == set(ours), number
        order = len(operations(number)[0])
        for letter, position in ours.items():
            their = theirs[letter]
            assert their.multiplicity == position.multiplicity, (number, letter)
            # A site symmetry of order n leaves an nth of the group's images.
            symmetry = site_symmetry_order(number, position)
            assert symmetry * position.multiplicity == order, (number, letter)
            # Their triplet describes one of our orbit's sites.
            linear, shift = parsed(their.coordinates)
            generator = np.random.default_rng(7)
            point = linear @ generator.random(3) + shift
            assert lies_on(position, point), (number, letter, their.coordinates)
            checked += 1
    assert checked == 1731


def parsed(coordinates):
    """A triplet such as ``x,2x,1/4`` as linear part and shift, read by gemmi."""
    operation = gemmi.Op(coordinates.replace("2x", "x+x").replace("2y", "y+y"))
    return np.array(operation.rot) / 24, np.array(operation.tran) / 24


def site_symmetry_order(number, position):
    """Operations that leave the first site of a general point of the position in place."""
    generator = np.random.default_rng(3)
    point = position.representative(tuple(generator.random(len(position.free_axes))))
    rotations, translations = operations(number)
    difference = rotations @ point + translations - point
    return int((np.abs(difference - np.round(difference)) < 1e-6).all(axis=1).sum())


def lies_on(position, point):
    """Whether one of the orbit's images of the point has the position's first form."""
    free = tuple(point[list(position.free_axes)])
    if np.allclose((position.representative(free) - point + 0.5) % 1.0, 0.5):
        return True
    for linear, shift in zip(position.linear, position.shifts, strict=True):
        # Solve for free coordinates that put this image upon the point, up to a lattice vector.
        for cell in np.ndindex(3, 3, 3):
            wanted = point - shift + np.array(cell) - 1
            free, *_ = np.linalg.lstsq(linear, wanted, rcond=None)
            if np.allclose(linear @ free, wanted, atol=1e-9):
                return True
    return False


def test_operations_are_spglibs_and_gemmis():
    halls = {}
    for hall in range(1, 531):
        halls.setdefault(spglib.get_spacegroup_type(hall).number, []).append(hall)
    for number in GROUPS:
        ours = {affine(*operation) for operation in zip(*operations(number), strict=True)}
        of_spglib = []
        for hall in halls[number]:
            of_hall = spglib.get_symmetry_from_database(hall)
            theirs = zip(of_hall["rotations"], of_hall["translations"], strict=True)
            of_spglib.append({affine(*operation) for operation in theirs})
        assert ours in of_spglib, number
        group = gemmi.find_spacegroup_by_number(number)
        if group.ext == "1":  # of two origins the second is the standard here
            group = gemmi.find_spacegroup_by_name(f"{group.hm}:2")
        of_gemmi = {
            affine(np.array(operation.rot) / 24, np.array(operation.tran) / 24)
            for operation in group.operations()
        }
        assert ours == of_gemmi, number
        assert affine(*(part[0] for part in operations(number))) == affine(np.eye(3), [0, 0, 0])


def test_the_images_of_a_position_are_one_orbit():
    for number in GROUPS:
        group = list(zip(*operations(number), strict=True))
        for position in wyckoff_positions(number).values():
            images = {
                affine(*image) for image in zip(position.linear, position.shifts, strict=True)
            }
            assert len(images) == position.multiplicity
            moved = {
                affine(rotation @ position.linear[0], rotation @ position.shifts[0] + translation)
                for rotation, translation in group
            }
            assert moved == images


def test_the_first_triplet_leaves_its_own_sites_where_they_are():
    generator = np.random.default_rng(0)
    for number in GROUPS:
        for position in wyckoff_positions(number).values():
            free = generator.random(len(position.free_axes))
            site = position.representative(tuple(free))
            assert np.allclose(site[list(position.free_axes)], free)
            assert np.allclose(position.linear[0] @ site + position.shifts[0], site, atol=1e-9)
            assert np.allclose(position.sites(tuple(free))[0], site % 1.0)


def test_site_symmetries_make_the_multiplicities_and_are_those_of_the_tables():
    for number in range(1, 231):
        order = len(operations(number)[0])
        for letter, symmetry in site_symmetries(number).items():
            position = wyckoff_positions(number)[letter]
            assert symmetry.kinds.total() * position.multiplicity == order
            assert symmetry.fixed == (not position.free_axes)
    litharge = site_symmetries(129)
    # -42m of a and b, 2/m of d and e, 4mm of c, by International Tables.
    assert litharge["a"].kinds == litharge["b"].kinds
    assert litharge["a"].kinds == {(1, 3): 1, (1, -1): 3, (-1, -1): 2, (-1, 1): 2}
    assert litharge["c"].kinds == {(1, 3): 1, (1, -1): 1, (1, 1): 2, (-1, 1): 4}
    assert litharge["d"].kinds == {(1, 3): 1, (1, -1): 1, (-1, -3): 1, (-1, 1): 1}


def test_sites_in_the_primitive_cell_are_one_cells_share():
    for number in GROUPS:
        cells = centring_multiplicity(number)
        rotations, translations = operations(number)
        centring = translations[(rotations == np.eye(3)).all(axis=(1, 2))]
        assert len(centring) == cells
        for position in wyckoff_positions(number).values():
            chosen = list(position.in_primitive_cell)
            assert len(chosen) * cells == position.multiplicity
            images = zip(position.linear[chosen], position.shifts[chosen], strict=True)
            whole = {affine(linear, shift + c) for linear, shift in images for c in centring}
            assert len(whole) == position.multiplicity


def test_letters_go_from_the_special_to_the_general():
    for number in GROUPS:
        positions = list(wyckoff_positions(number).values())
        assert [position.letter for position in positions] == list(LETTERS[: len(positions)])
        multiplicities = [position.multiplicity for position in positions]
        assert multiplicities == sorted(multiplicities)
        assert positions[-1].free_axes == (0, 1, 2)
    assert wyckoff_positions(47)["A"].name == "8A"
    assert wyckoff_positions(62)["c"].triplet == "x 1/4 z"


def test_polar_axes_are_those_of_the_ten_polar_classes():
    polar = {number: polar_axes(number) for number in GROUPS if polar_axes(number)}
    assert polar[1] == (0, 1, 2)
    assert all(polar[number] == (1,) for number in range(3, 6))
    assert all(polar[number] == (0, 2) for number in range(6, 10))
    others = [*range(25, 47), *range(75, 81), *range(99, 111), *range(143, 147)]
    others += [*range(156, 162), *range(168, 174), *range(183, 187)]
    assert all(polar[number] == (2,) for number in others)
    assert len(polar) == 1 + 3 + 4 + len(others) == 68


@pytest.mark.parametrize("number", [0, 231, -5])
def test_other_groups_are_refused(number):
    for of_group in (wyckoff_positions, operations):
        with pytest.raises(SymmetryError, match="there is no space group"):
            of_group(number)
