"""Refining on the way, from the shell: what a line says, and what cannot be asked."""

import argparse
import json

import pytest
from tiny_flow import save_tiny_flow

from crystal_llm.cli import judge
from crystal_llm.cli.command import OneLineParser
from crystal_llm.cli.refining import asked_refine, refined_candidates, refined_line
from crystal_llm.crystal.written import Written
from crystal_llm.errors import CrystalLLMError, ModelCardError
from crystal_llm.io.candidates_file import candidate_line, read_candidates
from crystal_llm.jobs.refine import Refine
from crystal_llm.settings import settings
from crystal_llm.types import PlainCrystal

SALT = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.5,) * 3))
STRANGE = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Rb", "Cl"), ((0.0,) * 3, (0.5,) * 3))
CLASH = PlainCrystal((4.0,) * 3, (60.0,) * 3, ("Na", "Cl"), ((0.0,) * 3, (0.01,) * 3))
WRITTEN = [
    Written("a", SALT, index=0, text="salt"),
    Written("b", STRANGE, index=1, text="strange"),
    Written("c", None, "no crystal", 2),
    Written("d", CLASH, index=3, text="clash"),
]


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A folder of models, without a network so far."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def asked(*options):
    root = OneLineParser(prog="crystal-llm")
    judge.register(root.add_subparsers(parser_class=OneLineParser))
    return root.parse_args(["judge", "in.jsonl", "--out=out.jsonl", *options])


def test_the_refined_crystal_stands_in_its_line_and_what_is_not_refined_goes_on(
    models, tmp_path, capsys
):
    save_tiny_flow(models)
    candidates = list(refined_candidates(WRITTEN, Refine(steps=3)))
    assert "refined 1 of 2; the others go on as written" in capsys.readouterr().err
    records = [
        refined_line(candidate_line(written), candidate)
        for written, candidate in zip(WRITTEN, candidates, strict=True)
    ]
    a, b, c, d = records
    assert a["written"]["text"] == "salt" and a["text"] not in ("", "salt")
    assert a["refinement"]["steps"] == 3 and a["refinement"]["failure"] is None
    assert a["refinement"]["moved_most_angstrom"] > 0
    assert a["refinement"]["passes"] == 1
    (twice,) = refined_candidates(WRITTEN[:1], Refine(steps=3, passes=2))
    assert twice.refinement.passes == 2
    assert twice.refined_crystal != candidates[0].refined_crystal
    assert (b["text"], b["refinement"]["failure"]) == ("strange", "the network never saw Rb")
    assert b["structure"] == candidate_line(WRITTEN[1])["structure"]
    assert "refinement" not in c and "refinement" not in d
    path = tmp_path / "refined.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    read = read_candidates(path)
    refined = candidates[0].refined_crystal
    assert read[0].crystal.lengths_angstrom == pytest.approx(refined.lengths_angstrom, abs=1e-6)
    assert read[1].crystal.species == ("Rb", "Cl")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--refine-steps=5"], "--refine-steps needs --refine"),
        (["--refine-network=flow"], "--refine-network needs --refine"),
        (["--refine", "--refine-network=nowhere"], "no flow card named 'nowhere'"),
        (["--refine"], "no flow card named 'flow'"),
        (["--refine", "--refine-steps=0"], "steps = 0: from 1 to 1,000"),
    ],
)
def test_what_cannot_be_asked_is_one_line(models, options, said):
    with pytest.raises(CrystalLLMError, match=said) as raised:
        asked_refine(asked(*options))
    assert "\n" not in str(raised.value)


def test_without_the_switch_nothing_is_refined(models):
    assert asked_refine(asked()) is None
    save_tiny_flow(models)
    assert asked_refine(asked("--refine", "--refine-steps=7")) == Refine(steps=7)
    assert asked_refine(asked("--refine", "--refine-network=flow")) == Refine()
    (models / "flow.toml").write_text("title = 3")
    with pytest.raises(ModelCardError, match="not a card of a flow"):
        asked_refine(argparse.Namespace(refine=True, refine_network=None, refine_steps=None))
