"""The table of a job's crystals: its order, and the columns that stand for what was asked."""

from dataclasses import replace

from ui_jobs import candidate, written

from crystal_llm.candidate import Candidate, Compared
from crystal_llm.evaluation.novelty import Novelty
from crystal_llm.jobs.job import JobResult
from crystal_llm.ui.jobs import result_table
from crystal_llm.ui.jobs.result_table import in_order, show_result_table


def weighed(place, energy_ev_per_atom):
    """Written, and nothing more."""
    crystal = written(place)
    return Candidate((replace(crystal, energy_above_hull_written_ev_per_atom=energy_ev_per_atom),))


def rows(*candidates):
    return [JobResult("job", crystal, 0.0) for crystal in candidates]


def test_judged_crystals_come_first_then_the_lowest_as_written():
    judged = candidate(2)
    crystals = rows(weighed(0, None), weighed(1, 0.3), judged, weighed(3, -0.1))
    assert [row.number for row in in_order(crystals)] == [3, 4, 2, 1]


def test_of_equal_crystals_of_one_energy_the_one_that_stands_for_them_comes_first():
    steps = candidate(0).steps[:4]  # up to the hull, where all three have one energy
    known = [
        Candidate(
            (replace(steps[0], index=place), *steps[1:], Compared(Novelty(duplicate_of=same)))
        )
        for place, same in enumerate((1, None, 1))
    ]
    assert [row.number for row in in_order(rows(*known))] == [2, 1, 3]


def test_energies_as_written_are_a_column_where_crystals_were_chosen_by_them(monkeypatch):
    tables = []

    def dataframe(table, **_):
        tables.append(table.data)
        return {"selection": {"rows": [], "cells": []}}

    monkeypatch.setattr(result_table.st, "dataframe", dataframe)
    for crystals in (rows(weighed(0, 0.25), weighed(1, None)), rows(weighed(0, None))):
        show_result_table(crystals, key="k", judged=False, open_crystal=lambda number: None)
    assert list(tables[0]["written above hull"].fillna(9)) == [0.25, 9]
    assert "written above hull" not in tables[1]
