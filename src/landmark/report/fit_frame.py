"""The frame of the picture of a clock's fit: its measures, and where shifts and instants stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.figures import date
from landmark.tables import DAY, MINUTE

if TYPE_CHECKING:
    from landmark.report.fits import Row

WIDTH, LEFT, RIGHT = 1120, 150, 930
HIGH = 190  # of the curve
ROW = 44  # of a shift along the window
FAR = 150 * MINUTE
_NAMED = 62  # least distance between names of days
STATES = {"loud": "fits better", "excluded": "excluded", "open": "not excluded"}


def kind_of(row: Row) -> str:
    """Give how a shift that the source test tried stands, one of `STATES`."""
    return "loud" if row["loud"] else "excluded" if row["excluded"] else "open"


def across(at: int) -> int:
    """Give the x of a shift in the curve."""
    return LEFT + (max(-FAR, min(FAR, at)) + FAR) * (RIGHT - LEFT) // (2 * FAR)


def along(at: int, first: int, last: int) -> int:
    """Give the x of an instant along the window."""
    return LEFT + (max(first, min(last, at)) - first) * (RIGHT - LEFT) // (last - first)


def days(first: int, last: int) -> tuple[tuple[int, str], ...]:
    """Give the x and the name of days along the window, as many as there is room for."""
    number = (last - first) // DAY
    every = max(1, -(-_NAMED * number // (RIGHT - LEFT)))
    every += -every % 7 if every > 1 else 0
    return tuple((along(first + day * DAY, first, last), date(first + day * DAY)) for day in range(0, number, every))
