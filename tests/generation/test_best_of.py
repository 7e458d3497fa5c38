"""Best of several: the best is kept, in any batch, and failures are replaced."""

import math
from dataclasses import replace
from itertools import permutations

import pytest

from crystal_llm.crystal.written import Written
from crystal_llm.errors import RequestError
from crystal_llm.generation.best_of import MOST_DRAWS, Draws
from crystal_llm.generation.choices import choices_along
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.writer import write_crystals
from crystal_llm.types import PlainCrystal

REQUEST = GenerationRequest(3, max_atoms=6, temperature=1.0, top_p=1.0, seed=3)
SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
GOOD, BAD = Written("a", SALT), Written("a", None, failure="no place is left")


def written(model, request, known=None, batch_size=8, energies=None):
    crystals = write_crystals(model, request, batch_size=batch_size, known=known, energies=energies)
    return sorted(crystals, key=lambda crystal: crystal.index)


def geometry(model, crystal):
    """Log-likelihood of all but the elements, choice by choice."""
    return math.fsum(
        choice.log_probabilities[choice.labels.index(choice.written)]
        for choice in choices_along(model, REQUEST, crystal.text)
        if choice.kind != "element"
    )


@pytest.fixture(scope="module")
def single_draws(compact_model):
    """The first four draws of each crystal: what came before is called known each time."""
    draws = []
    for _ in range(4):
        before = [crystal.crystal for draw in draws for crystal in draw]
        request = replace(REQUEST, new_only=True)
        known = {repr(crystal): "X" for crystal in before}
        draws.append(written(compact_model, request, lambda c, k=known: k.get(repr(c))))
    return draws


@pytest.mark.parametrize("batch_size", [1, 5, 16])
def test_the_likeliest_geometry_is_kept_in_any_batch(compact_model, single_draws, batch_size):
    best = written(compact_model, replace(REQUEST, best_of=4), batch_size=batch_size)
    for crystal, *rivals in zip(best, *single_draws, strict=True):
        likeliest = max(rivals, key=lambda rival: geometry(compact_model, rival))
        assert crystal.text == likeliest.text
        assert (crystal.chosen_from, crystal.redrawn) == (4, 0)
    assert any(a.text != b.text for a, b in zip(best, single_draws[0], strict=True))


def test_known_crystals_are_passed_over(compact_model, single_draws):
    likeliest = written(compact_model, replace(REQUEST, best_of=4))
    known = [crystal.crystal for crystal in likeliest]
    request = replace(REQUEST, best_of=4, new_only=True)
    new = written(compact_model, request, lambda c: "X" if c in known else None)
    for crystal, *rivals in zip(new, *single_draws, strict=True):
        unknown = [rival for rival in rivals if rival.crystal not in known]
        assert crystal.text == max(unknown, key=lambda r: geometry(compact_model, r)).text
        assert (crystal.chosen_from, crystal.redrawn) == (4, 0)


def size_energies(crystals):
    """As if long edges were high energies; rhombic cells have none."""
    return [
        None if 60.0 in crystal.angles_degrees else sum(crystal.lengths_angstrom)
        for crystal in crystals
    ]


@pytest.mark.parametrize("batch_size", [1, 5, 16])
def test_the_lowest_energy_is_kept_in_any_batch(compact_model, single_draws, batch_size):
    request = replace(REQUEST, best_of=4, chosen_by="energy")
    best = written(compact_model, request, None, batch_size, size_energies)
    for crystal, *rivals in zip(best, *single_draws, strict=True):
        energies = size_energies([rival.crystal for rival in rivals])
        lowest = min(energy for energy in energies if energy is not None)
        assert crystal.text == rivals[energies.index(lowest)].text
        assert crystal.energy_above_hull_written_ev_per_atom == lowest
        assert (crystal.chosen_from, crystal.redrawn) == (4, 0)


def test_the_lowest_that_is_no_known_structure_is_kept(compact_model, single_draws):
    request = replace(REQUEST, best_of=4, chosen_by="energy")
    known = [crystal.crystal for crystal in written(compact_model, request, energies=size_energies)]
    new = written(
        compact_model,
        replace(request, new_only=True),
        lambda crystal: "X" if crystal in known else None,
        energies=size_energies,
    )
    for crystal, *rivals in zip(new, *single_draws, strict=True):
        unknown = [rival.crystal for rival in rivals if rival.crystal not in known]
        energies = [energy for energy in size_energies(unknown) if energy is not None]
        assert crystal.energy_above_hull_written_ev_per_atom == min(energies)


