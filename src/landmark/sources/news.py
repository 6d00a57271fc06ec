"""A news server's log: state from line to line, through whole series of rotated files.

Why each rule is as it is: DEFINITIONS, "A news connection". The address stands on the connect line only, and a process
number, or a name, comes back for somebody else.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.lines import MARK
from landmark.sources import Block, FileReading, Line, Reject, Settings, Step
from landmark.sources.connected import Connection, Group, Message, Place, User
from landmark.sources.connections import Accounting
from landmark.sources.nnrpd import LOST_MARKS, lost
from landmark.sources.sieving.kinds import SIFTED
from landmark.sources.transport import series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from landmark.sources.connected import Open
    from landmark.sources.sieving.looks import Look
    from landmark.sources.sieving.octets import Places
    from landmark.sources.sieving.set_aside import Earlier
    from landmark.sources.syslog import Taken

_ID_DIGITS = 16
_GROUPS = 1 << 10  # names of groups of which it is remembered whether they are watched
_FILE_SHIFT = 40  # bits for the number of a line in its text


class NewsReader:
    """Reads the texts of one series in order."""

    def __init__(
        self,
        settings: Settings,
        message_of: Callable[[bytes], Message | None],
        readers: Open,
        marks: tuple[bytes, ...] = (),
    ) -> None:
        """Take the settings, what reads a server's message, and who keeps its connections, of whom there are none.

        `marks` are what stands in every line that tells of a connection, where no process number does.

        Raises:
            LandmarkError: the settings lack zone or year, and the lines do not state them.
        """
        self._settings = settings
        self._message_of = message_of
        self._clocks = series(settings)
        # The journal's entries have their fields in any order: every line is read.
        self._sifts = settings.transport in SIFTED
        self._readers = readers
        names = settings.targets.names("news", logs_host=False, host=None)
        self._needles = None if names is None or not all(names) else (*names, *LOST_MARKS, *marks)
        from landmark.sources.sieving.sieve import Sieve  # noqa: PLC0415 - start-up time

        self._sieve = Sieve(settings.transport, by_process=readers.processes() is not None)
        self._fits = lru_cache(maxsize=_GROUPS)(lambda group: settings.targets.match_news(group, ()).fits)
        self._ticks: frozenset[int] = frozenset()
        self._left: list[tuple[bytes, bytes]] = []
        self._files: list[FileReading] = []
        self._watched: list[Connection] = []
        self._orphans: list[Group] = []
        self._steps: list[Step] = []

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a host's clock was set back, as far as they can bear on an event."""
        return self._steps

    @property
    def needles(self) -> tuple[bytes, ...] | None:
        """What must be sought in a block; None: every line must be fed."""
        return self._needles if self._sifts else None

    def begin(self) -> None:
        """Begin the next text."""
        self._files.append(FileReading())
        self._ticks = frozenset()

    def look(self, buffer: bytearray | bytes, begin: int, end: int) -> Callable[[], Look | None]:
        """Give what is to be done before the block `buffer[begin:end]` is sifted, in any thread."""
        return self._sieve.look(buffer, begin, end)

    def sift(self, block: Block, hits: Places | None, looked: Look | None) -> tuple[list[Line], int] | None:
        """Read the next lines but those that must be fed: give these, and how many there are in all.

        None: all of them must be fed.
        """
        self._end_left()  # also where no line of that block had to be fed
        self._ticks = frozenset()
        sifted = None
        if hits is not None and (block.offset or not block.buffer.startswith(MARK, block.begin)):
            known = self._readers.processes() or ()
            file = len(self._files) - 1
            sifted = self._sieve.sift(block, looked, file=file, hits=hits, clocks=self._clocks, known=known)
        for host, earlier in self._sieve.recall_all() if sifted is None else sifted.recalled:
            self._recall(host, earlier)
        if sifted is None:
            return None
        self._ticks, self._left = sifted.ticks, sifted.left
        return sifted.lines, sifted.total

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
        self._end_left()

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

    def _end_left(self) -> None:
        """Let those readers go that are over by the end of the block that was sifted last."""
        for host, pid in self._left:
            self._close(self._readers.end(host, Message(pid, b"", "exit")))
        self._left = []

    def _read(self, line: Line) -> str | None:
        """Give what a line is dropped or rejected for; None where that is told at the end."""
        text = (line.text if line.offset else line.text.removeprefix(MARK)).removesuffix(b"\r")
        taken = self._clocks.take(text, _order(len(self._files) - 1, line))
        if taken is None:
            return self._unreadable(line, text)
        if line.number in self._ticks:
            return "not_watched"
        stamp = taken.stamp
        self._files[-1].admitted_lost += lost(taken.message)
        message = self._message_of(taken.message)
        if message is not None and message.kind == "broken_group":
            return self._unreadable(line, text)
        if message is None or message.kind == "other" or self._is_of_another_group(message):
            return "bad_time" if stamp is None and self._names_target(text) else "not_watched"
        if not line.ended:
            # No block had it, so nobody has asked for what was set aside of its process.
            for earlier in self._sieve.recall(taken.host, message.pid):
                self._recall(taken.host, earlier)
        place = _place(len(self._files) - 1, line, taken)
        return self._of_server(taken.host, message, place, whole=line.ended)

    def _recall(self, host: bytes, earlier: Earlier) -> None:
        """Take a line that was passed over, and counted as not watched, for what it says of its connection."""
        line = earlier.line
        text, order = line.text.removesuffix(b"\r"), _order(earlier.file, line)
        taken = self._clocks.recall(text, order)
        message = None if taken is None else self._message_of(taken.message)
        if taken is None or message is None or message.kind == "other" or self._is_of_another_group(message):
            return
        dropped = self._files[earlier.file].dropped
        dropped["not_watched"] -= 1
        reason = self._of_server(host, message, _place(earlier.file, line, taken), whole=True)
        if reason is not None:
            dropped[reason] += 1

    def _is_of_another_group(self, message: Message) -> bool:
        return message.kind == "group" and not self._fits(message.text)

    def _unreadable(self, line: Line, text: bytes) -> str:
        if not text and (line.ended or line.text == MARK):
            return "empty"
        if not line.ended:
            return "truncated"
        return "malformed" if self._names_target(text) else "not_watched"

    def _of_server(self, host: bytes, message: Message, place: Place, *, whole: bool) -> str | None:
        if message.kind == "group":
            return self._group(host, message, place)
        if message.kind == "connect":
            return self._connect(host, message, place)
        if message.kind == "restart":
            for connection in self._readers.restart(host):
                self._close(connection)
            return "not_watched"
        return self._of_reader(host, message, place, whole=whole)

    def _group(self, host: bytes, message: Message, place: Place) -> str | None:
        if place.stamp is None:
            return "bad_time"
        group = Group(place, message.text, message.articles, message.size)
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
                self._readers.spoil(host, message)
            return "not_watched"
        if message.kind == "user":
            connection.users.append(User(place, message.text, whole))
            return None
        if message.kind == "exit":
            connection.exits.append(place)
        self._close(self._readers.end(host, message))
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


def _order(file: int, line: Line) -> int:
    """Number the lines of a series."""
    return (file << _FILE_SHIFT) | line.number


def _place(file: int, line: Line, taken: Taken) -> Place:
    digest = hashlib.sha256(line.text).hexdigest()[:_ID_DIGITS]
    return Place(file, line.number, line.offset, len(line.text), digest, taken.stamp)
