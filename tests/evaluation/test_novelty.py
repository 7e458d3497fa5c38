import time

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from crystal_llm.crystal.conversion import plain, structure
from crystal_llm.crystal.reduction import niggli_primitive, spacegroup_number
from crystal_llm.dataset.table import CrystalRow
from crystal_llm.evaluation.novelty import KnownCrystals, Novelty, compare

HALF = [0.5, 0.5, 0.5]


def prototype(group, lattice, species, sites):
    return Structure.from_spacegroup(group, lattice, species, sites)


def rock_salt(cation="Na", anion="Cl", a=5.64):
    return prototype("Fm-3m", Lattice.cubic(a), [cation, anion], [[0, 0, 0], HALF])


def caesium_chloride(cation="Cs", anion="Cl", a=4.12):
    return prototype("Pm-3m", Lattice.cubic(a), [cation, anion], [[0, 0, 0], HALF])


def perovskite(a_site="Sr", b_site="Ti", anion="O", a=3.905):
    sites = [[0, 0, 0], HALF, [0.5, 0.5, 0]]
    return prototype("Pm-3m", Lattice.cubic(a), [a_site, b_site, anion], sites)


def rutile(cation="Ti", a=4.594, c=2.959):
    sites = [[0, 0, 0], [0.305, 0.305, 0]]
    return prototype("P4_2/mnm", Lattice.tetragonal(a, c), [cation, "O"], sites)


def anatase():
    sites = [[0, 0, 0], [0, 0, 0.208]]
    return prototype("I4_1/amd", Lattice.tetragonal(3.785, 9.514), ["Ti", "O"], sites)


def row(name, made):
    crystal = niggli_primitive(plain(made))
    formula = made.composition.reduced_formula
    return CrystalRow(name, formula, crystal, spacegroup_number(crystal), None, None, None, "train")


