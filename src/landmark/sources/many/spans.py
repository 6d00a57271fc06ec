"""Many lines at once: where in a buffer things stand, and what stands there as columns; no loop over lines.

What is cut out of a buffer at once ascends and does not overlap.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]

_PADDING = 64
_FAR = np.int64(1) << 40  # beyond every buffer
_BYTES = np.frombuffer(b"".join(b"%02x" % one for one in range(256)), np.uint8).reshape(-1, 2)
_THOUSAND = np.frombuffer(b"".join(b"%03d" % one for one in range(1000)), np.uint8).reshape(-1, 3)
_ID_HEX, _ID_DIGITS = 16, 15
_NINE, _ZERO = 9, 48


class Span(NamedTuple):
    """Where something stands in each of many lines."""

    begins: Numbers
    ends: Numbers


class Buffer:
    """Bytes in which things are sought; what lies behind them reads as NULs."""

    def __init__(self, data: bytes | pa.Buffer) -> None:
        """Take the bytes."""
        self.size = len(data)
        self._padded = bytes(data) + b"\0" * _PADDING
        self.values: Bytes = np.frombuffer(self._padded, np.uint8)
        self._known: dict[int, Numbers] = {}

    def places(self, byte: int) -> Numbers:
        """Give where a byte stands, ascending, and then, some times, beyond the buffer."""
        if byte not in self._known:
            found = np.flatnonzero(self.values[: self.size] == byte)
            self._known[byte] = np.concatenate((found, np.full(_PADDING, _FAR)))
        return self._known[byte]

    def first(self, byte: int, begins: Numbers) -> Numbers:
        """Give where a byte first stands at or behind each place; beyond the buffer if nowhere."""
        places = self.places(byte)
        return places[np.searchsorted(places, begins)]

    def count(self, byte: int, begins: Numbers, ends: Numbers) -> Numbers:
        """Give how often a byte stands in each span."""
        places = self.places(byte)
        return np.searchsorted(places, ends) - np.searchsorted(places, begins)

    def texts(self, begins: Numbers, ends: Numbers) -> pa.StringArray:
        """Give what stands in each span; it must be ASCII."""
        count = len(begins)
        bounds = np.empty(2 * count + 1, np.int32)
        bounds[0:-1:2], bounds[1::2], bounds[-1] = begins, ends, ends[-1] if count else 0
        cut = pa.Array.from_buffers(pa.string(), 2 * count, [None, pa.py_buffer(bounds), pa.py_buffer(self._padded)])
        return cut.take(pa.array(np.arange(0, 2 * count, 2)))

    def digits(self, begins: Numbers, ends: Numbers, most: int) -> tuple[Numbers, Flags]:
        """Read decimal numbers; and whether each is one, of at least one and at most so many digits."""
        length = ends - begins
        good = (length >= 1) & (length <= most)
        number = np.zeros(len(begins), np.int64)
        for place in range(int(length[good].max(initial=0))):
            within = good & (place < length)
            digit = self.values[np.where(within, begins + place, 0)] - np.uint8(_ZERO)
            good &= ~within | (digit <= _NINE)
            number = np.where(within, number * 10 + digit, number)
        return number, good


class Distinct(NamedTuple):
    """A column by its distinct texts: which of them each row has."""

    codes: Numbers
    texts: pa.StringArray

    def buffer(self) -> tuple[Buffer, Numbers, Numbers]:
        """Give the distinct texts in one buffer, and where each begins and ends."""
        _, offsets, data = self.texts.buffers()
        count = len(self.texts)
        bounds = np.frombuffer(offsets, np.int32, count + 1, 4 * self.texts.offset).astype(np.int64)
        return Buffer(data if data is not None else b""), bounds[:-1], bounds[1:]


def distinct(column: pa.StringArray) -> Distinct:
    """Give a column, without empty values, by its distinct texts."""
    encoded = column.dictionary_encode()
    return Distinct(encoded.indices.to_numpy().astype(np.int64), encoded.dictionary)


def pick(values: Sequence[str | None] | pa.StringArray, codes: Numbers) -> pa.DictionaryArray:
    """Give a column of the values that codes stand for, each distinct one held once."""
    given = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    encoded = given.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(pa.array(codes)), encoded.dictionary)


def firsts(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Give where each distinct number first stands, and which of those each number is."""
    codes = pa.array(keys).dictionary_encode().indices.to_numpy().astype(np.int64)
    highest = np.maximum.accumulate(codes)  # they are numbered as they come
    return np.flatnonzero(np.diff(highest, prepend=-1)), codes


def event_ids(texts: Sequence[bytes], offsets: Numbers) -> pa.StringArray:
    """Give the `event_id` of lines, which stand at offsets of fewer than 16 digits."""
    sha256 = hashlib.sha256
    digests = np.frombuffer(b"".join([sha256(text).digest() for text in texts]), np.uint8).reshape(-1, 32)
    width = _ID_HEX + 1 + _ID_DIGITS
    written = np.empty((len(texts), width), np.uint8)
    written[:, :_ID_HEX] = _BYTES[digests[:, : _ID_HEX // 2]].reshape(-1, _ID_HEX)
    written[:, _ID_HEX] = ord("-")
    rest = offsets
    for place in range(width - 3, _ID_HEX, -3):
        above = rest // 1000
        written[:, place : place + 3] = _THOUSAND[rest - above * 1000]
        rest = above
    bounds = np.arange(0, (len(texts) + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(bounds), pa.py_buffer(written)])


@cache
def months() -> tuple[Numbers, Numbers]:
    """Give the English short names of months as numbers of three bytes, ascending, and which month each is, from 0."""
    names = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    packed = np.array([int.from_bytes(name, "big") for name in names], np.int64)
    order = np.argsort(packed)
    return packed[order], order.astype(np.int64)
