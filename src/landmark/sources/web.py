"""What a web log's line comes to, whatever its format: the reasons in their order, then the event."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, Protocol

from landmark.sources import Event, FileReading, Line, Reject, Settings, Step, request_line
from landmark.sources.forwarded import sender
from landmark.sources.naming import without_user_info
from landmark.spellings import host_name, segments, split_absolute, unescape

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable

    from landmark.sources.addresses import Client
    from landmark.sources.request_line import Request

_NOT_VERIFIED = frozenset((401, 403))


class Row(NamedTuple):
    """One line of a web log, taken apart; texts are as logged.

    `instant` is µs UTC by the server's clock, None where the time cannot be; `host` is the one that the line itself
    logs, in its one form; `user` is None where there is none; `beside` is what stands in the line besides request,
    referrer and agent, and may be chosen by others: where a name in it is a mention. `later` is the second instant of
    a local time that occurs twice; `forwarded` the list of forwarded addresses, a claim; `destination` the server's
    own address and port.
    """

    client: Client
    port: int | None
    user: bytes | None
    time: bytes
    zone: str
    instant: int | None
    host: str | None
    request: bytes
    status: int | None
    size: int | None
    referrer: bytes | None
    agent: bytes | None
    beside: bytes
    later: int | None = None
    zone_known: str = "stated"
    forwarded: bytes | None = None
    destination: str | None = None


class Directives(Protocol):
    """Lines that say how those after them read; they begin with `#`."""

    def begin(self) -> None:
        """Begin a text: nothing is known of its lines yet."""

    def take(self, text: bytes) -> bool:
        """Say whether a line is a directive, and take in what it says."""


class WebReader:
    """Reads the lines of a web log, each for itself but for directives."""

    def __init__(
        self,
        settings: Settings,
        parse: Callable[[bytes], Row | None],
        *,
        logs_host: bool,
        directives: Directives | None = None,
        plain: Callable[[bytes], bytes] | None = None,
    ) -> None:
        r"""Take the settings and the format.

        Args:
            settings: what is known besides the bytes.
            parse: takes a line apart; None where it is malformed.
            logs_host: whether the lines say which host was asked.
            directives: takes in the lines that say how others read, if the format has such.
            plain: undoes what is the format's own way to write a character (`\u002f`), to find a target's name.
        """
        self._settings = settings
        self._parse = parse
        self._directives = directives
        self._plain = plain
        self._logs_host = logs_host
        self._written = settings.targets.written("web", logs_host=logs_host, host=settings.host)
        self._stated = None if settings.host is None else host_name(settings.host.encode())
        self._verified = tuple(segments(path.encode()) for path in settings.login_verified)
        self._files: list[FileReading] = []

    @property
    def steps(self) -> list[Step]:
        """None: a web server writes a line when the answer ends, with the time at which it began."""
        return []

    def begin(self) -> None:
        """Begin the next text."""
        self._files.append(FileReading())
        if self._directives is not None:
            self._directives.begin()

    def finish(self) -> list[FileReading]:
        """Give what came of each text."""
        return self._files

    def feed(self, lines: Iterable[Line]) -> None:
        """Take lines; each is kept, dropped or rejected."""
        file = self._files[-1]
        for line in lines:
            came = self._read(line)
            if isinstance(came, Event):
                file.events.append(came)
            elif came in _REJECTED:
                file.rejects.append(Reject(line.number, line.offset, len(line.text), came))
            else:
                file.dropped[came] += 1

    def _read(self, line: Line) -> Event | str:
        text = line.text.removesuffix(b"\r")
        if self._directives is not None and self._directives.take(text):
            return "directive"
        row = None
        if not line.ended:
            row = self._parse(text)
            if row is None:
                return "truncated"
        if not text:
            return "empty"
        return self._judge(line, text, row)

    def _judge(self, line: Line, text: bytes, row: Row | None) -> Event | str:
        settings = self._settings
        plain = text if self._plain is None else self._plain(text)
        if not settings.targets.mentions(plain, "web", self._logs_host, settings.host):
            return "not_watched"
        row = row or self._parse(text)
        if row is None:
            return "malformed"
        if row.instant is None:
            return "bad_time"
        instants = (row.instant,) if row.later is None else (row.instant, row.later)
        return self._sort(line, row, tuple(one - settings.clock_ahead for one in instants))

    def _sort(self, line: Line, row: Row, instants: tuple[int, ...]) -> Event | str:
        settings = self._settings
        request = request_line.read(row.request)
        absolute = request is not None and request.absolute
        host = request.host if request is not None and absolute else row.host if self._logs_host else self._stated
        if host is not None and not settings.targets.reached_at(host, absolute=absolute):
            return "other_host"
        if request is None:
            return "not_watched"
        # CONNECT has no path: only a target without one can be meant.
        match = settings.targets.match_web(host, request.segments, instants, absolute=absolute)
        if not match.fits:
            elsewhere = b"\n".join((request.beyond, row.referrer or b"", row.agent or b"", row.beside))
            return "mention_only" if self._written.held_by(elsewhere) else "not_watched"
        if match.target is None or not (settings.begin <= instants[0] and instants[-1] < settings.end):
            return "outside_window"
        return self._event(line, row, request, host=host, instants=instants, target=match.target)

    def _event(  # noqa: PLR0913 - what was found of the line, each thing once
        self, line: Line, row: Row, request: Request, *, host: str | None, instants: tuple[int, ...], target: str
    ) -> Event:
        settings = self._settings
        came = sender(row.client, row.port, row.forwarded, settings.trusted_proxies)
        referred = _referred(row.referrer, host)
        reason = _reason(request, row.status, referred)
        verified = row.user is not None and row.status not in _NOT_VERIFIED and self._is_verified(request.segments)
        return Event(
            event_id=event_id(line),
            line=line.number,
            offset=line.offset,
            length=len(line.text),
            time=instants[0],
            time_until=instants[1] if len(instants) > 1 else None,
            time_text=text_of(row.time),
            zone=row.zone,
            zone_known=row.zone_known,
            client_address=came.client.address,
            client_port=came.port,
            client_host=came.client.host,
            protocol="tcp",
            destination=settings.server or row.destination,
            login=None if row.user is None else settings.login(row.user),
            target=target,
            action=request.action,
            object=None if request.asked is None else text_of(request.asked),
            articles=None,
            status=row.status,
            bytes=row.size,
            agent=None if row.agent is None else text_of(row.agent),
            referrer=None if row.referrer is None else text_of(without_user_info(row.referrer)),
            connection=None,
            counts=reason is None,
            reason=reason,
            series=settings.series,
            host=host,
            static=request.static,
            referred=referred,
            login_verified=verified,
            login_account=settings.login_account(row.user) if verified and row.user is not None else None,
            instants=instants,
            first_instant=instants[0],
            last_instant=instants[-1],
        )

    def _is_verified(self, path: tuple[bytes, ...]) -> bool:
        return any(path[: len(above)] == above for above in self._verified)


_REJECTED = frozenset(("malformed", "bad_time", "truncated"))


def event_id(line: Line) -> str:
    """Give a line's name for people: of its bytes and where they stand."""
    return f"{hashlib.sha256(line.text).hexdigest()[:16]}-{line.offset:015d}"


