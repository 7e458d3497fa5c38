"""A study as a job: its cells fill in turns, a killed worker's goes on, dominated cells end."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest
from compact_model import write_tiny_card
from tiny_flow import save_tiny_flow
from waiting import until

from crystal_llm.crystal.symmetry_search import symmetric_crystal
from crystal_llm.dataset.known_structures import SHIPPED_STRUCTURES
from crystal_llm.dataset.symmetric_table import SymmetricRow, write_symmetric_table
from crystal_llm.errors import EvaluationError, JobError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.order import Judge
from crystal_llm.jobs.orders import flat, order_yaml, read_order, read_replay
from crystal_llm.jobs.queue import JobQueue
from crystal_llm.jobs.refine import Refine
from crystal_llm.jobs.study_config import read_study
from crystal_llm.jobs.study_folder import read_study_folder, run_study
from crystal_llm.jobs.study_order import StudyOrder
from crystal_llm.settings import Settings, settings
from crystal_llm.studies import grid_summary
from crystal_llm.studies.grid_file import read_study_file, write_study
from crystal_llm.studies.grid_study import GridStudy, StudyModel
from crystal_llm.types import Conditions, PlainCrystal

UNJUDGED = Judge(reference=None)


@pytest.fixture
def configured(tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models, "one")
    return Settings(home=tmp_path / "home", models=models, model="one")


def order_of(crystals=6, batch_size=2, **said):
    usual = {"models": (StudyModel("one"),), "temperatures": (0.5, 1.0), "top_ps": (0.9, 1.0)}
    usual |= {"adaptive": False, "request": GenerationRequest(crystals, max_atoms=6)}
    study = GridStudy(**(usual | said))
    return StudyOrder(study, UNJUDGED, batch_size)


def test_a_study_stopped_in_its_midst_goes_on_to_what_it_would_have_been(tmp_path, configured):
    order = order_of()
    whole, finished = run_study(order, tmp_path / "whole", configured)
    assert finished and len(whole.crystals) == order.count == 24
    assert whole.study.models[0].weights_sha256 is not None
    assert all(crystal.compared for crystal in whole.crystals)

    done = []
    stopped = run_study(
        order, tmp_path / "part", configured,
        progress=lambda so_far, total: done.append((so_far, total)),
        should_stop=lambda: len(done) >= 3,
    )  # fmt: skip
    assert not stopped[1] and 0 < len(stopped[0].crystals) < 24
    # Each cell has its turn before any has a second one.
    assert {crystal.index // 6 for crystal in stopped[0].crystals} >= {0, 1, 2}
    again, finished = run_study(order, tmp_path / "part", configured)
    assert finished
    assert [crystal.text for crystal in again.crystals] == [
        crystal.text for crystal in whole.crystals
    ]
    assert [crystal.unique for crystal in again.crystals] == [
        crystal.unique for crystal in whole.crystals
    ]
    assert read_study_folder(tmp_path / "part") == again

    with pytest.raises(EvaluationError, match="holds another study"):
        run_study(order_of(crystals=7), tmp_path / "part", configured)


def test_a_study_outlives_its_killed_worker(tmp_path, compact_workers):
    order = order_of(crystals=6, batch_size=2, models=(StudyModel("tiny"),))
    queue = JobQueue(compact_workers.url)
    job = queue.submit(order)
    first = compact_workers.start()
    until(lambda: len(queue.ended_batches(job)) >= 2, seconds=500)
    first.send_signal(signal.SIGKILL)
    first.wait()
    before = queue.ended_batches(job)
    written_before = {
        result.candidate.index: result.candidate.written for result in queue.results(job)
    }
    assert 2 <= len(before) < len(order.batches) == 12
    compact_workers.start()
    ended = queue.wait(job, seconds=500)
    assert (ended.state, ended.attempt) == ("finished", 1)
    assert set(before) < set(queue.ended_batches(job))
    written_after = {
        result.candidate.index: result.candidate.written for result in queue.results(job)
    }
    assert sorted(written_after) == list(range(order.count))
    # What the killed worker had stored is as it was, and the rest as it would have been.
    assert {index: written_after[index] for index in written_before} == written_before
    whole, _ = run_study(order, tmp_path / "whole", settings())
    assert [written_after[crystal.index].text for crystal in whole.crystals] == [
        crystal.text for crystal in whole.crystals
    ]


def test_cells_have_the_same_seeds(tmp_path, configured):
    # A second model with the same weights writes the same crystals.
    write_tiny_card(configured.models, "two")
    order = order_of(models=(StudyModel("one"), StudyModel("two")), temperatures=(1.0,))
    report, _ = run_study(order, tmp_path / "study", configured)
    texts = [crystal.text for crystal in report.crystals]
    assert texts[:12] == texts[12:]


def test_a_dominated_cell_gets_no_more_crystals_and_is_named(tmp_path, configured, monkeypatch):
    monkeypatch.setattr(grid_summary, "dominated", lambda study, cells: {2: "worse at all"})
    progress = []
    report, finished = run_study(
        order_of(adaptive=True), tmp_path / "study", configured, tell=progress.append
    )
    assert finished and report.given_up == (2,)
    assert len(report.crystals) == 24 - 4
    assert any("given up: worse at all" in line for line in progress)
    assert read_study_folder(tmp_path / "study").given_up == (2,)


def known_salts(models):
    """A table of known structures whose two test crystals are salts."""
    rows = []
    for place, cation in enumerate(("Na", "K")):
        crystal = PlainCrystal(
            (4.1, 4.1, 4.1), (60.0,) * 3, (cation, "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5))
        )
        formula = f"{cation}Cl"
        rows.append(
            SymmetricRow(
                f"mp-{place}", formula, symmetric_crystal(crystal), None, None, None, "test", False
            )
        )
    write_symmetric_table(rows, models / SHIPPED_STRUCTURES)


def test_cells_are_refined_and_measured_against_test_crystals(tmp_path, configured):
    save_tiny_flow(configured.models, spread=0.02)
    known_salts(configured.models)
    # Salts, which the tiny flow knows the elements of.
    said = {"hard": frozenset({"formula"}), "max_atoms": 6}
    order = order_of(
        refinements=(False, True), test_crystals=5, temperatures=(1.0,), top_ps=(1.0,),
        request=GenerationRequest(2, Conditions(formula="NaCl"), **said),
    )  # fmt: skip
    order = replace(order, refine=Refine(steps=2, keep_space_group=False))
    report, finished = run_study(order, tmp_path / "study", configured)
    assert finished and len(report.crystals) == 4
    plain, refined = report.summary()
    # The same crystals, as written in one cell and moved in the other.
    assert [crystal.text for crystal in report.crystals[:2]] == [
        crystal.text for crystal in report.crystals[2:]
    ]
    assert [crystal.refined for crystal in report.crystals] == [None, None, True, True]
    assert report.crystals[0].composition == report.crystals[2].composition
    assert plain.recall.total == refined.recall.total == 2
    assert plain.refining is None and refined.refining.total == 2
    assert report.refine["weights_sha256"]
    path = tmp_path / "study.parquet"
    write_study(report, path)
    assert read_study_file(path) == report


def test_coverage_without_test_crystals_is_refused_in_one_line(tmp_path, configured):
    order = order_of(crystals=2, test_crystals=5, temperatures=(1.0,), top_ps=(1.0,))
    with pytest.raises(EvaluationError, match="table of known structures is not there"):
        run_study(order, tmp_path / "study", configured)


def test_refining_and_how_go_together(configured):
    with pytest.raises(JobError, match="says how"):
        order_of(refinements=(True,)).check()
    with pytest.raises(JobError, match="says how"):
        replace(order_of(), refine=Refine()).check()


def test_other_weights_than_the_studys_are_refused(tmp_path, configured):
    order = order_of(models=(StudyModel("one", "ab" * 32),))
    with pytest.raises(JobError, match="for weights abab"):
        run_study(order, tmp_path / "study", configured)


def test_an_order_is_its_replay_file(tmp_path, configured):
    order = replace(order_of(relaxed=2), judge=Judge(known="shipped"))
    assert read_order(flat(order)) == order
    path = tmp_path / "study.yaml"
    path.write_text(order_yaml(order), encoding="utf-8")
    assert read_replay(path) == order
    assert read_study(path, configured) == order


def config(folder, text):
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


GRID = "temperatures = [0.5, 1.0]\ntop_p = [0.9]\n"


def test_a_config_says_the_study(tmp_path, configured):
    order = read_study(
        config(
            tmp_path,
            GRID + "refine = [false, true]\nrefine_steps = 5\ntest_crystals = 100\n"
            'crystals = 30\nrelaxed = 5\nseed = 7\nmax_atoms = 12\nhard = ["formula"]\n'
            '[[conditions]]\nformula = "ClNa"\n[[conditions]]\nformula = "MgO"\n'
            "[judge]\nmax_steps = 50\n",
        ),
        configured,
    )
    study = order.study
    assert (study.crystals, study.relaxed, study.request.seed, study.request.max_atoms) == (
        *(30, 5, 7, 12),
    )
    assert [prompt.formula for prompt in study.prompts] == ["NaCl", "MgO"]
    assert study.models == (StudyModel("one"),) and study.cell_count == 8
    assert study.refinements == (False, True) and order.refine == Refine(steps=5)
    assert study.test_crystals == 100
    assert order.judge.relaxation.max_steps == 50 and order.judge.known == "shipped"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("temperatures = []\ntop_p = [1.0]", "the grid is empty"),
        ("temperatures = [0]\ntop_p = [1.0]", "τ = 0: above 0"),
        (GRID + "crystals = 10_000_000", "crystals = 10,000,000: from 1 to 10,000 in a cell"),
        (GRID + "model = 'compact'", "model: not known here; use models"),
        (GRID + "crystals = 'many'", "crystals: a whole number"),
        ("temperatures = ['hot']\ntop_p = [1.0]", "must be a number"),
        ("temperatures = 1.0\ntop_p = [1.0]", "temperatures: a list"),
        (GRID + "hard = ['formula']", "no formula condition to hold"),
        (GRID + "[judge]\nforce = 1", "judge.force: not known here"),
        (GRID + "[conditions]\ncolour = 'red'", "colour"),
        (GRID + "round = 0", "batch size = 0"),
        (GRID + "refine = 'sometimes'", "refinements[0] is 'sometimes': must be true or false"),
        (GRID + "refine_steps = 5", "nothing is refined"),
        (GRID + "refine = true\nrefine_steps = 0", "refine:"),
        (GRID + "test_crystals = -1", "test_crystals = -1: from 0 to 10,000"),
        (GRID + "objectives = ['cheap']", "use one of valid"),
        ("[", "not TOML"),
    ],
)
def test_a_wrong_config_is_refused_in_one_line(tmp_path, configured, text, message):
    with pytest.raises(Exception, match=r"study\.toml") as refused:
        read_study(config(tmp_path, text), configured)
    assert message in str(refused.value) and "\n" not in str(refused.value)


def test_a_missing_config_is_refused(tmp_path, configured):
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_study(Path(tmp_path / "none.toml"), configured)
