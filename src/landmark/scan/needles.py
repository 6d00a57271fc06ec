"""Which lines may name a target: one pass over a block for all targets and for every way to write a name otherwise.

A line that is not let through is never parsed. What is let through beyond the names costs time and changes no figure.
"""

from __future__ import annotations

import re
from itertools import accumulate, count, repeat
from typing import TYPE_CHECKING, NamedTuple, cast

import hyperscan
import numpy as np

from landmark.lines import Line
from landmark.scan.blocks import Block, newlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_HITS = 50_000
"""Hits in one block beyond which all its lines are given: nearly every line has one."""
PART = 1 << 18
"""Bytes, or one longer line, of a block of which every line is wanted that are given at a time."""

# Each ends within the line that it is about, or with that line's newline; a hit is known by its last byte. All that can
# be is a literal or a few: with one pattern that is more, the whole takes half as long again.
_OTHER_SPELLINGS = (
    rb"\\[xun\\\x22\x27/]",  # a server's own escapes: \xHH, \uHHHH, \n, \\, \", \', \/
    rb"#[0-9a-f]{2}",  # HAProxy's escapes: #22
    rb"\n\n",  # an empty line, of which the source says so
    rb"\n\r\n",
    rb"\n#",  # a directive
    rb"\n\x00",  # a line whose beginning was lost
)
_AT_BEGIN = re.compile(rb"[#\x00\n]|\r\n|\xef\xbb\xbf")  # the last four, of a block's first line; a byte order mark
_NEEDLESS = (  # of a path of several segments: one of a single segment holds its name whatever stands before it
    rb"(?:^|[^:])//",  # doubled slash, but not a scheme's
    rb"/\.\.?[^0-9A-Za-z._\-]",  # dot segments (RFC 3986, 5.2.4), also as the last segment
)
_INTERNATIONAL = (  # of a host in punycode (RFC 3492): it, and one in Unicode
    rb"xn--",
    rb"[\x80-\xff][\x00-\x7f]",
    rb"%[89a-f][0-9a-f]",
)
_CONTROLS = rb"\\[bfrtv]"  # of a name with a control character: a server's own escapes of it
# Percent-escapes that hide what is no needle's: in a text that is decoded twice, another escape or a part of one, or a
# server's own escape; and a newline, which no needle holds though a name may.
_ALWAYS_HIDDEN = b"%\\\n0123456789ABCDEFabcdefnx"
# Of a text of fewer than 48 bytes Hyperscan may miss a literal that ends with the last of them where all that is sought
# are literals: a short block is padded.
_SHORT, _PADDING = 1 << 12, 64
# With fewer than some hundred literals Hyperscan takes another way to find them, at half the speed in lines of text: so
# many are given to it, of bytes that no log has together. A line that has them is let through.
_FILLED = 100
_FILLING = tuple(
    b"\\x01\\x02\\x03\\x04\\x%02x\\x%02x\\x05\\x06" % (1 + one % 8, 14 + one // 8) for one in range(_FILLED)
)
_SAMPLE = 1 << 18
_OFTEN = 256  # one in seven lines
_GRAM = 4  # bytes: by the last of them a literal is found before the rest is compared
_HASHED, _MIX, _SHIFT = 1 << 16, 2654435761, 16


class Hits(NamedTuple):
    """Of a block or a part of one: the lines that are let through, in order, and how many lines it has."""

    lines: list[Line]
    total: int


class Prefilter:
    """Lets through the lines that may name a target; in one thread."""

    def __init__(self, names: Sequence[bytes] | None, most: int = MOST_HITS) -> None:
        """Take the names, literal bytes of which ASCII letters match in either case.

        They are compiled at the first block: of a name that part is sought with which lines like those seldom end.

        Args:
            names: bytes of which a line that names a target holds one; none lets every line through, as an empty name
                does. No name may hold a newline.
            most: hits in one block beyond which all its lines are given.
        """
        self._most = most
        self._compiled: tuple[hyperscan.Database, hyperscan.Scratch] | None = None
        self._names: list[bytes] | None = None
        if names is None or not all(names):
            return
        if any(b"\n" in name for name in names):
            raise ValueError("a name holds a newline, which no line does")
        self._names = sorted({name.lower() for name in names})

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
        if self._names is None:
            return None
        if self._compiled is None:
            self._compiled = _compiled(self._names, block)
        database, scratch = self._compiled
        first = _AT_BEGIN.match(block.buffer, block.begin, block.end)
        ends: list[int] = [] if first is None else [first.end() - block.begin]

        def hit(_pattern: int, _begin: int, end: int, _flags: int, _context: object) -> bool:
            ends.append(end)
            return len(ends) > self._most

        # Its stub knows of bytes only; what it takes is any buffer, without a copy.
        view = cast("bytes", memoryview(block.buffer)[block.begin : block.end])
        if len(view) < _SHORT:
            view = bytes(view) + b" " * _PADDING
        try:
            database.scan(view, match_event_handler=hit, scratch=scratch)
        except hyperscan.ScanTerminated:
            return None
        ends.sort()
        return [end for end in ends if end <= block.end - block.begin] if len(view) < _SHORT + _PADDING else ends


def _compiled(names: Sequence[bytes], block: Block) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    nested = any(re.search(rb"/[^/]+/", name) for name in names)
    international = any(b"xn--" in name for name in names)
    needles = sorted(set(_shortened(names, block)))
    patterns = [*map(_literal, needles), *_escapes(needles, nested=nested), *_OTHER_SPELLINGS]
    patterns += _FILLING[len(patterns) :]
    patterns += [*(_NEEDLESS if nested else ()), *(_INTERNATIONAL if international else ())]
    if any(byte < ord(" ") for name in names for byte in name):
        patterns.append(_CONTROLS)
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=patterns,
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL] * len(patterns),
    )
    return database, hyperscan.Scratch(database)


