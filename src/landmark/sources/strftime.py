"""Times in a form that the case pastes, as `strftime` writes them: the offset stated, or a zone declared.

The conversions are those of POSIX `strftime` that name a whole instant; others are refused, as they would have to be
guessed. What `%Z` writes names no offset, but it can gainsay the zone that is declared.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from landmark.sources.local_times import Zone
from landmark.sources.times import MONTHS
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORDS = rb"[A-Za-z]{3}"
_OWN_FRACTION = rb"(?:\.(?P<fraction>\d{1,6}))?"
_PATTERNS = {
    "Y": rb"(?P<year>\d{4})",
    "m": rb"(?P<month>\d\d)",
    "d": rb"(?P<day>\d\d)",
    "e": rb"(?P<day>[ \d]\d)",
    "b": rb"(?P<name>" + _WORDS + rb")",
    "h": rb"(?P<name>" + _WORDS + rb")",
    "B": rb"(?P<name>[A-Z][a-z]{2,8})",
    "y": rb"(?P<year>\d\d)",
    "a": _WORDS,
    "A": rb"[A-Z][a-z]{5,8}",
    "H": rb"(?P<hour>\d\d)",
    "k": rb"(?P<hour>[ \d]\d)",
    "I": rb"(?P<hour>0[1-9]|1[0-2])",
    "l": rb"(?P<hour> [1-9]|1[0-2])",
    "p": rb"(?P<half>[AP]M)",
    "M": rb"(?P<minute>\d\d)",
    "S": rb"(?P<second>\d\d)",
    "z": rb"(?P<offset>[+-]\d\d:?\d\d)",
    "Z": rb"(?P<abbreviation>[A-Z+-][A-Z0-9+-]{1,5})",
    "s": rb"(?P<epoch>\d{1,11})" + _OWN_FRACTION,
    "%": rb"%",
    "n": rb"\n",
    "t": rb"\t",
}
_TOGETHER = {"c": "%a %b %e %T %Y", "D": "%m/%d/%y", "F": "%Y-%m-%d", "r": "%I:%M:%S %p", "T": "%H:%M:%S", "R": "%H:%M"}
_NAMES = b"January February March April May June July August September October November December".split()
_MONTHS = {**MONTHS, **{name: number for number, name in enumerate(_NAMES, 1)}}
_HALF, _CENTURY, _TURN = 12, 100, 69  # two digits of a year are of 1969 to 2068 (POSIX, strptime)
_WHOLE = ("year", "day", "hour", "minute", "second")
_FURTHEST = 14 * 60
_DIGITS = 6
_SIXTY = 60


class Instants(NamedTuple):
    """When: µs UTC, none where the time cannot be, two where a local time occurs twice; zone used, how it is known."""

    instants: tuple[int, ...]
    zone: str
    known: str


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled form of time."""

    pattern: bytes
    stated: bool  # whether it writes its offset, or seconds since 1970

    def read(self, text: bytes, zone: str | None) -> Instants | None:
        """Read a time; None where its form is broken. `zone` is what the case declares."""
        match = re.fullmatch(self.pattern, text)
        if match is None:
            return None
        found = {name: value for name, value in match.groupdict().items() if value is not None}
        elapsed = _elapsed(found)
        return _dated(found, zone) if elapsed is None else Instants((elapsed,), "UTC", "stated")


def _elapsed(found: dict[str, bytes]) -> int | None:
    """Give µs since 1970 where a time is written as a number."""
    if "epoch" in found:
        return int(found["epoch"]) * SECOND + _micros(found)
    if "millis" in found:
        return int(found["millis"]) * 1000
    return int(found["micros"]) if "micros" in found else None


def _micros(found: dict[str, bytes]) -> int:
    return int(found.get("fraction", b"").ljust(_DIGITS, b"0"))


def _dated(found: dict[str, bytes], zone: str | None) -> Instants:
    month = int(found["month"]) if "month" in found else _MONTHS.get(found["name"])
    local = None if month is None else _local(found, month)
    offset = found.get("offset")
    if offset is None:
        instants = () if zone is None or local is None else _zoned(local, zone)
        if zone is not None and "abbreviation" in found:
            instants = _but_gainsaid(instants, found["abbreviation"].decode("ascii"), zone)
        return Instants(tuple(one * SECOND + _micros(found) for one in instants), zone or "", "declared")
    ahead = int(offset[1:3]) * _SIXTY + int(offset[-2:])
    said = offset.decode("ascii")
    if local is None or int(offset[-2:]) >= _SIXTY or ahead > _FURTHEST:
        return Instants((), said, "stated")
    instant = (local + (ahead if offset.startswith(b"-") else -ahead) * _SIXTY) * SECOND + _micros(found)
    return Instants((instant,), said, "stated")


