"""Zeek's `http.log`: the requests that a sensor saw on the wire, as columns or as JSON.

<https://docs.zeek.org/en/master/scripts/base/protocols/http/main.zeek.html>. The client is `id.orig_h`, its port
`id.orig_p`; `id.resp_h` is the server. A request whose host the sensor did not see concerns no target that has one.
The name of HTTP Basic is what the client sent; whether any server checked it, the sensor cannot tell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings, json_lines, zeek
from landmark.sources.addresses import address, client, port, server
from landmark.sources.row import Row
from landmark.sources.web import WebReader
from landmark.spellings import host_name, unescape

if TYPE_CHECKING:
    from landmark.sources.zeek import Columns

_READ = frozenset(("ts", "id.orig_p", "id.resp_h", "id.resp_p", "method", "host", "uri", "referrer", "user_agent"))
_FORWARDED = b"X-FORWARDED-FOR -> "
_NUMBER = re.compile(rb"\d{1,18}")
_STATUS = re.compile(rb"[1-9]\d{2}")
_ENDS = 2
_PLAIN = 7  # columns that Zeek writes first: ts, uid, the two ends, trans_depth


class Reader(WebReader):
    """Reads the lines of one sensor."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings."""
        self._header = zeek.Header()
        super().__init__(settings, self._take_apart, logs_host=True, directives=self._header, plain=json_lines.plain)

    def _take_apart(self, text: bytes) -> Row | None:
        columns = self._header.columns(text)
        return None if columns is None else _row(columns)


def _row(columns: Columns) -> Row | None:
    sender = zeek.one(columns, "id.orig_h")
    who = None if sender is None else client(sender)
    time, written = zeek.time_of(columns), zeek.one(columns, "ts")
    if who is None or who.address is None or time is None or written is None:
        return None
    host, status, size = (zeek.one(columns, name) for name in ("host", "status_code", "response_body_len"))
    user = zeek.one(columns, "username")
    method = zeek.one(columns, "method") or b""
    forwarded = [one.removeprefix(_FORWARDED) for one in zeek.several(columns, "proxied") if one.startswith(_FORWARDED)]
    return Row(
        client=who,
        port=port(zeek.one(columns, "id.orig_p") or b""),
        user=unescape(user) if user else None,
        time=written,
        zone=time.zone,
        instant=time.instant,
        host=None if host is None else host_name(unescape(host)),
        request=b"%s %s" % (method, zeek.one(columns, "uri") or b""),
        status=int(status) if status is not None and _STATUS.fullmatch(status) else None,
        size=int(size) if size is not None and _NUMBER.fullmatch(size) else None,
        referrer=zeek.one(columns, "referrer"),
        agent=zeek.one(columns, "user_agent"),
        beside=zeek.others(columns, _READ),
        # A set has no order: of two headers it cannot be told which one the proxy wrote.
        forwarded=forwarded[0] if len(forwarded) == 1 else None,
        destination=server(zeek.one(columns, "id.resp_h"), zeek.one(columns, "id.resp_p")),
    )


class ZeekHttp:
    """The format `zeek-http`."""

    name = "zeek-http"
    version = 2
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    stateful = False
    directed = True
    moment = "the begin of the request"
    lacks = "whether a login was checked; anything that was encrypted"

    def reader(self, settings: Settings) -> Reader:
        """Give a fresh reader."""
        return Reader(settings)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with whatever may be a name masked: which column is which, only the header tells."""
        if line.startswith(b"{"):
            return json_lines.masked(line, frozenset(("username", "password")))
        parts = line.split(b"\t")
        ends = parts[2:6:2]  # the two ends' addresses, where all columns are written
        plain = _PLAIN if len(ends) == len(parts[2:6]) // 2 == _ENDS and all(map(address, ends)) else 0
        return b"\t".join(parts[:plain] + [one if one in {b"-", b"(empty)"} else b"***" for one in parts[plain:]])

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "columns",
                b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n"
                b"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\t"
                b"referrer\tuser_agent\tresponse_body_len\tstatus_code\tusername\tproxied\n"
                b"1002016800.123456\tC1\t2001:DB8::1\t50001\t2001:db8::80\t80\t1\tGET\tForum-A.example:80\t/board/1\t"
                b"-\tReader/1.0\t512\t200\tmary\t(empty)\n"
                b"1002016801.123456\tC1\t192.0.2.1\t50001\t192.0.2.80\t80\t2\tGET\t-\t/board/1\t-\t-\t0\t-\t-\t-\n"
                b"1002016802.123456\tC1\t192.0.2.1\tforum-a.example\n"
                b"#close\t2001-10-03-00-00-00\n",
                (
                    *("directive",) * 6,
                    {
                        "time": 1002016800_123456,
                        "client_address": "2001:db8::1",
                        "client_port": 50001,
                        "destination": "[2001:db8::80]:80",
                        "login": "login mary",
                        "bytes": 512,
                        "counts": True,
                    },
                    "not_watched",
                    "malformed",
                    "directive",
                ),
            ),
            Example(
                "JSON, with its escapes, and three forms of a time",
                b'{"ts":1002016800.5,"id.orig_h":"192.0.2.1","id.orig_p":50001,"id.resp_h":"203.0.113.80",'
                b'"id.resp_p":80,"method":"GET","host":"forum-a.example","uri":"\\/bo\\u0061rd\\/","status_code":200}\n'
                b'{"ts":"2001-10-02T12:00:00.5+02:00","id.orig_h":"192.0.2.1","id.orig_p":50001,'
                b'"method":"GET","host":"forum-a.example","uri":"/board/","status_code":404}\n'
                b'{"ts":1002016800500,"id.orig_h":"192.0.2.1","method":"POST","host":"forum-a.example",'
                b'"uri":"/board/","status_code":302}\n'
                b'{"ts":1002016800.5,"id.orig_h":"192.0.2.1","method":"GET","host":"other.example",'
                b'"uri":"/board/","referrer":"http://forum-a.example/board/","status_code":200}\n'
                b'{"ts":"2001-10-02T25:00:00Z","id.orig_h":"192.0.2.1","method":"GET","host":"forum-a.example",'
                b'"uri":"/board/","status_code":200}\n'
                b'{"ts":1002016800.5,"host":"forum-a.example","host":"forum-a.example","id.orig_h":"192.0.2.1"}\n',
                (
                    {"time": 1002016800_500000, "object": "/board/", "destination": "203.0.113.80:80"},
                    {"time": 1002016800_500000, "zone": "+02:00", "reason": "failed"},
                    {"time": 1002016800_500000, "client_port": None, "action": "post"},
                    "other_host",
                    "bad_time",
                    "malformed",
                ),
            ),
            Example(
                "a forwarded address is the client where the case trusts the proxy, and else is not",
                b'{"ts":1002016800.5,"id.orig_h":"10.0.0.1","id.orig_p":50001,"method":"GET","host":"forum-a.example",'
                b'"uri":"/board/","status_code":200,"proxied":["X-FORWARDED-FOR -> 192.0.2.9, 192.0.2.8, 10.0.0.2"]}\n'
                b'{"ts":1002016800.5,"id.orig_h":"192.0.2.7","id.orig_p":50001,"method":"GET",'
                b'"host":"forum-a.example","uri":"/board/","proxied":["X-FORWARDED-FOR -> 192.0.2.9"]}\n',
                (
                    {"client_address": "192.0.2.8", "client_port": None},
                    {"client_address": "192.0.2.7", "client_port": 50001},
                ),
                {"trusted_proxies": ("10.0.0.0/8",)},
            ),
        )


SOURCE = ZeekHttp()
