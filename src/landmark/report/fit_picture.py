"""The picture of a clock's fit: where curves, bars and marks stand. Geometry only; the template draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.figures import count, date, shift
from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.report.fits import Fit, Row

WIDTH, LEFT, RIGHT = 1120, 150, 930
HIGH = 190  # of the curve
ROW = 44  # of a shift along the window
DAYS_HIGH = 150  # of the best shift day by day
FAR = 150 * MINUTE
_GAP = 86  # between the parts
_TOP = 56
_MOST_BARS = 180
_NAMED = 62  # least distance between names of days
_SCALES = tuple(size * MINUTE for size in (5, 10, 20, 30, 60, 90, 150)) + tuple(hours * HOUR for hours in (6, 12, 28))


@dataclass(frozen=True, slots=True)
class Mark:
    """A shift that the source test tries, on the curve: excluded, open or loud."""

    x: int
    y: int
    kind: str
    name: str
    said: str


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


@dataclass(frozen=True, slots=True)
class Point:
    """A day's best shift, and the shifts against which it does not stand out."""

    x: int
    y: int
    low: int
    high: int
    kind: str
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
    shifts = [row["shift"] for row in fit.tried]
    lanes = _lanes(fit, shifts, lanes_top, (first, last, per))
    lanes_bottom = lanes_top + ROW * len(lanes)
    days_top = lanes_bottom + _GAP
    days_bottom = days_top + DAYS_HIGH
    scale = _scale(fit, first, last)
    best, low, high = (fit.drift[name] for name in ("best", "lowest", "highest"))
    peak = None if best is None or low <= 0 <= high or abs(best) > FAR else best
    line = _line(fit.drift, begin, first, last)
    return FitPicture(
        days_bottom + 34,
        _TOP,
        bottom,
        _curve(fit.curve, bottom),
        _across(0),
        None if peak is None else (_across(peak), _across(low), _across(high) - _across(low)),
        "" if peak is None else f"best: {shift(peak)}",
        tuple(_mark(row, fit.curve, bottom) for row in fit.tried if abs(row["shift"]) <= FAR),
        "; ".join(f"{shift(row['shift'])} {_STATES[_kind(row)]}" for row in fit.tried if abs(row["shift"]) > FAR),
        count(max((readings for _, readings, _ in fit.curve), default=0)),
        tuple((_across(hour * HOUR), shift(hour * HOUR) if hour else "as written") for hour in (-2, -1, 0, 1, 2)),
        lanes_top,
        lanes,
        lanes_bottom,
        _days(first, last),
        days_top,
        days_bottom,
        _level(0, scale, days_top),
        tuple((_level(at, scale, days_top), shift(at)) for at in (-scale, -scale // 2, 0, scale // 2, scale)),
        tuple(_point(row, scale, days_top, (first, last)) for row in fit.days if row["best"] is not None),
        None if line is None else (LEFT, _level(line[0], scale, days_top), RIGHT, _level(line[1], scale, days_top)),
        "a day" if per == 1 else f"{per} days",
        _said(fit),
    )


_STATES = {"loud": "fits better", "excluded": "excluded", "open": "not excluded"}


def _kind(row: Row) -> str:
    return "loud" if row["loud"] else "excluded" if row["excluded"] else "open"


def _across(at: int) -> int:
    """Give the x of a shift in the curve."""
    return LEFT + (max(-FAR, min(FAR, at)) + FAR) * (RIGHT - LEFT) // (2 * FAR)


def _along(at: int, first: int, last: int) -> int:
    """Give the x of an instant along the window."""
    return LEFT + (max(first, min(last, at)) - first) * (RIGHT - LEFT) // (last - first)


def _height(readings: int, there: int, bottom: int) -> int:
    return bottom - (there * HIGH // readings if readings else 0)


def _curve(curve: Sequence[tuple[int, int, int]], bottom: int) -> str:
    return " ".join(
        f"{_across(at)},{_height(readings, there, bottom)}" for at, readings, there in curve if abs(at) <= FAR
    )


def _mark(row: Row, curve: Sequence[tuple[int, int, int]], bottom: int) -> Mark:
    figures = {at: (readings, there) for at, readings, there in curve}
    readings, there = figures.get(row["shift"], (0, 0))
    kind = _kind(row)
    said = (
        f"{shift(row['shift'])}, {_STATES[kind]}: {count(row['for_zero'])} readings speak for the time as written, "
        f"{count(row['for_shift'])} for the shift; somebody is there for {count(there)} of {count(readings)}"
    )
    return Mark(_across(row["shift"]), _height(readings, there, bottom), kind, shift(row["shift"]), said)


def _lanes(fit: Fit, shifts: Sequence[int], top: int, window: tuple[int, int, int]) -> tuple[Lane, ...]:
    """Lay out a lane for each shift; all have one scale, so that they can be compared."""
    first, last, per = window
    bars = {at: _bars(fit, at, window) for at in shifts}
    most = max([1, *(number for rows in bars.values() for _, *both in rows for number in both)])
    kinds = {row["shift"]: (_kind(row), f"{count(row['for_zero'])} : {count(row['for_shift'])}") for row in fit.tried}
    wide = max(1, (RIGHT - LEFT) * per * DAY // (last - first) - 1)
    lanes = []
    for number, at in enumerate(shifts):
        middle = top + ROW * number + ROW // 2
        zero, shifted = [], []
        for day, for_zero, for_shift in bars[at]:
            x = _along(day, first, last)
            if for_zero:
                zero.append(f"M{x} {middle}v-{_bar(for_zero, most)}h{wide}V{middle}z")
            if for_shift:
                shifted.append(f"M{x} {middle}v{_bar(for_shift, most)}h{wide}V{middle}z")
        shaded = tuple(
            (_along(begin, first, last), max(1, _along(until, first, last) - _along(begin, first, last)))
            for one, begin, until in fit.doubts
            if one in {at, 0}
        )
        kind, total = kinds[at]
        lanes.append(Lane(middle, shift(at), "".join(zero), "".join(shifted), shaded, total, kind))
    return tuple(lanes)


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


def _days(first: int, last: int) -> tuple[tuple[int, str], ...]:
    days = (last - first) // DAY
    every = max(1, -(-_NAMED * days // (RIGHT - LEFT)))
    every += -every % 7 if every > 1 else 0
    return tuple((_along(first + day * DAY, first, last), date(first + day * DAY)) for day in range(0, days, every))


def _scale(fit: Fit, first: int, last: int) -> int:
    """Give how far the last part reaches up and down: all that it shows, rounded up."""
    line = _line(fit.drift, first, first, last) or (0, 0)
    shown = [row[name] for row in fit.days if row["best"] is not None for name in ("lowest", "highest")]
    farthest = max(abs(at) for at in (0, *shown, *line))
    return next((size for size in _SCALES if size >= farthest), _SCALES[-1])


def _level(at: int, scale: int, top: int) -> int:
    """Give the y of a shift in the last part; later is higher."""
    return top + (scale - max(-scale, min(scale, at))) * DAYS_HIGH // (2 * scale)


def _line(drift: Row, begin: int, first: int, last: int) -> tuple[int, int] | None:
    """Give the line at both ends of the window."""
    if drift["offset"] is None:
        return None
    one, other = (drift["offset"] + drift["drift"] * (at - begin) // DAY for at in (first, last))
    return one, other


def _point(row: Row, scale: int, top: int, window: tuple[int, int]) -> Point:
    said = (
        f"{date(row['day'])}: best {shift(row['best'])}, from {shift(row['lowest'])} to {shift(row['highest'])}; "
        f"{count(row['for_best'])} readings fit there only, {count(row['for_zero'])} as written only"
    )
    return Point(
        _along(row["day"] + DAY // 2, *window),
        _level(row["best"], scale, top),
        _level(row["lowest"], scale, top),
        _level(row["highest"], scale, top),
        "loud" if row["elsewhere"] else "told",
        said,
    )


def _said(fit: Fit) -> str:
    zero = next(((readings, there) for at, readings, there in fit.curve if at == 0), (0, 0))
    tried = "; ".join(
        f"{shift(row['shift'])} {_STATES[_kind(row)]}, {count(row['for_zero'])} to {count(row['for_shift'])}"
        for row in fit.tried
    )
    return (
        f"As written, somebody is there for {count(zero[1])} of {count(zero[0])} readings. Shifts tried, with the "
        f"readings for the time as written and for the shift: {tried or 'none'}. {' '.join(fit.said)}"
    )
