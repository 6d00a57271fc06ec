"""The world's own rules: clock, pool, counting, attribution, each alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.simulate.acts import Connection, Hit, Lease, Left, Sitting
from landmark.simulate.addresses import deal, lease_of, name_of
from landmark.simulate.clock import BEGIN, CHANGE, END, HOUR, LOGS_FROM, LOGS_UNTIL, iso, syslog_stamp, twice, web_stamp
from landmark.simulate.counting import counted_connection, counted_hit, visits
from landmark.simulate.geography import ABROAD, HOME, abroad, abroad_six, country_of, data_set
from landmark.simulate.sites import BOARD, CLUB, FORUMS, MEMBERS_ONLY

LONDON = ZoneInfo("Europe/London")
HIT = Hit(BEGIN, "10.20.0.1", "user-0001", BOARD.host, "GET", "/board/", 200, 9, "-", "Browser/1", None, BOARD, 0)
INSTANTS = st.integers(LOGS_FROM, LOGS_UNTIL)


@given(INSTANTS)
def test_local_times_are_those_of_london(instant: int) -> None:
    there = datetime.fromtimestamp(instant, LONDON)
    assert web_stamp(instant) == there.strftime("%d/Oct/2001:%H:%M:%S %z")
    assert syslog_stamp(instant) == f"Oct {there.day:2d} {there:%H:%M:%S}"
    assert iso(instant) == datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@given(INSTANTS)
def test_a_local_time_comes_twice_where_two_instants_read_alike(instant: int) -> None:
    alike = [one for one in (instant - HOUR, instant, instant + HOUR) if syslog_stamp(one) == syslog_stamp(instant)]
    assert list(twice(instant)) == alike


def test_countries_are_told_by_the_ranges_of_the_data_set() -> None:
    assert len(set(ABROAD)) == 18
    assert HOME not in ABROAD
    for country in ABROAD:
        assert country_of(abroad(country, 0)) == country_of(abroad(country, 100_000)) == country
        assert country_of(abroad_six(country, 70_000)) == country
    assert country_of("10.20.3.4") == country_of("192.0.2.9") == HOME
    first, *ranges = data_set().splitlines()
    assert first == "# date: 2001-10-20"
    assert len(ranges) == 2 + 2 * 18
    assert all(len(line.split(",")) == 3 for line in ranges)


def test_a_country_gives_each_address_once_until_it_has_none_left() -> None:
    some = [abroad("NL", number) for number in range(3_000)]
    assert len(set(some)) == 3_000
    with pytest.raises(ValueError, match="no address left"):
        abroad("NL", 10**6)


@pytest.mark.parametrize(("busy", "rest"), [(False, 60), (True, 15)])
@given(sessions=st.lists(st.tuples(st.integers(0, 40), st.integers(10, 70)), max_size=60), seed=st.integers(0, 99))
def test_no_address_is_given_to_two_sessions_at_once_or_too_soon(
    sessions: list[tuple[int, int]],
    seed: int,
    busy: bool,  # noqa: FBT001 - which pool
    rest: int,
) -> None:
    sittings = [
        Sitting(f"user-{number:04d}", BEGIN + begin * 900, BEGIN + begin * 900 + length * 60, (HIT,), ())
        for number, (begin, length) in enumerate(sessions)
    ]
    dealt = deal(Random(seed), sittings, busy=busy)  # noqa: S311 - a simulation, to be repeated
    leases = [lease_of(address, sitting) for address, sitting in dealt]
    assert sorted((one.account, one.begin, one.end) for one in leases) == sorted(one[:3] for one in sittings)
    held: dict[str, list[Lease]] = defaultdict(list)
    for lease in leases:
        held[lease.address].append(lease)
    for row in held.values():
        assert all(after.begin - before.end >= rest for before, after in pairwise(row))


def test_names_are_given_to_every_other_address_and_never_to_two() -> None:
    addresses = [f"10.20.{third}.{fourth}" for third in range(4) for fourth in range(256)]
    names = [name_of(address) for address in addresses]
    assert len(set(names)) == len(names)
    assert sum(name == address for name, address in zip(names, addresses, strict=True)) == len(names) // 2
    assert name_of("2001:db8::52") == "2001:db8::52"


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"status": 304}, True),
        ({"status": 206}, True),
        ({"status": 404}, False),
        ({"status": 302}, False),
        ({"method": "POST", "status": 302}, True),
        ({"method": "POST", "status": 303}, True),
        ({"method": "POST", "status": 401}, False),
        ({"method": "HEAD"}, False),
        ({"forum": None}, False),
        ({"time": BEGIN - 1}, False),
        ({"time": END - 1}, True),
        ({"time": END}, False),
        ({"path": "/board/p.jpg"}, True),
        ({"path": "/board/p.jpg", "referrer": "http://forum-a.example/board/"}, True),
        ({"path": "/board/p.jpg", "referrer": "http://pages.example/"}, False),
        ({"path": "/board/", "referrer": "http://pages.example/"}, True),
        ({"forum": next(forum for forum in FORUMS if forum.since)}, False),
    ],
)
def test_a_request_counts_where_it_reached_something(changed: dict[str, object], counts: bool) -> None:  # noqa: FBT001 - the expectation
    assert (counted_hit(HIT._replace(**changed)) is not None) == counts  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "login"),
    [("/members/", "m"), ("/members", "m"), ("/%6dembers/thread/1", "m"), ("/membership/", None), ("/lounge/", None)],
)
def test_a_login_is_verified_only_where_the_server_asks_for_it(path: str, login: str | None) -> None:
    hit = HIT._replace(host=CLUB, path=path, login="m", forum=MEMBERS_ONLY)
    counted = counted_hit(hit)
    assert counted is not None
    assert counted.login == login


@pytest.mark.parametrize(
    ("begin", "left", "counts"),
    [
        (BEGIN, [(60, "test.watched.a", 3)], True),
        (BEGIN, [(60, "test.watched.a", 0)], False),
        (BEGIN, [(60, "test.watched.a", 0), (90, "test.watched.b", 1)], True),
        (BEGIN, [(60, "test.other.rail", 3)], False),
        (BEGIN, [(60, "test.watched.pool", 3)], False),
        (BEGIN - 1, [(60, "test.watched.a", 3)], False),
        (END - 60, [(60, "test.watched.a", 3)], False),
        (END - 60, [(59, "test.watched.a", 3), (61, "test.other.rail", 1)], True),
    ],
)
def test_a_news_connection_counts_whole_and_inside_the_window(
    begin: int,
    left: list[tuple[int, str, int]],
    counts: bool,  # noqa: FBT001 - the expectation
) -> None:
    places = tuple(Left(begin + after, group, number) for after, group, number in left)
    counted = counted_connection(Connection(begin, "10.20.0.1", None, places))
    assert (counted is not None) == counts
    if counted is not None:
        assert counted.first == begin
        assert counted.last == max(place.time for place in places if place.group.startswith("test.watched."))


def test_an_unsettled_connection_fills_both_readings_of_its_times() -> None:
    connection = Connection(CHANGE - 900, "10.40.0.1", "user-1", (Left(CHANGE - 600, "test.watched.a", 1),))
    settled, unsettled = counted_connection(connection), counted_connection(connection._replace(server="news2"))
    assert settled is not None
    assert unsettled is not None
    assert (settled.first, settled.last) == (CHANGE - 900, CHANGE - 600)
    assert (unsettled.first, unsettled.last) == (CHANGE - 900, CHANGE + 3_000)
    assert (unsettled.true_first, unsettled.true_last) == (CHANGE - 900, CHANGE - 600)
    assert len(unsettled.instants) == 4


@given(st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 4_000)), max_size=25))
def test_visits_are_the_groups_of_acts_that_no_longer_pause_parts(drawn: list[tuple[int, int]]) -> None:
    spans = [(first, first + length) for first, length in drawn]
    groups = [{number} for number in range(len(spans))]
    for number, (first, last) in enumerate(spans):
        near = {n for n, (begin, end) in enumerate(spans) if begin - last <= 1_800 and first - end <= 1_800} | {number}
        joined = set().union(*(group for group in groups if group & near))
        groups = [group for group in groups if not group & near] + [joined]
    assert visits(spans) == len(groups)


def test_a_pause_of_exactly_the_gap_goes_on_and_a_second_more_does_not() -> None:
    assert visits([(0, 10), (1_810, 1_810)]) == 1
    assert visits([(0, 10), (1_811, 1_811)]) == 2
    assert visits([(0, 5_000), (10, 20), (6_700, 6_701)]) == 1
    assert visits([]) == 0
