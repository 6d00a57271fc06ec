"""RADIUS sessions: which packets are one session, what began it and what ended it.

A session is (NAS, Acct-Session-Id, User-Name) until its Stop, an Accounting-On or -Off of its NAS, or a Start at
another instant: session numbers begin again when a NAS restarts, and several of them use the same ones. A packet sent
again is the same session's packet of the same type within the tolerance that names no further address.

What comes for a session after its end never reopens it. Only where Acct-Session-Time says that it began after that end
is it another session, whose Start was lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from landmark.assignments.radius.packets import NO_PACKETS, RESTARTS, Kind
from landmark.assignments.times import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.assignments.radius.packets import Key, Packet


@dataclass(slots=True)
class Session:
    """One session: the packets that show it alive, Stop included, in order; and the packet that ended it."""

    packets: list[Packet]
    ended: Packet | None = None  # its Stop, a restart of its NAS, or the next Start under its key
    again: list[Packet] = field(default_factory=list)
    late: list[Packet] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What the session is known by."""
        return self.packets[0].key

    @property
    def began(self) -> Instant:
        """When it began: its Start, or where that was lost, its first packet less Acct-Session-Time."""
        first = self.packets[0]
        lasted = 0 if first.kind is Kind.START else first.lasted or 0
        return Instant(first.at.earlier - lasted, first.at.later - lasted)


@dataclass(frozen=True, slots=True)
class Sessions:
    """All sessions, by their first packets; and the restarts, those that were sent again apart."""

    sessions: list[Session]
    restarts: list[Packet]
    restarts_again: list[Packet]


def sessions(packets: Iterable[Packet], tolerance: int) -> Sessions:
    """Divide packets into sessions.

    Args:
        packets: in the order of their instants.
        tolerance: of the clock, µs.
    """
    machine = _Machine(tolerance)
    for packet in packets:
        machine.take(packet)
    return Sessions(machine.sessions, machine.restarts, machine.restarts_again)


class _Machine:
    def __init__(self, tolerance: int) -> None:
        self._tolerance = tolerance
        self._latest: dict[Key, Session] = {}
        self._open: dict[bytes, dict[Key, Session]] = {}  # by NAS
        self._restarted: dict[tuple[bytes, Kind], Packet] = {}
        self.sessions: list[Session] = []
        self.restarts: list[Packet] = []
        self.restarts_again: list[Packet] = []

    def take(self, packet: Packet) -> None:
        if packet.kind in RESTARTS:
            self._restart(packet)
            return
        latest = self._latest.get(packet.key)
        if latest is None or self._begins_another(latest, packet):
            self._begin(packet)
        elif self._is_sent_again(latest, packet):
            latest.again.append(packet)
        elif latest.ended is not None:
            latest.late.append(packet)
        else:
            if packet.kind not in NO_PACKETS:
                latest.packets.append(packet)
            if packet.kind is Kind.STOP or packet.kind in NO_PACKETS:
                self._end(latest, packet)

    def _restart(self, packet: Packet) -> None:
        place = (packet.key.nas, packet.kind)
        before = self._restarted.get(place)
        if before is not None and self._near(before, packet):
            self.restarts_again.append(packet)
            return
        self._restarted[place] = packet
        self.restarts.append(packet)
        for session in list(self._open.get(packet.key.nas, {}).values()):
            self._end(session, packet)

    def _begins_another(self, latest: Session, packet: Packet) -> bool:
        if packet.kind is Kind.START:
            first = latest.packets[0]
            return first.kind is not Kind.START or not self._near(first, packet)
        if latest.ended is None or packet.lasted is None:
            return False
        return packet.at.earlier - packet.lasted > latest.ended.at.later + self._tolerance

    def _is_sent_again(self, session: Session, packet: Packet) -> bool:
        ended = () if session.ended is None else (session.ended,)
        for before in (*ended, *reversed(session.packets)):
            if before.kind is packet.kind:
                return self._near(before, packet) and set(packet.held) <= set(before.held)
        return False

    def _near(self, before: Packet, packet: Packet) -> bool:
        return (
            abs(packet.at.earlier - before.at.earlier) <= self._tolerance
            and abs(packet.at.later - before.at.later) <= self._tolerance
        )

    def _begin(self, packet: Packet) -> None:
        before = self._latest.get(packet.key)
        if before is not None and before.ended is None:
            self._end(before, packet)
        session = self._latest[packet.key] = Session([packet])
        self.sessions.append(session)
        if packet.kind is Kind.STOP:
            session.ended = packet
        else:
            self._open.setdefault(packet.key.nas, {})[packet.key] = session

    def _end(self, session: Session, packet: Packet) -> None:
        session.ended = packet
        del self._open[session.key.nas][session.key]
