"""From RADIUS sessions to intervals: what is certain, what cannot be said, and how each end is known.

An address is certain between the first and the last packet of a session that show it held; what lies before, down to
the session's begin, and after, up to where it was surely over, is doubtful. Three things make less certain:

- a packet in whose record the times disagree bounds nothing;
- a packet whose Acct-Session-Time says that the session began well after what the packets before it show denies the
  time since the last of them: it came late, and does not say so, or is of another session;
- a stretch in which the clock was set back.

A session whose packets name another address under the same attribute, or none, has given the first one up by then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.radius.packets import RESTARTS, Held, Kind, Packet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from landmark.assignments.radius.sessions import Session

SLACK = 60_000_000
"""How far Acct-Session-Time may fall short of what the packets show before it is taken as a denial, µs.

A session's time is counted from its authentication or from its address, a few seconds apart. It is the same however
long the session is: where the two clocks drift apart, each minute of drift makes doubtful one time between two packets,
as if the second had come late. Were it to grow, one that did come late would bound what nobody knows.
"""
_FOR_EVER = 1 << 62


class Stretch(NamedTuple):
    """A part of the time in which a session had an address: µs UTC, half-open; `end` None: no end is known."""

    begin: int
    end: int | None
    doubtful: bool
    ends: str
    made_by: tuple[Packet, ...]


class _Run(NamedTuple):
    """Successive packets that name an address, between two that name others under its attribute instead."""

    before: Packet | None
    alive: tuple[Packet, ...]  # every packet of the session from the first of them on, as long as it may be held
    after: Packet | None


class _End(NamedTuple):
    at: int
    word: str
    packet: Packet


class _Chain(NamedTuple):
    """A time in which the address was certainly held, and the packets at its two ends."""

    begin: int
    end: int
    first: Packet
    last: Packet


@dataclass(frozen=True, slots=True)
class Given:
    """When each address was given out, and to which session; the lists are parallel and ascending."""

    instants: dict[str, list[int]]
    givings: dict[str, list[tuple[Packet, int]]]

    def next(self, address: str, instant: int, session: Session) -> Packet | None:
        """Give the first packet after an instant by which another session has the address."""
        instants = self.instants.get(address, [])
        for place in range(bisect_right(instants, instant), len(instants)):
            packet, holder = self.givings[address][place]
            if holder != id(session):
                return packet
        return None


def given(sessions: Iterable[Session]) -> Given:
    """Find when each address was given out; a packet whose record contradicts itself tells nothing of that."""
    found: dict[str, list[tuple[int, int, int, Packet, int]]] = defaultdict(list)
    for session in sessions:
        for place in places(session):
            for run in _runs(session, place):
                first = run.alive[0]
                if first.sure:
                    found[place.address].append((first.at.earlier, first.text, first.row, first, id(session)))
    ordered = {address: sorted(every, key=lambda one: one[:3]) for address, every in found.items()}
    return Given(
        {address: [one[0] for one in every] for address, every in ordered.items()},
        {address: [(one[3], one[4]) for one in every] for address, every in ordered.items()},
    )


def places(session: Session) -> list[Held]:
    """Give every address that a session had, in the order in which its packets name them."""
    return list(dict.fromkeys(place for packet in session.packets for place in packet.held if place.address))


def stretches(session: Session, place: Held, others: Given, steps: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Divide the time in which a session had an address into what is certain and what is doubtful.

    Args:
        session: the session.
        place: the address, one of `places`.
        others: when it was given out to others.
        steps: where the clock was set back: from, until, µs UTC; ascending, apart.
    """
    found: list[Stretch] = []
    for run in _runs(session, place):
        for stretch in _stretches(session, place, run, others):
            found += [stretch] if stretch.doubtful else _cut(stretch, steps)
    return found


