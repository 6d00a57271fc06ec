"""The lines of a file of assignment records that a reading asks for; of the others only their bytes.

Tens of thousands of addresses are literals of one database; what may be an address written otherwise are a few
expressions beside them. A unit (a line, or a record of several) that they hit is looked at once more, exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import hyperscan

from landmark.assignments.sieve import LINES, Needles, Skipped, lines_in
from landmark.lines import MARK, Line, Reject, unmarked
from landmark.scan.blocks import BLOCK, Block, Long, Rest, Torn, cut
from landmark.scan.compression import open_text
from landmark.scan.reading import BEGINNING, AllLines, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_HITS = 50_000
"""Hits in one block beyond which all its units are looked at."""


class SiftedLines(AllLines):
    """The lines of a file: all of them as it is walked through, or those asked for; it may be read several times.

    A byte order mark before the first is none of it.
    """

    def __iter__(self) -> Iterator[Line]:
        """Read the file from its beginning. Raises as `identify`."""
        return unmarked(super().__iter__())

    def sift(self, needles: Needles) -> Iterator[Sequence[Line] | Skipped]:
        """Give the units asked for, and the stretches between them, in order. Raises as `identify`.

        The counts after it do not tell passed lines from unseen ones: who asked accounts for both.
        """
        finder = _Finder(needles)
        with open_text(self._path, (), self._progress, self._until) as text:
            tally = Tally(BEGINNING)
            units = _Units(finder)
            for piece in cut(text, self._block_size):
                match piece:
                    case Block(offset, buffer, begin, end):
                        tally.whole = offset + end - begin
                        data = bytes(memoryview(buffer)[begin:end])
                        mark = len(MARK) if offset == 0 and data.startswith(MARK) else 0
                        yield from units.take(data[mark:], tally.line, offset + mark)
                        tally.line = units.number
                    case Rest(offset, last):
                        yield from units.give_up()
                        yield tuple(unmarked((Line(tally.line, offset, last, ended=False),)))
                        tally.line += 1
                    case Long(offset, length, ended):
                        yield from units.give_up()
                        tally.too_long.append(Reject(tally.line, offset, length, "too_long"))
                        tally.line += 1
                        tally.whole = offset + length + 1 if ended else offset
                    case Torn(offset, length):
                        yield from units.give_up()
                        tally.truncated.append(Reject(tally.line, offset, length, "truncated"))
                        tally.line += 1
            yield from units.give_up()
            self.counts = tally.counts(text)


class _Units:
    """Cuts blocks into units; one that goes over a block's end waits for the next."""

    def __init__(self, finder: _Finder) -> None:
        self._finder = finder
        self._by_line = finder.needles.apart == LINES
        self._apart = re.compile(finder.needles.apart)
        self._waiting = b""
        self._place = (1, 0)
        self._open = False  # whether the beginning of the unit that goes on was given
        self.number = 1  # of the next line

    def give_up(self) -> Iterator[Sequence[Line]]:
        """Give what waits, as its unit's end is not to be had; what goes on with it is given, too."""
        self._open = not self._by_line
        if self._waiting:
            yield lines_in(self._waiting, *self._place)
            self._waiting = b""

    def take(self, data: bytes, number: int, offset: int) -> Iterator[Sequence[Line] | Skipped]:
        self.number = number + data.count(b"\n")
        if self._by_line:
            yield from self._divide(data, number, offset, None)
            return
        if self._waiting:
            number, offset = self._place
            data = self._waiting + data
        ends = [match.end() for match in self._apart.finditer(data)]
        if self._open and ends:
            yield lines_in(data[: ends[0]], number, offset)
            number += data.count(b"\n", 0, ends[0])
            self._open, offset, data = False, offset + ends[0], data[ends[0] :]
            ends = [end - ends[0] for end in ends[1:]]
        elif self._open or (not ends and len(data) > 4 * BLOCK):
            self._waiting, self._place = data, (number, offset)
            yield from self.give_up()
            return
        whole = ends[-1] if ends else 0
        if whole:
            yield from self._divide(data[:whole], number, offset, ends)
        self._waiting = data[whole:]
        self._place = (number + data.count(b"\n", 0, whole), offset + whole)

    def _divide(
        self, data: bytes, number: int, offset: int, ends: Sequence[int] | None
    ) -> Iterator[Sequence[Line] | Skipped]:
        at = 0
        for begin, end in self._wanted(data, ends):
            if at < begin:
                yield Skipped(number, offset + at, data[at:begin])
                number += data.count(b"\n", at, begin)
            lines = lines_in(data[begin:end], number, offset + begin)
            yield lines
            number += len(lines)
            at = end
        if at < len(data):
            yield Skipped(number, offset + at, data[at:])

    def _wanted(self, data: bytes, ends: Sequence[int] | None) -> Iterator[tuple[int, int]]:
        """Give where the units asked for begin and end."""
        ask_for = self._finder.needles.ask_for
        position = 0
        for hit in self._finder.hits(data):
            if hit <= position:
                continue  # in the unit just looked at
            if ends is None:
                begin = data.rfind(b"\n", position, hit - 1) + 1 or position
                end = data.find(b"\n", hit - 1) + 1
            else:
                unit = bisect_right(ends, hit - 1)
                begin, end = ends[unit - 1] if unit else 0, ends[unit]
            position = end
            if ask_for(data[begin:end]):
                yield begin, end


class _Finder:
    """Finds where a unit that is asked for may be."""

    def __init__(self, needles: Needles) -> None:
        self.needles = needles
        names = needles.names
        literals = (names.literals, frozenset(word.text for word in names.words))
        patterns = (*names.spellings, *((needles.always,) if needles.always else ()))
        every = [_literals(one) for one in literals if one]
        self._databases = [*every, _patterns(patterns)]

    def hits(self, data: bytes) -> Sequence[int]:
        """Give where hits end, ascending; where there are too many, the end of every line."""
        ends: list[int] = []

        def hit(_pattern: int, _begin: int, end: int, _flags: int, _context: object) -> bool:
            ends.append(end)
            return len(ends) > MOST_HITS

        try:
            for database, scratch in self._databases:
                database.scan(data, match_event_handler=hit, scratch=scratch)
        except hyperscan.ScanTerminated:
            return [match.end() for match in re.finditer(rb"\n", data)]
        ends.sort()
        return ends


@lru_cache(maxsize=4)
def _literals(names: frozenset[bytes]) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    return _compiled([b"".join(b"\\x%02x" % byte for byte in name) for name in sorted(names)])


@lru_cache(maxsize=16)
def _patterns(patterns: tuple[bytes, ...]) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    return _compiled(patterns)


def _compiled(expressions: Sequence[bytes]) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=list(expressions),
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE] * len(expressions),
    )
    return database, hyperscan.Scratch(database)
