"""The events of visitors over the threshold, and each visitor's as arrays that statistics can be made of.

Tables in, arrays out; no engine, no disk. Instants are int64 µs UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.stages.attendance import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import numpy.typing as npt

    from landmark.stages.attendance import Flags, Integers

COLUMNS = (
    *("event", "time", "first_instant", "last_instant", "client_address", "client_host", "login", "action", "object"),
    *("agent", "connection", "counts", "reason", "host", "static", "referred", "login_verified", "login_account"),
)
"""Of EVENTS what is looked at here."""
_ORDER = ("visitor_id", "first_instant", "last_instant", "event")
_ROBOTS = "/robots.txt"
_NO_AGENT = ("", "-")
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Suspects:
    """What the lookups found: agents on the list, addresses of crawlers, and events that the case names."""

    agents: Collection[str] = ()
    addresses: Collection[str] = ()
    known_events: Collection[int] = ()
    leaf_events: Collection[int] = ()


class Seen(NamedTuple):
    """One visitor's counting events, ascending by first instant, and visits; arrays of one length each."""

    time: Integers
    first: Integers
    last: Integers
    path: Integers
    connection: Integers
    agent: Integers
    login: Integers
    static: Flags
    purposeful: Flags
    by_agent: Flags
    by_robots: Flags
    by_network: Flags
    known: Flags
    leaf: Flags
    visit: Integers  # of each event, from 0
    visits_first: Integers
    visits_last: Integers

    @property
    def automated(self) -> Flags:
        """Which events are a known machine's."""
        return self.by_agent | self.by_robots | self.by_network

    def visits_with(self, events: Flags) -> int:
        """Count the visits that hold one of these events."""
        return int(np.unique(self.visit[events]).size)


def regulars(tables: Mapping[str, pa.Table], more_than: int) -> pa.Table:
    """Give every event, counting or not, of the visitors over the threshold.

    Args:
        tables: `events`, `sightings` and `visitors`, as in `landmark.tables`.
        more_than: the threshold.

    Returns:
        The columns of EVENTS that conduct and the lookups need, with `visitor_id` and `account` of SIGHTINGS; ascending
        by visitor, first instant, last instant, event.
    """
    of_them = _of_them(tables, more_than)
    events = tables["events"].select(list(COLUMNS))
    events = events.filter(_is_in(events, "event", of_them.column("event")))
    joined = events.join(of_them, keys="event", join_type="inner")
    return joined.sort_by([(name, "ascending") for name in _ORDER]).combine_chunks()


def looked_at(events: pa.Table, tables: Mapping[str, pa.Table], more_than: int) -> pa.ChunkedArray:
    """Say of each event whether anything of it is looked at here: it is of such a visitor, or asked for robots.txt.

    Args:
        events: `event` and `object` of EVENTS.
        tables: `sightings` and `visitors`, as in `landmark.tables`.
        more_than: the threshold.
    """
    asked = pc.fill_null(pc.starts_with(events.column("object"), _ROBOTS), pa.scalar(value=False))
    return pc.or_(asked, _is_in(events, "event", _of_them(tables, more_than).column("event")))


def _of_them(tables: Mapping[str, pa.Table], more_than: int) -> pa.Table:
    visitors, sightings = tables["visitors"], tables["sightings"]
    over = visitors.filter(pc.greater(visitors.column("visits"), more_than)).column("visitor_id")
    return sightings.filter(_is_in(sightings, "visitor_id", over)).select(["event", "visitor_id", "account"])


