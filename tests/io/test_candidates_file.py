import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from crystal_llm.errors import CrystalLLMError
from crystal_llm.io.candidates_file import (
    CandidatesFileError,
    read_candidates,
    said_of,
)
from crystal_llm.types import MAX_WRITTEN_ATOMS

TEXT = "5.6 5.6 5.6\n90 90 90\nNa\n0.00 0.00 0.00\nCl\n0.50 0.50 0.50"


@pytest.fixture
def salt():
    return Structure(Lattice.cubic(5.6), ["Na", "Cl"], [[0, 0, 0], [0.5] * 3])


def line(**changes):
    written = {
        "id": "0-0",
        "text": TEXT,
        "structure": None,
        "failure": None,
        "log_likelihood": -1.0,
        "prompt": "",
        "seed": 0,
        "model": "m",
        "wall_s": 0.1,
    }
    return json.dumps({**written, **changes})


def read(path, *lines):
    path = path / "out.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_candidates(path)


def test_a_structure_comes_back(tmp_path, salt):
    (row,) = read(tmp_path, line(id="3-1", text="not a crystal", structure=salt.as_dict()))
    assert (row.index, row.id, row.text, row.failure) == (0, "3-1", "not a crystal", None)
    assert row.structure() == salt


def test_left_handed_lattices_keep_their_atoms(tmp_path, salt):
    flipped = Structure(-salt.lattice.matrix, ["Na", "Cl"], [[0.1, 0.2, 0.3], [0.4, 0.6, 0.7]])
    (row,) = read(tmp_path, line(structure=flipped.as_dict()))
    assert row.structure().distance_matrix == pytest.approx(flipped.distance_matrix)


def test_the_text_stands_in_for_a_missing_structure(tmp_path):
    rows = read(tmp_path, line(failure="gave up"), line(text=TEXT + "\n"))
    assert rows[0].failure is None and rows[0].crystal.species == ("Na", "Cl")
    assert rows[1].crystal is None and rows[1].failure.startswith("line 7")
    assert rows[1].structure() is None


def test_a_recorded_failure_is_kept(tmp_path):
    (row,) = read(tmp_path, line(text="5.6 5.6", failure="stopped after 500 tokens"))
    assert row.failure == "stopped after 500 tokens"


def test_every_bad_line_is_its_own_row(tmp_path, salt):
    nan = salt.as_dict()
    nan["sites"][1]["abc"][2] = math.nan
    wide = salt.as_dict()
    wide["lattice"]["matrix"][0][0] = math.inf
    many = salt.copy()
    many.make_supercell((200, 1, 1))
    disordered = Structure(Lattice.cubic(3), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    unknown = salt.as_dict()
    unknown["sites"][0]["species"][0]["element"] = "Ln"
    cases = [
        ("nonsense", "not JSON"),
        ("[1, 2]", "not a JSON object but an array"),
        ("null", "not a JSON object but null"),
        ("[" * 100_000, "not JSON"),
        ("9" * 10_000, "not JSON"),
        ('{"id": "x"}', "lacks the key(s) text, structure, failure"),
        (line(id=4), "'id' is a number, not a string"),
        (line(text=None), "'text' is null"),
        (line(failure=[]), "'failure' is an array"),
        (line(structure="Na"), "'structure' is a string"),
        (line(structure={}), "lacks 'lattice' or 'sites'"),
        (line(structure=nan), "site 1 (Cl): nan is not a number within"),
        (line(structure=wide), "lattice vector 0: inf is not a number within"),
        (line(structure=many.as_dict()), f"400 atoms; at most {MAX_WRITTEN_ATOMS}"),
        (line(text="\n".join([*TEXT.split("\n")[:2], *["H\n0.00 0.00 0.00"] * 400])), "400 atoms"),
        (line(structure=disordered.as_dict()), "site 0 is disordered"),
        (line(structure=unknown), "site 0: 'Ln' is not an element"),
        (line(structure={"lattice": {"matrix": [[0, 0, 0]] * 3}, "sites": [1]}), "no length"),
        (line(structure={"lattice": {"matrix": [1, 2]}, "sites": [1]}), "not three vectors"),
        (line(text="x" * 2_000_000), "longer than 1,000,000 bytes"),
        (line(), None),
    ]
    rows = read(tmp_path, *[written for written, _ in cases])
    for number, (row, (_, reason)) in enumerate(zip(rows, cases, strict=True), start=1):
        assert row.index == number - 1
        if reason is None:
            assert row.failure is None
        else:
            assert row.crystal is None and reason in row.failure


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"\xff\xfe\x00\n\n" + line().encode() + b"\r\n")
    first, second = read_candidates(path)
    assert first.failure == "not UTF-8 text (byte 0)"
    assert (second.index, second.failure) == (2, None)


def test_nothing_is_imported_for_a_file(tmp_path, salt):
    record = salt.as_dict() | {"@module": "no.such.module", "@class": "Trap"}
    record["sites"][0]["properties"] = {"trap": {"@module": "no.such.module", "@class": "Trap"}}
    (row,) = read(tmp_path, line(structure=record))
    assert row.structure() == salt


def test_a_file_that_cannot_be_read_is_one_error(tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n \n")
    for path, reason in (
        (empty, "holds no candidate"),
        (tmp_path / "none.jsonl", "no such file"),
        (tmp_path, "is a folder"),
    ):
        with pytest.raises(CandidatesFileError, match=reason) as caught:
            read_candidates(path)
        assert isinstance(caught.value, CrystalLLMError)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["lattice", "matrix", "sites", "species", "element", "occu", "abc", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_can_stop_the_reading(tmp_path, whole, candidate, site):
    structure = {"lattice": {"matrix": [[3, 0, 0], [0, 3, 0], [0, 0, 3]]}, "sites": [site]}
    rows = read(
        tmp_path, json.dumps(whole), line(structure=candidate), line(structure=structure), line()
    )
    assert len(rows) == 4 and rows[3].failure is None
    assert all((row.crystal is None) != (row.failure is None) for row in rows)


def test_all_that_lines_say_is_read_once_more(tmp_path):
    rows = read(tmp_path, line(note=1), "", "not json", "[1]", line(id="0-1"))
    said = list(said_of(tmp_path / "out.jsonl", rows))
    assert [record.get("id") for record in said] == ["0-0", None, None, "0-1"]
    assert said[0]["note"] == 1


@pytest.mark.parametrize("now", [[], [line()], ["", line(), line()]])
def test_a_file_that_was_changed_meanwhile_is_refused(tmp_path, now):
    rows = read(tmp_path, line(), line(id="0-1"))
    path = tmp_path / "out.jsonl"
    path.write_text("\n".join(now), encoding="utf-8")
    with pytest.raises(CandidatesFileError, match="was changed while"):
        list(said_of(path, rows))


def test_deuterium_and_rounded_occupancies_are_read_as_elsewhere(tmp_path, salt):
    record = salt.as_dict()
    record["sites"][0]["species"] = [{"element": "D", "occu": 0.9999999999}]
    (row,) = read(tmp_path, line(structure=record))
    assert row.crystal.species == ("H", "Cl")
