r"""Apache httpd by its own `LogFormat`: the directive as it stands in the server's configuration, or its text alone.

    LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined

<https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats>. Quotes, backslashes and bytes that do not print are
escaped in what a client sends. With mod_remoteip `%a` and `%h` are whom the server's own trusted proxies named, and
`%{c}a` the proxy; `%{remote}p` remains the proxy's port, and is taken for the client's unless `%{c}a` stands beside it
and differs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import Example, Settings, apache_times
from landmark.sources.described import Description, compiled
from landmark.sources.fields import ADDRESS, PEER, PROTOCOL, Field, Token
from landmark.sources.naming import may_name
from landmark.sources.nginx import reader

if TYPE_CHECKING:
    from landmark.sources.apache_times import Time
    from landmark.sources.web import WebReader

# A word of a directive, as httpd reads its configuration: quotes of either kind hold blanks.
_WORD = r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"']\S*)"
_DIRECTIVE = re.compile(
    rf"\s*(?:LogFormat|(?:CustomLog|GlobalLog)\s+{_WORD})\s+(?P<format>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')(?:\s+{_WORD})*\s*",
    re.DOTALL | re.IGNORECASE,
)
_CONTINUED = re.compile(r"\\\r?\n")  # a directive may go on in the next line
_QUOTED = re.compile(r"\\([\\\"'])")
_IN_QUOTES = {'"': re.compile(r"\\([\\\"])"), "'": re.compile(r"\\([\\'])")}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SIGNS = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
_ITEM = re.compile(
    r"%(?:(?P<percent>%)|(?P<chosen>(?:[!<>,\d]|\{(?P<name>[^}]*)\})*)(?P<letter>\^[A-Za-z]{2}|[A-Za-z]))|(?P<literal>[^%]+)"
)
_LETTERS = {
    "a": Field("client", 0),
    "h": Field("client", 1),
    "u": Field("user", 0, secret=True),
    "l": Field("other", secret=True, chosen=False),
    "r": Field("request", 0),
    "m": Field("method", 0),
    "U": Field("path", 0),
    "q": Field("query", 0),
    "V": Field("host", 1, chosen=False),
    "v": Field("host", 2, chosen=False),
    "s": Field("status", 1),
    "b": Field("size", 0),
    "B": Field("size", 1),
    "O": Field("size", 2),
    "H": Field("other", pattern=PROTOCOL, chosen=False),
    "A": Field("server_address", 0),
    "p": Field("server_port", 1),
}
_HEADERS = {
    "host": Field("host", 0),
    "referer": Field("referrer", 0),
    "user-agent": Field("agent", 0),
    "x-forwarded-for": Field("forwarded", 0),
}
_OWN = frozenset("ABDIkLOPpsSTtvX")  # what the server says of itself, of the connection, of time and size
_PORTS = {"remote": Field("port", 0), "local": Field("server_port", 0), "canonical": Field("server_port", 1)}


def tokens(log_format: str) -> list[Token]:
    """Read a `LogFormat`: the whole directive, or its text alone, with or without the escapes of its quotes.

    Raises:
        ValueError: with what is wrong with it.
    """
    found: list[Token | Time] = []
    text = _written(log_format)
    position = 0
    while position < len(text):
        match = _ITEM.match(text, position)
        if match is None:
            raise ValueError("a percent sign that begins no item")
        position = match.end()
        for token in _tokens(match):
            if found and isinstance(token, bytes) and isinstance(found[-1], bytes):
                found[-1] += token
            else:
                found.append(token)
    return apache_times.joined(found)


def _written(log_format: str) -> str:
    """Give the form itself: without the directive around it, and without the escapes of the configuration.

    Those are undone twice, as httpd does: in a quoted word first, then in the text between items, where a backslash
    before any other sign stays.
    """
    whole = _CONTINUED.sub("", log_format)
    directive = _DIRECTIVE.fullmatch(whole)
    if directive is None:
        text = _QUOTED.sub(r"\1", whole)
    else:  # of a word in quotes, httpd undoes what escapes that quote, and no other
        word = directive["format"]
        text = _IN_QUOTES[word[0]].sub(r"\1", word[1:-1])
    return _ESCAPED.sub(lambda match: _SIGNS.get(match[1], match[0]), text)


def _tokens(match: re.Match[str]) -> list[Token | Time]:
    if match["literal"] is not None:
        return [match["literal"].encode()]
    if match["percent"] is not None:
        return [b"%"]
    name, letter = match["name"], match["letter"]
    if letter == "t":
        return apache_times.tokens(name)
    return [_field(name, letter, last=">" in match["chosen"].partition("{")[0] + match["chosen"].rpartition("}")[2])]


def _field(name: str | None, letter: str, *, last: bool) -> Field:
    if letter == "i" and name is not None:
        return _HEADERS.get(name.lower(), Field("other", secret=may_name(name)))
    if letter in {"a", "h"} and name == "c":
        return Field("client", PEER, pattern=ADDRESS)
    if letter == "p" and name is not None:
        return _PORTS.get(name.lower(), Field("other"))
    if letter == "s" and last:
        return Field("status", 0)
    if letter in {"C", "e", "n", "o", "x"}:
        return Field("other", secret=letter == "C" or may_name(name or ""))
    known = _LETTERS.get(letter) if name is None else None
    return known or Field("other", chosen=letter not in _OWN)


@lru_cache(maxsize=64)
def described(log_format: str) -> Description:
    """Compile a `LogFormat`.

    Raises:
        ValueError: with what is wrong with it.
    """
    return compiled(tokens(log_format), "log")


def facts(log_format: str) -> LogFormat:
    """Say what is known of lines of that form. Raises as `described`."""
    return described(log_format).facts


class Apache:
    """The format `apache`."""

    name = "apache"
    version = 7
    format = LogFormat(kind="web", logs_host=False, needs_zone=False, needs_year=False, described=facts)
    stateful = False
    directed = False
    moment = "the begin of the request; its end where the form says `end:`"
    lacks = (
        "what its `LogFormat` leaves out; with mod_remoteip, whether `%{remote}p` is the port of a proxy, unless "
        "`%{c}a` stands in the line too; of `%h` whether an address is a name that its holder chose (`HostnameLookups "
        "On`), unless `%a` does"
    )

    def reader(self, settings: Settings) -> WebReader:
        """Give a fresh reader."""
        return reader(described(settings.log_format or ""), settings)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:
        """Give the line with logins and cookies masked; all of one that is malformed."""
        return described(log_format or "").mask(line.removesuffix(b"\r"))

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        whole = (
            r'LogFormat "%v:%p %a:%{remote}p %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" '
            r'\"%{X-Forwarded-For}i\"" vhost_combined'
        )
        return (
            Example(
                "the directive, with the client's port",
                b"forum-a.example:80 192.0.2.1:40001 - mary jane [02/Oct/2001:10:00:00 +0200] "
                b'"GET /board/ HTTP/1.1" 200 5 "-" "a" "198.51.100.9"\n'
                b"forum-a.example:80 2001:db8::1:40001 - - [02/Oct/2001:10:00:00 +0200] "
                b'"GET /board/\\"x HTTP/1.1" 200 5 "-" "a" "-"\n'
                b"forum-a.example:80 192.0.2.1:40001 - - [02/Oct/2001:10:00 +0200] "
                b'"GET /board/ HTTP/1.1" 200 5 "-" "a" "-"\n'
                b'forum-a.example:80 192.0.2.1:40001 - a - b [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.1" 200 5 '
                b'"-" "a" "-"\n',
                (
                    {"client_address": "192.0.2.1", "client_port": 40001, "login": "login mary jane"},
                    {"client_address": "2001:db8::1", "client_port": 40001, "object": '/board/\\"x'},
                    "malformed",
                    "malformed",
                ),
                {"log_format": whole},
            ),
            Example(
                "a time in several parts, to the microsecond",
                b'192.0.2.1 - - [02/Oct/2001:10:00:00.000250 +0200] "GET /board/ HTTP/1.1" 200 5\n'
                b'192.0.2.1 - - [02/Oct/2001:10:00:00.25 +0200] "GET /board/ HTTP/1.1" 200 5\n',
                ({"time": 1002009600_000250, "time_text": "02/Oct/2001:10:00:00.000250 +0200"}, "malformed"),
                {
                    "log_format": r"%h %l %u [%{%d/%b/%Y:%H:%M:%S}t.%{usec_frac}t %{%z}t] \"%r\" %>s %b",
                    "host": "forum-a.example",
                },
            ),
            Example(
                "a local time, method and path by themselves",
                b'2001-10-02 10:00:00 192.0.2.1 "forum-a.example" "GET /board/50%?q=1 HTTP/1.1" 200\n'
                b'2001-10-28 02:30:00 192.0.2.1 "forum-a.example" "GET /board/my page HTTP/1.1" 200\n'
                b'2001-10-32 10:00:00 192.0.2.1 "forum-a.example" "GET /board/ HTTP/1.1" 200\n',
                (
                    {
                        "zone": "Europe/Paris",
                        "zone_known": "declared",
                        "object": "/board/50%25?q=1",
                        "action": "search",
                        "time": 1002009600_000000,
                    },
                    "outside_window",
                    "bad_time",
                ),
                {"log_format": '%{%F %T}t %h "%{Host}i" "%m %U%q %H" %>s', "zone": "Europe/Paris"},
            ),
        )


SOURCE = Apache()
