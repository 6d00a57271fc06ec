"""What is counted by address alone; visitors that are told apart as addresses are need not be counted once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark import store, tables
from landmark.accounting import ByAddress
from landmark.case import Authority, Case, Rules
from landmark.counting import are_one, by_address
from landmark.engine import Engine
from landmark.kept import Kept, Stages
from landmark.keys import key_of
from landmark.tables import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator

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


AUTHORITY = Authority("W-1", "Example Court", "Example Internet", 0, 14 * DAY, ("traffic",))
CASE = Case(Path("case"), "example", "", "GB", AUTHORITY, (), (), Rules(visit_gap=30 * MINUTE, more_than=1))
LOGIN = {"login": "login-a", "login_verified": True}


@pytest.fixture
def said() -> list[str]:
    """Which tables were made."""
    return []


@pytest.fixture
def stages(tmp_path: Path, said: list[str]) -> Iterator[Stages]:
    engine = Engine(threads=1)
    yield Stages(engine, tmp_path, said.append)
    engine.close()


def seen(stages: Stages, events: list[dict[str, Any]]) -> dict[str, Kept]:
    """Give what a run makes of events up to the visitors; what an event leaves out is empty or nothing."""
    nothing: dict[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": []}
    blank = {column.name: None if column.empty else nothing[column.type] for column in tables.EVENTS.columns}
    rows = [
        {**blank, "event": number, "first_instant": one["time"], "last_instant": one["time"], "counts": True, **one}
        for number, one in enumerate(events)
    ]
    made = {"events": Kept(pa.Table.from_pylist(rows, schema=store.schema(tables.EVENTS)), key_of(str(rows)))}
    nobody = Kept(store.empty(tables.ATTRIBUTIONS), "attributions")
    made["sightings"] = stages.sql(tables.SIGHTINGS, {**made, "attributions": nobody}, salt="")
    gap = CASE.rules.visit_gap
    made["visits"] = stages.sql(tables.VISITS, made, visit_gap=gap, window_from=0, window_until=14 * DAY)
    made["visitors"] = stages.sql(tables.VISITORS, made)
    return made


def test_by_address_a_login_is_as_many_visitors_as_it_had_addresses_and_host_names(stages: Stages) -> None:
    """One visit of one login; by address one of the first and two of the second, which alone is over the threshold."""
    events = [
        {"time": MINUTE, "client_address": "192.0.2.1", "client_host": "a.example", **LOGIN},
        {"time": 11 * MINUTE, "client_address": "192.0.2.2", **LOGIN},
        {"time": 12 * MINUTE, "client_address": "192.0.2.9", "counts": False, "reason": "failed", **LOGIN},
        {"time": 21 * MINUTE, "client_address": "192.0.2.1", "client_host": "b.example", **LOGIN},
        {"time": 51 * MINUTE, "client_address": "192.0.2.2", **LOGIN},
    ]
    made = seen(stages, events)
    assert (made["visits"].rows, made["visitors"].rows) == (1, 1)
    assert by_address(CASE, made, stages) == ByAddress(3, 2, 1)
    host = {"time": 52 * MINUTE, "client_host": "a.example", **LOGIN}
    assert by_address(CASE, seen(stages, [*events, host]), stages) == ByAddress(4, 3, 1)
    # What has neither is nobody's by address.
    assert by_address(CASE, seen(stages, [*events, {"time": 53 * MINUTE, **LOGIN}]), stages) == ByAddress(3, 2, 1)


def test_where_every_visitor_is_an_address_what_was_counted_stands(stages: Stages, said: list[str]) -> None:
    events = [{"time": 1 + n * DAY, "client_address": f"192.0.2.{1 + n % 2}", **LOGIN} for n in range(5)]
    each = [{**event, "login_verified": False} for event in events]
    assert by_address(CASE, seen(stages, each), stages) == ByAddress(5, 2, 2)
    assert said == ["sightings", "visits", "visitors"]
    assert by_address(CASE, seen(stages, each[:2]), stages) == ByAddress(2, 2, 0)


def test_where_nothing_was_seen_nothing_is_counted_by_address(stages: Stages) -> None:
    assert by_address(CASE, seen(stages, []), stages) == ByAddress(0, 0, 0)
