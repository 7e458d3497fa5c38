"""The grid of a study: its cells, the order of its crystals, and what is refused."""

import pytest

from crystal_llm.errors import EvaluationError, RequestError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.types import Conditions

A, B = StudyModel("a"), StudyModel("b")


def grid(count=10, **said):
    usual = {"models": (A, B), "temperatures": (0.5, 1.0), "top_ps": (0.8, 0.9, 1.0)}
    return GridStudy(**(usual | said), request=GenerationRequest(count))


def test_every_index_lies_in_one_cell_and_every_cell_differs():
    study = grid(conditions=(Conditions(), Conditions(formula="NaCl")))
    assert study.cell_count == 24 and study.count == 240
    assert [study.cell_at(10 * number) for number in range(24)] == list(study.cells)
    assert study.cell_at(239).number == 23
    assert len({(c.model, c.conditions, c.temperature, c.top_p) for c in study.cells}) == 24
    request = study.request_of(study.cells[23])
    assert (request.temperature, request.top_p, request.conditions.formula) == (1.0, 1.0, "NaCl")


def test_refined_cells_stand_beside_those_that_are_not():
    study = grid(conditions=(Conditions(), Conditions(formula="NaCl")), refinements=(False, True))
    assert study.cell_count == 48
    assert [study.cell_at(10 * number) for number in range(48)] == list(study.cells)
    assert [cell.refined for cell in study.cells[:12]] == [False] * 6 + [True] * 6
    assert study.cells[6].settings == "τ = 0.5, P = 0.8, refined"
    # What is written is the same: the request does not know of it.
    assert study.request_of(study.cells[0]) == study.request_of(study.cells[6])


@pytest.mark.parametrize("size", [1, 3, 4, 10, 64])
def test_batches_take_every_crystal_once_and_no_batch_leaves_its_cell(size):
    study = grid()
    batches = study.batches(size)
    assert sorted(index for batch in batches for index in batch) == list(range(study.count))
    assert all(batch.start // 10 == (batch.stop - 1) // 10 for batch in batches)
    # Every cell has its first batch before any has its second.
    assert [batch.start // 10 for batch in batches[: study.cell_count]] == list(range(12))


@pytest.mark.parametrize("relaxed", range(11))
def test_the_relaxed_part_lies_evenly_in_each_cell(relaxed):
    study = grid(relaxed=relaxed)
    places = [place for place in range(10) if study.is_relaxed(place)]
    assert len(places) == relaxed
    assert places == [index - 50 for index in study.indexes_of(5) if study.is_relaxed(index)]
    first = sum(place < 5 for place in places)
    assert abs(2 * first - relaxed) <= 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"models": ()}, "the grid is empty: models holds no value"),
        ({"temperatures": ()}, "temperatures holds no value"),
        ({"top_ps": ()}, r"top_p \(nucleus sizes P\) holds no value"),
        ({"temperatures": (0.0,)}, "τ = 0: above 0"),
        ({"temperatures": (float("nan"),)}, "τ = nan"),
        ({"top_ps": (1.5,)}, "P = 1.5: above 0 and at most 1"),
        ({"temperatures": (0.7, 0.7)}, "0.7 stands there twice"),
        ({"relaxed": 11}, "from 0 to the 10 crystals of a cell"),
        ({"objectives": ()}, "at least one of"),
        ({"refinements": ()}, "refine holds no value"),
        ({"test_crystals": 20_000}, "test_crystals = 20,000: from 0 to 10,000"),
        ({"count": 10_000}, "120,000: at most 100,000"),
        ({"temperatures": tuple(0.1 + place / 100 for place in range(90))}, "cells: at most 400"),
    ],
)
def test_an_impossible_grid_is_refused_in_one_line(said, message):
    with pytest.raises(EvaluationError, match=message) as refused:
        grid(**said)
    assert "\n" not in str(refused.value)


def test_a_prompt_that_cannot_be_asked_is_refused():
    with pytest.raises(RequestError, match="Xx"):
        grid(conditions=(Conditions(), Conditions(formula="Xx")))
