import json
from dataclasses import replace

import numpy as np
import pytest
from compact_model import load_tiny

from crystal_llm.cli import conditioning, ipt, report
from crystal_llm.cli.command import OneLineParser
from crystal_llm.crystal.conversion import structure
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import EvaluationError, RequestError
from crystal_llm.evaluation.novelty import KnownCrystals
from crystal_llm.generation.writer import score_texts
from crystal_llm.studies.conditioning import ConditioningStudy, with_gaps, write_trials
from crystal_llm.studies.translation_invariance import draw_test_rows, translation_perplexities
from crystal_llm.text.codec import encode
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0, 0, 0), (0.5, 0.5, 0.5)))
TABLE = [
    CrystalRow("mp-1", "NaCl", SALT, 225, -2.0, 0.0, 5.0, "test"),
    CrystalRow("mp-2", "KCl", replace(SALT, species=("K", "Cl")), None, None, None, None, "test"),
    CrystalRow("mp-3", "NaCl", SALT, 225, -2.0, 0.0, 5.0, "train"),
]


@pytest.fixture
def model(tiny_models):
    return tiny_models["float32"]


def test_only_test_rows_are_drawn_and_a_seed_draws_the_same():
    assert {row.material_id for row in draw_test_rows(TABLE, 10)} == {"mp-1", "mp-2"}
    assert draw_test_rows(TABLE, 1, seed=3) == draw_test_rows(TABLE, 1, seed=3)
    with pytest.raises(EvaluationError, match="no test row"):
        draw_test_rows(TABLE[2:], 5)
    with pytest.raises(EvaluationError, match="at least 1"):
        draw_test_rows(TABLE, 0)


def test_perplexities_are_those_of_the_moved_texts(model):
    first, second = translation_perplexities(model, TABLE[:2], translations=3, seed=5)
    again, _ = translation_perplexities(model, TABLE[:2], translations=3, seed=5)
    assert first == again and first.name == "mp-1" and len(set(first.perplexities)) > 1
    assert first.perplexities != second.perplexities
    # The same by pymatgen's translation, as the paper moves its crystals.
    for shift, perplexity in zip(
        np.random.default_rng([5, 0]).random((3, 3)), first.perplexities, strict=True
    ):
        moved = structure(SALT)
        moved.translate_sites([0, 1], shift, frac_coords=True, to_unit_cell=True)
        assert score_texts(model, [encode(moved)])[0].perplexity == pytest.approx(perplexity)


def test_too_few_translations(model):
    with pytest.raises(EvaluationError, match="from 2"):
        list(translation_perplexities(model, TABLE[:1], translations=1))


def test_conditions_are_asked_one_at_a_time_soft_and_hard(model):
    study = ConditioningStudy(kinds=("formula", "spacegroup"), each=2, max_atoms=4)
    trials = write_trials(model, TABLE[:2], study)
    prompts = [(trial.kind, trial.hard, trial.material_id) for trial, _ in trials]
    # KCl's space group is not known, so it is not asked for.
    assert prompts == [
        *[("formula", False, "mp-1")] * 2,
        *[("formula", True, "mp-1")] * 2,
        *[("spacegroup", False, "mp-1")] * 2,
        *[("formula", False, "mp-2")] * 2,
        *[("formula", True, "mp-2")] * 2,
    ]
    # The grammar holds a hard formula whatever the model; random weights meet no soft one.
    assert all(trial.met for trial, _ in trials if trial.hard)
    assert not any(trial.met for trial, _ in trials if trial.kind == "formula" and not trial.hard)


def test_a_model_of_symmetric_text_holds_space_groups_too_and_has_no_ipt(tmp_path):
    tiny = load_tiny(tmp_path)
    study = ConditioningStudy(each=1, max_atoms=8)
    trials = write_trials(tiny, TABLE[:1], study)
    assert [(trial.kind, trial.hard) for trial, _ in trials] == [
        ("formula", False),
        ("formula", True),
        ("spacegroup", False),
        ("spacegroup", True),
    ]
    assert all(trial.failure is None and crystal is not None for trial, crystal in trials)
    assert trials[1][0].met
    with pytest.raises(EvaluationError, match="symmetric text"):
        list(translation_perplexities(tiny, TABLE[:1]))


