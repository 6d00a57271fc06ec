"""Times that say which instant they mean: seconds since 1970, and ISO 8601 with an offset; names of months."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from landmark.tables import SECOND

MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
"""The month of a name that servers write, whatever language they speak."""
_EPOCH = re.compile(rb"(\d{1,11})(?:\.(\d{1,9}))?")
_MILLIS = re.compile(rb"(\d{12,14})(?:\.(\d{1,9}))?")  # as seconds, such a number is of the year 5138 and later
_NANOS = re.compile(rb"\d{18,19}")
_ISO = re.compile(rb"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|z|[+-]\d\d:?\d\d)", re.ASCII)
_LATEST = 253_402_300_800  # seconds: 10000-01-01
_FURTHEST = 14 * 60
_DIGITS = 6


class Read(NamedTuple):
    """A time as read: µs UTC, None where there is no such date, time or offset; and the zone that was used."""

    instant: int | None
    zone: str


def epoch(text: bytes) -> Read | None:
    """Read seconds since 1970; None where it is no such number.

    Of twelve to fourteen digits it is milliseconds, of eighteen or nineteen nanoseconds.
    """
    if _NANOS.fullmatch(text):
        return _within(int(text) // 1000)
    millis = _MILLIS.fullmatch(text)
    if millis is not None:
        return _within(int(millis[1]) * 1000 + _micros(millis[2]) // 1000)
    match = _EPOCH.fullmatch(text)
    return None if match is None else _within(int(match[1]) * SECOND + _micros(match[2]))


def _within(instant: int) -> Read:
    return Read(instant if instant < _LATEST * SECOND else None, "UTC")


def iso(text: bytes) -> Read | None:
    """Read a time of RFC 3339 (ISO 8601 with an offset); None where it has another form. Below µs it is cut off."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    offset = match[4].decode("ascii")
    minutes = _minutes(offset)
    second = _second(match[1], match[2])
    if minutes is None or second is None:
        return Read(None, offset)
    return Read((second - minutes * 60) * SECOND + _micros(match[3]), offset)


def _micros(fraction: bytes | None) -> int:
    return int((fraction or b"")[:_DIGITS].ljust(_DIGITS, b"0"))


@lru_cache(maxsize=1024)
def _second(day: bytes, time: bytes) -> int | None:
    if time.startswith(b"24"):  # the next day's midnight to some versions of Python, and no time to others
        return None
    try:
        return int(datetime.fromisoformat(f"{day.decode()}T{time.decode()}").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _minutes(offset: str) -> int | None:
    if offset in {"Z", "z"}:
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    whole = hours * 60 + minutes
    if minutes > 59 or whole > _FURTHEST:  # noqa: PLR2004 - minutes of an hour
        return None
    return -whole if offset[0] == "-" else whole
