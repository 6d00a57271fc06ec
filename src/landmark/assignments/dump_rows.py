r"""The rows of the tables in a dump, in order, each with its place in the text: pg_dump, mysqldump, SQLite's `.dump`.

The text is walked through token by token, so what a client wrote into a value is never taken for anything else: a name
with `');` or a line's end in it is a name. What cannot be told apart is not sought to be found again further on, where
a client may have written what looks like the next statement: it is counted and rejected, with all lines behind it. But
the lines of PostgreSQL's COPY are a row each, whatever is wrong with one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.dump_commands import Statement, command
from landmark.assignments.dump_lines import Lines
from landmark.assignments.dump_places import Place, is_prefix
from landmark.assignments.dump_statements import KNOWN, Head, Said, Table, Word, takes_back
from landmark.assignments.dump_tokens import Buffer, Dialect, Kind, LostError, Rules, Token
from landmark.assignments.dump_values import tuple_of
from landmark.assignments.sieve import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases
    from landmark.lines import Line

LONGEST = 1 << 20
"""Bytes of the longest row, and of the longest statement but for its rows."""
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"[ \t\r\n\f\v]*+")
_BETWEEN = re.compile(rb"\s*+,\s*+(?=\()")
_COPY = re.compile(rb"COPY [^\t]* FROM stdin;")  # no row of several columns: those have tabs between
_LETTER = re.compile(rb"[A-Za-z0-9_$\\\x80-\xff]")


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
    """Walks through one text."""

    def __init__(
        self,
        reading: FileLeases,
        passes: Callable[[Head], bool] = lambda _: False,
        watched: Callable[[Table], bool] = lambda _: False,
    ) -> None:
        """Take what accounts for all that is no row; what tells whether rows may be passed over; and which are watched.

        Where watched rows of INSERT are not as wide as their columns are many, nothing behind is read.
        """
        self.said = Said()
        self._passes, self._watched = passes, watched
        self._lines = Lines(reading)
        self._reading = reading
        self._buffer = Buffer()
        self._begin: int | None = None  # where in the buffer the statement or the row begins
        self._statement = Statement()
        self._depth = 0  # of a row's parentheses
        self._place = Place.EXPECTED  # in a row
        self._width = 0  # how many values a row must have; 0: any number
        self._values = 0  # how many it has so far
        self._delimiter = b";"
        self._head: Head | None = None  # of the rows that follow
        self._tuples = self._copies = False
        self._comma = False  # whether a row was there, and none may follow without a comma
        self._seen = False  # whether there was a row
        self._given: set[Table] = set()  # whose rows were there
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
            if line.offset != self._next[1] and not self._copies and not self._lost:
                self._lose("malformed")  # a line was too long and is not given
            self._next = (line.number + 1, line.offset + len(line.text) + line.ended)
            if self._lost:
                self._lines.refuse(line)
            elif self._copies:
                yield from self._copied(line)
            else:
                yield from self._added(line)

    def _passed(self, skipped: Skipped) -> bool:
        """Pass over lines of COPY, none of which is its end or goes on behind its own: a row each."""
        data = skipped.data
        if not self._copies or b"\\." in data or b"\\\n" in data or b"\\\r" in data or b" FROM stdin;" in data:
            return False
        if self._head is None or not self._passes(self._head):
            return False
        self._lines.finish()
        rows = data.count(b"\n")
        self._lines.units += rows
        self._reading.dropped["not_watched"] += rows
        self._next = (skipped.number + rows, skipped.offset + len(data))
        self._seen = True
        self._given.add(self._head.table)
        return True

    def _added(self, line: Line) -> Iterator[Row]:
        buffer = self._buffer
        if not buffer.bytes:
            buffer.base = line.offset
        self._lines.add(line)
        buffer.bytes += line.text + b"\n" * line.ended
        if line.offset == 0 and line.text.startswith(_BOM):
            buffer.move(len(_BOM))
        try:
            yield from self._advanced()
        except LostError:
            self._lose("malformed")
            return
        if len(buffer.bytes) - self._from > LONGEST:
            self._lose("too_long")
            return
        buffer.let_go(self._from)
        self._begin = None if self._begin is None else 0

    @property
    def _from(self) -> int:
        """Where in the buffer stands what is not done with."""
        return self._buffer.at if self._begin is None else self._begin

    def _advanced(self) -> Iterator[Row]:
        """Go on as far as there are tokens."""
        buffer = self._buffer
        while not self._copies:
            buffer.rules = self.said.rules
            if self._tuples:
                yield from self._plain_tuples()
            if self._begin is None and not self._tuples and self._alone():
                continue
            token = buffer.token()
            if token is None:
                return
            if token.kind in {Kind.NOTHING, Kind.COMMENT}:
                if self._tuples and not buffer.bytes[token.begin : token.end].isspace():
                    raise LostError  # no dump has a comment among rows
                self._pass(token)
            elif self._tuples:
                yield from self._tuple(token)
            else:
                self._word(token)

    def _pass(self, token: Token) -> None:
        if self._begin is None:
            self.said.heard(bytes(self._buffer.bytes[token.begin : token.end]))
            self._lines.passed(self._buffer.base + token.end)
        self._buffer.move(token.end)

    def _alone(self) -> bool:
        """Take a line that is a client's own command, where one begins here."""
        found = command(self._buffer, self.said)
        if found is None:
            return False
        self._delimiter = found.delimiter or self._delimiter
        self._buffer.move(found.end)
        return True

    def _word(self, token: Token) -> None:
        """Take up the next token of a statement."""
        buffer = self._buffer
        over = self._statement.may_end and buffer.bytes.startswith(self._delimiter, token.begin)
        if over:
            token = token._replace(end=token.begin + len(self._delimiter))
        word = Word(token.kind, bytes(buffer.bytes[token.begin : token.end]))
        if token.kind in {Kind.STRING, Kind.NAME} and not self._stands_alone(token):
            raise LostError
        if self._begin is None:
            if not over and word.lower not in KNOWN:
                raise LostError
            self._begin = token.begin
        if word.kind is Kind.NAME and word.text[:1] == b"`":
            self._in_backticks()
        buffer.move(token.end)
        if over:
            self._over()
            return
        self._statement.add(word, routines=self._delimiter == b";")
        words = self._statement.words
        if word.lower == b"values" and not self._statement.depth and words[0].lower in {b"insert", b"replace"}:
            self._head = self.said.head(words)
            if self._head is None:
                raise LostError
            self._tuples, self._comma = True, False
            self._width = len(self._head.columns or ()) if self._watched(self._head.table) else 0
            self._end()

    def _in_backticks(self) -> None:
        """Take up a name in backticks: SQLite's dumps repeat one in a CREATE, as it was written, and write none."""
        words = self._statement.words
        if words and words[0].lower in {b"insert", b"replace"}:
            self.said.is_of(Dialect.MYSQL)
        else:
            self.said.told(Dialect.MYSQL)

    def _stands_alone(self, token: Token) -> bool:
        """Tell whether a quote touches no word: what does may be the text between two quotes, one of which is lost.

        So may a name that holds a line's end. But MySQL's double quotes hold texts, too.
        """
        data, words = self._buffer.bytes, self._statement.words
        texts = token.kind is Kind.STRING or (
            data[token.begin] == ord('"') and self.said.rules.dialect is Dialect.MYSQL
        )
        if not texts and data.find(b"\n", token.begin, token.end) >= 0:
            return False
        if _LETTER.match(data, token.end):
            return False
        before = _LETTER.match(data, token.begin - 1) if token.begin else None
        return before is None or (bool(words) and is_prefix(words[-1].text))

    def _over(self) -> None:
        """Take up a whole statement."""
        words = self._statement.words
        if words and words[0].lower == b"copy":
            self._head = self.said.head(words)
            if self._head is None or self._buffer.bytes[self._buffer.at :].strip():
                raise LostError
            self.said.is_of(Dialect.POSTGRESQL)
            self._copies = True
            self._buffer.move(len(self._buffer.bytes))
        elif words and words[0].lower in {b"insert", b"replace"}:
            raise LostError  # not of rows that stand here
        elif words:
            self.said.stated(words)
            if self.said.unsafe:
                raise LostError
            if self._seen and takes_back(words, self.said.rules, self._given):
                self._lines.reject(self._buffer.base + (self._begin or 0), self._buffer.offset, "malformed")
        self._end()

    def _end(self) -> None:
        """End a statement, or the part of it that is before its rows."""
        self._lines.passed(self._buffer.offset)
        self._statement, self._begin = Statement(), None

    def _plain_tuples(self) -> Iterator[Row]:
        """Give the rows that are whole here and hold nothing but plain values: nearly all."""
        buffer = self._buffer
        pattern = tuple_of(buffer.rules, self._width)
        while self._begin is None:
            at = buffer.at
            between = _BETWEEN.match(buffer.bytes, at) if self._comma else _BLANK.match(buffer.bytes, at)
            match = None if between is None else pattern.match(buffer.bytes, between.end())
            if match is None:
                return
            self._comma = True
            yield self._row(match.start(), match.end())

    def _tuple(self, token: Token) -> Iterator[Row]:
        """Take up the next token among rows, or in one."""
        buffer = self._buffer
        sign = bytes(buffer.bytes[token.begin : token.end])
        if self._begin is not None:
            self._place = self._place.after(token.kind, sign)
            buffer.move(token.end)
            if token.kind is Kind.SIGN:
                self._depth += (sign == b"(") - (sign == b")")
                self._values += sign == b"," and self._depth == 1
            if not self._depth:
                if self._width not in {0, self._values}:
                    raise LostError
                begin, self._begin, self._comma = self._begin, None, True
                yield self._row(begin, token.end)
        elif sign == b"(" and not self._comma:
            self._begin, self._depth, self._values, self._place = token.begin, 1, 1, Place.EXPECTED
            buffer.move(token.end)
        elif sign == b"," and self._comma:
            self._comma = False
            buffer.move(token.end)
        elif self._comma and (sign == b";" or sign.lower() == b"on"):
            self._tuples = False
            if sign == b";":
                buffer.move(token.end)
            else:  # ON CONFLICT DO NOTHING, ON DUPLICATE KEY UPDATE: up to its end it says nothing of these rows
                self._statement, self._begin = Statement([Word(Kind.WORD, b"on")]), token.begin
                buffer.move(token.end)
        else:
            raise LostError

    def _row(self, begin: int, end: int) -> Row:
        buffer = self._buffer
        offset = buffer.base + begin
        self._lines.passed(offset)
        number = self._lines.at(offset)
        self._lines.count(offset, buffer.base + end)
        buffer.move(end)
        return self._made(number, offset, bytes(buffer.bytes[begin:end]), copied=False)

    def _made(self, number: int, offset: int, text: bytes, *, copied: bool) -> Row:
        if self._head is None:
            raise LostError
        said = self.said
        self._seen = True
        self._given.add(self._head.table)
        asked = offset <= self._asked_to
        return Row(number, offset, text, self._head, said.rules, said.utc, copied, asked)

    def _copied(self, line: Line) -> Iterator[Row]:
        """Take up a line of COPY: a row, or its end."""
        written = line.text.removesuffix(b"\r")
        self._lines.finish()
        self._lines.add(line)
        if written == rb"\.":
            self._copies = False
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
        columns = () if self._head is None else self._head.columns or ()
        return len(columns) > 1 and _COPY.fullmatch(written) is not None

    def _lose_line(self) -> None:
        self._lost, self._copies = True, False
        self._lines.refuse_all()

    def _lose(self, reason: str) -> None:
        """Give up: what is not done with is rejected, and every line behind it will be."""
        self._lost = True
        buffer, begin = self._buffer, self._from
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
        if self._buffer.bytes[self._from :].strip():
            self._lose("truncated")
            return
        self._lines.finish()
        if self._copies or self._tuples or self.said.unfinished:
            self._lines.cut_off(*self._next)