def test_elements_are_held_and_gaps_are_those_of_known_structures(tmp_path):
    tiny = load_tiny(tmp_path)
    study = ConditioningStudy(kinds=("elements", "gap"), each=1, max_atoms=8)
    trials = write_trials(tiny, TABLE[:2], study)
    # No gap of KCl is known, so none is asked for.
    assert [(trial.kind, trial.hard, trial.asked) for trial, _ in trials] == [
        ("elements", False, "Cl Na"),
        ("elements", True, "Cl Na"),
        ("gap", False, "5"),
        ("elements", False, "Cl K"),
        ("elements", True, "Cl K"),
    ]
    assert all(trial.met for trial, _ in trials if trial.hard)
    known = KnownCrystals(TABLE)
    written = [(trials[2][0], SALT), (trials[2][0], replace(SALT, species=("K", "Cl"))), trials[1]]
    looked_up = [trial for trial, _ in with_gaps(written, known)]
    assert [trial.band_gap_ev for trial in looked_up] == [5.0, None, None]
    assert looked_up[0].met and not looked_up[1].checked and looked_up[2] == trials[1][0]


def test_guidance_strengthens_what_is_asked_softly_alone(tmp_path):
    tiny = load_tiny(tmp_path)
    plain = ConditioningStudy(each=2, max_atoms=8)
    strong = write_trials(tiny, TABLE[:1], replace(plain, guidance=5.0))
    usual = write_trials(tiny, TABLE[:1], plain)
    assert [trial.hard for trial, _ in strong] == [trial.hard for trial, _ in usual]
    for hard in (False, True):
        crystals = [
            [crystal for trial, crystal in trials if trial.hard is hard]
            for trials in (strong, usual)
        ]
        assert (crystals[0] == crystals[1]) is hard
    # Without a strength it is as it was; one has no effect.
    assert write_trials(tiny, TABLE[:1], replace(plain, guidance=1.0)) == usual


def test_impossible_studies():
    with pytest.raises(EvaluationError, match="conditions"):
        ConditioningStudy(kinds=("colour",))
    with pytest.raises(EvaluationError, match="conditions"):
        ConditioningStudy(kinds=())
    with pytest.raises(EvaluationError, match="from 1"):
        ConditioningStudy(each=0)


def run(command, *arguments):
    root = OneLineParser(prog="crystal-llm")
    command.register(root.add_subparsers(parser_class=OneLineParser))
    name = command.__name__.rpartition(".")[2]
    parsed = root.parse_args([name, *map(str, arguments)])
    return parsed.run(parsed)


def test_commands_write_a_run_that_the_report_tells(model, monkeypatch, tmp_path):
    table, out, figure = tmp_path / "t.parquet", tmp_path / "run", tmp_path / "ipt.svg"
    write_table(TABLE, table)
    monkeypatch.setattr(ipt, "loaded", lambda args: model)
    monkeypatch.setattr(conditioning, "loaded", lambda args: model)
    measured = run(ipt, table, "--translations", 3, "--out", out, "--figure", figure)
    assert measured.lines[0].startswith("IPT: ") and figure.read_text().count("<svg") == 1
    record = json.loads((out / "ipt.json").read_text())
    assert len(record["crystals"]) == 2 and len(record["crystals"][0]["perplexities"]) == 3
    kinds = ("--conditions", "formula,spacegroup,gap")
    run(conditioning, table, "--n", 1, "--each", 1, "--max-atoms", 4, "--out", out, *kinds)
    assert {rate["kind"] for rate in json.loads((out / "conditioning.json").read_text())["rates"]}
    run(report, out)
    page = (out / "report.html").read_text()
    assert "Perplexity under translation" in page and "enforced by the grammar (hard)" in page
    assert "Band gap (metal or not), prompt only (soft)" in page
    with pytest.raises(EvaluationError, match="--translations"):
        run(ipt, table, "--translations", 1)
    with pytest.raises(RequestError, match="guidance"):
        run(conditioning, table, "--guidance", 99)
    with pytest.raises(EvaluationError, match="name a figure"):
        run(ipt, table, "--figure", tmp_path / "x.docx")
