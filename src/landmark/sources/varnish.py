"""The log that `varnishncsa` writes by default: the combined form, in which each request names its own host.

<https://varnish-cache.org/docs/trunk/reference/varnishncsa.html>. The format carries no client port.
Old versions (4.0) write the name of HTTP Basic as it came, newlines and all: with it a client can write whole lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.combined import LINE, row_of
from landmark.sources.web import WebReader, masked

if TYPE_CHECKING:
    from landmark.sources.row import Row


def _parse(text: bytes) -> Row | None:
    return row_of(LINE.fullmatch(text), None, None)


class Varnish:
    """The format `varnish`."""

    name = "varnish"
    version = 1
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the begin of the request"
    lacks = "the client's port; of a Varnish that escapes nothing (4.0), whether a client wrote a line by its login"

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return WebReader(settings, _parse, logs_host=True)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the user field masked; all of one that is malformed."""
        return masked(line, LINE.fullmatch(line.removesuffix(b"\r")))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "the host that the request names",
                b"192.0.2.1 - mary [02/Oct/2001:10:00:00 +0000] "
                b'"GET http://forum-a.example/board/ HTTP/1.1" 200 512 "-" "Reader/1.0"\n'
                b"192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "
                b'"GET http://other.example/board/ HTTP/1.1" 200 512 "http://forum-a.example/" "a"\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET http://forum-a.example/board/ HTTP/1.1" 200\n',
                ({"host": "forum-a.example", "login": "login mary"}, "other_host", "malformed"),
            ),
        )


SOURCE = Varnish()
