"""HAProxy's HTTP log, through syslog or the journal (`option httplog`; HAProxy configuration manual, 8.2.3 and 8.6).

    haproxy[14389]: 192.0.2.1:40001 [02/Oct/2001:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ----
    1/1/1/1/0 0/0 {forum-a.example} {} "GET /board/ HTTP/1.1"

The time in brackets is when the request began, local and without a zone. A byte that is no printable ASCII, a quote and
`#` are written as `#` and two digits, so that the first quote of a line begins the request. Which captured header is
which, only the server's configuration says: a name in them is a mention, as is the one that a client asked for under
TLS, which `option httpslog` writes behind the request. Whoever came through a socket of the machine itself (`unix:1`)
is no client. Whatever else HAProxy or another program wrote concerns no target.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings, json_lines, strftime
from landmark.sources.addresses import Client, address, port
from landmark.sources.json_web import NO_REQUEST
from landmark.sources.row import Row
from landmark.sources.transport import bare, masked
from landmark.sources.web import WebReader
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

_TAG = re.compile(rb"(?:haproxy|hapee)[^ :\[]{0,48}+(?:\[\d{1,10}\])?+: (.*+)", re.DOTALL)
_BEGINNING = re.compile(rb"\S+:\d{1,5} \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] .*+", re.DOTALL)
_LINE = re.compile(
    rb"(?P<client>\S+):(?P<port>\d{1,5}) \[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)\.(?P<millis>\d{3})\] "
    rb"\S+ \S+ [-+\d]+/[-+\d]+/[-+\d]+/[-+\d]+/[-+\d]+ (?P<status>\d{3}|-1) \+?(?P<size>\d{1,18}) "
    rb'(?P<cookies>[^"]*) [-A-Za-z]{4} \d+/\d+/\d+/\d+/\+?\d+ \d+/\d+ (?P<captured>(?:\{[^{}"]*\} ){0,2}+)'
    rb'"(?P<request>[^"]*)"'
    rb"(?P<tls> [-0-9A-Fa-f]+(?:/[-0-9A-Fa-f]+){4} \S*/\S+/\S+)?+",
    re.DOTALL,
)
# Where it stands a second time, the first line was cut off, and what follows is another's.
_ANOTHER = re.compile(rb"\S:\d{1,5} \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] ")
_TIME = strftime.compiled("%d/%b/%Y:%H:%M:%S")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_USER_INFO = re.compile(rb"(?<=//)[^/?\s\"]+@")  # a `#` in it begins an escape: one that was sent is `#23`
_NONE = frozenset((b"-1", b"000"))


def plain(text: bytes) -> bytes:
    """Undo HAProxy's escapes (`#22`)."""
    return _ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), text) if b"#" in text else text


def _plain_line(text: bytes) -> bytes:
    return plain(json_lines.plain(text) if text.startswith(b"{") else text)


