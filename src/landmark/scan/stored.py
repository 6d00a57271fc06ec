"""A file as it is stored: read once from its beginning, hashed as it is read, never locked and never written."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import deque
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from landmark.errors import MachineError
from landmark.scan import pace
from landmark.scan.memory import paged
from landmark.store import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from io import FileIO
    from pathlib import Path

    from landmark.scan.crew import Crew

BESIDE = 1 << 20
"""From so many bytes on, hashing goes on beside the caller's work: hashlib gives the interpreter lock away."""
_TOLD = 16 << 20  # bytes that are read before anybody is told
_WAITING = 8  # pieces that may wait to be hashed: whoever reads is ahead by no more than that

HASHING = 1
"""Rank of hashing: unpacking takes longer and comes before it, copying from memory takes less and comes behind."""


class Digest:
    """SHA-256 of bytes as they come, and of their beginnings at the lengths asked for.

    What `update` was given must stay as it is until `let_go` of its buffer or `settle`.
    """

    def __init__(self, at: Collection[int] = (), crew: Crew | None = None) -> None:
        """Begin; `prefixes` will have the hash at each length of `at` that the bytes reach.

        A crew hashes large pieces beside the caller's work.
        """
        self.length = 0
        self.prefixes: dict[int, str] = {}
        self._hash = hashlib.sha256()
        self._marks = deque(sorted({mark for mark in at if mark >= 0}))
        self._beside = None if crew is None else (crew, crew.stream(HASHING))
        self._running: deque[tuple[Callable[[], None], object]] = deque()  # in order: what waits, and for which buffer
        self._mark()

    def update(self, data: memoryview) -> None:
        """Take more bytes."""
        if self._beside is None or len(data) < BESIDE:
            self.settle()
            self._take(data)
            return
        if len(self._running) == _WAITING:
            self._wait()
        crew, stream = self._beside
        job = crew.ask(stream, partial(self._take, data))
        self._running.append((partial(crew.wait, job), data.obj))

    def let_go(self, buffer: memoryview) -> None:
        """Wait until nothing of a buffer is being hashed or is to be: it may be written to then."""
        while any(held is buffer.obj for _, held in self._running):
            self._wait()

    def settle(self) -> None:
        """Wait until all that was given is hashed."""
        while self._running:
            self._wait()

    def _wait(self) -> None:
        self._running.popleft()[0]()

    @property
    def hexdigest(self) -> str:
        """The hash of all that was given, in hex."""
        self.settle()
        return self._hash.hexdigest()

    def _take(self, data: memoryview) -> None:
        while self._marks and self._marks[0] <= self.length + len(data):
            before = self._marks[0] - self.length
            self._hash.update(data[:before])
            self.length += before
            data = data[before:]
            self._mark()
        self._hash.update(data)
        self.length += len(data)

    def _mark(self) -> None:
        if self._marks and self._marks[0] == self.length:
            self.prefixes[self._marks.popleft()] = self._hash.copy().hexdigest()


class Stored:
    """The bytes of an open file up to the size that it had when it was opened; what is appended later is not read."""

    def __init__(
        self,
        path: Path,
        file: FileIO,
        digest: Digest,
        progress: Callable[[int], None] | None = None,
        until: int | None = None,
    ) -> None:
        """Begin at the first byte.

        Args:
            path: the file's name, for messages.
            file: the file, open and at its beginning.
            digest: takes the bytes that are read.
            progress: is told how many bytes were read, whenever `tell` is called.
            until: bytes at which the file is taken to end where it is longer.
        """
        self.path = path
        self.digest = digest
        self.position = 0
        self.taken = 0
        self._ahead = memoryview(b"")
        self._file = file
        self._progress = progress
        self._told = 0
        self._opened = os.fstat(file.fileno())
        self.size = self._opened.st_size if until is None else min(until, self._opened.st_size)

    def readinto(self, view: memoryview) -> int:
        """Fill the view as far as bytes are left, hash them, and give how many they are; 0 at the end.

        Raises:
            MachineError: the machine refuses to read, or the file became shorter since it was opened.
        """
        self.digest.let_go(view)  # into another buffer than the last, bytes are read while those before are hashed
        wanted = min(len(view), self.size - self.position)
        done = 0
        while done < wanted:
            bucket = pace.bucket()
            try:
                count = self._file.readinto(view[done:wanted] if bucket is None else view[done:wanted][: bucket.piece])
            except OSError as error:
                raise refused(self.path, error) from error
            if not count:
                raise self._changed()
            done += count
            if bucket is not None:
                bucket.take(count)
        self.position += done
        if done:
            self.digest.update(view[:done])
        return done

    def tell(self, *, ended: bool) -> None:
        """Tell of the bytes read since it was last told, if they are many, the rate is bounded, or it has ended."""
        count = self.position - self._told
        if self._progress is not None and count and (ended or count >= _TOLD or pace.bucket() is not None):
            self._told += count
            self._progress(count)

    def read(self, count: int) -> bytes:
        """Give at most `count` of the next bytes; none at the end. Raises as `readinto`.

        The file is read ahead in larger pieces: `taken` bytes were given.
        """
        if not self._ahead:
            buffer, begin = paged(0, min(BESIDE, self.size - self.position))
            self._ahead = memoryview(buffer)[begin:][: min(BESIDE, self.size - self.position)]
            self._ahead = self._ahead[: self.readinto(self._ahead)]
        piece, self._ahead = bytes(self._ahead[:count]), self._ahead[count:]
        self.taken += len(piece)
        return piece

    def again(self, begin: int, end: int, piece: int) -> Iterator[bytes]:
        """Read bytes that were read before once more, in pieces, without hashing them; only `finish` may follow.

        Raises:
            MachineError: as `readinto`.
        """
        for position in range(begin, end, piece):
            wanted = min(piece, end - position)
            try:
                # By the open file, not by its name: rotation may have put another file under it.
                self._file.seek(position)
                data = self._file.read(wanted) or b""
            except OSError as error:
                raise refused(self.path, error) from error
            if len(data) < wanted:
                raise self._changed()
            if (bucket := pace.bucket()) is not None:
                bucket.take(len(data))
            yield data

    def finish(self) -> None:
        """Hash what is left, and see that the file is still what was opened; one that only grew is.

        Raises:
            MachineError: as `readinto`, or the file was written to while it was read.
        """
        buffer = bytearray(BESIDE - 1)
        self._file.seek(self.position)
        while self.readinto(memoryview(buffer)):
            pass
        now = os.fstat(self._file.fileno())
        was = self._opened
        if now.st_size < was.st_size or (now.st_size == was.st_size and now.st_mtime_ns != was.st_mtime_ns):
            raise self._changed()

    def _changed(self) -> MachineError:
        return MachineError(
            f"{self.path}: changed while it was read (it had {self._opened.st_size} bytes when it was opened); "
            "nothing of it is kept, run again"
        )


@contextmanager
def opened(path: Path) -> Iterator[FileIO]:
    """Open a regular file to read it, unbuffered.

    Raises:
        MachineError: permission is refused, the file is not there, or something else stands in its place.
    """
    try:
        # A named pipe would keep us waiting for a writer, so what it is comes before opening it.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise refused(path, OSError(errno.EINVAL, "Not a regular file"))
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise refused(path, error) from error
    with file:
        yield file
