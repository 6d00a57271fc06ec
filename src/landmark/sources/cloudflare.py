"""Cloudflare's HTTP request logs (Logpush), a JSON object a line.

<https://developers.cloudflare.com/logs/reference/log-fields/zone/http_requests/>. The time is that at which the request
came in, in any of its forms (RFC 3339, seconds or nanoseconds since 1970); the port is there where it was asked for.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example
from landmark.sources.json_web import JsonFormat, Layout

_LAYOUT = Layout(
    is_request={"ClientRequestMethod": None},
    client=("ClientIP",),
    port=("ClientSrcPort",),
    time=("EdgeStartTimestamp",),
    method=("ClientRequestMethod",),
    target=("ClientRequestURI", "ClientRequestPath"),
    host=("ClientRequestHost",),
    status=("EdgeResponseStatus",),
    size=("EdgeResponseBytes",),
    referrer=("ClientRequestReferer",),
    agent=("ClientRequestUserAgent",),
)
_SECRET = frozenset(("Cookies", "RequestHeaders", "ResponseHeaders"))


class Cloudflare(JsonFormat):
    """The format `cloudflare`."""

    name = "cloudflare"
    version = 3
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False)
    layout = _LAYOUT
    secret = _SECRET
    moment = "the begin of the request"
    lacks = "logins; the client's port, unless `ClientSrcPort` was asked for"

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "three forms of a time",
                b'{"ClientIP":"192.0.2.1","ClientSrcPort":40001,"ClientRequestHost":"forum-a.example",'
                b'"ClientRequestMethod":"GET","ClientRequestURI":"/board/","EdgeStartTimestamp":"2001-10-02T10:00:00Z",'
                b'"EdgeResponseStatus":200,"EdgeResponseBytes":5}\n'
                b'{"ClientIP":"2001:db8::1","ClientRequestHost":"forum-a.example","ClientRequestMethod":"GET",'
                b'"ClientRequestURI":"/board/x.png","EdgeStartTimestamp":1002016800250000000,"EdgeResponseStatus":200,'
                b'"ClientRequestReferer":"https://other.example/"}\n'
                b'{"ClientIP":"2001:db8::1","ClientRequestHost":"forum-a.example","ClientRequestMethod":"GET",'
                b'"ClientRequestURI":"/board/","EdgeStartTimestamp":1002016800,"EdgeResponseStatus":404}\n'
                b'{"ClientIP":"","ClientRequestHost":"forum-a.example","ClientRequestMethod":"GET"}\n',
                (
                    {"client_port": 40001, "time": 1002016800_000000, "counts": True},
                    {"client_address": "2001:db8::1", "time": 1002016800_250000, "reason": "embed"},
                    {"reason": "failed"},
                    "malformed",
                ),
            ),
        )


SOURCE = Cloudflare()
