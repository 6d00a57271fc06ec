"""What one RADIUS accounting packet says, whichever form it was written down in (RFC 2866, 2869, 3162, 4818, 6911)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments.times import Instant


class Kind(Enum):
    """What a packet reports."""

    START = "start"
    INTERIM = "interim"
    STOP = "stop"
    LOST = "lost"  # no packet: a database says that a restart of the NAS ended the session
    CLOSED = "closed"  # no packet: somebody closed the session in a database, at whatever instant that was
    ON = "on"
    OFF = "off"


KINDS = {
    "start": Kind.START,
    "1": Kind.START,
    "stop": Kind.STOP,
    "2": Kind.STOP,
    "interim-update": Kind.INTERIM,
    "alive": Kind.INTERIM,  # its name before RFC 2869
    "3": Kind.INTERIM,
    "accounting-on": Kind.ON,
    "7": Kind.ON,
    "accounting-off": Kind.OFF,
    "8": Kind.OFF,
}
"""The words and numbers of Acct-Status-Type, lower case; others report nothing about a session's addresses."""
RESTARTS = frozenset({Kind.ON, Kind.OFF})
NO_PACKETS = frozenset({Kind.LOST, Kind.CLOSED})
"""What a database says of a session's end without a packet of it: the session is over, and was so before."""

# RFC 2865, section 5.8: the NAS shall choose, the user shall choose; the others are what is written for want of one.
_NO_ADDRESS = frozenset({"255.255.255.254", "255.255.255.255", "0.0.0.0", "::", "::/0", "0.0.0.0/0"})  # noqa: S104 - nothing is bound


class Held(NamedTuple):
    """An address or prefix, and the attribute that named it: a session has each attribute's for itself."""

    attribute: str
    address: str  # RFC 5952; a prefix has `/`; empty: an Interim says that there is none


class Key(NamedTuple):
    """What a session is known by, until it ends; of a restart only the NAS."""

    nas: bytes
    session: bytes
    user: bytes


class Packet(NamedTuple):
    """One packet; instants are µs UTC with delay and the clock's known deviation taken off."""

    order: int  # the instant by which packets are put in order
    at: Instant
    sure: bool  # whether the other times in its record agree with it
    kind: Kind
    key: Key
    account: str | None
    line: bytes | None  # what tells its line from others; None: not recorded
    held: tuple[Held, ...]
    lasted: int | None  # Acct-Session-Time, µs; None: not recorded, or 0
    text: int  # which of the texts, from 0
    row: int  # line number of its record's first line
    name: bytes = b""  # what the record calls the account; empty: nothing


class Record(NamedTuple):
    """A whole record: where it is, how many lines it has, and its packets, earliest first."""

    text: int
    row: int
    lines: int
    packets: tuple[Packet, ...]
    step: tuple[int, int] | None = None  # where the clock was set back before it: from, until


def held(named: Iterable[tuple[str, str]], kind: Kind) -> tuple[Held, ...]:
    """Give what attributes name.

    One that says that there is no address names nothing where a session begins or ends: it is written for want of one.
    In an Interim it says that the session has none any more.

    Args:
        named: attributes with what is written.
        kind: of the packet.

    Raises:
        UnreadableError: `malformed`: one is no address and no prefix.
    """
    found: dict[Held, None] = {}
    for attribute, written in named:
        address = canonical(written.strip())
        if address is None:
            raise UnreadableError("malformed")
        if address not in _NO_ADDRESS:
            found[Held(attribute, address)] = None
        elif kind is Kind.INTERIM:
            found[Held(attribute, "")] = None
    return tuple(found)


def line_of(nas: bytes, circuit: bytes, station: bytes, port: bytes) -> bytes | None:
    """Give what tells a line from others: its circuit, else the calling station, else the port of its NAS.

    Port 0 is what a NAS writes that has none.
    """
    if circuit:
        return b"circuit\0" + circuit
    if station:
        return b"station\0" + station.lower()
    if port not in {b"", b"0"}:
        return b"port\0" + nas + b"\0" + port
    return None
