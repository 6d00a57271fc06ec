"""What the lines of a news server tell of a reader, whichever server wrote them, and who keeps readers apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from landmark.sources.syslog import Stamp

Kind = Literal["connect", "user", "group", "broken_group", "exit", "times", "other", "restart"]


class Message(NamedTuple):
    """What a news server wrote: which process, under which label, and what of it is read.

    `text` is the address of a connect line, the name of a user line, the group of a group line.
    """

    pid: bytes
    label: bytes
    kind: Kind
    text: bytes = b""
    articles: int = 0
    size: int | None = None  # bytes, where a group line has them


class Place(NamedTuple):
    """Where a line is: number of its text in the series, line, offset, length, first hex digits of its SHA-256.

    `stamp` is None where its time cannot be.
    """

    file: int
    line: int
    offset: int
    length: int
    digest: str
    stamp: Stamp | None

    @property
    def event_id(self) -> str:
        """The line's name for people."""
        return f"{self.digest}-{self.offset:015d}"


class User(NamedTuple):
    """A user line: the name that the server verified, and whether it is whole (its line ended)."""

    place: Place
    name: bytes
    whole: bool


class Group(NamedTuple):
    """A watched group line."""

    place: Place
    group: bytes
    articles: int
    size: int | None = None


@dataclass(slots=True)
class Connection:
    """A reader: from its connect line until it is known to have ended."""

    label: bytes
    address: bytes
    connect: Place
    again: list[Place] = field(default_factory=list)  # further connect lines of one STARTTLS or SASL reader
    users: list[User] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    exits: list[Place] = field(default_factory=list)
    may_come_again: bool = True  # whether no other reader's end was written under its pid
    further: list[Place] = field(default_factory=list)  # connect lines of others that cannot be told from it
    port: int | None = None
    name: bytes | None = None  # the host in the label, where that is not all of it
    claimed: bytes | None = None  # a login of which nobody says that it was checked

    @property
    def others(self) -> list[Place]:
        """Every line of it that is no group line."""
        return [self.connect, *self.again, *self.further, *(user.place for user in self.users), *self.exits]


class Open(Protocol):
    """Who is connected, on all log hosts."""

    def find(self, host: bytes, message: Message) -> Connection | None:
        """Give the connection that a line belongs to."""

    def connect(self, host: bytes, message: Message, place: Place) -> Connection | None:
        """Take a connect line; give the connection that it ends."""

    def end(self, host: bytes, message: Message) -> Connection | None:
        """Take the end of a connection; give it, if it has ended."""

    def spoil(self, host: bytes, message: Message) -> None:
        """Take the end of a connection that is not known."""

    def restart(self, host: bytes) -> list[Connection]:
        """Take the start of the server on a log host; give the connections that have ended."""

    def processes(self) -> list[tuple[bytes, bytes]] | None:
        """Give log host and process number of those that have not ended; None where these do not tell who it is."""

    def all(self) -> list[Connection]:
        """Give those that have not ended."""
