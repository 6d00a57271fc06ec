"""What one line of a web log comes to, whatever its format: the reasons in their order, then what is kept."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.lines import MARK
from landmark.sources import referrers, request_line
from landmark.sources.answers import reason
from landmark.sources.forwarded import sender
from landmark.sources.row import Found
from landmark.spellings import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.lines import Line
    from landmark.sources.many.judging import Known
    from landmark.sources.request_line import Asked
    from landmark.sources.row import Directives, Row

_NOT_VERIFIED = frozenset((401, 403))
_LONGEST = 1 << 9  # bytes of a text that is worth to be remembered: what was made of it is held with it
_REMEMBERED = 1 << 13


class Judge:
    """Judges the lines of one log, each by itself."""

    def __init__(
        self,
        known: Known,
        parse: Callable[[bytes], Row | None],
        directives: Directives | None,
        plain: Callable[[bytes], bytes] | None,
    ) -> None:
        """Take what is known of the log besides its lines, and of its format what `web.WebReader` takes."""
        self._settings = known.settings
        self._logs_host = known.logs_host
        self._names = known.names
        self._stated = known.stated
        self._is_verified = known.is_verified
        self._written = known.settings.targets.written("web", logs_host=known.logs_host, host=known.settings.host)
        self._parse = parse
        self._directives = directives
        self._plain = plain

    def read(self, line: Line) -> Row | str:
        """Take a line apart, or say why not: one that names no target is none of the case's, whatever else it is."""
        text = line.text.removesuffix(b"\r")
        if not line.offset:
            text = text.removeprefix(MARK)
        if self._directives is not None and self._directives.take(text):
            return "directive"
        row = None if line.ended else self._parse(text)
        if not text and (line.ended or line.text == MARK):
            return "empty"
        if row is None and not line.ended:
            return "truncated"
        if self._names is not None and not self._names.held_by(text if self._plain is None else self._plain(text)):
            return "not_watched"
        row = row or self._parse(text)
        if row is None:
            return "malformed"
        return "bad_time" if row.instant is None else row

    def judge(self, line: Line, row: Row) -> Found | str:
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


def _agent(agent: bytes | None) -> str | None:
    if agent is None:
        return None
    return _known_text(agent) if len(agent) <= _LONGEST else text_of(agent)


@lru_cache(maxsize=_REMEMBERED)
def _known_text(logged: bytes) -> str:
    return text_of(logged)


def event_id(line: Line) -> str:
    """Give a line's name for people: of its bytes and where they stand."""
    return f"{hashlib.sha256(line.text).hexdigest()[:16]}-{line.offset:015d}"
