"""How hosts and paths are spelled in web logs: every accepted spelling of one name comes to one form.

Log escapes are those of Apache httpd (`mod_log_config`, format notes) and nginx (`log_format`, `escape=default`);
percent-encoding and dot segments are RFC 3986 (2.1, 5.2.4), host names RFC 9110 (4.2.3) and RFC 5891.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from os.path import commonprefix
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import idna

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Path = tuple[bytes, ...]
"""The segments of a path."""

_LOG_ESCAPE = re.compile(rb'\\(?:x([0-9A-Fa-f]{2})|(["\\bnrtv]))')
_CONTROLS = {b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_AUTHORITY = re.compile(rb"([A-Za-z][A-Za-z0-9+.\-]*+)://([^/?#]*+)(.*+)", re.DOTALL)
_PORT = re.compile(rb":\d*\Z")
_NO_HOST = re.compile(rb"[\x00-\x20\x7f\"\\/?#@<>]|\A\.*\Z|\A-\Z")
_OTHERWISE = re.compile(rb"[%\\]")  # what a line holds that spells a name otherwise
_NESTED_OTHERWISE = re.compile(rb"[%\\]|(?<!:)//|/\.")  # likewise, a path of several segments
_TOKEN = re.compile(rb"[^\x00-\x20\"\\/?#@:<>\[\]()]++")
_DEEPEST = 32  # groups within each other in a pattern
_LONGEST_HOST = 1024  # bytes; a name of 253 characters, each of them up to four bytes


def unescape(text: bytes) -> bytes:
    r"""Undo the escapes that a server's log has: `\xHH`, `\"`, `\\` and control characters; others stay."""
    return _LOG_ESCAPE.sub(_unescaped, text) if b"\\" in text else text


def escaped(text: bytes) -> bytes:
    """Give text of a log without escapes as one with escapes of its own would have it: `unescape` gives it back."""
    return text.replace(b"\\", b"\\\\")


def _unescaped(match: re.Match[bytes]) -> bytes:
    number, sign = match.groups()
    return bytes((int(number, 16),)) if number is not None else _CONTROLS.get(sign, sign)


def text_of(logged: bytes) -> str:
    r"""Give bytes as text; those that are no UTF-8 become `\xHH`."""
    return logged.decode("utf-8", "backslashreplace")


def percent_decode(text: bytes) -> bytes:
    """Decode percent-encoding once; what is no escape stays."""
    return unquote_to_bytes(text) if b"%" in text else text


def segments(path: bytes) -> Path:
    """Give the segments of a path: decoded once, empty ones left out, dot segments resolved (RFC 3986, 5.2.4).

    Servers merge doubled slashes before they resolve dot segments, so `/a//../b` is `/b`.
    """
    kept: list[bytes] = []
    for part in percent_decode(path).split(b"/"):
        if part == b"..":
            if kept:
                kept.pop()
        elif part not in {b"", b"."}:
            kept.append(part)
    return tuple(kept)


def split_absolute(text: bytes) -> tuple[bytes, bytes] | None:
    """Split `scheme://user@host:port/path` into host with port, and what follows; None where it is no such thing."""
    match = _AUTHORITY.fullmatch(text)
    return None if match is None else (match[2].rpartition(b"@")[2], match[3])


def host_name(text: bytes) -> str | None:
    """Give the one form of a host: lower case, without port and trailing dot, international labels in punycode.

    Returns:
        The form; None where it is no host at all: empty, `-`, or with a blank, quote, slash or control character.
    """
    return None if len(text) > _LONGEST_HOST else _host_name(text)  # a cache keeps whatever it is asked


@lru_cache(maxsize=1 << 14)
def _host_name(text: bytes) -> str | None:
    bare = _PORT.sub(b"", text).removesuffix(b".")
    if _NO_HOST.search(bare):
        return None
    if bare.isascii():
        return bare.decode("ascii").lower()
    try:
        remapped = idna.uts46_remap(bare.decode("utf-8"), std3_rules=False)
        return ".".join(
            label if label.isascii() else idna.alabel(label).decode("ascii") for label in remapped.split(".")
        )
    except UnicodeError:
        return bare.decode("utf-8", "backslashreplace").lower()  # a host, but nobody's name