def test_of_those_without_an_energy_the_likeliest_geometry_is_kept():
    results = [(replace(GOOD, text="a"), -2.0), (replace(GOOD, text="b"), -1.0)]
    nothing = Draws(2, energies=lambda crystals: [None] * len(crystals))
    assert ended(nothing, results.__getitem__, (0, 1)).text == "b"
    worse = Draws(2, energies=lambda crystals: [5.0, None])
    assert ended(worse, results.__getitem__, (0, 1)).text == "a"


def test_by_energy_needs_a_hull_and_one_crystal_needs_none(compact_model):
    def asked(crystals):
        raise AssertionError("weighed")

    request = replace(REQUEST, best_of=2, chosen_by="energy")
    with pytest.raises(RequestError, match="there is no hull to compare with"):
        written(compact_model, request)
    for plain in (replace(request, best_of=1), replace(request, chosen_by="likelihood")):
        assert len(written(compact_model, plain, energies=asked)) == 3
    with pytest.raises(RequestError, match="'price': energy or likelihood"):
        replace(REQUEST, chosen_by="price")


def ended(draws, outcomes, order):
    """Lets draws end, some in a given order and those begun later one by one."""
    waiting = list(order)
    while True:
        draw = waiting.pop(0)
        draws.end(draw, *outcomes(draw))
        if draws.under_way:
            continue
        outcome = draws.outcome()
        if isinstance(outcome, Written):
            return outcome
        waiting.append(outcome)


def test_the_order_in_which_draws_end_is_the_same_to_the_outcome():
    results = [(GOOD, -9.0), (BAD, 0.0), (replace(GOOD, text="best"), -1.0)]
    for order in permutations(range(3)):
        assert ended(Draws(3), results.__getitem__, order) == replace(
            GOOD, text="best", chosen_from=2
        )


def test_of_equals_the_first_draw_is_kept():
    results = [(replace(GOOD, text=name), -1.0) for name in "abc"]
    assert ended(Draws(3), results.__getitem__, (2, 0, 1)).text == "a"


def test_where_all_are_known_or_fail_another_is_drawn():
    new = replace(GOOD, text="new", crystal=replace(SALT, species=("K", "Cl")))
    results = [(GOOD, -1.0), (BAD, 0.0), (GOOD, -3.0), (new, -30.0)]
    draws = Draws(2, lambda crystal: "NaCl" if crystal == SALT else None)
    assert ended(draws, results.__getitem__, (1, 0)) == replace(new, chosen_from=3, redrawn=2)


@pytest.mark.parametrize("best_of", [1, 4])
def test_where_every_draw_fails_the_crystal_does(best_of):
    failed = ended(Draws(best_of), lambda _: (BAD, 0.0), range(best_of))
    assert failed == replace(BAD, redrawn=MOST_DRAWS - 1)


@pytest.mark.parametrize("best_of", [0, 17, -1])
def test_a_number_out_of_range_is_refused(best_of):
    with pytest.raises(RequestError, match=rf"^best of {best_of}: from 1 to 16$"):
        GenerationRequest(1, best_of=best_of)


@pytest.mark.parametrize("seed", range(6))
def test_the_first_crystal_is_not_kept_waiting_by_others(compact_model, seed):
    request = replace(REQUEST, best_of=4, seed=seed)
    assert next(write_crystals(compact_model, request, batch_size=16)).index == 0


@pytest.mark.parametrize("batch_size", [1, 3, 16])
def test_a_decoder_that_admits_none_late_comes_to_an_end(compact_model, monkeypatch, batch_size):
    best = written(compact_model, replace(REQUEST, best_of=4), batch_size=batch_size)
    monkeypatch.setattr(type(compact_model.decoder), "admits_late", False)
    again = written(compact_model, replace(REQUEST, best_of=4), batch_size=batch_size)
    assert [crystal.text for crystal in again] == [crystal.text for crystal in best]
