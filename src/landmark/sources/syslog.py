"""The head of a syslog line (RFC 3164, 4.1) and what is missing in it: the year, the zone, which of two autumn hours.

    Oct  2 10:00:00 news1 nnrpd[4711]: …

Every line of every program tells something of the clock of its host; nothing else is read of most of them. What Solaris
puts before a message, `[ID 702911 news.notice] `, is left out.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources import Step
from landmark.sources.local_times import Years, local_midnight
from landmark.sources.times import MONTHS
from landmark.tables import MINUTE, SECOND

if TYPE_CHECKING:
    from landmark.sources.local_times import Zone

_HEAD = re.compile(
    rb"(?:<\d{1,3}>)?+((?:" + b"|".join(MONTHS) + rb") {1,2}+\d{1,2} \d\d:\d\d:\d\d) (\S++) (.*+)", re.DOTALL
)
_SOLARIS = re.compile(rb"([^ :\[]++(?:\[\d{1,10}\])?+: )\[ID \d{1,10} [a-z0-9]{1,16}\.[a-z]{1,16}\] (.*+)", re.DOTALL)
_PLAIN = re.compile(rb"[A-Z][a-z]{2} [ 0-3]\d ")
_DAY, _HALF_DAY, _HOUR = 86_400, 43_200, 3_600  # seconds
_HOURS, _SIXTY = 24, 60
_CLOCK = len(" 10:00:00")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BACK_LEAST, _BACK_MOST = 55 * MINUTE // SECOND, 65 * MINUTE // SECOND  # seconds by which autumn turns a clock back


class Head(NamedTuple):
    """The head of a line as written, and its message."""

    time_text: bytes
    month: int
    day: int
    second: int | None  # of the day; None where there is no such time of day
    host: bytes
    message: bytes


class Stamp(NamedTuple):
    """When a line was written: local seconds since 1970-01-01 00:00 local, the instants that can be, its place.

    `instants` are seconds UTC, ascending: two where the local time occurs twice. `order` numbers the lines of a series.
    Where the line states its instant, `local` is that of UTC, `micros` what is beyond the second, `zone` as stated.
    """

    host: str
    local: int
    instants: tuple[int, ...]
    order: int
    text: str
    micros: int = 0
    zone: str | None = None


class Taken(NamedTuple):
    """A line of a series: its log host, its message, and when it was written; None where its time cannot be."""

    host: bytes
    message: bytes
    stamp: Stamp | None


def head_of(text: bytes) -> Head | None:
    """Take a line apart; None where it is no syslog line."""
    match = _HEAD.fullmatch(text)
    if match is None:
        return None
    time, host, message = match.groups()
    month, day = _day(time[:-_CLOCK])
    hour, minute, second = int(time[-8:-6]), int(time[-5:-3]), int(time[-2:])
    there_is = hour < _HOURS and minute < _SIXTY and second < _SIXTY
    of_day = hour * _HOUR + minute * _SIXTY + second if there_is else None
    return Head(time, month, day, of_day, host, unnumbered(message))


def unnumbered(message: bytes) -> bytes:
    """Give a message without the number and priority that Solaris puts behind the program's name."""
    solaris = _SOLARIS.fullmatch(message) if b": [ID " in message else None
    return message if solaris is None else b"".join(solaris.groups())


@lru_cache(maxsize=64)
def _day(text: bytes) -> tuple[int, int]:
    """Give month and day; many lines in a row are of one."""
    month, day = text.split()
    return MONTHS[month], int(day)


@dataclass(slots=True)
class _HostClock:
    name: str
    last: Stamp | None = None
    back: list[tuple[Stamp, Stamp]] = field(default_factory=list)  # the line before, and the one that is earlier


