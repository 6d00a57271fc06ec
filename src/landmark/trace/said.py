"""How the value of a column is said where a row is shown."""

from __future__ import annotations

from landmark.figures import instant

_INSTANTS = frozenset({"time", "time_until", "first", "last", "first_instant", "last_instant", "from", "until"})


def worth(name: str, value: object) -> bool:
    """Tell whether a column has something to say: empty ones and long figures have not."""
    return value is not None and value != [] and name not in {"strip", "hours", "visitor_id"}


def said(name: str, value: object) -> object:
    """Give a value as it is read: instants in ISO 8601, lists with commas."""
    if name in _INSTANTS:
        return instant(int(str(value)))
    return ", ".join(map(str, value)) if isinstance(value, list) else value
