"""The times in a record of a `detail` file: which of them is the packet's instant, and whether the others agree.

The instant is `Timestamp` (the server's clock, seconds of the epoch) less Acct-Delay-Time; without `Timestamp`, the
date in the record's first line, local to the declared zone whatever abbreviation stands beside it. That date, also the
server's, and Event-Timestamp, the NAS's, are checks. Where one disagrees (the date beyond the tolerance, the other
beyond both clocks'), no clock is believed over the other. A server that wrote local time as UTC is found by either.

An Event-Timestamp of 1970 is a clock that was never set, and no check. One that says UTC may be just that, whatever the
zone declared.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.times import MONTHS, Instant, UnreadableError, has_date, has_form, read_instant
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_SECOND = 1_000_000
_FIRST_YEAR = 365 * 86_400 * _SECOND
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK = r"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
# `Tue Oct  2 10:00:00 2001` as ctime writes it; a zone's abbreviation may stand before or after the year.
_HEAD = re.compile(
    rf"""
    (?P<name>{"|".join(_DAYS)}) \ (?P<month>{"|".join(MONTHS)}) \ {{1,2}} (?P<day>[0-9]{{1,2}})
    \ {_CLOCK} (?:\ [A-Z]{{1,5}})? \ (?P<year>[0-9]{{4}}) (?:\ [A-Z]{{1,5}})?
    """,
    re.VERBOSE,
)
# `Oct  2 2001 10:00:00 BST`
_EVENT = re.compile(
    rf"""
    (?P<month>{"|".join(MONTHS)}) \ {{1,2}} (?P<day>[0-9]{{1,2}}) \ (?P<year>[0-9]{{4}})
    \ {_CLOCK} (?:\ (?P<zone>[-+A-Za-z0-9]{{1,6}}))?
    """,
    re.VERBOSE,
)
_SINCE_EPOCH = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_UTC = zone_of("UTC")


class Times(NamedTuple):
    """When a packet was, and how far that can be relied on; µs UTC, the clock's known deviation taken off."""

    at: Instant  # delay taken off
    sure: bool  # whether the checks agree
    stamp: int | None  # `Timestamp`, where the date in the first line does not disagree


class Clock(NamedTuple):
    """What the case says of the server's clock."""

    zone: ZoneInfo | None
    ahead: int  # µs
    tolerance: int  # µs


def is_head(line: str) -> bool:
    """Tell whether a line has the form of a record's first."""
    return _HEAD.fullmatch(line) is not None or has_date(line)


def is_event_time(value: str) -> bool:
    """Tell whether a value has the form of an Event-Timestamp."""
    return _EVENT.fullmatch(value) is not None or has_form(value)


def times(head: str, stamp: str | None, event: str | None, delay: int, clock: Clock) -> Times:
    """Read the times of a record.

    Args:
        head: its first line.
        stamp: its `Timestamp`.
        event: its Event-Timestamp.
        delay: its Acct-Delay-Time, µs.
        clock: the server's.

    Raises:
        UnreadableError: `malformed` where the form of one is broken; `bad_time` where the instant is none, or not after
            the epoch's zero.
    """
    if not is_head(head) or (stamp is not None and not (_SINCE_EPOCH.fullmatch(stamp) and has_form(stamp))):
        raise UnreadableError("malformed")
    if event is not None and not (is_event_time(event) or _SINCE_EPOCH.fullmatch(event)):
        raise UnreadableError("malformed")
    written = _head_time(head, clock.zone)
    dated = True
    if stamp is None:
        if written is None:
            raise UnreadableError("bad_time")
        shown = written
    else:
        shown = read_instant(stamp, None)
        dated = clock.zone is None or (written is not None and _agree([written], [shown], clock.tolerance))
    said = None if event is None else _event_times(event, clock.zone)
    back = delay + clock.ahead
    real = Instant(shown.earlier - back, shown.later - back)
    if real.earlier <= 0:
        raise UnreadableError("bad_time")
    # The NAS may keep the right time, or have it from where the server has it.
    both = [real, Instant(shown.earlier - delay, shown.later - delay)]
    agreed = said is None or _agree(said, both, 2 * clock.tolerance)
    return Times(real, dated and agreed, shown.earlier - clock.ahead if stamp is not None and dated else None)


def _agree(ones: Iterable[Instant], others: Iterable[Instant], tolerance: int) -> bool:
    others = list(others)
    return any(abs(a - b) <= tolerance for one in ones for other in others for a in one for b in other)


@lru_cache(maxsize=1 << 12)
def _head_time(head: str, zone: ZoneInfo | None) -> Instant | None:
    """Give the date's instant; None where there is no such date or time of day, or no zone to read it in."""
    match = _HEAD.fullmatch(head)
    if match is None:
        return _instant(head, zone)
    try:
        day = date(int(match["year"]), MONTHS[match["month"]], int(match["day"]))
    except ValueError:
        return None
    return _instant(f"{day} {match['clock']}", zone) if _DAYS[day.weekday()] == match["name"] else None


@lru_cache(maxsize=1 << 12)
def _event_times(event: str, zone: ZoneInfo | None) -> tuple[Instant, ...] | None:
    """Give what an Event-Timestamp may mean; None where it is no check."""
    match = _EVENT.fullmatch(event)
    if match is None:
        if _SINCE_EPOCH.fullmatch(event):
            at = int(event.split(".", 1)[0]) * _SECOND
            return None if at < _FIRST_YEAR else (Instant(at, at),)
        found = [_instant(event, zone)]
    else:
        text = f"{match['year']}-{MONTHS[match['month']]:02}-{int(match['day']):02} {match['clock']}"
        zones = [zone, _UTC] if match["zone"] in {"UTC", "GMT", "Z"} else [zone]
        if zones == [None]:
            return None
        found = [_instant(text, one) for one in zones]
    known = tuple(one for one in found if one is not None)
    return None if known and known[0].later < _FIRST_YEAR else known


def _instant(text: str, zone: ZoneInfo | None) -> Instant | None:
    try:
        return read_instant(text, zone)
    except UnreadableError:
        return None
