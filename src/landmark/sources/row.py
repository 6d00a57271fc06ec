"""What stands in a line of a web log, whatever its format, and what a line that is kept comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from landmark.sources.addresses import Client


class Row(NamedTuple):
    """One line of a web log, taken apart; texts are as logged.

    `instant` is µs UTC by the server's clock, None where the time cannot be; `host` is the one that the line itself
    logs, in its one form; `user` is None where there is none; `beside` is what stands in the line besides request,
    referrer and agent, and may be chosen by others: where a name in it is a mention. `later` is the second instant of
    a local time that occurs twice; `forwarded` the list of forwarded addresses, a claim; `destination` the server's
    own address and port; `otherwise` what the request was if it was not `request`, where the line has either.
    """

    client: Client
    port: int | None
    user: bytes | None
    time: bytes
    zone: str
    instant: int | None
    host: str | None
    request: bytes
    status: int | None
    size: int | None
    referrer: bytes | None
    agent: bytes | None
    beside: bytes
    later: int | None = None
    zone_known: str = "stated"
    forwarded: bytes | None = None
    destination: str | None = None
    otherwise: bytes | None = None


class Found(NamedTuple):
    """What differs from row to row of a web log; the names are those of `tables.EVENTS`."""

    event_id: str
    line: int
    offset: int
    length: int
    time: int
    time_until: int | None
    time_text: str
    zone: str
    zone_known: str
    client_address: str | None
    client_port: int | None
    client_host: str | None
    destination: str | None
    login: str | None
    target: str
    action: str
    object: str | None
    status: int | None
    bytes: int | None
    agent: str | None
    referrer: str | None
    reason: str | None
    host: str | None
    static: bool
    referred: str
    login_verified: bool
    login_account: str | None


class Directives(Protocol):
    """Lines that say how those after them read; they begin with `#`."""

    def begin(self) -> None:
        """Begin a text: nothing is known of its lines yet."""

    def take(self, text: bytes) -> bool:
        """Say whether a line is a directive, and take in what it says."""
