"""Time zones by the rules of the package tzdata, whatever the machine has: the same input gives the same instants."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Give the zone of a name, such as `Europe/London`.

    Raises:
        OSError: there is no such zone.
    """
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
