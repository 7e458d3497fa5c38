"""Completion by orbits: the group, lattice and kept atoms of the given crystal stay."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher

from crystal_llm.crystal.conversion import structure
from crystal_llm.crystal.edits import scale_lattice, select
from crystal_llm.crystal.reduction import from_lattice_matrix
from crystal_llm.crystal.symmetric import (
    Orbit,
    SymmetricCrystal,
    conventional_parameters,
    free_lattice_parameters,
    plain_crystal,
)
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.wyckoff import wyckoff_positions
from crystal_llm.errors import InfillError, RequestError
from crystal_llm.infill.completion import complete, completion_request
from crystal_llm.infill.kept_orbits import kept_orbits
from crystal_llm.jobs.complete_order import CompleteOrder
from crystal_llm.text.symmetric_text import decode_symmetric
from crystal_llm.types import PlainCrystal

LENGTHS = {"a": 14.13, "b": 15.71, "c": 17.34, "alpha": 84.0, "beta": 98.0, "gamma": 103.0}
CELLS = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((1, 1, 0), (0, 1, 0), (-1, 0, 1)),
    ((1, 0, 1), (0, 2, 0), (0, 0, 1)),
)
"""New cell vectors in terms of the primitive ones: as they are, sheared, doubled."""


def crystal_of(number, cell):
    """Sr and Ti in general positions of a group, in some cell and at some origin."""
    general = list(wyckoff_positions(number))[-1]
    crystal = SymmetricCrystal(
        number,
        tuple(LENGTHS[name] for name in free_lattice_parameters(number)),
        (
            Orbit("Sr", general, (0.071, 0.197, 0.134)),
            Orbit("Ti", general, (0.319, 0.437, 0.591)),
        ),
    )
    moved = structure(plain_crystal(crystal).translated((0.137, 0.291, 0.443)))
    moved.make_supercell(cell)
    return from_lattice_matrix(
        np.asarray(moved.lattice.matrix),
        [site.specie.symbol for site in moved],
        np.asarray(moved.frac_coords),
    )


@pytest.mark.parametrize("number", [1, 4, 9, 15, 36, 62, 146, 166, 186, 216])
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_written_stands_in_the_given_cell(compact_model, number, cell):
    crystal = crystal_of(number, cell)
    keep = [site for site, symbol in enumerate(crystal.species) if symbol == "Sr"]
    request = completion_request(
        crystal,
        keep,
        1,
        atoms=len(crystal.species) if len(crystal.species) <= 200 else None,
        max_atoms=200,
        elements=["O", "Ti", "F"],
        min_radii_share=0.3,
        temperature=3.0,
        text="symmetric",
    )
    (completion,) = complete(compact_model, crystal, keep, request)
    beginning = select(crystal, keep)
    assert completion.written.text.startswith(request.beginning)
    assert completion.crystal.lengths_angstrom == crystal.lengths_angstrom
    assert completion.crystal.angles_degrees == crystal.angles_degrees
    assert select(completion.crystal, range(len(keep))) == beginning
    assert set(completion.added) <= {"O", "Ti", "F"}
    written = decode_symmetric(completion.written.text)
    assert written.spacegroup_number == number
    # The text alone, read in its own cell, is the same crystal but for its rounding.
    assert StructureMatcher().fit(structure(completion.crystal), structure(plain_crystal(written)))
    assert len(completion.written.crystal.species) == len(completion.crystal.species)


def test_the_group_of_the_given_crystal_stays_not_the_higher_one_of_what_is_kept(perovskite):
    distorted = replace(
        perovskite,
        fractional_coordinates=(
            (0.0, 0.0, 0.0),
            (0.5, 0.5, 0.55),
            *perovskite.fractional_coordinates[2:],
        ),
    )
    group = symmetric_crystal(distorted).spacegroup_number
    assert group == 99
    assert symmetric_crystal(select(distorted, [0])).spacegroup_number == 221
    assert kept_orbits(distorted, [0]).crystal.spacegroup_number == group
    assert kept_orbits(distorted, []).beginning == "99\n3.9 3.9\n"


def test_part_of_an_orbit_lowers_the_group_by_itself(compact_model, rock_salt):
    whole = kept_orbits(rock_salt, range(4))
    assert (whole.crystal.spacegroup_number, whole.cells) == (225, 4)
    part = kept_orbits(rock_salt, [0, 1])
    assert (part.crystal.spacegroup_number, part.cells) == (123, 2)
    request = completion_request(rock_salt, [0], 2, atoms=8, temperature=2.0, text="symmetric")
    for completion in complete(compact_model, rock_salt, [0], request):
        assert completion.crystal.fractional_coordinates[0] == rock_salt.fractional_coordinates[0]
        assert len(completion.crystal.species) == 8
        assert completion.description(1, 8).startswith("1 of 8 atoms kept, ")


def test_a_new_lattice_with_the_group_alone_is_a_beginning(compact_model, rock_salt):
    wider = scale_lattice(rock_salt, 1.1).crystal
    request = completion_request(
        wider, [], 3, formula="KBr", max_atoms=8, temperature=3.0, text="symmetric"
    )
    assert request.beginning == "225\n6.2\n"
    for completion in complete(compact_model, wider, [], request):
        assert completion.crystal.lengths_angstrom == wider.lengths_angstrom
        assert sorted(completion.crystal.species) == ["Br"] * 4 + ["K"] * 4


def test_elements_and_formula_bind_what_is_added_alone(compact_model, perovskite):
    # Sr may not be added, and stays.
    request = completion_request(
        perovskite, [0, 1], 4, atoms=5, excluded=["Sr"], temperature=3.0, text="symmetric"
    )
    for completion in complete(compact_model, perovskite, [0, 1], request):
        assert completion.crystal.species[:2] == ("Sr", "Ti")
        assert "Sr" not in completion.added
        assert len(completion.added) == 3
    request = completion_request(
        perovskite, [0, 1], 2, formula="SrTiO3", max_atoms=5, temperature=3.0, text="symmetric"
    )
    for completion in complete(compact_model, perovskite, [0, 1], request):
        assert completion.added == ("O", "O", "O")


def test_kept_atoms_may_be_as_near_as_they_are(compact_model, perovskite):
    # A share of radii binds added atoms; Ti and O stand nearer than 0.9 of the sum of theirs.
    request = completion_request(
        perovskite, range(1, 5), 1, atoms=5, min_radii_share=0.9, text="symmetric"
    )
    (completion,) = complete(compact_model, perovskite, range(1, 5), request)
    assert completion.written.text.startswith(request.beginning)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"keep": [9]}, InfillError, "0 to 7"),
        ({"atoms": 9}, InfillError, "ask for a multiple of 4"),
        ({"max_atoms": 7}, InfillError, "allow 8 or more"),
        ({"atoms": 8, "formula": "Na2ClBr"}, InfillError, "a multiple of 4 units"),
        ({"keep": [0], "atoms": 3}, InfillError, "no orbits of space group 221 beside"),
        ({"formula": "LiF"}, InfillError, "Na is kept but not in LiF"),
        ({"count": 0}, RequestError, "from 1 to"),
        ({"min_distance_angstrom": 5.0}, InfillError, "apart"),
    ],
)
def test_impossible_completions_are_refused_in_one_line(rock_salt, options, error, said):
    options = {"keep": range(4), "count": 1} | options
    keep, count = options.pop("keep"), options.pop("count")
    with pytest.raises(error, match=said) as refusal:
        completion_request(rock_salt, keep, count, text="symmetric", **options)
    assert "\n" not in str(refusal.value)


def test_too_many_kept_orbits_are_refused():
    generator = np.random.default_rng(0)
    places = [(x / 4, y / 4, z / 5) for x in range(4) for y in range(4) for z in range(5)]
    shaken = tuple(tuple(map(float, place + generator.uniform(0, 0.02, 3))) for place in places)
    crystal = PlainCrystal((12.0, 12.0, 15.0), (90.0,) * 3, ("Na",) * 40 + ("Cl",) * 40, shaken)
    with pytest.raises(InfillError, match="79 orbits of space group 1, and at most 60"):
        completion_request(crystal, range(79), 1, atoms=80, text="symmetric")


def test_an_order_is_written_in_the_text_of_its_model(compact_model, rock_salt):
    card = str(compact_model.card.path)
    order = CompleteOrder(rock_salt, (0, 1, 2, 3), atoms=8, model=card)
    assert order.completion().beginning in ("225\n5.6\nNa 4a\n", "225\n5.6\nNa 4b\n")
    assert order.completion("coordinate").beginning.startswith("5.6 5.6 5.6\n")
    assert replace(order, model="not here").completion().beginning.startswith("5.6 5.6 5.6\n")


def test_conventional_cells_have_the_lengths_that_the_beginning_says(rock_salt):
    orbits = kept_orbits(rock_salt, [])
    lengths, _ = conventional_parameters(orbits.crystal.spacegroup_number, orbits.crystal.lattice)
    assert lengths == pytest.approx(rock_salt.lengths_angstrom)
