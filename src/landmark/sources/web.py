"""What a web log's line comes to, whatever its format: the reasons in their order, then the event."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from landmark.sources import FileReading, Line, Reject, Settings, Step, referrers, request_line
from landmark.sources.answers import reason
from landmark.sources.forwarded import sender
from landmark.sources.naming import without_user_info
from landmark.sources.row import Found
from landmark.spellings import host_name, segments, text_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa

    from landmark.lines import Stretch
    from landmark.sources.many.combined import Apart
    from landmark.sources.many.judging import Taken
    from landmark.sources.many.rows import Rows
    from landmark.sources.many.spans import Buffer, Numbers
    from landmark.sources.request_line import Asked
    from landmark.sources.row import Directives, Row

_NOT_VERIFIED = frozenset((401, 403))
_MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8, with which a text that was exported may begin

FURTHEST = 10**15 - (1 << 30)
"""Offsets beyond have, or may have, more digits than an `event_id` has room for."""
_FEW = 64  # lines that are judged sooner one by one
_TOGETHER = 1 << 13  # lines that are judged at once
_GATHERED, _HELD = 1 << 11, 1 << 20  # lines and bytes of which no more wait


class WebReader:
    """Reads the lines of a web log, each for itself but for directives."""

    def __init__(  # noqa: PLR0913 - each is a thing of its own that a format may leave out
        self,
        settings: Settings,
        parse: Callable[[bytes], Row | None],
        *,
        logs_host: bool,
        directives: Directives | None = None,
        plain: Callable[[bytes], bytes] | None = None,
        apart: Callable[[Buffer, Numbers, Numbers], Iterator[Apart]] | None = None,
    ) -> None:
        r"""Take the settings and the format.

        Args:
            settings: what is known besides the bytes.
            parse: takes a line apart; None where it is malformed.
            logs_host: whether the lines say which host was asked.
            directives: takes in the lines that say how others read, if the format has such.
            plain: undoes what is the format's own way to write a character (`\u002f`), to find a target's name.
            apart: takes many usual lines apart at once, as `parse` does each of them, if the format can.
        """
        self._settings = settings
        self._parse = parse
        self._directives = directives
        self._plain = plain
        self._logs_host = logs_host
        self._names = settings.targets.sought("web", logs_host=logs_host, host=settings.host)
        self._written = settings.targets.written("web", logs_host=logs_host, host=settings.host)
        self._stated = None if settings.host is None else host_name(settings.host.encode())
        self._is_verified = partial(_is_below, tuple(segments(path.encode()) for path in settings.login_verified))
        self._files: list[FileReading] = []
        self._rows: Rows
        self._waiting: list[Line] = []
        self._held = 0  # bytes of what waits
        from landmark.sources.many.in_turn import InTurn  # noqa: PLC0415 - start-up time
        from landmark.sources.many.judging import Known, Many  # noqa: PLC0415 - as above

        known = Known(settings, self._names, self._stated, logs_host, self._is_verified)
        self._many = Many(known, apart)
        self._judged: InTurn[Taken] = InTurn()

    @property
    def steps(self) -> list[Step]:
        """None: a web server writes a line when the answer ends, with the time at which it began."""
        return []

    def begin(self) -> None:
        """Begin the next text."""
        from landmark.sources.many.rows import Rows  # noqa: PLC0415 - start-up time

        self._end()
        self._rows = Rows(self._settings.series)
        self._files.append(FileReading(rows=self._rows))
        if self._directives is not None:
            self._directives.begin()

    def finish(self) -> list[FileReading]:
        """Give what came of each text."""
        self._end()
        return self._files

    def feed(self, lines: Iterable[Line]) -> None:
        """Take lines; each is kept, dropped or rejected."""
        for line in lines:
            self._waiting.append(line)
            self._held += len(line.text)
        if len(self._waiting) >= _GATHERED or self._held >= _HELD:
            self._settle()

    def feed_stretch(self, stretch: Stretch) -> None:
        """Take lines of which most are sure to name a target; each is kept, dropped or rejected."""
        self._settle()
        for part in stretch.parts(_TOGETHER):
            if part.offset >= FURTHEST:
                self._take(*self._judged.rest())
                self._each(part.lines())
            else:
                self._take(*self._judged.ask(partial(self._many.along, part)))

    def _settle(self) -> None:
        """Judge the lines that wait to be many."""
        lines, self._waiting, self._held = self._waiting, [], 0
        for begin in range(0, len(lines), _TOGETHER):
            some = lines[begin : begin + _TOGETHER]
            if len(some) < _FEW or some[-1].offset >= FURTHEST or not all(line.ended for line in some):
                self._take(*self._judged.rest())
                self._each(some)
            elif self._judged.busy:
                self._take(*self._judged.ask(partial(self._many.of, some)))
            else:  # few lines concern the case: threads would gain little, and hold what memory they once had
                self._take(self._many.of(some))

    def _end(self) -> None:
        """Judge all that was fed."""
        self._settle()
        self._take(*self._judged.rest())
        self._judged.end()

    def _take(self, *judged: Taken) -> None:
        for taken in judged:
            self._outside(taken.outside_window)
            self._each(taken.left, taken.columns)

    def _outside(self, count: int) -> None:
        if count:
            self._files[-1].dropped["outside_window"] += count

    def _each(self, lines: Iterable[Line], columns: Sequence[dict[str, pa.Array]] = ()) -> None:
        """Take lines apart one by one, and judge them; what is kept stands with columns that were made already."""
        rows: list[tuple[Line, Row]] = []
        for line in lines:
            came = self._read(line)
            if isinstance(came, str):
                self._account(line, came)
            else:
                rows.append((line, came))
        if len(rows) >= _FEW and rows[-1][0].offset < FURTHEST:
            taken = self._many.rows(rows)
            self._outside(taken.outside_window)
            columns, rows = [*columns, *taken.columns], taken.left
        found: list[Found] = []
        for line, row in rows:
            judged = self._judge(line, row)
            if isinstance(judged, str):
                self._account(line, judged)
            else:
                found.append(judged)
        self._rows.put(columns, found)

    def _account(self, line: Line, reason: str) -> None:
        if reason in _REJECTED:
            self._files[-1].rejects.append(Reject(line.number, line.offset, len(line.text), reason))
        else:
            self._files[-1].dropped[reason] += 1

    def _read(self, line: Line) -> Row | str:
        """Take a line apart, or say why not: one that names no target is none of the case's, whatever else it is."""
        text = line.text.removesuffix(b"\r")
        if not line.offset:
            text = text.removeprefix(_MARK)
        if self._directives is not None and self._directives.take(text):
            return "directive"
        row = None
        if not line.ended:
            row = self._parse(text)
            if row is None:
                return "truncated"
        if not text:
            return "empty"
        if self._names is not None and not self._names.held_by(text if self._plain is None else self._plain(text)):
            return "not_watched"
        row = row or self._parse(text)
        if row is None:
            return "malformed"
        return "bad_time" if row.instant is None else row

    def _judge(self, line: Line, row: Row) -> Found | str:
        """Judge a line that names a target, and has an instant."""
        settings = self._settings
        instants = tuple(one - settings.clock_ahead for one in (row.instant, row.later) if one is not None)
        asked = request_line.known(row.request)
        absolute = asked is not None and asked.request.host is not None
        host = asked.request.host if asked and absolute else row.host if self._logs_host else self._stated
        if host is not None and not settings.targets.reached_at(host, absolute=absolute):
            return "other_host"
        if asked is None:
            return "not_watched"
        # CONNECT has no path: only a target without one can be meant.
        match = settings.targets.match_web(host, asked.request.segments, instants, absolute=absolute)
        if not match.fits:
            elsewhere = b"\n".join((asked.request.beyond, row.referrer or b"", row.agent or b"", row.beside))
            is_named = self._written.held_by(elsewhere) or self._fits_otherwise(row, host, instants)
            return "mention_only" if is_named else "not_watched"
        if match.target is None or not (settings.begin <= instants[0] and instants[-1] < settings.end):
            return "outside_window"
        return self._found(line, row, asked, host=host, instants=instants, target=match.target)

    def _fits_otherwise(self, row: Row, host: str | None, instants: tuple[int, ...]) -> bool:
        """Say whether the request concerns a target if it was the other one that the line may have."""
        asked = None if row.otherwise is None else request_line.known(row.otherwise)
        return asked is not None and self._settings.targets.match_web(host, asked.request.segments, instants).fits

    def _found(  # noqa: PLR0913 - what was found of the line, each thing once
        self, line: Line, row: Row, asked: Asked, *, host: str | None, instants: tuple[int, ...], target: str
    ) -> Found:
        settings = self._settings
        sent, sent_from = row.client, row.port
        if row.forwarded is not None:
            sent, sent_from = sender(row.client, row.port, row.forwarded, settings.trusted_proxies)
        referrer = referrers.NOTHING if row.referrer is None else referrers.known(row.referrer)
        referred = referrer.origin.to(host)
        login, account, verified = None, None, False
        if row.user is not None:
            login = settings.login(row.user)
            verified = row.status not in _NOT_VERIFIED and self._is_verified(asked.request.segments)
            account = settings.login_account(row.user) if verified else None
        return Found(
            event_id(line),
            line.number,
            line.offset,
            len(line.text),
            instants[0],
            instants[1] if len(instants) > 1 else None,
            text_of(row.time),
            row.zone,
            row.zone_known,
            sent.address,
            sent_from,
            sent.host,
            settings.server or row.destination,
            login,
            target,
            asked.action,
            asked.object,
            row.status,
            row.size,
            _agent(row.agent),
            referrer.text,
            reason(asked.request.method, row.status, static=asked.static, referred=referred),
            host,
            asked.static,
            referred,
            verified,
            account,
        )


def _is_below(those: tuple[tuple[bytes, ...], ...], path: tuple[bytes, ...]) -> bool:
    return any(path[: len(above)] == above for above in those)


_LONGEST = 1 << 9  # bytes of a text that is worth to be remembered: what was made of it is held with it
_REMEMBERED = 1 << 13


def _agent(agent: bytes | None) -> str | None:
    if agent is None:
        return None
    return _known_text(agent) if len(agent) <= _LONGEST else text_of(agent)


@lru_cache(maxsize=_REMEMBERED)
def _known_text(logged: bytes) -> str:
    return text_of(logged)


_REJECTED = frozenset(("malformed", "bad_time", "truncated"))


def event_id(line: Line) -> str:
    """Give a line's name for people: of its bytes and where they stand."""
    return f"{hashlib.sha256(line.text).hexdigest()[:16]}-{line.offset:015d}"


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