def _escapes(needles: Sequence[bytes], *, nested: bool) -> list[bytes]:
    """Give the percent-escapes (RFC 3986, 2.1) that may hide a byte of a needle; no other does, as a blank's."""
    hidden = {*_ALWAYS_HIDDEN, *(b"./" if nested else b"")}
    for needle in needles:
        hidden |= {*needle.lower(), *needle.upper()}
    return [b"%%%02x" % byte for byte in sorted(hidden)]


def _shortened(names: Sequence[bytes], block: Block) -> Iterator[bytes]:
    """Cut names where the last bytes are rare in a block's beginning: a domain that most lines name is not sought.

    A line with a name holds its beginning, so none is missed; what is found besides is told apart by the reader.
    """
    sample = bytes(memoryview(block.buffer)[block.begin : min(block.end, block.begin + _SAMPLE)]).lower()
    values = np.frombuffer(sample, np.uint8).astype(np.uint32)
    grams = np.zeros(max(0, len(values) - _GRAM + 1), np.uint32)
    for place in range(_GRAM if len(grams) else 0):
        grams |= values[place : place + len(grams)] << np.uint32(8 * place)
    often = np.bincount((grams * np.uint32(_MIX)) >> np.uint32(_SHIFT), minlength=_HASHED).tolist()

    def seen(name: bytes, end: int) -> int:
        """Say how often the bytes before an end of a name are in the sample; other bytes may count with them."""
        found: int = often[(int.from_bytes(name[end - _GRAM : end], "little") * _MIX & 0xFFFFFFFF) >> _SHIFT]
        return found

    for name in names:
        ends = range(len(name), _GRAM - 1, -1)
        often_ended_so = bool(ends) and seen(name, len(name)) > _OFTEN
        yield name[: min(ends, key=lambda end: seen(name, end))] if often_ended_so else name


def _literal(name: bytes) -> bytes:
    return b"".join(b"%c" % byte if re.match(rb"[0-9A-Za-z]", b"%c" % byte) else b"\\x%02x" % byte for byte in name)


def _lines_at(ends: list[int], block: Block, number: int) -> Hits:
    """Give the lines in which hits end; newlines are counted in between only."""
    buffer, view = block.buffer, memoryview(block.buffer)
    values = np.frombuffer(buffer, np.uint8)
    found: list[Line] = []
    position, current = block.begin, number
    for end in ends:
        last = block.begin + end - 1
        if last < position:
            continue  # in the line found just before
        begin = buffer.rfind(b"\n", position, last) + 1 or position
        stop = buffer.find(b"\n", last, block.end)
        current += newlines(values, position, begin)
        found.append(Line(current, block.offset + begin - block.begin, bytes(view[begin:stop]), ended=True))
        current += 1
        position = stop + 1
    return Hits(found, current - number + newlines(values, position, block.end))


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
