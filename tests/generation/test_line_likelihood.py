"""Likelihoods by line and by site."""

import pytest

from crystal_llm.generation.line_likelihood import site_log_likelihoods, summed_by_line


def test_a_site_is_its_element_and_its_coordinates():
    lines = (-9.0, -3.0, -1.0, -0.5, -2.0, -0.25)
    assert site_log_likelihoods(lines) == (-1.5, -2.25)
    assert sum(site_log_likelihoods(lines)) == pytest.approx(sum(lines[2:]))
    assert site_log_likelihoods(lines[:2]) == ()


def test_values_are_summed_by_their_line():
    assert summed_by_line([(0, -1.0), (2, -2.0), (2, -3.0)], 3) == (-1.0, 0.0, -5.0)
    assert summed_by_line([(7, -1.0)], 2) == (0.0, -1.0), "what lies behind is of the last line"
    assert summed_by_line([], 2) == (0.0, 0.0)
