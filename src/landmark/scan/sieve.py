"""The lines of a block that a reader must be fed, where it can tell the others from a few things that are sought."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar, cast

import hyperscan
import numpy as np

from landmark.scan import blocks, pace
from landmark.scan.memory import keep_freed
from landmark.scan.needles import MOST_HITS, Hits, Prefilter
from landmark.sources import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from landmark.sources import Sifting
    from landmark.sources.sieving.looks import Look


KEPT = 2
"""Buffers with blocks: that which is sifted, and that which is looked at."""
_FREED = 30 << 20
_THREADS = 3  # beyond which blocks are looked at in one of their own: hashing comes first
_Piece = TypeVar("_Piece")
# Of a text of fewer than 48 bytes Hyperscan may miss a literal that ends with the last of them, and fewer than some
# hundred literals are sought at a quarter of the speed: so many are given to it, of bytes that no log has together.
_SHORT, _PADDING = 1 << 12, 64
_FILLING = tuple(b"\x01\x02\x03\x04" + bytes((1 + one % 8, 14 + one // 8, 5, 6)) for one in range(100))


class Sieve:
    """Lets through the lines that a reader wants to be fed."""

    def __init__(self, reader: Sifting, most: int = MOST_HITS) -> None:
        """Take the reader, and the hits in one block beyond which it is fed all lines."""
        self._reader = reader
        self._most = most
        self._every = Prefilter(None)
        self._asked: deque[Callable[[], Look | None]] = deque()  # of the blocks that were not sifted yet, in order

    def ahead(self, pieces: Iterable[_Piece]) -> Iterator[_Piece]:
        """Give the pieces of a text, one later than they come: meanwhile that of the next is looked at.

        What is said of a block by itself is said in a thread beside while the block before is sifted and its lines are
        fed, so the bytes of two must stay. Names are found here: each would have to wait for the interpreter's lock.
        """
        keep_freed(_FREED)
        beside = ThreadPoolExecutor(1, thread_name_prefix="sift") if pace.threads() > _THREADS else None
        try:
            waiting: list[_Piece] = []
            for piece in pieces:
                if isinstance(piece, blocks.Block):
                    look = self._reader.look(*piece[1:])
                    self._asked.append(look if beside is None else beside.submit(look).result)
                yield from waiting
                waiting = [piece]
            yield from waiting
        finally:
            if beside is not None:
                beside.shutdown(cancel_futures=True)

    def lines(self, block: blocks.Block, number: int) -> Iterator[Hits]:
        """Give the lines of a block that are let through, as `Prefilter.lines` does, of those of `ahead` the next."""
        looked = self._asked.popleft()
        given = self._reader.sift(Block(number, *block), self._hits(block), looked())
        if given is None:
            yield from self._every.lines(block, number)
        else:
            yield Hits(*given)

    def _hits(self, block: blocks.Block) -> NDArray[np.int64] | None:
        """Give where the last bytes of needles are in the buffer, ascending; None where there are too many."""
        needles = self._reader.needles
        if needles is None:
            return None
        database, scratch = _compiled(tuple(needles))
        ends: list[int] = []

        def hit(_pattern: int, _begin: int, end: int, _flags: int, _context: object) -> bool:
            ends.append(end)
            return len(ends) > self._most

        view = cast("bytes", memoryview(block.buffer)[block.begin : block.end])
        size = len(view)
        if size < _SHORT:
            view = bytes(view) + b" " * _PADDING
        try:
            database.scan(view, match_event_handler=hit, scratch=scratch)
        except hyperscan.ScanTerminated:
            return None
        found = np.array(ends, np.int64)
        return np.sort(found[found <= size]) + (block.begin - 1)


@lru_cache(maxsize=4)
def _compiled(needles: tuple[bytes, ...]) -> tuple[hyperscan.Database, hyperscan.Scratch]:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    sought = sorted(set(needles))
    expressions = [b"".join(b"\\x%02x" % byte for byte in needle) for needle in (*sought, *_FILLING[len(sought) :])]
    database.compile(
        expressions=expressions,
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[hyperscan.HS_FLAG_DOTALL] * len(expressions),
    )
    return database, hyperscan.Scratch(database)
