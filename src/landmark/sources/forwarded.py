"""Who sent a request through proxies: a forwarded address is a claim, but for what trusted proxies themselves added.

X-Forwarded-For is a list to which each proxy appends the address that it was asked from; the part before what trusted
proxies wrote is the client's own word. (RFC 7239, 8.1, says the same of `Forwarded`.)
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

from landmark.sources.addresses import Client, address, port

_WITH_PORT = re.compile(rb"(?:\[(?P<six>[^\]]*)\]|(?P<four>[^:]*))(?::(?P<port>\d+))?")
_QUOTES = b' \t"'
_LONGEST = 80  # bytes: an address in brackets, with zone id and port; a cache keeps whatever it is asked


class Sender(NamedTuple):
    """Who a request came from, and from which port where that is known."""

    client: Client
    port: int | None


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=64)
def networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    """Give the networks that a case writes."""
    return tuple(ipaddress.ip_network(one) for one in written)


def sender(peer: Client, peer_port: int | None, claimed: bytes | None, trusted: tuple[str, ...]) -> Sender:
    """Say who sent a request.

    Args:
        peer: who the server itself was asked by.
        peer_port: the peer's port, if it was logged.
        claimed: the list of forwarded addresses as it came in; None where none is logged.
        trusted: networks of the proxies whose word is taken.

    Returns:
        The peer, unless it is a trusted proxy; else the rightmost address in the list that is none. What follows an
        entry that is no address is believed, that entry and what is before it are not: the proxy that passed it on is
        all that is known then.
    """
    known = Sender(peer, peer_port)
    if claimed is None or not _is_trusted(peer, trusted):
        return known
    for entry in reversed(claimed.split(b",")):
        said = _entry(entry.strip(_QUOTES))
        if said is None:
            return known
        known = said
        if not _is_trusted(said.client, trusted):
            return known
    return known


def _entry(text: bytes) -> Sender | None:
    if len(text) > _LONGEST:
        return None
    whole = address(text)
    if whole is not None:
        return Sender(Client(whole, None), None)
    match = _WITH_PORT.fullmatch(text)
    found = None if match is None else address(match["six"] if match["six"] is not None else match["four"])
    if match is None or found is None:
        return None
    return Sender(Client(found, None), None if match["port"] is None else port(match["port"]))


def _is_trusted(one: Client, trusted: tuple[str, ...]) -> bool:
    return one.address is not None and _within(one.address, trusted)


@lru_cache(maxsize=1 << 14)
def _within(text: str, trusted: tuple[str, ...]) -> bool:
    place = ipaddress.ip_address(text)
    return any(place.version == one.version and place in one for one in networks(trusted))
