"""A text whose lines write no year, read for the instant of one of them: of lines of a month one is enough.

The year turns where a line of another month follows. Only such lines are read, and those in which no month stands
where syslog has it, or a year may follow; so it takes little more time than hashing the text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from landmark.scan.blocks import Block, Long, Rest, Torn, cut
from landmark.scan.compression import open_text
from landmark.sources.times import MONTHS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Read = Callable[[bytes, int], int | None]
"""Reads a line, given its number too; its instant (µs UTC), None where it has none. Lines come in their order."""
_WORD = 4  # bytes: a month's name, and the blank behind it
_WORDS = np.array([int.from_bytes(name + b" ", "little") for name in MONTHS], np.uint32)
_TIME = len("Oct  2 10:")  # bytes up to where the colon of the clock stands in a line that writes no year
_NEWLINE, _BEGINS, _ENDS, _COLON = b"\n<>:"
_PRIORITY = range(2, 5)  # where the priority that may stand before the month ends (RFC 3164, 4.1.1)


def instant_of(path: Path, until: int, read: Read, wanted: int | None, *, to_the_end: bool) -> int | None:
    """Read a text on, and give the instant of one of its lines.

    Args:
        path: the file.
        until: the text's length when it was identified.
        read: reads lines; it has read those of the texts before.
        wanted: number of the line, from 1; None: no line.
        to_the_end: whether `read` is to know the rest of the text, too: another follows.

    Raises:
        MachineError: the machine refuses to read it, or it changed while it was read.
    """
    found, number = None, 1
    with open_text(path, until=until) as text:
        for piece in cut(text):
            match piece:
                case Block():
                    lines = _Lines(piece, number)
                    at = lines.read_on(read, wanted)
                    number += len(lines.ends)
                case Rest(_, line):
                    at = read(line.removesuffix(b"\r"), number)
                    number += 1
                case Long() | Torn():
                    at = None
                    number += 1
            if wanted is not None and number > wanted and found is None:
                found = at
                if not to_the_end:
                    break
    return found


class _Lines:
    """The lines of a block, of which few are looked at."""

    def __init__(self, block: Block, number: int) -> None:
        """Take the block, and the number of its first line."""
        self._buffer = block.buffer
        self._number = number
        values = np.frombuffer(block.buffer, np.uint8)
        self.ends = np.flatnonzero(values[block.begin : block.end] == _NEWLINE) + block.begin
        self._begins = np.concatenate(([block.begin], self.ends[:-1] + 1))
        heads = _heads(values, self._begins)
        words = _words(values, heads)
        # A line that writes its year tells nothing of those that do not.
        plain = np.isin(words, _WORDS) & (_at(values, heads + _TIME - 1) == _COLON)
        same = np.zeros(len(self.ends), np.bool_)
        same[1:] = (words[1:] == words[:-1]) & plain[1:] & plain[:-1]
        self._same = same  # the line before begins with the same month

    def read_on(self, read: Read, wanted: int | None) -> int | None:
        """Read what must be; give the instant of the line that is wanted, if it is among them."""
        if wanted is not None and self._number <= wanted < self._number + len(self.ends):
            instants = [self._read(read, place) for place in range(len(self.ends))]
            return instants[wanted - self._number]
        for first in np.flatnonzero(~self._same).tolist():
            place = first
            # The first of a run that can be read tells the month.
            while self._read(read, place) is None and place + 1 < len(self.ends) and self._same[place + 1]:
                place += 1
        return None

    def _read(self, read: Read, place: int) -> int | None:
        line = bytes(memoryview(self._buffer)[self._begins[place] : self.ends[place]])
        return read(line.removesuffix(b"\r"), self._number + place)


def _words(values: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Give the four bytes at each place; behind the end of a line stand those of others, and no month."""
    words = np.zeros(len(at), np.uint32)
    for place in range(_WORD):
        words |= _at(values, at + place).astype(np.uint32) << np.uint32(8 * place)
    return words


def _heads(values: NDArray[np.uint8], begins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give where each line begins behind its priority."""
    heads = begins.copy()
    marked = np.flatnonzero(_at(values, begins) == _BEGINS)
    for place in _PRIORITY:
        ended = marked[_at(values, begins[marked] + place) == _ENDS]
        heads[ended] = begins[ended] + place + 1
    return heads


def _at(values: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.uint8]:
    return values[np.minimum(places, len(values) - 1)]
