"""Where the newlines of a block are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landmark.sources.sieving.octets import Places

_SHORTEST = 16  # bytes: of lines that are shorter as a rule there are too many for a table of them
_FEW = 64
_AT_ONCE = 1 << 20  # bytes of which what is said of each is in the cache when it is looked at again
_PAIR = 4  # bits of the number of a byte in sixteen


def newlines(values: NDArray[np.uint8], begin: int, end: int) -> Places | None:
    """Give where the newlines of `values[begin:end]` are; None where there are too many for a table of them."""
    found: list[Places] = []
    count = 0
    for at_once in range(begin, end, _AT_ONCE):
        found.append(_found(values[at_once : min(at_once + _AT_ONCE, end)] == ord("\n")))
        found[-1] += at_once
        count += len(found[-1])
        if count * _SHORTEST > end - begin + _FEW * _SHORTEST:
            return None
    return found[0] if len(found) == 1 else np.concatenate(found)


def _found(which: NDArray[np.bool_]) -> Places:
    """Give which bytes are meant, sixteen looked at in one step: most of these mean one or none."""
    bits = np.packbits(which, bitorder="little")
    pairs = (np.append(bits, np.uint8(0)) if len(bits) % 2 else bits).view("<u2")
    places: Places = np.flatnonzero(pairs != 0)
    meant = pairs[places]
    below = meant - np.uint16(1)
    if (meant & below).any():
        return np.flatnonzero(which)
    places <<= _PAIR
    places += np.bitwise_count(below)
    return places
