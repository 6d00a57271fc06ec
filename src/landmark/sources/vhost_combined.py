"""The combined log format with the virtual host first, as Debian's Apache httpd writes it (`vhost_combined`).

    host:port client ident user [time] "request" status bytes "referrer" "agent" …

<https://httpd.apache.org/docs/2.4/logs.html#virtualhost>. Where the server takes the host from the request, it is the
client's own word: one with a blank or quote in it must not shift the fields that follow.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.addresses import address
from landmark.sources.combined import PATTERN, row_of
from landmark.sources.web import WebReader, masked
from landmark.spellings import host_name, unescape

if TYPE_CHECKING:
    from landmark.sources.row import Row

_LINE = re.compile(rb'(?!\x00)(?P<host>[^\s"]++)\ ' + PATTERN.encode(), re.VERBOSE | re.DOTALL)
_SHIFTED = 3  # words that a host with blanks would push into the user field: client, ident, user


def _parse(text: bytes, client_port: int | None) -> Row | None:
    match = _LINE.fullmatch(text)
    if match is None:
        return None
    words = match["user"].split(b" ")
    if len(words) >= _SHIFTED and any(address(word) for word in words):
        return None
    return row_of(match, host_name(unescape(match["host"])), client_port)


class VhostCombined:
    """The format `vhost_combined`."""

    name = "vhost_combined"
    version = 3
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the begin of the request (Apache), or the end of the answer (nginx)"
    lacks = (
        "the client's port, unless `client_port` names its field (as of `combined`); whether an address is a name that "
        "its holder chose (`HostnameLookups On`)"
    )

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        from landmark.sources.many.combined import apart  # noqa: PLC0415 - start-up time

        parse = partial(_parse, client_port=settings.client_port)
        return WebReader(settings, parse, logs_host=True, apart=partial(apart, logs_host=True))

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the user field masked; all of one that is malformed."""
        return masked(line, _LINE.fullmatch(line.removesuffix(b"\r")))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "spellings of a host, and another one",
                b'FORUM-A.example.:80 192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"\n'
                b'forum-a.example 192.0.2.1 - - [02/Oct/2001:10:00:01 +0000] "GET /help/ HTTP/1.1" 200 5 "-" "a"\n'
                b'notforum-a.example 192.0.2.1 - - [02/Oct/2001:10:00:02 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"\n'
                b'other.example 192.0.2.1 - - [02/Oct/2001:10:00:03 +0000] "GET /board/ HTTP/1.1" 200 5 "-" "a"\n',
                ({"host": "forum-a.example", "target": "forum-a"}, "not_watched", "other_host", "not_watched"),
            ),
            Example(
                "a host that holds blanks names nobody",
                b"forum-a.example 192.0.2.99 x:80 192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "
                b'"GET /board/ HTTP/1.1" 200 5 "-" "a"\n',
                ("malformed",),
            ),
        )


SOURCE = VhostCombined()