def text_of(logged: bytes) -> str:
    r"""Give bytes as text; those that are no UTF-8 become `\xHH`."""
    return logged.decode("utf-8", "backslashreplace")


def masked(line: bytes, match: re.Match[bytes] | None) -> bytes:
    """Mask user and ident (RFC 1413: a name too), and names in addresses; all of a line that cannot be read."""
    if match is None:
        return b"*" * len(line)
    parts, at = [], 0
    for name in ("ident", "user"):
        if name in match.re.groupindex:
            begin, end = match.span(name)
            parts += [line[at:begin], match[name] if match[name] in {b"-", b'""'} else b"***"]
            at = end
    return without_user_info(b"".join((*parts, line[at:])))


def _referred(referrer: bytes | None, host: str | None) -> str:
    if referrer in {None, b"", b"-"}:
        return "none"
    absolute = split_absolute(unescape(referrer or b""))
    other = None if absolute is None else host_name(absolute[0])
    if other is None or host is None:
        return "unknown"
    return "own" if other == host else "other"


def _reason(request: Request, status: int | None, referred: str) -> str | None:
    if request.method not in {"GET", "POST"}:
        return "method"
    if status is None or not _reached(request.method, status):
        return "failed"
    return "embed" if request.static and referred == "other" else None


def _reached(method: str, status: int) -> bool:
    """2xx and 304 (RFC 9110, 15.3 and 15.4.5); a form that was taken is often answered 302 or 303."""
    ok, multiple, found, see_other, not_modified = 200, 300, 302, 303, 304
    return ok <= status < multiple or status == not_modified or (method == "POST" and status in {found, see_other})