@pytest.fixture(scope="module")
def known():
    return KnownCrystals(
        [
            row("rock salt", rock_salt()),
            row("high pressure", caesium_chloride("Na", "Cl", 3.4)),
            row("caesium chloride", caesium_chloride()),
            row("perovskite", perovskite()),
            row("rutile", rutile()),
            row("anatase", anatase()),
            row("silicon", prototype("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]])),
        ]
    )


def shaken(made, distance=0.05, seed=0):
    moved = made.copy()
    noise = np.random.default_rng(seed).normal(size=(len(made), 3))
    for site, step in enumerate(noise):
        moved.translate_sites(site, distance * step / np.linalg.norm(step), frac_coords=False)
    return moved


def test_doubles_name_their_first(known):
    batch = [rock_salt(), rutile(), shaken(rock_salt()), rock_salt(a=6.0), rutile("Sn")]
    novelties = compare(batch)
    assert [novelty.duplicate_of for novelty in novelties] == [None, None, 0, 0, None]
    assert [novelty.unique for novelty in novelties] == [True, True, False, False, True]
    assert [novelty.novel for novelty in novelties] == [None] * 5


def test_supercells_and_shifts_are_doubles():
    larger = perovskite()
    larger.make_supercell((2, 1, 1))
    moved = perovskite().translate_sites(range(5), [0.13, 0.4, 0.77])
    assert [novelty.duplicate_of for novelty in compare([perovskite(), larger, moved])] == [
        None,
        0,
        0,
    ]


def test_the_same_number_of_uniques_as_the_matcher(known):
    batch = [
        shaken(made, distance, seed)
        for seed, distance in enumerate((0.0, 0.1, 0.4, 0.8))
        for made in (rock_salt(), rutile(), anatase(), perovskite())
    ]
    groups = StructureMatcher().group_structures(batch)
    assert sum(novelty.unique for novelty in compare(batch)) == len(groups)


def test_the_nearest_known_phase_is_named(known):
    novelties = compare([shaken(rutile()), caesium_chloride("Na", "Cl", 3.5), rock_salt()], known)
    assert [novelty.known.material_id for novelty in novelties] == [
        "rutile",
        "high pressure",
        "rock salt",
    ]
    assert [novelty.known.formula for novelty in novelties] == ["TiO2", "NaCl", "NaCl"]
    assert 0.001 < novelties[0].known.rms < 0.1
    assert novelties[2].known.rms == pytest.approx(0, abs=1e-6)
    assert [novelty.compared for novelty in novelties] == [2, 2, 2]
    assert not any(novelty.novel for novelty in novelties)
    assert all(novelty.prototype is None for novelty in novelties)


def test_the_nearest_of_several_matches():
    first, second = row("far", shaken(perovskite(), 0.2)), row("near", perovskite())
    novelty = compare([perovskite()], KnownCrystals([first, second]))[0]
    assert novelty.known.material_id == "near"


def test_prototypes_with_other_elements(known):
    novelties = compare([rock_salt("Mg", "O", 4.21), perovskite("Ba", "Zr"), rutile("Sn")], known)
    assert all(novelty.novel and novelty.unique_and_novel for novelty in novelties)
    assert [novelty.prototype.material_id for novelty in novelties] == [
        "rock salt",
        "perovskite",
        "rutile",
    ]
    assert [novelty.prototype.formula for novelty in novelties] == ["NaCl", "SrTiO3", "TiO2"]


def test_a_new_prototype(known):
    zinc_blende = prototype("F-43m", Lattice.cubic(5.41), ["Zn", "S"], [[0, 0, 0], [0.25] * 3])
    novelty = compare([zinc_blende], known)[0]
    assert novelty.novel and novelty.prototype.material_id is None
    assert novelty.prototype.tried == novelty.prototype.possible == 3


def test_the_search_for_prototypes_is_capped_and_says_so(known):
    made = prototype("F-43m", Lattice.cubic(5.41), ["Zn", "S"], [[0, 0, 0], [0.25] * 3])
    search = compare([made], known, prototype_trials=1)[0].prototype
    assert (search.tried, search.possible) == (1, 3)
    search = compare([made], known, prototype_trials=0)[0].prototype
    assert (search.material_id, search.tried) == (None, 0)


def test_agrees_with_the_matcher_on_every_pair(known):
    made = [rock_salt(), caesium_chloride("Na", "Cl", 3.4), rutile(), anatase(), perovskite()]
    matcher = StructureMatcher()
    references = [structure(row.crystal) for row in known._rows]
    for seed, distance in enumerate((0.0, 0.2, 0.5, 0.9)):
        batch = [shaken(crystal, distance, seed) for crystal in made]
        novel = [novelty.novel for novelty in compare(batch, known, prototype_trials=0)]
        assert novel == [
            not any(matcher.fit(crystal, ref) for ref in references) for crystal in batch
        ]


def test_labels_of_sites_are_not_looked_at(known):
    made = rock_salt()
    made.add_oxidation_state_by_element({"Na": 1, "Cl": -1})
    assert compare([made], known)[0].known.material_id == "rock salt"


def test_what_cannot_be_compared_is_told(known):
    start = time.perf_counter()
    disordered = Structure(Lattice.cubic(3), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    long = Structure(Lattice.orthorhombic(9999, 1, 1), ["Na", "Cl"], [[0, 0, 0], HALF])
    flat = Structure(Lattice.from_parameters(5, 5, 5, 1, 1, 1), ["Na", "Cl"], [[0, 0, 0], HALF])
    clump = Structure(Lattice.cubic(2), ["Si"] * 100, np.random.default_rng(0).random((100, 3)))
    novelties = compare([disordered, long, long, flat, rock_salt(), clump], known)
    assert "disordered" in novelties[0].failure
    for novelty in novelties[1:3]:
        assert "too flat or too long (9999 Å at a volume of 1e+04 Å³)" in novelty.failure
        assert not novelty.unique and novelty.novel is None
    assert "Å³ an atom is less than 1 Å³" in novelties[3].failure
    assert "0.08 Å³ an atom" in novelties[5].failure
    assert novelties[4].known is not None
    assert time.perf_counter() - start < 20


def test_atoms_on_top_of_each_other_stop_nothing(known):
    stacked = Structure(Lattice.cubic(4), ["Na", "Na", "Cl"], [[0, 0, 0], [0, 0, 0], HALF])
    assert len(compare([stacked, stacked, rock_salt()], known)) == 3


def test_nothing_in_nothing_out(known):
    assert compare([], known) == ()
    assert compare([rock_salt()], KnownCrystals([]))[0].novel
    assert Novelty().unique


def test_progress_is_told(known):
    progress = []
    compare([rock_salt(), rutile()], known, progress=lambda *now: progress.append(now))
    assert progress == [(0, 2), (1, 2)]
