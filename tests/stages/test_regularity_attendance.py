"""The unattended rule and the overlap of agents against brute force, and at their exact edges."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.stages import attendance
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.stages.attendance import Integers

NAMED = [15, 20, 30, 40, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440]


def integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def beat(*seconds: int) -> attendance.Beat:
    """Give the beat of starts that lie so many seconds apart."""
    return attendance.beat(integers(np.cumsum([0, *(second * SECOND for second in seconds)]).tolist()))


def test_the_periods_are_the_fourteen_that_are_named() -> None:
    assert [period // MINUTE for period in attendance.PERIODS] == NAMED


def test_half_of_ten_intervals_are_enough_and_fewer_are_not() -> None:
    fit, other = 3600, 3600 + 444
    assert beat(*[fit] * 5, *[other] * 5).unattended
    assert not beat(*[fit] * 4, *[other] * 6).unattended
    assert not beat(*[fit] * 5, *[other] * 6).unattended
    assert not beat(*[fit] * 9).unattended


@pytest.mark.parametrize(("seconds", "near"), [(10_740, 10), (10_860, 10), (10_739, 0), (10_861, 0)])
def test_a_minute_either_way_of_a_multiple_is_near(seconds: int, near: int) -> None:
    """About three hours, which is a multiple of ten of the periods: of one as of all."""
    assert beat(*[seconds] * 10).near == near


def test_less_than_one_period_is_no_multiple() -> None:
    """A minute after nothing is not near a multiple: the multiple is positive."""
    assert beat(*[60] * 10).near == 0


def test_one_period_must_fit_half_and_not_several_together() -> None:
    forties, forty_fives = 40 * 60, 45 * 60
    assert beat(*[forties] * 5, *[forty_fives] * 5).unattended
    assert not beat(*[forties] * 4, *[forty_fives] * 4, *[forties + 444] * 2).unattended


@given(st.lists(st.integers(0, 6 * 3600), min_size=1, max_size=30))
def test_the_best_period_is_what_trying_every_multiple_gives(seconds: list[int]) -> None:
    counts = [
        sum(any(abs(second - k * minutes * 60) <= 60 for k in range(1, 30)) for second in seconds) for minutes in NAMED
    ]
    found = beat(*seconds)
    assert (found.near, found.intervals) == (max(counts), len(seconds))
    fitting = [minutes for minutes, count in zip(NAMED, counts, strict=True) if count == max(counts)]
    assert found.near == 0 or found.period == max(fitting) * MINUTE


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-1, 3), st.booleans()), max_size=15))
def test_starts_are_connections_and_pages_a_minute_apart(drawn: list[tuple[int, int, bool]]) -> None:
    """Thirds of a minute; a connection's rows share its start; static objects are no page requests."""
    begun = {connection: place for place, connection, _ in sorted(drawn, reverse=True) if connection >= 0}
    rows = sorted((begun.get(connection, place), connection, static) for place, connection, static in drawn)
    third = MINUTE // 3
    news = [place * third for place in begun.values()]
    pages = [place * third for place, connection, static in rows if connection < 0 and not static]
    every = sorted(news + pages)
    expected = [at for place, at in enumerate(every) if place == 0 or at - every[place - 1] >= MINUTE]
    found = attendance.starts(
        integers([place * third for place, _, _ in rows]),
        integers([connection for _, connection, _ in rows]),
        np.array([static for _, _, static in rows], dtype=np.bool_),
    )
    assert found.tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 8), st.integers(-1, 4)), max_size=20), st.integers(0, 5))
def test_days_of_three_agents_are_what_looking_at_every_instant_gives(
    drawn: list[tuple[int, int, int]], gap: int
) -> None:
    """Hours; an instant at which three overlap is a begin or lies between two: every half hour is looked at."""
    rows = sorted((first, first + length, agent) for first, length, agent in drawn)
    spans: dict[int, list[tuple[int, int]]] = {}
    for first, last, agent in rows:
        mine = spans.setdefault(agent, [])
        if mine and first - max(end for _, end in mine) <= gap:
            mine[-1] = (mine[-1][0], max(mine[-1][1], last))
        else:
            mine.append((first, last))
    spans.pop(-1, None)
    days = set()
    for three in combinations(spans.values(), 3):
        for hour in range(210):
            if all(any(first <= hour <= last for first, last in one) for one in three):
                days.add(hour // 24)
    found = attendance.days_of_several_agents(
        integers([first * HOUR for first, _, _ in rows]),
        integers([last * HOUR for _, last, _ in rows]),
        integers([agent for _, _, agent in rows]),
        gap * HOUR,
    )
    assert found == days


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3)), max_size=20))
def test_days_of_two_logins_are_counted(drawn: list[tuple[int, int]]) -> None:
    expected = {one for one in range(5) if len({login for day, login in drawn if day == one and login >= 0}) >= 2}
    time, login = integers([day * DAY for day, _ in drawn]), integers([login for _, login in drawn])
    assert attendance.days_of_several_logins(time, login) == expected


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), max_size=15), st.integers(0, 6))
def test_runs_end_where_a_pause_is_longer_than_the_gap(drawn: list[tuple[int, int]], gap: int) -> None:
    rows = sorted((first, first + length) for first, length in drawn)
    firsts, lasts = attendance.runs(integers([one for one, _ in rows]), integers([one for _, one in rows]), gap)
    found = list(zip(firsts.tolist(), lasts.tolist(), strict=True))
    assert all(later[0] - earlier[1] > gap for earlier, later in pairwise(found))
    covered = {hour for first, last in found for hour in range(first, last + 1)}
    assert all(set(range(first, last + 1)) <= covered for first, last in rows)
    ends = {one for one, _ in rows}, {one for _, one in rows}
    assert all(first in ends[0] and last in ends[1] for first, last in found)


def test_overlaps_that_touch_at_one_instant_count() -> None:
    first, last = integers([0, HOUR, 2 * HOUR]), integers([2 * HOUR, 2 * HOUR, 3 * HOUR])
    assert attendance.days_of_several_agents(first, last, integers([0, 1, 2]), 0) == {0}
    sooner = integers([2 * HOUR - 1, 2 * HOUR, 3 * HOUR])
    assert attendance.days_of_several_agents(first, sooner, integers([0, 1, 2]), 0) == frozenset()


def test_an_overlap_through_midnight_is_on_two_days() -> None:
    first, last = integers([DAY - HOUR] * 3), integers([DAY + HOUR] * 3)
    assert attendance.days_of_several_agents(first, last, integers([0, 1, 2]), 0) == {0, 1}
