"""The lines that INN's nnrpd writes of a reader (nnrpd(8); INN's source, nnrpd/nnrpd.c, group.c, perm.c, misc.c).

    host-a.example (192.0.2.1) connect - port 119       the client's address stands here only; the port is the server's
    host-a.example user mary                            after the server verified the name
    host-a.example group test.watched.a 3               when a group is left: articles fetched in it
    host-a.example exit articles 3 groups 1             likewise `times …`; `exit for STARTTLS …` is no end

Older ones write no port. Lines are matched whole, so that no text which a client chose passes for another line.
"""

from __future__ import annotations

import re

from landmark.sources.connected import Connection, Kind, Message, Place

# Debian's one with TLS logs under its own name; both take their process numbers from one host.
_TAG = re.compile(rb"nnrpd(?:-ssl)?\[(\d{1,10}+)\]: (\S++) (.*+)", re.DOTALL)
_GROUP = re.compile(rb"group (\S++) (\d{1,18})")
# What the log itself says it lost: rsyslog's imuxsock and imjournal, journald, and syslogd's repeated lines.
_LOST = (
    re.compile(
        rb"rsyslogd[^: ]*: (?:imuxsock|imjournal)(?:\[[^\]]*\])?: (\d{1,9}) messages lost due to rate-limiting.*",
        re.DOTALL,
    ),
    re.compile(rb"rsyslogd[^: ]*: imuxsock lost (\d{1,9}) messages from pid \d+ due to rate-limiting.*", re.DOTALL),
    re.compile(rb"systemd-journald\[\d+\]: Suppressed (\d{1,9}) messages from .*", re.DOTALL),
    re.compile(rb"(?:\S+: )?(?:last )?message repeated (\d{1,9}) times(?:: \[.*\])?", re.DOTALL),
)
LOST_MARKS = (b"rate-limiting", b"Suppressed ", b"message repeated ")
"""One of these stands in every line that says so."""

_KINDS: dict[bytes, tuple[Kind, re.Pattern[bytes]]] = {
    b"(": ("connect", re.compile(rb"\((\S*)\) connect(?: - port \d{1,5})?")),
    b"u": ("user", re.compile(rb"user (.++)", re.DOTALL)),
    b"e": ("exit", re.compile(rb"exit articles -?\d+ groups -?\d+")),
    b"t": ("times", re.compile(rb"times user [\d.]+ system [\d.]+(?: idle [\d.]+)? elapsed [\d.]+")),
}
"""What a line may be by the first byte behind its label."""
_NONE: tuple[Kind, re.Pattern[bytes]] = ("other", re.compile(rb"(?!)"))


def message_of(message: bytes) -> Message | None:
    """Read a syslog line's message; None where nnrpd did not write it."""
    match = _TAG.fullmatch(message)
    if match is None:
        return None
    pid, label, rest = match.groups()
    if rest.startswith(b"group "):
        found = _GROUP.fullmatch(rest)
        if found is None:
            return Message(pid, label, "broken_group")
        return Message(pid, label, "group", found[1], int(found[2]))
    kind, pattern = _KINDS.get(rest[:1], _NONE)
    if found := pattern.fullmatch(rest):
        return Message(pid, label, kind, found[1] if pattern.groups else b"")
    return Message(pid, label, "other")


def lost(message: bytes) -> int:
    """Give how many messages a syslog line says were lost."""
    if b"message" not in message:
        return 0
    for pattern in _LOST:
        if found := pattern.fullmatch(message):
            return int(found[1])
    return 0


SAME_READER = 60
"""Seconds within which a further connect line can be of the same reader."""


class Readers:
    """The readers of all log hosts: state follows (log host, pid)."""

    def __init__(self) -> None:
        """Begin with nobody connected."""
        self._open: dict[tuple[bytes, bytes], Connection] = {}

    def find(self, host: bytes, message: Message) -> Connection | None:
        """Give the connection that a line belongs to: the label must be the connect line's."""
        found = self._open.get((host, message.pid))
        return found if found is not None and found.label == message.label else None

    def connect(self, host: bytes, message: Message, place: Place) -> Connection | None:
        """Take a connect line; give the connection that it ends."""
        before = self._open.get((host, message.pid))
        if before is not None and _is_again(before, message, place):
            before.again.append(place)
            return None
        if place.stamp is None:
            return self._open.pop((host, message.pid), None)  # nobody can say when the new reader came
        self._open[host, message.pid] = Connection(message.label, message.text, place)
        return before

    def end(self, host: bytes, message: Message) -> Connection | None:
        """Take the end of whoever had a pid; give the connection that has ended."""
        return self._open.pop((host, message.pid), None)

    def spoil(self, host: bytes, message: Message) -> None:
        """Take the end of a reader under another label: a connect line that follows is none of the same reader."""
        if found := self._open.get((host, message.pid)):
            found.may_come_again = False

    def restart(self, host: bytes) -> list[Connection]:
        """Give the connections that a server's start ends: none, as each has a process of its own."""
        del host
        return []

    def all(self) -> list[Connection]:
        """Give those that have not ended."""
        return list(self._open.values())

    def processes(self) -> list[tuple[bytes, bytes]]:
        """Give log host and process number of those that have not ended."""
        return list(self._open)


def _is_again(before: Connection, message: Message, place: Place) -> bool:
    last = (before.again or [before.connect])[-1].stamp
    if before.label != message.label or not before.may_come_again or last is None or place.stamp is None:
        return False
    return abs(place.stamp.local - last.local) <= SAME_READER
