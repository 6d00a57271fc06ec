"""What people and machines of the world do, with true instants: requests, news connections, sittings, leases.

Instants are int seconds UTC, ends excluded. An `account` is the customer of the provider over whose line it was done,
or None; a `person` is who sat there.
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

HUMANS = (
    "home", "static", "abroad", "member", "curious", "frequent", "edge", "shared", "guest",
    "household", "together", "sold", "wireless", "thief", "robbed",
)  # fmt: skip
"""Kinds of visitor whose visits a person made knowingly; all others are machines, units, or pages elsewhere."""


class Reader(NamedTuple):
    """Somebody at a screen, or a program."""

    kind: str
    account: str | None
    address: str  # empty: dynamic, a new one with each session
    agent: str
    login: str | None = None
    person: str | None = None  # None: whoever the contract names


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
    port: int | None = None  # of the client, where the server logs it
    person: str | None = None  # who sat there, if somebody else than the account's holder


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
    person: str | None = None  # as in `Hit`


class Sitting(NamedTuple):
    """A dialled session: the account, when, and what was done in it; the address is given later."""

    account: str
    begin: int
    end: int
    hits: tuple[Hit, ...]
    connections: tuple[Connection, ...]


class Lease(NamedTuple):
    """Who truly held which address (and which block of its ports) when."""

    address: str
    ports: tuple[int, int] | None
    begin: int
    end: int
    account: str


FOR_EVER = 1 << 40
"""The end of a row of which no end is known, seconds."""


class Row(NamedTuple):
    """What the provider's files say of an address in a stretch of time, read in the zone that the case declares."""

    source: str  # which of the provider's sources
    address: str
    ports: tuple[int, int] | None  # None: all of them
    begin: int
    end: int
    holder: str  # an account; where `inner`, an address of the provider's own network
    doubtful: bool = False  # it cannot be said whether it still holds
    inner: bool = False
    line: str | None = None  # which line it was, where that is recorded
    once_a_day: bool = False  # a static assignment, which counts once a day for "on several days"


def holder_of(account: str) -> str:
    """Give the person who an account's contract names."""
    return f"{account}.1"


def sat(account: str | None, person: str | None) -> str | None:
    """Give the person who sat there; None: nobody of the provider's customers."""
    return person or (holder_of(account) if account is not None else None)
