r"""The values of one row of a dump: of a tuple in parentheses, or of a line of PostgreSQL's `COPY`.

    (1,'user-a',NULL,'2001-10-02 10:00:00',_binary 'x',0x1F)       a tuple
    1	user-a	\N	2001-10-02 10:00:00+02                          a line of COPY, tabs between

A value is what the database would read there; nothing is the empty text. What is computed (a function, a cast) is read
where SQLite's own dumps write it: `replace('a\nb','\n',char(10))` and `unistr('a\u000ab')`. Every other is no value
here, which matters only where it is asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.assignments.dumps.tokens import Buffer, Dialect, Kind, LostError, Rules, quote
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARE = rb"[A-Za-z0-9_.+\-]++"
_NOTHING = re.compile(rb"(?i:null)")
_NUMBER = re.compile(rb"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_HEX = re.compile(rb"0x((?:[0-9a-fA-F]{2})*)")
_DOUBLED = re.compile(rb"''")
# MySQL manual, "String Literals". Of other characters the backslash is left out, but of % and _, before which no dump
# writes one.
_OF_MYSQL = {b"%": rb"\%", b"_": rb"\_", b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}
_OF_POSTGRESQL = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_MYSQL_ESCAPE = re.compile(rb"''|\\(.)", re.DOTALL)
_POSTGRESQL_ESCAPE = re.compile(
    rb"''|\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL
)
_COPY_ESCAPE = re.compile(rb"\\(?:()()x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_UNISTR = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|U([0-9A-Fa-f]{8})|([0-9A-Fa-f]{4})|(\\))")
_PREFIXES = re.compile(rb"(?i:n|_binary|_[a-z0-9]+)")
_TABS = re.compile(rb"(?:^|[^\\])(?:\\\\)*\\$")  # a backslash before a tab: no dump has that


@lru_cache
def tuple_of(rules: Rules, width: int = 0) -> re.Pattern[bytes]:
    """Give the pattern of a tuple of plain values; with a width, of so many."""
    value = _value(rules)
    times = b"{%d}+" % (width - 1) if width else b"*+"
    return re.compile(rb"\(\s*+" + value + rb"\s*+(?:,\s*+" + value + rb"\s*+)" + times + rb"\)", re.DOTALL)


@lru_cache
def _values(rules: Rules) -> re.Pattern[bytes]:
    return re.compile(_value(rules), re.DOTALL)


def _value(rules: Rules) -> bytes:
    return rb"(?:" + quote(rules) + b"|" + _BARE + rb")"


def split(row: bytes, rules: Rules, *, copied: bool) -> list[bytes]:
    """Split a row into its values as they are written.

    Raises:
        UnreadableError: `malformed`: it cannot be split.
    """
    if copied:
        fields = row.removesuffix(b"\r").split(b"\t")
        if b"\r" in row[:-1] or (b"\\" in row and any(_TABS.search(field) for field in fields)):
            raise UnreadableError("malformed")
        return fields
    if tuple_of(rules).fullmatch(row):
        return _values(rules).findall(row, 1)
    return _parted(row[1:-1], rules)


def _parted(inside: bytes, rules: Rules) -> list[bytes]:
    """Split what stands between the parentheses at the commas that are in none of its own."""
    buffer = Buffer()
    buffer.bytes += inside
    buffer.rules = rules
    found, begin, depth = [], 0, 0
    try:
        while (token := buffer.token()) is not None:
            sign = inside[token.begin : token.end] if token.kind is Kind.SIGN else b""
            depth += (sign in {b"(", b"["}) - (sign in {b")", b"]"})
            if sign == b"," and not depth:
                found.append(inside[begin : token.begin].strip())
                begin = token.end
            buffer.move(token.end)
    except LostError:
        raise UnreadableError("malformed") from None
    if buffer.at < len(inside):
        raise UnreadableError("malformed")
    return [*found, inside[begin:].strip()]


def plain(value: bytes, rules: Rules, *, copied: bool) -> bytes:
    """Give what a value says; nothing is the empty text.

    Raises:
        UnreadableError: `malformed`: it is computed.
    """
    if copied:
        if value == rb"\N":
            return b""
        return _COPY_ESCAPE.sub(_postgresql, value) if b"\\" in value else value
    if _quote(rules).fullmatch(value):
        return _unquoted(value, rules)
    if _NOTHING.fullmatch(value):
        return b""
    if _NUMBER.fullmatch(value):
        return value
    return _of_dialect(value, rules)


@lru_cache
def _quote(rules: Rules) -> re.Pattern[bytes]:
    return re.compile(quote(rules), re.DOTALL)


def _of_dialect(value: bytes, rules: Rules) -> bytes:
    match rules.dialect:
        case Dialect.POSTGRESQL if value[:2] in {b"E'", b"e'"}:
            return _unquoted(value[1:], rules._replace(backslash=True))
        case Dialect.MYSQL:
            number = _HEX.fullmatch(value)
            if number is not None:
                return bytes.fromhex(number[1].decode("ascii"))
            prefix, sign, rest = value.partition(b"'")
            if _PREFIXES.fullmatch(prefix.strip()) and _quote(rules).fullmatch(sign + rest):
                return _unquoted(sign + rest, rules)
        case Dialect.SQLITE:
            return _computed(value, rules)
        case _:
            pass
    raise UnreadableError("malformed")


def _unquoted(value: bytes, rules: Rules) -> bytes:
    inside = value[1:-1]
    if rules.dialect is Dialect.MYSQL:
        return _MYSQL_ESCAPE.sub(_mysql, inside)
    if rules.backslash:
        return _POSTGRESQL_ESCAPE.sub(_postgresql, inside)
    return _DOUBLED.sub(b"'", inside)


def _mysql(match: re.Match[bytes]) -> bytes:
    return b"'" if match[1] is None else _OF_MYSQL.get(match[1], match[1])


def _postgresql(match: re.Match[bytes]) -> bytes:
    four, eight, two, octal, other = match.groups()
    if four or eight:
        return _letter(int(four or eight, 16))
    if two:
        return bytes([int(two, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return b"'" if other is None else _OF_POSTGRESQL.get(other, other)


def _letter(number: int) -> bytes:
    try:
        return chr(number).encode()
    except (ValueError, OverflowError):  # a surrogate, or beyond what there is
        raise UnreadableError("malformed") from None


def _computed(value: bytes, rules: Rules) -> bytes:
    """Compute what SQLite's own dumps write for the sake of characters that end a line."""
    name, opening, rest = value.partition(b"(")
    if not opening or rest[-1:] != b")":
        raise UnreadableError("malformed")
    parts = _parted(rest[:-1], rules)
    return _called(name.strip().lower(), parts, rules)


def _called(name: bytes, parts: Sequence[bytes], rules: Rules) -> bytes:
    replaces, inner = 3, parts[0] if parts else b""
    if name == b"char" and len(parts) == 1 and inner.isdigit():
        return _letter(int(inner[:8]))
    if name == b"replace" and len(parts) == replaces:
        text, old, new = (plain(part, rules, copied=False) for part in parts)
        return text.replace(old, new) if old else text
    if name == b"unistr" and len(parts) == 1:
        return _UNISTR.sub(_escaped, plain(inner, rules, copied=False))
    raise UnreadableError("malformed")


def _escaped(match: re.Match[bytes]) -> bytes:
    digits = match[1] or match[2] or match[3] or match[4]
    return b"\\" if digits is None else _letter(int(digits, 16))
