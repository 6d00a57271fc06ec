"""A text in blocks of whole lines: exact bytes, cut at newlines only, in bounded memory.

CR, NUL and bytes that are no UTF-8 are bytes like others. What comes out does not depend on the size of the blocks.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.errors import IntegrityError
from landmark.lines import Line
from landmark.scan.compression import open_text
from landmark.scan.fetching import fetching

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from landmark.scan.compression import Text
    from landmark.scan.members import Damage

BLOCK = 4 << 20
"""Bytes read at a time."""
LONGEST = 1 << 20
"""Bytes of the longest line that is read, without its newline (DEFINITIONS, `too_long`)."""
_COUNTED = 1 << 18  # bytes that are compared at a time, so that they are in the cache when they are counted
_NEWLINE = 10


class Block(NamedTuple):
    """Whole lines: `buffer[begin:end]`, which ends with a newline and begins at `offset` of the text.

    The buffer is used again for a later block: take what is needed before the next piece is asked for.
    """

    offset: int
    buffer: bytearray | bytes
    begin: int
    end: int


class Long(NamedTuple):
    """A line of more than `LONGEST` bytes: where it begins, its length without newline, whether it had one.

    It is not held.
    """

    offset: int
    length: int
    ended: bool


class Rest(NamedTuple):
    """A last line without newline, of a stream that did not end early; never empty."""

    offset: int
    text: bytes


class Torn(NamedTuple):
    """What follows the last newline of a stream that ended early: where, and how many bytes, perhaps none."""

    offset: int
    length: int


def cut(text: Text, block_size: int = BLOCK, start: int = 0, kept: int = 1) -> Iterator[Block | Long | Rest | Torn]:
    """Cut a text into pieces, in order and without a gap from `start` on.

    Args:
        text: a text that was just opened; it is read to its end.
        block_size: bytes read at a time.
        start: offset at which a line begins; what lies before is read and hashed, but not given.
        kept: buffers that are looked at: one is used again when so many more have been given.

    Raises:
        IntegrityError: no line begins at `start`.
        MachineError: as `Text.readinto`.
    """
    _pass_over(text, start, block_size)
    step = min(block_size, max(text.stored_bytes, LONGEST))  # a small file needs no large buffers
    offset = start  # in the text, of the next piece's first byte
    partial = b""  # the beginning of a line whose end is not read yet
    long_from: int | None = None  # where a line began that is too long and whose end is not read yet
    with closing(fetching(text, step, kept)) as fetched:
        while (piece := fetched.following(partial)) is not None:
            buffer, first, end = piece
            begin = first if long_from is None else buffer.find(b"\n", first, end) + 1
            if long_from is not None and not begin:
                offset += end - first
                fetched.let_go()
                continue
            last = buffer.rfind(b"\n", begin, end) + 1 or begin
            is_long = end - last > LONGEST
            partial = b"" if is_long else bytes(memoryview(buffer)[last:end])
            if long_from is not None:
                yield Long(long_from, offset + begin - first - 1 - long_from, ended=True)
            is_looked_at = False
            for whole in _whole_lines(buffer, begin, end, offset - first):
                is_looked_at = is_looked_at or isinstance(whole, Block)
                yield whole
            if not is_looked_at:
                fetched.let_go()
            long_from = offset + last - first if is_long else None
            offset += end - first - len(partial)
    if long_from is not None:
        yield Long(long_from, offset - long_from, ended=False)
    elif text.ended_early:
        yield Torn(offset, len(partial))
    elif partial:
        yield Rest(offset, partial)


def newlines(values: NDArray[np.uint8], begin: int, end: int) -> int:
    """Count the newlines of `values[begin:end]`, bytes of a text."""
    found = 0
    for at in range(begin, end, _COUNTED):
        found += int(np.count_nonzero(values[at : min(at + _COUNTED, end)] == _NEWLINE))
    return found


def first_lines(path: Path) -> Iterator[Line]:
    """Give the lines with which a file begins, those whose end lies within the first `LONGEST` bytes of its text.

    Raises:
        MachineError: the machine refuses to read it.
    """
    begun, whole, damage = _beginning(path)
    *lines, last = begun.split(b"\n")
    offset = 0
    for number, line in enumerate(lines, 1):
        yield Line(number, offset, line, ended=True)
        offset += len(line) + 1
    if last and whole and damage is None:
        yield Line(len(lines) + 1, offset, last, ended=False)


def early_damage(path: Path) -> Damage | None:
    """Tell how a file is damaged within the first `LONGEST` bytes of its text; what is behind them is not looked at.

    Raises:
        MachineError: the machine refuses to read it.
    """
    return _beginning(path)[2]


def _beginning(path: Path) -> tuple[bytes, bool, Damage | None]:
    """Give the first `LONGEST` bytes of a text, whether that is all of it, and if so why it ended early."""
    with open_text(path) as text:
        buffer = bytearray(LONGEST)
        count = text.readinto(buffer)
        whole = count < len(buffer)
        return bytes(memoryview(buffer)[:count]), whole, text.damage if whole else None


def _whole_lines(buffer: bytearray | bytes, begin: int, end: int, offset: int) -> Iterator[Block | Long]:
    """Give the whole lines of a buffer whose first byte is at `offset`."""
    position = begin
    while True:
        # Backwards within the longest line's reach: some sixteen steps a block, however many lines it has.
        newline = buffer.rfind(b"\n", position, min(position + LONGEST + 1, end))
        if newline >= 0:
            position = newline + 1
            continue
        if begin < position:
            yield Block(offset + begin, buffer, begin, position)
        after = buffer.find(b"\n", position, end) + 1
        if not after:
            return
        yield Long(offset + position, after - 1 - position, ended=True)
        begin = position = after


def _pass_over(text: Text, start: int, block_size: int) -> None:
    buffer = bytearray(min(start, block_size))
    left, last = start, ord("\n")
    while left:
        count = text.readinto(memoryview(buffer)[:left])
        if not count:
            raise IntegrityError(f"{text.path}: no longer has the {start} bytes of text that were read earlier")
        left -= count
        last = buffer[count - 1]
    if last != ord("\n"):
        raise IntegrityError(f"{text.path}: no line begins at byte {start} of its text, where an earlier reading ended")
