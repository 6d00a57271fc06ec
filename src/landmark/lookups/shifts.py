"""By how much a clock is commonly wrong: half hours and hours, and whole offsets from UTC.

A server whose zone was set wrong, that missed the change to summer time, or that wrote local time as UTC, is off by one
of these. The source test asks of each whether the data exclude it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from landmark.tables import HOUR, MINUTE
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALWAYS = (30 * MINUTE, HOUR, 2 * HOUR)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_STEP = timedelta(hours=6)
"""No zone keeps an offset for less than this."""


def shifts(zones: Iterable[str], begin: int, end: int) -> tuple[int, ...]:
    """Give every shift to be tried, in µs, ascending, without zero; with each its opposite.

    Args:
        zones: names of the zones that the case declares, the provider's included.
        begin: begin of the window, µs UTC.
        end: its end, excluded, µs UTC.

    Returns:
        ±30 min, ±1 h, ±2 h; the daylight-saving offset that each zone uses within a year of the window; each whole
        offset from UTC that a zone has in the window.
    """
    sizes = set(ALWAYS)
    first = _EPOCH + timedelta(microseconds=begin)
    last = _EPOCH + timedelta(microseconds=max(begin, end - 1))
    for name in sorted(set(zones)):
        zone = zone_of(name)
        sizes.update(_size(at.astimezone(zone).utcoffset()) for at in _walk(first, last))
        year = timedelta(days=366)
        sizes.update(_size(at.astimezone(zone).dst()) for at in _walk(first - year, last + year))
    return tuple(sorted({shift for size in sizes if size for shift in (-size, size)}))


def _walk(first: datetime, last: datetime) -> Iterator[datetime]:
    at = first
    while at < last:
        yield at
        at += _STEP
    yield last


def _size(offset: timedelta | None) -> int:
    return abs((offset or timedelta()) // _MICROSECOND)
