"""The heads of lines that state their instant (RFC 3339; RFC 5424, 6), many at a time.

The *base* of a line is where the byte before its stamp is: the newline before the line, or the blank behind a priority
and a version. From there on a stamp is `2001-10-02T10:00:00.123456+00:00`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landmark.sources.sieving.octets import (
    WIDE,
    WORD,
    at,
    beginning,
    blanks,
    digits_first,
    first_set,
    literal,
    number,
    stands_at,
)
from landmark.sources.sieving.times_of_day import times_of_day

if TYPE_CHECKING:
    from landmark.sources.sieving.kinds import Kind
    from landmark.sources.sieving.octets import Octets, Places, Truths

_DATE, _TO_T, _TIME, _FRACTION = 1, 4, 12, 20  # from the base on: of the date the first and the last word, and the rest
_PRIORITY, _VERSION = literal(b"<"), b">1 "
_MOST_DIGITS, _OF_MICROS = 3, 6
_BLANK, _NIL = ord(" "), ord("-")


def bases(octets: Octets, before: Places, *, is_wrapped: bool) -> tuple[Places, Truths]:
    """Give the bases of lines, and whether what stands before them is as it should be.

    Args:
        octets: of the buffer.
        before: where the byte before each line is.
        is_wrapped: whether a priority and a version come first.
    """
    if not is_wrapped:
        return before, np.ones(len(before), np.bool_)
    word = at(octets.words, before + 1)
    digits = digits_first(word >> np.uint64(WORD))
    behind = word >> ((digits + 1) << 3).astype(np.uint64)
    sure = (word & beginning(1)) == _PRIORITY
    sure &= (digits > 0) & (digits <= _MOST_DIGITS)
    sure &= (behind & beginning(len(_VERSION))) == literal(_VERSION)
    return before + np.where(sure, digits + (1 + len(_VERSION)), 0), sure


def times(octets: Octets, base: Places, second: Places) -> Truths:
    """Say which lines have a time of day where it should be, and put down of which second."""
    return times_of_day(at(octets.words, base + _TIME), second)


def days(octets: Octets, base: Places) -> Places:
    """Give the first line, and those in which another date stands than in the line before."""
    first, last = at(octets.words, base + _DATE), at(octets.words, base + _TO_T)
    other = first[1:] != first[:-1]
    other |= last[1:] != last[:-1]
    return np.concatenate(([0], np.flatnonzero(other) + 1))


def fits(octets: Octets, base: Places, kind: Kind) -> Truths:
    """Say which lines are of a kind, from the time of day on."""
    found = stands_at(octets.words, base + kind.place, kind.tail)
    if kind.digits:
        word = at(octets.words, base + _FRACTION)
        found &= (word & beginning(1)) == literal(b".")
        found &= digits_first(word >> np.uint64(WORD)) == kind.digits
    if kind.is_wrapped:
        hit = np.flatnonzero(found)
        found[hit] = _without_data(octets, base[hit] + (kind.place + len(kind.tail)))
    return found


def micros(octets: Octets, base: Places, kind: Kind) -> Places:
    """Give of lines of a kind how far they are beyond their seconds, µs; what is below is cut off."""
    if not kind.digits:
        return np.zeros(len(base), np.int64)
    fraction = number(at(octets.words, base + _FRACTION) >> np.uint64(WORD), np.array([kind.digits]))
    more = _OF_MICROS - kind.digits
    found: Places = fraction * 10**more if more >= 0 else fraction // 10**-more
    return found


def _without_data(octets: Octets, place: Places) -> Truths:
    """Say of which lines program, process and name of the message are followed by no structured data, and by a blank.

    Args:
        octets: of the buffer.
        place: where the program's name begins.
    """
    windows = octets.wide[np.minimum(place, len(octets.wide) - 1)]
    bits, values = blanks(windows), windows.view(np.uint8)
    row = np.arange(len(place)) * WIDE
    found = place < len(octets.wide)
    last = np.full(len(place), -1, np.int64)
    for _ in range(3):
        blank = first_set(bits)
        found &= blank > last + 1
        found &= values[row + np.minimum(blank, WIDE - 1)] == _BLANK
        bits = bits & (bits - np.uint64(1))
        last = blank
    found &= last < WIDE - 2
    last = row + np.minimum(last, WIDE - 3)
    found &= (values[last + 1] == _NIL) & (values[last + 2] == _BLANK)
    return found
