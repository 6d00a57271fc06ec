"""What a single value of the case file must be: its words for people, and how it is read.

Each `Kind` reads one TOML value (or one cell of a targets list, which is always a string) and refuses it with
`WrongValueError`. Names of hosts, files and the like are in `names`. Instants become int64 microseconds since
1970-01-01T00:00:00Z, durations microseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from landmark.case_file.said import Number, near_hint
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

_HOUR_24 = re.compile(r"[Tt ]24")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(r"(-?)(?=\d)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)
_NO_PLACE = re.compile(r"[A-Z]{3,5}(?:[+-]?\d\S*)?|[+-]\S*")
_PLACE = "an abbreviation or an offset does not say when summer time begins and ends: name the place"
_NOT_ISO = {"UK": "GB", "EL": "GR"}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?) ?([kKMGT]?)(i?)B?", re.ASCII)
_FINEST = 18  # decimal places of a share; more is a slip, and an exponent without bound would fill the memory


class WrongValueError(ValueError):
    """A value is not of its kind; `hint` says more than what the kind expects."""

    def __init__(self, hint: str | None = None) -> None:
        """Take what may help to mend it."""
        super().__init__(hint or "")
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its name in the reference, what is expected in a message, and its reader."""

    name: str
    expected: str
    read: Callable[[object], object]


def string(value: object) -> str:
    """Read a string that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError
    return value


def _text(value: object) -> str:
    text = string(value)
    if any(not one.isprintable() and one not in "\r\n\t" for one in text):
        raise WrongValueError("it holds characters that do not print")
    return text


def name(value: object) -> str:
    """Read a string of one line that neither begins nor ends with a blank."""
    text = string(value)
    if not text.isprintable():
        raise WrongValueError("it holds characters that do not print")
    if text != text.strip():
        raise WrongValueError("it begins or ends with a blank")
    return text


def word(value: object) -> str:
    """Read a string without blanks."""
    text = name(value)
    if any(one.isspace() for one in text):
        raise WrongValueError("it holds a blank")
    return text


def _instant(value: object) -> int:
    if isinstance(value, str):
        if _HOUR_24.search(value):  # the next day's midnight to some versions of Python, and no time to others
            raise WrongValueError
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise WrongValueError from None
    if not isinstance(value, datetime):
        raise WrongValueError
    if value.utcoffset() is None:
        raise WrongValueError("without an offset or Z it is no instant")
    return (value - _EPOCH) // timedelta(microseconds=1)


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise WrongValueError from None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise WrongValueError
    return value


def _signed_duration(value: object) -> int:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise WrongValueError('in quotes: "30m"' if isinstance(value, int | Number) else None)
    sign, *parts = match.groups(default="0")
    total = sum(int(part) * unit for part, unit in zip(parts, (DAY, HOUR, MINUTE, SECOND), strict=True))
    return -total if sign == "-" else total


def _duration(value: object) -> int:
    length = _signed_duration(value)
    if length < 0:
        raise WrongValueError("it is negative")
    return length


def size(value: object) -> int:
    """Read a number of bytes: `"20GB"`, `"512 MiB"`, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise WrongValueError
    number, prefix, binary = match.groups(default="")
    unit = (1024 if binary else 1000) ** " kMGT".index(prefix.replace("K", "k") or " ")
    found = int(Decimal(number) * unit)
    if not found:
        raise WrongValueError
    return found


def _share(value: object) -> Fraction:
    if value in (0, 1) and not isinstance(value, bool):
        return Fraction(str(value))
    if not isinstance(value, Number):
        raise WrongValueError
    try:
        exact = Decimal(value.text)
    except InvalidOperation:
        raise WrongValueError from None
    if not exact.is_finite() or not 0 <= exact <= 1:
        raise WrongValueError
    if -int(exact.as_tuple().exponent) > _FINEST:
        raise WrongValueError(f"it has more than {_FINEST} decimal places")
    return Fraction(exact)


def _zone(value: object) -> str:
    zone = string(value)
    if zone not in zones():
        raise WrongValueError(_PLACE if _NO_PLACE.fullmatch(zone) else near_hint(zone, zones()))
    return zone


@cache
def zones() -> frozenset[str]:
    """Give the names of all time zones: those of the package tzdata, whatever the machine has besides."""
    return frozenset((resources.files("tzdata") / "zones").read_text(encoding="ascii").split())


def _country(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{2}", value):
        raise WrongValueError
    if value == "ZZ":
        raise WrongValueError("ZZ stands for addresses of which no country is known")
    if value in _NOT_ISO:
        raise WrongValueError(f"the code of ISO 3166-1 is {_NOT_ISO[value]}: with another, one country would be two")
    return value


def whole(lowest: int, highest: int | None = None) -> Kind:
    """Give the kind of whole numbers from `lowest` to `highest`, both allowed."""
    limits = f"of at least {lowest}" if highest is None else f"from {lowest} to {highest}"
    top = 2**31 if highest is None else highest

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= top:
            raise WrongValueError
        return value

    return Kind("whole number", f"a whole number {limits}", read)


def choice(*words: str) -> Kind:
    """Give the kind of the words of a closed list."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise WrongValueError
        if value not in words:
            raise WrongValueError(near_hint(value, words))
        return value

    listed = " or ".join(f'"{word}"' for word in words)
    return Kind(listed, listed, read)


TEXT = Kind("text", "a text that is not empty", _text)
NAME = Kind("name", "a name that is not empty", name)
WORD = Kind("word", "a name without blanks", word)
INSTANT = Kind("instant", "an instant with its offset, such as 2001-10-01T00:00:00Z", _instant)
DATE = Kind("date", "a date, such as 2001-10-01", _day)
DURATION = Kind("duration", 'a duration of zero or more in days, hours, minutes and seconds, such as "30m"', _duration)
SIGNED_DURATION = Kind("duration, negative too", 'a duration, such as "7m12s" or "-90s"', _signed_duration)
SIZE = Kind("size", 'a number of bytes, such as "20GB" or "512MiB"', size)
SHARE = Kind("number from 0 to 1", "a number from 0 to 1, such as 0.001", _share)
ZONE = Kind("zone", "a time zone of the IANA database, such as Europe/London", _zone)
COUNTRY = Kind("country", "a country as two capital letters (ISO 3166-1), such as GB", _country)
