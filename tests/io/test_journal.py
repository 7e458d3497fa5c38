import json

import pytest

from crystal_llm.errors import InfillError, RequestError
from crystal_llm.io.journal import opened_journal

PURPOSE = {"n": 3}


def read(path, purpose=PURPOSE, *, begin_anew=False, error=InfillError):
    with opened_journal(path, purpose, int, error, begin_anew=begin_anew) as (journalled, _):
        return journalled


def written(path, *records):
    with opened_journal(path, PURPOSE, int, InfillError, begin_anew=False) as (_, note):
        for record in records:
            note(record)


def test_what_was_noted_is_there_again(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, 1, 2)
    written(path, 3)
    assert read(path) == [1, 2, 3]


def test_a_record_is_on_the_disk_as_soon_as_it_is_noted(tmp_path):
    path = tmp_path / "a.jsonl"
    with opened_journal(path, PURPOSE, int, InfillError, begin_anew=False) as (_, note):
        note(7)
        assert path.read_text() == json.dumps(PURPOSE) + "\n7\n"


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_line_that_a_kill_has_cut_is_dropped(cut, tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, 11, 222, 3333)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    held = read(path)
    assert held == [11, 222, 3333][: len(held)]
    assert len(held) == (2 if cut < 6 else 1)
    written(path, 4)
    assert read(path) == [*held, 4]


def test_another_purpose_is_refused_or_begun_anew(tmp_path):
    path = tmp_path / "a.jsonl"
    written(path, 1)
    before = path.read_bytes()
    with pytest.raises(InfillError, match="another run"):
        read(path, {"n": 4})
    assert path.read_bytes() == before
    assert read(path, {"n": 4}, begin_anew=True) == []


def test_damage_is_one_error_of_the_kind_asked_for_and_nothing_is_deleted(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(PURPOSE) + "\n[\n")
    with pytest.raises(RequestError, match=r"a\.jsonl: is damaged .* delete it"):
        read(path, error=RequestError)
    assert path.exists()
    with pytest.raises(InfillError, match="cannot be used"):
        read(tmp_path)


def test_without_a_path_nothing_is_kept(tmp_path):
    with opened_journal(None, PURPOSE, int, InfillError, begin_anew=False) as (journalled, note):
        note(1)
        assert journalled == []
    assert list(tmp_path.iterdir()) == []
