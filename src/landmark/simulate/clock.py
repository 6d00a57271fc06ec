"""The world's calendar: its window, the night in which the clocks change, and how servers write a time.

Instants are int seconds since 1970-01-01T00:00:00Z. The world lasts from 14 to 29 October 2001, in London: summer time
ended on 28 October 2001 at 01:00 UTC. Local time is worked out here, not looked up, so that nothing is shared with
the code that reads it again.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable
from typing import NamedTuple

Clock = Callable[[str, int], int]
"""Gives what the clock of a log (`web`, `club`, `news`, `news2`) shows at an instant."""


def right(log: str, instant: int) -> int:  # noqa: ARG001 - a `Clock`: it is right whichever log asks
    """Show the right time."""
    return instant


MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DAYS = 14
"""Days of the window."""
BEGIN = calendar.timegm((2001, 10, 15, 0, 0, 0))
"""First instant of the window."""
END = BEGIN + DAYS * DAY
"""First instant after the window."""
CHANGE = calendar.timegm((2001, 10, 28, 1, 0, 0))
"""The instant at which local clocks go back from 02:00 to 01:00."""
LOGS_FROM = BEGIN - 12 * HOUR
LOGS_UNTIL = END + 6 * HOUR
_OCTOBER = calendar.timegm((2001, 10, 1, 0, 0, 0))


def offset(instant: int) -> int:
    """Give how far local clocks are ahead of UTC, seconds."""
    return HOUR if instant < CHANGE else 0


def twice(instant: int) -> tuple[int, ...]:
    """Give every instant whose local time reads like this one's: two in the hour that comes twice, else one."""
    if CHANGE - HOUR <= instant < CHANGE + HOUR:
        earlier = instant if instant < CHANGE else instant - HOUR
        return earlier, earlier + HOUR
    return (instant,)


def _local(instant: int) -> tuple[int, int, int, int]:
    day, rest = divmod(instant + offset(instant) - _OCTOBER, DAY)
    hour, rest = divmod(rest, HOUR)
    return day + 1, hour, rest // MINUTE, rest % MINUTE


def web_stamp(instant: int) -> str:
    """Give the time as Apache httpd's ``%t`` writes it, without brackets: local time and its offset."""
    day, hour, minute, second = _local(instant)
    zone = "+0100" if instant < CHANGE else "+0000"
    return f"{day:02d}/Oct/2001:{hour:02d}:{minute:02d}:{second:02d} {zone}"


def syslog_stamp(instant: int) -> str:
    """Give the time as syslog writes it (RFC 3164, 4.1.2): local, without year or offset."""
    day, hour, minute, second = _local(instant)
    return f"Oct {day:2d} {hour:02d}:{minute:02d}:{second:02d}"


def iso(instant: int) -> str:
    """Give the instant in UTC as ISO 8601 writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(instant))


class Zones(NamedTuple):
    """A source in local time without offset: how far ahead of London's it is written, and the case reads London's."""

    ahead: int  # seconds

    def written(self, instant: int) -> str:
        """Give the local time as a database writes it."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(instant + offset(instant) + self.ahead))

    def read(self, instant: int) -> tuple[int, ...]:
        """Give the instants, one or two, that what is written of an instant means in London."""
        local = instant + offset(instant) + self.ahead
        summer, winter = local - HOUR, local
        return tuple(one for one in (summer, winter) if one + offset(one) == local)
