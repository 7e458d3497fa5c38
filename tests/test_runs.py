"""Runs live in processes and folders of their own; real processes here."""

import json
import os
import sys
import time

import pytest

from crystal_llm.errors import RequestError
from crystal_llm.runs import RunOrder, read_run, run_names, start_run, stop_run

# Stands in for `crystal-llm generate`: writes one line a moment until stopped or done.
WRITER = """
import json, signal, sys, time
flags = dict(a.split("=", 1) for a in sys.argv[1:])
stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
open(flags["--out"] + ".unfinished", "w").close()
for i in range(int(flags["--n"])):
    if stopped:
        break
    with open(flags["--out"] + ".unfinished", "a") as f:
        f.write(json.dumps({"id": f"0-{i}", "structure": None}) + "\\n")
    time.sleep(float(flags.get("--temperature")))
import os
os.replace(flags["--out"] + ".unfinished", flags["--out"])
"""
BROKEN = "import sys; print('crystal-llm: no such model', file=sys.stderr); sys.exit(2)"


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def start(order, home, program=WRITER):
    return start_run(order, home, [sys.executable, "-c", program])


def test_a_run_is_seen_from_start_to_end(tmp_path):
    order = RunOrder(count=5, temperature=0.2, elements=("Li", "O"), hard=("elements",))
    name = start(order, tmp_path)
    until(lambda: len(read_run(name, tmp_path).candidates) >= 2)
    seen = read_run(name, tmp_path)
    assert (seen.state, seen.order) == ("running", order)
    until(lambda: read_run(name, tmp_path).state == "finished")
    assert len(read_run(name, tmp_path).candidates) == 5
    assert run_names(tmp_path) == [name]


def test_a_stopped_run_keeps_what_was_written(tmp_path):
    name = start(RunOrder(count=500, temperature=0.1), tmp_path)
    until(lambda: len(read_run(name, tmp_path).candidates) >= 2)
    stop_run(name, tmp_path)
    until(lambda: read_run(name, tmp_path).state == "stopped")
    assert 2 <= len(read_run(name, tmp_path).candidates) < 500
    stop_run(name, tmp_path)  # again: nothing to stop, no error


def test_a_killed_run_has_failed_and_keeps_its_lines(tmp_path):
    name = start(RunOrder(count=500, temperature=0.1), tmp_path)
    until(lambda: len(read_run(name, tmp_path).candidates) >= 2)
    record = json.loads((tmp_path / "runs" / name / "process.json").read_text())
    os.kill(record["pid"], 9)
    until(lambda: read_run(name, tmp_path).state == "failed")
    assert len(read_run(name, tmp_path).candidates) >= 2


def test_another_process_with_the_same_number_is_not_the_run(tmp_path):
    name = start(RunOrder(count=1, temperature=0.0), tmp_path, BROKEN)
    until(lambda: read_run(name, tmp_path).state == "failed")
    assert "no such model" in read_run(name, tmp_path).log
    process = tmp_path / "runs" / name / "process.json"
    process.write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert read_run(name, tmp_path).state == "failed"


@pytest.mark.parametrize("name", ["nobody", "../runs", "", "a/b"])
def test_unknown_runs_are_refused(name, tmp_path):
    start(RunOrder(count=1, temperature=0.0), tmp_path)
    with pytest.raises(RequestError, match="no run"):
        read_run(name, tmp_path)


def test_an_order_is_checked_as_the_shell_checks_it():
    assert "The chemical formula is TiO2. " in RunOrder(formula="Ti2O4", hard=("formula",)).check()
    for order, said in (
        (RunOrder(formula="Xx"), "not a chemical formula"),
        (RunOrder(spacegroup=231), "1 to 230"),
        (RunOrder(formula="NaCl", hard=("formula",), max_atoms=1), "at most 1"),
    ):
        with pytest.raises(RequestError, match=said):
            order.check()


def test_the_arguments_are_those_of_the_shell(tmp_path):
    from crystal_llm.cli.main import parser

    order = RunOrder(
        count=3,
        formula="NaCl",
        hard=("formula",),
        exclude=("K",),
        spacegroup=225,
        energy_above_hull_ev_per_atom=0.0,
        band_gap_ev=5.0,
        min_distance_angstrom=0.5,
        seed=7,
        model="smollm2-135m",
    )
    parsed = parser().parse_args(["generate", *order.arguments(), f"--out={tmp_path / 'o'}"])
    assert (parsed.n, parsed.formula, parsed.hard) == (3, "NaCl", ("formula",))
    assert (parsed.exclude, parsed.spacegroup, parsed.e_above_hull) == (("K",), 225, 0.0)
    assert (parsed.band_gap, parsed.min_distance, parsed.seed) == (5.0, 0.5, 7)
