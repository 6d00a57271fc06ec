"""How much of the machine reading takes: bytes a second, and threads. No result depends on either.

A bound holds for the process: every file is read through it, whoever reads it and for whatever.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SAVED = 1.0  # seconds whose share may be saved up while nothing is read
_PIECES = 8  # in a second: the machine's other work is let through as often
_SMALLEST = 1 << 12
_LOWEST = 19


class Bucket:
    """A token bucket: whoever takes more than has come in waits until it has."""

    def __init__(self, rate: int, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        """Begin empty.

        Args:
            rate: bytes a second, at least one.
            clock: gives seconds that only grow.
            sleep: waits so many seconds.
        """
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._paid = clock()  # until when what was taken is paid for
        self._lock = threading.Lock()

    @property
    def piece(self) -> int:
        """Bytes to read at a time, so that the bound holds within a second too."""
        return max(_SMALLEST, self._rate // _PIECES)

    def take(self, count: int) -> None:
        """Take so many bytes that were read, and wait until they had time to come in."""
        with self._lock:
            now = self._clock()
            self._paid = max(self._paid, now - _SAVED) + count / self._rate
            wait = self._paid - now
        if wait > 0:
            self._sleep(wait)


def step_back() -> None:
    """Give this process the lowest priority, of processors and, where the system has idle classes, of disks.

    It holds for what the process starts, and to its end: what was given up is not to be had again without rights. Where
    a system knows no such thing, nothing happens.
    """
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_LOWEST)
    program = shutil.which("ionice")
    if program is not None:
        subprocess.run([program, "-c", "3", "-p", str(os.getpid())], capture_output=True, check=False)  # noqa: S603 - of util-linux


@dataclass(slots=True)
class _Bounds:
    threads: int = sys.maxsize
    bucket: Bucket | None = None


_bounds = _Bounds()


def threads() -> int:
    """Give how many threads reading may use, the caller's own included."""
    return _bounds.threads


def bucket() -> Bucket | None:
    """Give what bounds the bytes a second; None: nothing does."""
    return _bounds.bucket


@contextmanager
def bounded(threads: int | None = None, rate: Bucket | None = None) -> Iterator[None]:
    """Bound all reading of files meanwhile. None: as many threads as there is work for; as fast as it goes."""
    before = _bounds.threads, _bounds.bucket
    _bounds.threads, _bounds.bucket = sys.maxsize if threads is None else threads, rate
    try:
        yield
    finally:
        _bounds.threads, _bounds.bucket = before
