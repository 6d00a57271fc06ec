r"""nginx by its own `log_format`: the directive as it stands in the server's configuration, or its text alone.

    log_format main '$remote_addr:$remote_port - $remote_user [$time_local] "$request" $status …';

<https://nginx.org/en/docs/http/ngx_http_log_module.html>. With `escape=default` quotes, backslashes and control bytes
of a variable are written `\xHH`; with `escape=json` as JSON does. With `escape=none` a client can write whole lines of
its own: such a log tells nothing of anybody and is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings, strftime
from landmark.sources.described import Description, compiled
from landmark.sources.fields import ADDRESS, ASKS, PROTOCOL, Escape, Field, Token
from landmark.sources.naming import may_name
from landmark.sources.web import WebReader

if TYPE_CHECKING:
    from landmark.sources.row import Row

_DIRECTIVE = re.compile(r"\s*log_format\s+(?:'[^']*'|\"[^\"]*\"|[^\s'\"]+)\s+(?P<rest>.*?);?\s*", re.DOTALL)
_ESCAPE = re.compile(r"\s*escape=(default|json|none)\s+")
# A comment goes to the end of its line, also among the texts of a directive.
_TEXTS = re.compile(r"(?<!\S)#[^\n]*|'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([^\s'\";]+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"'\\trn])")
_SIGNS = {"t": "\t", "r": "\r", "n": "\n"}
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))|([^$]+)|(\$)")

_ARGUMENTS = rb'(?:[^" \\]|\\.)*'
_CLF = Field("time", 0, time=strftime.compiled(strftime.CLF), pattern=rb"[^\]\"]*")
_FIELDS: dict[str, Field] = {
    # With the module realip the first is whom the server's own trusted proxies named.
    "remote_addr": Field("client", 0),
    "proxy_protocol_addr": Field("client", 1, of="proxy", pattern=ADDRESS),
    "remote_port": Field("port", 0),
    "proxy_protocol_port": Field("port", 1, of="proxy"),
    "remote_user": Field("user", 0, secret=True),
    "time_local": _CLF,
    "time_iso8601": Field("time", 1, time=strftime.compiled("%Y-%m-%dT%H:%M:%S%z"), pattern=rb"[^\]\" ]*"),
    "msec": Field("time", 2, time=strftime.compiled("%s"), pattern=rb"\d*\.?\d*"),
    "request": Field("request", 0),
    "request_method": Field("method", 0),
    "request_uri": Field("target", 0),
    "uri": Field("path", 1),
    "document_uri": Field("path", 2),
    "args": Field("query", 0, pattern=_ARGUMENTS),
    "query_string": Field("query", 1, pattern=_ARGUMENTS),
    "host": Field("host", 0, chosen=False),
    "http_host": Field("host", 1),
    "server_name": Field("host", 2, chosen=False),
    "status": Field("status", 0),
    "body_bytes_sent": Field("size", 0),
    "bytes_sent": Field("size", 1),
    "http_referer": Field("referrer", 0),
    "http_user_agent": Field("agent", 0),
    "http_x_forwarded_for": Field("forwarded", 0),
    "server_protocol": Field("other", pattern=PROTOCOL, chosen=False),
    "server_addr": Field("server_address", 0),
    "server_port": Field("server_port", 0),
}
# Of a request that was passed on several times: the texts of all, told apart so.
_UPSTREAM = rb'[^\s",|;]*(?:(?:, | : )[^\s",|;]*)*'
_OWN = re.compile(  # what the server says of itself, of the connection, of time and size
    r"(?:request_(?:time|length|id|completion)|connection\w*|pid|pipe|scheme|https|server_\w+|nginx_version|hostname"
    r"|gzip_ratio|ssl_(?:protocol|cipher|session_\w+|early_data|curve)|tcpinfo_\w+|realip_remote_\w+|content_length"
    r"|binary_remote_addr|limit_\w+|geoip\w*|http2|http3|time_\w+|msec)"
)


def tokens(log_format: str) -> tuple[list[Token], Escape]:
    """Read a `log_format`: the whole directive, its quoted texts, or the text alone.

    Raises:
        ValueError: with what is wrong with it.
    """
    directive = _DIRECTIVE.fullmatch(log_format)
    text = log_format if directive is None else directive["rest"]
    escape = _ESCAPE.match(text)
    written = "default" if escape is None else escape[1]
    if written == "none":
        raise ValueError("escape=none, with which a client can write lines of its own")
    text = text if escape is None else text[escape.end() :]
    if directive is not None or escape is not None or text.lstrip().startswith("'"):
        text = _joined(text)
    found: list[Token] = []
    for match in _VARIABLE.finditer(text):
        braced, bare, literal, dollar = match.groups()
        name = braced or bare
        if name is not None:
            found.append(_field(name))
            continue
        byte = (literal or dollar).encode()
        if found and isinstance(found[-1], bytes):
            found[-1] += byte
        else:
            found.append(byte)
    return found, "json" if written == "json" else "log"


def _joined(text: str) -> str:
    """Join the quoted texts of a directive."""
    if _TEXTS.sub("", text).strip(" \t\r\n;"):
        raise ValueError("a text whose quote is not closed")
    parts = ["".join(part or "" for part in match.groups()) for match in _TEXTS.finditer(text)]
    return _ESCAPED.sub(lambda match: _SIGNS.get(match[1], match[1]), "".join(parts))


def _field(name: str) -> Field:
    if name == "is_args":
        return ASKS
    if re.fullmatch(r"upstream_(?:addr|status|\w+_time|response_length|bytes_\w+|cache_status)", name):
        return Field("other", pattern=_UPSTREAM, chosen=False)
    known = _FIELDS.get(name)
    return known or Field("other", secret=may_name(name), chosen=_OWN.fullmatch(name) is None)


@lru_cache(maxsize=64)
def described(log_format: str) -> Description:
    """Compile a `log_format`.

    Raises:
        ValueError: with what is wrong with it.
    """
    return compiled(*tokens(log_format))


def facts(log_format: str) -> LogFormat:
    """Say what is known of lines of that form. Raises as `described`."""
    return described(log_format).facts


class Nginx:
    """The format `nginx`."""

    name = "nginx"
    version = 4
    format = LogFormat(kind="web", logs_host=False, needs_zone=False, needs_year=False, described=facts)
    stateful = False
    directed = False
    moment = "the end of the answer, when the line is written"
    lacks = (
        "what its `log_format` leaves out; of `$uri$is_args$args`, where a rewrite emptied the arguments, whether a "
        "dash at the end is the path's own: it is read as none, and where only the path with it is a target's the line "
        "is `mention_only`"
    )

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return reader(described(settings.log_format or ""), settings)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:
        """Give the line with logins, cookies and certificates masked; all of one that is malformed."""
        return described(log_format or "").mask(line.removesuffix(b"\r"))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        joined = (
            "log_format main '$remote_addr:$remote_port - $remote_user [$time_local] \"$request\" '\n"
            '                \'$status $body_bytes_sent "$http_referer" "$http_user_agent" "$host"\';'
        )
        as_json = (
            'escape=json \'{"at":"$time_iso8601","from":"$remote_addr","fwd":"$http_x_forwarded_for",\''
            '\'"to":"$host","method":"$request_method","uri":"$request_uri","status":$status,\''
            '\'"user":"$remote_user","agent":"$http_user_agent"}\''
        )
        return (
            Example(
                "an address and port joined by a colon, of either family",
                b'192.0.2.1:40001 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200 5 "-" "a" '
                b'"forum-a.example"\n'
                b'2001:db8::1:40002 - mary [02/Oct/2001:10:00:01 +0200] "GET /board/ HTTP/1.1" 304 0 "-" "a" '
                b'"FORUM-A.example"\n'
                b'192.0.2.1:40001 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200 5 "-" "a" "b.example"\n'
                b'192.0.2.1:40001 - - [02/Oct/2001:10:00:00 +0200] "GET / HTTP/1.1" 200 5 "forum-a.example" "a" "-"\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200 5 "-" "a" "forum-a.example"\n',
                (
                    {"client_address": "192.0.2.1", "client_port": 40001, "zone": "+0200", "counts": True},
                    {"client_address": "2001:db8::1", "client_port": 40002, "login": "login mary", "status": 304},
                    "not_watched",
                    "mention_only",
                    "malformed",
                ),
                {"log_format": joined},
            ),
            Example(
                "JSON, and a forwarded address behind a trusted proxy",
                b'{"at":"2001-10-02T10:00:00+02:00","from":"10.0.0.1","fwd":"198.51.100.9, 192.0.2.1",'
                b'"to":"forum-a.example","method":"GET","uri":"\\/board\\u002f","status":200,"user":"",'
                b'"agent":"say \\"x\\""}\n'
                b'{"at":"2001-10-02T10:00:00+02:00","from":"192.0.2.2","fwd":"192.0.2.1",'
                b'"to":"forum-a.example","method":"GET","uri":"/board/?q=1","status":200,"user":"ma\\"ry","agent":""}\n',
                (
                    {"client_address": "192.0.2.1", "agent": 'say "x"', "object": "/board/", "action": "open"},
                    {"client_address": "192.0.2.2", "login": 'login ma"ry', "action": "search"},
                ),
                {"log_format": as_json, "trusted_proxies": ("10.0.0.0/8",)},
            ),
        )


def reader(form: Description, settings: Settings) -> WebReader:
    """Give a reader of lines of a described form."""

    def parse(text: bytes) -> Row | None:
        return form.row(text, settings.zone)

    from landmark.sources.many.described import apart  # noqa: PLC0415 - start-up time

    return WebReader(settings, parse, logs_host=form.facts.logs_host, plain=form.plain, apart=apart(form, settings))


SOURCE = Nginx()
