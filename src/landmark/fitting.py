"""How well each clock of a log fits each assignment source, shifted or not: for the pictures, and for doubt.

No instant is ever corrected by it. Where a clock fits better at another shift than at 0, or along a line of its own,
what the two say of each other is doubtful outright, as it is where one of the shifts of the source test fits better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables
from landmark.keys import code_key, key_of
from landmark.stages import DECLARED, FIT_READINGS, drift, fits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from landmark.kept import Kept, Stages

MOST = 100_000
"""From so many counting events on, a part of the readings is taken."""
AROUND = 2 * tables.DAY
"""A connection that begins in the window may end so much later; longer than that none is known."""
_READ = ("events", "leases", "reach", "log_clocks", "assignment_clocks", "declared")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the pictures are drawn from."""

    fits: Kept
    fit_days: Kept
    drifts: Kept
    speaking_days: Kept

    @property
    def tables(self) -> dict[str, pa.Table]:
        """Give them by name."""
        return {name: getattr(self, name).data for name in self.__slots__}


def fitted(known: Mapping[str, Kept], stages: Stages, window_from: int, most: int = MOST) -> Fitted:
    """Find how each clock fits each source.

    Args:
        known: what the resolver read and gave: `events`, `leases`, `reach`, `shifts`, `log_clocks`,
            `assignment_clocks`, `declared`, `speaking`, `returning` and `source_tests`.
        stages: runs or remembers.
        window_from: begin of the window, µs UTC: there the offset of a drifting clock is given.
        most: from so many counting events on a part is taken.
    """
    counts = known["events"].select("counts")["counts"]
    one_in = max(1, -(-(pc.sum(counts).as_py() or 0) // most))
    readings = stages.sql(FIT_READINGS, {name: known[name] for name in _READ}, one_in=one_in)
    tests = known["source_tests"]
    keys = [readings.key, known["leases"].key, known["reach"].key, known["shifts"].key, tests.key]

    @cache
    def made() -> tuple[pa.Table, pa.Table, pa.Table]:
        tried = known["shifts"].data["shift"].to_pylist()
        shifts = fits.grid(tried)
        clocks = []
        rows: dict[tuple[str, str, str], Mapping[str, object]] = {
            (row["log"], row["series"], row["assignment"]): drift.unread(**row, one_in=one_in)
            for row in tests.data.select(["log", "series", "assignment"]).group_by(
                ["log", "series", "assignment"]
            ).aggregate([]).to_pylist()
        }  # fmt: skip
        days: list[Mapping[str, object]] = []
        leases = known["leases"].select(*fits.OF_LEASES)
        for one in fits.answers(readings.data, leases, known["reach"].data, shifts):
            count = fits.counted(one, shifts)
            clocks.append((one, count))
            rows[one.log, one.series, one.assignment], own = drift.drifts(one, count, shifts, one_in, window_from)
            days += own
        return (fits.fits(clocks, shifts, fits.pictured(tried)), *drift.as_tables(list(rows.values()), days))

    def keep(table: tables.Table, place: int) -> Kept:
        return stages.keep(table, key_of(table.name, code_key(), window_from, one_in, keys), lambda: made()[place])

    spoken = stages.sql(tables.SPEAKING_DAYS, {name: known[name] for name in ("speaking", "returning")})
    return Fitted(keep(tables.FITS, 0), keep(tables.FIT_DAYS, 2), keep(tables.DRIFTS, 1), spoken)


def elsewhere(fitted: Fitted, begin: int, end: int) -> pa.Table:
    """Give `landmark.stages.DECLARED`: where somewhere fits better than 0, and what that asks of the other sources.

    Doubtful outright (shift 0) is the whole of a pair, where its best shift can be told and fits better than 0 (more
    readings for it, and at least ten), or 0 is excluded against it, or a straight line through the days fits better
    than 0; and a UTC day by itself, where 0 is excluded against that day's best. `landmark.stages.drift` judges all of
    these. It may be the log's clock that is off. So in all that the other sources answer, an attribution must stand
    under the shift that was found, too, unless the other source excludes it: then it is the records that are off.

    Args:
        fitted: what was found.
        begin: of the window, µs UTC.
        end: of the window, µs UTC.
    """
    pairs, days = fitted.drifts.data.to_pylist(), fitted.fit_days.data
    found: list[tuple[Mapping[str, Any], Iterable[_Found]]] = [
        (row, _in_the_whole(row, begin, end)) for row in pairs if row["elsewhere"] or row["line_elsewhere"]
    ]
    whole = {_pair(row): row["best"] for row in pairs if row["elsewhere"]}
    found += [(row, _on_the_day(row, whole.get(_pair(row)))) for row in days.filter(days["elsewhere"]).to_pylist()]
    pictured = _Pictured(fitted.fits.data if found else store.empty(tables.FITS))
    rows = {
        (other["log"], other["series"], other["assignment"], one.shift, begin, until)
        for row, every in found
        for one in every
        for other in pairs
        if (other["log"], other["series"]) == (row["log"], row["series"])
        and (other["assignment"] != row["assignment"]) == one.of_others
        for begin, until in pictured.not_excluded(row, other, one)
    }
    columns = list(zip(*sorted(rows), strict=True)) if rows else [()] * len(DECLARED.names)
    schema = store.schema(DECLARED)
    return pa.table([pa.array(list(column), field.type) for field, column in zip(schema, columns, strict=True)], schema)


class _Found(NamedTuple):
    """A shift, 0 for what is doubtful outright, and the stretch in which it holds; µs.

    `of_others`: it is held against the other sources, not against that by which it was found. `steady`: it was found
    for the whole window, or for a UTC day, `day`; and not as a point of a line that is elsewhere than the whole.
    """

    shift: int
    begin: int
    end: int
    of_others: bool = False
    steady: bool = False
    day: int | None = None


class _Pictured:
    """What the readings of each pair say of each pictured shift, by day: how many are for 0, how many for it."""

    def __init__(self, pictured: pa.Table) -> None:
        self._counts: dict[tuple[str, str, str], dict[int, dict[int, tuple[int, int]]]] = {}
        for row in pictured.to_pylist():
            days = self._counts.setdefault(_pair(row), {}).setdefault(row["shift"], {})
            days[row["day"]] = row["for_zero"], row["for_shift"]

    def not_excluded(self, by: Mapping[str, Any], pair: Mapping[str, Any], found: _Found) -> Iterator[tuple[int, int]]:
        """Give the stretches of a shift that one source found, `by`, in which another does not exclude it.

        It excludes it where it excludes all that is pictured near it: on a UTC day by the readings of that day; in the
        whole by those of the days on which the source that found it has more for it than for 0, since on the others the
        clock may have been right. Of what it excludes in the whole are left the days on which more than a tenth of its
        readings are for the shift, and those beside them.
        """
        near = self._near(pair, found.shift)
        days = self._speaking(by, found.shift, 1) if found.day is None else {found.day}
        enough, least = (drift.ENOUGH, drift.ENOUGH_DAYS) if found.day is None else (drift.ENOUGH_IN_A_DAY, 1)
        if not (found.steady and near and all(_excludes(each, days, enough, least) for each in near)):
            yield found.begin, found.end
        elif found.day is None:
            for day in sorted(self._speaking(pair, found.shift, 10)):
                begin, end = max(found.begin, day - tables.DAY), min(found.end, day + 2 * tables.DAY)
                if begin < end:
                    yield begin, end

    def _near(self, pair: Mapping[str, Any], shift: int) -> list[dict[int, tuple[int, int]]]:
        counts = self._counts.get(_pair(pair), {})
        return [days for one, days in counts.items() if abs(one - shift) < fits.APART]

    def _speaking(self, pair: Mapping[str, Any], shift: int, times: int) -> set[int]:
        """Give the days on which the readings for the shift, so many times over, are more than those for 0."""
        near = self._near(pair, shift)
        return {day for days in near for day, (zero, there) in days.items() if there * times > zero}


def _excludes(counts: Mapping[int, tuple[int, int]], days: Collection[int], enough: int, least: int) -> bool:
    """Tell whether a shift is excluded on some days together, `least` of which have readings for 0."""
    on = [both for day, both in counts.items() if day in days]
    for_zero, for_shift = (sum(column) for column in zip(*on, strict=True)) if on else (0, 0)
    return drift.excluded(for_zero, for_shift, enough) and sum(1 for zero, _ in on if zero) >= least


def _in_the_whole(row: Mapping[str, Any], begin: int, end: int) -> Iterator[_Found]:
    """Give what a row of `drifts` says of the whole window; of a line what it is at the ends of each UTC day.

    Where a line is farther from 0 than any lease is known around the window, the other sources are doubtful outright.
    """
    first, last = begin - AROUND, end + AROUND
    yield _Found(0, first, last)
    if row["elsewhere"]:
        yield _Found(row["best"], first, last, of_others=True, steady=True)
    if row["line_elsewhere"]:
        for day in range(first // tables.DAY, last // tables.DAY + 1) if row["drift"] else (begin // tables.DAY,):
            at = day * tables.DAY
            shift = row["offset"] + row["drift"] * (at - begin) // tables.DAY
            if shift:
                near = shift if abs(shift) <= fits.FARTHEST else 0
                stretch = (at - tables.DAY, at + tables.DAY) if row["drift"] else (first, last)
                steady = row["elsewhere"] and abs(shift - row["best"]) < fits.APART
                yield _Found(near, *stretch, of_others=True, steady=steady)


def _on_the_day(row: Mapping[str, Any], whole: int | None) -> Iterator[_Found]:
    """Give what a row of `fit_days` says of its day; with the best shift of the whole it says nothing more."""
    day, end = row["day"], row["day"] + tables.DAY
    yield _Found(0, day, end)
    if whole is None or abs(row["best"] - whole) >= fits.APART:
        yield _Found(row["best"], day, end, of_others=True, steady=True, day=day)


def _pair(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["log"], row["series"], row["assignment"]


def nothing() -> dict[str, pa.Table]:
    """Give what a case without assignments comes to."""
    every = (tables.FITS, tables.FIT_DAYS, tables.DRIFTS, tables.SPEAKING_DAYS)
    return {table.name: store.empty(table) for table in every}
