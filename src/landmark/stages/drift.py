"""Where a log's clock fits best, day by day, and a straight line through the days. Nothing is corrected by it.

Each statement is a sign test: of the readings for which two clocks disagree on whether anybody was there, so many had
somebody by the one, and so many by the other. Somewhere fits better than 0 by the rule of the source test: more
readings for it, and at least ten. Arrays in, a table out; no engine, no disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from landmark import store
from landmark.stages.fits import LEFT_OUT, NOBODY, SOMEBODY
from landmark.tables import DAY, DRIFTS, FIT_DAYS, HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from landmark.stages.fits import Answers, Counts

ENOUGH, ENOUGH_IN_A_DAY, ENOUGH_DAYS = 30, 10, 3
"""Readings that it takes: in the whole, and for the peak of one day; days on which they fall."""
LEAST = 10
"""Readings that must speak for a shift, if it is said to fit better than 0."""
_STANDS_OUT = 4
"""The best stands out against a shift for which at most a quarter as many readings speak. (To exclude a clock, a tenth
is asked: that accuses. Here a peak is described, also where records are lost or the clock was wrong for a day or two.)
"""
_LINE_DAYS = 5
_WIDEST = HOUR  # of a day whose best shift is told
_WIDEST_IN_ALL = 2 * HOUR
_HELD_TO = 5  # the line must pass through four in five of the told days


@dataclass(frozen=True, slots=True)
class Best:
    """A shift that fits best, the shifts against which it does not stand out, and how it stands against 0; µs."""

    shift: int
    column: int
    lowest: int
    highest: int
    told: bool
    for_best: int
    for_zero: int
    elsewhere: bool


def excluded(for_this: int, for_other: int, enough: int = ENOUGH) -> bool:
    """Tell whether a clock is excluded: enough readings speak for this one, and a tenth at most for the other."""
    return for_this >= enough and for_other * 10 <= for_this


def better(for_this: int, for_zero: int) -> bool:
    """Tell whether somewhere fits better than 0: more readings speak for it, and at least ten (DEFINITIONS)."""
    return for_this > for_zero and for_this >= LEAST


def best(met: NDArray[np.uint8], net: NDArray[np.int64], shifts: NDArray[np.int64], enough: int, widest: int) -> Best:
    """Find the shift that fits best.

    Args:
        met: what each reading (rows) meets at each shift (columns).
        net: for each shift, readings that fit at it only less those that fit at 0 only.
        shifts: ascending, µs.
        enough: readings that must speak for it.
        widest: it is told where the shifts against which it does not stand out lie no further apart, and end inside
            the grid; µs.
    """
    low, high = _plateau(net, shifts)
    shift = int(shifts[low] + shifts[high]) // 2
    column = int(np.argmin(np.abs(shifts - shift)))
    at = met[:, [column]]
    asked = (at != LEFT_OUT) & (met != LEFT_OUT)
    for_it = np.count_nonzero(asked & (at == SOMEBODY) & (met == NOBODY), axis=0)
    against = np.count_nonzero(asked & (at == NOBODY) & (met == SOMEBODY), axis=0)
    left = np.flatnonzero(~((for_it >= enough) & (against * _STANDS_OUT <= for_it)))
    lowest, highest = int(left[0]), int(left[-1])
    inside = lowest > 0 and highest < shifts.size - 1
    zero = int(np.searchsorted(shifts, 0))
    for_best, for_zero = int(for_it[zero]), int(against[zero])
    return Best(
        shift,
        column,
        int(shifts[lowest]),
        int(shifts[highest]),
        inside and int(shifts[highest] - shifts[lowest]) <= widest,
        for_best,
        for_zero,
        excluded(for_best, for_zero),
    )


def _plateau(net: NDArray[np.int64], shifts: NDArray[np.int64]) -> tuple[int, int]:
    """Give the run of neighbouring shifts that fit best; of several the one whose middle is nearest to 0."""
    top = np.flatnonzero(net == net.max())
    runs = np.split(top, np.flatnonzero(np.diff(top) != 1) + 1)
    run = min(runs, key=lambda run: (abs(int(shifts[run[0]] + shifts[run[-1]])), int(run[0])))
    return int(run[0]), int(run[-1])


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through the best shifts of the days: at an instant, µs, and its slope, µs a day."""

    at: int
    offset: int
    drift: int

    def on(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the line in the middle of each UTC day, µs."""
        apart = (days + DAY // 2 - self.at).astype(np.float64) / DAY
        given: NDArray[np.int64] = np.rint(self.offset + self.drift * apart).astype(np.int64)
        return given


def line(days: Sequence[tuple[int, Best]], window_from: int) -> tuple[Line | None, str | None]:
    """Draw the line of Theil and Sen through the days, or say why there is none.

    The slope is the median of the slopes between any two days, the height the median of what is left: a few wrong days
    do not move it. (H. Theil 1950; P. K. Sen, Journal of the American Statistical Association 63, 1968.)

    Args:
        days: told days: their begin, µs, and the best shift.
        window_from: where the offset is given, µs.
    """
    if len(days) < _LINE_DAYS:
        return None, "few_days"
    day = np.array([at for at, _ in days], np.int64)
    shift = np.array([one.shift for _, one in days], np.float64)
    apart = (day + DAY // 2 - window_from).astype(np.float64) / DAY
    one, other = np.triu_indices(day.size, 1)
    slope = np.median((shift[other] - shift[one]) / (apart[other] - apart[one]))
    made = Line(window_from, round(float(np.median(shift - slope * apart))), round(float(slope)))
    on = made.on(day)
    through = sum(best.lowest <= int(at) <= best.highest for at, (_, best) in zip(on, days, strict=True))
    return (made, None) if through * _HELD_TO >= len(days) * (_HELD_TO - 1) else (None, "no_line")


def drifts(
    one: Answers, count: Counts, shifts: NDArray[np.int64], one_in: int, window_from: int
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Give the row of `landmark.tables.DRIFTS` of a clock, and its rows of `landmark.tables.FIT_DAYS`."""
    zero = int(np.searchsorted(shifts, 0))
    net = count.for_shift - count.for_zero
    readings = count.readings[:, zero]
    ends = [*count.first[1:].tolist(), one.met.shape[0]]
    own = [
        best(one.met[start:end], net[number], shifts, ENOUGH_IN_A_DAY, _WIDEST)
        for number, (start, end) in enumerate(zip(count.first.tolist(), ends, strict=True))
    ]
    days = count.days.tolist()
    told = [number for number, each in enumerate(own) if each.told]
    drawn, untold = line([(days[number], own[number]) for number in told], window_from)
    whole = best(one.met, net.sum(axis=0), shifts, ENOUGH, _WIDEST_IN_ALL)
    columns = np.array([each.column for each in own], np.int64)
    for_line = for_zero = 0
    beyond = drifting = False
    if drawn is not None:
        columns = np.abs(shifts[None, :] - drawn.on(count.days)[:, None]).argmin(axis=1)
        there = np.arange(count.days.size)
        on, off = count.for_shift[there, columns], count.for_zero[there, columns]
        for_line, for_zero = int(on.sum()), int(off.sum())
        beyond = better(for_line, for_zero)
        drifting = excluded(*_against(one, count, columns, whole.column))
    many_days = np.count_nonzero(count.for_shift[:, whole.column]) >= ENOUGH_DAYS
    elsewhere = (whole.told and better(whole.for_best, whole.for_zero)) or (whole.elsewhere and many_days)
    off_days = sum(each.elsewhere for each in own)
    few = int(readings.sum()) < ENOUGH or np.count_nonzero(readings) < ENOUGH_DAYS
    why = "too_few" if few else None if whole.told else _untold(count)
    given = whole if why is None or elsewhere else None
    names: Mapping[str, object] = {"log": one.log, "series": one.series, "assignment": one.assignment}
    row = {
        **names,
        "one_in": one_in * one.one_in,
        "readings": int(readings.sum()),
        "days": int(np.count_nonzero(readings)),
        "best": given and given.shift,
        "lowest": given and given.lowest,
        "highest": given and given.highest,
        "best_untold": why,
        "for_best": given.for_best if given else 0,
        "for_zero": given.for_zero if given else 0,
        "elsewhere": bool(elsewhere),
        "told_days": len(told),
        "told_readings": int(readings[told].sum()),
        "offset": drawn and drawn.offset,
        "drift": drawn and drawn.drift,
        "line_untold": untold,
        "for_line": for_line,
        "for_zero_not_line": for_zero,
        "line_elsewhere": bool(beyond),
        "drifting": drifting,
        "days_elsewhere": off_days,
        "loud": bool(elsewhere or beyond or off_days),
    }
    return row, [
        {**names, "day": day, "readings": int(number), **_day(each)}
        for day, number, each in zip(days, readings, own, strict=True)
    ]


def _against(one: Answers, count: Counts, columns: NDArray[np.int64], other: int) -> tuple[int, int]:
    """Give how many readings fit on the line only, and how many at one shift for all days only."""
    many = np.diff([*count.first.tolist(), one.met.shape[0]])
    on = one.met[np.arange(one.met.shape[0]), np.repeat(columns, many)]
    at = one.met[:, other]
    both = np.count_nonzero((on == SOMEBODY) & (at == NOBODY)), np.count_nonzero((on == NOBODY) & (at == SOMEBODY))
    return int(both[0]), int(both[1])


def _untold(count: Counts) -> str:
    """Say why no shift stands out: somebody is always there, whatever the clock, or it fits nowhere."""
    asked, there = count.readings.sum(axis=0), count.there.sum(axis=0)
    return "never_empty" if bool((there * 10 >= asked * 9).all()) else "no_peak"


def _day(own: Best) -> dict[str, object]:
    shown = own.told or own.elsewhere
    return {
        "best": own.shift if shown else None,
        "lowest": own.lowest if shown else None,
        "highest": own.highest if shown else None,
        "for_best": own.for_best if shown else 0,
        "for_zero": own.for_zero if shown else 0,
        "elsewhere": own.elsewhere,
    }


def unread(log: str, series: str, assignment: str, one_in: int) -> dict[str, object]:
    """Give the row of a clock without a reading of that source."""
    empty = {column.name: None if column.empty else 0 for column in DRIFTS.columns}
    flags = {column.name: False for column in DRIFTS.columns if column.type == "bool"}
    names = {"log": log, "series": series, "assignment": assignment}
    return {**empty, **flags, **names, "one_in": one_in, "best_untold": "too_few", "line_untold": "few_days"}


def as_tables(rows: Sequence[Mapping[str, object]], days: Sequence[Mapping[str, object]]) -> tuple[pa.Table, pa.Table]:
    """Give the rows as `landmark.tables.DRIFTS` and `landmark.tables.FIT_DAYS`."""
    return (
        pa.Table.from_pylist([dict(row) for row in rows], schema=store.schema(DRIFTS)),
        pa.Table.from_pylist([dict(row) for row in days], schema=store.schema(FIT_DAYS)),
    )
