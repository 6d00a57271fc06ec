"""Which leases lie near a reading: by address (and port, where the record is of one), and by time. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.tables import DAY, HOUR, SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PORTS = 65_536
_NONE, _UNSEEN = -1, -2
_NO_END = 1 << 61
_LENGTHS = (HOUR, 6 * HOUR, 2 * DAY, 16 * DAY)
"""Leases are looked for by their begin, class by class of their length: a long one does not slow the short ones."""


def _codes(values: pa.ChunkedArray, known: pa.Array) -> NDArray[np.int64]:
    """Number values by their place in a list; what is empty and what is not in it have numbers of their own."""
    if values.null_count == len(values):
        return np.full(len(values), _NONE, np.int64)
    found = pc.fill_null(pc.index_in(values, value_set=known).cast(pa.int64()), _UNSEEN)
    return np.asarray(pc.if_else(pc.is_valid(values), found, _NONE).to_numpy(), np.int64)


def _integers(values: pa.ChunkedArray, otherwise: int) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(values, otherwise).to_numpy(), np.int64)


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings as arrays; of texts, the numbers, and the lists in which they stand."""

    instant: NDArray[np.int64]
    tolerance: NDArray[np.int64]
    client: NDArray[np.int64]
    port: NDArray[np.int64]
    protocol: NDArray[np.int64]
    destination: NDArray[np.int64]
    clients: pa.Array
    protocols: pa.Array
    destinations: pa.Array

    @classmethod
    def of(cls, table: pa.Table) -> Readings:
        """Take the rows of `landmark.stages.FIT_READINGS`, in their order."""
        lists = [pc.unique(table[name]).drop_null() for name in ("client_address", "protocol", "destination")]
        client, protocol, destination = (
            _codes(table[name], known)
            for name, known in zip(("client_address", "protocol", "destination"), lists, strict=True)
        )
        instant, tolerance = (_integers(table[name], 0) for name in ("instant", "tolerance"))
        return cls(instant, tolerance, client, _integers(table["client_port"], _NONE), protocol, destination, *lists)

    def __len__(self) -> int:
        """Give how many there are."""
        return self.instant.size


