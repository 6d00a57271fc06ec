"""Whether anybody sat there: one path asked for over and over, a clock that asks, several people behind one visitor.

Pure functions over one visitor's counting events, as numpy arrays of one length. Instants are int64 µs UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

PERIODS = tuple(
    [minutes * MINUTE for minutes in (15, 20, 30, 40, 45, 60, 90)] + [hours * HOUR for hours in (2, 3, 4, 6, 8, 12, 24)]
)
"""Periods at which programs ask. With a period of two minutes allowed everybody is one."""
ENOUGH_INTERVALS = 10
SLACK = MINUTE
SEVERAL_LOGINS = 2
SEVERAL_AGENTS = 3
ENOUGH_DAYS = 2
NOBODY = -1
"""Code of an agent, login, path or connection that is not there."""


class Beat(NamedTuple):
    """How well intervals fit one period: the period in µs, intervals near a multiple of it, and intervals in all."""

    period: int
    near: int
    intervals: int

    @property
    def unattended(self) -> bool:
        """Whether at least half of at least ten intervals fit."""
        return self.intervals >= ENOUGH_INTERVALS and 2 * self.near >= self.intervals


def runs(first: Integers, last: Integers, gap: int) -> tuple[Integers, Integers]:
    """Join intervals between which no pause is longer than the gap; a pause of exactly the gap goes on.

    Args:
        first: begins, ascending.
        last: ends.
        gap: longest pause within a run, µs.

    Returns:
        Begins and ends of the runs, ascending.
    """
    if not first.size:
        return first, last
    until = np.maximum.accumulate(last)
    begins = np.flatnonzero(np.concatenate(([True], first[1:] - until[:-1] > gap)))
    return first[begins], np.maximum.reduceat(last, begins)


def one_path(path: Integers) -> int:
    """Count the events on the commonest web path; `NOBODY` stands for none (news)."""
    known = path[path != NOBODY]
    return int(np.unique(known, return_counts=True)[1].max()) if known.size else 0


def is_one_path(on_it: int, events: int) -> bool:
    """Tell whether at least nine in ten counting events are on one path."""
    return events > 0 and 10 * on_it >= 9 * events


def starts(first: Integers, connection: Integers, static: Flags) -> Integers:
    """Give the starts of connections (news) and page requests (web, no static object), ascending.

    A start less than a minute after the one before is taken as one with it.
    """
    pages = first[(connection == NOBODY) & ~static]
    news = connection != NOBODY
    _, each = np.unique(connection[news], return_index=True)
    every = np.sort(np.concatenate((pages, first[news][each])))
    return every[np.concatenate(([True], np.diff(every) >= MINUTE))] if every.size else every


def beat(started: Integers) -> Beat:
    """Find the period that most intervals between successive starts are near a positive multiple of; the longest."""
    intervals = np.diff(started)
    best = Beat(PERIODS[0], 0, int(intervals.size))
    for period in PERIODS:
        multiple = np.maximum((intervals + period // 2) // period, 1)
        near = int(np.count_nonzero(np.abs(intervals - multiple * period) <= SLACK))
        if near and near >= best.near:
            best = Beat(period, near, best.intervals)
    return best


def days_of_several_logins(time: Integers, login: Integers) -> frozenset[int]:
    """Give the UTC days on which two verified logins or more were used."""
    used = login != NOBODY
    pairs = np.unique(np.stack((time[used] // DAY, login[used])), axis=1)
    days, logins = np.unique(pairs[0], return_counts=True)
    return frozenset(days[logins >= SEVERAL_LOGINS].tolist())


def days_of_several_agents(first: Integers, last: Integers, agent: Integers, gap: int) -> frozenset[int]:
    """Give the UTC days with an instant at which the visits of three agents or more overlap.

    A visit of an agent is a run of its events; its first and last instant belong to it.
    """
    agents = np.unique(agent[agent != NOBODY])
    if agents.size < SEVERAL_AGENTS:
        return frozenset()
    points: list[tuple[int, int]] = []  # (instant, 0 begins or 1 ends): at one instant what begins comes first
    for one in agents:
        of_it = agent == one
        for begin, end in zip(*runs(first[of_it], last[of_it], gap), strict=True):
            points += [(int(begin), 0), (int(end), 1)]
    days: set[int] = set()
    open_, since = 0, 0
    for instant, ends in sorted(points):
        if ends:
            if open_ == SEVERAL_AGENTS:
                days.update(range(since // DAY, instant // DAY + 1))
            open_ -= 1
        else:
            open_ += 1
            if open_ == SEVERAL_AGENTS:
                since = instant
    return frozenset(days)
