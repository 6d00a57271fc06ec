"""Access logs of Amazon's load balancers: the classic one's, and the application load balancer's.

    [type] time balancer client:port target:port three-times status target-status received sent "request" "agent" …

<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>. The request names
its host itself. The classic balancer writes when the request came, the other when it was answered; the client's port is
always there. A line of a connection that is no request of HTTP concerns no target, as those of a network load
balancer's TLS (`tls 2.0 …`).
"""

from __future__ import annotations

import re

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.addresses import client, port
from landmark.sources.json_web import NO_REQUEST
from landmark.sources.naming import without_user_info
from landmark.sources.row import Row
from landmark.sources.times import iso
from landmark.sources.web import WebReader

_QUOTED = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_LINE = re.compile(
    rb"""
    (?:(?P<type>https?|h2|grpcs|wss?)\ )?+(?P<time>\d{4}-\S++)\ (?P<balancer>\S++)
    \ \[?(?P<client>[0-9A-Fa-f.:]+)\]?:(?P<port>\d{1,5})
    \ (?P<target>\S++)(?:\ (?:-1|-|\d++(?:\.\d++)?+)){3}
    \ (?P<status>\d{3}|-)\ (?:\d{3}|-)\ \d++\ (?P<size>\d{1,18}+)
    \ "(?P<request>%b)"\ "(?P<agent>%b)"(?P<more>(?:\ (?:"%b"|[^\s"]++))*+)\ *+
    """
    % (_QUOTED, _QUOTED, _QUOTED),
    re.VERBOSE | re.DOTALL,
)
# Of a connection alone: time, balancer, listener, client, target, milliseconds, bytes, then of certificate and names.
_TLS = re.compile(rb"tls \d\.\d \d{4}-\S+ \S+ \S+ \S+:\d{1,5} \S+(?: (?:-|\d+)){4} .*", re.DOTALL)


def _parse(text: bytes) -> Row | None:
    match = _LINE.fullmatch(text)
    if match is None:
        return NO_REQUEST if _TLS.fullmatch(text) else None
    who, time = client(match["client"]), iso(match["time"])
    if who is None or time is None:
        return None
    return Row(
        client=who,
        port=port(match["port"]),
        user=None,
        time=match["time"],
        zone=time.zone,
        instant=time.instant,
        host=None,
        request=match["request"],
        status=None if match["status"] == b"-" else int(match["status"]),
        size=int(match["size"]),
        referrer=None,
        agent=match["agent"],
        beside=match["more"],
    )


class Elb:
    """The format `elb`."""

    name = "elb"
    version = 2
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the begin of the request (classic), or the answer (application)"
    lacks = "logins and referrers: what a foreign page embeds cannot be told"

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return WebReader(settings, _parse, logs_host=True)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line, which has no field for a login; all of one that is malformed is masked."""
        return without_user_info(line) if _LINE.fullmatch(line.removesuffix(b"\r")) else b"*" * len(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "a classic and an application load balancer",
                b"2001-10-02T10:00:00.250000Z front 192.0.2.1:40001 10.0.0.1:80 0.01 0.02 0.03 200 200 0 57 "
                b'"GET https://forum-a.example:443/board/ HTTP/1.1" "Reader/1.0" DHE-RSA-AES128-SHA TLSv1.2\n'
                b"h2 2001-10-02T10:00:01.000000Z app/front/5 [2001:db8::1]:40002 10.0.0.1:80 0.000 0.001 -1 404 - 0 57 "
                b'"GET https://forum-a.example:443/board/ HTTP/2.0" "Reader \\"1\\"" - - arn "Root=1" "x"\n'
                b"2001-10-02T10:00:00.250000Z front 192.0.2.1:40001 10.0.0.1:80 0.01 0.02 0.03 - - 82 305 "
                b'"- - - " "forum-a.example" - -\n'
                b"tls 2.0 2001-10-02T10:00:00 net/front/5 g3 192.0.2.1:40001 10.0.0.1:443 5 2 98 246 - arn - AES "
                b"TLSv1.2 - forum-a.example - - -\n"
                b"tls 2.0 2001-10-02T10:00:00 net/front/5 g3 192.0.2.1:40001 10.0.0.1:443 5 - 98 246 - arn - - "
                b"- - forum-a.example - - -\n"
                b'2001-10-02T10:00:00Z front 192.0.2.1:40001 - "GET https://forum-a.example:443/board/ HTTP/1.1"\n'
                b"2001-13-02T10:00:00.250000Z front 192.0.2.1:40001 10.0.0.1:80 0.01 0.02 0.03 200 200 0 57 "
                b'"GET https://forum-a.example:443/board/ HTTP/1.1" "Reader/1.0" - -\n',
                (
                    {"client_address": "192.0.2.1", "client_port": 40001, "host": "forum-a.example", "bytes": 57},
                    {"client_address": "2001:db8::1", "client_port": 40002, "reason": "failed"},
                    "not_watched",
                    "not_watched",
                    "not_watched",
                    "malformed",
                    "bad_time",
                ),
            ),
        )


SOURCE = Elb()
