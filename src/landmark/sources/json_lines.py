r"""A line that is one JSON object (RFC 8259): its values as bytes, and its escapes undone to look for a name in it.

What writes such lines escapes `"`, `\` and control characters at least, and may write any character as `\uXXXX`.
"""

from __future__ import annotations

import json
import re

_ESCAPE = re.compile(rb'(?:\\u[0-9A-Fa-f]{4})+|\\["\\/bfnrt]')
_SIGNS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}

Value = bytes | bool | dict[str, "Value"] | list["Value"] | None
"""A JSON value: texts and numbers as the bytes that they stand for, numbers as written."""


def plain(text: bytes) -> bytes:
    r"""Undo the escapes of a JSON text: `\u002f`, `\/`, `\"`."""
    return _ESCAPE.sub(_plain, text) if b"\\" in text else text


def _plain(match: re.Match[bytes]) -> bytes:
    found = match.group()
    if found.startswith(b"\\u"):
        units = b"".join(bytes.fromhex(unit.decode("ascii")) for unit in found.split(b"\\u")[1:])
        return units.decode("utf-16-be", "replace").encode()
    return _SIGNS.get(found[1:], found[1:])


def loads(text: bytes) -> dict[str, Value] | None:
    """Read a line; None where it is no JSON object, or names a key twice."""
    try:
        found = json.loads(
            text.decode("utf-8", "surrogateescape"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_refused,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _number(written: str) -> bytes:
    return written.encode("ascii")


def _refused(_: str) -> None:
    raise ValueError("no number of JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, Value]:
    made = {name: _value(value) for name, value in pairs}
    if len(made) < len(pairs):
        raise ValueError("a key stands twice")
    return made


def _value(value: object) -> Value:
    if isinstance(value, str):
        try:
            return value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half of a pair (RFC 8259, 8.2): no character
            return value.encode("utf-8", "backslashreplace")
    if isinstance(value, list):
        return [_value(one) for one in value]
    if value is None or isinstance(value, (bool, bytes, dict)):
        return value
    raise TypeError(type(value))


def texts(value: Value) -> list[bytes]:
    """Give every text and number within a value, in order; keys are not among them."""
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [one for part in value for one in texts(part)] if isinstance(value, list) else []


_TEXT = rb'"(?:[^"\\]|\\.)*+"'
_ANY = rb"(?:%b|\[\s*+(?:%b(?:\s*+,\s*+%b)*+)?+\s*+\]|[^\s,{}\[\]\"]++)" % (_TEXT, _TEXT, _TEXT)
_ESCAPED_KEY = re.compile(rb'"(?:[^"\\]|\\[^u])*+\\u(?:[^"\\]|\\.)*+"\s*+:')


def masked(line: bytes, names: frozenset[str]) -> bytes:
    """Give a line with the values of some keys masked, at any depth: texts, numbers, and lists of texts.

    All of a line is masked that is no JSON object, or that spells a key with an escape.
    """
    if loads(line) is None or _ESCAPED_KEY.search(line):
        return b"*" * len(line)
    keys = b"|".join(re.escape(name.encode()) for name in sorted(names))
    return re.sub(rb'("(?:%b)"\s*+:\s*+)%b' % (keys, _ANY), rb'\1"***"', line, flags=re.IGNORECASE | re.DOTALL)
