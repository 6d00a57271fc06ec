"""Visits: runs of one visitor's counting events with no pause longer than the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]

GAP = 30 * MINUTE


def spans(derive: Derive, *events: dict[str, Any], **more: object) -> list[tuple[int, int, int]]:
    return [(row["first"], row["last"], row["events"]) for row in derive(events, **more)["visits"]]


def test_a_pause_of_exactly_the_gap_goes_on(derive: Derive, begin: int) -> None:
    assert spans(derive, {"time": begin}, {"time": begin + GAP}) == [(begin, begin + GAP, 2)]


def test_a_pause_of_one_microsecond_more_does_not(derive: Derive, begin: int) -> None:
    later = begin + GAP + 1
    assert spans(derive, {"time": begin}, {"time": later}) == [(begin, begin, 1), (later, later, 1)]


def test_a_news_connection_fills_the_time_to_its_last_group_line(derive: Derive, begin: int) -> None:
    connection = {"time": begin + HOUR, "first_instant": begin, "connection": "c", "target": "group-a", "host": None}
    web = {"time": begin + HOUR + GAP}
    assert spans(derive, connection, web) == [(begin, begin + HOUR + GAP, 2)]


def test_pauses_run_from_the_latest_end_and_not_from_the_event_before(derive: Derive, begin: int) -> None:
    long = {"time": begin + 3 * HOUR, "first_instant": begin, "connection": "c"}
    short = {"time": begin + HOUR, "first_instant": begin + HOUR, "connection": "d"}
    assert spans(derive, long, short, {"time": begin + 3 * HOUR + GAP}) == [(begin, begin + 3 * HOUR + GAP, 3)]


def test_a_local_time_that_occurs_twice_fills_the_time_between(derive: Derive, begin: int) -> None:
    twice = {"time": begin, "time_until": begin + HOUR, "last_instant": begin + HOUR}
    assert spans(derive, twice, {"time": begin + HOUR + GAP}) == [(begin, begin + HOUR + GAP, 2)]


def test_a_connection_that_begins_within_the_gap_goes_on_however_late_it_ends(derive: Derive, begin: int) -> None:
    last = begin + GAP + HOUR
    connection = {"time": last, "first_instant": begin + GAP, "connection": "c"}
    assert spans(derive, {"time": begin}, connection) == [(begin, last, 2)]


@pytest.mark.parametrize("lengths", [(HOUR, 0), (0, HOUR), (0, 0)])
def test_connections_that_begin_at_one_instant_are_one_visit_whichever_ends_first(
    derive: Derive, begin: int, lengths: tuple[int, int]
) -> None:
    both = [
        {"time": begin + length, "first_instant": begin, "last_instant": begin + length, "connection": f"c{number}"}
        for number, length in enumerate(lengths)
    ]
    assert spans(derive, *both) == [(begin, begin + max(lengths), 2)]


def test_the_visits_of_each_visitor_are_numbered_from_one(derive: Derive, begin: int) -> None:
    events = [
        {"time": begin + number * HOUR, "client_address": address}
        for address, count in (("192.0.2.1", 3), ("192.0.2.2", 2))
        for number in range(count)
    ]
    assert sorted(row["visit"] for row in derive(events)["visits"]) == [1, 1, 2, 2, 3]


def test_targets_agents_and_midnight_do_not_part_a_visit(derive: Derive, begin: int) -> None:
    evening = begin + DAY - MINUTE
    events: list[dict[str, Any]] = [
        {"time": evening, "agent": "A Browser/1.0"},
        {"time": evening + 2 * MINUTE, "agent": "Another/2.0", "target": "forum-b", "host": "forum-b.example"},
    ]
    assert spans(derive, *events) == [(evening, evening + 2 * MINUTE, 2)]


def test_addresses_that_are_surely_one_account_are_one_visit(derive: Derive, begin: int) -> None:
    events: list[dict[str, Any]] = [{"time": begin}, {"time": begin + GAP, "client_address": "192.0.2.2"}]
    sure = [{"event": event, "grade": "sure", "accounts": ["account-a"]} for event in (0, 1)]
    assert len(spans(derive, *events)) == 2
    assert len(spans(derive, *events, attributions=sure)) == 1


def test_what_does_not_count_makes_no_visit_and_joins_none(derive: Derive, begin: int) -> None:
    between = {"time": begin + GAP, "counts": False, "reason": "failed"}
    assert len(spans(derive, {"time": begin}, between, {"time": begin + 2 * GAP})) == 2


def test_web_visits_within_the_gap_of_the_windows_edge_are_marked(derive: Derive, begin: int) -> None:
    until = begin + 14 * DAY
    times = [begin + GAP, begin + 4 * GAP + 1, until - 4 * GAP, until - GAP]
    rows = derive([{"time": time} for time in times])["visits"]
    assert [row["edge"] for row in rows] == [True, False, False, True]


def test_just_inside_the_edge_is_not_marked(derive: Derive, begin: int) -> None:
    until = begin + 14 * DAY
    rows = derive([{"time": begin + GAP + 1}, {"time": until - GAP - 1}])["visits"]
    assert [row["edge"] for row in rows] == [False, False]


def test_one_event_at_the_edge_marks_its_visit(derive: Derive, begin: int) -> None:
    until = begin + 14 * DAY
    times = [begin + GAP, begin + GAP + MINUTE, until - GAP - MINUTE, until - GAP]
    assert [row["edge"] for row in derive([{"time": time} for time in times])["visits"]] == [True, True]


def test_a_local_time_that_occurs_twice_is_at_the_edge_by_either_instant(derive: Derive, begin: int) -> None:
    until = begin + 14 * DAY
    twice = [
        {"time": first, "time_until": first + HOUR, "last_instant": first + HOUR}
        for first in (begin + GAP, until - GAP - HOUR)
    ]
    assert [row["edge"] for row in derive(twice)["visits"]] == [True, True]


def test_news_is_never_at_the_edge(derive: Derive, begin: int) -> None:
    assert derive([{"time": begin, "connection": "c"}])["visits"][0]["edge"] is False


spells = st.lists(
    st.tuples(
        st.integers(0, 24),
        st.integers(0, 4),
        st.integers(-1, 1),
        st.sampled_from(["192.0.2.1", "192.0.2.2"]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(spells)
def test_visits_are_what_joining_one_by_one_gives(
    derive: Derive, begin: int, drawn: list[tuple[int, int, int, str, bool]]
) -> None:
    """Quarters of an hour and a microsecond more or less: ties, exact gaps, intervals in intervals."""
    quarter = GAP // 2
    events = [
        {
            "time": begin + (start + length) * quarter + odd,
            "first_instant": begin + start * quarter + min(odd, 0),
            "connection": f"c{number}",
            "client_address": address,
            "counts": counts,
            "reason": None if counts else "cut",
        }
        for number, (start, length, odd, address, counts) in enumerate(drawn)
    ]
    expected: dict[str, list[tuple[int, int, int]]] = {}
    for event in events:
        if event["counts"]:
            # Whatever touches the new one joins it; what is left apart stays apart.
            first, last, count = int(str(event["first_instant"])), int(str(event["time"])), 1
            apart = []
            for one in expected.get(str(event["client_address"]), []):
                if one[0] - last <= GAP and first - one[1] <= GAP:
                    first, last, count = min(first, one[0]), max(last, one[1]), count + one[2]
                else:
                    apart.append(one)
            expected[str(event["client_address"])] = [*apart, (first, last, count)]
    rows = derive(events)
    names = {row["visitor_id"]: row["client_address"] for row in rows["sightings"]}
    found: dict[str, list[tuple[int, int, int]]] = {}
    for row in rows["visits"]:
        found.setdefault(names[row["visitor_id"]], []).append((row["first"], row["last"], row["events"]))
    assert found == {address: sorted(visits) for address, visits in expected.items()}
