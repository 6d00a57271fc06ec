"""The head of a syslog line: year, zone, the autumn hour that occurs twice, and clocks that were set back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.sources import Step
from landmark.sources.local_times import Years, Zone
from landmark.sources.syslog import Clocks, Stamp, head_of


def stamped(clocks: Clocks, *times: str, host: str = "news1") -> list[Stamp | None]:
    found: list[Stamp | None] = []
    for time in times:
        head = head_of(f"{time} {host} x: y".encode())
        assert head is not None
        found.append(clocks.stamp(head, len(found)))
    return found


def written(clocks: Clocks, stamps: list[Stamp | None]) -> list[list[str]]:
    """Instants as ISO text to the second, without date separators of the zone."""
    clocks.settle()
    return [
        []
        if stamp is None
        else [
            datetime.fromtimestamp(one // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            for one in clocks.instants(stamp)
        ]
        for stamp in stamps
    ]


def london(year: int = 2001, tolerance: int = 5_000_000) -> Clocks:
    return Clocks(Zone("Europe/London"), year, tolerance)


@pytest.mark.parametrize(
    "text",
    [
        b"Oct  2 10:00:00 news1 nnrpd[1]: x",
        b"Oct 02 10:00:00 news1 nnrpd[1]: x",
        b"Oct 2 10:00:00 news1 nnrpd[1]: x",
        b"<30>Oct  2 10:00:00 news1 nnrpd[1]: x",
    ],
)
def test_a_head_is_read(text: bytes) -> None:
    head = head_of(text)
    assert head is not None
    assert (head.month, head.day, head.second, head.host, head.message) == (10, 2, 36_000, b"news1", b"nnrpd[1]: x")


@pytest.mark.parametrize(
    "text",
    [b"", b"Okt  2 10:00:00 news1 x", b"Oct  2 10:00 news1 x", b"\0Oct  2 10:00:00 news1 x", b"Oct  2 10:00:00 news1"],
)
def test_what_is_no_head_is_none(text: bytes) -> None:
    assert head_of(text) is None


def test_the_year_advances_where_december_turns_to_january_only() -> None:
    years = Years(2001)
    months = [11, 12, 12, 1, 12, 1, 12, 2, 12, 11, 12, 1]
    assert [years.of(month) for month in months] == [
        *(2001, 2001, 2001, 2002, 2001, 2002, 2001, 2002, 2002, 2002, 2002, 2003),
    ]


def test_a_log_that_begins_in_january_with_a_late_line_of_december_stays_in_its_year() -> None:
    years = Years(2002)
    assert [years.of(month) for month in (1, 12, 1, 2, 12, 1)] == [2002, 2001, 2002, 2002, 2002, 2003]


def test_a_date_that_cannot_be_tells_no_year() -> None:
    clocks = london()
    stamps = stamped(
        clocks, "Dec 31 23:59:59", "Jan 99 00:00:00", "Dec 31 23:59:59", "Feb 29 10:00:00", "Oct  2 24:00:00"
    )
    assert written(clocks, stamps) == [["2001-12-31T23:59:59"], [], ["2001-12-31T23:59:59"], [], []]


def test_a_leap_day_is_read_in_a_leap_year() -> None:
    clocks = london(2004)
    assert written(clocks, stamped(clocks, "Feb 29 10:00:00")) == [["2004-02-29T10:00:00"]]


def test_a_local_time_that_never_occurs_is_none() -> None:
    clocks = london()
    stamps = stamped(clocks, "Mar 25 00:59:59", "Mar 25 01:30:00", "Mar 25 02:00:00")
    assert written(clocks, stamps) == [["2001-03-25T00:59:59"], [], ["2001-03-25T01:00:00"]]


def test_a_local_time_that_occurs_twice_is_two_instants() -> None:
    clocks = london()
    (found,) = written(clocks, stamped(clocks, "Oct 28 01:30:00"))
    assert found == ["2001-10-28T00:30:00", "2001-10-28T01:30:00"]


def test_one_step_back_of_an_hour_settles_the_autumn_hour() -> None:
    clocks = london()
    times = ("Oct 28 01:10:00", "Oct 28 01:58:00", "Oct 28 01:00:30", "Oct 28 01:58:30", "Oct 28 02:00:00")
    assert written(clocks, stamped(clocks, *times)) == [
        ["2001-10-28T00:10:00"],
        ["2001-10-28T00:58:00"],
        ["2001-10-28T01:00:30"],
        ["2001-10-28T01:58:30"],
        ["2001-10-28T02:00:00"],
    ]
    assert clocks.steps == []


def test_a_silent_log_leaves_the_autumn_hour_open_and_its_step_is_listed() -> None:
    clocks = london()
    stamps = stamped(clocks, "Oct 28 01:40:00", "Oct 28 01:10:00")
    assert [len(found) for found in written(clocks, stamps)] == [2, 2]
    assert len(clocks.steps) == 1


def test_two_steps_back_settle_nothing() -> None:
    clocks = london()
    times = ("Oct 28 01:58:00", "Oct 28 01:00:00", "Oct 28 01:58:10", "Oct 28 01:00:10")
    assert [len(found) for found in written(clocks, stamped(clocks, *times))] == [2, 2, 2, 2]
    assert len(clocks.steps) == 2


def test_each_host_has_its_own_clock() -> None:
    clocks = london()
    first = stamped(clocks, "Oct 28 01:58:00", host="news1")
    other = stamped(clocks, "Oct 28 01:00:30", host="news2")
    first += stamped(clocks, "Oct 28 01:58:10", host="news1")
    assert [len(found) for found in written(clocks, first + other)] == [2, 2, 2]
    assert clocks.steps == []


def test_an_hour_that_straddles_midnight_is_one_hour() -> None:
    clocks = Clocks(Zone("America/St_Johns"), 2001, 5_000_000)
    times = ("Oct 27 23:10:00", "Oct 28 00:00:30", "Oct 27 23:02:00", "Oct 28 00:00:40")
    assert written(clocks, stamped(clocks, *times)) == [
        ["2001-10-28T01:40:00"],
        ["2001-10-28T02:30:30"],
        ["2001-10-28T02:32:00"],
        ["2001-10-28T03:30:40"],
    ]


def test_any_other_step_back_beyond_the_tolerance_is_a_clock_step() -> None:
    clocks = london(tolerance=5_000_000)
    stamped(clocks, "Oct  2 10:00:10", "Oct  2 10:00:05", "Oct  2 10:30:00", "Oct  2 10:00:00", "Oct  2 10:00:01")
    clocks.settle()
    nine = 1_002_013_200_000_000  # 2001-10-02T09:00:00Z
    assert clocks.steps == [Step("news1", nine, nine + 30 * 60 * 1_000_000)]


@given(
    zone=st.sampled_from(
        [
            "Europe/London",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "America/Asuncion",
            "Pacific/Apia",
            "UTC",
        ]
    ),
    instant=st.integers(0, 1_800_000_000),
)
def test_an_instant_is_among_those_of_its_local_time(zone: str, instant: int) -> None:
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)).astimezone(ZoneInfo(zone))
    seconds = int((local.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - local
    found = Zone(zone).instants(seconds)
    assert instant in found
    assert len(found) <= 2
    assert list(found) == sorted(found)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_local_time_at_the_ends_of_the_calendar_is_no_instant(year: int) -> None:
    midnight = date(year, 1 if year == 1 else 12, 1 if year == 1 else 31).toordinal() - date(1970, 1, 1).toordinal()
    assert Zone("Europe/London").instants(midnight * 86_400 + 43_200) == ()
