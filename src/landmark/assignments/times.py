"""Reads a time as a record writes it: with its offset, as seconds of the epoch, or local to a declared zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
"""The months as logs write them, to their numbers."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DIGITS = 6

# ISO 8601 extended form, with a blank for the T allowed and seconds optional (RFC 3339, section 5.6, and its note).
_WRITTEN = re.compile(
    r"""
    (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) [Tt\ ] (?P<hours>[0-9]{2}:[0-9]{2}) (?P<seconds>:[0-9]{2})?
    (?:[.,](?P<fraction>[0-9]{1,9}))?
    \ ? (?P<offset>[Zz] | [+-][0-9]{2}(?::?[0-9]{2})?)?
    """,
    re.VERBOSE,
)
# Fewer digits than nine would be a time before 1973, or a date such as 20011001 mistaken for one; more, milliseconds.
_SINCE_EPOCH = re.compile(r"(?P<seconds>0+|[0-9]{9,11})(?:\.(?P<fraction>[0-9]{1,9}))?")


class UnreadableError(Exception):
    """A record cannot be read; `reason` is one of the words of `tables.REJECTED`."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        self.reason = reason
        super().__init__(reason)


class Instant(NamedTuple):
    """An instant, µs UTC: of a local time that occurs twice its two readings, else twice the same."""

    earlier: int
    later: int


def read_instant(text: str, zone: ZoneInfo | None) -> Instant:
    """Read a time.

    Args:
        text: `2001-10-02T19:30:00+01:00`, with `Z` for UTC; the same without offset, local to `zone`; or seconds of the
            epoch in 9 to 11 digits. Fractions are cut off after a microsecond.
        zone: the zone that the case declares.

    Raises:
        UnreadableError: `malformed` where the form is none of these; `bad_time` for a date or time of day that does not
            exist, a local time that never occurs or whose zone is not declared, and the epoch's zero.
    """
    since = _SINCE_EPOCH.fullmatch(text)
    if since is not None:
        at = int(since["seconds"]) * _SECOND + _microseconds(since["fraction"])
        return _some_time(Instant(at, at))
    written = _WRITTEN.fullmatch(text)
    if written is None or (written["fraction"] is not None and written["seconds"] is None):
        raise UnreadableError("malformed")
    if written["hours"].startswith("24"):  # the next day's midnight to some versions of Python, and no time to others
        raise UnreadableError("bad_time")
    plain = f"{written['day']}T{written['hours']}{written['seconds'] or ':00'}"
    fraction = _microseconds(written["fraction"])
    try:
        if written["offset"] is not None:
            at = _since_epoch(datetime.fromisoformat(plain + written["offset"].upper())) + fraction
            return _some_time(Instant(at, at))
        local = datetime.fromisoformat(plain)
        if zone is None:
            raise UnreadableError("bad_time")
        first, second = (_since_epoch(local.replace(tzinfo=zone, fold=fold)) + fraction for fold in (0, 1))
    except (ValueError, OverflowError):
        raise UnreadableError("bad_time") from None
    if second < first:  # the clock was put forward over it (PEP 495)
        raise UnreadableError("bad_time")
    return _some_time(Instant(first, second))


def has_form(text: str) -> bool:
    """Tell whether a text has the form of a time that `read_instant` reads."""
    return has_date(text) or _SINCE_EPOCH.fullmatch(text) is not None


def has_date(text: str) -> bool:
    """Tell whether a text has the form of a date with a time of day; seconds of the epoch might be any number."""
    written = _WRITTEN.fullmatch(text)
    return written is not None and (written["fraction"] is None or written["seconds"] is not None)


def stretches(begin: Instant, end: Instant | None) -> list[tuple[int, int | None, bool]]:
    """Divide an interval into what is certain and what is doubtful.

    A boundary that occurs twice is certain only where both of its readings hold.

    Args:
        begin: the begin.
        end: the end, excluded; its later reading is after the earlier one of the begin. None: no end.

    Returns:
        (from, until, doubtful), µs UTC, half-open, ascending.
    """
    if end is not None and end.earlier <= begin.later:
        return [(begin.earlier, end.later, True)]
    parts: list[tuple[int, int | None, bool]] = [(begin.later, None if end is None else end.earlier, False)]
    if begin.earlier < begin.later:
        parts.insert(0, (begin.earlier, begin.later, True))
    if end is not None and end.earlier < end.later:
        parts.append((end.earlier, end.later, True))
    return parts


def merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give intervals ascending, those that overlap or touch as one."""
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(intervals):
        if apart and begin <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((begin, end))
    return apart


def _some_time(instant: Instant) -> Instant:
    if 0 in instant:
        raise UnreadableError("bad_time")
    return instant


def _since_epoch(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _microseconds(fraction: str | None) -> int:
    return int(fraction[:_DIGITS].ljust(_DIGITS, "0")) if fraction else 0
