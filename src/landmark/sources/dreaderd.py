"""The lines that Diablo's dreaderd writes of a reader (Diablo's source, dreaderd/main.c, nntp.c, reader.c).

    connect to default from host-a.example (192.0.2.1:40001)                         the client's port, not the server's
    info host-a.example group test.watched.a articles 3 bytes 4096                   when a group is left
    closed from host-a.example (192.0.2.1:40001) groups=1 arts=3 bytes=4096 posts=0 … likewise `killed from …`

The first process writes `connect` and `closed`, one of several others `info`, and only where its server was told to log
groups (`grouplog`): what ties them is the label, `user/ident@host` as far as there is each, and that one is connected
under it. With a password another connect line comes, and the one before is closed. What a server told to log every
command writes besides (`LABEL [process/slot] $ …`) says nothing that those do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources.addresses import port
from landmark.sources.connected import Connection, Message

if TYPE_CHECKING:
    from landmark.sources.connected import Place

_TAG = re.compile(rb"dreaderd\[(\d{1,10}+)\]: (.*+)", re.DOTALL)
_CONNECT = re.compile(rb"connect to \S+ from (.+) \((\[[0-9A-Fa-f:.]+\]:\d{1,5}|[0-9.]+:\d{1,5})\)", re.DOTALL)
_CLOSED = re.compile(
    rb"(?:closed|killed) from (.+) \((\[[0-9A-Fa-f:.]+\]:\d{1,5}|[0-9.]+:\d{1,5})\)(?: groups=\d+ arts=\d+ .*)?",
    re.DOTALL,
)
_GROUP = re.compile(rb"info (.+) group (\S+) articles (\d{1,18}) bytes (\d{1,18})", re.DOTALL)
_BROKEN = re.compile(rb"info \S+ group .*", re.DOTALL)
_START = b"Waiting for connections"
MARKS = (b"connect to ", b"closed from ", b"killed from ", _START)
"""What stands in every line that tells who is connected."""
# `LABEL [process/slot] < …`: a line of a command that somebody gave, whose end is the client's own words.
_OF_A_COMMAND = re.compile(rb" \[\d+(?:/-?\d+)?\] ")


class Label(NamedTuple):
    """What a label says: the host, and the login where it can be told from the rest."""

    host: bytes
    login: bytes | None


def message_of(message: bytes) -> Message | None:
    """Read a syslog line's message; None where dreaderd did not write it.

    Of `connect` and `closed` lines `text` is the client's address and port.
    """
    tag = _TAG.fullmatch(message)
    if tag is None:
        return None
    pid, rest = tag.groups()
    if rest == _START:
        return Message(pid, b"", "restart")
    if found := _CONNECT.fullmatch(rest):
        return _told(Message(pid, found[1], "connect", found[2]))
    if found := _CLOSED.fullmatch(rest):
        return _told(Message(pid, found[1], "exit", found[2]))
    if found := _GROUP.fullmatch(rest):
        return _told(Message(pid, found[1], "group", found[2], int(found[3]), int(found[4])))
    return Message(pid, b"", "broken_group" if _BROKEN.fullmatch(rest) else "other")


def _told(message: Message) -> Message:
    return Message(message.pid, b"", "other") if _OF_A_COMMAND.search(message.label) else message


def label_of(text: bytes) -> Label:
    """Take a label apart: no host holds `/` or `@`.

    What comes before an `@` may be the client's own words (RFC 1413), a `/` among them: no login is told from it.
    """
    before, at, host = text.rpartition(b"@")
    if at and b"/" not in host:
        return Label(host, None) if before else Label(text, None)
    login, _, host = text.rpartition(b"/")
    return Label(host, login or None)


@dataclass(slots=True)
class _Stay:
    """Whoever is connected under one label, from the first connect line until nobody is."""

    connection: Connection
    ends: set[bytes]  # `address:port` of those that are open


class Stays:
    """Who is connected: state follows (log host, label), as only the label stands on a group's line."""

    def __init__(self) -> None:
        """Begin with nobody connected."""
        self._open: dict[tuple[bytes, bytes], _Stay] = {}

    def find(self, host: bytes, message: Message) -> Connection | None:
        """Give the stay that a line belongs to."""
        found = self._open.get((host, message.label))
        if found is None or (message.kind == "exit" and message.text not in found.ends):
            return None
        return found.connection

    def connect(self, host: bytes, message: Message, place: Place) -> Connection | None:
        """Take a connect line; give the stay that it ends, which is one whose next comer nobody can date."""
        stay = self._open.get((host, message.label))
        if place.stamp is None:
            return None if stay is None else self._open.pop((host, message.label)).connection
        address, _, number = message.text.rpartition(b":")
        if stay is None:
            label = label_of(message.label)
            made = Connection(message.label, address, place, port=port(number), name=label.host, claimed=label.login)
            self._open[host, message.label] = _Stay(made, {message.text})
            return None
        stay.ends.add(message.text)
        stay.connection.further.append(place)
        stay.connection.port = None
        if address != stay.connection.address:
            stay.connection.address = b""  # a name that several addresses bear: nobody can say which read the group
        return None

    def end(self, host: bytes, message: Message) -> Connection | None:
        """Take the end of one of those connected; give the stay, if nobody is left."""
        stay = self._open[host, message.label]
        stay.ends.discard(message.text)
        return None if stay.ends else self._open.pop((host, message.label)).connection

    def spoil(self, host: bytes, message: Message) -> None:
        """Take the end of a connection that began before the log: there is nothing to be done."""

    def restart(self, host: bytes) -> list[Connection]:
        """Take the start of the server; give the stays that it ends."""
        ended = [key for key in self._open if key[0] == host]
        return [self._open.pop(key).connection for key in ended]

    def processes(self) -> None:
        """Say that it is no process number which tells who somebody is."""

    def all(self) -> list[Connection]:
        """Give those that have not ended."""
        return [stay.connection for stay in self._open.values()]
