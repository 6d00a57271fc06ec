"""What people and machines of the world do, with true instants: requests, news connections, sittings, leases.

Instants are int seconds UTC, ends excluded. An `account` is who sat there: a customer of the provider, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from landmark.simulate.clock import HOUR, MINUTE

if TYPE_CHECKING:
    from landmark.simulate.sites import Forum

GAP = 30 * MINUTE
"""A longer pause begins a new visit (the case's `visit_gap`)."""
MORE_THAN = 10
"""The threshold (the case's `more_than`)."""
SLACK = 10
"""The tolerances of both clocks together, seconds: twice the case's `clock_tolerance`."""
SHIFTS = (-2 * HOUR, -HOUR, -HOUR // 2, HOUR // 2, HOUR, 2 * HOUR)
"""What a clock in London may be off by unnoticed, seconds."""

HUMANS = ("home", "static", "abroad", "member", "curious", "frequent", "edge", "shared", "guest")
"""Kinds of visitor whose visits a person made knowingly; all others are machines, units, or pages elsewhere."""


class Reader(NamedTuple):
    """Somebody at a screen, or a program."""

    kind: str
    account: str | None
    address: str  # empty: dynamic, a new one with each session
    agent: str
    login: str | None = None


class Hit(NamedTuple):
    """One request to a web server."""

    time: int
    address: str
    account: str | None
    host: str
    method: str
    path: str
    status: int
    size: int
    referrer: str
    agent: str
    login: str | None
    forum: Forum | None  # the watched forum, if it is one
    lasts: int  # seconds until the server writes its line


class Left(NamedTuple):
    """A newsgroup as a reader leaves it: when, which, and how many articles were fetched in it."""

    time: int
    group: str
    articles: int


class Connection(NamedTuple):
    """One connection to a news server."""

    time: int
    address: str
    account: str | None
    left: tuple[Left, ...]
    login: str | None = None
    exits: bool = True  # False: the process was killed and wrote no last lines
    server: str = "news1"
    pid: int | None = None  # None: whatever number comes next


class Sitting(NamedTuple):
    """A dialled session: the account, when, and what was done in it; the address is given later."""

    account: str
    begin: int
    end: int
    hits: tuple[Hit, ...]
    connections: tuple[Connection, ...]


class Lease(NamedTuple):
    """A record of the provider: who held which address (and which block of its ports) when."""

    address: str
    ports: tuple[int, int] | None
    begin: int
    end: int
    account: str
