"""The lines of a file, counted as they are read: which were looked at, which were not, which cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from landmark.scan.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landmark.lines import Reject
    from landmark.scan.compression import Text
    from landmark.scan.members import Damage


class Start(NamedTuple):
    """Where reading on begins: a text offset at which a line begins, and that line's number, from 1."""

    offset: int
    line: int


BEGINNING = Start(0, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What reading a file came to: lines = passed + unseen + too_long + truncated, all from the start of reading on.

    `passed` lines went to the reader, which accounts for each of them; `unseen` ones are `not_watched`. How the two
    divide is no result: only their sum, once the reader has added what it found not watched, is one.
    """

    sha256: str
    content_sha256: str
    stored_bytes: int
    text_bytes: int
    lines: int
    passed: int
    unseen: int
    too_long: tuple[Reject, ...]
    truncated: tuple[Reject, ...]
    damage: Damage | None
    whole: int
    prefixes: Mapping[int, str]

    @property
    def identity(self) -> Identity:
        """What the file is, where reading began at its beginning."""
        return Identity(
            self.sha256,
            self.content_sha256,
            self.stored_bytes,
            self.text_bytes,
            self.lines,
            self.damage,
            self.whole,
            self.prefixes,
        )


class Tally:
    """Numbers lines as they come."""

    def __init__(self, start: Start) -> None:
        """Begin at a line."""
        self.start = start
        self.line = start.line
        self.passed = 0
        self.whole = start.offset
        self.too_long: list[Reject] = []
        self.truncated: list[Reject] = []

    def counts(self, text: Text) -> Counts:
        """Give what a text that was read to its end came to."""
        lines = self.line - self.start.line
        return Counts(
            sha256=text.sha256,
            content_sha256=text.content_sha256,
            stored_bytes=text.stored_bytes,
            text_bytes=text.text_bytes,
            lines=lines,
            passed=self.passed,
            unseen=lines - self.passed - len(self.too_long) - len(self.truncated),
            too_long=tuple(self.too_long),
            truncated=tuple(self.truncated),
            damage=text.damage,
            whole=self.whole,
            prefixes=text.prefixes,
        )
