"""Scenes of crystals: the pure part of the viewer."""

import json
import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest
from ase.data import chemical_symbols
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import RequestError
from crystal_llm.settings import PACKAGE_ROOT
from crystal_llm.types import PlainCrystal
from crystal_llm.ui.viewer.bonds import CRYSTAL_NN_SITES, find_bonds, structure_graph
from crystal_llm.ui.viewer.colours import MASKED_COLOUR, element_colours, radius
from crystal_llm.ui.viewer.crystal import viewed
from crystal_llm.ui.viewer.scene import (
    MAX_VIEWED_ATOMS,
    SceneOptions,
    build_scene,
    cell_limit,
    fitting_supercell,
)

RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)
ROCK_SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
IRON = Structure(Lattice.cubic(2.87), ["Fe", "Fe"], [[0, 0, 0], [0.5, 0.5, 0.5]])
EVERY_ELEMENT = chemical_symbols[1:104]


def group(scene, name):
    return next(group["contents"] for group in scene["contents"] if group["name"] == name)


def spheres(scene, name="atoms"):
    """(site, position) of every sphere."""
    return [
        (site, tuple(position))
        for item in group(scene, name)
        if item["type"] == "spheres"
        for site, position in zip(item["_meta"][0]["sites"], item["positions"], strict=True)
    ]


def halves(contents):
    return {
        tuple(np.round(np.ravel(pair), 3) + 0.0)
        for item in contents
        for pair in item["positionPairs"]
    }


@st.composite
def crystals(draw):
    count = draw(st.integers(1, 6))
    coordinate = st.floats(0, 1, exclude_max=True, allow_nan=False)
    return PlainCrystal(
        tuple(draw(st.floats(3, 9)) for _ in range(3)),
        tuple(draw(st.floats(65, 115)) for _ in range(3)),
        tuple(draw(st.sampled_from(EVERY_ELEMENT)) for _ in range(count)),
        tuple(tuple(draw(coordinate) for _ in range(3)) for _ in range(count)),
    )


@pytest.mark.parametrize("structure", [RUTILE, ROCK_SALT, IRON], ids=["rutile", "NaCl", "Fe"])
def test_the_scene_is_crystal_toolkits_own(structure):
    """Atoms, bonds and cell as ``StructureGraph.get_scene`` of the whole package places them."""
    import crystal_toolkit  # noqa: F401

    crystal = viewed(structure)
    theirs = (
        structure_graph(crystal)
        .get_scene(draw_image_atoms=True, bonded_sites_outside_unit_cell=False)
        .to_json()
    )
    ours = build_scene(crystal, SceneOptions())
    assert theirs.keys() <= ours.keys()
    places = {
        tuple(np.round(position, 3) + 0.0)
        for item in group(theirs, "atoms")
        for position in item["positions"]
    }
    assert {tuple(np.round(position, 3) + 0.0) for _, position in spheres(ours)} == places
    assert halves(group(ours, "bonds")) == halves(group(theirs, "bonds"))
    origins = {tuple(np.round(group["origin"], 3) + 0.0) for group in theirs["contents"]}
    assert {tuple(np.round(group["origin"], 3) + 0.0) for group in ours["contents"]} == origins


