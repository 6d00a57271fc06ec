"""The picture of a clock's fit: where curves, bars and marks stand. Geometry only; the template draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.figures import count, many, shift
from landmark.report.fit_days import best_shifts
from landmark.report.fit_frame import FAR, HIGH, ROW, STATES, across, days, kind_of
from landmark.report.fit_lanes import lanes
from landmark.tables import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.report.fit_days import Point
    from landmark.report.fit_lanes import Lane
    from landmark.report.fits import Fit, Row

_GAP = 86  # between the parts
_TOP = 56
_BELOW = 34  # below the last part
_MOST_BARS = 180


@dataclass(frozen=True, slots=True)
class Mark:
    """A shift that the source test tries, on the curve: excluded, open or loud."""

    x: int
    y: int
    kind: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class FitPicture:
    """The three parts of the picture: their places, what they show, and the same in words."""

    height: int
    top: int
    bottom: int  # of the curve
    curve: str
    zero: int  # x of 0
    peak: tuple[int, int, int] | None  # x of the best, and of its range: from, width; only where it is not 0
    peak_name: str
    marks: tuple[Mark, ...]
    beyond: str
    readings: str  # on how many the curve rests at most
    shifts: tuple[tuple[int, str], ...]
    lanes_top: int
    lanes: tuple[Lane, ...]
    lanes_bottom: int
    days: tuple[tuple[int, str], ...]
    days_top: int
    days_bottom: int
    level: int  # y of 0 in the last part
    levels: tuple[tuple[int, str], ...]
    points: tuple[Point, ...]
    line: tuple[int, int, int, int] | None
    per_bar: str
    said: str


def fit_picture(fit: Fit, begin: int, end: int) -> FitPicture:
    """Lay out the picture of a pair for a half-open window (µs UTC)."""
    first, last = begin // DAY * DAY, -(-end // DAY) * DAY
    bottom = _TOP + HIGH
    lanes_top = bottom + _GAP
    per = max(1, -(-(last - first) // DAY // _MOST_BARS))
    along = lanes(fit, lanes_top, (first, last, per))
    lanes_bottom = lanes_top + ROW * len(along)
    days_top = lanes_bottom + _GAP
    shifts = best_shifts(fit, days_top, begin, first, last)
    best, low, high = (fit.drift[name] for name in ("best", "lowest", "highest"))
    peak = None if best is None or low <= 0 <= high or abs(best) > FAR else best
    return FitPicture(
        shifts.bottom + _BELOW,
        _TOP,
        bottom,
        _curve(fit.curve, bottom),
        across(0),
        None if peak is None else (across(peak), across(low), across(high) - across(low)),
        "" if peak is None else f"best: {shift(peak)}",
        tuple(_mark(row, fit.curve, bottom) for row in fit.tried if abs(row["shift"]) <= FAR),
        "; ".join(f"{shift(row['shift'])} {STATES[kind_of(row)]}" for row in fit.tried if abs(row["shift"]) > FAR),
        many(max((readings for _, readings, _ in fit.curve), default=0), "reading"),
        tuple((across(hour * HOUR), shift(hour * HOUR) if hour else "as written") for hour in (-2, -1, 0, 1, 2)),
        lanes_top,
        along,
        lanes_bottom,
        days(first, last),
        days_top,
        shifts.bottom,
        shifts.level,
        shifts.levels,
        shifts.points,
        shifts.line,
        "a day" if per == 1 else f"{per} days",
        _said(fit),
    )


def _height(readings: int, there: int, bottom: int) -> int:
    return bottom - (there * HIGH // readings if readings else 0)


def _curve(curve: Sequence[tuple[int, int, int]], bottom: int) -> str:
    return " ".join(
        f"{across(at)},{_height(readings, there, bottom)}" for at, readings, there in curve if abs(at) <= FAR
    )


def _mark(row: Row, curve: Sequence[tuple[int, int, int]], bottom: int) -> Mark:
    figures = {at: (readings, there) for at, readings, there in curve}
    readings, there = figures.get(row["shift"], (0, 0))
    kind = kind_of(row)
    said = (
        f"{shift(row['shift'])}, {STATES[kind]}: {many(row['for_zero'], 'reading speaks', 'readings speak')} "
        f"for the time as written, {count(row['for_shift'])} for the shift; somebody is there for {count(there)} of "
        f"{count(readings)}"
    )
    return Mark(across(row["shift"]), _height(readings, there, bottom), kind, shift(row["shift"]), said)


def _said(fit: Fit) -> str:
    zero = next(((readings, there) for at, readings, there in fit.curve if at == 0), (0, 0))
    tried = "; ".join(
        f"{shift(row['shift'])} {STATES[kind_of(row)]}, {count(row['for_zero'])} to {count(row['for_shift'])}"
        for row in fit.tried
    )
    return (
        f"As written, somebody is there for {count(zero[1])} of {many(zero[0], 'reading')}. Shifts tried, with the "
        f"readings for the time as written and for the shift: {tried or 'none'}. {' '.join(fit.said)}"
    )
