"""Infill on orbits: what the network reads, and its answer against a plain forward pass."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.crystal.descriptions import arranged
from crystal_llm.crystal.edits import substitute, supercell
from crystal_llm.crystal.elements import TRAINED_ELEMENTS
from crystal_llm.crystal.symmetric import HIDDEN, MASKED, Orbit, SymmetricCrystal, plain_crystal
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.errors import InfillError
from crystal_llm.infill.distribution import (
    MaskQuery,
    element_distribution,
    element_distributions,
)
from crystal_llm.infill.orbits import masked_orbits, orbit_prompt
from crystal_llm.infill.sequential import sequential_infill
from crystal_llm.language_model.compact_vocabulary import CompactVocabulary, StatedConditions
from crystal_llm.language_model.transformers_decoder import TransformersDecoder
from crystal_llm.text.symmetric_text import decode_symmetric
from crystal_llm.training.compact.sequences import mask_element, orbit_infill_prompt

VOCABULARY = CompactVocabulary()
GARNET = SymmetricCrystal(
    230,
    (12.0,),
    (
        Orbit("Y", "c", ()),
        Orbit("Al", "a", ()),
        Orbit("Al", "d", ()),
        Orbit("O", "h", (0.97, 0.05, 0.15)),
    ),
)


def plain_reference(network, prompt):
    """Softmax over the elements after one whole forward pass of transformers' own Llama."""
    with torch.inference_mode():
        scores = network(torch.tensor([prompt])).logits[0, -1].double()
    ids = [VOCABULARY.token("element", symbol) for symbol in TRAINED_ELEMENTS]
    return scores[ids].softmax(dim=0).numpy()


def whole_reference(model, network, text, energy):
    """Log-likelihoods of a text with each element at its ``?``, by transformers' own Llama."""
    prompt = VOCABULARY.prompt("write", StatedConditions(energy))
    alphabet = list(model.decoder.alphabet)
    sums = []
    for element in TRAINED_ELEMENTS:
        lines = text.replace("?", element).split("\n")
        crystal = arranged(decode_symmetric("\n".join(lines)))
        ids = [*VOCABULARY.encode(crystal), VOCABULARY.end]
        with torch.inference_mode():
            scores = network(torch.tensor([prompt + ids])).logits[0].double()[:, alphabet]
        logarithms = scores.log_softmax(dim=1)[len(prompt) - 1 : -1]
        sums.append(
            sum(
                float(row[alphabet.index(token)])
                for row, token in zip(logarithms, ids, strict=True)
            )
        )
    return np.array(sums)


def test_the_distribution_joins_two_plain_readings(compact_model, compact_network, perovskite):
    distribution = element_distribution(compact_model, perovskite, [2, 3, 4])
    prompt = [
        VOCABULARY.token("special", "<infill>"),
        VOCABULARY.token("hull", "≤0.025"),
        VOCABULARY.begin,
        VOCABULARY.token("spacegroup", 221),
        VOCABULARY.token("whole", 3),
        VOCABULARY.token("tenth", 9),
        VOCABULARY.token("element", "Sr"),
        VOCABULARY.token("letter", "a"),
        VOCABULARY.token("element", "Ti"),
        VOCABULARY.token("letter", "b"),
        VOCABULARY.token("element", MASKED),
        VOCABULARY.token("letter", "c"),
        VOCABULARY.ask,
    ]
    assert distribution.elements == TRAINED_ELEMENTS
    by_mask = np.log(plain_reference(compact_network, prompt))
    text = "221\n3.9\nSr 1a\nTi 1b\n? 3c"
    whole = whole_reference(compact_model, compact_network, text, 0.025)
    both = 0.8 * by_mask + 0.2 * whole
    expected = np.exp(both - np.logaddexp.reduce(both))
    assert distribution.probabilities() == pytest.approx(expected, abs=1e-6)
    assert np.abs(np.exp(by_mask) - expected).max() > 1e-3, "the second reading says nothing"
    assert expected.max() > 2.0 / len(expected), "a network that prefers nothing shows nothing"
    assert distribution.is_by_orbits
    assert distribution.shifts == ()
    assert len(distribution.log_probabilities) == 1
    assert distribution.origin_dependence().largest_total_variation == pytest.approx(0.0)
    assert {element.spread for element in distribution.ranked()} == {0.0}


