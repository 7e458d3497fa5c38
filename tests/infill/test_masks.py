from dataclasses import replace

import pytest

from crystal_llm.errors import InfillError
from crystal_llm.infill.masks import check_coordinate_text, groups, known_elements, masked_sites


def test_groups_are_by_element_in_the_order_of_their_sites(perovskite):
    first, second = groups(perovskite, [3, 1, 2, 3])
    assert (first.element, first.sites, first.others) == ("Ti", (1,), ())
    assert (second.element, second.sites, second.others) == ("O", (2, 3), (4,))


def test_an_element_that_no_model_has_seen_may_be_masked_but_not_read(perovskite):
    strange = replace(perovskite, species=("Ra", *perovskite.species[1:]))
    assert masked_sites(strange, [0]) == (0,)
    with pytest.raises(InfillError, match=r"site 0 \(Ra\)"):
        masked_sites(strange, [1])
    assert masked_sites(strange, [1], hidden=[0]) == (1,)


def test_a_crystal_that_is_no_coordinate_text_is_refused(perovskite):
    with pytest.raises(InfillError, match="cannot be written as text"):
        check_coordinate_text(replace(perovskite, lengths_angstrom=(0.01, 3.9, 3.9)))
    large = replace(
        perovskite,
        species=perovskite.species * 41,
        fractional_coordinates=perovskite.fractional_coordinates * 41,
    )
    with pytest.raises(InfillError, match="205 atoms; a model of coordinate text reads at most"):
        check_coordinate_text(large)


def test_elements_are_checked():
    assert known_elements(["Li", "O"]) == {"Li", "O"}
    with pytest.raises(InfillError, match="Qq: not an element"):
        known_elements(["Qq"])
    with pytest.raises(InfillError, match="Po: no crystal with it"):
        known_elements(["Po"])
