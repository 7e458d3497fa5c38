"""Two commands with one output: row M1 of the table of cases."""

import subprocess
import sys

import pytest

from crystal_llm.cli import output_file
from crystal_llm.cli.main import main
from crystal_llm.cli.output_file import check_new, check_writable, release_claims, write_json_lines
from crystal_llm.cli.run_folder import EVALUATION, INVARIANCE, check_run_folder
from crystal_llm.errors import RequestError

HOLDER = """
import sys
from pathlib import Path
from crystal_llm.cli.output_file import check_new
check_new(Path(sys.argv[1]), replace=False)
print("claimed", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_claims():
    yield
    release_claims()


@pytest.mark.parametrize(
    "command",
    [
        *("generate --n=1", "complete k.cif --keep=0 --n=1", "order k.cif", "library export"),
        *("relax k.cif", "judge k.cif", "refine k.cif"),
    ],
)
def test_a_result_that_is_there_is_replaced_only_when_asked(command, tmp_path, capfd):
    out = tmp_path / "out.zip" if "export" in command else tmp_path / "out.jsonl"
    out.write_text("an earlier result")
    (tmp_path / "k.cif").touch()
    words = [str(tmp_path / word) if word == "k.cif" else word for word in command.split()]
    assert main([*words, f"--out={out}"]) == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith(f"{out}: exists already; give --replace, or another name")
    assert out.read_text() == "an earlier result"


def test_a_second_command_with_the_same_output_is_refused(tmp_path):
    out = tmp_path / "same.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(out)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        assert first.stdout.readline() == "claimed\n"
        for check in (check_writable, lambda path: check_new(path, replace=True)):
            with pytest.raises(RequestError, match="another command is writing it"):
                check(out)
        check_new(tmp_path / "other.jsonl", replace=False)
        first.kill()
        first.wait()
    check_new(out, replace=False)  # a killed command holds nothing


def test_a_second_command_with_the_same_run_is_refused(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / EVALUATION)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as first:  # fmt: skip
        assert first.stdout.readline() == "claimed\n"
        with pytest.raises(RequestError, match="another command is writing it"):
            check_run_folder(folder, EVALUATION, replace=True)
        check_run_folder(folder, INVARIANCE, replace=False)
        first.kill()
        first.wait()
    check_run_folder(folder, EVALUATION, replace=False)


def test_a_claim_leaves_nothing_behind(tmp_path):
    out = tmp_path / "a.jsonl"
    check_new(out, replace=False)
    check_new(out, replace=False)  # our own
    write_json_lines(out, [{"a": 1}], replace=False)
    release_claims()
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    assert not output_file._CLAIMS


def test_what_appeared_meanwhile_is_not_overwritten(tmp_path):
    out = tmp_path / "a.jsonl"
    out.write_text("the first result")
    with pytest.raises(RequestError, match=r"the result is in .*a\.jsonl\.unfinished"):
        write_json_lines(out, [{"a": 1}], replace=False)
    assert out.read_text() == "the first result"
    assert (tmp_path / "a.jsonl.unfinished").read_text() == '{"a": 1}\n'
    write_json_lines(out, [{"a": 2}])
    assert out.read_text() == '{"a": 2}\n'
