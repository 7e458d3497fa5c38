"""The kept part of a completed crystal is exactly what was given."""

from dataclasses import replace

import pytest

from crystal_llm.errors import InfillError, RequestError
from crystal_llm.infill.completion import added_text, complete, completion_request


@pytest.mark.parametrize("name", ["float32", "transformers"])
def test_kept_atoms_and_lattice_stay_and_the_rest_is_as_asked(tiny_models, rock_salt, name):
    exact = replace(
        rock_salt.translated((0.1234, 0.0, 0.0)), lengths_angstrom=(5.6412, 5.6412, 5.6412)
    )
    keep = [0, 1, 2, 3]
    request = completion_request(exact, keep, 3, atoms=6, elements=["Cl", "Br"], temperature=2.0)
    completions = list(complete(tiny_models[name], exact, keep, request))
    assert len(completions) == 3
    for completion in completions:
        assert completion.written.text.startswith(request.beginning)
        assert completion.crystal.lengths_angstrom == exact.lengths_angstrom
        assert completion.crystal.fractional_coordinates[:4] == exact.fractional_coordinates[:4]
        assert completion.crystal.species[:4] == ("Na",) * 4
        assert len(completion.added) == 2
        assert set(completion.added) <= {"Cl", "Br"}
        assert len(completion.crystal.species) == 6


def test_the_lattice_alone_can_be_kept(tiny_models, rock_salt):
    request = completion_request(rock_salt, [], 2, max_atoms=3, temperature=2.0, seed=4)
    assert request.beginning == "5.6 5.6 5.6\n90 90 90\n"
    for completion in complete(tiny_models["float32"], rock_salt, [], request):
        assert completion.crystal.lengths_angstrom == rock_salt.lengths_angstrom
        assert 1 <= len(completion.added) <= 3


def test_a_formula_is_met_whatever_the_model_would_write(tiny_models, rock_salt):
    keep = [0, 1, 4]
    request = completion_request(
        rock_salt, keep, 4, max_atoms=12, formula="Na2ClBr", temperature=3.0, top_p=1.0
    )
    assert "Na2BrCl" in request.prompt
    for completion in complete(tiny_models["float32"], rock_salt, keep, request):
        counts = {
            name: completion.crystal.species.count(name) for name in completion.crystal.species
        }
        units = counts["Cl"]
        assert counts == {"Na": 2 * units, "Cl": units, "Br": units}
        assert len(completion.crystal.species) > 3
    exact = completion_request(rock_salt, keep, 1, atoms=8, formula="NaCl")
    (completion,) = complete(tiny_models["float32"], rock_salt, keep, exact)
    assert sorted(completion.crystal.species) == ["Cl"] * 4 + ["Na"] * 4
    assert completion.description(3, 8).startswith("3 of 8 atoms kept, ")
    assert completion.description(3, 8).endswith(" added by the model")


def test_excluded_elements_are_not_added_and_a_run_goes_on_where_it_stopped(tiny_models, rock_salt):
    request = completion_request(
        rock_salt, [0], 4, atoms=4, elements=["O", "S", "F"], excluded=["F"], temperature=2.0
    )
    model = tiny_models["float32"]
    whole = {
        completion.written.id: completion for completion in complete(model, rock_salt, [0], request)
    }
    assert set().union(*(completion.added for completion in whole.values())) <= {"O", "S"}
    rest = list(complete(model, rock_salt, [0], request, batch_size=1, first=2))
    assert {completion.written.id for completion in rest} == {"0-2", "0-3"}
    assert all(completion.crystal == whole[completion.written.id].crystal for completion in rest)


def test_what_was_added_is_told_in_one_word_an_element():
    assert added_text(["Cl", "O", "Cl"]) == "Cl2 O"
    assert added_text([]) == ""


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"keep": [9]}, InfillError, "0 to 7"),
        ({"keep": range(8), "max_atoms": 8}, InfillError, "none can be added"),
        ({"atoms": 2}, InfillError, "none can be added"),
        ({"atoms": 500}, InfillError, "at most 200"),
        ({"elements": ["Qq"]}, InfillError, "not an element"),
        ({"elements": []}, InfillError, "allow at least one"),
        ({"elements": ["O"], "excluded": ["O"]}, InfillError, "allow at least one"),
        ({"excluded": ["Po"]}, InfillError, "no model here can write"),
        ({"formula": "NaCl", "elements": ["Cl"]}, InfillError, "not both"),
        ({"formula": "LiF"}, InfillError, "Na is kept but not in LiF"),
        ({"formula": "NaCl", "atoms": 5}, InfillError, "a multiple of 2"),
        ({"formula": "NaCl", "max_atoms": 3}, InfillError, "need 4 atoms; at most 3"),
        ({"formula": "Xx"}, RequestError, "not a chemical formula"),
        ({"count": 0}, RequestError, "from 1 to"),
        ({"temperature": 0.0}, RequestError, "above 0"),
        ({"min_distance_angstrom": 5.0}, InfillError, "apart"),
    ],
)
def test_impossible_completions_are_refused(rock_salt, options, error, said):
    options = {"keep": [0, 1], "count": 1} | options
    keep, count = options.pop("keep"), options.pop("count")
    with pytest.raises(error, match=said):
        completion_request(rock_salt, keep, count, **options)


def test_kept_atoms_on_each_other_are_named(rock_salt):
    sites = list(rock_salt.fractional_coordinates)
    sites[2] = (0.02, 0.0, 0.0)
    close = replace(rock_salt, fractional_coordinates=tuple(sites))
    with pytest.raises(InfillError, match=r"kept sites 0 and 2 are 0\.11 Å apart"):
        completion_request(close, [0, 2], 1)
