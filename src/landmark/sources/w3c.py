"""The W3C extended format as IIS writes it by default: without the host that was asked, which the case states.

<https://learn.microsoft.com/windows/win32/http/w3c-logging>. Blanks in a value stand as `+`.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example, Settings, w3c_lines


class W3c:
    """The format `w3c`."""

    name = "w3c"
    version = 3
    format = LogFormat(kind="web", logs_host=False, needs_zone=False, needs_year=False, forwards=True)
    stateful = False
    directed = True
    moment = "the end of the answer (IIS)"
    lacks = "the host that was asked; the client's port, unless `c-port` is among its fields; whether a `+` was a blank"

    def reader(self, settings: Settings) -> w3c_lines.Reader:
        """Give a fresh reader."""
        return w3c_lines.Reader(settings, w3c_lines.BLANKS)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with all masked that may be a name."""
        return w3c_lines.masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "fields that change in mid-file",
                b"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
                b"#Date: 2001-10-02 10:00:00\r\n"
                b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
                b"cs(User-Agent) cs(Referer) sc-status\r\n"
                b"2001-10-02 10:00:00 192.0.2.80 GET /board/ q=1 443 EX\\mary 192.0.2.1 Reader/1.0+(x) - 200\r\n"
                b"2001-10-02 10:00:01 192.0.2.80 GET /board/ - 443 - 192.0.2.1 Reader/1.0\r\n"
                b"#Fields: time c-ip c-port cs-method cs-uri-stem sc-status sc-bytes\r\n"
                b"10:00:02 2001:db8::1 40001 POST /board/x 302 77\r\n"
                b"09:00:02 2001:db8::1 40001 POST /board/x 302 77\r\n",
                (
                    *("directive",) * 4,
                    {
                        "client_address": "192.0.2.1",
                        "login": "login EX\\mary",
                        "object": "/board/?q=1",
                        "action": "search",
                        "destination": "192.0.2.80:443",
                        "zone": "UTC",
                    },
                    "malformed",
                    "directive",
                    {"client_address": "2001:db8::1", "client_port": 40001, "time": 1002016802_000000, "bytes": 77},
                    "bad_time",
                ),
                {"host": "forum-a.example"},
            ),
        )


SOURCE = W3c()
