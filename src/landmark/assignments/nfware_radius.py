"""Mappings that NFWare's vCGNAT tells a RADIUS server, as FreeRADIUS writes them to a `detail` file.

    Tue Oct  2 19:00:00 2001
            Acct-Status-Type = Start
            Event-Timestamp = "Oct  2 2001 19:00:00 UTC"
            NFWare-vCGNAT-Inside-Addr = 10.0.0.1
            NFWare-vCGNAT-Nat-Addr = 203.0.113.5
            NFWare-vCGNAT-NAT-Port-Start = 10000
            NFWare-vCGNAT-NAT-Port-End = 10099
            NFWare-vCGNAT-VRF = 1003
            Timestamp = 1002049200

Source: NFWare, "vCGNAT user guide", section "Logging", RADIUS accounting; RFC 2866 for the types of packets. A record
has the form of `radius.records`, its instant is that of `radius.detail_times`; one whose times disagree is `bad_time`.

A Start adds a mapping, an Interim-Update shows it, a Stop deletes it; Accounting-On and -Off end all of that device.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments import Example
from landmark.assignments.names import Names
from landmark.assignments.nat.reading import Reading
from landmark.assignments.nat.translations import Kind, Said, destination, outer, read_address
from landmark.assignments.radius.detail_times import Clock, is_head, times
from landmark.assignments.radius.records import ESCAPES_AND_RESTARTS, Written, records, split, stamps_in, units_in
from landmark.assignments.times import UnreadableError
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.sieve import Skipped
    from landmark.assignments.times import Instant
    from landmark.lines import Line

_KINDS = {
    b"start": Kind.CREATED,
    b"1": Kind.CREATED,
    b"stop": Kind.DELETED,
    b"2": Kind.DELETED,
    b"interim-update": Kind.ALIVE,
    b"alive": Kind.ALIVE,
    b"3": Kind.ALIVE,
    b"accounting-on": Kind.CLEARED,
    b"7": Kind.CLEARED,
    b"accounting-off": Kind.CLEARED,
    b"8": Kind.CLEARED,
}
_OWN = b"nfware-vcgnat-"
_FIELDS = (
    "protocol",
    "inside-addr",
    "nat-addr",
    "nat-port",
    "nat-port-start",
    "nat-port-end",
    "dest-addr",
    "dest-port",
)
_TIMES = (b"timestamp", b"event-timestamp", b"acct-delay-time")
_DEVICES = (b"nas-identifier", b"nas-ip-address", b"nas-ipv6-address")
_STATUS = b"acct-status-type"
_NAMES = frozenset({_STATUS, *_TIMES, *_DEVICES, _OWN + b"vrf", *(_OWN + name.encode() for name in _FIELDS)})
_NO_REALM = b"0"
_UNREAD = b"\0"  # the domain of no record
_DELAY = re.compile(rb"\n\tAcct-Delay-Time = (\d{1,9})(?=\n)")
_REALM = re.compile(rb"\n\tNFWare-vCGNAT-VRF = ([^\s\x22\x27\\]+)(?=\n)")
_SECOND = 1_000_000
_SHOWN = re.compile(
    rb"[0-9A-Fa-f.:/]+|\w{3} {1,2}\d{1,2} \d{4} \d\d:\d\d:\d\d(?: \w+)?|(?i:start|stop|interim-update|alive)"
)
_MASK = b"***"


class NfwareRadius:
    """The format; `FORMAT` is the one there is."""

    name = "nfware-radius"
    version = 1
    needs_zone = True
    needs_year = False
    translates = True

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; a record bears on the case by its outer address."""
        reading = Reading(settings, wanted)
        names = Names(wanted.addresses)
        # The clock's known deviation is taken off once, by the reading.
        clock = Clock(None if settings.zone is None else zone_of(settings.zone), 0, settings.tolerance)

        def passes(skipped: Skipped) -> bool:
            earliest = _earliest(skipped.data)
            known = earliest is not None and reading.begins_by(earliest)
            return known and reading.knows(_realms(skipped.data))

        for number, text in enumerate(texts):
            accounting = reading.next_text()
            for record in records(number, text, accounting, names, passes, ESCAPES_AND_RESTARTS):
                try:
                    attributes = record.attributes(_NAMES)
                    at = _instant(record, attributes, clock)
                    said = _said(attributes)
                except UnreadableError as error:
                    reading.reject_record(record.lines, error.reason)
                else:
                    device = next((attributes[name][0] for name in _DEVICES if name in attributes), b"")
                    reading.take(tuple(line.number for line in record.lines), at, device, said)
        return reading.finish()

    def mask(self, line: bytes) -> bytes:
        """Give the line with everything replaced that is no address, time, number or type of packet."""
        if not line.strip() or is_head(line.strip().decode("latin-1")):
            return line
        try:
            name, value = split(line)
        except UnreadableError:
            return _MASK
        if name in _NAMES and _SHOWN.fullmatch(value.strip(b"\"'")):
            return line
        return line[: line.index(b"=")] + b"= " + _MASK

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _earliest(data: bytes) -> int | None:
    """Give an instant before which no record of a stretch lies, µs UTC; None where that cannot be said."""
    stamps = stamps_in(data)
    delays = _DELAY.findall(data)
    if not stamps or len(delays) != data.lower().count(b"acct-delay-time"):
        return None
    return (min(stamps) - max(map(int, delays), default=0)) * _SECOND


