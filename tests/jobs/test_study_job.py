"""A study as a job: its cells fill in turns, a killed worker's goes on, dominated cells end."""

from dataclasses import replace
from pathlib import Path

import pytest
from compact_model import write_tiny_card

from crystal_llm.errors import EvaluationError, JobError
from crystal_llm.generation.request import GenerationRequest
from crystal_llm.jobs.orders import Judge, StudyOrder, flat, order_yaml, read_order, read_replay
from crystal_llm.jobs.study_config import read_study
from crystal_llm.jobs.study_folder import read_folder, run_study
from crystal_llm.settings import Settings
from crystal_llm.studies import grid_summary
from crystal_llm.studies.grid_study import GridStudy, StudyModel

UNJUDGED = Judge(reference=None)


@pytest.fixture
def configured(tmp_path):
    models = tmp_path / "models"
    models.mkdir()
    write_tiny_card(models, "one")
    return Settings(home=tmp_path / "home", models=models, model="one")


def order_of(crystals=6, batch_size=2, **said):
    usual = {"models": (StudyModel("one"),), "temperatures": (0.5, 1.0), "top_ps": (0.9, 1.0)}
    study = GridStudy(
        **(usual | {"adaptive": False} | said), request=GenerationRequest(crystals, max_atoms=6)
    )
    return StudyOrder(study, UNJUDGED, batch_size)


def test_a_study_stopped_in_its_midst_goes_on_to_what_it_would_have_been(tmp_path, configured):
    order = order_of()
    whole, finished = run_study(order, tmp_path / "whole", configured)
    assert finished and len(whole.crystals) == order.count == 24
    assert whole.study.models[0].weights_sha256 is not None
    assert all(one.compared for one in whole.crystals)

    done = []
    stopped = run_study(
        order, tmp_path / "part", configured,
        progress=lambda so_far, total: done.append((so_far, total)),
        should_stop=lambda: len(done) >= 3,
    )  # fmt: skip
    assert not stopped[1] and 0 < len(stopped[0].crystals) < 24
    # Each cell has its turn before any has a second one.
    assert {one.index // 6 for one in stopped[0].crystals} >= {0, 1, 2}
    again, finished = run_study(order, tmp_path / "part", configured)
    assert finished
    assert [one.text for one in again.crystals] == [one.text for one in whole.crystals]
    assert [one.unique for one in again.crystals] == [one.unique for one in whole.crystals]
    assert read_folder(tmp_path / "part") == again

    with pytest.raises(EvaluationError, match="holds another study"):
        run_study(order_of(crystals=7), tmp_path / "part", configured)


def test_cells_have_the_same_seeds(tmp_path, configured):
    # A second model with the same weights writes the same crystals.
    write_tiny_card(configured.models, "two")
    order = order_of(models=(StudyModel("one"), StudyModel("two")), temperatures=(1.0,))
    found, _ = run_study(order, tmp_path / "study", configured)
    texts = [one.text for one in found.crystals]
    assert texts[:12] == texts[12:]


def test_a_dominated_cell_gets_no_more_crystals_and_is_named(tmp_path, configured, monkeypatch):
    monkeypatch.setattr(grid_summary, "dominated", lambda study, cells: {2: "worse at all"})
    told = []
    found, finished = run_study(
        order_of(adaptive=True), tmp_path / "study", configured, tell=told.append
    )
    assert finished and found.given_up == (2,)
    assert len(found.crystals) == 24 - 4
    assert any("given up: worse at all" in line for line in told)
    assert read_folder(tmp_path / "study").given_up == (2,)


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
            GRID + 'crystals = 30\nrelaxed = 5\nseed = 7\nmax_atoms = 12\nhard = ["formula"]\n'
            '[[conditions]]\nformula = "ClNa"\n[[conditions]]\nformula = "MgO"\n'
            "[judge]\nmax_steps = 50\n",
        ),
        configured,
    )
    study = order.study
    assert (study.crystals, study.relaxed, study.request.seed, study.request.max_atoms) == (
        *(30, 5, 7, 12),
    )
    assert [one.formula for one in study.prompts] == ["NaCl", "MgO"]
    assert study.models == (StudyModel("one"),) and study.cell_count == 4
    assert order.judge.relaxation.max_steps == 50 and order.judge.known == "shipped"


@pytest.mark.parametrize(
    ("text", "told"),
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
        (GRID + "objectives = ['cheap']", "use one of valid"),
        ("[", "not TOML"),
    ],
)
def test_a_wrong_config_is_refused_in_one_line(tmp_path, configured, text, told):
    with pytest.raises(Exception, match=r"study\.toml") as refused:
        read_study(config(tmp_path, text), configured)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_missing_config_is_refused(tmp_path, configured):
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_study(Path(tmp_path / "none.toml"), configured)
