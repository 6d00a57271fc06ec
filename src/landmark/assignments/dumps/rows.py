r"""The rows of the tables in a dump, in order, each with its place in the text: pg_dump, mysqldump, SQLite's `.dump`.

The SQL is walked through (`walk`); the lines of PostgreSQL's COPY are a row each, whatever is wrong with one. What
cannot be told apart is not sought to be found again further on, where a client may have written what looks like the
next statement: it is counted and rejected, with all lines behind it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dumps.lines import Lines
from landmark.assignments.dumps.tokens import LostError
from landmark.assignments.dumps.walk import Walk
from landmark.assignments.sieve import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases
    from landmark.assignments.dumps.statements import Head, Table
    from landmark.assignments.dumps.tokens import Rules
    from landmark.lines import Line

LONGEST = 1 << 20
"""Bytes of the longest row, and of the longest statement but for its rows."""
_COPY = re.compile(rb"COPY [^\t]* FROM stdin;")  # no row of several columns: those have tabs between


class Row(NamedTuple):
    """A row as it is written: its line's number, its offset in the text, its bytes, and what the dump says of it."""

    number: int
    offset: int
    text: bytes
    head: Head
    rules: Rules
    utc: bool | None
    copied: bool
    asked: bool  # whether it stands in a line that is asked for


class Rows:
    """Gives the rows of one text."""

    def __init__(
        self,
        reading: FileLeases,
        passes: Callable[[Head], bool] = lambda _: False,
        watched: Callable[[Table], bool] = lambda _: False,
    ) -> None:
        """Take what accounts for all that is no row; what tells whether rows may be passed over; and which are watched.

        Where watched rows of INSERT are not as wide as their columns are many, nothing behind is read.
        """
        self._passes = passes
        self._lines = Lines(reading)
        self._walk = Walk(self._lines, watched)
        self._reading = reading
        self._lost = False
        self._next = (1, 0)  # number and offset of the line that follows
        self._asked_to = -1  # where the last line ends that was asked for

    def of(self, pieces: Iterable[Sequence[Line] | Skipped]) -> Iterator[Row]:
        """Give the rows of all tables, but those of COPY in lines that nobody asked for: they are not watched.

        `reading.units` is there when all were taken.
        """
        for piece in pieces:
            if isinstance(piece, Skipped):
                if not self._passed(piece):
                    yield from self._read(piece.lines())
            else:
                self._asked_to = piece[-1].offset + len(piece[-1].text)
                yield from self._read(piece)
        self._finish()
        self._reading.units = self._lines.units

    def _read(self, lines: Sequence[Line]) -> Iterator[Row]:
        for line in lines:
            if line.number != self._next[0] and not self._walk.copies and not self._lost:
                self._lose("malformed")  # a line was too long and is not given
            self._next = (line.number + 1, line.offset + len(line.text) + line.ended)
            if self._lost:
                self._lines.refuse(line)
            elif self._walk.copies:
                yield from self._copied(line)
            else:
                yield from self._added(line)

    def _passed(self, skipped: Skipped) -> bool:
        """Pass over lines of COPY, none of which is its end or goes on behind its own: a row each."""
        data, walk = skipped.data, self._walk
        if not walk.copies or b"\\." in data or b"\\\n" in data or b"\\\r" in data or b" FROM stdin;" in data:
            return False
        if walk.head is None or not self._passes(walk.head):
            return False
        self._lines.finish()
        rows = data.count(b"\n")
        self._lines.units += rows
        self._reading.dropped["not_watched"] += rows
        self._next = (skipped.number + rows, skipped.offset + len(data))
        walk.given.add(walk.head.table)
        return True

    def _added(self, line: Line) -> Iterator[Row]:
        buffer = self._walk.buffer
        if not buffer.bytes:
            buffer.base = line.offset
        self._lines.add(line)
        buffer.bytes += line.text + b"\n" * line.ended
        try:
            for begin, end in self._walk.tuples():
                yield self._row(begin, end)
        except LostError:
            self._lose("malformed")
            return
        if len(buffer.bytes) - self._walk.begin > LONGEST:
            self._lose("too_long")
            return
        self._walk.let_go()

    def _row(self, begin: int, end: int) -> Row:
        """Give the row of INSERT between two places in the buffer, the second excluded."""
        buffer = self._walk.buffer
        offset = buffer.base + begin
        self._lines.passed(offset)
        number = self._lines.at(offset)
        self._lines.count(offset, buffer.base + end)
        return self._made(number, offset, bytes(buffer.bytes[begin:end]), copied=False)

    def _made(self, number: int, offset: int, text: bytes, *, copied: bool) -> Row:
        head, said = self._walk.head, self._walk.said
        if head is None:
            raise LostError
        self._walk.given.add(head.table)
        asked = offset <= self._asked_to
        return Row(number, offset, text, head, said.rules, said.utc, copied, asked)

    def _copied(self, line: Line) -> Iterator[Row]:
        """Take up a line of COPY: a row, or its end."""
        written = line.text.removesuffix(b"\r")
        self._lines.finish()
        self._lines.add(line)
        if written == rb"\.":
            self._walk.copies = False
            self._lines.finish()
        elif not line.ended:
            self._lines.reject(line.offset, line.offset + len(line.text), "truncated")
            self._lines.finish()
        elif (len(written) - len(written.rstrip(b"\\"))) % 2 or self._is_next(written):
            self._lose_line()  # the row goes on behind the line's end: no dump has that
        else:
            self._lines.count(line.offset, line.offset + len(line.text))
            self._lines.finish()
            yield self._made(line.number, line.offset, written, copied=True)

    def _is_next(self, written: bytes) -> bool:
        """Tell whether a line of COPY begins the next one: the end of this one is lost."""
        head = self._walk.head
        columns = () if head is None else head.columns or ()
        return len(columns) > 1 and _COPY.fullmatch(written) is not None

    def _lose_line(self) -> None:
        self._lost, self._walk.copies = True, False
        self._lines.refuse_all()

    def _lose(self, reason: str) -> None:
        """Give up: what is not done with is rejected, and every line behind it will be."""
        self._lost = True
        buffer, begin = self._walk.buffer, self._walk.begin
        begin += len(buffer.bytes[begin:]) - len(buffer.bytes[begin:].lstrip())
        if begin < len(buffer.bytes):
            self._lines.passed(buffer.base + begin)
            buffer.move(begin)
            self._lines.reject(buffer.offset, buffer.base + buffer.line_end(), reason)
        self._lines.refuse_all()

    def _finish(self) -> None:
        """See that the text is whole."""
        if self._lost:
            return
        if self._walk.buffer.bytes[self._walk.begin :].strip():
            self._lose("truncated")
            return
        self._lines.finish()
        if self._walk.unfinished:
            self._lines.cut_off(*self._next)
