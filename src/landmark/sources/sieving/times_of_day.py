"""Times of day as they are written, `HH:MM:SS`, eight bytes that are looked at as one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landmark.sources.sieving.octets import WORD, literal

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Places, Truths, Words

_COLONS = literal(b"00:00:00")  # what is alike in every `HH:MM:SS`
_ABOVE_NINE, _HIGH = np.uint64(0x76767F76767F7676), np.uint64(0x8080808080808080)
_PAIRS, _TENS = np.uint64(0x00FF0000FF0000FF), np.uint64(10 << 8 | 1)
_ABOVE_CLOCK, _HIGH_PAIRS = np.uint64(104 | 68 << 24 | 68 << 48), np.uint64(0x80 | 0x80 << 24 | 0x80 << 48)
_HOURS, _MINUTES = np.uint64(60 << 24 | 1), np.uint64(0x7FF)


def times_of_day(words: Words, second: Places) -> Truths:
    """Say which words are a time of day, and put down of which second."""
    digits = words ^ _COLONS
    bad = (digits + _ABOVE_NINE) | digits
    bad &= _HIGH
    pairs = digits
    pairs *= _TENS
    pairs >>= np.uint64(WORD)
    pairs &= _PAIRS
    bad |= (pairs + _ABOVE_CLOCK) & _HIGH_PAIRS
    minutes = pairs * _HOURS
    minutes >>= np.uint64(24)
    minutes &= _MINUTES
    minutes *= np.uint64(60)
    pairs >>= np.uint64(48)
    np.add(minutes, pairs, out=second.view(np.uint64))
    good: Truths = bad == 0
    return good
