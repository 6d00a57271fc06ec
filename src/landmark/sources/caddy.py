"""Caddy's access log: a JSON object a line, as its encoder `json` writes it.

<https://caddyserver.com/docs/caddyfile/directives/log>. The client is the peer (`remote_ip`, before 2.5 `remote_addr`
with the port); `client_ip` is whom Caddy's own settings believe, and is not used: which proxies are trusted, the case
says. Lines of other loggers are no requests, though some have the whole of one: `http.log.error` of an error's, and
`http.handlers.reverse_proxy`, at the level debug, of each that was passed on.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example
from landmark.sources.json_web import JsonFormat, Layout

_LAYOUT = Layout(
    is_request={"request": None, "request method": None},
    begins={"logger": b"http.log.access"},
    client=("request remote_ip", "request remote_addr"),
    port=("request remote_port",),
    time=("ts",),
    user=("user_id",),
    method=("request method",),
    target=("request uri",),
    host=("request host",),
    status=("status",),
    size=("size",),
    referrer=("request headers Referer",),
    agent=("request headers User-Agent",),
    forwarded=("request headers X-Forwarded-For",),
)
_SECRET = frozenset(("user_id", "common_log"))


class Caddy(JsonFormat):
    """The format `caddy`."""

    name = "caddy"
    version = 3
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    layout = _LAYOUT
    secret = _SECRET
    moment = "the end of the answer, when the line is written"
    lacks = "nothing that is asked for here"

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "requests of two versions, and what is none",
                b'{"level":"info","ts":1002016800.25,"logger":"http.log.access","msg":"handled request","request":'
                b'{"remote_ip":"2001:db8::1","remote_port":"40001","client_ip":"192.0.2.9","proto":"HTTP/2.0",'
                b'"method":"GET","host":"Forum-A.example:8443","uri":"/board/?q=%20","headers":'
                b'{"User-Agent":["Reader/1.0"],"Referer":["https://forum-a.example/"]}},"user_id":"mary",'
                b'"size":512,"status":200}\n'
                b'{"ts":"2001-10-02T10:00:01.5Z","request":{"remote_addr":"[2001:db8::2]:40002","method":"POST",'
                b'"host":"forum-a.example","uri":"/board/"},"status":302}\n'
                b'{"level":"info","ts":1002016800.25,"msg":"serving https://forum-a.example/board/"}\n'
                b'{"level":"debug","ts":1002016800.25,"logger":"http.handlers.reverse_proxy","msg":'
                b'"upstream roundtrip","request":{"remote_ip":"192.0.2.1","method":"GET","host":"forum-a.example",'
                b'"uri":"/board/"},"status":200}\n'
                b'{"ts":1002016800.25,"request":{"remote_ip":"forum-a.example:1:2","method":"GET","host":"forum-a.example"}}\n'
                b'{"ts":1002016800.25,"request":{"remote_ip":"192.0.2.1","method":"GET","host":"forum-a.ex',
                (
                    {
                        "client_address": "2001:db8::1",
                        "client_port": 40001,
                        "host": "forum-a.example",
                        "login": "login mary",
                        "referred": "own",
                        "action": "search",
                    },
                    {"client_address": "2001:db8::2", "client_port": 40002, "action": "post", "counts": True},
                    "not_watched",
                    "not_watched",
                    "malformed",
                    "truncated",
                ),
            ),
        )


SOURCE = Caddy()
