"""The test crystals of a study's coverage are the same at every call, and have to be there."""

import pytest

from crystal_llm.candidate import Candidate, Refined
from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import coverage, fingerprint_set
from crystal_llm.evaluation.coverage_marks import marked_recall
from crystal_llm.evaluation.fingerprints import fingerprint
from crystal_llm.flow.result import Refinement
from crystal_llm.studies.coverage_set import draw_test_crystals, fingerprinted, test_set
from crystal_llm.types import PlainCrystal

test_set.__test__ = False


def salt(cation, edge):
    return PlainCrystal(
        (edge, edge, edge), (60.0, 60.0, 60.0), (cation, "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5))
    )


SALTS = (salt("Na", 3.99), salt("K", 4.45), salt("Li", 3.62), salt("Rb", 4.65))


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "known-structures.parquet"
    rows = [
        SymmetricRow(
            f"mp-{place}", f"{salt.species[0]}Cl", symmetric_crystal(salt), None, None, None,
            "train" if place == 3 else "test", False,
        )
        for place, salt in enumerate(SALTS)
    ]  # fmt: skip
    write_symmetric_table(rows, path)
    return path


def test_test_rows_alone_are_drawn_and_always_the_same(table):
    drawn = draw_test_crystals(table, 2)
    assert len(drawn) == 2 and drawn == draw_test_crystals(table, 2)
    assert {
        draw_test_crystal.species[0] for draw_test_crystal in draw_test_crystals(table, 100)
    } == {"Na", "K", "Li"}


def test_without_test_crystals_there_is_one_line(table):
    with pytest.raises(EvaluationError, match="no test crystal of at most 1 atoms"):
        draw_test_crystals(table, 2, max_atoms=1)
    with pytest.raises(EvaluationError, match="table of known structures is not there"):
        draw_test_crystals(None, 2)


def test_crystals_are_marked_as_the_metric_has_them(table, tmp_path):
    test = test_set(table, 10, 20, tmp_path)
    candidates = [Candidate((Written(f"{n}", salt, index=n),)) for n, salt in enumerate(SALTS[2:])]
    marked = list(fingerprinted(candidates, test, tmp_path))
    recall = marked_recall([crystal.marks for crystal in marked])
    whole = coverage(fingerprint_set([fingerprint(salt) for salt in SALTS[2:]]), test, 2)
    assert recall == whole.recall and recall.total == 3
    assert list(fingerprinted(candidates, test, tmp_path, should_stop=lambda: True)) == []


def test_a_refined_crystal_is_marked_as_refined(table, tmp_path):
    test = test_set(table, 10, 20, tmp_path)
    refinement = Refinement(SALTS[0], SALTS[1], None, 0.1, 0.1, 0.3, "flow", 10, 0.1)
    candidate = Candidate((Written("0", SALTS[0]), Refined(refinement)))
    (after,) = fingerprinted([candidate], test, tmp_path)
    (plain,) = fingerprinted([Candidate((Written("0", SALTS[1]),))], test, tmp_path)
    assert after.marks == plain.marks and after.refined_crystal == SALTS[1]
