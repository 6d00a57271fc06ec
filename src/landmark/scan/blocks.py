"""A text in blocks of whole lines: exact bytes, cut at newlines only, in bounded memory.

CR, NUL and bytes that are no UTF-8 are bytes like others. What comes out does not depend on the size of the blocks.
"""

from __future__ import annotations

import functools
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.errors import IntegrityError
from landmark.lines import Line
from landmark.scan import pace
from landmark.scan.compression import open_text
from landmark.scan.stored import BESIDE, paged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from landmark.scan.compression import Text

BLOCK = 4 << 20
"""Bytes read at a time: all buffers together are no more than what a processor's cache holds."""
LONGEST = 1 << 20
"""Bytes of the longest line that is read, without its newline (DEFINITIONS, `too_long`)."""
_ROOM = 1 << 16  # bytes before what is read, for the partial line that it ends
_BUFFERS = 4  # one is looked at, the others are read and hashed
_COUNTED = 1 << 18  # bytes that are compared at a time, so that they are in the cache when they are counted
_NEWLINE = 10
_READS_BESIDE = 2  # threads beyond which one reads: those that match and hash come first


class Block(NamedTuple):
    """Whole lines: `buffer[begin:end]`, which ends with a newline and begins at `offset` of the text.

    The buffer is used again for a later block: take what is needed before the next piece is asked for.
    """

    offset: int
    buffer: bytearray
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


def cut(text: Text, block_size: int = BLOCK, start: int = 0) -> Iterator[Block | Long | Rest | Torn]:
    """Cut a text into pieces, in order and without a gap from `start` on.

    Args:
        text: a text that was just opened; it is read to its end.
        block_size: bytes read at a time.
        start: offset at which a line begins; what lies before is read and hashed, but not given.

    Raises:
        IntegrityError: no line begins at `start`.
        MachineError: as `Text.readinto`.
    """
    _pass_over(text, start, block_size)
    step = min(block_size, max(text.stored_bytes, LONGEST))  # a small file needs no large buffers
    offset = start  # in the text, of the next piece's first byte
    partial = b""  # the beginning of a line whose end is not read yet
    long_from: int | None = None  # where a line began that is too long and whose end is not read yet
    with closing(_Filler(text, step)) as filler:
        while (piece := filler.following(partial)) is not None:
            buffer, first, end = piece
            begin = first if long_from is None else buffer.find(b"\n", first, end) + 1
            if long_from is not None and not begin:
                offset += end - first
                continue
            last = buffer.rfind(b"\n", begin, end) + 1 or begin
            is_long = end - last > LONGEST
            partial = b"" if is_long else bytes(memoryview(buffer)[last:end])
            if long_from is not None:
                yield Long(long_from, offset + begin - first - 1 - long_from, ended=True)
            yield from _whole_lines(buffer, begin, end, offset - first)
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
    with open_text(path) as text:
        buffer = bytearray(LONGEST)
        count = text.readinto(buffer)
        *lines, last = bytes(memoryview(buffer)[:count]).split(b"\n")
        whole = count < len(buffer) and not text.ended_early
    offset = 0
    for number, line in enumerate(lines, 1):
        yield Line(number, offset, line, ended=True)
        offset += len(line) + 1
    if last and whole:
        yield Line(len(lines) + 1, offset, last, ended=False)


class _Piece(NamedTuple):
    """Bytes of a text: `buffer[begin:end]`."""

    buffer: bytearray
    begin: int
    end: int


class _Room(NamedTuple):
    """Where a text is read to: `buffer`, from `place` on."""

    buffer: bytearray
    place: int


class _Filler:
    """Fills buffers in turn: the next ones while the caller looks at one and those before it are still being hashed."""

    def __init__(self, text: Text, step: int) -> None:
        """Take the text, and how much of it is read at a time."""
        self._text, self._step = text, step
        beside = text.stored_bytes >= BESIDE and pace.threads() > _READS_BESIDE
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read") if beside else None
        self._asked: deque[tuple[_Room, Callable[[], int]]] = deque()  # in order, with what waits for its bytes
        self._seen: _Room | None = None  # what the caller looks at
        self._made = 0

    def following(self, partial: bytes) -> _Piece | None:
        """Give a partial line and the bytes that follow in the text; None: none do, and the text is at its end.

        What was given before may be written over from here on.
        """
        self._ask(self._seen)
        self._seen, fill = self._asked.popleft()
        count = fill()
        self._text.tell()  # here, not where it is read: who is told looks at what came of the blocks before
        if not count:
            return None
        if count == self._step and self._made < _BUFFERS:
            self._ask(None)
        buffer, place = self._seen
        begin, end = place - len(partial), place + count
        if begin < 0:
            whole = bytearray(partial) + memoryview(buffer)[place:end]
            return _Piece(whole, 0, len(whole))
        buffer[begin:place] = partial
        return _Piece(buffer, begin, end)

    def _ask(self, room: _Room | None) -> None:
        if room is None:
            room = _Room(*paged(_ROOM, self._step))
            self._made += 1
        fill = functools.partial(self._fill, room)
        self._asked.append((room, fill if self._worker is None else self._worker.submit(fill).result))

    def _fill(self, room: _Room) -> int:
        return self._text.fill(memoryview(room.buffer)[room.place :][: self._step])

    def close(self) -> None:
        """Let the thread go; nothing reads the text after this."""
        if self._worker is not None:
            self._worker.shutdown(cancel_futures=True)


def _whole_lines(buffer: bytearray, begin: int, end: int, offset: int) -> Iterator[Block | Long]:
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
