"""Known phases of a table in symmetric form, made as they are asked for."""

from crystal_llm.crystal.conversion import structure
from crystal_llm.dataset.known_crystals import read_known_crystals
from crystal_llm.dataset.known_structures import known_rows, write_known_structures
from crystal_llm.dataset.row_building import SourceCrystal
from crystal_llm.evaluation.known_table import (
    _amounts,
    read_known_phases,
    shipped_phases,
    shipped_table,
)
from crystal_llm.evaluation.novelty import KnownCrystals, compare
from crystal_llm.settings import settings
from crystal_llm.types import PlainCrystal


def cubic(edge, symbols, places):
    return PlainCrystal((edge,) * 3, (90.0,) * 3, symbols, places)


HALF = (0.5, 0.5, 0.5)
CAESIUM_CHLORIDE = cubic(4.12, ("Cs", "Cl"), ((0.0, 0.0, 0.0), HALF))
PEROVSKITE = cubic(
    3.9,
    ("Sr", "Ti", "O", "O", "O"),
    ((0.0, 0.0, 0.0), HALF, (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)),
)
ANTIPEROVSKITE = cubic(
    4.0, ("O", "Li", "Cl", "Li", "Li"), ((0, 0, 0), (0.5, 0, 0), HALF, (0, 0.5, 0), (0, 0, 0.5))
)


def test_a_table_answers_as_if_all_its_crystals_were_made(tmp_path):
    sources = [
        SourceCrystal(name, crystal, energy_above_hull_ev_per_atom=above)
        for name, crystal, above in (
            ("mp-1", CAESIUM_CHLORIDE, 0.0), ("mp-2", PEROVSKITE, 0.0),
            ("mp-3", ANTIPEROVSKITE, 0.1),
        )
    ]  # fmt: skip
    rows, failures = known_rows(sources)
    assert not failures
    path = tmp_path / "known.parquet"
    write_known_structures(rows, path, "a test")
    lazy, whole = read_known_phases(path), KnownCrystals(read_known_crystals(path))
    asked = [
        structure(identifier)
        for identifier in (
            CAESIUM_CHLORIDE,
            cubic(4.0, ("Rb", "Br"), ((0.0, 0.0, 0.0), HALF)),
            cubic(3.8, ("Ba", "Zr", "O", "O", "O"), PEROVSKITE.fractional_coordinates),
            cubic(9.0, ("Sr", "Ti", "O", "O", "O"), PEROVSKITE.fractional_coordinates[::-1]),
        )
    ]
    novelties = compare(asked, lazy)
    assert novelties == compare(asked, whole)
    assert novelties[0].known.material_id == "mp-1" and novelties[0].polymorph is None
    assert novelties[1].prototype.material_id == "mp-1" and novelties[1].novel
    assert novelties[2].prototype.material_id == "mp-2"
    assert len(lazy) == 3


def test_the_shipped_table_knows_rock_salt():
    known = read_known_phases(shipped_table(settings()))
    salt = PlainCrystal((3.99,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0, 0.0, 0.0), HALF))
    (novelty,) = compare([structure(salt)], known)
    assert (novelty.known.material_id, novelty.compared) == ("mp-22862", 3)


def test_amounts_of_a_formula_with_groups():
    assert _amounts("Mg(ScS4)2") == (1, 2, 8)
    assert _amounts("LiFePO4") == (1, 1, 1, 4)
    assert _amounts("O2") == (1,)


def test_a_known_crystal_has_a_name_in_any_cell_and_a_new_one_none():
    known = shipped_phases(settings())
    salt = PlainCrystal(
        (5.6,) * 3, (90.0,) * 3, ("Na",) * 4 + ("Cl",) * 4,
        ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0),
         (0.5, 0.5, 0.5), (0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5)),
    )  # fmt: skip
    assert known.name_of(salt) == "NaCl (mp-22862)"
    strange = PlainCrystal((3.0,) * 3, (90.0,) * 3, ("Na", "Xe"), ((0, 0, 0), (0.5, 0.5, 0.5)))
    assert known.name_of(strange) is None
    thread = PlainCrystal((900.0, 1.0, 1.0), (90.0,) * 3, ("Na",), ((0, 0, 0),))
    assert known.name_of(thread) is None
