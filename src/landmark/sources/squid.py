"""Squid's own access log: the requests that clients of a forward proxy made.

    seconds.millis elapsed client result/status bytes method URL user hierarchy/server type

<https://wiki.squid-cache.org/Features/LogFormat>, and `logformat squid` in squid.conf. A request names its host itself:
in a whole address, or CONNECT by `host:port`. The last address of the line is the server's, never the client's.
The format carries no client port.
"""

from __future__ import annotations

import re

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.addresses import client
from landmark.sources.naming import without_user_info
from landmark.sources.row import Row
from landmark.sources.times import epoch
from landmark.sources.web import WebReader
from landmark.spellings import percent_decode

LINE = re.compile(
    rb"""
    (?P<time>\d{1,11}\.\d{3})\ ++(?P<elapsed>-?\d++)\ (?P<client>\S++)
    \ (?P<result>[A-Z_]++)/(?P<status>\d{3})\ (?P<size>\d{1,18}+)
    \ (?P<method>\S++)\ (?P<url>\S++)\ (?P<user>\S++)
    \ (?P<hierarchy>\S++)\ (?P<type>\S++)(?P<headers>(?:\ \[.*\])?+)\ *+
    """,
    re.VERBOSE | re.DOTALL,
)
_NONE = b"-"
_NO_STATUS = b"000"


def _parse(text: bytes) -> Row | None:
    match = LINE.fullmatch(text)
    if match is None:
        return None
    who, time = client(match["client"]), epoch(match["time"])
    if who is None or time is None:
        return None
    return Row(
        client=who,
        port=None,
        user=None if match["user"] == _NONE else percent_decode(match["user"]),
        time=match["time"],
        zone=time.zone,
        instant=time.instant,
        host=None,
        request=b"%s %s" % (match["method"], match["url"]),
        status=None if match["status"] == _NO_STATUS else int(match["status"]),
        size=int(match["size"]),
        referrer=None,
        agent=None,
        beside=b"\n".join(match[name] for name in ("client", "user", "hierarchy", "headers")),
    )


class Squid:
    """The format `squid`."""

    name = "squid"
    version = 1
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the end of the answer, when the line is written"
    lacks = "the client's port, referrer and agent; what was asked for inside CONNECT"

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return WebReader(settings, _parse, logs_host=True)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the user masked, and the headers, which may hold one; all of one that is malformed."""
        match = LINE.fullmatch(line.removesuffix(b"\r"))
        if match is None:
            return b"*" * len(line)
        user = match["user"] if match["user"] == _NONE else b"***"
        headers = b" [***]" if match["headers"] else b""
        begin, end = match.span("user")
        return without_user_info(line[:begin] + user + line[end : match.start("headers")] + headers)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "a whole address, with a login",
                b"1002016800.123    250 192.0.2.1 TCP_MISS/200 3456 GET http://Forum-A.example:8080/board/?p=1 mary "
                b"HIER_DIRECT/203.0.113.80 text/html\n"
                b"1002016801.000      1 192.0.2.1 TCP_MISS/200 34 GET http://forum-a.example/help/ - "
                b"HIER_DIRECT/203.0.113.80 text/html\n"
                b"1002016802.000      1 192.0.2.1 TCP_TUNNEL/200 34 CONNECT forum-a.example:443 - "
                b"HIER_DIRECT/203.0.113.80 -\n",
                (
                    {
                        "client_address": "192.0.2.1",
                        "host": "forum-a.example",
                        "time": 1002016800_123000,
                        "zone": "UTC",
                        "login": "login mary",
                        "login_verified": False,
                        "counts": True,
                    },
                    "not_watched",
                    "not_watched",
                ),
            ),
            Example(
                "what is rejected, and what a name elsewhere comes to",
                b"1002016800.12 250 192.0.2.1 TCP_MISS/200 3456 GET http://forum-a.example/board/ - NONE/- -\n"
                b"1002016800.123 250 192.0.2.1 TCP_MISS/200 9 GET http://other.example/?http://forum-a.example/board/ "
                b"- NONE/- -\n"
                b"1002016800.123 250 192.0.2.1 TCP_MISS/200 9 GET http://forum-a.example/?u=/board/ - NONE/- -\n"
                b"1002016800.123 250 192.0.2.1 TCP_MISS/000 9 GET http://forum-a.example/board/ - NONE/- -\n"
                b"99999999999.123 250 192.0.2.1 TCP_MISS/200 9 GET http://forum-a.example/board/ - NONE/- -\n"
                b"1002016800.123 250 192.0.2.1 TCP_MISS/200 9 GET http://forum-a",
                (
                    "malformed",
                    "other_host",
                    "not_watched",
                    {"counts": False, "reason": "failed", "status": None},
                    "outside_window",
                    "truncated",
                ),
            ),
        )


SOURCE = Squid()
