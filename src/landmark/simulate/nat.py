"""Customers behind carrier-grade NAT: an outer address and a block of its ports for each session.

A customer has an inner address, which the provider's RADIUS records know, and at one of a few outer addresses a block
of ports, which only the device's log knows: it says when it gives one and takes it back (RFC 6888, REQ-12; the form is
that of Juniper's RT_SRC_NAT_PBA_ALLOC and _RELEASE). Each request leaves by a port of its own.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import Row
from landmark.simulate.clock import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from landmark.simulate.acts import Connection, Hit, Lease, Sitting

_SIZE = 512
_FIRST = 1_024
_BLOCKS = (65_536 - _FIRST) // _SIZE
_OUTER = 8
_REST = 60


class Block(NamedTuple):
    """A block of ports that a customer had."""

    outer: str
    low: int
    high: int
    begin: int
    end: int
    inner: str


class Translated(NamedTuple):
    """What the servers saw of customers behind NAT, and what the device wrote."""

    hits: list[Hit]
    connections: list[Connection]
    rows: list[Row]
    text: str


def inner_address(address: str) -> str:
    """Give the address of the provider's own network that stands for one of its pool."""
    return address.replace("10.2", "10.12", 1)


def outer_address(number: int) -> str:
    """Give the `number`-th address that customers share, from 0."""
    return f"192.0.2.{208 + number}"


def translate(rng: Random, dealt: Sequence[tuple[Lease, Sitting]], source: str) -> Translated:
    """Give each session a block of ports from soon after its begin to soon after its end.

    Args:
        rng: the source of chance.
        dealt: each session with the lease of its inner address, in the order in which they begin.
        source: what the device's log is called.
    """
    free = [(outer_address(outer), number) for outer in range(_OUTER) for number in range(_BLOCKS)]
    taken: list[tuple[int, tuple[str, int]]] = []
    blocks: list[Block] = []
    hits: list[Hit] = []
    connections: list[Connection] = []
    for lease, sitting in dealt:
        while taken and taken[0][0] <= lease.begin - _REST:
            free.append(heapq.heappop(taken)[1])
        place = free.pop(rng.randrange(len(free)))
        low = _FIRST + place[1] * _SIZE
        block = Block(
            place[0], low, low + _SIZE - 1, lease.begin + rng.randrange(1, 20), lease.end + rng.randrange(5, 90),
            lease.address,
        )  # fmt: skip
        heapq.heappush(taken, (block.end, place))
        blocks.append(block)
        hits += [
            hit._replace(address=block.outer, port=rng.randrange(block.low, block.high + 1)) for hit in sitting.hits
        ]
        connections += [one._replace(address=block.outer) for one in sitting.connections]
    rows = [Row(source, one.outer, (one.low, one.high), one.begin, one.end, one.inner, inner=True) for one in blocks]
    return Translated(hits, connections, rows, _text(blocks))


def _text(blocks: Iterable[Block]) -> str:
    said = []
    for block in blocks:
        said += [(block.begin, "ALLOC", block), (block.end, "RELEASE", block)]
    return "".join(
        f"<14>1 {iso(at)} cgn1 RT_NAT - RT_SRC_NAT_PBA_{kind} "
        f'[junos@2636.1.1.1.2.40 internal-ip="{block.inner}" block-used="1" block-max-per-host="8" '
        f'block-port-low="{block.low}" block-port-high="{block.high}" reflexive-ip="{block.outer}" '
        f'nat-pool-name="pool-a" logical-system-id="0" epoch-time-64="{block.begin:08x}"]\n'
        for at, kind, block in sorted(said)
    )


def with_ports(rng: Random, hits: Iterable[Hit], leases: Iterable[Lease]) -> list[Hit]:
    """Give every other request a port: of the block that its customer has for good, else any."""
    blocks = {(lease.address, lease.account): lease.ports for lease in leases if lease.ports is not None}
    done = []
    for hit in hits:
        if hit.port is None:
            low, high = blocks.get((hit.address, hit.account or ""), (_FIRST, 65_535))
            hit = hit._replace(port=rng.randrange(low, high + 1))  # noqa: PLW2901 - the same hit, with its port
        done.append(hit)
    return done
