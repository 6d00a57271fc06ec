"""The data that the resolver is measured on, drawn: leases of a pool, and log rows of those who held them.

Every world comes of its seed alone. Addresses are of 10.0.0.0/8, accounts and lines are numbers written as hashes are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from landmark import store, tables
from landmark.resolving import NEEDED
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

BEGIN = 11_600 * DAY
DAYS = 30
SOURCE = "radius/*.gz"
LOGS = ("web/a.log*", "web/b.log*")
_ROWS = 1_000_000
"""How many events are drawn and written at a time."""
_TWICE, _COUNTING = 0.01, 0.8
"""Which part of the events must hold at a second instant, and which part counts."""


@dataclass(frozen=True, slots=True)
class World:
    """A kind of data.

    Args:
        meaning: what it is, in a line.
        idle: share of the time in which an address is held by nobody.
        daylong: share of the leases that last a day.
        static: share of the leases that last the whole window.
        stops_lost: share of the leases whose end is not known: doubtful from the last sign of life on.
        off: whether the clock of the first log was an hour behind for one day.
    """

    meaning: str
    idle: float = 0.1
    daylong: float = 0.0
    static: float = 0.0
    stops_lost: float = 0.02
    off: bool = False


WORLDS = {
    "pool": World("busy pool, 2 % of Stops lost"),
    "off": World("the same, one log an hour off for one day", off=True),
    "long": World("half of it pool, 30 % of leases a day long, 20 % static", daylong=0.3, static=0.2),
    "full": World("pool without a gap: no shift is excluded anywhere", idle=0.0),
}


def write(world: World, events: int, leases: int, folder: Path, seed: int = 1) -> None:
    """Draw a world and write its `leases.parquet` and `events.parquet`, the latter with the columns that are read."""
    draw = np.random.default_rng(seed)
    drawn = _leases(world, leases, draw)
    store.write(drawn.as_table(), tables.LEASES, folder / "leases.parquet")
    whole = store.schema(tables.EVENTS)
    wanted = pa.schema([whole.field(name) for name in NEEDED])
    with pq.ParquetWriter(folder / "events.parquet", wanted, compression="zstd") as writer:
        for first in range(0, events, _ROWS):
            part = _events(world, drawn, range(first, min(events, first + _ROWS)), events, draw)
            writer.write_table(part.cast(wanted), row_group_size=store.ROW_GROUP)


@dataclass(frozen=True, slots=True)
class _Leases:
    """Columns of leases, as numbers."""

    address: Numbers
    begin: Numbers
    end: Numbers  # of what is certain
    last: Numbers  # of what is doubtful after it
    account: Numbers

    def as_table(self) -> pa.Table:
        lost = self.last > self.end
        order = np.argsort(np.concatenate([self.begin, self.end[lost]]), kind="stable")

        def both(one: Numbers, other: Numbers) -> Numbers:
            return np.concatenate([one, other[lost]])[order]

        rows = len(order)
        account = both(self.account, self.account)
        columns = {
            "lease": np.arange(rows),
            "assignment": _constant(SOURCE, rows),
            "address": _named(both(self.address, self.address), _address),
            "from": both(self.begin, self.end),
            "until": both(self.end, self.last),
            "account": _named(account, _hash),
            "line": _named(account // 2 * 2 + np.where(account % 100 == 0, both(self.begin, self.begin) % 2, 0), _hash),
            "ends": _constant("stopped", rows),
            "doubtful": both(np.zeros_like(self.begin), np.ones_like(self.begin)).astype(bool),
            "source": _constant("0" * 64, rows),
            "rows": pa.ListArray.from_arrays(np.arange(rows + 1, dtype=np.int32), np.arange(rows)),
        }
        return pa.table(
            [columns.get(field.name, pa.nulls(rows, field.type)) for field in store.schema(tables.LEASES)],
            store.schema(tables.LEASES),
        )


def _leases(world: World, count: int, draw: np.random.Generator) -> _Leases:
    """Draw leases, address by address one after the other; the static ones have addresses of their own."""
    static = int(count * world.static)
    daylong = int(count * world.daylong)
    lengths = np.concatenate(
        [
            draw.integers(10 * MINUTE, HOUR, count - static - daylong),
            draw.integers(20 * HOUR, 28 * HOUR, daylong),
        ]
    )
    # Of short and long ones each address has one kind, so that a long one does not crowd out short ones.
    step = np.maximum(lengths / (1 - world.idle), lengths).astype(np.int64)
    gaps = np.where(step > lengths, (draw.exponential(step - lengths + 1)).astype(np.int64), 0)
    ends = np.cumsum(lengths + gaps)
    window = DAYS * DAY
    address, end = ends // window, ends % window
    begin = np.maximum(end - lengths, 0)
    certain, last = end.copy(), end.copy()
    lost = draw.random(len(end)) < world.stops_lost
    certain[lost] = begin[lost] + (end[lost] - begin[lost]) // 2
    last[lost] = (end + np.append(gaps[1:], 0))[lost]
    whole = np.full(static, window)
    return _Leases(
        np.concatenate([address, address.max(initial=0) + 1 + np.arange(static)]),
        np.concatenate([begin, np.zeros(static, np.int64)]) + BEGIN,
        np.concatenate([certain, whole]) + BEGIN,
        np.concatenate([last, whole]) + BEGIN,
        draw.integers(0, max(count // 10, 1), count),
    )


def _events(world: World, leases: _Leases, numbers: range, of: int, draw: np.random.Generator) -> pa.Table:
    """Draw events, at instants that ascend, each of somebody who held its address then."""
    rows = len(numbers)
    window = DAYS * DAY
    time = np.sort(draw.integers(numbers.start * window // of, numbers.stop * window // of, rows)) + BEGIN
    which = _held_at(leases, time, draw)
    log = draw.integers(0, len(LOGS), rows)
    off = (log == 0) & ((time - BEGIN) // DAY == DAYS // 2) if world.off else np.zeros(rows, bool)
    written = time - np.where(off, HOUR, 0)
    order = np.argsort(written, kind="stable")
    written, which, log = written[order], which[order], log[order]
    later = np.where(draw.random(rows) < _TWICE, written + draw.integers(SECOND, 20 * MINUTE, rows), written)
    instants = np.column_stack([written, later])
    two = later > written
    keep = np.column_stack([np.ones(rows, bool), two]).ravel()
    offsets = np.concatenate([[0], np.cumsum(1 + two)]).astype(np.int32)
    columns = {
        "event": np.arange(numbers.start, numbers.stop),
        "client_address": _named(leases.address[which], _address),
        "client_port": draw.integers(1024, 65536, rows),
        "protocol": _constant("tcp", rows),
        "destination": _constant("192.0.2.80:443", rows),
        "counts": draw.random(rows) < _COUNTING,
        "log": pa.array(LOGS).take(pa.array(log)),
        "series": _constant("log", rows),
        "login_verified": np.zeros(rows, bool),
        "instants": pa.ListArray.from_arrays(offsets, instants.ravel()[keep]),
        "first_instant": written,
    }
    whole = store.schema(tables.EVENTS)
    return pa.table({name: columns.get(name, pa.nulls(rows, whole.field(name).type)) for name in NEEDED})


def _held_at(leases: _Leases, time: Numbers, draw: np.random.Generator) -> Numbers:
    """Give for each instant a lease that held then, any of them alike; near enough where by chance none is found."""
    order = np.argsort(leases.begin, kind="stable")
    begun = np.searchsorted(leases.begin[order], time, side="right")
    longest = 4 * HOUR
    from_then = np.searchsorted(leases.begin[order], time - longest)
    found = order[np.maximum(begun - 1, 0)]
    open_ = np.ones(len(time), bool)
    for _ in range(40):
        low = np.where(draw.integers(0, 2, len(time)) == 1, from_then, 0)
        spread = (draw.random(len(time)) * np.maximum(begun - low, 1)).astype(np.int64)
        tried = order[np.minimum(low + spread, len(order) - 1)]
        hit = open_ & (leases.begin[tried] <= time) & (time < leases.last[tried])
        found[hit] = tried[hit]
        open_ &= ~hit
    return found


def _named(numbers: Numbers, name: object) -> pa.Array:
    distinct, where = np.unique(numbers, return_inverse=True)
    return pa.array([name(int(one)) for one in distinct], pa.string()).take(pa.array(where))  # type: ignore[operator]


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _hash(number: int) -> str:
    return f"{number:032x}"


def _constant(text: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), rows)
