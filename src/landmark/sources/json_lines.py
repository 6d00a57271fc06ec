r"""A line that is one JSON object (RFC 8259): its values as bytes, and its escapes undone to look for a name in it.

What writes such lines escapes `"`, `\` and control characters at least, and may write any character as `\u` and four
hexadecimal digits.
"""

from __future__ import annotations

import json
import re

from landmark.sources.naming import may_name, without_user_info

DEEPEST = 64
"""Values within each other, beyond which a line is none: how deep one can be read must not depend on who reads it."""
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
    """Read a line; None where it is no JSON object, names a key twice, or is deeper than `DEEPEST`."""
    if _is_deep(text):
        return None
    try:
        found = _DECODER.decode(text.decode("utf-8", "surrogateescape"))
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
        if value.isascii():
            return value.encode("ascii")
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


_DECODER = json.JSONDecoder(parse_float=_number, parse_int=_number, parse_constant=_refused, object_pairs_hook=_object)
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[{}\[\]:,]|[^"{}\[\]:,]++', re.DOTALL)
_BEGINS, _ENDS = frozenset((b"{", b"[")), frozenset((b"}", b"]"))


def _is_deep(text: bytes) -> bool:
    if text.count(b"{") + text.count(b"[") <= DEEPEST:
        return False
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += (match.group() in _BEGINS) - (match.group() in _ENDS)
        if depth > DEEPEST:
            return True
    return False


def masked(line: bytes, names: frozenset[str]) -> bytes:
    """Give a line with the values of some keys masked whole, at any depth, and names in addresses.

    Masked are the values of the keys given, and of every key that `naming.may_name` knows. All of a line is masked that
    is no JSON object, or that spells a key with an escape.
    """
    if loads(line) is None:
        return b"*" * len(line)
    lower = frozenset(name.lower() for name in names)
    kept: list[bytes] = []
    depth, key = 0, b""
    hidden_at: int | None = None
    for match in _TOKEN.finditer(line):
        token = match.group()
        if hidden_at is not None:
            if depth > hidden_at or token not in {b",", b"}", b"]"}:
                depth += (token in _BEGINS) - (token in _ENDS)
                continue
            hidden_at = None
        kept.append(token)
        depth += (token in _BEGINS) - (token in _ENDS)
        if token.startswith(b'"'):
            key = token
        elif token == b":":
            if b"\\u" in key:
                return b"*" * len(line)
            name = plain(key[1:-1]).decode("utf-8", "replace").lower()
            if name in lower or may_name(name):
                kept.append(b'"***"')
                hidden_at = depth
    return without_user_info(b"".join(kept))
