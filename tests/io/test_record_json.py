"""Records are read as they were declared; whatever else is one line that names the place."""

from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystal_llm.io.record_json import RecordError, from_json, from_plain, to_json, to_plain


@dataclass(frozen=True, slots=True)
class Inner:
    number: float
    names: tuple[str, ...] = ()
    kind: Literal["one", "two"] = "one"


@dataclass(frozen=True, slots=True)
class Outer:
    inner: Inner
    marks: frozenset[str] = frozenset()
    other: Inner | None = None
    whole: bool = False
    pair: tuple[int, int] = (0, 0)


INNERS = st.builds(
    Inner,
    st.floats(allow_nan=False),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
    st.sampled_from(["one", "two"]),
)


@given(
    st.builds(
        Outer,
        INNERS,
        st.frozensets(st.text(max_size=5), max_size=4),
        st.none() | INNERS,
        st.booleans(),
        st.tuples(st.integers(), st.integers()),
    )
)
def test_a_record_comes_back(record):
    assert from_plain(Outer, to_plain(record)) == record
    assert from_json(Outer, to_json(record)) == record


def test_equal_sets_give_equal_text():
    first, other = (Outer(Inner(1.0), frozenset(names)) for names in ("abcdef", "fedcba"))
    assert to_json(first) == to_json(other)
    assert to_plain(first)["marks"] == list("abcdef")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "order lacks inner"),
        ({"inner": {}}, "order.inner lacks number"),
        ({"inner": {"number": "1"}}, "order.inner.number is '1': must be a number"),
        ({"inner": {"number": True}}, "order.inner.number is True: must be a number"),
        ({"inner": {"number": 1, "nmaes": []}}, "order.inner has nmaes, which is not known here: "
         "use number, names, kind"),
        ({"inner": {"number": 1, "names": "ab"}}, "order.inner.names is 'ab': must be a list"),
        ({"inner": {"number": 1, "names": ["a", 2]}}, r"order.inner.names\[1\] is 2: must be text"),
        ({"inner": {"number": 1, "kind": "three"}},
         "order.inner.kind is 'three': use one of one, two"),
        ({"inner": None}, "order.inner is null: must be an object"),
        ({"inner": {"number": 1}, "other": 3}, "order.other is 3: must be an object"),
        ({"inner": {"number": 1}, "whole": 1}, "order.whole is 1: must be true or false"),
        ({"inner": {"number": 1}, "pair": [1]}, r"order.pair"),
        ({"inner": {"number": 1}, "pair": [1, 2.5]}, r"order.pair\[1\] is 2.5: must be a whole"),
        ([], r"order is \[\]: must be an object"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_place(value, said):
    with pytest.raises(RecordError, match=f"^{said}") as caught:
        from_plain(Outer, value, "order")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


def test_what_is_no_json_is_refused():
    for text in ("", "{", "nan", "1] [2"):
        with pytest.raises(RecordError):
            from_json(Outer, text, "row")
