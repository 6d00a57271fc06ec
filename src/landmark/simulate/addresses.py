"""The provider's address pool: each dialled session is given an address, most of them long rested.

An address rests for 2 h 40 min before it is given out again, so that a clock that is off by a known shift finds nobody;
one session in eight is given one that somebody else has just hung up on, as in a genuine pool. In a busy pool each is.
"""

from __future__ import annotations

import heapq
from bisect import insort
from typing import TYPE_CHECKING

from landmark.simulate.acts import Lease, Row
from landmark.simulate.clock import DAY, HOUR, MINUTE, iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from landmark.simulate.acts import Sitting
    from landmark.simulate.clock import Zones

_REST = 2 * HOUR + 40 * MINUTE
_SOON = 100 * MINUTE
_AT_ONCE = MINUTE
_BUSY_WAIT = 15
_SHARE_SOON = 0.12
ALWAYS = (-280 * DAY, 430 * DAY)
"""How long a static assignment begins before, and lasts after, the window's begin, seconds."""


def pool_address(number: int) -> str:
    """Give the `number`-th address of the dial-up pool, from 0."""
    return f"10.{20 + number // 65_536}.{number // 256 % 256}.{number % 256}"


def static_address(number: int) -> str:
    """Give the `number`-th address that one customer has for good, from 0."""
    return f"10.40.{number // 250}.{number % 250 + 1}"


def apart_address(number: int) -> str:
    """Give the `number`-th address whose leases the world sets by hand, from 0."""
    return f"10.60.0.{number + 1}"


def shared_address(number: int) -> str:
    """Give the `number`-th address that several customers share by blocks of ports, from 0."""
    return f"192.0.2.{number + 1}"


def name_of(address: str) -> str:
    """Give the name that the address resolves to, or the address itself where there is none (every other one)."""
    if ":" in address or int(address[-1]) % 2:
        return address
    zone = {"10.2": "dial.isp.example", "10.4": "line.isp.example"}.get(address[:4], "far.example")
    return f"h{address.replace('.', '-')}.{zone}"


def deal(rng: Random, sittings: Iterable[Sitting], *, busy: bool = False) -> list[tuple[str, Sitting]]:
    """Give each session an address, in the order in which they begin.

    Args:
        rng: the source of chance.
        sittings: the sessions.
        busy: give the address that was given back last, however short ago; else most of them rest long.
    """
    dealt: list[tuple[str, Sitting]] = []
    taken: list[tuple[int, str]] = []
    idle: list[tuple[int, str]] = []
    wait = _BUSY_WAIT if busy else _AT_ONCE
    for sitting in sorted(sittings, key=lambda one: (one.begin, one.end, one.account)):
        while taken and taken[0][0] <= sitting.begin - wait:
            insort(idle, heapq.heappop(taken))
        if busy:
            address = idle.pop()[1] if idle else pool_address(len(taken))
        else:
            address = _choose(rng, idle, sitting.begin, len(taken))
        heapq.heappush(taken, (sitting.end, address))
        dealt.append((address, sitting))
    return dealt


def lease_of(address: str, sitting: Sitting) -> Lease:
    """Give the lease of a session."""
    return Lease(address, None, sitting.begin, sitting.end, sitting.account)


def _choose(rng: Random, idle: list[tuple[int, str]], begin: int, busy: int) -> str:
    soon = rng.random() < _SHARE_SOON
    if soon and idle and idle[-1][0] > begin - _SOON:
        return idle.pop()[1]
    if idle and idle[0][0] <= begin - _REST:
        return idle.pop(0)[1]
    return pool_address(len(idle) + busy)


def rows_of(leases: Iterable[Lease], source: str, zones: Zones | None = None) -> list[Row]:
    """Give what the file of `records` says to somebody who reads it in the zone that the case declares.

    A local time that occurs twice is two instants: certain is only what holds with both.
    """
    rows: list[Row] = []
    for lease in leases:
        begins, ends = ((zones.read(time) if zones else (time,)) for time in (lease.begin, lease.end))
        certain = begins[-1], ends[0]
        if certain[0] >= certain[1]:
            parts = [(begins[0], ends[-1], True)]
        else:
            parts = [(begins[0], begins[-1], True), (*certain, False), (ends[0], ends[-1], True)]
        rows += [
            Row(source, lease.address, lease.ports, begin, end, lease.account, doubtful, once_a_day=True)
            for begin, end, doubtful in parts
            if begin < end
        ]
    return rows


def records(leases: Iterable[Lease], written: Callable[[int], str] = iso) -> str:
    """Give the provider's file of assignments, in the order in which they begin."""
    lines = ["address,port_from,port_to,from,until,account"]
    for lease in sorted(leases, key=lambda one: (one.begin, one.address, one.ports or (0, 0))):
        low, high = lease.ports or (0, 65_535)
        lines.append(f"{lease.address},{low},{high},{written(lease.begin)},{written(lease.end)},{lease.account}")
    return "\n".join(lines) + "\n"
