"""What zones call themselves: whether an abbreviation that a line writes gainsays the zone that the case declares.

`strftime`'s `%Z` says no offset: several zones have one abbreviation (CST is China's and Chicago's), and the rules of
the machine that wrote it may have had a name that those of today have not. So one gainsays only where it is somebody's
name at that instant, and of nobody whose clocks show the same as those of the declared zone; nor where the zone once
had it itself (docs/decisions/0029).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from landmark.case_file.values import zones
from landmark.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_HOUR = 3600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What the tz database called zones before it renamed them (its NEWS: Indonesia in 2013, Australia in 2014, Arabia and
# Bougainville in 2017), and calls others today: an older machine writes it still.
_FORMER = (
    (("Australia/",), frozenset(("CDT", "CST", "EDT", "EST"))),
    (("Asia/Jakarta", "Asia/Pontianak"), frozenset(("WIT",))),
    (
        ("Asia/Aden", "Asia/Baghdad", "Asia/Bahrain", "Asia/Kuwait", "Asia/Qatar", "Asia/Riyadh"),
        frozenset(("ADT", "AST")),
    ),
    (("Pacific/Bougainville",), frozenset(("BST",))),
)


def gainsays(written: str, zone: str, instant: int) -> bool:
    """Say whether an abbreviation cannot be that of a zone at an instant.

    Args:
        written: the abbreviation.
        zone: the name of the zone.
        instant: seconds UTC.
    """
    try:
        here = (_EPOCH + timedelta(seconds=instant)).astimezone(zone_of(zone))
        # As a rule it is the zone's own name, and no other zone need be asked.
        elsewhere = None if here.tzname() == written else _offsets(instant // _HOUR).get(written)
    except OverflowError:  # the first and the last days of the calendar
        return False
    return elsewhere is not None and here.utcoffset() not in elsewhere and not _was_called(zone, written)


def _was_called(zone: str, written: str) -> bool:
    return any(written in names and zone.startswith(zones_called) for zones_called, names in _FORMER)


@lru_cache(maxsize=1 << 10)
def _offsets(hour: int) -> dict[str, frozenset[timedelta | None]]:
    """Give the offsets from UTC at which clocks stand that are called so, by name; `hour` counts from 1970."""
    at = _EPOCH + timedelta(hours=hour)
    found: dict[str, set[timedelta | None]] = {}
    for zone in _all():
        here = at.astimezone(zone)
        found.setdefault(here.tzname() or "", set()).add(here.utcoffset())
    return {name: frozenset(offsets) for name, offsets in found.items()}


@lru_cache(maxsize=1)
def _all() -> tuple[ZoneInfo, ...]:
    return tuple(map(zone_of, sorted(zones())))
