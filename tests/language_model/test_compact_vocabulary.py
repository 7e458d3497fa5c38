"""The compact vocabulary: one token a value, read back exactly."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from symmetric_cases import random_crystal

from crystal_llm.crystal.elements import ELEMENTS
from crystal_llm.crystal.symmetric import MASKED, Orbit, SymmetricCrystal
from crystal_llm.errors import CrystalTextError
from crystal_llm.language_model.compact_vocabulary import (
    HULL_EDGES_EV_PER_ATOM,
    CompactVocabulary,
    StatedConditions,
    stated_formula,
    stated_system,
)
from crystal_llm.text.symmetric_text import decode_symmetric, encode_symmetric

VOCABULARY = CompactVocabulary()
HALITE = SymmetricCrystal(225, (5.6,), (Orbit("Na", "a", ()), Orbit("Cl", "b", ())))

crystals = st.builds(
    lambda number, orbits, seed: random_crystal(number, orbits, seed, most_sites=400),
    st.integers(1, 230),
    st.integers(1, 20),
    st.integers(0, 2**31),
)


def test_the_numbering_stands():
    """Trained networks know tokens by number: a change here makes them worthless."""
    assert len(VOCABULARY) == 1228
    digest = hashlib.sha256("\n".join(VOCABULARY.names).encode()).hexdigest()
    assert digest == "372069ace30fdf137c8530fc22a17ceaa80b005ba03ec9935c3019b67434da10"
    assert len(set(VOCABULARY.names)) == len(VOCABULARY)
    assert VOCABULARY.pad == 0  # batches are filled with zeros


@given(crystals)
def test_ids_say_the_crystal_and_its_text(crystal):
    ids = VOCABULARY.encode(crystal)
    assert VOCABULARY.decode(ids) == crystal
    text = encode_symmetric(crystal)
    assert VOCABULARY.text_of(ids) == text
    assert VOCABULARY.text_of([*ids, VOCABULARY.end]) == text
    assert VOCABULARY.ids_of(text) == ids
    assert decode_symmetric(VOCABULARY.text_of(ids)) == crystal


@given(crystals)
def test_every_beginning_is_a_beginning_of_the_text(crystal):
    ids = VOCABULARY.encode(crystal)
    text = encode_symmetric(crystal)
    lines = VOCABULARY.lines_of([*ids, VOCABULARY.end])
    assert len(lines) == len(ids)
    assert lines[0] == 0
    assert lines == sorted(lines)
    assert set(lines) == set(range(2 + len(crystal.orbits)))
    for count in range(1, len(ids) + 1):
        assert text.startswith(VOCABULARY.text_of(ids[:count]))
    for line in range(1, 2 + len(crystal.orbits)):
        first = "\n".join(text.split("\n")[:line])
        assert VOCABULARY.ids_of(first) == ids[: lines.index(line)]
        assert VOCABULARY.ids_of(first + "\n") == ids[: lines.index(line)]


def test_ids_of_refuses_what_is_no_beginning():
    for text, line, said in (
        ("231", 1, "expected a space group number"),
        ("²", 1, "expected a space group number"),
        ("", 1, "expected a space group number"),
        ("x\n4.0", 1, "expected a space group number"),
        ("62\n4.0", 2, "free lattice parameters a b c"),
        ("62\n ", 2, "free lattice parameters a b c of space group 62"),
        ("62\n4.0 5.0 6.0\nLi 4e", 3, "no position e"),
        ("1\n4.0 5.0 6.0 10 10 90", 2, "no volume"),
    ):
        with pytest.raises(CrystalTextError, match=said) as caught:
            VOCABULARY.ids_of(text)
        assert caught.value.line_number == line


def halite_with(**changes):
    names = {VOCABULARY.names[token]: token for token in range(len(VOCABULARY))}
    words = [
        "spacegroup:225",
        "whole:5",
        "tenth:6",
        "element:Na",
        "letter:a",
        "element:Cl",
        "letter:b",
    ]
    return [names[changes.get(word.replace(":", "_"), word)] for word in words]


BAD = [
    ([], "breaks off before its next spacegroup"),
    (halite_with()[:2], "breaks off before its next tenth"),
    (halite_with()[:3], "the crystal has no atoms"),
    (halite_with()[:-1], "breaks off before its next letter"),
    (halite_with()[1:], "token 0: whole:5 where a spacegroup is due"),
    (halite_with(tenth_6="angle:90"), "token 2: angle:90 where a tenth is due"),
    (halite_with(letter_b="letter:z"), "space group 225 has no Wyckoff position z"),
    (halite_with(letter_b="letter:a"), "position 4a has no freedom and is taken"),
    (halite_with(letter_b="letter:e"), "breaks off before its next x"),
    (halite_with(element_Cl="<end>"), "token 5: <end> where a element is due"),
]


@pytest.mark.parametrize(("ids", "said"), BAD, ids=lambda value: str(value)[:40])
def test_ids_that_say_no_crystal_are_refused(ids, said):
    with pytest.raises(CrystalTextError, match=re.escape(said)):
        VOCABULARY.decode(ids)


def test_numbers_without_a_token_are_refused():
    for lattice, said in (((0.04,), "a = 0.0 Å"), ((200.0,), "not within 0.1 to 199.9 Å")):
        with pytest.raises(CrystalTextError, match=re.escape(said)):
            VOCABULARY.encode(SymmetricCrystal(225, lattice, HALITE.orbits))
    flat = SymmetricCrystal(14, (4.0, 4.0, 4.0, 179.7), (Orbit("O", "a", ()),))
    with pytest.raises(CrystalTextError, match=r"the angle 179.7° cannot be written"):
        VOCABULARY.encode(flat)


EVERYTHING = StatedConditions(
    energy_above_hull_ev_per_atom=0.03,
    formula=(("Na", 2), ("Zn", 1), ("O", 2)),
    elements=("O", "Na", "Zn", "O"),
    crystal_system="cubic",
    spacegroup_number=225,
    atoms=10,
    band_gap_ev=0.0,
    formation_energy_ev_per_atom=-1.6,
)


def names_of(ids):
    return [VOCABULARY.names[token] for token in ids]


def test_a_prompt_says_task_and_conditions_in_one_order():
    assert names_of(VOCABULARY.prompt("write")) == ["<write>", "hull:?", "<crystal>"]
    assert names_of(VOCABULARY.prompt("complete", EVERYTHING)) == [
        *("<complete>", "hull:≤0.05"),
        *("<formula>", "element:Na", "count:2", "element:Zn", "count:1", "element:O", "count:2"),
        *("<elements>", "element:Na", "element:Zn", "element:O"),
        *("<crystal system>", "system:cubic", "<space group>", "spacegroup:225"),
        *("<atoms>", "count:10", "<band gap>", "gap:≤0.0"),
        *("<formation energy>", "formation:≤-1.5", "<crystal>"),
    ]


def test_a_prompt_as_people_read_it():
    assert VOCABULARY.readable(VOCABULARY.prompt("write")) == "write"
    assert VOCABULARY.readable(VOCABULARY.prompt("write", EVERYTHING)).split("\n") == [
        "write",
        "energy above hull: ≤0.05 eV/atom",
        "formula: Na 2 Zn 1 O 2",
        "elements: Na Zn O",
        "crystal system: cubic",
        "space group: 225",
        "atoms: 10",
        "band gap: ≤0.0",
        "formation energy: ≤-1.5",
    ]


def test_each_energy_falls_into_the_bucket_that_holds_it():
    expected = {-1.0: "≤0.001", 0.0: "≤0.001", 0.001: "≤0.001", 0.0011: "≤0.025", 0.25: "≤0.25"}
    for energy, bucket in (expected | {0.2501: "above", 9.0: "above"}).items():
        assert VOCABULARY.names[VOCABULARY.hull(energy)] == f"hull:{bucket}"
    assert VOCABULARY.names[VOCABULARY.hull(None)] == "hull:?"
    assert len(VOCABULARY.family_range("hull")) == len(HULL_EDGES_EV_PER_ATOM) + 2
    gaps = {0.0: "≤0.0", 0.01: "≤0.5", 8.0: "≤8.0", 8.1: "above"}
    for gap, bucket in gaps.items():
        prompt = VOCABULARY.prompt("write", StatedConditions(band_gap_ev=gap))
        assert names_of(prompt)[-2] == f"gap:{bucket}"


def test_counts_without_a_token():
    many = StatedConditions(atoms=500, formula=(("Al", 100), ("O", 1)))
    prompt = names_of(VOCABULARY.prompt("write", many))
    assert prompt[-2] == "count:more"
    assert "<formula>" not in prompt  # a formula that cannot be said whole is not said


def test_every_element_can_be_said_and_masked():
    for element in (*ELEMENTS, MASKED):
        crystal = SymmetricCrystal(225, (5.6,), (Orbit(element, "a", ()),))
        assert VOCABULARY.decode(VOCABULARY.encode(crystal)) == crystal


def test_what_is_stated_of_a_crystal():
    spinel = SymmetricCrystal(
        227,
        (8.1,),
        (Orbit("Mg", "a", ()), Orbit("Al", "d", ()), Orbit("O", "e", (0.26, 0.26, 0.26)[:1])),
    )
    assert stated_formula(spinel) == (("Mg", 1), ("Al", 2), ("O", 4))
    assert stated_system(spinel) == "cubic"
