"""The head of a syslog line before its message: `Oct  2 10:00:00 dhcp1 dhcpd[471]: …` (RFC 3164, 4.1) or, as rsyslog
writes it, `2001-10-02T10:00:00.123456+01:00 dhcp1 dhcpd[471]: …` (RFC 3339).

The first has neither year nor zone: the case states the year of the first line, and it advances where December turns to
January; a December line is late, and does not advance it again, until one of February to November has come.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.times import Instant, UnreadableError, read_instant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_HEAD = re.compile(
    rb"""
    (?:<[0-9]{1,3}>)?
    (?:
        (?P<month>"""
    + b"|".join(_MONTHS)
    + rb""")\ {1,2}(?P<day>[0-9]{1,2})\ (?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})
        | (?P<written>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}))
    )
    \ (?P<host>\S+)\ (?P<message>.*)
    """,
    re.VERBOSE | re.DOTALL,
)
_JANUARY, _DECEMBER = 1, 12


class Head(NamedTuple):
    """When a line was written, by which host, and its message from the program's name on."""

    at: Instant
    host: bytes
    message: bytes


class Heads:
    """Reads the heads of one series of files, in order."""

    def __init__(self, year: int | None, zone: ZoneInfo | None) -> None:
        """Take the year of the first line and the zone, as the case states them."""
        self._year = year
        self._zone = zone
        self._in_december = False
        self._december_is_late = False

    def read(self, text: bytes) -> Head:
        """Take a line apart.

        Raises:
            UnreadableError: `malformed` where it is no syslog line; `bad_time` where there is no such time, or the case
                states no year or no zone for one that needs it.
        """
        match = _HEAD.fullmatch(text)
        if match is None:
            raise UnreadableError("malformed")
        if match["written"] is not None:
            at = read_instant(match["written"].decode("ascii"), self._zone)
        else:
            year = self._year_of(_MONTHS[match["month"]])
            if year is None:
                raise UnreadableError("bad_time")
            day, clock = match["day"].decode("ascii").rjust(2, "0"), match["clock"].decode("ascii")
            at = read_instant(f"{year:04}-{_MONTHS[match['month']]:02}-{day} {clock}", self._zone)
        return Head(at, match["host"], match["message"])

    def _year_of(self, month: int) -> int | None:
        if self._year is None:
            return None
        if month == _JANUARY:
            self._year += self._in_december
            self._in_december, self._december_is_late = False, True
        elif month == _DECEMBER and self._december_is_late:
            return self._year - 1
        else:
            self._in_december, self._december_is_late = month == _DECEMBER, False
        return self._year
