"""The stage on which the world is played: who does what is collected here, from whichever address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from landmark.simulate.acts import Lease, Reader, Sitting
from landmark.simulate.addresses import ALWAYS, static_address
from landmark.simulate.clock import BEGIN
from landmark.simulate.geography import ABROAD, abroad, abroad_six
from landmark.simulate.sites import BROWSERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from landmark.simulate.acts import Connection, Hit

_SHARE_SIX = 0.02
_SHORTEST = 600


@dataclass(slots=True)
class Scene:
    """Everything that happens in a world, as it is made; `rng` is the only source of chance."""

    rng: Random
    hits: list[Hit] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    """What each account, address and login is; a name that is none of these was nobody's in particular."""
    _accounts: int = 0
    _statics: int = 0
    _abroad: dict[str, int] = field(default_factory=dict)

    def account(self, kind: str) -> str:
        """Take on a new customer."""
        self._accounts += 1
        name = f"user-{self._accounts:04d}"
        self.kinds[name] = kind
        return name

    def customer(self, kind: str, login: str | None = None) -> Reader:
        """Make a customer who dials up: a new address with each session."""
        return Reader(kind, self.account(kind), "", self.rng.choice(BROWSERS), login)

    def fixed(self, kind: str) -> Reader:
        """Make a customer with one address for good."""
        address = static_address(self._statics)
        self._statics += 1
        account = self.account(kind)
        self.leases.append(Lease(address, None, BEGIN + ALWAYS[0], BEGIN + ALWAYS[1], account))
        return Reader(kind, account, address, self.rng.choice(BROWSERS))

    def foreigner(self, kind: str, country: str | None = None, login: str | None = None) -> Reader:
        """Make somebody abroad with an address of their own."""
        where = country or self.rng.choice(ABROAD)
        number = self._abroad.get(where, 0)
        self._abroad[where] = number + 1
        six = self.rng.random() < _SHARE_SIX
        address = abroad_six(where, number) if six else abroad(where, number)
        self.kinds[address] = kind
        if login:
            self.kinds[login] = kind
        return Reader(kind, None, address, self.rng.choice(BROWSERS), login)

    def attend(self, reader: Reader, hits: Sequence[Hit], connections: Sequence[Connection] = ()) -> None:
        """Let a reader do this; who dials up has one session around all of it, 10 to some 70 minutes long."""
        if reader.person is not None:
            hits = [hit._replace(person=reader.person) for hit in hits]
            connections = [one._replace(person=reader.person) for one in connections]
        if reader.address:
            self.hits.extend(hits)
            self.connections.extend(connections)
            return
        begin = min([hit.time for hit in hits] + [one.time for one in connections]) - self.rng.randrange(45, 400)
        end = last_of(hits, connections) + self.rng.randrange(40, 1_500)
        self.session(reader, begin, max(end, begin + _SHORTEST), hits, connections)

    def session(
        self, reader: Reader, begin: int, end: int, hits: Sequence[Hit], connections: Sequence[Connection] = ()
    ) -> None:
        """Let a reader who dials up do this in a session from `begin` to `end`."""
        if reader.account is not None:
            self.sittings.append(Sitting(reader.account, begin, end, tuple(hits), tuple(connections)))


def last_of(hits: Sequence[Hit], connections: Sequence[Connection]) -> int:
    """Give the last instant at which something was done."""
    ends = [hit.time for hit in hits]
    ends += [connection.left[-1].time for connection in connections]
    return max(ends)
