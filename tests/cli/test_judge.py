import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tiny_flow import save_tiny_flow

from crystal_llm.cli import judge
from crystal_llm.cli.command import OneLineParser
from crystal_llm.errors import CrystalLLMError
from crystal_llm.io.record_json import to_plain
from crystal_llm.potentials.loading import potential_card
from crystal_llm.relaxation.relax import failed_relaxation
from crystal_llm.settings import settings
from crystal_llm.stability.references.reference import ReferenceProvenance, build_reference
from crystal_llm.stability.references.reference_file import write_reference

CHGNET = potential_card("chgnet").method


def salt(edge, cation="Na", anion="Cl", shift=0.5):
    return (
        f"{edge} {edge} {edge}\n60 60 60\n{cation}\n0.00 0.00 0.00\n{anion}\n"
        f"{shift:.2f} {shift:.2f} {shift:.2f}"
    )


TEXTS = [
    salt(4.0),
    salt(4.2, shift=0.51),
    salt(4.4, "K"),
    salt(4.0, shift=0.01),
    "4.0 4.0\nnot a crystal",
]


@pytest.fixture
def candidates(tmp_path):
    path = tmp_path / "out.jsonl"
    lines = [
        {"id": f"0-{n}", "text": text, "structure": None, "failure": None, "note": n}
        for n, text in enumerate(TEXTS)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def reference(tmp_path):
    rows = [("na", "Na", -1.3), ("cl", "Cl", -1.8), ("k", "K", -1.1), ("nacl", "NaCl", -3.4)]
    path = tmp_path / "salt.parquet"
    write_reference(
        build_reference(rows, ReferenceProvenance(CHGNET, "a test", "2026-01-02")), path
    )
    return path


def run(*arguments):
    root = OneLineParser(prog="crystal-llm")
    judge.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args(["judge", *map(str, arguments)])
    return parsed.run(parsed)


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_candidate_comes_out_with_where_it_stopped(candidates, reference, tmp_path):
    out = tmp_path / "judged.jsonl"
    options = ("--reference", reference, "--no-cache", "--processes", 1)
    report = run(candidates, "--out", out, *options)
    rows = read(out)
    assert [row["id"] for row in rows] == [f"0-{n}" for n in range(5)]
    assert [row["note"] for row in rows] == list(range(5))
    counts = {stage["name"]: stage["count"] for stage in report.data["funnel"]}
    assert counts == {
        "asked": 5,
        "parsed": 4,
        "valid": 3,
        "relaxed": 3,
        "unique": 2,
        "novel": 0,
        "at most 0.1 eV/atom above hull": 2,
        "at most 0 eV/atom above hull": 2,
        "stable, unique and novel (S.U.N.)": 0,
    }
    # Both rock salts relax to the same crystal, below the test's own NaCl.
    first, second = rows[0]["hull"], rows[1]["hull"]
    assert first["e_above_hull_ev_per_atom"] == pytest.approx(-3.668 + 3.4, abs=0.005)
    assert second["e_above_hull_ev_per_atom"] == pytest.approx(
        first["e_above_hull_ev_per_atom"], abs=0.001
    )
    assert sorted([rows[0]["novelty"]["unique"], rows[1]["novelty"]["unique"]]) == [False, True]
    assert rows[0]["novelty"]["known"]["material_id"] == "mp-22862"
    assert "Å" in rows[3]["stopped"]
    assert rows[3]["relaxation"] is None
    assert rows[4]["failure"].startswith("line 1")
    assert not (tmp_path / "judged.jsonl.journal").exists()


def test_a_killed_run_repeats_nothing(candidates, reference, tmp_path):
    out = tmp_path / "judged.jsonl"
    journal = tmp_path / "judged.jsonl.journal"
    options = ["--reference", str(reference), "--no-cache", "--processes", "1"]
    command = [sys.executable, "-m", "crystal_llm.cli.main", "judge", str(candidates)]
    process = subprocess.Popen(
        [*command, "--out", str(out), *options], env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    deadline = time.monotonic() + 120
    while not (journal.exists() and len(journal.read_text().splitlines()) > 1):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    with journal.open("a") as handle:
        handle.write("[9, {cut by the ki")
    held = [json.loads(line) for line in journal.read_text().splitlines()[1:-1]]
    run(candidates, "--out", out, *options)
    rows = read(out)
    for place, relaxation in held:
        assert rows[place]["relaxation"] == relaxation  # its seconds too: not done again
    assert [row["relaxation"] is not None for row in rows] == [True, True, True, False, False]


@pytest.fixture
def home(tmp_path, monkeypatch):
    from crystal_llm.settings import settings

    monkeypatch.setenv("CRYSTAL_LLM_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_journal_of_other_settings_is_not_taken(candidates, reference, tmp_path, home):
    out = tmp_path / "judged.jsonl"
    journal = tmp_path / "judged.jsonl.journal"
    other = '{"crystals_sha256": "other"}\n[0, {}]\n'
    journal.write_text(other)
    options = ("--reference", reference, "--processes", 1, "--steps", 1)
    # Without a cache the journal is all that is left of its work.
    with pytest.raises(CrystalLLMError, match="holds records of another run"):
        run(candidates, "--out", out, *options, "--no-cache")
    assert journal.read_text() == other
    run(candidates, "--out", out, *options)
    assert read(out)[0]["relaxation"]["steps"] == 1


def test_another_time_limit_goes_on_and_repeats_what_ran_out_of_time(
    candidates, reference, tmp_path, monkeypatch
):
    asked = []

    def judge_nothing(candidates, bench, **callbacks):
        asked.append(
            {
                candidate.index: candidate.relaxation
                for candidate in candidates
                if candidate.relaxation
            }
        )
        raise KeyboardInterrupt

    monkeypatch.setattr("crystal_llm.judging.judge", judge_nothing)
    options = (candidates, "--out", tmp_path / "judged.jsonl", "--reference", reference)
    with pytest.raises(KeyboardInterrupt):
        run(*options, "--no-cache", "--time-limit", 10)
    known = failed_relaxation("blown up", CHGNET, 1.0)
    late = failed_relaxation("time limit of 10 s reached", CHGNET, 10.0, repeatable=False)
    with (tmp_path / "judged.jsonl.journal").open("a") as handle:
        for place, candidate in enumerate((known, late)):
            handle.write(json.dumps([place, to_plain(candidate)]) + "\n")
    with pytest.raises(KeyboardInterrupt):
        run(*options, "--no-cache", "--time-limit", 20)
    assert asked == [{}, {0: known}]


def test_the_seconds_of_equal_crystals_count_once(candidates, reference, tmp_path):
    line = json.loads(candidates.read_text().splitlines()[0])
    candidates.write_text("".join(json.dumps(line | {"id": f"0-{n}"}) + "\n" for n in range(3)))
    out = tmp_path / "judged.jsonl"
    options = ("--reference", reference, "--no-cache", "--processes", 1)
    report = run(candidates, "--out", out, *options)
    (wall_s,) = {row["relaxation"]["wall_s"] for row in read(out)}
    assert report.data["relaxation_s"] == pytest.approx(wall_s)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fmax", 0), "fmax"),
        (("--processes", 0), "at least 1"),
        (("--potential", "magic"), "magic"),
        (("--optimizer", "SGD"), "FIRE"),
        (("--known", "missing.parquet"), "missing.parquet"),
    ],
)
def test_bad_input_leaves_nothing(candidates, reference, tmp_path, arguments, message):
    out = tmp_path / "judged.jsonl"
    with pytest.raises(CrystalLLMError, match=message):
        run(candidates, "--out", out, "--reference", reference, *arguments)
    assert sorted(path.name for path in tmp_path.glob("judged*")) == []


def test_an_existing_file_is_kept(candidates, reference, tmp_path):
    out = tmp_path / "judged.jsonl"
    out.write_text("mine")
    with pytest.raises(CrystalLLMError, match="--replace"):
        run(candidates, "--out", out, "--reference", reference)
    assert out.read_text() == "mine"


def test_an_error_of_the_work_is_not_blamed_on_the_journal(
    candidates, reference, tmp_path, monkeypatch
):
    def break_down(*args, **kwargs):
        raise ValueError("a fault of ours")

    monkeypatch.setattr("crystal_llm.judging.judge", break_down)
    with pytest.raises(ValueError, match="a fault of ours"):
        run(candidates, "--out", tmp_path / "judged.jsonl", "--reference", reference)
    assert (tmp_path / "judged.jsonl.journal").exists()


def test_a_damaged_journal_is_one_error(candidates, reference, tmp_path):
    options = ("--reference", reference, "--no-cache", "--processes", 1, "--steps", 1)
    journal = tmp_path / "judged.jsonl.journal"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crystal_llm.judging.judge", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(candidates, "--out", tmp_path / "judged.jsonl", *options)
    with journal.open("a") as handle:
        handle.write("[0, {}]\n")
    with pytest.raises(CrystalLLMError, match="is damaged"):
        run(candidates, "--out", tmp_path / "judged.jsonl", *options)


def test_refined_crystals_are_what_is_relaxed(candidates, reference, tmp_path, monkeypatch):
    models = tmp_path / "models"
    models.mkdir()
    save_tiny_flow(models)
    monkeypatch.setenv("CRYSTAL_LLM_MODELS", str(models))
    settings.cache_clear()
    out = tmp_path / "judged.jsonl"
    options = ("--reference", reference, "--no-cache", "--processes", 1, "--steps", 2)
    try:
        run(candidates, "--out", out, "--refine", "--refine-steps", 3, *options)
    finally:
        settings.cache_clear()
    first, second, _, clash, failed = read(out)
    assert first["refinement"]["steps"] == 3
    refined = first["refined_structure"]["lattice"]["a"]
    assert abs(refined - 4.0) > 0.02
    relaxed = first["relaxed_structure"]["lattice"]["a"]
    assert relaxed == pytest.approx(refined, abs=0.01), "two steps do not lead far"
    assert first["text"] == TEXTS[0], "the written crystal stays what the line is about"
    assert second["refined_structure"] is not None
    assert not {"refinement", "refined_structure"} & {*clash, *failed}
