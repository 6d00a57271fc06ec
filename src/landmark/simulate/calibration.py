"""How often attributions of a grade are right: shares, and between which bounds they lie.

Events of one half hour at one address stand and fall together: a page and its pictures are one answer of the records,
not nine. So shares are of *half hours*: who sat, where, in which half hour of UTC, right where all of its events of
that grade are. Bounds hold with 95 % certainty, were half hours drawn by chance out of many such worlds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from landmark import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from landmark.simulate.seats import Seat

BEST_FIRST = tuple(reversed(tables.GRADES))
_HALF_HOUR = tables.HOUR // 2
_Z = 1.959964
"""97.5 % of a normal distribution lie below this: two sides of 95 %."""
_THREE = 2.995732
"""Minus the natural logarithm of 5 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many right and so many wrong."""

    right: int
    wrong: int

    @property
    def number(self) -> int:
        """How many there are."""
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        """The share that is right, 0 to 1; None of nothing."""
        return self.right / self.number if self.number else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which shares the true one lies with 95 % certainty, 0 to 1; of nothing, anywhere.

        Where all are right, or all wrong: the rule of three (at most 3 in n are otherwise; Hanley and Lippman-Hand,
        1983). Else Wilson's score interval (1927).
        """
        if not self.number:
            return 0.0, 1.0
        rest = min(1.0, _THREE / self.number)
        if not self.wrong:
            return 1 - rest, 1.0
        if not self.right:
            return 0.0, rest
        return _wilson(self.right, self.number)

    def as_json(self) -> dict[str, float | int | None]:
        """Give the figures as what JSON can hold."""
        low, high = self.bounds
        return {"right": self.right, "wrong": self.wrong, "share": self.share, "low": low, "high": high}

    def as_text(self) -> str:
        """Give the share and its bounds in per cent, as `99.92 % (99.59 to 99.98)`."""
        if self.share is None:
            return "–"
        low, high = self.bounds
        return f"{percent(self.share)} % ({percent(low)} to {percent(high)})"


def _wilson(right: int, number: int) -> tuple[float, float]:
    share, square = right / number, _Z * _Z
    middle = share + square / (2 * number)
    wide = _Z * sqrt(share * (1 - share) / number + square / (4 * number * number))
    whole = 1 + square / number
    return max(0.0, (middle - wide) / whole), min(1.0, (middle + wide) / whole)


def percent(share: float) -> str:
    """Give a share in per cent with two digits, rounded down, so that no doubt is rounded away."""
    whole, rest = divmod(int(share * 10_000 + 1e-6), 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def grades(attributions: pa.Table, sat: Mapping[int, Seat]) -> dict[str, Share]:
    """Count events by the grade of their attribution, best first: right where what it gives holds who sat there."""
    number = Counter(
        (grade, _fits(sat[event], accounts)) for event, grade, accounts in _given(attributions) if event in sat
    )
    return {grade: Share(number[grade, True], number[grade, False]) for grade in BEST_FIRST}


def half_hours(attributions: pa.Table, events: pa.Table, sat: Mapping[int, Seat]) -> dict[str, Share]:
    """Count half hours, as said above, by grade, best first."""
    place = zip(*(events.column(name).to_pylist() for name in ("event", "client_address", "time")), strict=True)
    where = {event: (address, time // _HALF_HOUR) for event, address, time in place}
    fine: dict[tuple[str, str | None, str | None, tuple[str, int]], bool] = {}
    for event, grade, accounts in _given(attributions):
        if event in sat:
            key = grade, sat[event].account, sat[event].person, where[event]
            fine[key] = fine.get(key, True) and _fits(sat[event], accounts)
    number = Counter((grade, right) for (grade, *_), right in fine.items())
    return {grade: Share(number[grade, True], number[grade, False]) for grade in BEST_FIRST}


def complete(attributions: pa.Table, sat: Mapping[int, Seat]) -> Share:
    """Count events whose lease has all of its records: right where the attribution is sure, and of that account."""
    fine = [
        grade == "sure" and _fits(sat[event], accounts)
        for event, grade, accounts in _given(attributions)
        if event in sat and sat[event].complete
    ]
    return Share(sum(fine), len(fine) - sum(fine))


def _given(attributions: pa.Table) -> Iterator[tuple[int, str, list[str]]]:
    columns = (attributions.column(name).to_pylist() for name in ("event", "grade", "accounts"))
    yield from zip(*columns, strict=True)


def _fits(seat: Seat, accounts: list[str]) -> bool:
    return seat.account in accounts if seat.account is not None else not accounts
