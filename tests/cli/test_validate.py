import json

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from crystal_llm.cli import validate
from crystal_llm.cli.command import OneLineParser
from crystal_llm.crystal.conversion import plain
from crystal_llm.crystal.reduction import niggli_primitive
from crystal_llm.crystal.written import Written
from crystal_llm.dataset.table import CrystalRow, write_table
from crystal_llm.errors import CrystalLLMError, RequestError
from crystal_llm.io.candidates_file import candidate_line
from crystal_llm.text.codec import encode

HALF = [0.5, 0.5, 0.5]
FACES = [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]


def salt(cation="Na", a=5.6):
    return Structure(Lattice(np.array(FACES) * a), [cation, "Cl"], [[0, 0, 0], HALF])


def candidate(number, structure, text=None, failure=None):
    crystal = None if structure is None else plain(structure)
    return Written(f"0-{number}", crystal, failure, number, text=text or encode(structure))


@pytest.fixture(scope="module")
def candidates(tmp_path_factory):
    close = Structure(Lattice.cubic(4), ["Na", "Cl"], [[0, 0, 0], [0.05, 0, 0]])
    made = [
        candidate(0, salt()),
        candidate(1, salt(a=5.7)),
        candidate(2, close),
        candidate(
            3, Structure(Lattice.cubic(4), ["Li", "Li", "Cl"], [[0, 0, 0], HALF, [0.5, 0, 0]])
        ),
        candidate(4, None, "5.0 5.0", "line 1: expected three lengths, found '5.0 5.0'"),
        candidate(5, salt("K", 6.3)),
    ]
    path = tmp_path_factory.mktemp("candidates") / "out.jsonl"
    path.write_text("".join(json.dumps(candidate_line(candidate)) + "\n" for candidate in made))
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    crystal = niggli_primitive(plain(salt()))
    path = tmp_path_factory.mktemp("table") / "table.parquet"
    write_table([CrystalRow("mp-1", "NaCl", crystal, 225, None, None, None, "train")], path)
    return path


def run(*arguments):
    root = OneLineParser(prog="crystal-llm")
    validate.register(root.add_subparsers(parser_class=OneLineParser))
    parsed = root.parse_args(["validate", *map(str, arguments)])
    return parsed.run(parsed)


def test_rates_with_every_denominator(candidates):
    report = run(candidates)
    assert report.exit_code == 0
    assert report.lines[:7] == (
        f"{candidates}: 6 asked (lines)",
        "parsed: 5 of 6 asked = 83.3% (43.6 to 97.0%)",
        "structurally valid: 4 of 5 parsed = 80.0% (37.6 to 96.4%)",
        "compositionally valid: 4 of 5 parsed = 80.0% (37.6 to 96.4%)",
        "both valid: 3 of 5 parsed = 60.0% (23.1 to 88.2%)",
        "parsed and both valid: 3 of 6 asked = 50.0% (18.8 to 81.2%)",
        "unique: 4 of 5 parsed = 80.0% (37.6 to 96.4%)",
    )


def test_invalid_ones_have_their_reason(candidates):
    lines = run(candidates).lines
    assert "reason, 1 of 6: atoms too close" in lines
    assert "reason, 1 of 6: not parsed: expected three lengths, found …" in lines
    assert "invalid: row 3 (0-2), NaCl: atoms too close: Na0–Cl1 are 0.20 Å apart" in lines
    assert (
        "invalid: row 4 (0-3), Li2Cl: no charge-neutral combination of oxidation states: Li2Cl"
        in lines
    )


def test_the_list_is_short_unless_asked(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("nonsense\n" * 25)
    lines = run(path).lines
    assert sum(line.startswith("invalid:") for line in lines) == 20
    assert lines[-1] == "… and 5 more invalid; --list names all"
    assert sum(line.startswith("invalid:") for line in run(path, "--list").lines) == 25
    assert "unique: 0 of 0 parsed" in lines


def test_novelty_against_a_table(candidates, table):
    report = run(candidates, "--table", table)
    text = "\n".join(report.lines)
    assert "novel: 3 of 5 parsed" in text
    assert "unique and novel: 3 of 5 parsed" in text
    assert "both valid, unique and novel: 1 of 6 asked" in text
    assert "known: row 1, NaCl: mp-1, rms 0.000" in text
    assert "known prototype with other elements: 1 of 3 novel" in text
    last = report.data["rows"][-1]
    assert last["novelty"]["prototype"] == {
        "material_id": "mp-1",
        "formula": "NaCl",
        "tried": 1,
        "possible": 1,
    }
    assert report.data["known_phases"] == 1


def test_json_holds_every_verdict(candidates):
    data = json.loads(json.dumps(run(candidates, "--json").data, allow_nan=False))
    assert data["asked"] == len(data["rows"]) == 6
    assert data["rates"]["structurally valid"] == pytest.approx(
        {
            "count": 4,
            "total": 5,
            "of": "parsed",
            "share": 0.8,
            "wilson_95_low": 0.375535,
            "wilson_95_high": 0.963776,
        },
        abs=1e-5,
    )
    assert [row["parsed"] for row in data["rows"]] == [True, True, True, True, False, True]
    assert [row["repeats_row"] for row in data["rows"]] == [None, 1, None, None, None, None]
    assert data["rows"][2]["validity"]["valid"] is False
    assert data["rows"][4]["validity"] is None and data["rows"][4]["novelty"] is None
    assert data["rows"][5]["novelty"]["novel"] is None


def test_bad_input_is_one_error(tmp_path, candidates):
    for arguments in (
        [tmp_path / "none.jsonl"],
        [tmp_path],
        [candidates, "--table", tmp_path / "none.parquet"],
        [candidates, "--table", candidates],
    ):
        with pytest.raises(CrystalLLMError):
            run(*arguments)
    with pytest.raises(RequestError):
        run()
