"""Traefik's access log in JSON.

<https://doc.traefik.io/traefik/observability/access-logs/>. The client is `ClientAddr`, who connected.
`ClientHost` is the first header X-Forwarded-For that a request has, whoever wrote it, and is not used. Its other form,
CLF, writes that claim as the client: it is `combined` only where nobody can send Traefik that header.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example
from landmark.sources.json_web import JsonFormat, Layout

_LAYOUT = Layout(
    is_request={"RequestMethod": None},
    client=("ClientAddr",),
    port=("ClientPort",),
    time=("StartUTC", "StartLocal", "time"),
    user=("ClientUsername",),
    method=("RequestMethod",),
    target=("RequestPath",),
    host=("RequestHost", "RequestAddr"),
    status=("DownstreamStatus", "OriginStatus"),
    size=("DownstreamContentSize",),
    referrer=("request_Referer",),
    agent=("request_User-Agent",),
    forwarded=("request_X-Forwarded-For",),
)
_SECRET = frozenset(("ClientUsername", "TLSClientSubject"))


class Traefik(JsonFormat):
    """The format `traefik`."""

    name = "traefik"
    version = 3
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    layout = _LAYOUT
    secret = _SECRET
    moment = "the begin of the request"
    lacks = "referrer, agent and forwarded address, unless Traefik was told to keep these headers"

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "requests, and what is none",
                b'{"ClientAddr":"192.0.2.1:40001","ClientHost":"192.0.2.1","ClientPort":"40001","ClientUsername":"-",'
                b'"DownstreamContentSize":512,"DownstreamStatus":200,"RequestHost":"forum-a.example","RequestMethod":'
                b'"GET","RequestPath":"/board/","StartUTC":"2001-10-02T10:00:00.250123456Z",'
                b'"request_User-Agent":"Reader/1.0","time":"2001-10-02T10:00:03Z"}\n'
                b'{"ClientAddr":"[2001:db8::1]:40001","RequestHost":"other.example","RequestMethod":"GET",'
                b'"RequestPath":"/board/","StartUTC":"2001-10-02T10:00:00Z","request_Referer":"http://forum-a.example/board/"}\n'
                b'{"level":"info","msg":"forum-a.example","time":"2001-10-02T10:00:03Z"}\n'
                b'{"ClientHost":"192.0.2.1","RequestHost":"forum-a.example","RequestMethod":"GET","RequestPath":"/board/",'
                b'"StartUTC":"2001-10-02T10:00:00Z"}\n',
                (
                    {"client_address": "192.0.2.1", "client_port": 40001, "time": 1002016800_250123, "login": None},
                    "other_host",
                    "not_watched",
                    "malformed",
                ),
            ),
        )


SOURCE = Traefik()
