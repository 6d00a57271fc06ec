"""The pool's sessions as FreeRADIUS records them in `detail`: every accounting packet, a file for each day.

A NAS reports Start, an Interim-Update every ten minutes, and Stop. Some packets are late by a few seconds and say so
(RFC 2866, 5.2), some Stops come twice. Where records are lost: one Stop in twenty, one Interim in twenty; and each NAS
restarts now and then, when sessions end without a Stop and it says Accounting-Off and -On (RFC 2866, 5.1).
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.acts import FOR_EVER, Lease, Row
from landmark.simulate.clock import BEGIN, CHANGE, DAY, DAYS, HOUR, MINUTE, offset
from landmark.simulate.scene import last_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from landmark.simulate.acts import Sitting

_SERVERS = tuple(f"192.0.2.{number}" for number in range(241, 245))
_EVERY = 10 * MINUTE
_LOSS = 1 / 20
_LATE = 0.03
_TWICE = 0.02
_RESTARTS = 6
_ON_AGAIN = 90
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class _Packet(NamedTuple):
    at: int  # when it was true, seconds
    came: int  # when the server wrote it down
    kind: str
    nas: str
    session: str
    lasted: int
    station: int


@dataclass(slots=True)
class _Session:
    lease: Lease
    nas: str
    number: str
    shown: list[int]  # when packets that were recorded show it, Start first
    stopped: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the pool's sessions: who truly had what, what the records say of it, and the files."""

    leases: list[Lease]
    rows: list[Row]
    files: dict[str, str]
    lost: set[Lease] = field(default_factory=set)
    """Those of whose sessions the Stop is not recorded."""


def record(rng: Random, dealt: Sequence[tuple[str, Sitting]], source: str, *, losses: bool) -> Recorded:
    """Record sessions, in the order in which they begin.

    Args:
        rng: the source of chance.
        dealt: each session with its address.
        source: what the source is called, and the folder of its files.
        losses: whether packets are lost and servers restart.
    """
    restarts = _restarts(rng) if losses else {}
    sessions: list[_Session] = []
    packets: list[_Packet] = []
    for number, (address, sitting) in enumerate(dealt):
        nas, end = _server(rng, sitting, restarts)
        cut = end < sitting.end
        lease = Lease(address, None, sitting.begin, end, sitting.account)
        session = _Session(lease, nas, f"{number:08X}", [], stopped=False)
        sessions.append(session)
        packets += _packets(rng, session, losses=losses, cut=cut)
    for nas, instants in restarts.items():
        for at in instants:
            packets.append(_Packet(at, at, "Accounting-Off", nas, "", 0, 0))
            packets.append(_Packet(at + _ON_AGAIN, at + _ON_AGAIN, "Accounting-On", nas, "", 0, 0))
    leases = {one.number: one.lease for one in sessions}
    return Recorded(
        [one.lease for one in sessions],
        _rows(sessions, restarts, source),
        _files(sorted(packets, key=lambda one: (one.came, one.session, one.kind)), leases, source),
        {one.lease for one in sessions if not one.stopped},
    )


def _restarts(rng: Random) -> dict[str, list[int]]:
    span = range(BEGIN + DAY, BEGIN + (DAYS - 1) * DAY)
    return {nas: sorted(rng.choice(span) for _ in range(_RESTARTS)) for nas in _SERVERS}


def _server(rng: Random, sitting: Sitting, restarts: dict[str, list[int]]) -> tuple[str, int]:
    """Choose the server that somebody dials, and give when the session ends: at its restart, if they only idle on."""
    busy_until = last_of(sitting.hits, sitting.connections) if sitting.hits or sitting.connections else sitting.begin
    for nas in rng.sample(_SERVERS, len(_SERVERS)):
        cut = [at for at in restarts.get(nas, ()) if sitting.begin - _ON_AGAIN <= at < sitting.end]
        if not cut:
            return nas, sitting.end
        if len(cut) == 1 and cut[0] > busy_until + MINUTE:
            return nas, cut[0]
    return "192.0.2.240", sitting.end  # one that never restarts