def _runs(session: Session, place: Held) -> list[_Run]:
    packets = session.packets
    naming = [n for n, packet in enumerate(packets) if any(one.attribute == place.attribute for one in packet.held)]
    groups = [(names, list(group)) for names, group in groupby(naming, lambda n: place in packets[n].held)]
    runs: list[_Run] = []
    for number, (names, group) in enumerate(groups):
        if not names:
            continue
        # An address first named after others is doubtful from the session's begin; one named again, from its absence.
        before = packets[groups[number - 1][1][-1]] if runs else None
        if number + 1 < len(groups):
            runs.append(_Run(before, tuple(packets[group[0] : group[-1] + 1]), packets[groups[number + 1][1][0]]))
        else:
            runs.append(_Run(before, tuple(packets[group[0] :]), None))
    return runs


def _stretches(session: Session, place: Held, run: _Run, others: Given) -> Iterator[Stretch]:
    chains = _chains(run)
    begun, opener = session.began.earlier, session.packets[0]
    if run.before is not None:
        begun, opener = run.before.at.earlier, run.before
    end = _end(session, place, run, others)
    at = begun
    for chain in chains:
        begin = max(at, chain.begin)
        if begin >= chain.end:
            continue
        word = "stopped" if chain.last is session.ended else "last_seen"
        if at < begin:
            yield Stretch(at, begin, doubtful=True, ends=word, made_by=(opener, chain.first))
        yield Stretch(begin, chain.end, doubtful=False, ends=word, made_by=(chain.first, chain.last))
        at, opener = chain.end, chain.last
    if end is None:
        yield Stretch(at, None, doubtful=True, ends="open", made_by=(opener, run.alive[-1]))
    elif at < end.at:
        yield Stretch(at, end.at, doubtful=True, ends=end.word, made_by=(opener, run.alive[-1], end.packet))


def _chains(run: _Run) -> list[_Chain]:
    """Divide the packets that bound something where one denies the time before it; a packet alone is no time."""
    groups: list[list[Packet]] = []
    for packet in run.alive:
        if not packet.sure:
            continue
        if groups and not _denies(packet, groups[-1]):
            groups[-1].append(packet)
        else:
            groups.append([packet])
    chains = []
    for group in groups:
        begin, end = min(one.at.later for one in group), max(one.at.earlier for one in group)
        if group[-1].kind is Kind.STOP:
            end = min(end, group[-1].at.earlier)
        if begin < end:
            chains.append(_Chain(begin, end, group[0], group[-1]))
    return chains


def _denies(packet: Packet, before: Sequence[Packet]) -> bool:
    """Tell whether a packet says of its session that it began well after what those before it show."""
    if packet.lasted is None:
        return False
    began = min(one.at.later - (0 if one.kind is Kind.START else one.lasted or 0) for one in before)
    return packet.at.earlier - packet.lasted > began + SLACK


def _end(session: Session, place: Held, run: _Run, others: Given) -> _End | None:
    """Find where it was surely over; None: nothing says so."""
    ended = session.ended
    seen = max(packet.at.later for packet in run.alive)
    if run.after is None and ended is not None and ended.kind is Kind.STOP:
        return _End(ended.at.later, "stopped", ended)
    ends: list[_End] = []
    if (other := others.next(place.address, seen, session)) is not None:
        ends.append(_End(other.at.later, "replaced", other))
    if run.after is not None and run.after.sure:
        ends.append(_End(run.after.at.later, "replaced", run.after))
    if ended is not None and (ended.sure or ended.kind is Kind.STOP):
        stopped = ended.kind in {Kind.STOP, Kind.CLOSED}
        word = "stopped" if stopped else "rebooted" if _is_restart(ended) else "replaced"
        ends.append(_End(ended.at.later, word, ended))
    return min(ends, key=lambda end: (end.at, end.packet.text, end.packet.row), default=None)


def _is_restart(packet: Packet) -> bool:
    return packet.kind in RESTARTS or packet.kind is Kind.LOST


def _cut(stretch: Stretch, steps: Sequence[tuple[int, int]]) -> Iterator[Stretch]:
    """Make doubtful what lies where the clock was set back."""
    at = stretch.begin
    end = _FOR_EVER if stretch.end is None else stretch.end
    for begin, until in steps:
        first, last = max(at, begin), min(end, until)
        if first < last:
            if at < first:
                yield stretch._replace(begin=at, end=first)
            yield stretch._replace(begin=first, end=last, doubtful=True)
            at = last
    if at < end:
        yield stretch._replace(begin=at)