@dataclass(frozen=True, slots=True)
class Leases:
    """Leases as arrays, once for each client's address that they hold."""

    client: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    port_from: NDArray[np.int64]
    port_to: NDArray[np.int64]
    protocol: NDArray[np.int64]
    destination: NDArray[np.int64]
    doubtful: NDArray[np.bool_]

    @classmethod
    def of(cls, leases: pa.Table, reach: pa.Table, seen: Readings) -> Leases:
        """Take the rows of `landmark.tables.LEASES` that hold an address of a reading.

        Args:
            leases: those of one source.
            reach: `landmark.stages.REACH`.
            seen: the readings.
        """
        addresses = pc.unique(reach["address"])
        client, address = _codes(reach["client_address"], seen.clients), _codes(reach["address"], addresses)
        client, address = client[client >= 0], address[client >= 0]
        order = np.argsort(address, kind="stable")
        many_of = np.bincount(address, minlength=len(addresses))
        own = _codes(leases["address"], addresses)
        reached = np.flatnonzero(own >= 0)
        many = many_of[own[reached]]
        rows = np.repeat(reached, many)
        client = client[order[_spread((np.cumsum(many_of) - many_of)[own[reached]], many)]]
        begin, end = _integers(leases["from"], 0)[rows], _integers(leases["until"], _NO_END)[rows]
        port_from, port_to = _integers(leases["port_from"], 0)[rows], _integers(leases["port_to"], _PORTS - 1)[rows]
        made = cls(
            client,
            begin,
            end,
            port_from,
            port_to,
            _codes(leases["protocol"], seen.protocols)[rows],
            _codes(leases["destination"], seen.destinations)[rows],
            np.asarray(leases["doubtful"].combine_chunks().to_numpy(zero_copy_only=False), np.bool_)[rows],
        )
        return made._only(begin < end)

    def _only(self, which: NDArray[np.bool_]) -> Leases:
        return Leases(*(getattr(self, name)[which] for name in self.__slots__))

    def fits(self, lease: NDArray[np.int64], seen: Readings, reading: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell for each pair whether ports, protocol and destination leave it; what either side lacks is no bar."""
        port, low, high = seen.port[reading], self.port_from[lease], self.port_to[lease]
        fit: NDArray[np.bool_] = (
            ((low <= 1) & (high >= _PORTS - 1)) | (port == _NONE) | ((low <= port) & (port <= high))
        )
        for own, theirs in ((self.protocol, seen.protocol), (self.destination, seen.destination)):
            one, other = own[lease], theirs[reading]
            fit &= (one == _NONE) | (other == _NONE) | (one == other)
        return fit


@dataclass(frozen=True, slots=True)
class Near:
    """For each class of leases and each reading: which of them, in the class's order, may bear on it."""

    classes: tuple[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], ...]

    @property
    def pairs(self) -> int:
        """Give how many pairs of a reading and a lease there are."""
        return int(sum(many.sum() for _, _, many in self.classes))

    def of(self, readings: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the pairs of some readings: the place of the reading among them, and the lease."""
        places, leases = [], []
        for order, first, many in self.classes:
            places.append(np.repeat(np.arange(readings.size), many[readings]))
            leases.append(order[_spread(first[readings], many[readings])])
        return np.concatenate(places), np.concatenate(leases)


def near(seen: Readings, held: Leases, before: int, after: int) -> Near:
    """Find the leases that may bear on each reading shifted by up to `before` back and `after` forth (µs)."""
    nothing = np.empty(0, np.int64)
    if not held.begin.size:
        return Near(((nothing, np.zeros(len(seen), np.int64), np.zeros(len(seen), np.int64)),))
    # A record of one port is looked for with the port; a reading without one meets it all the same.
    single = (held.port_from == held.port_to) & (held.port_from > 0)
    length = held.end - held.begin
    made = []
    low = -1
    for most in (*_LENGTHS, None):
        which = (length > low) & (length <= most if most is not None else True)
        low = most if most is not None else low
        for by_port in (False, True):
            for rows, asked in _groups(np.flatnonzero(which & (single == by_port)), seen, by_port=by_port):
                made.append(_class(rows, asked, seen, held, (before, after, most)))
    return Near(tuple(made))


def _groups(
    rows: NDArray[np.int64], seen: Readings, *, by_port: bool
) -> Sequence[tuple[tuple[NDArray[np.int64], bool], NDArray[np.bool_]]]:
    if not rows.size:
        return ()
    known = seen.port != _NONE
    if not by_port:
        return (((rows, False), np.ones_like(known)),)
    return (((rows, True), known), ((rows, False), ~known))


def _class(
    rows: tuple[NDArray[np.int64], bool],
    asked: NDArray[np.bool_],
    seen: Readings,
    held: Leases,
    reaches: tuple[int, int, int | None],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Search one class: leases in the order of address (and port) and begin, in whole seconds."""
    which, by_port = rows
    before, after, longest = reaches
    slack = int(seen.tolerance.max()) + SECOND
    start = int(seen.instant.min()) - before - slack - (_LENGTHS[-1] if longest is None else longest)
    seconds = (int(seen.instant.max()) + after + slack - start) // SECOND + 2
    own, theirs = held.client[which], seen.client
    if by_port:
        own, theirs = own * _PORTS + held.port_from[which], theirs * _PORTS + seen.port
    keys = np.unique(own)
    begin = np.clip((held.begin[which] - start) // SECOND, 0, seconds - 1)
    place = np.searchsorted(keys, own) * seconds + begin
    order = np.argsort(place, kind="stable")
    place = place[order]
    key = np.minimum(np.searchsorted(keys, theirs), keys.size - 1)
    here = asked & (keys[key] == theirs)
    earliest = 0 if longest is None else (seen.instant - before - slack - longest - start) // SECOND
    latest = np.clip((seen.instant + after + slack - start) // SECOND + 1, 0, seconds - 1)
    first = np.searchsorted(place, key * seconds + np.clip(earliest, 0, seconds - 1), "left")
    last = np.searchsorted(place, key * seconds + latest, "right")
    return which[order], first, np.where(here, last - first, 0)


def _spread(first: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the numbers `first[i]`, `first[i] + 1`, … (`many[i]` of them), one run after the other."""
    ends = np.cumsum(many)
    total = int(ends[-1]) if ends.size else 0
    spread: NDArray[np.int64] = np.arange(total) - np.repeat(ends - many, many) + np.repeat(first, many)
    return spread
