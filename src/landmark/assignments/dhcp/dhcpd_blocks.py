"""The blocks of ISC dhcpd's lease file (dhcpd.leases(5)): statements, strings, comments, braces.

dhcpd writes a statement a line. Here a whole block may stand on one line, too, and braces may be nested. A line that
begins a lease ends a block that was never closed, and a line on which one block ends and another begins spoils both:
two writes spliced accuse nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.sieve import Needles, Skipped, asked
from landmark.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from landmark.assignments import FileLeases
    from landmark.assignments.names import Names

_TOKEN = re.compile(rb'\s*(?:(?P<comment>\#.*)|(?P<mark>[{};])|(?P<word>"(?:[^"\\]|\\.)*"|[^\s"{};#]+))', re.DOTALL)
_BEGINS = re.compile(rb"\s*(?:lease|ia[-_](?:na|ta|pd))\s[^{};]*(?:\"(?:[^\"\\]|\\.)*\"\s*)?\{")
# As most lines inside a block are: one statement without strings, comments and braces.
_PLAIN = re.compile(rb"\s*+([^\s\0\"{};#]++(?:\ [^\s\"{};#]++)*+);\r?")
# A lease as the server writes it, one statement a line; of no other is it known unread that the reader is at its end.
_PLAIN_LEASE = re.compile(
    rb"""
    lease\ (?P<address>[^\s\0\"{};#]++)\ \{\r?\n
    (?P<statements>(?:
        [ \t]++[^\s\0\"{};#][^\n\0\"{};#]*+;\r?\n                       # most lines: no string, no comment
        | [ \t]++ (?:[^\s\0\"{};#]++|\"(?:[^\"\\\n{]|\\[^\n{])*+\")
        (?:[ \t]++ (?:[^\s\0\"{};#]++|\"(?:[^\"\\\n{]|\\[^\n{])*+\"))*+
        [ \t]*+;[ \t]*+(?:\#[^\n{]*+)?+\r?\n
    )*+)
    \}\r?\n
    (?:[ \t]*+\r?\n)*+
    """,
    re.VERBOSE,
)
ENDS = b"\\n\\}\\r?\\n"
"""Where a block ends, as a regular expression."""
_HOLDING = frozenset((b"lease", b"ia-na", b"ia_na", b"ia-ta", b"ia_ta", b"ia-pd", b"ia_pd"))
# What else the server itself reads from this file.
_OTHERS = frozenset(
    (b"server-duid", b"authoring-byte-order", b"failover", b"host", b"group", b"class", b"subclass", b"option")
)


class Statement(NamedTuple):
    """One statement: its words, strings with their quotes, and what stands in its braces."""

    words: tuple[bytes, ...]
    inner: tuple[Statement, ...]


class Block(NamedTuple):
    """A lease or an association, with all its lines."""

    statement: Statement
    lines: tuple[Line, ...]


class PlainLease(NamedTuple):
    """A lease as the server writes it: its address, and its statements a line each."""

    address: bytes
    statements: bytes


class Other(NamedTuple):
    """A line that belongs to none: `directive`, `empty`, or rejected as `malformed` or `truncated`."""

    line: Line
    reason: str


@dataclass(slots=True)
class _Level:
    """Inside braces, or outside all: the words of the statement that goes on, and the statements before it."""

    words: list[bytes] = field(default_factory=list)
    before: list[Statement] = field(default_factory=list)


class _Reader:
    """Takes lines; gives blocks and other lines as they are complete."""

    def __init__(self) -> None:
        self._levels = [_Level()]
        self._lines: list[Line] = []
        self._fault = False

    @property
    def between(self) -> bool:
        """Whether nothing is begun."""
        return self._at_rest and not self._lines

    @property
    def _at_rest(self) -> bool:
        return len(self._levels) == 1 and not self._levels[0].words

    def take(self, line: Line) -> Iterable[Block | Other]:
        top = self._levels[-1]
        if len(self._levels) > 1 and not top.words:
            plain = _PLAIN.fullmatch(line.text)
            if plain is not None:
                self._lines.append(line)
                top.before.append(Statement(tuple(plain[1].split(b" ")), ()))
                return ()
        return self._any(line)

    def _any(self, line: Line) -> Iterator[Block | Other]:
        if not self._at_rest and _BEGINS.match(line.text) is not None:
            yield from self._give_up("malformed")
        if self._at_rest and not line.text.strip():
            yield Other(line, "empty")
            return
        tokens = None if line.text.startswith(b"\0") else tokens_of(line.text)
        if self._at_rest and (tokens is None or (tokens and tokens[0] not in _HOLDING and tokens[0] not in _OTHERS)):
            yield Other(line, "malformed")
            return
        self._lines.append(line)
        for token in tokens or ():
            self._apply(token)
        self._fault = self._fault or tokens is None
        yield from self._complete()

    def _apply(self, token: bytes) -> None:
        top = self._levels[-1]
        if token == b"{":
            self._fault = self._fault or not top.words
            self._levels.append(_Level())
        elif token == b"}":
            if len(self._levels) == 1 or top.words:
                self._fault = True
            if len(self._levels) > 1:
                self._levels.pop()
                self._end(tuple(top.before))
        elif token != b";":
            top.words.append(token)
        elif top.words:  # `};` is a brace and an empty statement
            self._end(())

    def _end(self, inner: tuple[Statement, ...]) -> None:
        level = self._levels[-1]
        level.before.append(Statement(tuple(level.words), inner))
        level.words = []

    def _complete(self) -> Iterator[Block | Other]:
        """Give what this line has brought to its end."""
        outside = self._levels[0]
        if not outside.before:
            if self._at_rest or (self._fault and len(self._levels) == 1):  # a comment, or what has opened nothing
                yield from self._give_up("malformed" if self._fault else "directive")
            return
        statement = outside.before[0]
        if self._fault or len(outside.before) > 1 or not self._at_rest:
            begun = [_Level(outside.words), *self._levels[1:]]
            yield from self._give_up("malformed")
            self._levels = begun
            self._fault = not self._at_rest  # what has begun on this line is spoilt, too
        elif statement.words[0] in _HOLDING:
            yield Block(statement, tuple(self._lines))
            self._levels, self._lines = [_Level()], []
        else:
            yield from self._give_up("directive")

    def _give_up(self, reason: str) -> Iterator[Other]:
        for line in self._lines:
            yield Other(line, reason)
        self._levels, self._lines, self._fault = [_Level()], [], False

    def finish(self) -> Iterator[Other]:
        yield from self._give_up("truncated")


def tokens_of(text: bytes) -> list[bytes] | None:
    """Give a line's words and marks without its comment; None where a quote is never closed."""
    tokens: list[bytes] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at, end)
        if token is None:
            return None
        at = token.end()
        if token["comment"] is None:
            tokens.append(token["mark"] or token["word"])
    return tokens


def blocks(text: Iterable[Line], names: Names, reading: FileLeases) -> Iterator[Block | Other]:
    """Divide a text; every line is in one block or stands by itself, or holds no name and is accounted for."""
    reader = _Reader()
    for piece in asked(text, Needles(names, apart=ENDS)):
        if not isinstance(piece, Skipped):
            lines = piece
        elif reader.between and _is_plain(piece.data):
            piece.account_for(reading)
            continue
        else:
            lines = piece.lines()
        for line in lines:
            yield from reader.take(line)
    yield from reader.finish()


def leases_in(stretches: Iterable[bytes]) -> Iterator[PlainLease | Block]:
    """Give the blocks of a text, its lines in stretches; of leases that may be left unread not more than is needed."""
    reader = _Reader()
    for data in stretches:
        at = 0
        while at < len(data):
            found = _PLAIN_LEASE.match(data, at) if reader.between else None
            if found is not None:
                yield PlainLease(found["address"], found["statements"])
                at = found.end()
                continue
            end = data.find(b"\n", at)
            yield from (one for one in reader.take(Line(0, 0, data[at:end], ended=True)) if isinstance(one, Block))
            at = end + 1


def _is_plain(data: bytes) -> bool:
    """Tell whether some bytes are leases as the server writes them, and nothing else."""
    at = 0
    while at < len(data):
        found = _PLAIN_LEASE.match(data, at)
        if found is None:
            return False
        at = found.end()
    return True
