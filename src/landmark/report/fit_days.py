"""The picture of a clock's fit, last part: the best shift of each day, and the line through the days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark.figures import count, date, many, shift
from landmark.report.fit_frame import LEFT, RIGHT, along
from landmark.tables import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from landmark.report.fits import Fit, Row

_HIGH = 150
_SCALES = tuple(size * MINUTE for size in (5, 10, 20, 30, 60, 90, 150)) + tuple(hours * HOUR for hours in (6, 12, 28))


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
class BestShifts:
    """The last part: its frame and what stands in it; without levels there is nothing to show, and no frame."""

    bottom: int
    level: int  # y of 0
    levels: tuple[tuple[int, str], ...]
    points: tuple[Point, ...]
    line: tuple[int, int, int, int] | None


def best_shifts(fit: Fit, top: int, begin: int, first: int, last: int) -> BestShifts:
    """Lay out the best shift of each day.

    Args:
        fit: a clock and an assignment source.
        top: y of the frame's upper edge.
        begin: the window's begin, µs UTC.
        first: begin of the first day.
        last: end of the last.
    """
    told = [row for row in fit.days if row["best"] is not None]
    line = _line(fit.drift, begin, first, last)
    if not told and line is None:
        return BestShifts(top, top, (), (), None)
    scale = _scale(fit, first, last)
    return BestShifts(
        top + _HIGH,
        _level(0, scale, top),
        tuple((_level(at, scale, top), shift(at)) for at in (-scale, -scale // 2, 0, scale // 2, scale)),
        tuple(_point(row, scale, top, (first, last)) for row in told),
        None if line is None else (LEFT, _level(line[0], scale, top), RIGHT, _level(line[1], scale, top)),
    )


def _scale(fit: Fit, first: int, last: int) -> int:
    """Give how far the last part reaches up and down: all that it shows, rounded up."""
    line = _line(fit.drift, first, first, last) or (0, 0)
    shown = [row[name] for row in fit.days if row["best"] is not None for name in ("lowest", "highest")]
    farthest = max(abs(at) for at in (0, *shown, *line))
    return next((size for size in _SCALES if size >= farthest), _SCALES[-1])


def _level(at: int, scale: int, top: int) -> int:
    """Give the y of a shift in the last part; later is higher."""
    return top + (scale - max(-scale, min(scale, at))) * _HIGH // (2 * scale)


def _line(drift: Row, begin: int, first: int, last: int) -> tuple[int, int] | None:
    """Give the line at both ends of the window."""
    if drift["offset"] is None:
        return None
    one, other = (drift["offset"] + drift["drift"] * (at - begin) // DAY for at in (first, last))
    return one, other


def _point(row: Row, scale: int, top: int, window: tuple[int, int]) -> Point:
    said = (
        f"{date(row['day'])}: best {shift(row['best'])}, from {shift(row['lowest'])} to {shift(row['highest'])}; "
        f"{many(row['for_best'], 'reading fits', 'readings fit')} there only, {count(row['for_zero'])} as written only"
    )
    return Point(
        along(row["day"] + DAY // 2, *window),
        _level(row["best"], scale, top),
        _level(row["lowest"], scale, top),
        _level(row["highest"], scale, top),
        "loud" if row["elsewhere"] else "told",
        said,
    )
