"""How the value of a column is said where a row is shown."""

from __future__ import annotations

from landmark.figures import instant, span
from landmark.tables import SECOND

_INSTANTS = frozenset({"time", "time_until", "first", "last", "first_instant", "last_instant", "from", "until"})
PAUSES = ("gap_low", "gap_median", "gap_high")
"""Columns of seconds."""
_BYTES = frozenset({"offset", "length", "bytes"})


def printed(name: str, value: object) -> str:
    """Give a fact as it is printed for people: yes or no, and a unit where the name of the column does not say it."""
    if isinstance(value, bool):
        return ("no", "yes")[value]
    return f"{value} bytes" if name in _BYTES else str(value)


def worth(name: str, value: object) -> bool:
    """Tell whether a column has something to say: empty ones and long figures have not."""
    return value is not None and value != [] and name not in {"strip", "hours", "visitor_id"}


def said(name: str, value: object) -> object:
    """Give a value as it is read: instants in ISO 8601, pauses with their units, lists with commas."""
    if name in _INSTANTS:
        return instant(int(str(value)))
    if name in PAUSES:
        return span(int(str(value)) * SECOND)
    return ", ".join(map(str, value)) if isinstance(value, list) else value
