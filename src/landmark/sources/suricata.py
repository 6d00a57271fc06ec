"""Suricata's `eve.json`: its events of the kind `http`; all others are no requests.

<https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>. The client is `src_ip`, the server `dest_ip`. A
forwarded address is `xff`, where Suricata was told to keep it: the last of the list, which the proxy wrote, only with
`deployment: reverse`. With `mode: overwrite` it takes the client's place, and nothing in the line tells.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example
from landmark.sources.json_web import JsonFormat, Layout

_LAYOUT = Layout(
    is_request={"event_type": b"http", "http": None},
    client=("src_ip",),
    port=("src_port",),
    time=("timestamp",),
    method=("http http_method",),
    target=("http url",),
    host=("http hostname",),
    status=("http status",),
    size=("http length",),
    referrer=("http http_refer",),
    agent=("http http_user_agent",),
    forwarded=("xff", "http xff"),
    server_address=("dest_ip",),
    server_port=("dest_port",),
)
_SECRET = frozenset(("value",))  # of a header that was kept by name, whatever its name


class Suricata(JsonFormat):
    """The format `suricata`."""

    name = "suricata"
    version = 2
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    layout = _LAYOUT
    secret = _SECRET
    moment = "the end of the answer, when the line is written"
    lacks = (
        "logins; anything that was encrypted; whether `xff` is the client's own word (`deployment: forward`), or "
        "stands in the place of the address (`mode: overwrite`)"
    )

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "a request, another event, and a request without status",
                b'{"timestamp":"2001-10-02T12:00:00.250000+0200","flow_id":1,"event_type":"http","src_ip":"192.0.2.1",'
                b'"src_port":40001,"dest_ip":"203.0.113.80","dest_port":80,"proto":"TCP","http":{"hostname":'
                b'"forum-a.example","url":"\\/board\\/","http_user_agent":"Reader/1.0","http_method":"GET",'
                b'"protocol":"HTTP/1.1","status":200,"length":512}}\n'
                b'{"timestamp":"2001-10-02T12:00:00.250000+0200","event_type":"dns","src_ip":"192.0.2.1",'
                b'"dns":{"rrname":"forum-a.example"}}\n'
                b'{"timestamp":"2001-10-02T12:00:00.250000+0200","event_type":"http","src_ip":"192.0.2.1",'
                b'"http":{"hostname":"forum-a.example","url":"/board/","http_method":"GET"}}\n'
                b'{"timestamp":"2001-10-02","event_type":"http","src_ip":"192.0.2.1","http":'
                b'{"hostname":"forum-a.example"}}\n',
                (
                    {
                        "time": 1002016800_250000,
                        "client_port": 40001,
                        "destination": "203.0.113.80:80",
                        "object": "/board/",
                    },
                    "not_watched",
                    {"counts": False, "reason": "failed"},
                    "malformed",
                ),
            ),
        )


SOURCE = Suricata()
