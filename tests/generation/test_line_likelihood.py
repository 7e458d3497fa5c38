"""Likelihoods by line and by site."""

import pytest

from crystal_llm.generation.line_likelihood import site_log_likelihoods, summed_by_line


def test_a_site_is_its_element_and_its_coordinates():
    lines = (-9.0, -3.0, -1.0, -0.5, -2.0, -0.25)
    text = "4.0 4.0 4.0\n60 60 60\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"
    assert site_log_likelihoods(lines, text) == (-1.5, -2.25)
    assert sum(site_log_likelihoods(lines, text)) == pytest.approx(sum(lines[2:]))
    assert site_log_likelihoods(lines[:2], "4.0 4.0 4.0\n60 60 60") == ()


def test_every_site_of_an_orbit_has_the_likelihood_of_its_line():
    # Four Na and eight O in the conventional cell of a face-centred group: one and two here.
    text = "225\n5.6\nNa 4a\nO 8c"
    assert site_log_likelihoods((-1.0, -2.0, -0.5, -0.75), text) == (-0.5, -0.75, -0.75)


def test_values_are_summed_by_their_line():
    assert summed_by_line([(0, -1.0), (2, -2.0), (2, -3.0)], 3) == (-1.0, 0.0, -5.0)
    assert summed_by_line([(7, -1.0)], 2) == (0.0, -1.0), "what lies behind is of the last line"
    assert summed_by_line([], 2) == (0.0, 0.0)
