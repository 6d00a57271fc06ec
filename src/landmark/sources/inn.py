"""InterNetNews: what its reader daemon nnrpd writes to syslog, whole series of rotated files at a time.

Why each rule is as it is: DEFINITIONS, "A news connection". The address stands on the connect line only, the year on
none, and a process number comes back for somebody else.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.errors import LandmarkError
from landmark.sources import Example, FileReading, Line, Reject, Settings, Step
from landmark.sources.connections import Accounting
from landmark.sources.nnrpd import Group, Message, Place, Readers, User, lost, message_of
from landmark.sources.syslog import Clocks, Zone, head_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from landmark.sources.nnrpd import Connection

_ID_DIGITS = 16


class InnReader:
    """Reads the texts of one series in order."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings, which must state zone and year.

        Raises:
            LandmarkError: they do not.
        """
        if settings.zone is None or settings.year is None:
            raise LandmarkError("a syslog says neither zone nor year: the case must")
        self._settings = settings
        self._clocks = Clocks(Zone(settings.zone), settings.year, settings.tolerance)
        self._readers = Readers()
        self._files: list[FileReading] = []
        self._watched: list[Connection] = []
        self._orphans: list[Group] = []
        self._steps: list[Step] = []

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a host's clock was set back, as far as they can bear on an event."""
        return self._steps

    def begin(self) -> None:
        """Begin the next text."""
        self._files.append(FileReading())

    def feed(self, lines: Iterable[Line]) -> None:
        """Take the next lines of the text."""
        file = self._files[-1]
        for line in lines:
            reason = self._read(line)
            if reason is None:
                continue  # told at the end, when it is known what came of its connection
            if reason in {"malformed", "bad_time", "truncated"}:
                file.rejects.append(Reject(line.number, line.offset, len(line.text), reason))
            else:
                file.dropped[reason] += 1

    def finish(self) -> list[FileReading]:
        """Give what came of each text."""
        for connection in self._readers.all():
            self._close(connection)
        self._clocks.settle()
        accounting = Accounting(self._settings, self._clocks, self._files)
        for connection in self._watched:
            accounting.enter(connection)
        for orphan in self._orphans:
            accounting.enter_orphan(orphan)
        for file in self._files:
            file.events.sort(key=lambda event: event.line)
            file.rejects.sort(key=lambda reject: reject.line)
        begin, end = self._settings.begin - self._settings.tolerance, self._settings.end + self._settings.tolerance
        ahead = self._settings.clock_ahead
        steps = [Step(step.series, step.begin - ahead, step.end - ahead) for step in self._clocks.steps]
        self._steps = [step for step in steps if step.begin < end and step.end > begin]
        return self._files

    def _read(self, line: Line) -> str | None:
        """Give what a line is dropped or rejected for; None where that is told at the end."""
        text = line.text.removesuffix(b"\r")
        head = head_of(text)
        if head is None:
            return self._unreadable(line, text)
        stamp = self._clocks.stamp(head)
        self._files[-1].admitted_lost += lost(head.message)
        message = message_of(head.message)
        if message is not None and message.kind == "broken_group":
            return self._unreadable(line, text)
        if message is None or message.kind == "other" or self._is_of_another_group(message):
            return "bad_time" if stamp is None and self._names_target(text) else "not_watched"
        digest = hashlib.sha256(line.text).hexdigest()[:_ID_DIGITS]
        place = Place(len(self._files) - 1, line.number, line.offset, len(line.text), digest, stamp)
        return self._of_nnrpd(head.host, message, place, whole=line.ended)

    def _is_of_another_group(self, message: Message) -> bool:
        return message.kind == "group" and not self._settings.targets.match_news(message.text, ()).fits

    def _unreadable(self, line: Line, text: bytes) -> str:
        if not line.ended:
            return "truncated"
        if not text:
            return "empty"
        return "malformed" if self._names_target(text) else "not_watched"

    def _of_nnrpd(self, host: bytes, message: Message, place: Place, *, whole: bool) -> str | None:
        if message.kind == "group":
            return self._group(host, message, place)
        if message.kind == "connect":
            return self._connect(host, message, place)
        return self._of_reader(host, message, place, whole=whole)

    def _group(self, host: bytes, message: Message, place: Place) -> str | None:
        if place.stamp is None:
            return "bad_time"
        group = Group(place, message.text, message.articles)
        connection = self._readers.find(host, message)
        (self._orphans if connection is None else connection.groups).append(group)
        return None

    def _connect(self, host: bytes, message: Message, place: Place) -> str | None:
        self._close(self._readers.connect(host, message, place))
        return "not_watched" if place.stamp is None else None

    def _of_reader(self, host: bytes, message: Message, place: Place, *, whole: bool) -> str | None:
        connection = self._readers.find(host, message)
        if connection is None:
            if message.kind != "user":
                self._readers.spoil(host, message.pid)
            return "not_watched"
        if message.kind == "user":
            connection.users.append(User(place, message.text, whole))
            return None
        if message.kind == "exit":
            connection.exits.append(place)
        self._close(self._readers.end(host, message.pid))
        return None if message.kind == "exit" else "not_watched"

    def _close(self, connection: Connection | None) -> None:
        """Let go of a reader that has ended; one that opened nothing watched leaves no more than a count."""
        if connection is None:
            return
        if connection.groups:
            self._watched.append(connection)
            return
        for place in connection.others:
            self._files[place.file].dropped["not_watched"] += 1

    def _names_target(self, text: bytes) -> bool:
        return self._settings.targets.mentions(text, "news", logs_host=False, host=None)


