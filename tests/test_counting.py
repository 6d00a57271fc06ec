"""Visitors that are told apart as addresses are need not be counted once more by address."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from landmark.counting import are_one

NAMES = st.sampled_from(["one", "two", "three"])
SIGHTED = st.lists(st.tuples(NAMES, NAMES), max_size=6)


def table(events: list[int], visitors: list[str]) -> pa.Table:
    return pa.table({"event": pa.array(events, pa.int64()), "visitor_id": pa.array(visitors, pa.string())})


def apart(visitors: list[str]) -> set[frozenset[int]]:
    return {frozenset(at for at, name in enumerate(visitors) if name == one) for one in visitors}


@given(SIGHTED)
def test_two_ways_to_tell_visitors_apart_are_one_where_they_put_the_same_events_together(
    seen: list[tuple[str, str]],
) -> None:
    events, one, other = list(range(len(seen))), [first for first, _ in seen], [second for _, second in seen]
    assert are_one(table(events, one), table(events, other)) == (apart(one) == apart(other))


def test_of_other_events_nothing_is_said_to_be_one() -> None:
    assert not are_one(table([0, 1], ["a", "b"]), table([0, 2], ["a", "b"]))
    assert not are_one(table([0, 1], ["a", "b"]), table([0], ["a"]))
