"""Of two buffers with blocks the one is looked at while the other is sifted: neither is written over meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.scan import pace
from landmark.scan.blocks import Block, cut
from landmark.scan.compression import open_text
from landmark.scan.reading import read
from landmark.scan.sieve import KEPT
from landmark.sources import Block as Given
from landmark.sources import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from landmark.sources import FileReading

LINE = b"line %07d of some bytes\n"


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60), st.integers(1, 200), st.sampled_from([1, KEPT]))
def test_a_block_stays_as_it_is_until_so_many_more_were_asked_for(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], block_size: int, kept: int
) -> None:
    text = b"".join(b"%d" % (at % 10) * length + b"\n" for at, length in enumerate(lengths))
    path = tmp_path_factory.mktemp("ahead") / "log"
    path.write_bytes(text)
    waiting: list[Block] = []
    with open_text(path) as opened:
        for piece in cut(opened, block_size, kept=kept):
            assert isinstance(piece, Block)
            waiting = [*waiting, piece][-kept:]
            for block in waiting:
                size = block.end - block.begin
                assert block.buffer[block.begin : block.end] == text[block.offset : block.offset + size]


class Sifter:
    """A reader that is fed every hundredth line; it notes what was said of each block, and in which threads."""

    needles = (b"nothing",)
    steps = ()

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.looked: list[bytes] = []
        self.sifted: list[bytes] = []
        self.threads: set[str] = set()

    def begin(self) -> None:
        """Begin the text."""

    def look(self, buffer: bytearray, begin: int, end: int) -> Callable[[], Any]:
        def looking() -> None:
            self.threads.add(threading.current_thread().name.split("_")[0])
            self.looked.append(bytes(buffer[begin:end]))

        return looking

    def sift(self, block: Given, hits: object, looked: object) -> tuple[list[Line], int]:
        del hits, looked
        self.sifted.append(bytes(block.buffer[block.begin : block.end]))
        texts = self.sifted[-1].splitlines()
        numbered = [Line(block.number + at, 0, text, ended=True) for at, text in enumerate(texts)]
        return [line for line in numbered if line.number % 100 == 0], len(texts)

    def feed(self, lines: Iterable[Line]) -> None:
        self.lines += lines

    def finish(self) -> Sequence[FileReading]:
        return []


@pytest.mark.parametrize(("threads", "beside"), [(1, False), (3, False), (4, True), (None, True)])
def test_every_block_is_looked_at_before_it_is_sifted_in_whatever_thread(
    threads: int | None, *, beside: bool, tmp_path: Path
) -> None:
    text = b"".join(LINE % number for number in range(1, 200_001))
    path = tmp_path / "log"
    path.write_bytes(text + b"the last")
    reader: Any = Sifter()
    with pace.bounded(threads):
        counts = read(path, reader, None, stateful=True, block_size=1 << 19)
    assert b"".join(reader.sifted) == text
    assert reader.looked == reader.sifted
    assert [line.number for line in reader.lines] == [*range(100, 200_001, 100), 200_001]
    assert (counts.lines, counts.passed) == (200_001, 2001)
    assert ("sift" in reader.threads) == beside
    assert not [one for one in threading.enumerate() if one.name.startswith("sift")]


def test_what_goes_wrong_beside_is_told_where_the_block_is_sifted(tmp_path: Path) -> None:
    class Failing(Sifter):
        """A reader that cannot look at a block."""

        def look(self, buffer: bytearray, begin: int, end: int) -> Callable[[], Any]:
            return lambda: bytes(buffer[begin:end]).decode("utf-8")

    path = tmp_path / "log"
    path.write_bytes(b"\xd8" * 9 + b"\n")
    reader: Any = Failing()
    with pytest.raises(UnicodeDecodeError):
        read(path, reader, None, stateful=True)