@pytest.mark.parametrize(("element", "sites"), [("Sr", [0]), ("Ti", [1]), ("O", [2, 3, 4])])
def test_the_prompt_is_one_that_training_draws(perovskite, element, sites):
    masked = mask_element(symmetric_crystal(perovskite), element)
    generator = random.Random(0)
    drawn = [orbit_infill_prompt(arranged(masked, generator), 0.0, VOCABULARY) for _ in range(20)]
    assert orbit_infill_prompt(masked_orbits(perovskite, sites), 0.0, VOCABULARY) in drawn


def test_crystals_side_by_side_and_other_decoders_agree(
    compact_model, compact_network, rock_salt, perovskite
):
    queries = [
        MaskQuery(rock_salt, (4, 5, 6, 7)),
        MaskQuery(perovskite, (0,)),
        MaskQuery(rock_salt, (0,), energy_above_hull_ev_per_atom=None),
    ]
    together = element_distributions(compact_model, queries, translations=7)
    other = replace(
        compact_model, decoder=TransformersDecoder(compact_network, range(len(VOCABULARY)))
    )
    for query, distribution, same in zip(
        queries, together, element_distributions(other, queries), strict=True
    ):
        (alone,) = element_distributions(compact_model, [query])
        assert distribution.probabilities() == pytest.approx(alone.probabilities(), abs=1e-6)
        assert same.probabilities() == pytest.approx(distribution.probabilities(), abs=1e-5)
        assert np.exp(distribution.log_probabilities).sum() == pytest.approx(1.0)
    assert element_distributions(compact_model, []) == []


def test_what_is_known_is_not_asked_again(compact_model, perovskite):
    first = element_distribution(compact_model, perovskite, [1], translations=1)
    assert element_distribution(compact_model, perovskite, [1], known=first) is first


vectors = st.tuples(*[st.floats(0.0, 1.0, exclude_max=True)] * 3)


@given(vectors)
def test_the_description_is_the_same_wherever_the_origin_lies(shift):
    crystal = plain_crystal(GARNET)
    masked = [site for site, symbol in enumerate(crystal.species) if symbol == "Y"]
    here = orbit_infill_prompt(masked_orbits(crystal, masked), None, VOCABULARY)
    there = orbit_infill_prompt(masked_orbits(crystal.translated(shift), masked), None, VOCABULARY)
    assert here == there


@given(vectors, st.sampled_from([62, 19, 4, 36, 1, 152, 186]))
def test_nor_in_groups_with_many_settings_or_an_open_origin(shift, number):
    crystal = SymmetricCrystal(
        number,
        (5.31, 6.83, 9.12, 84.0, 97.0, 101.0)[: 6 if number == 1 else 3]
        if number not in (4, 152, 186)
        else ((5.31, 6.83, 9.12, 97.0) if number == 4 else (5.31, 9.12)),
        (
            Orbit("Ca", _general(number), (0.13, 0.29, 0.41)),
            Orbit("F", _general(number), (0.37, 0.08, 0.83)),
        ),
    )
    cell = plain_crystal(crystal)
    masked = [site for site, symbol in enumerate(cell.species) if symbol == "F"]
    here = masked_orbits(cell, masked)
    assert here.spacegroup_number == number
    there = masked_orbits(cell.translated(shift), masked)
    assert [(orbit.element, orbit.letter) for orbit in here.orbits] == [
        (orbit.element, orbit.letter) for orbit in there.orbits
    ]
    for orbit, other in zip(here.orbits, there.orbits, strict=True):
        apart = np.subtract(orbit.coordinates, other.coordinates)
        assert np.abs(apart - np.round(apart)).max() < 1e-6


def _general(number):
    from crystal_llm.crystal.wyckoff import wyckoff_positions

    return list(wyckoff_positions(number))[-1]


def test_part_of_an_orbit_lowers_the_group_by_itself(rock_salt):
    assert masked_orbits(rock_salt, range(4)).spacegroup_number == 225
    part = masked_orbits(rock_salt, [0])
    assert part.spacegroup_number == 221
    assert [(orbit.element, orbit.letter) for orbit in part.orbits if orbit.element == MASKED] in (
        [(MASKED, "a")],
        [(MASKED, "b")],
    )
    assert sum(position.multiplicity for position in part.positions) == 8