class Inn:
    """The format `inn`."""

    name = "inn"
    version = 3
    format = LogFormat(kind="news", logs_host=False, needs_zone=True, needs_year=True)
    stateful = True
    directed = False
    lacks = "the client's port; when in a connection a group was read"

    def reader(self, settings: Settings) -> InnReader:
        """Give a fresh reader.

        Raises:
            LandmarkError: the settings state no zone or no year.
        """
        return InnReader(settings)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the name of a user line masked; all of one that may hold a name elsewhere."""
        head = head_of(line)
        message = None if head is None else message_of(head.message)
        if head is None or message is None or message.kind in {"other", "broken_group"}:
            return b"*" * len(line)
        return line.removesuffix(message.text) + b"***" if message.kind == "user" else line

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `test.watched.a`."""
        return (
            Example(
                "a connection and its lines",
                b"Oct  2 10:00:00 news1 nnrpd[41]: host-a.example (192.0.2.1) connect - port 119\n"
                b"Oct  2 10:00:01 news1 nnrpd[41]: host-a.example user mary jane\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.watched.a 3\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example group test.other 5\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example exit articles 8 groups 2\n"
                b"Oct  2 10:05:00 news1 nnrpd[41]: host-a.example times user 0.1 system 0.1 idle 1.0 elapsed 300.0\n",
                (
                    {"action": "connect", "client_address": "192.0.2.1", "reason": "connection"},
                    {"action": "other", "login_verified": True, "target": None},
                    {"action": "fetch", "target": "group-a", "articles": 3, "counts": True, "login_verified": True},
                    "not_watched",
                    {"action": "other", "counts": False, "time_text": "Oct  2 10:05:00"},
                    "not_watched",
                ),
                _STATED,
            ),
            Example(
                "labels that do not agree, and what is lost",
                b"Oct  2 11:00:00 news1 nnrpd[42]: host-a.example (192.0.2.1) connect\n"
                b"Oct  2 11:00:02 news1 nnrpd[42]: host-a.example (192.0.2.1) connect\n"
                b"Oct  2 11:00:05 news1 nnrpd[42]: host-b.example group test.watched.a 3\n"
                b"Oct  2 11:00:06 news1 nnrpd[42]: host-a.example group test.watched.a 0\n"
                b"Oct  2 11:00:07 news1 nnrpd[43]: host-c.example group test.watched.a 2\n"
                b"Oct  2 11:00:08 news1 last message repeated 2 times\n"
                b"Oct  2 11:00:09 news1 nnrpd[42]: host-a.example group test.watched.a\n"
                b"Oct 32 11:00:10 news1 nnrpd[42]: host-a.example group test.watched.a 1\n"
                b"\n"
                b"Oct  2 11:0",
                (
                    {"client_port": None, "client_host": "host-a.example"},
                    "duplicate",
                    "orphan",
                    {"action": "open", "articles": 0, "reason": "only_opened"},
                    "orphan",
                    "not_watched",
                    "malformed",
                    "bad_time",
                    "empty",
                    "truncated",
                ),
                _STATED,
            ),
        )


_STATED: Mapping[str, object] = {"zone": "UTC", "year": 2001}

SOURCE = Inn()
