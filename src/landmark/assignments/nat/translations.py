"""Translations of addresses: what one record says of one, and how an end of the public side is written.

The public side of a translation (RFC 2663, section 2.9) is the outer address with its ports; the inner address is a
customer's, in the provider's network. Where a provider logs what RFC 6302 and RFC 6888 (REQ-12) ask for, an event with
its client's port leads to one inner address, which the provider's other records resolve further.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import canonical
from landmark.assignments.splices import another_begins
from landmark.assignments.times import Instant, UnreadableError

if TYPE_CHECKING:
    import re

HIGHEST_PORT = 65_535
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "33": "dccp", "58": "icmpv6", "132": "sctp", "136": "udplite"}
WITH_PORTS = frozenset({"tcp", "udp", "dccp", "sctp", "udplite"})
"""The protocols whose translations can carry a connection that a server logged; numbers as IANA assigns them."""


class Kind(Enum):
    """What a record says."""

    CREATED = "created"
    ALIVE = "alive"  # it still holds
    DELETED = "deleted"
    CLEARED = "cleared"  # every translation of this device is gone


class Outer(NamedTuple):
    """The public side: address, ports, and the protocol and destination to which it is restricted, if any."""

    address: str  # RFC 5952
    port_from: int | None
    port_to: int | None
    protocol: str | None  # lower case
    destination: str | None  # `address:port` or `[address]:port`


class Said(NamedTuple):
    """What one record says of one translation.

    `name` is what the device calls it, if anything. `began` is when, by this record, it was created: `exact` where the
    record states that instant, else reckoned from a duration, or perhaps something else. `at` stands where the record
    knows its own instant better than the head of its line. `realm` is the routing domain of the inner address.
    """

    kind: Kind
    outer: Outer | None  # None: CLEARED
    inner: str | None = None
    name: bytes | None = None
    began: int | None = None  # µs UTC
    exact: bool = False
    at: Instant | None = None
    ends: str = "released"  # if this is its end, how it came; of `tables.ENDS`
    realm: bytes = b""


def mark_of(pattern: re.Pattern[bytes], message: bytes) -> re.Match[bytes] | None:
    """Find what marks a message as a record, if anything does.

    Raises:
        UnreadableError: `malformed`: it stands there twice, or another line's head before it, as where two writes are
            spliced; nobody knows then whose port is whose, or when that was.
    """
    found = pattern.search(message)
    if found is None:
        return None
    if pattern.search(message, found.end()) is not None or another_begins(message, found.start()):
        raise UnreadableError("malformed")
    return found


def outer(
    address: bytes, low: bytes | None, high: bytes | None, protocol: bytes | None, destination: str | None = None
) -> Outer:
    """Read a public side; without ports, all of them.

    Raises:
        UnreadableError: `malformed`: an address is none, or ports are no range.
    """
    ports = None if low is None else port(low)
    return Outer(
        read_address(address),
        ports,
        ports if high is None else _not_below(ports, port(high)),
        None if protocol is None else protocol_name(protocol),
        destination,
    )


def read_address(text: bytes) -> str:
    """Read an address; give it in the form of RFC 5952.

    Raises:
        UnreadableError: `malformed`: it is none.
    """
    found = canonical(text.decode("latin-1"))
    if found is None or "/" in found:
        raise UnreadableError("malformed")
    return found


def port(text: bytes) -> int:
    """Read a port.

    Raises:
        UnreadableError: `malformed`: it is none.
    """
    if not text.isdigit() or int(text[:6]) > HIGHEST_PORT or len(text) > len(str(HIGHEST_PORT)):
        raise UnreadableError("malformed")
    return int(text)


@lru_cache(maxsize=256)
def protocol_name(text: bytes) -> str:
    """Give a protocol's name in lower case, of a number that of IANA."""
    name = text.decode("latin-1").lower()
    return _PROTOCOLS.get(name, name)


def destination(address: bytes, at_port: bytes) -> str | None:
    """Write a destination as a server's own address and port are written; None where it has no port.

    Raises:
        UnreadableError: `malformed`: the address or the port is none.
    """
    host, number = read_address(address), port(at_port)
    if number == 0:
        return None
    return f"[{host}]:{number}" if ":" in host else f"{host}:{number}"


def _not_below(low: int | None, high: int) -> int:
    if low is None or high < low:
        raise UnreadableError("malformed")
    return high
