"""Reading a file: every line counted, those that may matter given to their reader, the whole of it hashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.errors import IntegrityError
from landmark.lines import Line, Reject, Stretch
from landmark.scan.blocks import BLOCK, Block, Long, Rest, Torn, cut
from landmark.scan.compression import open_text
from landmark.scan.identity import Identity, identify
from landmark.scan.needles import Prefilter
from landmark.scan.sieve import KEPT, Sieve
from landmark.scan.tally import BEGINNING, Counts, Start, Tally
from landmark.sources import Sifting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from landmark.scan.compression import Text
    from landmark.sources import Reader

__all__ = [
    "BEGINNING",
    "AllLines",
    "Counts",
    "Identity",
    "Start",
    "Tally",
    "identify",
    "line_at",
    "lines_of",
    "read",
]

_TRIAL = 1 << 18
"""Bytes of a block of which it is tried how many lines pass."""
_DENSE = 4  # all but one in so many lines pass
_STRETCH = 1 << 20  # bytes given at a time


def read(  # noqa: PLR0913 - each is a thing of its own that a caller may leave out
    path: Path,
    reader: Reader,
    prefilter: Prefilter | None,
    *,
    stateful: bool,
    start: Start = BEGINNING,
    until: int | None = None,
    at: Collection[int] = (),
    progress: Callable[[int], None] | None = None,
    block_size: int = BLOCK,
) -> Counts:
    """Give a reader the lines of a text that may matter, in order.

    Args:
        path: the file.
        reader: of the file's format; the caller has begun the text.
        prefilter: which lines may matter; None: all.
        stateful: whether the reader wants every line, whatever the prefilter says; or says itself which it must have.
        start: where to begin, for a file that grew; the text before is hashed only.
        until: the text's length when it was identified: what was appended to a plain file since is not read.
        at: lengths of the text, bytes, of whose beginnings the hash is wanted too.
        progress: is told the stored bytes of each piece read.
        block_size: bytes read at a time; changes no result.

    Raises:
        IntegrityError: no line begins where reading is to begin.
        MachineError: the machine refuses to read it, or it changed while it was read.
    """
    passes: Prefilter | Sieve = Prefilter(None) if stateful or prefilter is None else prefilter
    if stateful and isinstance(reader, Sifting) and reader.needles is not None:
        passes = Sieve(reader)
    takes = None if stateful else getattr(reader, "feed_stretch", None)
    with open_text(path, at, progress, until) as text:
        tally = Tally(start)
        for lines in _given(text, passes, tally, block_size, stretches=takes is not None):
            if isinstance(lines, Stretch) and takes is not None:
                takes(lines)
            elif not isinstance(lines, Stretch):
                reader.feed(lines)
        return tally.counts(text)


class AllLines:
    """Every line of a file, in order, for formats that want them all; `counts` is there once they were all taken."""

    def __init__(
        self,
        path: Path,
        until: int | None = None,
        progress: Callable[[int], None] | None = None,
        block_size: int = BLOCK,
    ) -> None:
        """Read nothing yet."""
        self.counts: Counts | None = None
        self._path = path
        self._until = until
        self._progress = progress
        self._block_size = block_size

    def __iter__(self) -> Iterator[Line]:
        """Read the file from its beginning. Raises as `identify`."""
        with open_text(self._path, (), self._progress, self._until) as text:
            tally = Tally(BEGINNING)
            for lines in _given(text, Prefilter(None), tally, self._block_size):
                yield from lines.lines() if isinstance(lines, Stretch) else lines
            self.counts = tally.counts(text)


def lines_of(
    path: Path,
    *,
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
    block_size: int = BLOCK,
) -> AllLines:
    """Give every line of a file as it is read, but those that are too long or cut off, which stand in the counts.

    Args:
        path: the file.
        until: the text's length when it was identified: what was appended to a plain file since is not read.
        progress: is told the stored bytes of each piece read.
        block_size: bytes read at a time; changes no result.
    """
    return AllLines(path, until, progress, block_size)


def line_at(path: Path, offset: int, length: int) -> bytes:
    """Read bytes of a text again.

    Args:
        path: the file.
        offset: byte offset in the text inside.
        length: bytes wanted.

    Raises:
        IntegrityError: the text has no such bytes any more.
        MachineError: the machine refuses to read it.
    """
    with open_text(path) as text:
        found = text.extract(offset, length)
    if len(found) != length:
        raise IntegrityError(f"{path}: no longer has {length} bytes at byte {offset} of its text")
    return found


def _given(
    text: Text, prefilter: Prefilter | Sieve, tally: Tally, block_size: int, *, stretches: bool = False
) -> Iterator[list[Line] | Stretch]:
    """Give the lines that pass, piece by piece, and keep the tally of all.

    Where nearly all pass, and `stretches` may be given, they are given whole: the reader tells as well which matter.
    """
    if isinstance(prefilter, Sieve):
        pieces = prefilter.ahead(cut(text, block_size, tally.start.offset, kept=KEPT))
    else:
        pieces = cut(text, block_size, tally.start.offset)
    for piece in pieces:
        match piece:
            case Block():
                trial, rest = _parted(piece) if stretches else (piece, None)
                passed, begin = tally.passed, tally.line
                yield from _sifted(trial, prefilter, tally)
                if rest is not None and _DENSE * (tally.passed - passed) >= (_DENSE - 1) * (tally.line - begin):
                    yield from _stretches(rest, tally)
                elif rest is not None:
                    yield from _sifted(rest, prefilter, tally)
                tally.whole = piece.offset + piece.end - piece.begin
            case Rest(offset, last):
                tally.passed += 1
                yield [Line(tally.line, offset, last, ended=False)]
                tally.line += 1
            case Long(offset, length, ended):
                tally.too_long.append(Reject(tally.line, offset, length, "too_long"))
                tally.line += 1
                tally.whole = offset + length + 1 if ended else offset
            case Torn(offset, length):
                tally.truncated.append(Reject(tally.line, offset, length, "truncated"))
                tally.line += 1


def _sifted(block: Block, prefilter: Prefilter | Sieve, tally: Tally) -> Iterator[list[Line]]:
    for hits in prefilter.lines(block, tally.line):
        tally.line += hits.total
        tally.passed += len(hits.lines)
        if hits.lines:
            yield hits.lines


def _parted(block: Block) -> tuple[Block, Block | None]:
    """Cut off a block's beginning, of which it is tried how many lines pass."""
    if block.end - block.begin <= _TRIAL:
        return block, None
    end = block.buffer.find(b"\n", block.begin + _TRIAL - 1, block.end) + 1
    rest = Block(block.offset + end - block.begin, block.buffer, end, block.end)
    return block._replace(end=end), rest if end < block.end else None


def _stretches(block: Block, tally: Tally) -> Iterator[Stretch]:
    """Give all lines of a block."""
    begin = block.begin
    while begin < block.end:
        end = block.buffer.find(b"\n", min(begin + _STRETCH, block.end) - 1, block.end) + 1
        text = bytes(memoryview(block.buffer)[begin:end])
        number, count = tally.line, text.count(b"\n")
        tally.line += count
        tally.passed += count
        yield Stretch(number, block.offset + begin - block.begin, text)
        begin = end