def test_a_scene_needs_neither_the_whole_toolkit_nor_torch():
    code = (
        "import sys; from pymatgen.core import Structure, Lattice;"
        "from crystal_llm.ui.viewer.crystal import viewed;"
        "from crystal_llm.ui.viewer.scene import build_scene, SceneOptions;"
        "build_scene(viewed(Structure(Lattice.cubic(4), ['Na'], [[0, 0, 0]])), SceneOptions());"
        "print([name for name in ('crystal_toolkit', 'dash', 'torch') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@given(crystals(), st.tuples(*[st.integers(1, 3)] * 3))
def test_every_drawn_atom_is_an_image_of_its_site(plain, supercell):
    crystal = viewed(plain)
    scene = build_scene(crystal, SceneOptions(supercell))
    json.dumps(scene, allow_nan=False)
    drawn = spheres(scene)
    inverse = np.linalg.inv(np.array(crystal.matrix))
    counts = dict.fromkeys(range(len(crystal.symbols)), 0)
    for site, position in drawn + spheres(scene, "outside"):
        shift = np.array(position) @ inverse - np.array(crystal.fractional[site])
        assert np.allclose(shift, np.round(shift), atol=2e-4)
    for site, _ in drawn:
        counts[site] += 1
    assert min(counts.values()) >= np.prod(supercell)
    assert len(drawn) == len(set(drawn)) or _overlapping(plain)


def _overlapping(plain):
    return len(set(plain.fractional_coordinates)) < len(plain.species)


def test_a_supercell_repeats_the_cell():
    crystal = viewed(ROCK_SALT)
    scene = build_scene(crystal, SceneOptions((2, 1, 3)))
    # 5 × 3 × 7 planes of half a lattice constant, faces included.
    assert len(spheres(scene)) == 5 * 3 * 7
    (cell,) = group(scene, "unit_cell")
    assert len(cell["positions"]) == 2 * (2 * 4 + 3 * 4 + 3 * 2)


def test_polyhedra_stand_around_cations_and_are_complete():
    scene = build_scene(viewed(RUTILE), SceneOptions())
    polyhedra = group(scene, "polyhedra")
    assert len(polyhedra) == 9  # eight corners and the middle
    assert all(len(polyhedron["positions"]) == 6 for polyhedron in polyhedra)
    drawn = {position for _, position in spheres(scene) + spheres(scene, "outside")}
    assert {
        tuple(corner) for polyhedron in polyhedra for corner in polyhedron["positions"]
    } <= drawn
    assert group(build_scene(viewed(IRON), SceneOptions()), "polyhedra") == []


def test_an_atom_on_no_face_has_its_half_of_every_bond():
    salt = ROCK_SALT.get_primitive_structure()
    salt.translate_sites([0, 1], [0.24, 0.43, 0.2])
    contents = group(build_scene(viewed(salt), SceneOptions()), "bonds")
    bonds = [pair for item in contents for pair in item["positionPairs"]]
    starts = [tuple(np.round(start, 3)) for start, _ in bonds]
    assert sorted(starts.count(start) for start in set(starts)) == [6, 6]
    assert np.linalg.norm(np.diff(bonds, axis=1), axis=-1) == pytest.approx(1.41, abs=0.01)


@pytest.mark.parametrize("angle", [60, 90, 120])
def test_every_corner_of_the_cell_is_seen(angle):
    lattice = Lattice.from_parameters(4, 4, 15, 90, angle, 90)
    scene = build_scene(
        viewed(Structure(lattice, ["Na"], [[0.4, 0.4, 0.4]])), SceneOptions((1, 2, 1))
    )
    middle = lattice.get_cartesian_coords([0.5, 1, 0.5])
    corners = [[x, y, z] for x in (0, 1) for y in (0, 2) for z in (0, 1)]
    away = np.linalg.norm(lattice.get_cartesian_coords(corners) - middle, axis=1)
    assert scene["_meta"]["corner"] == pytest.approx(away.max(), abs=1e-3)


def test_masked_sites_are_told_apart_and_do_not_tell_their_element():
    scene = build_scene(viewed(RUTILE), SceneOptions(masked=(0, 2)))
    masked = [item for item in group(scene, "atoms") if item["_meta"][0]["masked"]]
    assert {site for item in masked for site in item["_meta"][0]["sites"]} == {0, 2}
    assert {item["color"] for item in masked} == {MASKED_COLOUR}
    assert len({item["radius"] for item in masked}) == 1


def test_sites_without_an_element_are_drawn():
    crystal = PlainCrystal((4, 4, 4), (90, 90, 90), ("?", "O"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    scene = build_scene(viewed(crystal), SceneOptions(masked=(0,)))
    assert {site for site, _ in spheres(scene)} == {0, 1}


@pytest.mark.parametrize(
    "options", [SceneOptions((0, 1, 1)), SceneOptions((1, 4, 1)), SceneOptions(masked=(6,))]
)
def test_impossible_options_are_refused(options):
    with pytest.raises(RequestError):
        build_scene(viewed(RUTILE), options)


def test_disorder_is_refused_with_a_remedy():
    mixed = Structure(Lattice.cubic(4), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    for form in (mixed, mixed.as_dict()):
        with pytest.raises(RequestError, match="choose one element"):
            viewed(form)


def test_all_forms_of_a_crystal_are_the_same():
    plain = PlainCrystal((4.0, 5.0, 6.0), (90.0, 95.0, 90.0), ("Na",), ((0.1, 0.2, 0.3),))
    structure = viewed(plain).structure()
    assert viewed(structure) == viewed(structure.as_dict()) == viewed(plain)
    assert viewed(structure).digest == viewed(plain).digest


def test_bonds_of_known_crystals():
    def coordination(structure):
        bonds = find_bonds(viewed(structure))
        counts = [0] * len(structure)
        for bond in bonds:
            counts[bond.start] += 1
            counts[bond.end] += 1
        return counts

    assert coordination(RUTILE) == [6, 6, 3, 3, 3, 3]
    assert set(coordination(ROCK_SALT)) == {6}
    large = ROCK_SALT * (3, 3, 1)
    assert len(large) > CRYSTAL_NN_SITES, "the way by radii is the one to try"
    assert set(coordination(large)) == {6}


def test_atoms_on_top_of_each_other_are_drawn_without_end_or_error():
    crystal = PlainCrystal((3, 3, 3), (90, 90, 90), ("Na",) * 12, ((0.5, 0.5, 0.5),) * 12)
    assert len(spheres(build_scene(viewed(crystal), SceneOptions()))) == 12


@given(st.integers(1, 2000), st.tuples(*[st.integers(-1, 9)] * 3))
def test_supercells_are_lowered_to_what_can_be_drawn(sites, wanted):
    a, b, c = fitting_supercell(wanted, sites)
    assert all(1 <= count <= 3 for count in (a, b, c))
    assert a * b * c <= cell_limit(sites)
    assert a * b * c == 1 or a * b * c * sites <= MAX_VIEWED_ATOMS


def luminance(colour):
    """Relative luminance of ``#rrggbb`` by WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(st.lists(st.sampled_from(EVERY_ELEMENT), min_size=1, max_size=5))
def test_colours_are_readable_on_both_pages_and_differ(symbols):
    colours = element_colours(symbols)
    assert list(colours) == list(dict.fromkeys(symbols))
    assert len(set(colours.values())) == len(colours)
    for colour in colours.values():
        assert (0.97 + 0.05) / (luminance(colour) + 0.05) > 1.5
        assert (luminance(colour) + 0.05) / (0.009 + 0.05) > 1.9


def test_an_element_has_one_colour_whatever_stands_beside_it():
    whole = element_colours(EVERY_ELEMENT)
    assert len(set(whole.values())) == len(whole)
    for symbols in (["Fe"], ["O", "Fe"], ["Fe", "Mn", "O"]):
        assert element_colours(symbols) == {symbol: whole[symbol] for symbol in symbols}


@given(st.sampled_from(EVERY_ELEMENT))
def test_radii_are_those_of_atoms(symbol):
    assert 0.3 < radius(symbol) < 0.9


def test_the_committed_build_is_fresh():
    """``make viewer`` writes the hash of what it built from (see viewer/stamp.mjs)."""
    sources = PACKAGE_ROOT / "viewer"
    names = ["package.json", "package-lock.json", "stamp.mjs", "vite.config.js"]
    names += [f"src/{path.name}" for path in (sources / "src").iterdir()]
    digest = sha256()
    for name in sorted(names):
        digest.update(f"{name}\0".encode() + (sources / name).read_bytes() + b"\0")
    build = PACKAGE_ROOT / "crystal_llm" / "ui" / "viewer" / "build"
    assert (build / "sources.sha256").read_text().strip() == digest.hexdigest(), (
        "viewer/ has changed since the build: run `make viewer` and commit the result"
    )
    assert (build / "viewer.js").stat().st_size < 1_000_000
    assert (build / "viewer.css").is_file()


def test_bonds_of_a_crystal_on_the_way_hold_where_the_last_was_taken_back_into_its_cell():
    from crystal_llm.ui.viewer.component import _frame_scene

    cell = Lattice.from_parameters(4.04, 4.04, 4.04, 60, 60, 60)
    frame = viewed(Structure(cell, ["Na", "Cl"], [[0, 0, -1e-9], [0.5, 0.5, 0.5]]))
    last = viewed(Structure(cell, ["Na", "Cl"], [[0, 1, 1], [0.5, -0.5, 0.5]]))
    drawn = _frame_scene(frame, last, (1, 1, 1))
    lengths = [
        np.linalg.norm(np.subtract(*pair))
        for item in group(drawn, "bonds")
        for pair in item["positionPairs"]
    ]
    assert len(lengths) >= 6
    assert lengths == pytest.approx([4.04 / np.sqrt(2) / 2] * len(lengths), abs=1e-3)
