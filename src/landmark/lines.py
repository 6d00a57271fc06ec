"""A line of a text, and a line that was refused: what the reading of files and the formats say to each other."""

from __future__ import annotations

from itertools import accumulate, count, repeat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8, with which a text that was exported may begin."""


class Line(NamedTuple):
    """One line of a text: number from 1, byte offset, its exact bytes without the newline, whether it had one."""

    number: int
    offset: int
    text: bytes
    ended: bool


def unmarked(lines: Iterable[Line]) -> Iterator[Line]:
    """Give the lines of a text; the first begins behind the byte order mark, if there is one."""
    for line in lines:
        if line.offset == 0 and line.text.startswith(MARK):
            yield line._replace(offset=len(MARK), text=line.text.removeprefix(MARK))
        else:
            yield line


class Stretch(NamedTuple):
    """Lines of a text, one behind the other: the first one's number and byte offset, their bytes with the newlines."""

    number: int
    offset: int
    text: bytes

    def parts(self, most: int) -> Iterator[Stretch]:
        """Give it in parts of at most so many lines, of which a short text may hold very many."""
        if self.text.count(b"\n") <= most:
            yield self
            return
        middle = self.text.find(b"\n", len(self.text) // 2) + 1
        if middle == len(self.text):
            middle = self.text.rfind(b"\n", 0, middle - 1) + 1
        number = self.number + self.text.count(b"\n", 0, middle)
        yield from Stretch(self.number, self.offset, self.text[:middle]).parts(most)
        yield from Stretch(number, self.offset + middle, self.text[middle:]).parts(most)

    def lines(self) -> list[Line]:
        """Give each of them."""
        texts = self.text.split(b"\n")[:-1]
        offsets = accumulate(map(len, texts), lambda offset, length: offset + length + 1, initial=self.offset)
        return list(map(Line._make, zip(count(self.number), offsets, texts, repeat(object=True), strict=False)))


class Reject(NamedTuple):
    """One rejected line: where it is and why; never what it says."""

    line: int
    offset: int
    length: int
    reason: str
