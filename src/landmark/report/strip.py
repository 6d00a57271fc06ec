"""A subject's strip: hours of the day downwards, days of the window across, darker where more was reached."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from landmark.figures import date
from landmark.tables import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

HOURS = 24
ROW = 5  # height of an hour
LEFT = 26  # room for the hours' names
BOTTOM = 14  # room for the days' names
TOP = 2
_WIDE, _MOST = 10, 640  # width of a day where there is room; room
_LEVELS = (1, 3, 8)  # fewest events of each shade
_SUNDAY, _THURSDAY = 6, 3  # 1970-01-01 was a Thursday
_TICK = 34  # least distance between names of days


@dataclass(frozen=True, slots=True)
class Grid:
    """What all strips of a case share: size, places of hours and days, weekends, and what lies outside the window."""

    days: int
    width: int
    height: int
    step: int  # width of a day, in thousandths
    hours: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    weekends: tuple[tuple[int, int], ...]
    outside: tuple[tuple[int, int, int, int], ...]
    rows: tuple[int, ...]
    left: int = LEFT
    top: int = TOP
    row: int = ROW

    @property
    def right(self) -> int:
        """Where the days end."""
        return LEFT + self.days * self.step // 1000

    @property
    def bottom(self) -> int:
        """Where the hours end."""
        return TOP + HOURS * ROW

    @property
    def scale(self) -> str:
        """Width of a day and height of an hour, as SVG writes them."""
        return f"{self.step / 1000:g} {ROW}"


def grid(begin: int, end: int) -> Grid:
    """Lay out the grid for a half-open window (µs UTC)."""
    first, last = begin // DAY, max(begin // DAY + 1, -(-end // DAY))
    days = last - first
    step = max(1000, min(_WIDE * 1000, _MOST * 1000 // days))

    def x(day: int) -> int:
        return LEFT + day * step // 1000

    weekends = tuple(
        (x(day), x(day + 1) - x(day)) for day in range(days) if (first + day + _THURSDAY) % 7 >= _SUNDAY - 1
    )
    early, late = begin - first * DAY, last * DAY - end
    outside = [(x(0), TOP, x(1) - x(0), early // HOUR * ROW)] if early >= HOUR else []
    if late >= HOUR:
        hours = late // HOUR
        outside.append((x(days - 1), TOP + (HOURS - hours) * ROW, x(days) - x(days - 1), hours * ROW))
    every = max(1, -(-_TICK * 1000 // step))
    every += -every % 7 if every > 1 else 0
    names = tuple((x(day), date((first + day) * DAY)[5:]) for day in range(0, days, every))
    return Grid(
        days,
        max(x(days), LEFT + 60) + 4,
        TOP + HOURS * ROW + BOTTOM,
        step,
        tuple((TOP + hour * ROW, f"{hour} h") for hour in (0, 6, 12, 18)),
        names,
        weekends,
        tuple(outside),
        tuple(TOP + hour * ROW for hour in (0, 6, 12, 18, 24)),
    )


def paths(strip: Sequence[int]) -> tuple[str, ...]:
    """Give one SVG path for each shade, in units of a day and an hour; a shade that nobody has is empty.

    Args:
        strip: events that count in each hour of the window's days, 24 values a day.
    """
    drawn: list[list[str]] = [[] for _ in _LEVELS]
    for day in range(len(strip) // HOURS):
        hour = 0
        for shade, run in groupby(strip[day * HOURS : (day + 1) * HOURS], key=_shade):
            high = len(list(run))
            if shade:
                drawn[shade - 1].append(f"M{day} {hour}h.9v{high}h-.9z")
            hour += high
    return tuple("".join(one) for one in drawn)


def _shade(events: int) -> int:
    return sum(events >= fewest for fewest in _LEVELS)