def _realms(data: bytes) -> set[bytes]:
    """Give all routing domains that records of a stretch may name."""
    lower = data.lower()
    found = set(_REALM.findall(data))
    if len(_REALM.findall(data)) != lower.count(b"vcgnat-vrf"):
        found.add(_UNREAD)
    if any(_OWN in unit and b"vcgnat-vrf" not in unit for unit in units_in(lower)):
        found.add(_NO_REALM)
    return found


def _instant(record: Written, attributes: Mapping[bytes, list[bytes]], clock: Clock) -> Instant:
    stamp, event, delay = (attributes[name][0].decode("latin-1") if name in attributes else None for name in _TIMES)
    if delay is not None and not (delay.isascii() and delay.isdigit()):
        raise UnreadableError("malformed")
    found = times(record.head.decode("latin-1"), stamp, event, int((delay or "0")[:9]) * _SECOND, clock)
    if not found.sure:
        raise UnreadableError("bad_time")
    return found.at


def _said(attributes: Mapping[bytes, list[bytes]]) -> list[Said]:
    if any(value != values[0] for values in attributes.values() for value in values):
        raise UnreadableError("malformed")  # of two mappings in one record nobody knows what belongs to which
    kind = _KINDS.get(attributes.get(_STATUS, [b""])[0].lower())
    if kind is Kind.CLEARED:
        return [Said(kind, None)]
    values = {name: attributes[_OWN + name.encode()][0] for name in _FIELDS if _OWN + name.encode() in attributes}
    if kind is None or not values:
        return []
    if "inside-addr" not in values or "nat-addr" not in values:
        raise UnreadableError("malformed")
    low = values.get("nat-port-start", values.get("nat-port"))
    high = values.get("nat-port-end", values.get("nat-port"))
    if (low is None) != (high is None):
        raise UnreadableError("malformed")
    to = None
    if "dest-addr" in values and "dest-port" in values:
        to = destination(values["dest-addr"], values["dest-port"])
    # A block is of every protocol, whatever packet first asked for it.
    protocol = None if "nat-port-start" in values else values.get("protocol")
    public = outer(values["nat-addr"], low, high, protocol, to)
    return [
        Said(kind, public, read_address(values["inside-addr"]), realm=attributes.get(_OWN + b"vrf", [_NO_REALM])[0])
    ]


_START = (
    b"Tue Oct  2 20:00:00 2001\n"
    b"\tAcct-Status-Type = Start\n"
    b'\tAcct-Session-Id = "abcdef01"\n'
    b'\tNAS-Identifier = "cgn1"\n'
    b'\tEvent-Timestamp = "Oct  2 2001 20:00:00 BST"\n'
    b"\tNFWare-vCGNAT-Protocol = 6\n"
    b"\tNFWare-vCGNAT-Action = 3\n"
    b"\tNFWare-vCGNAT-Inside-Addr = 10.0.0.1\n"
    b"\tNFWare-vCGNAT-Nat-Addr = 203.0.113.5\n"
    b"\tNFWare-vCGNAT-NAT-Port-Start = 10000\n"
    b"\tNFWare-vCGNAT-NAT-Port-End = 10099\n"
    b"\tNFWare-vCGNAT-VRF = 1003\n"
    b"\tTimestamp = 1002049200\n"
    b"\n"
)
_STOP = _START.replace(b"20:00:00", b"20:30:00").replace(b"= Start", b"= Stop").replace(b"1002049200", b"1002051000")
_LONDON = {"zone": "Europe/London"}
_AT = 1_002_049_200_000_000  # 2001-10-02T19:00:00Z
_EXAMPLES = (
    Example(
        "a block of ports from Start to Stop",
        _START + _STOP,
        (
            {
                "address": "203.0.113.5",
                "port_from": 10000,
                "port_to": 10099,
                "protocol": None,
                "begin": _AT,
                "end": _AT + 1800_000_000,
                "ends": "released",
                "doubtful": False,
                "rows": (*range(1, 14), *range(15, 28)),
                "inner": "10.0.0.1",
            },
        ),
        {"empty": 2},
        settings=_LONDON,
    ),
    Example(
        "a record of something else, one without an inner address, one whose times disagree",
        b"Tue Oct  2 20:00:00 2001\n\tAcct-Status-Type = Start\n\tUser-Name = user-a\n\n"
        + _START.replace(b"Inside-Addr", b"Inner")
        + _START.replace(b"2001 20:00:00 BST", b"2001 20:20:00 BST"),
        (),
        {"empty": 3, "not_watched": 3},
        {"malformed": 13, "bad_time": 13},
        _LONDON,
    ),
)
FORMAT = NfwareRadius()
