"""The text inside a packed file, as much at a time as is asked for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from isal import igzip

from landmark.scan.members import GZIP, unpacked
from landmark.scan.memory import keep_freed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from typing_extensions import Buffer

    from landmark.scan.members import Damage, Kind
    from landmark.scan.stored import Stored

_FREED = 6 << 20  # bytes: more than anybody asks for at a time


class Unpacked(Protocol):
    """The text inside a packed file, read once from its beginning."""

    @property
    def damage(self) -> Damage | None:
        """Why it ended early, if so: cut short, damaged, or garbage behind it; known once `read` has given nothing."""

    def read(self, size: int, /) -> bytes:
        """Give the next bytes, fewer than `size` at the end only; none: it is at its end.

        Raises:
            MachineError: as `Stored.readinto`.
        """


def unpack(stored: Stored, kind: Kind) -> Unpacked:
    """Give the text inside a file that was just opened."""
    return _Gzip(stored) if kind is GZIP else _Joined(unpacked(stored, kind))


class _Joined:
    """Pieces of any length, cut anew."""

    def __init__(self, pieces: Generator[bytes, None, Damage | None], without: int = 0) -> None:
        """Take the pieces, and how many of their first bytes are not wanted."""
        self.damage: Damage | None = None
        self._pieces = pieces
        self._without = without
        self._left = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        found: list[memoryview] = []
        missing = size
        while missing:
            if not self._left:
                try:
                    piece = next(self._pieces)
                except StopIteration as end:
                    self.damage = self.damage or end.value
                    break
                self._left = memoryview(piece)[self._without :]
                self._without = max(0, self._without - len(piece))
            found.append(self._left[:missing])
            self._left = self._left[missing:]
            missing -= len(found[-1])
        return b"".join(found)


class _Gzip:
    """Gzip members, read by isal's own reader, which copies nothing and lets the interpreter go all the while.

    Of a fault it says neither where it is nor what comes before it. So all is read once more then, member by member.
    """

    def __init__(self, stored: Stored) -> None:
        keep_freed(_FREED)
        self._stored = stored
        self._file = cast("BinaryIO", igzip.open(_Source(stored)))  # type: ignore[no-untyped-call] # as the standard library's
        self._given = 0
        self._again: _Joined | None = None

    @property
    def damage(self) -> Damage | None:
        return None if self._again is None else self._again.damage

    def read(self, size: int, /) -> bytes:
        if self._again is None:
            try:
                found = self._file.read(size)
            except GZIP.errors:
                self._again = _Joined(unpacked(_Again(self._stored), GZIP), self._given)
            else:
                self._given += len(found)
                return found
        return self._again.read(size)


class _Source(io.RawIOBase):
    """A stored file as isal's reader wants it."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        found = self._stored.read(len(view))
        view[: len(found)] = found
        return len(found)


class _Again:
    """The bytes of a stored file once more from its beginning; they are not hashed."""

    def __init__(self, stored: Stored) -> None:
        self.taken = 0
        self._stored = stored

    def read(self, count: int, /) -> bytes:
        piece = next(self.again(self.taken, min(self.taken + count, self._stored.size), count), b"")
        self.taken += len(piece)
        return piece

    def again(self, begin: int, end: int, piece: int, /) -> Iterator[bytes]:
        return self._stored.again(begin, end, piece)