def _packets(rng: Random, session: _Session, *, losses: bool, cut: bool) -> Iterator[_Packet]:
    begin, end = session.lease.begin, session.lease.end
    station = rng.randrange(1_000_000)
    kinds = [(begin, "Start"), *((at, "Interim-Update") for at in range(begin + _EVERY, end, _EVERY))]
    for at, kind in kinds if cut else [*kinds, (end, "Stop")]:
        late = rng.randrange(1, 20) if rng.random() < _LATE else 0
        if losses and kind != "Start" and rng.random() < _LOSS:
            continue
        session.shown.append(at)
        session.stopped = kind == "Stop"
        packet = _Packet(at, at + late, kind, session.nas, session.number, at - begin, station)
        yield packet
        if kind == "Stop" and rng.random() < _TWICE:
            yield packet._replace(came=packet.came + 4)


def _rows(sessions: Sequence[_Session], restarts: dict[str, list[int]], source: str) -> list[Row]:
    """Say what is certain and what is not: a Stop lost leaves in doubt all that comes after the last packet."""
    given: dict[str, list[int]] = defaultdict(list)
    for session in sessions:
        given[session.lease.address].append(session.lease.begin)
    for instants in given.values():
        instants.sort()
    rows: list[Row] = []
    for session in sessions:
        lease, first, last = session.lease, session.shown[0], session.shown[-1]
        line = f"{session.nas} {session.number}"
        whole = Row(source, lease.address, None, first, last, lease.account, line=line)
        if first < last:
            rows.append(whole)
        if not session.stopped:
            again = given[lease.address]
            after = again[bisect_right(again, last) :][:1]
            after += [at for at in restarts.get(session.nas, ()) if at > last][:1]
            rows.append(whole._replace(begin=last, end=min(after, default=FOR_EVER), doubtful=True))
    return rows


def _files(packets: Sequence[_Packet], leases: dict[str, Lease], source: str) -> dict[str, str]:
    files: dict[str, list[str]] = defaultdict(list)
    for packet in packets:
        day = time.strftime("%Y%m%d", time.gmtime(packet.came + offset(packet.came)))
        files[f"isp/{source}/detail-{day}"].append(_text(packet, leases.get(packet.session)))
    return {name: "".join(parts) for name, parts in files.items()}


def _local(instant: int) -> time.struct_time:
    return time.gmtime(instant + offset(instant))


def _date(at: time.struct_time) -> str:
    return f"{_MONTHS[at.tm_mon - 1]} {at.tm_mday:2d}"


def _text(packet: _Packet, lease: Lease | None) -> str:
    came, at = _local(packet.came), _local(packet.at)
    zone = "BST" if packet.at < CHANGE else "GMT"
    clock = "%H:%M:%S"
    lines = [
        f"{_WEEKDAYS[came.tm_wday]} {_date(came)} {time.strftime(clock, came)} {came.tm_year}",
        f"Acct-Status-Type = {packet.kind}",
        f"NAS-IP-Address = {packet.nas}",
        f'Event-Timestamp = "{_date(at)} {at.tm_year} {time.strftime(clock, at)} {zone}"',
    ]
    if lease is not None:
        lines += [
            f'User-Name = "{lease.account}"',
            f'Acct-Session-Id = "{packet.session}"',
            f"Framed-IP-Address = {lease.address}",
            f"NAS-Port = {packet.station % 96}",
        ]
        if packet.kind != "Start":
            lines += [f"Acct-Session-Time = {packet.lasted}", f"Acct-Input-Octets = {packet.lasted * 4_001 % HOUR}"]
    lines += [f"Acct-Delay-Time = {packet.came - packet.at}", f"Timestamp = {packet.came}"]
    return "\n\t".join(lines) + "\n\n"
