"""Flows that Linux's connection tracking translates: two tuples, the original's and the reply's.

The original tuple begins at the inner address. The public side is where the reply goes: its destination address and
port; the destination is the reply's source, which is what the server has for its own address and port. Two inner hosts
may have one public port at once, to two destinations (RFC 4787, 4.1, "port overloading"; RFC 5382).

A flow whose two tuples mirror each other is not translated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.nat.translations import Kind, Said, destination, outer, read_address
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from landmark.assignments.times import Instant

KINDS = {b"NEW": Kind.CREATED, b"UPDATE": Kind.ALIVE, b"DESTROY": Kind.DELETED}


class Tuple(NamedTuple):
    """One direction, as written; ports are None where the protocol has none."""

    source: bytes
    destination: bytes
    source_port: bytes | None
    destination_port: bytes | None


def said(  # noqa: PLR0913 - each is a fact of one line
    kind: Kind,
    protocol: bytes,
    original: Tuple,
    reply: Tuple,
    *,
    name: bytes | None = None,
    began: int | None = None,
    realm: bytes = b"",
    at: Instant | None = None,
) -> list[Said]:
    """Give what a line says of a translation: nothing where the flow has no ports or is not translated.

    Raises:
        UnreadableError: `malformed`: an address or a port is none.
    """
    inner, server = read_address(original.source), read_address(reply.source)
    public, asked = read_address(reply.destination), read_address(original.destination)
    if original.source_port is None and reply.source_port is None:
        return []
    if original.source_port is None or reply.source_port is None or reply.destination_port is None:
        raise UnreadableError("malformed")
    to = destination(reply.source, reply.source_port)
    side = outer(reply.destination, reply.destination_port, reply.destination_port, protocol, to)
    if (inner, asked) == (public, server):
        return []
    return [Said(kind, side, inner, name, began, at=at, realm=realm)]
