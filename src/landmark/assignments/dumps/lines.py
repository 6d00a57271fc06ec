"""What becomes of the lines of a dump: rows are counted, and the lines that hold no part of one.

A row counts once, however many stand in a line, and however many lines one goes over. So does the place from which on
a dump cannot be read, or where it is cut off.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from landmark.lines import Reject

if TYPE_CHECKING:
    from landmark.assignments import FileLeases
    from landmark.lines import Line


class Lines:
    """The lines in hand, of which it is not yet known what they are."""

    def __init__(self, reading: FileLeases) -> None:
        """Take what accounts for them."""
        self._reading = reading
        self._lines: deque[Line] = deque()
        self._counted: deque[bool] = deque()  # whether something stands in it that is counted itself
        self.units = 0

    def add(self, line: Line) -> None:
        """Take the next line in hand."""
        self._lines.append(line)
        self._counted.append(False)

    def at(self, offset: int) -> int:
        """Give the number of the line in hand in which a byte of the text stands."""
        return next(line.number for line in self._lines if offset <= line.offset + len(line.text))

    def count(self, begin: int, end: int) -> None:
        """Count what stands between two bytes of the text, the second excluded, as one."""
        self.units += 1
        for at, line in enumerate(self._lines):
            if line.offset >= end and line.offset > begin:  # a row may be empty
                break
            if line.offset + len(line.text) >= begin:
                self._counted[at] = True

    def passed(self, offset: int) -> None:
        """Account for the lines that end before a byte of the text: they were read."""
        while self._lines and self._lines[0].offset + len(self._lines[0].text) < offset:
            self._over()

    def finish(self) -> None:
        """Account for all lines in hand: they were read."""
        while self._lines:
            self._over()

    def reject(self, begin: int, end: int, reason: str) -> None:
        """Count a place of the text as one, and reject it."""
        self._reading.rejects.append(Reject(self.at(begin), begin, end - begin, reason))
        self.count(begin, end)

    def refuse(self, line: Line) -> None:
        """Account for a line that cannot be read."""
        self.units += 1
        if line.text.strip():
            reason = "malformed" if line.ended else "truncated"
            self._reading.rejects.append(Reject(line.number, line.offset, len(line.text), reason))
        else:
            self._reading.dropped["empty"] += 1

    def refuse_all(self) -> None:
        """Account for the lines in hand, which cannot be read."""
        for line, counted in zip(self._lines, self._counted, strict=True):
            if not counted:
                self.refuse(line)
        self._lines.clear()
        self._counted.clear()

    def cut_off(self, number: int, offset: int) -> None:
        """Count what is missing at the end of a text."""
        self.units += 1
        self._reading.rejects.append(Reject(number, offset, 0, "truncated"))

    def _over(self) -> None:
        line, counted = self._lines.popleft(), self._counted.popleft()
        if not counted:
            self.units += 1
            self._reading.dropped["directive" if line.text.strip() else "empty"] += 1
