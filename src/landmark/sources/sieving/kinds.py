"""How the heads of lines read up to the blank behind the host: of a few kinds in each log, told by their bytes.

What differs from kind to kind, in lines that begin alike:

    Oct  2 10:00:00 news1 …                          of RFC 3164 only the host is one or the other
    2001-10-02T10:00:00.123456+00:00 news1 …         of ISO stamps how many digits a fraction has, the offset, the host
    <61>1 2001-10-02T10:00:00.123456Z news1 …        of RFC 5424 likewise; the priority is any
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from landmark.sources.syslog import head_of
from landmark.sources.times import iso
from landmark.sources.transport import bare
from landmark.tables import SECOND

RFC3164, ISO, RFC5424 = "rfc3164", "iso", "rfc5424"
"""What wraps lines, as `case.TRANSPORTS` has it."""
SIFTED = frozenset((RFC3164, ISO, RFC5424))
_LONGEST_HOST = 255
_BEHIND, _BEHIND_WRAPPED = 54, 88  # bytes behind the host that are looked at, wherever the line ends
_HOST, _FRACTION = 15, 19  # where in a line of RFC 3164 the blank before the host is; in a stamp, what is below seconds
_STATED = re.compile(
    rb"(?:<\d{1,3}>1 )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?((?:Z|[+-]\d\d:?\d\d)) (\S++) ",
)


class Kind(NamedTuple):
    """What follows the time of day: `digits` of a fraction behind a full stop, and `tail`, to the blank behind a host.

    `place` is where the tail stands, from the byte before the stamp on; `host` is the number of the host, `offset` how
    far, s, the time is ahead of UTC, and `is_wrapped` says whether fields of RFC 5424 follow.
    """

    host: int
    tail: bytes
    place: int
    digits: int = 0
    offset: int = 0
    is_wrapped: bool = False

    @property
    def last_of_host(self) -> int:
        """Where the last byte of the host stands, from the byte before the stamp on."""
        return self.place + len(self.tail) - 2


@functools.lru_cache(maxsize=64)
def reach(kind: Kind) -> int:
    """Give how many bytes, from the one before a stamp on, are looked at wherever the line ends."""
    return kind.place + len(kind.tail) + (_BEHIND_WRAPPED if kind.is_wrapped else _BEHIND)


def kind_of(text: bytes, form: str, hosts: list[bytes]) -> Kind | None:
    """Give of which kind a line is that may be as most are; None where it is not, or its host is one of odd length.

    Args:
        text: the line.
        form: what wraps the lines.
        hosts: those known, to which that of the line is added if it is new.
    """
    found = _rfc3164(text) if form == RFC3164 else _stated(text, form)
    if found is None:
        return None
    host, kind = found
    if len(host) > _LONGEST_HOST:
        return None
    if host not in hosts:
        hosts.append(host)
    return kind._replace(host=hosts.index(host))


def host_of(host: int, name: bytes) -> Kind:
    """Give the kind of a line of RFC 3164 on a host."""
    return Kind(host, b" %b " % name, _HOST + 1)


def _rfc3164(text: bytes) -> tuple[bytes, Kind] | None:
    head = head_of(text)
    if head is None or not text.startswith(b" %b " % head.host, _HOST):
        return None
    return head.host, host_of(0, head.host)


def _stated(text: bytes, form: str) -> tuple[bytes, Kind] | None:
    match = _STATED.match(text)
    if match is None or text.startswith(b"<") != (form == RFC5424) or bare(text, form) is None:
        return None
    time, fraction, zone, host = match.groups()
    # With another offset the same second is another instant, by as much.
    here, there = iso(time + zone), iso(time + b"Z")
    if here is None or there is None or here.instant is None or there.instant is None:
        return None
    digits = len(fraction or b"")
    place = _FRACTION + 1 + (digits + 1 if digits else 0)
    offset = (there.instant - here.instant) // SECOND
    return host, Kind(0, b"%b %b " % (zone, host), place, digits, offset, form == RFC5424)
