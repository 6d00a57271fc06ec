"""Web requests as one JSON object a line: where each server keeps what, and nothing else of it.

A line that is an object but no request (a server's own messages, another event of a sensor) concerns no target.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.sources import json_lines
from landmark.sources.addresses import Client, client, port, server
from landmark.sources.row import Row
from landmark.sources.times import epoch, iso
from landmark.sources.web import WebReader
from landmark.spellings import escaped, host_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.sources import Settings
    from landmark.sources.json_lines import Value

Paths = tuple[str, ...]
"""Keys from the outermost inward, joined by a blank; the first of several that has a value is taken."""

_STATUS = re.compile(rb"[1-9]\d{2}")
_NUMBER = re.compile(rb"\d{1,18}")
_JOINED = re.compile(rb"(?:\[(?P<six>[^\[\]]+)\]|(?P<any>.*?)):(?P<port>\d{1,5})", re.DOTALL)
_NONE = frozenset((b"", b"-"))

NO_REQUEST = Row(
    client=Client(None, None),
    port=None,
    user=None,
    time=b"",
    zone="",
    instant=0,
    host=None,
    request=b"-",
    status=None,
    size=None,
    referrer=None,
    agent=None,
    beside=b"",
)
"""A well-formed line that is no request: it concerns no target."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a server keeps what.

    `is_request` are keys and the values that they must have, if a line is a request; `begins` are those that a line may
    lack, and how their values begin.
    """

    is_request: Mapping[str, bytes | None]
    client: Paths
    time: Paths
    method: Paths
    target: Paths
    host: Paths
    port: Paths = ()
    user: Paths = ()
    status: Paths = ()
    size: Paths = ()
    referrer: Paths = ()
    agent: Paths = ()
    forwarded: Paths = ()
    server_address: Paths = ()
    server_port: Paths = ()
    begins: Mapping[str, bytes] = field(default_factory=dict)

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return WebReader(settings, self.row, logs_host=True, plain=json_lines.plain)

    @property
    def _read(self) -> frozenset[str]:
        return _paths(self.method, self.target, self.host, self.referrer, self.agent, self.time)

    def row(self, text: bytes) -> Row | None:
        """Take a line apart; None where it is malformed."""
        found = json_lines.loads(text)
        if found is None:
            return None
        for key, wanted in self.is_request.items():
            value = _at(found, key)
            if value is None or (wanted is not None and value != wanted):
                return NO_REQUEST
        for key, beginning in self.begins.items():
            value = _at(found, key)
            if isinstance(value, bytes) and not value.startswith(beginning):
                return NO_REQUEST
        written = _first(found, self.time)
        time = None if written is None else epoch(written) or iso(written)
        who = _client(_first(found, self.client))
        if who is None or time is None or written is None:
            return None
        sender, joined_port = who
        user, status, size = (_first(found, paths) for paths in (self.user, self.status, self.size))
        host = _first(found, self.host)
        target, referrer = _first(found, self.target) or b"", _first(found, self.referrer)
        return Row(
            client=sender,
            port=port(_first(found, self.port) or b"") or joined_port,
            user=None if user in {None, *_NONE} else user,
            time=written,
            zone=time.zone,
            instant=time.instant,
            host=None if host is None else host_name(host),
            # Undone further on, as a log with escapes of its own would have it.
            request=b"%s %s" % (_first(found, self.method) or b"", escaped(target)),
            status=int(status) if status is not None and _STATUS.fullmatch(status) else None,
            size=int(size) if size is not None and _NUMBER.fullmatch(size) else None,
            referrer=None if referrer is None else escaped(referrer),
            agent=_first(found, self.agent),
            beside=b"\n".join(_others(found, self._read)),
            forwarded=_first(found, self.forwarded),
            destination=server(_first(found, self.server_address), _first(found, self.server_port)),
        )


class JsonFormat:
    """What every format of such lines does; each says where it keeps what, and which keys may name somebody."""

    stateful = False
    directed = False
    layout: Layout
    secret: frozenset[str]

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return self.layout.reader(settings)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with what may name somebody masked; all of one that is malformed."""
        return json_lines.masked(line.removesuffix(b"\r"), self.secret)


@lru_cache(maxsize=64)
def _paths(*given: Paths) -> frozenset[str]:
    return frozenset(path for paths in given for path in paths)


@lru_cache(maxsize=1024)  # there are as many as layouts name
def _keys(path: str) -> tuple[str, ...]:
    return tuple(path.split(" "))


def _at(found: Value, path: str) -> Value:
    for key in _keys(path):
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def _first(found: Value, paths: Paths) -> bytes | None:
    for path in paths:
        value = _at(found, path)
        if isinstance(value, list) and value:  # a header that came several times is one list (RFC 9110, 5.3)
            return b", ".join(json_lines.texts(value))
        if isinstance(value, bytes):
            return value
    return None


def _client(written: bytes | None) -> tuple[Client, int | None] | None:
    if written is None:
        return None
    whole = client(written)
    if whole is not None:
        return whole, None
    match = _JOINED.fullmatch(written)
    who = None if match is None else client(match["six"] if match["six"] is not None else match["any"])
    return None if match is None or who is None else (who, port(match["port"]))


def _others(found: Value, but: frozenset[str], path: str = "") -> list[bytes]:
    if path in but:
        return []
    if isinstance(found, dict):
        below = ((f"{path} {key}" if path else key, value) for key, value in found.items())
        return [one for place, value in below for one in _others(value, but, place)]
    return json_lines.texts(found)
