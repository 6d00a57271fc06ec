"""What the provider writes down of a world, in the way that its kind says, and what its servers saw.

Everything here knows the truth. The rows are what the files say; the oracle has nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate import nat, radius
from landmark.simulate.acts import Lease, Row, Sitting
from landmark.simulate.addresses import deal, lease_of, records, rows_of
from landmark.simulate.clock import HOUR, LOGS_FROM, LOGS_UNTIL, MINUTE, iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from landmark.simulate.acts import Connection, Hit
    from landmark.simulate.kinds import Kind
    from landmark.simulate.scene import Scene

ASSIGNMENTS, POOL, INNER, NAT = "assignments", "radius", "inner", "nat"
"""Names of the provider's sources: the file of assignments, the pool's records, those of inner addresses, the NAT's."""
_IDLE = 10_000
_IDLE_AT_LEAST = 2_000
_FILLED = 4 * HOUR
_LONGEST = 2 * HOUR
_BETWEEN = 5


@dataclass(frozen=True, slots=True)
class Recorded:
    """A world as it was seen and written down."""

    hits: tuple[Hit, ...]
    connections: tuple[Connection, ...]
    leases: tuple[Lease, ...]
    """Who truly had what."""
    rows: tuple[Row, ...]
    """What the files say."""
    files: dict[str, str]
    """The files, by their paths in the case folder."""
    sources: tuple[str, ...]
    """Which sources there are."""
    lost: frozenset[Lease]
    """Those of whose records one that bounds them is lost."""


class _Seen(NamedTuple):
    hits: list[Hit]
    connections: list[Connection]


def write_down(scene: Scene, kind: Kind, rng: Random, scale: float) -> Recorded:
    """Give each session an address, and record it.

    Args:
        scene: what happened.
        kind: how it is recorded.
        rng: the source of chance for all that the default kind has not.
        scale: of the world.
    """
    if kind.busy:
        _idle(scene, rng, max(_IDLE_AT_LEAST, round(_IDLE * scale)))
    direct, behind = _divide(scene.sittings, kind, rng)
    dealt = deal(scene.rng, direct, busy=kind.busy)
    stated = list(scene.leases)
    pool = [lease_of(address, sitting) for address, sitting in dealt]
    files: dict[str, str] = {}
    rows: list[Row] = []
    sources = [ASSIGNMENTS]
    lost: set[Lease] = set()
    seen = _seen(dealt)
    if not kind.detail:
        stated += pool
        if kind.never_empty:
            stated += _filled(scene, pool)
        pool = []
    elif dealt:
        recorded = radius.record(rng, dealt, POOL, losses=kind.losses)
        pool = recorded.leases
        sources.append(POOL)
        rows += recorded.rows
        files |= recorded.files
        lost |= recorded.lost
    if behind:
        inner = [(nat.inner_address(address), one) for address, one in deal(rng, behind, busy=kind.busy)]
        recorded = radius.record(rng, inner, INNER, losses=kind.losses)
        translated = nat.translate(rng, list(zip(recorded.leases, (one for _, one in inner), strict=True)), NAT)
        pool += recorded.leases
        sources += [INNER, NAT]
        rows += [*recorded.rows, *translated.rows]
        files |= {**recorded.files, "isp/nat.log": translated.text}
        lost |= recorded.lost
        seen.hits.extend(translated.hits)
        seen.connections.extend(translated.connections)
    files["isp/assignments.csv"] = records(stated, kind.zones.written if kind.zones else iso)
    rows += rows_of(stated, ASSIGNMENTS, kind.zones)
    hits = [*scene.hits, *seen.hits]
    if kind.ports:
        hits = nat.with_ports(rng, sorted(hits, key=_order), stated)
    elif behind:
        hits = [hit._replace(port=None) for hit in hits]
    return Recorded(
        tuple(sorted(hits, key=_order)),
        tuple(sorted([*scene.connections, *seen.connections], key=lambda one: (one.time, one.address, one.left))),
        (*stated, *pool),
        tuple(rows),
        files,
        tuple(sources),
        frozenset(lost),
    )


def _order(hit: Hit) -> tuple[int, str, str, str]:
    return hit.time, hit.address, hit.host, hit.path


def _seen(dealt: Iterable[tuple[str, Sitting]]) -> _Seen:
    seen = _Seen([], [])
    for address, sitting in dealt:
        seen.hits.extend(hit._replace(address=address) for hit in sitting.hits)
        seen.connections.extend(one._replace(address=address) for one in sitting.connections)
    return seen


def _divide(sittings: list[Sitting], kind: Kind, rng: Random) -> tuple[list[Sitting], list[Sitting]]:
    """Divide sessions into those with an address of their own and those behind NAT, customer by customer."""
    if not kind.behind_nat:
        return sittings, []
    accounts = sorted({sitting.account for sitting in sittings})
    behind = {account for account in accounts if rng.random() < kind.behind_nat}
    return [one for one in sittings if one.account not in behind], [one for one in sittings if one.account in behind]


def _idle(scene: Scene, rng: Random, number: int) -> None:
    """Let customers be on line who do nothing that is logged."""
    for _ in range(number):
        begin = rng.randrange(LOGS_FROM, LOGS_UNTIL)
        end = begin + rng.randrange(20 * MINUTE, _LONGEST)
        scene.sittings.append(Sitting(scene.account("idle"), begin, end, (), ()))


def _filled(scene: Scene, pool: Iterable[Lease]) -> list[Lease]:
    """Give every address of the pool to somebody in all the time in which nobody has it."""
    held: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for lease in pool:
        held[lease.address].append((lease.begin, lease.end))
    done: list[Lease] = []
    for address, stretches in held.items():
        edges = [(0, LOGS_FROM - _FILLED), *sorted(stretches), (LOGS_UNTIL + _FILLED, 0)]
        for (_, before), (after, _) in pairwise(edges):
            at = before + _BETWEEN
            while after - at > 2 * _BETWEEN:
                end = min(after - _BETWEEN, at + _LONGEST)
                done.append(Lease(address, None, at, end, scene.account("idle")))
                at = end + _BETWEEN
    return done
