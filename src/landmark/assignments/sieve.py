"""A text of records that is asked for some of its lines: those that hold a name, and the stretches that hold none.

What nobody asked for may matter all the same, as its times do to a clock that was set back. So a reading is given such
a stretch as a whole, and says whether it can be passed over unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast, runtime_checkable

from landmark.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases
    from landmark.assignments.names import Names

LINES = b"\\n"
"""What lies between units of one line; as a regular expression, as whose match a unit ends."""
RECORDS = b"\\n[ \\t\\r\\v\\f]*\\n"
"""What lies between units that blank lines part."""
_BLANK = re.compile(rb"[ \t\r\v\f]*\n")
_BEFORE_BLANK = re.compile(rb"\n(?=[ \t\r\v\f]*\n)")
_PARSED = 1 << 13
"""Bytes of lines that nobody asked for, and among which one matters, that are read at a time."""


@dataclass(frozen=True)
class Needles:
    """What a reading asks for: units that hold a name or match `always` are given, of the others only their bytes.

    `always` is a regular expression that is read alike whether `^` and `$` mean lines or not, letter case ignored.
    """

    names: Names
    always: bytes = b""
    apart: bytes = LINES
    _pattern: re.Pattern[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Compile."""
        if self.always:
            object.__setattr__(self, "_pattern", re.compile(self.always, re.IGNORECASE))

    def ask_for(self, text: bytes) -> bool:
        """Tell whether a unit is asked for."""
        return self.names.holds(text) or (self._pattern is not None and self._pattern.search(text) is not None)


class Skipped(NamedTuple):
    """Whole units, one after another, that nobody asked for: the number and offset of their first line, their bytes."""

    number: int
    offset: int
    data: bytes

    def lines(self) -> list[Line]:
        """Give their lines."""
        return lines_in(self.data, self.number, self.offset)

    def halves(self) -> tuple[Skipped, Skipped] | None:
        """Divide them between two lines; None where they are one line."""
        at = self.data.find(b"\n", len(self.data) // 2, len(self.data) - 1) + 1
        at = at or self.data.rfind(b"\n", 0, len(self.data) // 2) + 1
        if not at:
            return None
        first = self.data[:at]
        rest = Skipped(self.number + first.count(b"\n"), self.offset + at, self.data[at:])
        return Skipped(self.number, self.offset, first), rest

    def backwards(self) -> Iterator[bytes]:
        """Give the bytes of their lines, the last first."""
        end = len(self.data) - 1
        while end >= 0:
            begin = self.data.rfind(b"\n", 0, end) + 1
            yield self.data[begin:end]
            end = begin - 1

    def account_for(self, reading: FileLeases) -> None:
        """Count their lines: `not_watched`, blank ones `empty`."""
        lines = self.data.count(b"\n")
        blank = len(_BEFORE_BLANK.findall(self.data)) + (_BLANK.match(self.data) is not None)
        if blank:
            reading.dropped["empty"] += blank
        if lines > blank:
            reading.dropped["not_watched"] += lines - blank


def lines_in(data: bytes, number: int, offset: int) -> list[Line]:
    """Give the lines of some bytes that end with a newline."""
    found = []
    for text in data[:-1].split(b"\n"):
        found.append(Line(number, offset, text, ended=True))
        number += 1
        offset += len(text) + 1
    return found


@runtime_checkable
class Sieve(Protocol):
    """A text that can be asked for some of its lines."""

    def sift(self, needles: Needles) -> Iterator[Sequence[Line] | Skipped]:
        """Give the units asked for, and the stretches between them, in order; all of the text together."""


def asked(text: Iterable[Line], needles: Needles) -> Iterator[Sequence[Line] | Skipped]:
    """Give a text's units that are asked for; all its lines where it cannot be asked."""
    if isinstance(text, Sieve):
        yield from cast("Sieve", text).sift(needles)
    else:
        for line in text:
            yield (line,)


def rows(text: Iterable[Line], needles: Needles, reading: FileLeases) -> Iterator[Line]:
    """Give the lines of a table that may matter, its header and equal lines among them; account for the others."""
    header: bytes | None = None
    for piece in asked(text, needles):
        rest: Skipped | None = None
        if isinstance(piece, Skipped):
            rest = piece
        else:
            for line in piece:
                header = _header(line) if header is None else header
                yield line
        while rest is not None and header is None:
            first, data = rest.data.split(b"\n", 1)
            line = Line(rest.number, rest.offset, first, ended=True)
            header = _header(line)
            yield line
            rest = Skipped(rest.number + 1, rest.offset + len(first) + 1, data) if data else None
        if rest is None or header is None:
            continue
        if header in rest.data:
            yield from rest.lines()
        else:
            rest.account_for(reading)


def lines_that_matter(
    text: Iterable[Line], needles: Needles, reading: FileLeases, passes: Callable[[Skipped], bool]
) -> Iterator[Line]:
    """Give the lines that are asked for, and those that matter all the same; account for the others.

    Args:
        text: lines, each a unit of its own.
        needles: what is asked for.
        reading: takes up the lines that are passed over.
        passes: tells whether some that nobody asked for can be; they are shown in order, in ever smaller stretches
            where not.
    """
    for piece in asked(text, needles):
        if isinstance(piece, Skipped):
            yield from _matter(piece, reading, passes)
        else:
            yield from piece


def _matter(skipped: Skipped, reading: FileLeases, passes: Callable[[Skipped], bool]) -> Iterator[Line]:
    if passes(skipped):
        skipped.account_for(reading)
        return
    halves = skipped.halves() if len(skipped.data) > _PARSED else None
    if halves is None:
        yield from skipped.lines()
        return
    for half in halves:
        yield from _matter(half, reading, passes)


def _header(line: Line) -> bytes | None:
    return line.text.removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf") if line.text.strip() else None


class EveryLine:
    """A text that is not to be asked: all of its lines are wanted."""

    def __init__(self, text: Iterable[Line]) -> None:
        """Take the text."""
        self._text = text

    def __iter__(self) -> Iterator[Line]:
        """Give every line."""
        return iter(self._text)


def again(texts: Iterable[Iterable[Line]], accounts: Collection[str]) -> list[Iterable[Line]]:
    """Give texts that can be read several times; of accounts that only their hashes tell, every line is wanted."""
    found = [list(text) if iter(text) is text else text for text in texts]
    return [EveryLine(text) for text in found] if accounts else found
