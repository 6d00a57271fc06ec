"""When and where a line was written: the heads that devices and log servers put before a message.

    <14>1 2001-10-02T19:00:00.250+01:00 cgn1 …              RFC 5424, section 6.2
    2001-10-02T19:00:00+01:00 cgn1 …                        its time alone, as log servers write it
    <166>Oct  2 19:00:00 cgn1 …                             RFC 3164, section 4.1
    <166>Oct 02 2001 19:00:00 cgn1 : %ASA-6-…               Cisco ASA, `logging timestamp`
    4711: *Oct  2 19:00:00.250 UTC: %IPNAT-6-…              Cisco IOS, `service timestamps`
    1 2001 Oct 2 19:00:00 cgn1 - - NAT44 - […]              Cisco IOS XR, its external log of NAT

A zone's abbreviation is not believed: the case's zone wins. A star before the time says that the clock was never set.
A local time that occurs twice has two readings (`times.Instant`): the lines of many devices stand mixed in one file,
and their order settles nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from landmark.assignments.times import MONTHS, Instant, UnreadableError, read_instant
from landmark.tables import SECOND
from landmark.zones import zone_of

_MONTHS = {name.encode(): number for name, number in MONTHS.items()}
_NAMES = b"|".join(_MONTHS)
HEAD = re.compile(
    rb"""
    (?:<\d{1,3}>)?+ (?:1\ )?+                     # priority, version
    (?:\d{1,12}:\ )?+                             # a device's own count of its lines
    (?P<unset>\*)?+ \.?+                          # never set; not synchronised
    (?:
        (?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?+(?:[Zz]|[+-]\d\d:?\d\d)?+)
        | (?:(?P<before>\d{4})\ )?+ (?P<month>"""
    + _NAMES
    + rb""")\ {1,2}(?P<day>\d{1,2})\ (?:(?P<after>\d{4})\ )?+
        (?P<clock>\d\d:\d\d:\d\d)(?P<fraction>\.\d{1,9})?+
    )
    (?:\ [A-Z]{2,5}(?=:\ ))?+                     # a zone's abbreviation
    (?::\ |\ :\ |\ ) (?P<host>[^\s:]*+) (?P<message>.*+)
    """,
    re.VERBOSE | re.DOTALL,
)
"""The head of a line, and in `message` what follows the host."""
# The same up to the second, at the beginning of any of several lines.
_HEADS = re.compile(
    rb"^(?:<\d{1,3}>)?(?:1 )?(?:\d{1,12}: )?\*?\.?"
    rb"(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?"
    rb"|(?:(\d{4}) )?(" + _NAMES + rb") {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d))",
    re.MULTILINE,
)
# The same, and the host.
_HOSTS = re.compile(
    _HEADS.pattern + rb"(?:\.\d{1,9})?(?: [A-Z]{2,5}(?=: ))?(?:: | : | )([^\s:]*)",
    re.MULTILINE,
)
TIME = rb"(?:\d{4}-\d\d-\d\d[T ]|(?:" + _NAMES + rb") {1,2}\d{1,2} (?:\d{4} )?)\d\d:\d\d:\d\d"
"""What a time begins as in any head, up to the second."""
_BEGUN = re.compile(rb"^([^:\n]*:\d\d:\d\d)(?:[.,]\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?", re.MULTILINE)
OFFSET = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
"""The offset from UTC, where a time that was written states one."""
_JANUARY, _DECEMBER = 1, 12
_HIGHEST_YEAR = 9998
_NEVER = (1 << 63) - 1


class Head(NamedTuple):
    """The head of a line: its instant, the host that it names, everything from that name on."""

    at: Instant
    host: bytes
    message: bytes
    stated: bool  # whether the line itself writes the offset from UTC


class Clock:
    """Reads the heads of the lines of one series of files, in their order."""

    def __init__(self, zone: str | None, year: int | None) -> None:
        """Take the declared zone, and the year of the first line that writes none."""
        self._zone = zone
        self._year = year
        self._in_december = False
        self._december_is_late = False
        self._month = 0  # of the last line that wrote no year
        self._known: dict[tuple[bytes, ...], int] = {}

    def earliest(self, lines: bytes) -> int | None:
        """Give an instant before which none of some whole lines is, µs UTC, of their heads alone; far off: all faulty.

        None where one of them would change how later lines are read: it writes no year, and is of another month than
        the last such line. A line of the same month changes nothing.
        """
        earliest = _NEVER
        begun = _BEGUN.findall(lines)
        if len(begun) == lines.count(b"\n"):  # many lines in a row are of one second
            lines = b"\n".join([time + offset for time, offset in set(begun)])
        for found in set(_HEADS.findall(lines)):
            iso, offset, before, name, day, after, clock = found
            year, key = before or after, found
            if not iso and not year:
                if self._year is None or self._year > _HIGHEST_YEAR:
                    continue
                if _MONTHS[name] != self._month:
                    return None
                # The state does not change with further lines of a month: a late December is one of the year before.
                year = b"%04d" % (self._year - (self._month == _DECEMBER and self._december_is_late))
                key = (*found, year)
            at = self._known.get(key)
            if at is None:
                written = iso + offset if iso else b"%b-%02d-%02d %b" % (year, _MONTHS[name], int(day), clock)
                read = read_time(written.decode("ascii"), self._zone)
                at = self._known[key] = _NEVER if isinstance(read, str) else read.earlier
            earliest = min(earliest, at)
        return earliest

    def times(self, lines: bytes) -> dict[bytes, list[tuple[int, int]]] | None:
        """Give, for each host, between which instants each of its lines lies, µs UTC, of the heads alone, in order.

        A head that cannot be read has none. None for all where one would change how later lines are read, as for
        `earliest`, and where a time occurs twice.
        """
        hosts: dict[bytes, list[tuple[int, int]]] = {}
        for (*found, host), _ in groupby(_HOSTS.findall(lines)):
            iso, offset, before, name, day, after, clock = found
            year = before or after
            if not iso and not year:
                if self._year is None or self._year > _HIGHEST_YEAR:
                    continue
                if _MONTHS[name] != self._month:
                    return None
                year = b"%04d" % (self._year - (self._month == _DECEMBER and self._december_is_late))
            written = iso + offset if iso else b"%b-%02d-%02d %b" % (year, _MONTHS[name], int(day), clock)
            read = read_time(written.decode("ascii"), self._zone)
            if isinstance(read, str):
                continue
            if read.earlier != read.later:
                return None
            hosts.setdefault(host, []).append((read.earlier, read.later + SECOND))
        return hosts

    def head(self, text: bytes) -> Head:
        """Read the head of the next line.

        Raises:
            UnreadableError: `malformed`: it has none; `bad_time`: there is no such time, or its zone or its year is
                neither written nor declared.
        """
        match = HEAD.match(text)
        if match is None or b"\0" in text:
            raise UnreadableError("malformed")
        if match["iso"] is not None:
            written = match["iso"].decode("ascii")
        else:
            year = match["before"] or match["after"]
            month = _MONTHS[match["month"]]
            number = self._year_of(month) if year is None else int(year)
            fraction = (match["fraction"] or b"").decode("ascii")
            written = f"{number:04}-{month:02}-{int(match['day']):02} {match['clock'].decode('ascii')}{fraction}"
        if match["unset"] is not None:
            raise UnreadableError("bad_time")
        read = read_time(written, self._zone)
        if isinstance(read, str):
            raise UnreadableError(read)
        stated = match["iso"] is not None and OFFSET.search(written) is not None
        return Head(read, match["host"], match["host"] + match["message"], stated)

    def _year_of(self, month: int) -> int:
        """Give the year of the next line that writes none.

        It advances where December turns to January; a December line is late until one of February to November has come.
        """
        if self._year is None or self._year > _HIGHEST_YEAR:
            raise UnreadableError("bad_time")
        self._month = month
        if month == _DECEMBER and self._december_is_late:
            return self._year - 1
        if month == _JANUARY:
            self._year += self._in_december
        self._in_december, self._december_is_late = month == _DECEMBER, month == _JANUARY
        return self._year


def message_of(text: bytes) -> bytes | None:
    """Give what stands behind the host's name; None where a line has no head."""
    match = HEAD.match(text)
    return None if match is None or b"\0" in text else match["message"]


@lru_cache(maxsize=1 << 12)
def read_time(written: str, zone: str | None) -> Instant | str:
    """Read a time; give the reason where that fails. Many lines in a row are of one second."""
    try:
        return read_instant(written, None if zone is None else zone_of(zone))
    except UnreadableError as error:
        return error.reason
