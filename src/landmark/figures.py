"""How instants, lengths of time, counts and what others wrote are given to people. Pure; no locale or TZ counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from landmark.tables import DAY, HOUR, MINUTE, SECOND

NARROW = "\u202f"  # a narrow blank that never breaks a line
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))


def instant(microseconds: int) -> str:
    """Give an instant (µs UTC) in ISO 8601, with the fraction only where there is one: `2001-10-01T00:00:00Z`."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


def minute(microseconds: int) -> str:
    """Give an instant (µs UTC) to the minute, cut off, for reading: `2001-10-01 00:00`."""
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%d %H:%M")


def date(microseconds: int) -> str:
    """Give the UTC day of an instant (µs UTC) in ISO 8601: `2001-10-01`."""
    return (_EPOCH + timedelta(microseconds=microseconds)).date().isoformat()


def span(microseconds: int) -> str:
    """Give a length of time (µs) in its two largest units, the rest cut off: `1 d 2 h`, `30 min`, `0.5 s`."""
    rest = abs(microseconds)
    if 0 < rest < SECOND:
        return f"{rest / SECOND:g} s"
    parts: list[str] = []
    for size, unit in _UNITS:
        whole, rest = divmod(rest, size)
        if whole:
            parts.append(f"{whole} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def exactly(microseconds: int) -> str:
    """Give a length of time (µs) to the microsecond, nothing cut off, without its sign: `1 d 2 h 3 min 4.5 s`."""
    whole, fraction = divmod(abs(microseconds), SECOND)
    left = whole * SECOND
    parts = []
    for size, unit in _UNITS[:-1]:
        number, left = divmod(left, size)
        parts += [f"{number} {unit}"] if number else []
    seconds = f"{left // SECOND}.{fraction:06}".rstrip("0").rstrip(".")
    return " ".join([*parts, *([f"{seconds} s"] if seconds != "0" or not parts else [])])


def shift(microseconds: int) -> str:
    """Give a shift of a clock (µs) with its sign: `+30 min`, `−1 h`, `0 s`."""
    sign = "+" if microseconds > 0 else "−" if microseconds < 0 else ""
    return sign + span(microseconds)


def seconds(microseconds: int) -> str:
    """Give a shift to the second, with its sign: what is estimated is not known more exactly."""
    return shift(round(microseconds / SECOND) * SECOND)


def count(number: int, blank: str = NARROW) -> str:
    """Give a count with a blank between thousands: `512 345`."""
    return f"{number:,}".replace(",", blank)


def many(number: int, noun: str, nouns: str = "", blank: str = NARROW) -> str:
    """Give a count with its noun: `1 visit`, `2 visits`; `nouns` where the plural is not made by an s."""
    return f"{count(number, blank)} {noun if number == 1 else nouns or f'{noun}s'}"


def on_a_line(text: str) -> str:
    """Give a text as it stands on one line of a terminal, whoever wrote it.

    What would end the line, move the cursor, or turn the direction of writing is an escape, as JSON has them: in JSON
    it means the same.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in {NARROW, "\t"} else json.dumps(sign)[1:-1] for sign in text)
