"""Times as the common log format writes them, many at once: `02/Oct/2001:10:00:00 +0200`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landmark.sources.many.spans import firsts, months
from landmark.tables import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from landmark.sources.many.spans import Buffer, Flags, Numbers

LENGTH = len("02/Oct/2001:10:00:00 +0200")
_SIGNS = {2: b"/", 6: b"/", 11: b":", 14: b":", 17: b":", 20: b" ", 21: b"+-"}
_NAME = (3, 4, 5)
_PLACES = np.arange(LENGTH)
_HOURS, _SIXTY, _FURTHEST = 24, 60, 14 * 60
_EPOCH = 1970
_ZONE = 5


def read(buffer: Buffer, begins: Numbers) -> tuple[Numbers, Flags]:
    """Read the times that begin at places: µs UTC, and whether each is one that is written so and that can be."""
    written = np.ascontiguousarray(buffer.values[begins[:, None] + _PLACES].T)
    digits = written - np.uint8(ord("0"))
    good = np.ones(len(begins), np.bool_)
    for place in range(LENGTH):
        if place in _SIGNS:
            good &= np.logical_or.reduce([written[place] == sign for sign in _SIGNS[place]])
        elif place not in _NAME:
            good &= digits[place] <= 9  # noqa: PLR2004 - a digit

    def number(begin: int, end: int) -> Numbers:
        total: Numbers = digits[begin].astype(np.int64)
        for place in range(begin + 1, end):
            total *= 10
            total += digits[place]
        return total

    names, which = months()
    packed = sum(written[place].astype(np.int64) << shift for place, shift in zip(_NAME, (16, 8, 0), strict=True))
    found = np.minimum(np.searchsorted(names, packed), len(names) - 1)
    good &= names[found] == packed
    year, day = number(7, 11), number(0, 2)
    month = np.where(good, (year - _EPOCH) * 12 + which[found], 0)
    first, after = (one.astype("M8[M]").astype("M8[D]").astype(np.int64) for one in (month, month + 1))
    hour, minute, second = number(12, 14), number(15, 17), number(18, 20)
    offset, over = number(22, 24) * _SIXTY + number(24, 26), number(24, 26)
    good &= (year >= 1) & (day >= 1) & (day <= after - first) & (hour < _HOURS) & (minute < _SIXTY) & (second < _SIXTY)
    good &= (over < _SIXTY) & (offset <= _FURTHEST)
    ahead = np.where(written[21] == ord("-"), -offset, offset)
    return (first + day - 1) * DAY + hour * HOUR + (minute - ahead) * MINUTE + second * SECOND, good


def zones(buffer: Buffer, begins: Numbers) -> tuple[Numbers, list[tuple[str, str]]]:
    """Give the offsets that times state: of each time which one, and each with how it is known."""
    packed = np.zeros(len(begins), np.int64)
    for place in range(LENGTH - _ZONE, LENGTH):
        packed = packed << 8 | buffer.values[begins + place]
    first, which = firsts(packed)
    return which, [(int(one).to_bytes(_ZONE, "big").decode("latin-1"), "stated") for one in packed[first]]
