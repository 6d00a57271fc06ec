"""The bytes of a text, piece by piece: the next ones are fetched while one is looked at and those before are hashed."""

from __future__ import annotations

from collections import deque
from functools import partial as later
from typing import TYPE_CHECKING, NamedTuple, Protocol

from landmark.scan.memory import paged
from landmark.scan.stored import BESIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.scan.compression import Text

_ROOM = 1 << 16  # bytes before what is read, for the partial line that it ends
_BUFFERS = 4  # one is looked at, the others are read and hashed; together no more than a processor's cache holds
_UNPACKED = 8  # the same of a packed text: what takes longest goes on while one or the other of the rest takes its time
_TAKEN, _AHEAD = 2 << 20, 9  # the same where it is looked at where it was unpacked to: bytes at a time, and how many


class Fetched(Protocol):
    """The pieces of a text, in order."""

    def following(self, partial: bytes, /) -> Piece | None:
        """Give a partial line and bytes that follow in the text; None: none do, and the text is at its end.

        What was given `kept` times before may be written over from here on.

        Raises:
            MachineError: as `Text.readinto`.
        """

    def let_go(self) -> None:
        """Take back what was given last: the caller has no more of it than a copy."""

    def close(self) -> None:
        """Fetch no more; nothing reads the text after this."""


def fetching(text: Text, step: int, kept: int) -> Fetched:
    """Have a text fetched.

    Args:
        text: a text that was just opened, or read on to where the first piece begins.
        step: bytes that are read at a time.
        kept: pieces that the caller looks at.
    """
    # Who looks at several wants few: a line that goes over the end of what was unpacked would be a piece by itself.
    return _Taker(text, step) if text.packed and kept == 1 else _Filler(text, step, kept)


class Piece(NamedTuple):
    """Bytes of a text: `buffer[begin:end]`."""

    buffer: bytearray | bytes
    begin: int
    end: int


class _Room(NamedTuple):
    """Where a text is read to: `buffer`, from `place` on."""

    buffer: bytearray
    place: int


class _Filler:
    """Fills buffers in turn: the next ones while the caller looks at one and those before it are still being hashed."""

    def __init__(self, text: Text, step: int, kept: int) -> None:
        """Take the text, how much of it is read at a time, and how many buffers the caller looks at."""
        self._text, self._step, self._kept = text, step, kept
        self._beside = text.stored_bytes >= BESIDE
        self._most = (_UNPACKED if text.packed else _BUFFERS) + kept - 1
        self._asked: deque[tuple[_Room, Callable[[], int]]] = deque()  # in order, with what waits for its bytes
        self._seen: deque[_Room] = deque()  # what the caller looks at
        self._made = 0

    def following(self, partial: bytes) -> Piece | None:
        """Give a partial line and the bytes that follow in the text; None: none do, and the text is at its end.

        What was given `kept` times before may be written over from here on.
        """
        if len(self._seen) == self._kept:
            self._ask(self._seen.popleft())
        elif not self._asked:
            self._ask(None)
        room, fill = self._asked.popleft()
        self._seen.append(room)
        count = fill()
        self._text.tell()  # here, not where it is read: who is told looks at what came of the blocks before
        if not count:
            return None
        if count == self._step and self._made < self._most:
            self._ask(None)
        buffer, place = room
        begin, end = place - len(partial), place + count
        if begin < 0:
            whole = partial + memoryview(buffer)[place:end]
            return Piece(whole, 0, len(whole))
        buffer[begin:place] = partial
        return Piece(buffer, begin, end)

    def let_go(self) -> None:
        """Take back what was given last: the caller has no more of it than a copy."""
        self._ask(self._seen.pop())

    def _ask(self, room: _Room | None) -> None:
        if room is None:
            room = _Room(*paged(_ROOM, self._step))
            self._made += 1
        view = memoryview(room.buffer)[room.place :][: self._step]
        fill = later(self._text.fill, view)
        self._asked.append((room, later(self._text.wait, self._text.ask(fill)) if self._beside else fill))

    def close(self) -> None:
        """Fetch no more; nothing reads the text after this."""
        self._text.drop()


class _Taker:
    """Has the next pieces unpacked while the caller looks at one and those before it are still being hashed."""

    def __init__(self, text: Text, step: int) -> None:
        """Take the text, and how much of it is unpacked at a time."""
        self._text, self._step = text, min(step, _TAKEN)
        self._beside = text.stored_bytes >= BESIDE
        self._asked: deque[Callable[[], bytes]] = deque()  # in order
        self._rest: Piece | None = None

    def following(self, partial: bytes) -> Piece | None:
        """Give a partial line and bytes that follow in the text, as `_Filler` does.

        The line's end is given with it, and by itself: what follows need not be copied behind it.
        """
        if self._rest is not None:
            piece, self._rest = self._rest, None
            return piece
        while len(self._asked) < (_AHEAD if self._beside else 1):
            self._ask()
        text = self._asked.popleft()()
        self._text.tell()
        if not text:
            return None
        if not partial:
            return Piece(text, 0, len(text))
        end = text.find(b"\n") + 1 or len(text)
        self._rest = Piece(text, end, len(text)) if end < len(text) else None
        return Piece(partial + text[:end], 0, len(partial) + end)

    def _ask(self) -> None:
        take = later(self._text.take, self._step)
        self._asked.append(later(self._text.wait, self._text.ask(take)) if self._beside else take)

    def let_go(self) -> None:
        """Take back nothing: what was given is not written to again."""

    def close(self) -> None:
        """Unpack no more; nothing reads the text after this."""
        self._text.drop()
