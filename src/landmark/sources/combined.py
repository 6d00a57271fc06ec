r"""The combined log format of Apache httpd and nginx, and the common one: a line without referrer and agent.

    client ident user [day/month/year:hour:minute:second zone] "request" status bytes "referrer" "agent" …

<https://httpd.apache.org/docs/2.4/logs.html#accesslog>. Quotes and backslashes in a quoted field are escaped, and in
the user field, by each server in its own way: unescaped, one name is one login in the logs of both. Of what follows the
agent only the field that `client_port` names is used: any other may be the client's own word.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings
from landmark.sources.addresses import client, port
from landmark.sources.row import Row
from landmark.sources.times import MONTHS
from landmark.sources.web import WebReader, masked
from landmark.spellings import unescape
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Mapping

# Possessive throughout: what is taken is never given back, so a line costs time in proportion to its length.
_QUOTED = r'[^"\\]*+(?:\\.[^"\\]*+)*+'
_FIELD = rf'(?:[^" ]++|"{_QUOTED}")++'
PATTERN = rf"""
    (?P<client>\S++)\ (?P<ident>\S++)\ (?P<user>""|[^\["]+)\ \[(?P<time>[^\]]*+)\]
    \ "(?P<request>{_QUOTED})"
    \ (?P<status>\d{{3}}|-)\ (?P<size>\d{{1,18}}+|-)
    (?:\ "(?P<referrer>{_QUOTED})"\ "(?P<agent>{_QUOTED})"(?P<more>(?:\ ++{_FIELD})*+))?+\ *+
"""
LINE = re.compile(PATTERN.encode(), re.VERBOSE | re.DOTALL)
_FIELDS = ("client", "ident", "user", "time", "request", "status", "size", "referrer", "agent", "more")
_MORE = re.compile(_FIELD.encode(), re.DOTALL)
_TIME = re.compile(rb"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_LENGTH = len("02/Oct/2001:10:00:00 +0000")
_HOURS, _SIXTY, _FURTHEST = 24, 60, 14 * 60  # no zone is further from UTC than 14 hours
_EPOCH = date(1970, 1, 1).toordinal()


def instant_of(time: bytes) -> tuple[int | None, str] | None:
    """Read a time as logged.

    Returns:
        µs UTC, None where there is no such date, time or offset; and the offset's text. None where the form is broken.
    """
    return _instant_of(time) if len(time) == _LENGTH else None  # a cache keeps whatever it is asked


@lru_cache(maxsize=1 << 13)
def _instant_of(time: bytes) -> tuple[int | None, str] | None:
    match = _TIME.fullmatch(time)
    month = None if match is None else MONTHS.get(match[2])
    if match is None or month is None:
        return None
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    offset = int(match[8]) * 60 + int(match[9])
    zone = time[-5:].decode("ascii")
    day = _day(int(match[3]), month, int(match[1]))
    written = hour < _HOURS and minute < _SIXTY and second < _SIXTY
    if day is None or not written or int(match[9]) >= _SIXTY or offset > _FURTHEST:
        return None, zone
    ahead = -offset if match[7] == b"-" else offset
    return day * DAY + hour * HOUR + (minute - ahead) * MINUTE + second * SECOND, zone


@lru_cache(maxsize=1024)
def _day(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def row_of(match: re.Match[bytes] | None, host: str | None, client_port: int | None) -> Row | None:
    """Make a row of a line that the pattern matched; None where it is malformed none the less."""
    if match is None:
        return None
    written, ident, user, at, request, status, size, referrer, agent, more = match.group(*_FIELDS)
    who, time = client(written), instant_of(at)
    # Two lines spliced look like an odd user name: one of the dashes gives it away.
    if who is None or time is None or (user != b"-" and (not user.strip() or b"-" in user.split(b" "))):
        return None
    more = more or b""
    return Row(
        who,
        None if client_port is None else _port(more, client_port),
        None if user in {b"-", b'""'} else unescape(user),
        at,
        time[1],
        time[0],
        host,
        request,
        None if status == b"-" else int(status),
        None if size == b"-" else int(size),
        referrer,
        agent,
        b"\n".join((written, ident, user, more)),
    )


def _port(more: bytes, number: int) -> int | None:
    fields = _MORE.findall(more)
    if number > len(fields):
        return None
    field: bytes = fields[number - 1]
    quoted = len(field) > 1 and field.startswith(b'"') and field.endswith(b'"')
    return port(field[1:-1] if quoted else field)


def _parse(text: bytes, client_port: int | None) -> Row | None:
    return row_of(LINE.fullmatch(text), None, client_port)


class Combined:
    """The format `combined`."""

    name = "combined"
    version = 3
    format = LogFormat(kind="web", logs_host=False, needs_zone=False, needs_year=False)
    stateful = False
    directed = False
    moment = "the begin of the request (Apache), or the end of the answer (nginx)"
    lacks = (
        "the host that was asked; the client's port, unless `client_port` names its field (one before it in which a "
        "client writes blanks without quotes shifts it: paste such a form as `apache` or `nginx`); whether a proxy "
        "wrote a forwarded address as the client's, as Traefik does in its form CLF; whether an address is a name that "
        "its holder chose (`HostnameLookups On`)"
    )

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        from landmark.sources.many.combined import apart  # noqa: PLC0415 - start-up time

        parse = partial(_parse, client_port=settings.client_port)
        return WebReader(settings, parse, logs_host=False, apart=partial(apart, logs_host=False))

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with the user field masked; all of one that is malformed."""
        return masked(line, LINE.fullmatch(line.removesuffix(b"\r")))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "combined and common",
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.0" 200 512 "-" "Reader/1.0"\n'
                b'host-a.example - mary jane [02/Oct/2001:10:00:01 +0200] "POST /board/x HTTP/1.0" 302 -\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:02 +0200] "GET /help/ HTTP/1.0" 200 512 "-" "Reader/1.0"\n',
                (
                    {"client_address": "192.0.2.1", "action": "open", "zone": "+0200", "counts": True},
                    {"client_host": "host-a.example", "action": "post", "bytes": None, "agent": None, "counts": True},
                    "not_watched",
                ),
                _STATED,
            ),
            Example(
                "a port after the agent, where the case says so",
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 1 "-" "a" "203.0.113.9" 40001\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 1 "-" "a" "203.0.113.9" -\n',
                ({"client_address": "192.0.2.1", "client_port": 40001}, {"client_port": None}),
                {**_STATED, "client_port": 2},
            ),
            Example(
                "what is rejected, and what a name elsewhere comes to",
                b'192.0.2.1 - - [31/Feb/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 512\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00 +0000] "GET /board/ HTTP/1.0" 200 512\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 512 "-" "Rea\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /?u=/board/ HTTP/1.0" 200 512\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET http://other.example/board/ HTTP/1.0" 200 512\n'
                b'192.0.2.1 - - [02/Oct/2000:10:00:00 +0000] "GET /board/ HTTP/1.0" 200 512\n'
                b"\n"
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0000] "GET /bo',
                (
                    "bad_time",
                    "malformed",
                    "malformed",
                    "mention_only",
                    "other_host",
                    "outside_window",
                    "empty",
                    "truncated",
                ),
                _STATED,
            ),
        )


_STATED: Mapping[str, object] = {"host": "forum-a.example"}

SOURCE = Combined()
