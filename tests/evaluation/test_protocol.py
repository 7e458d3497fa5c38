import json
from dataclasses import replace

import pytest

from crystal_llm.errors import EvaluationError
from crystal_llm.evaluation.coverage import Cutoffs
from crystal_llm.evaluation.protocol import (
    CrystalFile,
    EvaluationProtocol,
    EvaluationSettings,
    crystal_file,
    read_evaluation_settings,
)
from crystal_llm.io.record_json import from_plain, to_plain

TEST = CrystalFile("a/test.parquet", "ab" * 32, 300, "split test")
PROTOCOL = EvaluationProtocol(EvaluationSettings(), (), TEST, None, ())


def test_the_usual_settings_are_the_papers():
    usual = EvaluationSettings()
    assert usual.coverage_cutoffs == Cutoffs(0.4, 10.0)
    assert usual.novelty_cutoffs == Cutoffs(0.1, 2.0)
    assert usual.thresholds_ev_per_atom == (0.0, 0.08, 0.1)


def test_what_decides_a_figure_changes_the_hash_and_the_rest_does_not():
    same = replace(
        PROTOCOL,
        made_on="2026-01-01T00:00:00+00:00",
        samples=(CrystalFile("x", "cd", 1, "all"),),
        test=replace(TEST, path="elsewhere/test.parquet"),
    )
    assert same.sha256 == PROTOCOL.sha256
    for other in (
        replace(PROTOCOL, settings=EvaluationSettings(seed=1)),
        replace(PROTOCOL, test=replace(TEST, sha256="cd" * 32)),
        replace(PROTOCOL, known=TEST),
        replace(PROTOCOL, versions={"matminer": "0"}),
    ):
        assert other.sha256 != PROTOCOL.sha256


def test_a_protocol_survives_its_file():
    assert from_plain(EvaluationProtocol, json.loads(json.dumps(to_plain(PROTOCOL)))) == PROTOCOL


def test_settings_are_read_from_their_file_or_from_another_run(tmp_path):
    chosen = EvaluationSettings(thresholds_ev_per_atom=(0.0, 0.05), seed=7)
    alone = tmp_path / "settings.json"
    alone.write_text(json.dumps(to_plain(chosen)))
    run = tmp_path / "evaluation.json"
    run.write_text(json.dumps({"protocol": {"settings": to_plain(chosen)}}))
    part = tmp_path / "part.json"
    part.write_text('{"seed": 7}')
    assert read_evaluation_settings(alone) == chosen == read_evaluation_settings(run)
    assert read_evaluation_settings(part) == EvaluationSettings(seed=7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        ('{"treshold": 1}', "treshold"),
        ('{"thresholds_ev_per_atom": []}', "at least one"),
        ('{"thresholds_ev_per_atom": [0.1, 0.0]}', "each above"),
        ('{"coverage_cutoffs": {"structure": 0, "composition": 10}}', "cutoff"),
        ('{"coverage_cutoffs": {"structure": NaN, "composition": 10}}', "cutoff"),
        ('{"symmetry_tolerance_angstrom": 5}', "symmetry_tolerance"),
    ],
)
def test_broken_settings_are_one_line(tmp_path, text, message):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(EvaluationError, match=message) as caught:
        read_evaluation_settings(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


def test_a_folder_is_stamped_by_names_and_contents(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a.cif").write_text("one")
    first = crystal_file(folder, 1, "all").sha256
    (folder / "a.cif").rename(folder / "b.cif")
    second = crystal_file(folder, 1, "all").sha256
    (folder / "b.cif").write_text("two")
    assert len({first, second, crystal_file(folder, 1, "all").sha256}) == 3
