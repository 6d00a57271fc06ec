from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from landmark.lookups.shifts import shifts
from landmark.tables import DAY, HOUR, MINUTE


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1_000_000


OCTOBER = at(2001, 10, 1), at(2001, 10, 15)
ALWAYS = {30 * MINUTE, HOUR, 2 * HOUR}


def sizes(zones: list[str], begin: int, end: int) -> set[int]:
    found = shifts(zones, begin, end)
    assert list(found) == sorted(found)
    assert {-shift for shift in found} == set(found), "each has its opposite"
    return {abs(shift) for shift in found}


def test_half_an_hour_an_hour_and_two_are_always_tried_both_ways() -> None:
    assert shifts([], *OCTOBER) == (-2 * HOUR, -HOUR, -30 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR)
    assert sizes(["UTC"], *OCTOBER) == ALWAYS


def test_a_zone_adds_every_whole_offset_that_it_has_in_the_window() -> None:
    assert sizes(["America/New_York"], *OCTOBER) == ALWAYS | {4 * HOUR}
    across = at(2001, 10, 20), at(2001, 11, 5)
    assert sizes(["America/New_York"], *across) == ALWAYS | {4 * HOUR, 5 * HOUR}
    assert sizes(["Asia/Kolkata"], *OCTOBER) == ALWAYS | {5 * HOUR + 30 * MINUTE}


def test_several_zones_are_tried_together_whatever_their_order() -> None:
    zones = ["Asia/Tokyo", "Asia/Kathmandu", "Europe/London", "Asia/Tokyo"]
    assert sizes(zones, *OCTOBER) == ALWAYS | {9 * HOUR, 5 * HOUR + 45 * MINUTE}
    assert shifts(zones, *OCTOBER) == shifts(reversed(zones), *OCTOBER)


def test_a_zone_adds_its_daylight_saving_offset_also_in_winter() -> None:
    # Troll saves two hours; in January it is on UTC.
    assert sizes(["Antarctica/Troll"], at(2020, 1, 1), at(2020, 1, 8)) == ALWAYS
    # Lord Howe saves half an hour; in January it is eleven hours ahead.
    assert sizes(["Australia/Lord_Howe"], at(2020, 1, 1), at(2020, 1, 8)) == ALWAYS | {11 * HOUR}
    # Buenos Aires and Palmer have no summer time now, and had in their year.
    assert HOUR in sizes(["America/Argentina/Buenos_Aires"], at(2008, 6, 1), at(2008, 6, 8))


def test_an_offset_of_the_windows_last_hours_is_found_and_one_from_its_end_on_is_not() -> None:
    change = at(2001, 10, 28) + HOUR  # London goes back to UTC, Berlin to one hour
    assert 2 * HOUR in sizes(["Europe/Berlin"], *OCTOBER)
    assert 3 * HOUR not in sizes(["Europe/Moscow"], *OCTOBER)
    moscow = at(2001, 10, 27) + 23 * HOUR  # from four hours ahead to three
    assert sizes(["Europe/Moscow"], moscow - DAY, moscow) == ALWAYS | {4 * HOUR}
    assert sizes(["Europe/Moscow"], moscow - DAY, moscow + 1) == ALWAYS | {3 * HOUR, 4 * HOUR}
    assert sizes(["Europe/London"], change - 1, change) == ALWAYS


@given(st.integers(0, 20_000), st.integers(0, 30), st.sampled_from(["Europe/London", "Asia/Tehran", "UTC"]))
def test_zero_is_never_tried(day: int, days: int, zone: str) -> None:
    assert 0 not in sizes([zone], day * DAY, (day + days) * DAY)