def each(counting: pa.Table, tables: Mapping[str, pa.Table], suspects: Suspects) -> Iterator[tuple[str, Seen]]:
    """Give each visitor with its events, ascending by visitor.

    Args:
        counting: the events of `regulars` that count.
        tables: `events` (all: who asked for robots.txt need not count) and `visits`, as in `landmark.tables`.
        suspects: what the lookups found.
    """
    visits = tables["visits"]
    visits = visits.filter(_is_in(visits, "visitor_id", counting.column("visitor_id")))
    visits = visits.sort_by([("visitor_id", "ascending"), ("visit", "ascending")])
    agent = counting.column("agent")
    agent = pc.if_else(pc.is_in(agent, value_set=pa.array(_NO_AGENT)), None, agent)
    login = pc.if_else(counting.column("login_verified"), counting.column("login"), None)
    columns: dict[str, npt.NDArray[Any]] = {
        "time": _integers(counting, "time"),
        "first": _integers(counting, "first_instant"),
        "last": _integers(counting, "last_instant"),
        "path": _paths(counting),
        "connection": _codes(counting.column("connection")),
        "agent": _codes(agent),
        "login": _codes(login),
        "static": _flags(counting.column("static")),
        "purposeful": _flags(
            pc.or_(pc.invert(counting.column("static")), pc.equal(counting.column("referred"), "own"))
        ),
        "by_agent": _among(counting.column("agent"), suspects.agents, pa.string()),
        "by_robots": _among(_client_and_agent(counting), _robots(tables["events"]), pa.string()),
        "by_network": _among(counting.column("client_address"), suspects.addresses, pa.string()),
        "known": _among(counting.column("event"), suspects.known_events, pa.int64()),
        "leaf": _among(counting.column("event"), suspects.leaf_events, pa.int64()),
    }
    firsts, lasts = _integers(visits, "first"), _integers(visits, "last")
    for (visitor, here), (_, there) in zip(_parts(counting), _parts(visits), strict=True):
        arrays = {name: column[here] for name, column in columns.items()}
        visit = np.searchsorted(firsts[there], arrays["first"], side="right") - 1
        yield visitor, Seen(**arrays, visit=visit, visits_first=firsts[there], visits_last=lasts[there])


def _parts(table: pa.Table) -> Iterator[tuple[str, slice]]:
    """Give each visitor of a table that is ascending by visitor, with its rows."""
    encoded = table.column("visitor_id").combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    bounds = np.searchsorted(encoded.indices.to_numpy(zero_copy_only=False), np.arange(len(names) + 1))
    for place, name in enumerate(names):
        yield name, slice(int(bounds[place]), int(bounds[place + 1]))


def _robots(events: pa.Table) -> list[str]:
    """Which client and agent asked for robots.txt under a target, whether that was answered or not."""
    asked = events.filter(pc.starts_with(events.column("object"), _ROBOTS))
    path = pc.list_element(pc.split_pattern(asked.column("object"), "?", max_splits=1), 0)
    together = _client_and_agent(asked.filter(pc.equal(path, _ROBOTS)))
    return [one for one in pc.unique(together).to_pylist() if one is not None]


def _client_and_agent(events: pa.Table) -> pa.ChunkedArray:
    client = pc.coalesce(events.column("client_address"), events.column("client_host"))
    return pc.binary_join_element_wise(client, pc.fill_null(events.column("agent"), ""), _BETWEEN)


def _paths(counting: pa.Table) -> Integers:
    """Number the web paths, host and query included; `NOBODY` for news."""
    host = pc.fill_null(counting.column("host"), "")
    path = pc.binary_join_element_wise(host, counting.column("object"), _BETWEEN)
    return _codes(pc.if_else(pc.is_null(counting.column("connection")), path, None))


def _codes(column: pa.ChunkedArray) -> Integers:
    codes = column.combine_chunks().dictionary_encode().indices
    numbers: Integers = pc.fill_null(codes.cast(pa.int64()), NOBODY).to_numpy(zero_copy_only=False)
    return numbers


def _integers(table: pa.Table, column: str) -> Integers:
    numbers: Integers = table.column(column).to_numpy()
    return numbers


def _flags(column: pa.ChunkedArray) -> Flags:
    flags: Flags = column.combine_chunks().to_numpy(zero_copy_only=False)
    return flags


def _among(column: pa.ChunkedArray, values: Collection[str] | Collection[int], type_: pa.DataType) -> Flags:
    return _flags(pc.is_in(column, value_set=pa.array(list(values), type_), skip_nulls=True))


def _is_in(table: pa.Table, column: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(table.column(column), value_set=values.combine_chunks())
