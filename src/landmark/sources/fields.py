"""The fields of a described line: what each may hold, so that what a client chose in one is not taken for another's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from landmark.sources.shifting import ASKED, Piece

if TYPE_CHECKING:
    from landmark.sources.strftime import Form

Part = Literal[
    "client",
    "port",
    "user",
    "time",
    "request",
    "method",
    "target",
    "path",
    "query",
    "host",
    "status",
    "size",
    "referrer",
    "agent",
    "forwarded",
    "server_address",
    "server_port",
    "other",
]
Escape = Literal["log", "json"]

_CHOSEN = frozenset(("user", "request", "target", "path", "query", "host", "referrer", "agent", "forwarded", "other"))
_QUOTED = rb'[^"\\]*(?:\\.[^"\\]*)*'
_BEFORE_QUERY = rb'[^"\\?]*(?:\\.[^"\\?]*)*'
_NUMBER = rb"\d{0,18}|-"
_ANYTHING = rb".*"
_NAMES = rb'""|[^\["]+'
_LIST = rb'[^\s",]*(?:, ?[^\s",]+)*'
_NUMBERS = frozenset(("port", "status", "size", "server_port"))
_MAY_FOLLOW = {
    ("path", "query"),
    ("target", "query"),
    ("host", "path"),
    ("host", "target"),
    ("server_port", "target"),
    ("server_port", "path"),
    ("path", "other"),
    ("other", "query"),
}
_ANYWHERE: dict[str, bytes] = {
    "client": rb'[^\s"\[\]{},]+',
    "server_address": rb'[^\s"\[\]{},]+',
    "port": _NUMBER,
    "server_port": _NUMBER,
    "status": _NUMBER,
    "size": _NUMBER,
    "method": rb"[^\s\"\\]*",
    "query": rb'(?:\?(?:[^" \\]|\\.)*)?',
    "host": rb'(?:[^\s"/\\]|\\.)*',
}


ANY_TEXT = frozenset((_QUOTED, _ANYTHING))
"""Patterns of fields that any text fits in which there is neither a quote nor a backslash."""
ANY_WORD = frozenset((*ANY_TEXT, rb'(?:[^"\\\ ]|\\.)*'))
"""Those that any such text fits that holds no blank."""
CLIENT = _ANYWHERE["client"]
NUMBER = _NUMBER


class Field(NamedTuple):
    """A field: what it tells, which of several that tell it is taken (the lowest), whether it may name somebody.

    `chosen` is whether a text may be one that the client chose; `of` whose address or port it is, where servers log
    those of two.
    """

    part: Part
    rank: int = 0
    secret: bool = False
    time: Form | None = None
    pattern: bytes | None = None
    chosen: bool = True
    of: str = ""


PROTOCOL = rb'[^\s"\\]*'
"""Of a request: after one that holds blanks it must hold none, or where it begins could be tried at each of them."""
ASKS = Field("other", pattern=rb"\??", chosen=False)
"""The question mark between path and arguments, where there are any (nginx, `$is_args`)."""
ADDRESS = rb"[-0-9A-Za-z.:%_]*"
"""Of an address that is not read: what ends before it must not be able to go on in it."""
PEER = 2
"""The rank of the address of the connection itself, where another is taken whom a proxy named."""


Token = bytes | Field
"""A literal, or a field."""


def piece_of(token: Field, before: Token, after: Token, *, inside: bool) -> Piece:
    """Say what a field may hold between what stands before and after it; `inside` where that is between quotes.

    Raises:
        ValueError: it cannot be told from what follows.
    """
    met = tuple(one for one in (token, after) if isinstance(one, Field) and one.part == "other")
    told_apart = all(one.pattern is not None for one in met)
    if isinstance(after, Field) and not (told_apart and (token.part, after.part) in _MAY_FOLLOW):
        raise ValueError("two fields that run into one another")
    quoted = inside and isinstance(before, bytes) and before.endswith(b'"')
    pattern = _pattern(token, after, inside=inside, alone=quoted and after[:1] == b'"')
    # What runs on into the next field is never given back: a line costs time in proportion to its length.
    if token.part == "query" and isinstance(before, Field) and token.pattern is not None:
        pattern = rb"(?:(?<=\?)%b+)?" % token.pattern
    elif token.part == "host" and isinstance(after, Field):
        pattern = _ANYWHERE["host"] + b"+"
    may_narrow = pattern in {_ANYTHING, _NAMES} and token.part not in ASKED
    return Piece(token.part, pattern, token.chosen and token.part in _CHOSEN, may_narrow)


def _pattern(token: Field, after: Token, *, inside: bool, alone: bool) -> bytes:
    if token.pattern is not None:
        return token.pattern
    asked = token.part in ASKED
    if asked and not inside and after != b"":
        raise ValueError("a request that stands without quotes: a client could shift what follows it")
    if token.part in _ANYWHERE and (not alone or token.part in _NUMBERS):
        return _ANYWHERE[token.part]
    if asked and inside and isinstance(after, Field):
        return _BEFORE_QUERY
    if alone or (asked and inside):
        return _QUOTED
    return _up_to(token, after)


def _up_to(token: Field, after: Token) -> bytes:
    if token.part == "user" and after[:2] == b" [":
        return _NAMES
    if token.part == "forwarded" and after[:1] in {b" ", b"\t"}:
        return _LIST
    if isinstance(after, Field):
        return rb'[^" ]*'
    stop = re.escape(after[:1])
    return rb'(?:[^"\\%b]|\\.)*' % stop if stop else _ANYTHING
