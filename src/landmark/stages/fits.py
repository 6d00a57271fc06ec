"""How well a clock of a log fits an assignment source when it is shifted: somebody there, nobody, or not to be asked.

Arrays in, arrays out; no engine, no disk. A reading meets a lease at every shift of one interval, so what it meets over
a whole grid of shifts is found from the leases around it once, and not asked anew for each shift. Instants are int64
µs UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark import store
from landmark.stages.nearby import Leases, Readings, near
from landmark.tables import DAY, FITS, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

NOBODY, SOMEBODY, LEFT_OUT = 0, 1, 2
"""What a reading meets at a shift: nothing, a certain lease, or a doubtful row (then it is left out there)."""
OF_LEASES = ("assignment", "address", "from", "until", "port_from", "port_to", "protocol", "destination", "doubtful")
"""The columns of `landmark.tables.LEASES` that are asked."""
_FINE, _FAR = 15, 150
_STEP = 5
APART, FARTHEST = _STEP * MINUTE, _FAR * MINUTE
"""How far shifts are apart at most that are pictured, and how far from 0 the farthest is that is asked about; µs."""
_CHUNK = 5_000
_MOST_PAIRS = 30_000_000


def grid(tried: Sequence[int]) -> NDArray[np.int64]:
    """Give the shifts that are asked about, ascending, µs: each minute to ±2 h 30, and those that are tried."""
    return np.array(sorted({minute * MINUTE for minute in range(-_FAR, _FAR + 1)} | set(tried)), np.int64)


def pictured(tried: Sequence[int]) -> NDArray[np.int64]:
    """Give those of them that are kept day by day: each minute to ±15, each 5 to ±2 h 30, and those tried."""
    minutes = {*range(-_FINE, _FINE + 1), *range(-_FAR, _FAR + 1, _STEP)}
    return np.array(sorted({minute * MINUTE for minute in minutes} | set(tried)), np.int64)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the readings of one clock meet: a row for each reading, in order of time, a column for each shift."""

    log: str
    series: str
    assignment: str
    one_in: int
    instant: NDArray[np.int64]
    met: NDArray[np.uint8]

    @property
    def days(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the UTC days (their begin, µs) with a reading, and the number of the first reading of each."""
        return np.unique(self.instant // DAY * DAY, return_index=True)


def answers(readings: pa.Table, leases: pa.Table, reach: pa.Table, shifts: NDArray[np.int64]) -> Iterator[Answers]:
    """Say of each reading whether somebody had its address, at every shift.

    Args:
        readings: `landmark.stages.FIT_READINGS`.
        leases: of `landmark.tables.LEASES` the columns `OF_LEASES`.
        reach: `landmark.stages.REACH`.
        shifts: ascending, µs; 0 is among them.

    Yields:
        One for each assignment source, log and clock in it that has a reading, in that order.
    """
    for assignment in sorted(pc.unique(readings["assignment"]).to_pylist()):
        asked = readings.filter(pc.equal(readings["assignment"], assignment))
        asked = asked.sort_by([(name, "ascending") for name in ("log", "series", "instant", "event")])
        seen = Readings.of(asked)
        of_it = pc.equal(leases["assignment"], assignment)
        held = Leases.of(leases if pc.all(of_it).as_py() else leases.filter(of_it), reach, seen)
        found = near(seen, held, int(-shifts[0]), int(shifts[-1]))
        every = max(1, -(-found.pairs // _MOST_PAIRS))
        kept = np.arange(0, len(seen), every)
        met = np.concatenate(
            [_met(seen, held, found.of(kept[start : start + _CHUNK]), kept[start : start + _CHUNK], shifts)
             for start in range(0, kept.size, _CHUNK)]
        )  # fmt: skip
        asked = asked.take(kept)
        clocks = pa.table({"log": asked["log"], "series": asked["series"]})
        names = clocks.group_by(["log", "series"]).aggregate([([], "count_all")])
        start = 0
        for row in names.sort_by([("log", "ascending"), ("series", "ascending")]).to_pylist():
            stop = start + row["count_all"]
            instants = asked["instant"].slice(start, stop - start).to_numpy()
            yield Answers(row["log"], row["series"], assignment, every, instants, met[start:stop])
            start = stop


def _met(
    seen: Readings,
    held: Leases,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]],
    asked: NDArray[np.int64],
    shifts: NDArray[np.int64],
) -> NDArray[np.uint8]:
    """Lay every lease over the shifts at which its reading meets it."""
    place, lease = pairs
    reading = asked[place]
    fits = held.fits(lease, seen, reading)
    place, lease, reading = place[fits], lease[fits], reading[fits]
    at, slack = seen.instant[reading], seen.tolerance[reading]
    begins = np.searchsorted(shifts, held.begin[lease] - slack - at, "left")
    ends = np.searchsorted(shifts, held.end[lease] + slack - at, "left")
    wide = shifts.size + 1

    def covered(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        size = asked.size * wide
        up = np.bincount(place[which] * wide + begins[which], minlength=size)
        down = np.bincount(place[which] * wide + ends[which], minlength=size)
        covers: NDArray[np.bool_] = (up - down).reshape(asked.size, wide).cumsum(axis=1)[:, :-1] > 0
        return covers

    which = begins < ends
    doubtful = held.doubtful[lease]
    met = covered(which & ~doubtful).astype(np.uint8)
    met[covered(which & doubtful)] = LEFT_OUT
    return met


@dataclass(frozen=True, slots=True)
class Counts:
    """For each day (rows) and shift (columns) of a clock: the columns of `landmark.tables.FITS`."""

    days: NDArray[np.int64]
    first: NDArray[np.int64]
    readings: NDArray[np.int64]
    there: NDArray[np.int64]
    for_zero: NDArray[np.int64]
    for_shift: NDArray[np.int64]


def counted(one: Answers, shifts: NDArray[np.int64]) -> Counts:
    """Count what the readings of each UTC day meet at each shift."""
    days, first = one.days
    zero = one.met[:, [int(np.searchsorted(shifts, 0))]]
    asked = (zero != LEFT_OUT) & (one.met != LEFT_OUT)

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        # Day by day, which takes an eighth of the time of `np.add.reduceat`.
        summed = [rows.sum(axis=0, dtype=np.int64) for rows in np.split(which & asked, first[1:])]
        return np.array(summed)

    there = one.met == SOMEBODY
    return Counts(
        days, first, count(asked), count(there), count((zero == SOMEBODY) & ~there), count((zero == NOBODY) & there)
    )


def fits(made: Sequence[tuple[Answers, Counts]], asked: NDArray[np.int64], shifts: NDArray[np.int64]) -> pa.Table:
    """Give `landmark.tables.FITS` of every clock, of some of the shifts that were asked about."""
    parts = [store.empty(FITS)]
    columns = np.searchsorted(asked, shifts)
    for one, count in made:
        rows = count.days.size * shifts.size
        names = {name: pa.repeat(getattr(one, name), rows) for name in ("log", "series", "assignment")}
        figures: dict[str, Any] = {
            name: getattr(count, name)[:, columns].ravel() for name in ("readings", "there", "for_zero", "for_shift")
        }
        own = {**names, "day": np.repeat(count.days, shifts.size), "shift": np.tile(shifts, count.days.size), **figures}
        parts.append(pa.table({name: own[name] for name in FITS.names}).cast(store.schema(FITS)))
    return pa.concat_tables(parts)
