"""The kept part of a completed crystal is exactly what was given."""

from dataclasses import replace

import pytest

from crystal_llm.errors import InfillError, RequestError
from crystal_llm.infill.completion import complete, completion_request


@pytest.mark.parametrize("name", ["float32", "transformers"])
def test_kept_atoms_and_lattice_stay_and_the_rest_is_as_asked(tiny_models, rock_salt, name):
    exact = replace(
        rock_salt.translated((0.1234, 0.0, 0.0)), lengths_angstrom=(5.6412, 5.6412, 5.6412)
    )
    keep = [0, 1, 2, 3]
    request = completion_request(exact, keep, 3, atoms=6, elements=["Cl", "Br"], temperature=2.0)
    found = list(complete(tiny_models[name], exact, keep, request))
    assert len(found) == 3
    for one in found:
        assert one.candidate.text.startswith(request.beginning)
        assert one.crystal.lengths_angstrom == exact.lengths_angstrom
        assert one.crystal.fractional_coordinates[:4] == exact.fractional_coordinates[:4]
        assert one.crystal.species[:4] == ("Na",) * 4
        assert len(one.added) == 2
        assert set(one.added) <= {"Cl", "Br"}
        assert len(one.candidate.structure["sites"]) == 6


def test_the_lattice_alone_can_be_kept(tiny_models, rock_salt):
    request = completion_request(rock_salt, [], 2, max_atoms=3, temperature=2.0, seed=4)
    assert request.beginning == "5.6 5.6 5.6\n90 90 90\n"
    for one in complete(tiny_models["float32"], rock_salt, [], request):
        assert one.crystal.lengths_angstrom == rock_salt.lengths_angstrom
        assert 1 <= len(one.added) <= 3


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"keep": [9]}, InfillError, "0 to 7"),
        ({"keep": range(8), "max_atoms": 8}, InfillError, "none can be added"),
        ({"atoms": 2}, InfillError, "none can be added"),
        ({"atoms": 500}, InfillError, "at most 200"),
        ({"elements": ["Qq"]}, InfillError, "not an element"),
        ({"elements": []}, InfillError, "allow at least one"),
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
