"""The clocks of log hosts whose lines state their instants: nothing is missing in them, and each is for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources import Step
from landmark.sources.syslog import Stamp, Taken
from landmark.sources.times import Read, iso
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE = re.compile(rb"(?:<\d{1,3}>1 )?(\d{4}-\d\d-\d\d)T")


class Head(NamedTuple):
    """A line of which the wrapper states the instant: `time` is None where its form is none that can be read."""

    time_text: bytes
    time: Read | None
    host: bytes
    message: bytes


class StatedClocks:
    """The clocks of all hosts that write to one series of files, where each line states its instant."""

    def __init__(self, head: Callable[[bytes], Head | None], tolerance: int) -> None:
        """Take what reads the head of a line, and the step back (µs) that is none."""
        self._head = head
        self.tolerance = tolerance
        self._last: dict[bytes, int] = {}
        self._steps: set[Step] = set()

    def take(self, text: bytes, order: int) -> Taken | None:
        """Take the next line apart; None where it is not wrapped so. `order` numbers the lines of a series."""
        head = self._head(text)
        return None if head is None else Taken(head.host, head.message, self._take(head, order))

    def recall(self, text: bytes, order: int) -> Taken | None:
        """Take a line apart that was passed over, as one of which the clock had nothing to learn."""
        head = self._head(text)
        return None if head is None else Taken(head.host, head.message, _stamp(head, order))

    def days(self) -> StatedDays:
        """Tell what the days of lines are: each says it."""
        return StatedDays()

    def _take(self, head: Head, order: int) -> Stamp | None:
        stamp = _stamp(head, order)
        if stamp is None:
            return None
        instant = stamp.local * SECOND + stamp.micros
        last = self._last.get(head.host, instant)
        if instant < last - self.tolerance:
            self._steps.add(Step(stamp.host, instant, last))
        self._last[head.host] = instant
        return stamp

    def settle(self) -> None:
        """Do nothing: an instant that is stated needs no other line."""

    def instants(self, stamp: Stamp) -> tuple[int, ...]:
        """Give the one instant, µs UTC."""
        return tuple(one * SECOND + stamp.micros for one in stamp.instants)

    @property
    def steps(self) -> list[Step]:
        """The stretches in which a host's clock was set back."""
        return sorted(self._steps)


class StatedDays:
    """The days of lines that state them, in UTC."""

    def of(self, text: bytes, *, as_most: bool) -> int | None:
        """Give the midnight, s, of the date that a line states, whatever its offset; None where it is none."""
        match = _DATE.match(text) if as_most else None
        midnight = None if match is None else iso(match[1] + b"T00:00:00Z")
        return None if midnight is None or midnight.instant is None else midnight.instant // SECOND

    def is_whole(self, midnight: int) -> bool:
        """Say that every time of a day occurs."""
        del midnight
        return True

    def occurs(self, local: int) -> bool:
        """Say that every time occurs."""
        del local
        return True


def _stamp(head: Head, order: int) -> Stamp | None:
    if head.time is None or head.time.instant is None:
        return None
    second, micros = divmod(head.time.instant, SECOND)
    host, text = head.host.decode("utf-8", "backslashreplace"), head.time_text.decode("ascii")
    return Stamp(host, second, (second,), order, text, micros, head.time.zone)