CLF = "%d/%b/%Y:%H:%M:%S %z"
"""The time of the common log format."""
MILLIS = Form(rb"(?P<millis>\d{1,14})", stated=True)
"""Milliseconds since 1970."""
MICROS = Form(rb"(?P<micros>\d{1,17})", stated=True)
"""Microseconds since 1970."""


def compiled(written: str) -> Form:
    """Compile a form.

    Raises:
        ValueError: it has a conversion that is not read, or does not name a whole instant.
    """
    return joined([written])


def joined(parts: Sequence[str | int]) -> Form:
    """Compile a form that is written in parts: text with conversions, or how many digits of the second's fraction.

    Raises:
        ValueError: as `compiled`.
    """
    pattern, names = _pattern(parts)
    if "epoch" in names:
        return Form(pattern, stated=True)
    if ("half" in names) != any(one in pattern for one in (_PATTERNS["I"], _PATTERNS["l"])):
        raise ValueError("an hour of twelve without its half of the day")
    missing = [name for name in _WHOLE if name not in names]
    if "month" not in names and "name" not in names:
        missing.append("month")
    if missing:
        raise ValueError(f"a time without its {missing[0]}")
    return Form(pattern, stated="offset" in names)


def names_of(parts: Sequence[str | int]) -> frozenset[str]:
    """Give what parts of a form say of an instant: year, month, fraction and so on. Raises as `compiled`."""
    return frozenset(_pattern(parts)[1])


def _pattern(parts: Sequence[str | int]) -> tuple[bytes, set[str]]:
    patterns: list[bytes] = []
    names: set[str] = set()
    for one in (piece for part in parts for piece in _pieces(part)):
        name = next((found.decode() for found in re.findall(rb"\?P<(\w+)>", one)), None)
        if name in names:
            raise ValueError(f"a time that says its {name} twice")
        names |= {name} if name else set()
        patterns.append(one)
    pattern = b"".join(patterns)
    # Where the fraction is said by itself, the seconds have none of their own.
    return pattern.replace(_OWN_FRACTION, b"") if "fraction" in names else pattern, names


def _pieces(part: str | int) -> Iterator[bytes]:
    if isinstance(part, int):
        yield rb"(?P<fraction>\d{%d})" % part
        return
    for short, long in _TOGETHER.items():
        part = re.sub(rf"(?<!%)((?:%%)*)%{short}", rf"\g<1>{long}", part)
    for match in re.finditer(r"%(.?)|([^%]+)", part, re.DOTALL):
        conversion, literal = match.groups()
        if literal is not None:
            yield re.escape(literal.encode())
        elif conversion in _PATTERNS:
            yield _PATTERNS[conversion]
        else:
            raise ValueError(f"a conversion of time that is not read, %{conversion}")


def _local(found: dict[str, bytes], month: int) -> int | None:
    """Give local seconds since 1970-01-01 00:00 local; None where there is no such time."""
    try:
        day = datetime(_year(found["year"]), month, int(found["day"]), _hour(found), int(found["minute"]), tzinfo=UTC)
    except ValueError:
        return None
    second = int(found["second"])
    return calendar.timegm(day.timetuple()) + second if second < _SIXTY else None


def _year(written: bytes) -> int:
    year = int(written)
    return year if len(written) > len(b"01") else year + 1900 + (_CENTURY if year < _TURN else 0)


def _hour(found: dict[str, bytes]) -> int:
    """Give the hour of the day; of twelve hours the twelfth comes first."""
    hour = int(found["hour"])
    return hour if "half" not in found else hour % _HALF + (_HALF if found["half"] == b"PM" else 0)


def _zoned(local: int, zone: str) -> tuple[int, ...]:
    try:
        return tuple(_zone(zone).instants(local))
    except OverflowError:  # the first and the last days that a date can say
        return ()


def _but_gainsaid(instants: tuple[int, ...], abbreviation: str, zone: str) -> tuple[int, ...]:
    """Give instants, none where at none of them the zone can be called so: a declared zone is wrong then."""
    from landmark.sources.abbreviations import gainsays  # noqa: PLC0415 - start-up time

    return () if all(gainsays(abbreviation, zone, one) for one in instants) else instants


_ZONES: dict[str, Zone] = {}


def _zone(name: str) -> Zone:
    if name not in _ZONES:
        _ZONES[name] = Zone(name)
    return _ZONES[name]
