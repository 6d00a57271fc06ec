"""Who waits is told how far the reading of files is, in bytes as stored."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is at work, how much of it is done, and how much there is (bytes; 0 where it cannot be said).

What is at work may have behind `; ` what came of it so far.
"""


def silent(_what: str, _done: int, _whole: int) -> None:
    """Tell nobody."""


class Told:
    """Adds up bytes and tells how many are done."""

    def __init__(self, progress: Progress, what: str, whole: int) -> None:
        """Take whom to tell, of what, and how many bytes it is in all."""
        self._progress, self._what, self._whole, self._done = progress, what, whole, 0
        self._rows: int | None = None

    def __call__(self, count: int) -> None:
        """Tell that so many more bytes are done."""
        self._done += count
        self._tell()

    def kept(self, rows: int) -> None:
        """Tell how many rows were kept in all."""
        if rows != self._rows:
            self._rows = rows
            self._tell()

    def _tell(self) -> None:
        what = self._what if self._rows is None else f"{self._what}; {self._rows:,} rows kept"
        self._progress(what, self._done, self._whole)
