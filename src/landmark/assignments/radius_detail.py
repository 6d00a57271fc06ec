"""FreeRADIUS `detail`: every accounting packet as it came, its record one of several lines.

Which time is the instant, and which are checks, `radius_detail_times` says; where they disagree, the packet bounds
nothing that is certain. A `Timestamp` that goes back beyond the tolerance from one record to the next is a clock that
was set back: between the two nothing is certain. Octets and Gigawords are not read, nor is any other attribute that
says nothing of who had which address when.

Records of other packets (Access-Request, Tunnel-Start) are `not_watched`. Where an attribute that must be one stands
twice with two values, the record is `malformed`; several addresses are several leases.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from landmark.assignments import FileLeases
from landmark.assignments.addresses import canonical
from landmark.assignments.radius.detail_examples import EXAMPLES
from landmark.assignments.radius.detail_times import Clock, is_event_time, is_head, times
from landmark.assignments.radius.packets import KINDS, RESTARTS, Key, Packet, Record, held, line_of
from landmark.assignments.radius.reading import read_together
from landmark.assignments.radius.records import (
    ESCAPES_AND_RESTARTS,
    records,
    reject,
    split,
    stamps_in,
    units_in,
    written_in,
)
from landmark.assignments.sieve import lines_in
from landmark.assignments.times import UnreadableError
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from landmark.assignments import Example, Settings, Wanted
    from landmark.assignments.addresses import Bearing
    from landmark.assignments.names import Names
    from landmark.assignments.radius.packets import Held, Kind
    from landmark.assignments.radius.records import Written
    from landmark.assignments.sieve import Skipped
    from landmark.lines import Line

_SECOND = 1_000_000
_SECONDS = re.compile(rb"[0-9]{1,10}")
_ADDRESSES = (b"framed-ip-address", b"framed-ipv6-address", b"framed-ipv6-prefix", b"delegated-ipv6-prefix")
_NAS = (b"nas-ip-address", b"nas-ipv6-address", b"nas-identifier", b"client-ip-address")
_CIRCUITS = (b"adsl-agent-circuit-id", b"agent-circuit-id")
_PORTS = (b"nas-port-id", b"nas-port")
_ACCOUNTS = {"": (b"user-name",), "circuit-id": _CIRCUITS}
_TIMES = (b"timestamp", b"event-timestamp", b"acct-delay-time", b"acct-session-time")
_STATUS, _SESSION, _USER, _STATION = b"acct-status-type", b"acct-session-id", b"user-name", b"calling-station-id"
_READ = frozenset({*_ADDRESSES, *_NAS, *_CIRCUITS, *_PORTS, *_TIMES, _STATUS, _SESSION, _USER, _STATION})
# What is shown where a line is masked, as long as it has the form of an address, a time or a number.
_SHOWN = frozenset({*_ADDRESSES, *_NAS[:2], *_TIMES, b"nas-port"})
_SAFE = re.compile(r"[0-9]{1,11}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/[0-9]{1,3})?")
_MASK = b"***"
_ADDRESS = re.compile(rb"(?:%b)[^=\n]*=+([^\n]*)" % b"|".join(_ADDRESSES), re.IGNORECASE)


class RadiusDetail:
    """The format; `FORMAT` is the one there is."""

    name = "radius-detail"
    version = 1
    needs_zone = True
    needs_year = False
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; a session goes on from one to the next."""

        def every(
            texts: Sequence[Iterable[Line]],
            readings: Sequence[FileLeases],
            names: Names,
            bearing: Bearing | None = None,
        ) -> Iterator[Record]:
            return _Reader(settings, names).records(texts, readings, bearing)

        return read_together(every, texts, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with everything replaced that is no address, time, number or type of packet."""
        text = line.strip().decode("latin-1")
        if not text or is_head(text):
            return line
        try:
            name, value = split(line)
        except UnreadableError:
            return _MASK
        plain = value.strip(b"\"'").decode("latin-1")
        if name in _SHOWN and (_SAFE.fullmatch(plain) or is_event_time(plain)):
            return line
        if name == _STATUS and plain.lower() in KINDS:
            return line
        return line[: line.index(b"=")] + b"= " + _MASK

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return EXAMPLES


class _Reader:
    """Reads records in order; what the one before said of the clock is remembered."""

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings = settings
        self._asked = names
        zone = None if settings.zone is None else zone_of(settings.zone)
        self._clock = Clock(zone, settings.clock_ahead, settings.tolerance)
        self._account = _ACCOUNTS.get(settings.account_kind, (settings.account_kind.encode(),))
        self._names = _READ | set(self._account)
        self._stamps: dict[str, int] = {}  # the last `Timestamp` of each series
        self._order = 0

    def records(
        self, texts: Sequence[Iterable[Line]], readings: Sequence[FileLeases], bearing: Bearing | None
    ) -> Iterator[Record]:
        for number, (text, reading) in enumerate(zip(texts, readings, strict=True)):
            self._order = 0
            series = self._settings.series[number] if self._settings.series else ""
            pass_over = partial(self._pass_over, number, series, bearing)
            for written in records(number, text, reading, self._asked, pass_over, ESCAPES_AND_RESTARTS):
                if bearing is not None and not _may_name(written.body, bearing):
                    continue
                try:
                    yield self._record(written, series)
                except UnreadableError as error:
                    reject(written.lines, error.reason, reading, self._asked)

    def _pass_over(self, number: int, series: str, bearing: Bearing | None, skipped: Skipped) -> bool:
        """Tell whether some records may be left unread: their clock runs on, and the last of them says where it is."""
        if bearing is not None:
            return True
        shown = stamps_in(skipped.data)
        if shown is None:
            return False
        before = self._stamps.get(series)
        if shown != sorted(shown) or (before is not None and _stamp(shown[0], self._clock) < before):
            return False
        at = len(skipped.data) - len(units_in(skipped.data)[-1]) - 2
        last = lines_in(skipped.data[at:], 1, skipped.offset + at)
        order = self._order
        for written in written_in(number, last, FileLeases(), self._asked):
            try:
                if self._record(written, series).packets and self._stamps.get(series) == _stamp(shown[-1], self._clock):
                    return True
            except UnreadableError:
                pass
        self._order = order
        self._stamps.pop(series, None)
        if before is not None:
            self._stamps[series] = before
        return False

    def _record(self, written: Written, series: str) -> Record:
        attributes = written.attributes(self._names)
        head = written.head.decode("latin-1")
        event = _one(attributes, b"event-timestamp")
        stamp = _one(attributes, b"timestamp")
        found = times(
            head,
            None if stamp is None else stamp.decode("latin-1"),
            None if event is None else event.decode("latin-1"),
            _seconds(attributes, b"acct-delay-time"),
            self._clock,
        )
        step = None
        if found.stamp is not None:
            before = self._stamps.get(series, found.stamp)
            if found.stamp < before - self._clock.tolerance:
                step = (found.stamp, before)
            self._stamps[series] = found.stamp
        kind = KINDS.get((_one(attributes, _STATUS) or b"").decode("latin-1").lower())
        packets: tuple[Packet, ...] = ()
        if kind is not None:
            # A date that occurs twice is put in order as the file has it, where it can be.
            self._order = self._order if found.at.earlier < self._order <= found.at.later else found.at.earlier
            restart = kind in RESTARTS
            packet = Packet(
                order=self._order,
                at=found.at,
                sure=found.sure,
                kind=kind,
                key=_key(attributes, restart=restart),
                account=None if restart else self._account_of(attributes),
                line=None if restart else _line(attributes),
                held=() if restart else _held(attributes, kind),
                lasted=_seconds(attributes, b"acct-session-time") or None,
                text=written.text,
                row=written.row,
                name=b"" if restart else _first(attributes, self._account),
            )
            if packet.at.earlier <= (packet.lasted or 0):
                raise UnreadableError("bad_time")
            packets = (packet,)
        return Record(written.text, written.row, len(written.lines), packets, step)

    def _account_of(self, attributes: Mapping[bytes, list[bytes]]) -> str | None:
        name = _first(attributes, self._account)
        return self._settings.account(name) if name else None


def _stamp(seconds: int, clock: Clock) -> int:
    return seconds * _SECOND - clock.ahead


def _may_name(body: bytes, bearing: Bearing) -> bool:
    """Tell whether a record may name one of the addresses: most need not be read to know that they do not."""
    for written in _ADDRESS.findall(body):
        plain = written.strip(b"\t\r \"'")
        if b"\\" in plain or (canonical(plain.decode("latin-1")) or "") in bearing:
            return True
    return False


def _one(attributes: Mapping[bytes, list[bytes]], name: bytes) -> bytes | None:
    """Give the value of an attribute that must be one."""
    values = attributes.get(name)
    if values is None:
        return None
    if len(values) > 1 and any(value != values[0] for value in values):
        raise UnreadableError("malformed")
    return values[0]


def _first(attributes: Mapping[bytes, list[bytes]], names: Iterable[bytes]) -> bytes:
    """Give the value of the first of the attributes that is there and not empty; else nothing."""
    for name in names:
        value = _one(attributes, name)
        if value:
            return value
    return b""


def _seconds(attributes: Mapping[bytes, list[bytes]], name: bytes) -> int:
    value = _one(attributes, name)
    if value is None:
        return 0
    if not _SECONDS.fullmatch(value):
        raise UnreadableError("malformed")
    return int(value) * _SECOND


def _key(attributes: Mapping[bytes, list[bytes]], *, restart: bool) -> Key:
    nas = _first(attributes, _NAS)
    session = b"" if restart else _first(attributes, (_SESSION,))
    if not nas or not (restart or session):
        raise UnreadableError("malformed")
    return Key(nas, session, b"" if restart else _first(attributes, (_USER,)))


def _line(attributes: Mapping[bytes, list[bytes]]) -> bytes | None:
    circuit, station = _first(attributes, _CIRCUITS), _first(attributes, (_STATION,))
    return line_of(_first(attributes, _NAS), circuit, station, _first(attributes, _PORTS))


def _held(attributes: Mapping[bytes, list[bytes]], kind: Kind) -> tuple[Held, ...]:
    every = ((name.decode(), value.decode("latin-1")) for name in _ADDRESSES for value in attributes.get(name, ()))
    return held(every, kind)


FORMAT = RadiusDetail()