class Days:
    """The days of lines to come, in order: it tells what each is, and takes no line."""

    def __init__(self, zone: Zone, years: Years) -> None:
        """Take the zone, and the years as they are before those lines."""
        self._zone = zone
        self._years = copy.copy(years)

    def midnight(self, head: Head) -> int | None:
        """Give the day on which the next line was written, as its local midnight, s; None where it is none.

        Of lines of one month that follow each other the first is enough.
        """
        if not _may_be(head):
            return None
        return local_midnight(self._years.of(head.month), head.month, head.day)

    def of(self, text: bytes, *, as_most: bool) -> int | None:
        """Give the day of the next line likewise; None, too, where it should read as most lines do and does not."""
        head = head_of(text)
        midnight = None if head is None else self.midnight(head)
        return None if as_most and not _PLAIN.match(text) else midnight

    def is_whole(self, midnight: int) -> bool:
        """Say whether every time of a day occurs on it, and once."""
        return self._zone.is_whole(midnight // _DAY)

    def occurs(self, local: int) -> bool:
        """Say whether a local time, s, occurs."""
        return bool(self._zone.instants(local))


def _may_be(head: Head) -> bool:
    return head.second is not None and 1 <= head.day <= _DAYS[head.month - 1]


class Clocks:
    """The clocks of all hosts that write to one series of files."""

    def __init__(self, zone: Zone, year: int, tolerance: int) -> None:
        """Take the zone, the year of the first line, and the step back (µs) that is none."""
        self._zone = zone
        self._years = Years(year)
        self._since: dict[int, list[tuple[int, int]]] = defaultdict(list)  # by month, from which line on which year
        self.tolerance = tolerance // SECOND
        self._hosts: dict[bytes, _HostClock] = {}
        self._today: tuple[int, int, int, int] | None = None  # of the last line month, day, midnight, offset from UTC
        self._turns: dict[tuple[str, int], int] = {}
        self._steps: list[tuple[Stamp, Stamp]] = []

    def take(self, text: bytes, order: int) -> Taken | None:
        """Take the next line apart; None where it is no syslog line. `order` numbers the lines of a series."""
        head = head_of(text)
        return None if head is None else Taken(head.host, head.message, self.stamp(head, order))

    def stamp(self, head: Head, order: int) -> Stamp | None:
        """Read the time of the next line; None where there is no such date, or no such local time."""
        if not _may_be(head):
            return None
        clock = self._hosts.get(head.host) or _HostClock(head.host.decode("utf-8", "backslashreplace"))
        today = self._today
        if today is not None and head.second is not None and today[0] == head.month and today[1] == head.day:
            # Of lines in a row of a day on which every time occurs once, all is known but the second.
            local = today[2] + head.second
            text = head.time_text.decode("ascii")
            stamp: Stamp | None = Stamp(clock.name, local, (local - today[3],), order, text)
        else:
            stamp = self._first_of_day(head, clock.name, order)
        if stamp is None:
            return None
        self._hosts[head.host] = clock
        if clock.last is not None and stamp.local < clock.last.local - self.tolerance:
            clock.back.append((clock.last, stamp))
        clock.last = stamp
        return stamp

    def _first_of_day(self, head: Head, name: str, order: int) -> Stamp | None:
        year = self._years.of(head.month)
        since = self._since[head.month]
        if MINYEAR <= year <= MAXYEAR and not (since and since[-1][1] == year):
            since.append((order, year))
        stamp = self._stamp(head, name, year, order)
        midnight = local_midnight(year, head.month, head.day)
        is_whole = midnight is not None and self._zone.is_whole(midnight // _DAY)
        self._today = None
        if stamp is not None and midnight is not None and is_whole:
            self._today = (head.month, head.day, midnight, stamp.local - stamp.instants[0])
        return stamp

    def recall(self, text: bytes, order: int) -> Taken | None:
        """Take a line apart that was passed over, as one of which the clock had nothing to learn."""
        head = head_of(text)
        if head is None:
            return None
        since = self._since[head.month]
        year = since[bisect_right(since, (order, MAXYEAR)) - 1][1]
        name = head.host.decode("utf-8", "backslashreplace")
        return Taken(head.host, head.message, self._stamp(head, name, year, order))

    def days(self) -> Days:
        """Tell what the days of the lines to come are."""
        return Days(self._zone, self._years)

    def _stamp(self, head: Head, name: str, year: int, order: int) -> Stamp | None:
        midnight = local_midnight(year, head.month, head.day)
        if midnight is None or head.second is None:
            return None
        local = midnight + head.second
        instants = self._zone.instants(local)
        if not instants:
            return None
        text = head.time_text.decode("ascii")
        return Stamp(name, local, instants, order, text)

    def settle(self) -> None:
        """Tell, once every line was read, which of the steps back is the turn of an autumn hour, and which is none."""
        for clock in self._hosts.values():
            turns: dict[tuple[str, int], list[Stamp]] = defaultdict(list)
            for before, after in clock.back:
                if _may_turn(before, after):
                    turns[_block(after)].append(after)
            self._turns |= {block: afters[0].order for block, afters in turns.items() if len(afters) == 1}
            self._steps += [pair for pair in clock.back if self._turns.get(_block(pair[1])) != pair[1].order]

    def instants(self, stamp: Stamp) -> tuple[int, ...]:
        """Give the instants, µs UTC, that a line can have been written at, once `settle` was called."""
        seconds = stamp.instants
        if len(seconds) == 1:
            return (seconds[0] * SECOND,)
        turn = self._turns.get(_block(stamp))
        if turn is not None:
            seconds = (seconds[-1] if stamp.order >= turn else seconds[0],)
        return tuple(one * SECOND for one in seconds)

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a host's clock was set back, once `settle` was called."""
        found = {
            Step(after.host, min(self.instants(after)), max(self.instants(before))) for before, after in self._steps
        }
        return sorted(step for step in found if step.begin < step.end)


def _may_turn(before: Stamp, after: Stamp) -> bool:
    if len(before.instants) == 1 or len(after.instants) == 1:
        return False
    return _BACK_LEAST <= before.local - after.local <= _BACK_MOST


def _block(stamp: Stamp) -> tuple[str, int]:
    """Name the hour that occurs twice: the local day from noon to noon, as some zones turn at midnight."""
    return stamp.host, (stamp.local + _HALF_DAY) // _DAY
