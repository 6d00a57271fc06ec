"""Times with an offset: no version of Python reads more or less into them than another."""

from __future__ import annotations

import pytest

from landmark.sources.times import iso


@pytest.mark.parametrize("time", ["24:00:00", "24:00:01", "23:60:00", "23:59:60"])
def test_an_hour_minute_or_second_that_no_clock_shows_is_no_time(time: str) -> None:
    read = iso(f"2001-10-02T{time}Z".encode())
    assert read is not None
    assert read.instant is None


def test_the_last_second_of_a_day_and_the_first_of_the_next_are_one_apart() -> None:
    last, first = iso(b"2001-10-02T23:59:59Z"), iso(b"2001-10-03T00:00:00Z")
    assert last is not None and first is not None  # noqa: PT018 - for the types
    assert last.instant is not None and first.instant is not None  # noqa: PT018 - as above
    assert first.instant - last.instant == 1_000_000
