"""The W3C extended format where its lines hold the host that was asked (`cs-host`, `cs(Host)`).

A line before any `#Fields` that names such a column, or whose column is empty, concerns no target that has a host.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example, Settings, w3c_lines


class W3cHost:
    """The format `w3c-host`."""

    name = "w3c-host"
    version = 3
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    stateful = False
    directed = True
    moment = "the end of the answer (IIS)"
    lacks = "the client's port, unless `c-port` is among its fields; whether a `+` was a blank"

    def reader(self, settings: Settings) -> w3c_lines.Reader:
        """Give a fresh reader."""
        return w3c_lines.Reader(settings, w3c_lines.BLANKS_WITH_HOST)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with all masked that may be a name."""
        return w3c_lines.masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "a proxy's own names of the columns",
                b"#Software: SGOS 5.4.3.7\n"
                b"#Fields: date time time-taken c-ip cs-username cs(Referer) sc-status s-action cs-method "
                b"cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs(User-Agent) s-ip sc-bytes\n"
                b"2001-10-02 10:00:00 11 192.0.2.1 - - 200 TCP_MISS GET http forum-a.example 80 /board/ ?q=1 "
                b'"Reader/1.0 (x)" 203.0.113.9 512\n'
                b"2001-10-02 10:00:00 11 192.0.2.1 - - 200 TCP_MISS GET http forum-a.example 80 /board/x - - "
                b"203.0.113.9 9\n",
                (
                    *("directive",) * 2,
                    {"object": "/board/?q=1", "agent": "Reader/1.0 (x)", "bytes": 512, "counts": True},
                    {"object": "/board/x", "agent": None},
                ),
            ),
            Example(
                "the host in a column, and none",
                b"#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) cs-host sc-status\n"
                b'2001-10-02 10:00:00.25 GET /board/ 192.0.2.1 "Reader ""1""" FORUM-A.example:443 200\n'
                b"2001-10-02 10:00:00 GET /board/ 192.0.2.1 forum-a.example - 200\n"
                b"2001-10-02 10:00:00 GET /board/ 192.0.2.1 a other.example 200\n"
                b"2001-10-02 10:60:00 GET /board/ 192.0.2.1 a forum-a.example 200\n"
                b"2001-10-02 10:00:00 GET /board/ forum-a.example\n",
                (
                    "directive",
                    {"host": "forum-a.example", "agent": 'Reader "1"', "time": 1002016800_250000},
                    "mention_only",
                    "not_watched",
                    "bad_time",
                    "malformed",
                ),
            ),
        )


SOURCE = W3cHost()
