"""A forward proxy's log in the combined form, as Squid writes it by `logformat combined`.

    client ident user [time] "method URL protocol" status bytes "referrer" "agent" result:hierarchy

<https://www.squid-cache.org/Doc/config/logformat/>. It differs from a web server's combined log in what is asked for:
each request names its own host. The format carries no client port.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.combined import PATTERN, row_of
from landmark.sources.web import WebReader, masked
from landmark.spellings import percent_decode

if TYPE_CHECKING:
    from landmark.sources.row import Row

# Where nothing was answered `%>Hs` is 0.
_LINE = re.compile(PATTERN.replace(r"(?P<status>\d{3}|-)", r"(?P<status>\d{3}|0|-)").encode(), re.VERBOSE | re.DOTALL)
_RESULT = re.compile(rb" [A-Z_0-9]+:[A-Z_0-9]+")


def _parse(text: bytes) -> Row | None:
    match = _LINE.fullmatch(text)
    row = row_of(match, None, None)
    if match is None or _RESULT.fullmatch(match["more"] or b"") is None:
        return None
    if row is None:
        return None
    return row._replace(status=row.status or None, user=None if row.user is None else percent_decode(row.user))


class SquidCombined:
    """The format `squid-combined`."""

    name = "squid-combined"
    version = 2
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the end of the answer, when the line is written"
    lacks = "the client's port; what was asked for inside CONNECT"

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return WebReader(settings, _parse, logs_host=True)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the user field masked; all of one that is malformed."""
        return masked(line, _LINE.fullmatch(line.removesuffix(b"\r")))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "the host that the request itself names",
                b"192.0.2.1 - mary%20jane [02/Oct/2001:10:00:00 +0200] "
                b'"GET http://forum-a.example/board/ HTTP/1.1" 200 512 "-" "Reader/1.0" TCP_MISS:HIER_DIRECT\n'
                b"192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "
                b'"GET http://other.example/board/ HTTP/1.1" 200 512 "http://forum-a.example/" "a" TCP_MISS:NONE\n'
                b"192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "
                b'"GET /board/ HTTP/1.1" 200 512 "http://forum-a.example/" "a" TCP_MISS:NONE\n'
                b"192.0.2.1 - - [02/Oct/2001:10:00 +0200] "
                b'"GET http://forum-a.example/board/ HTTP/1.1" 200 512 "-" "Reader/1.0" TCP_MISS:NONE\n'
                b"192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "
                b'"GET http://forum-a.example/board/ HTTP/1.1" 0 0 "-" "a" TCP_MISS_ABORTED:HIER_NONE\n',
                (
                    {"client_address": "192.0.2.1", "host": "forum-a.example", "login": "login mary jane"},
                    "other_host",
                    "mention_only",
                    "malformed",
                    {"status": None, "counts": False, "reason": "failed"},
                ),
            ),
        )


SOURCE = SquidCombined()