def _parse(text: bytes, *, transport: str, zone: str | None) -> Row | None:
    line = bare(text, transport)
    if line is None:
        return None
    tag = _TAG.fullmatch(line.message)
    if tag is None:
        return NO_REQUEST
    match = _LINE.fullmatch(tag[1])
    if match is None:
        return None if b'"' in tag[1] and _BEGINNING.fullmatch(tag[1]) else NO_REQUEST
    who, time = address(match["client"]), _TIME.read(match["time"], zone)
    spliced = _ANOTHER.search(tag[1], match.end("size"), match.start("captured")) is not None
    if who is None or time is None or spliced:
        return None
    instants = tuple(one + int(match["millis"]) * (SECOND // 1000) for one in time.instants)
    return Row(
        client=Client(who, None),
        port=port(match["port"]),
        user=None,
        time=b"%b.%b" % (match["time"], match["millis"]),
        zone=time.zone,
        instant=min(instants, default=None),
        later=max(instants) if len(instants) > 1 else None,
        zone_known=time.known,
        host=None,
        # Undone further on, as a log with escapes of its own would have it.
        request=plain(match["request"]).replace(b"\\", b"\\\\"),
        status=None if match["status"] in _NONE else int(match["status"]),
        size=int(match["size"]),
        referrer=None,
        agent=None,
        beside=plain(b"\n".join((match["cookies"], match["captured"], match["tls"] or b""))),
    )


class HaProxy:
    """The format `haproxy`."""

    name = "haproxy"
    version = 3
    # The wrapper states an instant of its own, when the line was written: the zone is that of the time in brackets.
    format = LogFormat(kind="web", logs_host=False, needs_zone=True, needs_year=False, wrapped=True)
    stateful = False
    directed = False
    moment = "the begin of the request; before 1.7 of the connection"
    lacks = (
        "the host that was asked, unless the request names it, as those of HTTP/2 do; logins, referrer and agent; "
        "what was logged under a `log-tag` that does not begin with `haproxy` or `hapee`, or in a message that the "
        "journal wrote as a list of bytes"
    )

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        parse = partial(_parse, transport=settings.transport, zone=settings.zone)
        return WebReader(settings, parse, logs_host=False, plain=_plain_line)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with cookies, and names in addresses, masked; all of one that is no request."""
        return masked(line, _covered)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `forum-a.example/board/`."""
        head = b"Oct  2 10:00:01 lb1 haproxy[14389]: "
        row = b"%b [02/Oct/2001:10:00:00.655] http-in~ static/srv1 10/0/30/69/109 %b 2750 - - ---- 1/1/1/1/0 0/0 %b\n"
        return (
            Example(
                "requests, and what else HAProxy says",
                head
                + row % (b"192.0.2.1:40001", b"200", b'"GET /board/ HTTP/1.1"')
                + head
                + row % (b"2001:db8::1:40002", b"200", b'{forum-a.example} {} "POST /board/x#22y HTTP/1.1"')
                + head
                + row % (b"192.0.2.1:40003", b"200", b'"GET https://forum-a.example/board/ HTTP/2.0"')
                + head
                + row % (b"192.0.2.1:40003", b"200", b'"GET https://other.example/board/ HTTP/2.0"')
                + head
                + row % (b"192.0.2.1:40004", b"-1", b'"GET /board/ HTTP/1.1"')
                + head
                + row % (b"192.0.2.1:40005", b"200", b'{/board/} "GET / HTTP/1.1"')
                + head.replace(b"haproxy", b"hapee-lb")
                + row % (b"192.0.2.1:40008", b"200", b'"GET /board/ HTTP/1.1" 0/0/0/0/1 forum-a.example/TLSv1.3/AES')
                + head
                + row % (b"unix:1", b"200", b'"GET /board/ HTTP/1.1"')
                + head
                + row % (b"192.0.2.1:40006", b"400", b'"<BADREQ>"')
                + head
                + b"192.0.2.1:40007 [02/Oct/2001:10:00:00.001] /board/in: SSL handshake failure\n"
                + b"Oct  2 10:00:01 lb1 other[1]: /board/\n"
                + b"Oct  2 10:00:02 lb1 haproxy[14389]: Proxy /board/ started.\n",
                (
                    {
                        "client_address": "192.0.2.1",
                        "client_port": 40001,
                        "time": 1_002_016_800_655_000,
                        "time_text": "02/Oct/2001:10:00:00.655",
                        "zone_known": "declared",
                        "status": 200,
                        "bytes": 2750,
                        "counts": True,
                    },
                    {"client_address": "2001:db8::1", "client_port": 40002, "action": "post", "object": '/board/x"y'},
                    {"host": "forum-a.example", "client_port": 40003},
                    "other_host",
                    {"status": None, "reason": "failed"},
                    "mention_only",
                    {"client_address": "192.0.2.1", "client_port": 40008, "object": "/board/", "counts": True},
                    "malformed",
                    "not_watched",
                    "not_watched",
                    "not_watched",
                    "not_watched",
                ),
                _STATED,
            ),
            Example(
                "wrapped in RFC 5424, as HAProxy sends it itself",
                b"<134>1 2001-10-02T12:00:01.1+02:00 - haproxy 266980 - - "
                + row % (b"192.0.2.1:40001", b"200", b'"GET /board/ HTTP/1.1"'),
                ({"client_address": "192.0.2.1", "time": 1_002_016_800_655_000, "counts": True},),
                {**_STATED, "transport": "rfc5424"},
            ),
            Example(
                "from the journal",
                b'{"__REALTIME_TIMESTAMP":"1002016801000000","_HOSTNAME":"lb1","SYSLOG_IDENTIFIER":"haproxy",'
                b'"_PID":"7","MESSAGE":"192.0.2.1:40001 [02/Oct/2001:10:00:00.655] http-in static/srv1 10/0/30/69/109 '
                b'200 2750 - - ---- 1/1/1/1/0 0/0 \\"GET /board/ HTTP/1.1\\""}\n',
                ({"client_address": "192.0.2.1", "client_port": 40001, "counts": True},),
                {**_STATED, "transport": "journal"},
            ),
            Example(
                "lines that do not read",
                head
                + row % (b"192.0.2.1:40001", b"200", b'"GET /board/ HTTP/1.1')
                + head
                + row.replace(b"02/Oct", b"32/Oct") % (b"192.0.2.1:40001", b"200", b'"GET /board/ HTTP/1.1"')
                + head
                + row.replace(b":10:00:00", b":25:00:00") % (b"192.0.2.1:1", b"200", b'"GET / HTTP/1.1"')
                + b"Oct  2 10:00 lb1 haproxy: /board/\n"
                + b"\n"
                + b"Oct  2 10:0",
                ("malformed", "bad_time", "not_watched", "malformed", "empty", "truncated"),
                _STATED,
            ),
        )


def _covered(message: bytes) -> bytes | None:
    tag = _TAG.fullmatch(message)
    match = None if tag is None else _LINE.fullmatch(tag[1])
    if match is None:
        return None
    begin, end = match.span("cookies")
    text = match.string
    cookies = text[begin:end]
    shown = text[:begin] + (cookies if cookies == b"- -" else b"***") + text[end:]
    return message[: len(message) - len(text)] + _USER_INFO.sub(b"***@", shown)


_STATED: Mapping[str, object] = {"host": "forum-a.example", "zone": "UTC"}

SOURCE = HaProxy()
