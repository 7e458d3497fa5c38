"""The choices along a crystal: the model's own distribution at every place."""

import math

import numpy as np
import pytest
from compact_model import load_tiny

from crystal_llm.errors import RequestError
from crystal_llm.generation.choices import Choice, choices_along
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.generation.sampling import nucleus
from crystal_llm.generation.writer import write_crystals
from crystal_llm.types import Conditions

REQUEST = GenerationRequest(2, Conditions(formula="SrTiO3"), temperature=1.0, top_p=1.0)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load_tiny(tmp_path_factory.mktemp("tiny"))


def test_the_choices_written_multiply_to_the_candidates_likelihood(tiny):
    for candidate in write_crystals(tiny, REQUEST):
        choices = choices_along(tiny, REQUEST, candidate.text)
        total = sum(
            choice.log_probabilities[choice.labels.index(choice.written)] for choice in choices
        )
        assert total == pytest.approx(candidate.log_likelihood, rel=1e-6)
        assert choices[0].kind == "spacegroup" and choices[0].line == 0
        for choice in choices:
            assert np.exp(choice.log_probabilities).sum() == pytest.approx(1.0)
            assert 0.0 <= choice.entropy_bits <= math.log2(len(choice.labels)) + 1e-9


@pytest.mark.model
def test_coordinate_text_has_choices_by_digit(tiny_models):
    request = GenerationRequest(1, max_atoms=3, temperature=1.0, top_p=1.0)
    [candidate] = write_crystals(tiny_models["float32"], request)
    choices = choices_along(tiny_models["float32"], request, candidate.text)
    total = sum(c.log_probabilities[c.labels.index(c.written)] for c in choices)
    assert total == pytest.approx(candidate.log_likelihood, rel=1e-5)
    assert {choice.kind for choice in choices} >= {"digit", "element"}
    # After an atom the text ends, or another follows on a new line.
    assert {"↵", "end"} in [set(choice.labels) for choice in choices]


def test_sliders_reshape_without_the_model():
    choice = Choice(0, "element", "O", ("O", "S", "Se"), tuple(np.log([0.7, 0.2, 0.1])))

    def shares(temperature, top_p):
        return nucleus(np.array([choice.log_probabilities]), temperature, top_p)[0]

    assert shares(1.0, 1.0) == pytest.approx([0.7, 0.2, 0.1])
    assert shares(1.0, 0.8) == pytest.approx([0.7 / 0.9, 0.2 / 0.9, 0.0])
    assert shares(0.05, 1.0)[0] == pytest.approx(1.0)
    assert shares(100.0, 1.0) == pytest.approx([1 / 3] * 3, abs=0.01)


def test_a_text_that_breaks_the_conditions_is_refused(tiny):
    held = GenerationRequest(1, Conditions(formula="NaCl"), hard=frozenset({"formula"}))
    with pytest.raises(RequestError, match="'Sr', breaks"):
        choices_along(tiny, held, "221\n3.9\nSr 1a\nTi 1b\nO 3c")
    with pytest.raises(RequestError, match="no symmetric text"):
        choices_along(tiny, held, "nonsense")
