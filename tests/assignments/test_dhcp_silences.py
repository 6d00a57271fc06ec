"""Where a host of a log says nothing for long."""

from __future__ import annotations

import pytest

from landmark.assignments.dhcp.silences import LONGEST, Silences
from landmark.tables import HOUR, MINUTE, SECOND

HOST = b"dhcp1"
NOON = 12 * HOUR


def wrote(*instants: int, host: bytes = HOST) -> Silences:
    silences = Silences()
    for at in instants:
        silences.wrote(host, at, at)
    return silences


@pytest.mark.parametrize(
    ("pause", "silent"), [(LONGEST, False), (LONGEST + SECOND, True), (LONGEST + SECOND - 1, False)]
)
def test_a_pause_of_more_than_an_hour_is_a_silence_in_whole_seconds(pause: int, silent: bool) -> None:  # noqa: FBT001 - what is expected
    assert wrote(NOON, NOON + pause).within(HOST, NOON, NOON + pause) is silent


def test_fractions_of_a_second_are_left_out_as_where_lines_are_passed_over_unread() -> None:
    assert not wrote(NOON + SECOND - 1, NOON + LONGEST + SECOND - 1).within(HOST, 0, 24 * HOUR)
    assert wrote(NOON, NOON + LONGEST + SECOND).within(HOST, NOON, NOON + LONGEST + SECOND)
    assert not wrote(NOON, NOON + LONGEST + SECOND).within(HOST, NOON - HOUR, NOON + SECOND - 1)


def test_a_silence_is_within_what_it_touches_and_not_within_what_ends_or_begins_with_it() -> None:
    silences = wrote(NOON, NOON + 2 * HOUR)
    assert silences.within(HOST, NOON + MINUTE, NOON + 3 * HOUR)
    assert silences.within(HOST, NOON - HOUR, NOON + MINUTE)
    assert not silences.within(HOST, NOON - HOUR, NOON)
    assert not silences.within(HOST, NOON + 2 * HOUR, NOON + 3 * HOUR)


def test_a_line_that_comes_late_begins_no_silence() -> None:
    assert not wrote(NOON + HOUR, NOON, NOON + HOUR + 30 * MINUTE).within(HOST, 0, 24 * HOUR)


def test_a_time_that_occurs_twice_ends_a_silence_by_its_earlier_reading_and_begins_one_by_its_later() -> None:
    silences = wrote(NOON)
    silences.wrote(HOST, NOON + 2 * HOUR, NOON + 3 * HOUR)
    silences.wrote(HOST, NOON + 4 * HOUR, NOON + 4 * HOUR)
    assert silences.within(HOST, NOON, NOON + 2 * HOUR)
    assert not silences.within(HOST, NOON + 2 * HOUR, NOON + 24 * HOUR)


def test_the_silence_of_one_host_is_no_others() -> None:
    silences = wrote(NOON, NOON + 2 * HOUR)
    silences.wrote(b"dhcp2", NOON, NOON)
    assert not silences.within(b"dhcp2", 0, 24 * HOUR)
    assert silences.within(HOST, 0, 24 * HOUR)
