r"""The SQL of a dump, walked through token by token: where a statement ends, and where a row of INSERT stands.

So what a client wrote into a value is never taken for anything else: a name with `');` or a line's end in it is a name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.assignments.dumps.commands import Statement, command
from landmark.assignments.dumps.places import Place, is_prefix
from landmark.assignments.dumps.statements import KNOWN, Said, Word, takes_back
from landmark.assignments.dumps.tokens import Buffer, Dialect, Kind, LostError
from landmark.assignments.dumps.values import tuple_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from landmark.assignments.dumps.lines import Lines
    from landmark.assignments.dumps.statements import Head, Table
    from landmark.assignments.dumps.tokens import Token

_BLANK = re.compile(rb"[ \t\r\n\f\v]*+")
_BETWEEN = re.compile(rb"\s*+,\s*+(?=\()")
_LETTER = re.compile(rb"[A-Za-z0-9_$\\\x80-\xff]")


class Walk:
    """Walks through the SQL of one text as far as it is in `buffer`, and up to lines of COPY, which are no SQL."""

    def __init__(self, lines: Lines, watched: Callable[[Table], bool]) -> None:
        """Take the lines in hand, and what tells in whose rows every column must have its value."""
        self.said = Said()
        self.buffer = Buffer()
        self.head: Head | None = None  # of the rows that follow
        self.copies = False  # whether these are lines of COPY: who reads their end says that SQL follows
        self.given: set[Table] = set()  # whose rows were there: who makes rows says so
        self._lines, self._watched = lines, watched
        self._begin: int | None = None  # where in the buffer the statement or the row begins
        self._statement = Statement()
        self._delimiter = b";"
        self._tuples = False  # whether rows of INSERT follow
        self._comma = False  # whether a row was there, and none may follow without a comma
        self._depth = 0  # of a row's parentheses
        self._place = Place.EXPECTED  # in a row
        self._width = 0  # how many values a row must have; 0: any number
        self._values = 0  # how many it has so far

    @property
    def begin(self) -> int:
        """Where in the buffer stands what is not done with."""
        return self.buffer.at if self._begin is None else self._begin

    @property
    def unfinished(self) -> bool:
        """Whether something is missing where the text ends here."""
        return self.copies or self._tuples or bool(self.said.unfinished)

    def let_go(self) -> None:
        """Forget the bytes that are done with."""
        self.buffer.let_go(self.begin)
        self._begin = None if self._begin is None else 0

    def tuples(self) -> Iterator[tuple[int, int]]:
        """Go on as far as there are tokens, and give where in the buffer each row of INSERT begins and ends.

        Raises:
            LostError: from where reading stands nothing can be told apart.
        """
        buffer = self.buffer
        while not self.copies:
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
            self.said.heard(bytes(self.buffer.bytes[token.begin : token.end]))
            self._lines.passed(self.buffer.base + token.end)
        self.buffer.move(token.end)

    def _alone(self) -> bool:
        """Take a line that is a client's own command, where one begins here."""
        found = command(self.buffer, self.said)
        if found is None:
            return False
        self._delimiter = found.delimiter or self._delimiter
        self.buffer.move(found.end)
        return True

    def _word(self, token: Token) -> None:
        """Take up the next token of a statement."""
        buffer = self.buffer
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
            self.head = self.said.head(words)
            if self.head is None:
                raise LostError
            self._tuples, self._comma = True, False
            self._width = len(self.head.columns or ()) if self._watched(self.head.table) else 0
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
        data, words = self.buffer.bytes, self._statement.words
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
            self.head = self.said.head(words)
            if self.head is None or self.buffer.bytes[self.buffer.at :].strip():
                raise LostError
            self.said.is_of(Dialect.POSTGRESQL)
            self.copies = True
            self.buffer.move(len(self.buffer.bytes))
        elif words and words[0].lower in {b"insert", b"replace"}:
            raise LostError  # not of rows that stand here
        elif words:
            self.said.stated(words)
            if self.said.unsafe:
                raise LostError
            if self.given and takes_back(words, self.said.rules, self.given):
                self._lines.reject(self.buffer.base + (self._begin or 0), self.buffer.offset, "malformed")
        self._end()

    def _end(self) -> None:
        """End a statement, or the part of it that is before its rows."""
        self._lines.passed(self.buffer.offset)
        self._statement, self._begin = Statement(), None

    def _plain_tuples(self) -> Iterator[tuple[int, int]]:
        """Give the rows that are whole here and hold nothing but plain values: nearly all."""
        buffer = self.buffer
        pattern = tuple_of(buffer.rules, self._width)
        while self._begin is None:
            at = buffer.at
            between = _BETWEEN.match(buffer.bytes, at) if self._comma else _BLANK.match(buffer.bytes, at)
            match = None if between is None else pattern.match(buffer.bytes, between.end())
            if match is None:
                return
            self._comma = True
            buffer.move(match.end())
            yield match.span()

    def _tuple(self, token: Token) -> Iterator[tuple[int, int]]:
        """Take up the next token among rows, or in one."""
        buffer = self.buffer
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
                yield begin, token.end
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
