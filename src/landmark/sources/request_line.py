"""A request line as a web server's log has it (RFC 9112, 3): what was asked for, of which host."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from landmark.spellings import host_name, percent_decode, segments, split_absolute, text_of, unescape

_METHOD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PROTOCOL = re.compile(rb"HTTP/\d+(?:\.\d+)?")
_PATH_END = re.compile(rb"[?#]")
_SEARCHES = frozenset((b"q", b"s", b"search", b"query", b"keywords"))

STATIC = frozenset(
    (
        *("css", "xsl"),  # style
        *("js", "mjs"),  # script
        *("apng", "avif", "bmp", "cur", "gif", "heic", "heif", "ico", "jfif", "jp2", "jpe", "jpeg", "jpg", "jxl"),
        *("pjpeg", "png", "svg", "tif", "tiff", "webp", "xbm"),  # picture, to here
        *("eot", "otf", "ttf", "woff", "woff2"),  # font
        *("aac", "aif", "aiff", "au", "flac", "m4a", "mid", "midi", "mp2", "mp3", "oga", "ogg", "opus", "ra", "ram"),
        *("snd", "wav", "weba", "wma"),  # sound, to here
        *("3gp", "asf", "avi", "flv", "m4v", "mkv", "mov", "mp4", "mpe", "mpeg", "mpg", "ogv", "rm", "swf", "webm"),
        *("3g2", "divx", "m1v", "m2v", "qt", "wmv"),  # film, to here
    )
)
"""Extensions of what is no page: styles, scripts, pictures, fonts, sounds and films."""
_LONGEST = 1 << 9  # bytes of a request that is remembered: what was made of it is held with it


class Request(NamedTuple):
    """A request that can be read.

    `host` is the one that it names itself (absolute or authority form), in its one form, else None; `segments` are
    those of its path; `query` is as logged, without the `?`; `asked` is path and query as logged, None for CONNECT.
    """

    method: str
    host: str | None
    segments: tuple[bytes, ...]
    query: bytes
    asked: bytes | None

    @property
    def absolute(self) -> bool:
        """Whether it names its own host."""
        return self.host is not None

    @property
    def beyond(self) -> bytes:
        """What follows the path, as logged: query and fragment."""
        cut = None if self.asked is None else _PATH_END.search(self.asked)
        return b"" if self.asked is None or cut is None else self.asked[cut.start() :]

    @property
    def static(self) -> bool:
        """Whether it is for a style, script, picture, font, sound or film, by its extension."""
        if not self.segments:
            return False
        _, dot, extension = self.segments[-1].rpartition(b".")
        return bool(dot) and extension.decode("latin-1").lower() in STATIC

    @property
    def action(self) -> str:
        """What was done: post, search, fetch, open, connect or other."""
        if self.method != "GET":
            return {"POST": "post", "CONNECT": "connect"}.get(self.method, "other")
        if self.searches:
            return "search"
        return "fetch" if self.static else "open"

    @property
    def searches(self) -> bool:
        """Whether its query has a parameter that asks for words."""
        return any(
            percent_decode(part.partition(b"=")[0]) in _SEARCHES for part in unescape(self.query).split(b"&") if part
        )


class Asked(NamedTuple):
    """What a request comes to, in whichever line it is: `object` is its path and query as text, None for CONNECT."""

    request: Request
    action: str
    object: str | None
    static: bool


def known(field: bytes) -> Asked | None:
    """Say what a request as logged comes to; None where it cannot be read."""
    return _known(field) if len(field) <= _LONGEST else _known.__wrapped__(field)


@lru_cache(maxsize=1 << 13)
def _known(field: bytes) -> Asked | None:
    request = read(field)
    if request is None:
        return None
    return Asked(request, request.action, None if request.asked is None else text_of(request.asked), request.static)


def read(field: bytes) -> Request | None:
    """Read a request as logged; None where it cannot be read: `-`, empty, TLS bytes, or without a path."""
    method, _, rest = field.partition(b" ")
    if not _METHOD.fullmatch(method):
        return None
    rest = rest.strip(b" ")
    before, _, protocol = rest.rpartition(b" ")
    target = before.rstrip(b" ") if before and _PROTOCOL.fullmatch(protocol) else rest
    name = method.decode("ascii")
    if target.startswith(b"/"):
        return _with_path(name, None, target)
    absolute = split_absolute(target)
    if absolute is not None:
        host = host_name(percent_decode(unescape(absolute[0])))  # RFC 3986, 3.2.2: a proxy may have escaped it
        return None if host is None else _with_path(name, host, absolute[1])
    if name == "CONNECT":
        host = host_name(unescape(target))
        return None if host is None else Request(name, host, (), b"", None)
    return None


def _with_path(method: str, host: str | None, target: bytes) -> Request:
    cut = _PATH_END.search(target)
    path = target if cut is None else target[: cut.start()]
    query = b"" if cut is None or cut.group() == b"#" else target[cut.end() :].partition(b"#")[0]
    return Request(method, host, segments(unescape(path)), query, target)