def test_hidden_elements_stay_apart_when_the_group_is_found(rock_salt):
    ordered = replace(rock_salt, species=(*("Na",) * 4, "Cl", "Cl", "F", "F"))
    apart = masked_orbits(ordered, range(4), [[4, 5], [6, 7]])
    assert apart.spacegroup_number == masked_orbits(ordered, range(4)).spacegroup_number
    assert [orbit.element for orbit in apart.orbits].count(HIDDEN) == 2
    assert masked_orbits(ordered, range(4), [[4, 5, 6, 7]]).spacegroup_number == 225


def test_elements_asked_about_later_are_hidden(compact_model, compact_network, perovskite):
    infill = sequential_infill(compact_model, perovskite, [0, 1], follow=2)
    prompt = orbit_infill_prompt(masked_orbits(perovskite, [0], [[1]]), 0.025, VOCABULARY)
    assert VOCABULARY.token("element", HIDDEN) in prompt
    assert VOCABULARY.token("element", "Ti") not in prompt
    first = plain_reference(compact_network, prompt)
    assert infill.marginal(0) == pytest.approx(first, abs=1e-6)
    likeliest = TRAINED_ELEMENTS[int(first.argmax())]
    filled = substitute(perovskite, [0], likeliest).crystal
    second = element_distribution(compact_model, filled, [1]).ranked()[0]
    together = {
        combination.elements: combination.probability for combination in infill.combinations()
    }
    assert together[likeliest, second.element] == pytest.approx(
        first.max() * second.probability, abs=1e-6
    )
    both = sequential_infill(compact_model, perovskite, [0, 1], all_orders=True, follow=1)
    backward = plain_reference(
        compact_network,
        orbit_infill_prompt(masked_orbits(perovskite, [1], [[0]]), 0.025, VOCABULARY),
    )
    forward = sequential_infill(compact_model, perovskite, [0, 1], follow=1).marginal(1)
    assert both.marginal(1) == pytest.approx((forward + backward) / 2, abs=1e-6)


def test_an_element_that_no_model_has_seen_can_be_hidden_until_it_is_asked(
    compact_model, perovskite
):
    strange = replace(perovskite, species=("Ra", "Po", "O", "O", "O"))
    infill = sequential_infill(compact_model, strange, [0, 1], follow=1)
    assert [group.element for group in infill.groups] == ["Ra", "Po"]
    with pytest.raises(InfillError, match=r"site 1 \(Po\)"):
        element_distribution(compact_model, strange, [0])


def test_cells_of_hundreds_of_atoms_are_read(compact_model):
    garnet = plain_crystal(GARNET, primitive=False)
    assert len(garnet.species) == 160
    yttrium = [site for site, symbol in enumerate(garnet.species) if symbol == "Y"]
    distribution = element_distribution(compact_model, garnet, yttrium)
    primitive = plain_crystal(GARNET)
    same = [site for site, symbol in enumerate(primitive.species) if symbol == "Y"]
    expected = element_distribution(compact_model, primitive, same).probabilities()
    assert distribution.probabilities() == pytest.approx(expected, abs=1e-9)


def test_too_many_orbits_are_refused_in_one_line(compact_model, rock_salt):
    generator = np.random.default_rng(0)
    large = supercell(rock_salt, (3, 3, 2)).crystal
    shaken = replace(
        large,
        fractional_coordinates=tuple(
            tuple(map(float, np.add(site, generator.uniform(0.0, 0.02, 3)) % 1.0))
            for site in large.fractional_coordinates
        ),
    )
    with pytest.raises(InfillError, match=r"144 orbits of space group 1, .* fewer") as refusal:
        element_distribution(compact_model, shaken, [0])
    assert "\n" not in str(refusal.value)
    garnet = plain_crystal(GARNET)
    with pytest.raises(InfillError, match="24 orbits of space group 22, 115 tokens"):
        orbit_prompt(masked_orbits(garnet, [0]), None, VOCABULARY, context=115)
    assert len(orbit_prompt(masked_orbits(garnet, [0]), None, VOCABULARY, context=116)) == 115


def test_wrong_picks_are_refused(compact_model, perovskite):
    for sites, said in (([], "no site is masked"), (range(5), "all 5 sites"), ([5], "0 to 4")):
        with pytest.raises(InfillError, match=said):
            element_distribution(compact_model, perovskite, sites)
    with pytest.raises(InfillError, match="cannot be written as symmetric text"):
        element_distribution(
            compact_model, replace(perovskite, lengths_angstrom=(300.0, 3.9, 3.9)), [0]
        )
