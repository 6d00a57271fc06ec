r"""The tokens of a dump in SQL, each with its place: what is quoted, and by whose rules, decides all else.

Three dialects write dumps, and a backslash in quotes is what tells them apart: MySQL and MariaDB escape with it,
SQLite and PostgreSQL (`standard_conforming_strings`) do not. While it is not known whose dump a text is, such a quote
cannot be read: `LostError`.

Sources: PostgreSQL manual, 4.1 "Lexical Structure"; MySQL manual, "String Literals" and "Comments"; SQLite, "SQL As
Understood By SQLite", keywords and literals.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import NamedTuple


class Dialect(Enum):
    """Who wrote a dump."""

    UNKNOWN = "unknown"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"  # and MariaDB
    SQLITE = "sqlite"


class Rules(NamedTuple):
    """How a text is quoted: its dialect, and whether a backslash escapes in every quote (of MySQL it does)."""

    dialect: Dialect = Dialect.UNKNOWN
    backslash: bool = False


class Kind(Enum):
    """What a token is."""

    NOTHING = "nothing"  # blanks, the bounds of what MySQL executes though it looks like a comment
    COMMENT = "comment"
    STRING = "string"
    NAME = "name"  # in quotes
    WORD = "word"
    NUMBER = "number"
    BODY = "body"  # between dollar signs
    SIGN = "sign"


class Token(NamedTuple):
    """A token: `buffer[begin:end]`."""

    kind: Kind
    begin: int
    end: int


class LostError(Exception):
    """From here on nothing can be told apart."""


PLAIN = rb"'(?:[^']++|'')*+'"
ESCAPED = rb"'(?:[^'\\]++|''|\\.)*+'"
_UNSURE = rb"'(?:[^'\\]++|'')*+'"
_NAME = rb'"(?:[^"]++|"")*+"'
_NAME_ESCAPED = rb'"(?:[^"\\]++|""|\\.)*+"'
_BACKTICKS = rb"`(?:[^`]++|``)*+`"
_LETTER = rb"[A-Za-z_\x80-\xff]"
_WORD = _LETTER + rb"[A-Za-z0-9_$\x80-\xff]*+"
_NUMBER = rb"\.?[0-9](?:[eE][+-]?[0-9]++|[0-9A-Za-z_.])*+"
_BLOCK = rb"/\*(?:[^*]++|\*(?!/))*+\*/"
_FLAT_BLOCK = rb"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"  # PostgreSQL's go into one another, and no dump has that
_TAG = _LETTER + rb"[A-Za-z0-9_\x80-\xff]*+"
_BODY = rb"\$(?:" + _TAG + rb")?+\$"
_SANDBOX = rb"/\*M?!999999\\-[^*\n]*+\*/"
_EXECUTED = rb"/\*M?+![0-9]*+"
_END = rb"(?:[^Q]++|QQ)*+Q"
_END_ESCAPED = rb"(?:[^Q\\]++|QQ|\\.)*+Q"
_TO_LINE_END = re.compile(rb"[^\n]*+")


@lru_cache
def quote(rules: Rules) -> bytes:
    """Give the regular expression of a whole text in quotes."""
    if rules.backslash or rules.dialect is Dialect.MYSQL:
        return ESCAPED
    return _UNSURE if rules.dialect is Dialect.UNKNOWN else PLAIN


@lru_cache
def _token(rules: Rules) -> re.Pattern[bytes]:
    mysql, postgresql = rules.dialect is Dialect.MYSQL, rules.dialect is Dialect.POSTGRESQL
    unknown, sqlite = rules.dialect is Dialect.UNKNOWN, rules.dialect is Dialect.SQLITE
    nothing = [rb"\s++", *([_EXECUTED, rb"\*/"] if mysql or unknown else [])]
    line = rb"--(?![^\s\x00-\x20])[^\n]*+" if mysql else rb"--[^\n]*+"
    comment = [*([_SANDBOX] if mysql or unknown else []), line, *([rb"\#[^\n]*+"] if mysql or unknown else [])]
    comment.append(_FLAT_BLOCK if postgresql else rb"(?!" + _EXECUTED + rb")" + _BLOCK if mysql or unknown else _BLOCK)
    string = [*([rb"[eE]" + ESCAPED] if postgresql else []), quote(rules)]
    name = [_NAME_ESCAPED if mysql else _NAME]
    name += [] if postgresql else [_BACKTICKS]
    name += [rb"\[[^\]]*+\]"] if sqlite else []
    opening = [rb"'", rb'"', rb"/\*", *([] if postgresql else [rb"`"]), *([rb"\["] if sqlite else [])]
    opening += [_BODY, rb"[eE]'"] if postgresql else []
    body = [rb"\$\$.*?\$\$", rb"\$(?P<tag>" + _TAG + rb")\$.*?\$(?P=tag)\$"] if postgresql else []
    parts = {
        Kind.COMMENT: comment,
        Kind.NOTHING: nothing,
        Kind.STRING: string,
        Kind.NAME: name,
        Kind.BODY: body,
        Kind.WORD: [rb"(?![eE]')" + _WORD if postgresql else _WORD],  # a quote without an end is no word
        Kind.NUMBER: [_NUMBER],
        Kind.SIGN: [rb"(?!" + rb"|".join(opening) + rb")."],
    }
    groups = [rb"(?P<%b>%b)" % (kind.value.encode(), b"|".join(every)) for kind, every in parts.items() if every]
    return re.compile(b"|".join(groups), re.DOTALL)


class Buffer:
    """The bytes in hand, and where in them reading stands; lines are added at the end, with their newlines."""

    def __init__(self) -> None:
        """Begin without a byte."""
        self.bytes = bytearray()
        self.at = 0
        self.base = 0  # offset in the text of the first byte
        self.rules = Rules()
        self._scanned = 0  # up to where the end of the token at `at` was sought

    @property
    def offset(self) -> int:
        """Where in the text reading stands."""
        return self.base + self.at

    def let_go(self, begin: int) -> None:
        """Forget what stands before a place in the buffer."""
        if begin:
            del self.bytes[:begin]
            self.base += begin
            self.at -= begin
            self._scanned = max(self._scanned - begin, 0)

    def move(self, to: int) -> None:
        """Go on to a place in the buffer."""
        self.at, self._scanned = to, 0

    def token(self) -> Token | None:
        """Give the token that begins here; None where the buffer ends before it does.

        Raises:
            LostError: it has no end that could be told.
        """
        if self.at >= len(self.bytes):
            return None
        if not self._scanned:
            match = _token(self.rules).match(self.bytes, self.at)
            if match is not None:
                return Token(Kind(match.lastgroup), self.at, match.end())
        return self._going_on()

    def _going_on(self) -> Token | None:
        """Seek the end of a token that goes over the lines read so far; what was looked at is not looked at again."""
        first = bytes(self.bytes[self.at : self.at + 2])
        begin, seen = 1, max(self._scanned - 1, self.at)
        if b"'" in first:
            kind, begin = Kind.STRING, 1 + first.index(b"'")
            escaping = begin > 1 or quote(self.rules) is ESCAPED
            if self.rules.dialect is Dialect.UNKNOWN and self.bytes.find(b"\\", seen) >= 0:
                raise LostError
            closing = (_END_ESCAPED if escaping else _END).replace(b"Q", b"'")
        elif first[:1] in {b'"', b"`"}:
            kind = Kind.NAME
            escaping = first[:1] == b'"' and self.rules.dialect is Dialect.MYSQL
            closing = (_END_ESCAPED if escaping else _END).replace(b"Q", first[:1])
        elif first[:1] == b"[":
            kind, closing = Kind.NAME, rb"[^\]]*+\]"
        elif first == b"/*":
            kind, begin, closing = Kind.COMMENT, 2, rb"(?:[^*]++|\*(?!/))*+\*/"
            if self.rules.dialect is Dialect.POSTGRESQL and self.bytes.find(b"/*", max(seen, self.at + 2)) >= 0:
                raise LostError
        else:
            tag = _compiled(_BODY).match(self.bytes, self.at)
            if tag is None:
                raise LostError
            kind, begin, closing = Kind.BODY, len(tag[0]), rb".*?" + re.escape(tag[0])
        match = _compiled(closing).match(self.bytes, max(self._scanned, self.at + begin))
        if match is None:
            self._scanned = len(self.bytes)
            return None
        return Token(kind, self.at, match.end())

    def line_end(self) -> int:
        """Give where the line that reading stands in ends, its newline excluded."""
        match = _TO_LINE_END.match(self.bytes, self.at)
        return self.at if match is None else match.end()


@lru_cache(maxsize=64)
def _compiled(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression, re.DOTALL)
