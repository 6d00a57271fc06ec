"""Local times: the year that a line does not write, and which instants a local time can be in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from landmark.zones import zone_of

_JANUARY, _DECEMBER = 1, 12
_DAY, _HOUR = 86_400, 3_600  # seconds
_EPOCH = date(1970, 1, 1).toordinal()


class Years:
    """The year of each line, from that of the first."""

    def __init__(self, year: int) -> None:
        """Take the year of the first line."""
        self._year = year
        self._in_december = False
        self._december_is_late = False

    def of(self, month: int) -> int:
        """Give the year of the next line.

        It advances where December turns to January, and a December line is late until one of February to November
        has come.
        """
        if month == _JANUARY:
            self._year += self._in_december
            self._in_december, self._december_is_late = False, True
        elif month == _DECEMBER and self._december_is_late:
            return self._year - 1
        else:
            self._in_december, self._december_is_late = month == _DECEMBER, False
        return self._year


class Zone:
    """A time zone: which instants a local time can be."""

    def __init__(self, name: str) -> None:
        """Take the name of a zone; its rules are those of the package tzdata, whatever the machine has.

        Raises:
            OSError: there is no such zone.
        """
        self.name = name
        self._zone = zone_of(name)
        self._offsets: dict[int, int | None] = {}

    def instants(self, local: int) -> tuple[int, ...]:
        """Give the instants (s UTC) that a local time can be: one, in autumn two, in spring none. Local in s."""
        day = local // _DAY
        if day not in self._offsets:
            try:
                self._offsets[day] = self._offset_on(day)
            except OverflowError:  # the first and the last day of the calendar
                return ()
        offset = self._offsets[day]
        return self._instants(local) if offset is None else (local - offset,)

    def is_whole(self, day: int) -> bool:
        """Say whether every time of a day, in days since 1970-01-01, is known to occur on it, and once."""
        self.instants(day * _DAY)
        return self._offsets.get(day) is not None

    def _offset_on(self, day: int) -> int | None:
        """Give the offset of a day throughout which, and an hour either way, it is the same."""
        at = range(day * _DAY - _HOUR, (day + 1) * _DAY + 2 * _HOUR, _HOUR)
        offsets = {self._offset(local, fold) for local in at for fold in (0, 1)}
        return offsets.pop() if len(offsets) == 1 else None

    def _instants(self, local: int) -> tuple[int, ...]:
        found = {local - self._offset(local, fold) for fold in (0, 1)}
        return tuple(sorted(one for one in found if one + self._offset_at(one) == local))

    def _offset(self, local: int, fold: int) -> int:
        naive = datetime(1970, 1, 1) + timedelta(seconds=local)  # noqa: DTZ001 - a local time is what it is
        return _seconds(naive.replace(tzinfo=self._zone, fold=fold).utcoffset())

    def _offset_at(self, instant: int) -> int:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
        return _seconds(moment.astimezone(self._zone).utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return int((offset or timedelta()).total_seconds())


@lru_cache(maxsize=1024)
def local_midnight(year: int, month: int, day: int) -> int | None:
    """Give the begin of a day, in seconds since 1970-01-01 00:00 local; None where there is no such day."""
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * _DAY
    except ValueError:
        return None
