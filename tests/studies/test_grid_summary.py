"""A study in numbers, worked by hand."""

from dataclasses import replace

import pytest

from crystal_llm.evaluation.rates import Rate
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.studies.grid_crystals import StudyCrystal
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.studies.grid_summary import (
    central,
    dominated,
    element_diversity,
    interval,
    pareto_front,
    summarise,
)
from crystal_llm.types import Conditions

SALT = StudyCrystal(
    0, "text", "NaCl", ("Cl", "Na"), None, True, True, True, True, True, 0.05, 0.2, -2.0, 4.0, 3.0
)
NONE = StudyCrystal(
    0, "", None, (), "no crystal", False, True, False, None, None, None, None, None, 4.0, None
)


def grid(cells=1, crystals=4, relaxed=2, **said):
    return GridStudy(
        (StudyModel("a"),),
        tuple(0.5 + place / 10 for place in range(cells)),
        (0.9,),
        GenerationRequest(crystals),
        relaxed=relaxed,
        **said,
    )


def crystals_of(cell, count, **shares):
    """Crystals of a cell of 100, the first so many of which have a property."""
    return [
        replace(
            SALT,
            index=100 * cell + place,
            **{name: place < number for name, number in shares.items()},
        )
        for place in range(count)
    ]


def test_failures_stay_in_the_denominators_and_energies_count_their_own_part():
    study = grid()
    crystals = [
        replace(SALT, index=0, relaxed=None, energy_above_hull_ev_per_atom=None),
        replace(SALT, index=1, written_s=6.0),  # of the relaxed part
        replace(NONE, index=2),
        replace(NONE, index=3),  # of the relaxed part, too
    ]
    assert [study.is_relaxed(index) for index in range(4)] == [False, True, False, True]
    (cell,) = summarise(study, crystals[::-1])
    assert cell.valid == Rate(2, 4, "asked") and cell.novel == Rate(2, 4, "asked")
    assert cell.metastable == Rate(1, 2, "sent to relaxation")
    assert cell.metastable_written == Rate(0, 2, "sent to relaxation")
    assert cell.sun == Rate(0, 2, "sent to relaxation")
    assert cell.log_likelihood.value == -2.0 and cell.log_likelihood.total == 2
    assert cell.relaxing.value == 3.0
    assert cell.writing == pytest.approx(6.0 / 4)  # the last of the round ends it


def test_rounds_add_up_and_a_sun_crystal_costs_what_its_part_took():
    study = grid(relaxed=4)
    crystals = [
        replace(SALT, index=place, written_s=place + 1.0, energy_above_hull_ev_per_atom=-0.01)
        for place in range(4)
    ]
    (cell,) = summarise(study, crystals, round_size=2)
    assert cell.writing == pytest.approx((2.0 + 4.0) / 4)
    assert cell.sun == Rate(4, 4, "sent to relaxation")
    assert cell.seconds_per_sun == pytest.approx((4 * 3.0 + 4 * 1.5) / 4)


def test_without_known_crystals_there_is_no_novelty_and_no_sun():
    (cell,) = summarise(grid(), [replace(SALT, index=1, novel=None)])
    assert cell.novel is None and cell.sun is None and cell.seconds_per_sun is None
    assert cell.new == Rate(1, 1, "asked")


def test_coverage_and_diversity_are_of_the_fingerprints():
    study = grid(crystals=5, relaxed=0, test_crystals=8)
    marks = {"composition": (0.0, 0.0), "near_composition": "ff", "test_crystals": 8}
    crystals = [
        replace(SALT, index=0, structure=(0.0, 0.0), near_structure="c0", **marks),
        replace(SALT, index=1, structure=(3.0, 4.0), near_structure="40", **marks),
        # Invalid: it covers, as CDVAE has it, and counts for no diversity.
        replace(SALT, index=2, valid=False, structure=(9.0, 9.0), near_structure="01", **marks),
        replace(SALT, index=3, structure=None, near_structure="00", **marks),
        replace(NONE, index=4),
    ]
    (cell,) = summarise(study, crystals)
    assert cell.recall == Rate(3, 8, "test crystals")
    assert cell.precision == Rate(3, 5, "asked")
    assert cell.structure_diversity.value == 5.0 and cell.structure_diversity.total == 2
    assert cell.composition_diversity.value == 0.0
    assert summarise(study, [replace(SALT, index=0)])[0].recall is None


def test_what_refining_takes_and_saves_is_told():
    study = grid(relaxed=4)
    crystals = [
        replace(
            SALT, index=place, refined=True, refined_s=0.5, steps=10 * place, written_s=4.0,
            energy_above_hull_ev_per_atom=-0.01,
        )
        for place in range(4)
    ]  # fmt: skip
    (cell,) = summarise(study, crystals)
    assert cell.refining.value == 0.5 and cell.steps.value == 15.0
    assert cell.seconds_per_sun == pytest.approx((4 * 3.0 + 4 * 0.5 + 4.0) / 4)
    assert pareto_front([cell], "steps", "refining") == {0}


def test_an_empty_cell_has_no_share_and_no_mean():
    (cell,) = summarise(grid(), [])
    assert central(cell.valid) is None and interval(cell.valid) is None
    assert cell.metastable is None and cell.log_likelihood is None and cell.writing is None
    assert pareto_front([cell], "valid", "unique") == frozenset()


def test_diversity_of_elements_is_the_mean_jaccard_distance():
    diversity = element_diversity([("Cl", "Na"), ("Cl", "K"), ("Fe",)])
    assert diversity.value == pytest.approx(((1 - 1 / 3) + 1 + 1) / 3)
    assert element_diversity([("Cl", "Na")] * 5).value == 0.0
    assert element_diversity([("Fe",)]) is None


def test_the_front_has_the_cells_that_no_other_beats_in_both():
    study = grid(4, 100, relaxed=0)
    crystals = [
        *crystals_of(0, 100, valid=90, novel=20),
        *crystals_of(1, 100, valid=70, novel=60),
        *crystals_of(2, 100, valid=60, novel=60),
        *crystals_of(3, 100, valid=50, novel=80),
    ]
    cells = summarise(study, crystals)
    assert pareto_front(cells, "valid", "novel") == {0, 1, 3}
    # Fewer seconds are better.
    assert pareto_front(cells, "valid", "writing") == {0}


def test_only_a_clearly_worse_cell_is_dominated_and_it_says_by_what():
    study = grid(3, 100, relaxed=0)
    crystals = [
        *crystals_of(0, 100, valid=90, novel=80),
        *crystals_of(1, 100, valid=20, novel=10),
        *crystals_of(2, 100, valid=85, novel=10),  # as valid, for all that is known
    ]
    (why,) = dominated(study, summarise(study, crystals)).items()
    assert why[0] == 1
    assert "valid at most 29% against at least 83%" in why[1]
    assert "τ = 0.5, P = 0.9" in why[1]


def test_cells_of_other_prompts_are_no_rivals():
    prompts = (Conditions(), Conditions(formula="NaCl"))
    study = grid(1, 100, relaxed=0, conditions=prompts)
    crystals = [*crystals_of(0, 100, valid=95, novel=95), *crystals_of(1, 100, valid=5, novel=5)]
    assert dominated(study, summarise(study, crystals)) == {}
