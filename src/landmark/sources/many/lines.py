"""Lines that are judged together, and where each stands in its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from landmark.lines import Line
from landmark.sources.many.spans import Buffer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.lines import Stretch
    from landmark.sources.many.spans import Flags, Numbers


class Lines:
    """Lines that had their newlines, each with its number and where it stands in the text."""

    def __init__(self, texts: Sequence[bytes], numbers: Numbers, offsets: Numbers, whole: bytes) -> None:
        """Take the lines, and all of them with their newlines."""
        self.texts, self.numbers, self.offsets = texts, numbers, offsets
        self.lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.begins = np.cumsum(self.lengths + 1) - 1 - self.lengths
        self._whole = whole

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Self:
        """Take lines that need not stand one behind the other."""
        numbers, offsets, texts, _ = zip(*lines, strict=True)
        return cls(texts, np.array(numbers, np.int64), np.array(offsets, np.int64), b"\n".join((*texts, b"")))

    @classmethod
    def along(cls, stretch: Stretch) -> Self:
        """Take lines that stand one behind the other."""
        texts = stretch.text.split(b"\n")
        texts.pop()
        made = cls(texts, np.arange(stretch.number, stretch.number + len(texts)), np.zeros(0, np.int64), stretch.text)
        made.offsets = stretch.offset + made.begins
        return made

    def buffer(self) -> Buffer:
        """Give the bytes of all."""
        return Buffer(self._whole)

    def some(self, which: Flags) -> list[Line]:
        """Give some of them one by one."""
        return [
            Line(int(self.numbers[one]), int(self.offsets[one]), self.texts[one], ended=True)
            for one in np.flatnonzero(which).tolist()
        ]
