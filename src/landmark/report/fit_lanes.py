"""The picture of a clock's fit, second part: which readings speak, for each shift along the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.figures import count, shift
from landmark.report.fit_frame import LEFT, RIGHT, ROW, along, kind_of
from landmark.tables import DAY

if TYPE_CHECKING:
    from landmark.report.fits import Fit


@dataclass(frozen=True, slots=True)
class Lane:
    """A shift along the window: bars for 0 upwards, for the shift downwards, and where it is not excluded."""

    middle: int
    name: str
    zero: str  # SVG path
    shifted: str  # SVG path
    shaded: tuple[tuple[int, int], ...]
    total: str
    kind: str


def lanes(fit: Fit, top: int, window: tuple[int, int, int]) -> tuple[Lane, ...]:
    """Lay out a lane for each shift that was tried; all have one scale, so that they can be compared.

    Args:
        fit: a clock and an assignment source.
        top: y of the first lane's upper edge.
        window: the days' begin and end, µs UTC, and how many days a bar has.
    """
    first, last, per = window
    shifts = [row["shift"] for row in fit.tried]
    bars = {at: _bars(fit, at, window) for at in shifts}
    most = max([1, *(number for rows in bars.values() for _, *both in rows for number in both)])
    kinds = {row["shift"]: (kind_of(row), f"{count(row['for_zero'])} : {count(row['for_shift'])}") for row in fit.tried}
    wide = max(1, (RIGHT - LEFT) * per * DAY // (last - first) - 1)
    made = []
    for number, at in enumerate(shifts):
        middle = top + ROW * number + ROW // 2
        zero, shifted = [], []
        for day, for_zero, for_shift in bars[at]:
            x = along(day, first, last)
            if for_zero:
                zero.append(f"M{x} {middle}v-{_bar(for_zero, most)}h{wide}V{middle}z")
            if for_shift:
                shifted.append(f"M{x} {middle}v{_bar(for_shift, most)}h{wide}V{middle}z")
        shaded = tuple(
            (along(begin, first, last), max(1, along(until, first, last) - along(begin, first, last)))
            for one, begin, until in fit.doubts
            if one in {at, 0}
        )
        kind, total = kinds[at]
        made.append(Lane(middle, shift(at), "".join(zero), "".join(shifted), shaded, total, kind))
    return tuple(made)


def _bars(fit: Fit, at: int, window: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    first, _, per = window
    bars: dict[int, tuple[int, int]] = {}
    for day, (zero, shifted) in fit.spoken.get(at, {}).items():
        begins = first + (day - first) // (per * DAY) * (per * DAY)
        before = bars.get(begins, (0, 0))
        bars[begins] = (before[0] + zero, before[1] + shifted)
    return [(day, *both) for day, both in sorted(bars.items())]


def _bar(number: int, most: int) -> int:
    return max(1, number * (ROW // 2 - 3) // most)
