"""Which lines may name a target: one pass over a block for all targets and for every way to write a name otherwise.

A line that is not let through is never parsed. What is let through beyond the names costs time and changes no figure.
"""

from __future__ import annotations

import re
from itertools import accumulate, count, repeat
from typing import TYPE_CHECKING, NamedTuple, cast

import hyperscan

from landmark.lines import Line
from landmark.scan.blocks import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_HITS = 20_000
"""Hits in one block beyond which all its lines are given: calling back for each costs more than reading them."""
PART = 1 << 18
"""Bytes, or one longer line, of a block of which every line is wanted that are given at a time."""

# Each ends within the line that it is about, or with that line's newline; a hit is known by its last byte. Where a run
# of bytes would hit at each of them, the byte after the run is asked for, so that it hits once.
_OTHER_SPELLINGS = (
    rb"%[0-9a-f]{2}(?:[^%]|%[^0-9a-f]|%[0-9a-f][^0-9a-f])",  # percent-escapes (RFC 3986, 2.1)
    rb"\\[xu\\\x22\x27/]",  # a server's own escapes: \xHH, \uHHHH, \\, \", \', \/
    rb"(?:^|[^:])//",  # doubled slash, but not a scheme's
    rb"/\.\.?[^0-9A-Za-z._\-]",  # dot segments (RFC 3986, 5.2.4), also as the last segment
    rb"xn--",  # punycode (RFC 3492)
    rb"[\x80-\xff][\x00-\x7f]",  # a host in Unicode
    rb"(?:^|\n)\r?\n",  # an empty line, of which the source says so
    rb"(?:^|\n)[#\x00]",  # a directive; a line whose beginning was lost
)


class Hits(NamedTuple):
    """Of a block or a part of one: the lines that are let through, in order, and how many lines it has."""

    lines: list[Line]
    total: int


class Prefilter:
    """Lets through the lines that may name a target. May be used by several threads at once."""

    def __init__(self, names: Sequence[bytes] | None, most: int = MOST_HITS) -> None:
        """Compile the names, literal bytes of which ASCII letters match in either case.

        Args:
            names: bytes of which a line that names a target holds one; none lets every line through, as an empty name
                does. No name may hold a newline.
            most: hits in one block beyond which all its lines are given.
        """
        self._most = most
        self._database: hyperscan.Database | None = None
        if names is None or not all(names):
            return
        if any(b"\n" in name for name in names):
            raise ValueError("a name holds a newline, which no line does")
        patterns = [*(_literal(name) for name in sorted(set(names))), *_OTHER_SPELLINGS]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=patterns,
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL] * len(patterns),
        )

    def lines(self, block: Block, number: int) -> Iterator[Hits]:
        """Give the lines of a block that are let through, in one part or several that make up the block.

        Args:
            block: whole lines.
            number: the block's first line's, from 1.
        """
        ends = self._ends(block)
        if ends is not None:
            yield _lines_at(ends, block, number)
            return
        for part in _parts(block):
            hits = _every_line(part, number)
            number += hits.total
            yield hits

    def _ends(self, block: Block) -> list[int] | None:
        """Give where hits end, ascending, from the block's beginning; None where every line is wanted."""
        if self._database is None:
            return None
        ends: list[int] = []

        def hit(_pattern: int, _begin: int, end: int, _flags: int, _context: object) -> bool:
            ends.append(end)
            return len(ends) > self._most

        # Its stub knows of bytes only; what it takes is any buffer, without a copy.
        view = cast("bytes", memoryview(block.buffer)[block.begin : block.end])
        try:
            self._database.scan(view, match_event_handler=hit, scratch=hyperscan.Scratch(self._database))
        except hyperscan.ScanTerminated:
            return None
        ends.sort()
        return ends


def _literal(name: bytes) -> bytes:
    return b"".join(b"%c" % byte if re.match(rb"[0-9A-Za-z]", b"%c" % byte) else b"\\x%02x" % byte for byte in name)


def _lines_at(ends: list[int], block: Block, number: int) -> Hits:
    """Give the lines in which hits end; newlines are counted in between only."""
    buffer, view = block.buffer, memoryview(block.buffer)
    found: list[Line] = []
    position, current = block.begin, number
    for end in ends:
        last = block.begin + end - 1
        if last < position:
            continue  # in the line found just before
        begin = buffer.rfind(b"\n", position, last) + 1 or position
        stop = buffer.find(b"\n", last, block.end)
        current += buffer.count(b"\n", position, begin)
        found.append(Line(current, block.offset + begin - block.begin, bytes(view[begin:stop]), ended=True))
        current += 1
        position = stop + 1
    return Hits(found, current - number + buffer.count(b"\n", position, block.end))


def _every_line(block: Block, number: int) -> Hits:
    texts = bytes(memoryview(block.buffer)[block.begin : block.end - 1]).split(b"\n")
    offsets = accumulate(map(len, texts), lambda offset, length: offset + length + 1, initial=block.offset)
    found = list(map(Line._make, zip(count(number), offsets, texts, repeat(object=True), strict=False)))
    return Hits(found, len(found))


def _parts(block: Block) -> Iterator[Block]:
    """Cut a block into smaller ones: an empty line is one byte there, and a hundred times as many as a `Line`."""
    begin = block.begin
    while begin < block.end:
        newline = block.buffer.rfind(b"\n", begin, min(begin + PART, block.end))
        end = (newline if newline >= 0 else block.buffer.find(b"\n", begin, block.end)) + 1
        yield Block(block.offset + begin - block.begin, block.buffer, begin, end)
        begin = end