def host_spellings(host: str) -> tuple[bytes, ...]:
    """Give the ways in which a host, in its one form, may stand in a line, but for letter case and log escapes."""
    if "xn--" not in host:
        return (host.encode(),)
    labels = host.removeprefix(".")
    dot = host[: len(host) - len(labels)]
    try:
        unicode = idna.decode(labels)
    except UnicodeError:
        return (host.encode(),)
    # ASCII letters are matched in either case; others need their own forms.
    return tuple(sorted({host.encode(), (dot + unicode).encode(), (dot + unicode.upper()).encode()}))


class Names:
    """The names of which a line of one log holds one, if it can concern a target, in every accepted spelling."""

    def __init__(self, paths: Iterable[Path] = (), hosts: Iterable[str] = (), groups: Iterable[str] = ()) -> None:
        """Take the names; of a host that stands for all below it, with the dot before it."""
        self._paths = tuple(sorted({b"/" + b"/".join(path) for path in paths}))
        self._hosts = tuple(sorted(set(hosts)))
        self._groups = tuple(sorted({group.encode() for group in groups}))
        literal = [*self._paths, *self._groups]
        plain = [name for name in literal if not re.search(rb'[%\\"]', name)]
        self._always = len(plain) < len(literal)
        self._plain = _Finder(plain)
        self._decoded = _Finder(literal)
        self._lower = _Finder([host.encode() for host in self._hosts])
        self._international = any("xn--" in host for host in self._hosts)
        self._nested: dict[int, dict[Path, list[bytes]]] = {}
        for path in self._paths:
            *above, last = path.split(b"/")[1:]
            if above:
                self._nested.setdefault(len(above) + 1, {}).setdefault(tuple(above), []).append(last)
        self._otherwise = _NESTED_OTHERWISE if self._nested else _OTHERWISE

    @property
    def literals(self) -> tuple[bytes, ...]:
        """The names as they may stand in a line, but for letter case, escapes and needless segments."""
        hosts = [spelling for host in self._hosts for spelling in host_spellings(host)]
        return tuple(sorted({name for name in (*self._paths, *self._groups, *hosts) if b"\n" not in name}))

    def held_by(self, text: bytes) -> bool:
        """Say whether a text holds a name: decoded once, log escapes undone, needless segments resolved."""
        if self._plain.found_in(text) or (self._hosts and self._lower.found_in(text.lower())):
            return True
        if self._groups or not (self._always or self._international or self._otherwise.search(text)):
            return False
        decoded = percent_decode(unescape(text))
        if self._decoded.found_in(decoded) or (self._hosts and self._lower.found_in(decoded.lower())):
            return True
        return self._resolved(decoded) or self._unicode(decoded)

    def _resolved(self, decoded: bytes) -> bool:
        """Say whether a path of several segments comes about anywhere as dot segments are resolved."""
        if not self._nested:
            return False
        stack: list[bytes] = []
        for part in decoded.split(b"/")[1:]:
            if part == b"..":
                del stack[-1:]
            elif part not in {b"", b"."}:
                stack.append(part)
                for depth, places in self._nested.items():
                    lasts = places.get(tuple(stack[-depth:-1])) if len(stack) >= depth else None
                    if lasts and part.startswith(tuple(lasts)):
                        return True
        return False

    def _unicode(self, decoded: bytes) -> bool:
        if not self._international or decoded.isascii():
            return False
        tokens = (token.group() for token in _TOKEN.finditer(decoded))
        hosts = (host_name(token) for token in tokens if not token.isascii())
        return any(name in host for host in hosts if host is not None for name in self._hosts)


class _Finder:
    """Finds any of many byte strings in a text."""

    def __init__(self, names: Iterable[bytes]) -> None:
        kept: list[bytes] = []
        for name in sorted(set(names)):
            if not (kept and name.startswith(kept[-1])):  # else a text that holds it holds the shorter one too
                kept.append(name)
        self._pattern = re.compile(_any_of(kept, 0)) if kept else None

    def found_in(self, text: bytes) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None


def _any_of(names: Sequence[bytes], depth: int) -> bytes:
    """Give a pattern for any of several names, sorted, none the beginning of another: each byte is looked at once."""
    begin = len(commonprefix((names[0], names[-1])))  # noqa: RUF071 - byte by byte is what is meant
    if len(names) == 1 or depth > _DEEPEST:
        return b"|".join(map(re.escape, names))
    parts = (_any_of([name[begin:] for name in group], depth + 1) for group in _by_byte(names, begin))
    return re.escape(names[0][:begin]) + b"(?:" + b"|".join(parts) + b")"


def _by_byte(names: Sequence[bytes], at: int) -> Iterator[list[bytes]]:
    return (list(group) for _, group in groupby(names, key=lambda name: name[at]))
