"""How well each clock of a log fits each assignment source, shifted or not: for the pictures, and for doubt.

No instant is ever corrected by it. Where a clock fits better at another shift than at 0, or along a line of its own,
what the two say of each other is doubtful outright, as it is where one of the shifts of the source test fits better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables
from landmark.keys import code_key, key_of
from landmark.stages import DECLARED, FIT_READINGS, drift, fits

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Give `landmark.stages.DECLARED`, the stretches in which somewhere fits better than 0.

    The whole of a pair, where its best shift can be told and fits better than 0 (more readings for it, and at least
    ten), or 0 is excluded against it, or a straight line through the days fits better than 0. A UTC day by itself,
    where 0 is excluded against that day's best. `landmark.stages.drift` judges all of these.

    Args:
        fitted: what was found.
        begin: of the window, µs UTC.
        end: of the window, µs UTC.
    """
    rows: list[tuple[str, str, str, int, int]] = [
        (row["log"], row["series"], row["assignment"], begin - AROUND, end + AROUND)
        for row in fitted.drifts.data.to_pylist()
        if row["elsewhere"] or row["line_elsewhere"]
    ]
    days = fitted.fit_days.data
    rows += [
        (row["log"], row["series"], row["assignment"], row["day"], row["day"] + tables.DAY)
        for row in days.filter(days["elsewhere"]).to_pylist()
    ]
    columns = list(zip(*sorted(rows), strict=True)) if rows else [()] * len(DECLARED.names)
    schema = store.schema(DECLARED)
    return pa.table([pa.array(list(column), field.type) for field, column in zip(schema, columns, strict=True)], schema)


def nothing() -> dict[str, pa.Table]:
    """Give what a case without assignments comes to."""
    every = (tables.FITS, tables.FIT_DAYS, tables.DRIFTS, tables.SPEAKING_DAYS)
    return {table.name: store.empty(table) for table in every}
