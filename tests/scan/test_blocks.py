"""Texts in, pieces out: what is a line, whatever the size of a block."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from landmark.errors import IntegrityError
from landmark.lines import Line
from landmark.scan.blocks import LONGEST, Block, Long, Rest, Torn, cut, first_lines
from landmark.scan.compression import open_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Piece = tuple[str, int, bytes | int]


def pieces(path: Path, block_size: int, start: int = 0) -> list[Piece]:
    """What comes out, blocks as their lines: kind, offset, bytes or length."""
    found: list[Piece] = []
    with open_text(path) as text:
        for piece in cut(text, block_size, start):
            match piece:
                case Block(offset, buffer, begin, end):
                    whole = bytes(buffer[begin:end])
                    assert whole.endswith(b"\n")
                    for line in whole[:-1].split(b"\n"):
                        found.append(("line", offset, line))
                        offset += len(line) + 1
                case Long(offset, length, ended):
                    found.append(("long" if ended else "long without end", offset, length))
                case Rest(offset, rest):
                    found.append(("rest", offset, rest))
                case Torn(offset, length):
                    found.append(("torn", offset, length))
    return found


def plainly(text: bytes, *, ended_early: bool = False) -> list[Piece]:
    """The same by the simplest means."""
    found: list[Piece] = []
    offset = 0
    *lines, last = text.split(b"\n")
    for line in lines:
        found.append(("line", offset, line) if len(line) <= LONGEST else ("long", offset, len(line)))
        offset += len(line) + 1
    if len(last) > LONGEST:
        found.append(("long without end", offset, len(last)))
    elif ended_early:
        found.append(("torn", offset, len(last)))
    elif last:
        found.append(("rest", offset, last))
    return found


NASTY = [
    b"",
    b"\n",
    b"\n\n\n",
    b"one",
    b"one\n",
    b"one\ntwo",
    b"a\rb\r\n\r\n\r",
    b"\x00\x00\x00a\n\x00\n",
    b"a\xff\xfe\xc3\n\xc3",
    b"a\x0bb\x0cc\x1cd\x85e\xe2\x80\xa8f\n",
]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("block_size", [1, 2, 3, 1000])
def test_lines_end_at_newlines_only(file: Callable[[bytes], Path], text: bytes, block_size: int) -> None:
    assert pieces(file(text), block_size) == plainly(text)


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.sampled_from([b"\n", b"\r", b"\0", b"\xff", b"a", b"some words"]), max_size=60).map(b"".join),
    block_size=st.integers(1, 40),
    compressed=st.booleans(),
)
@example(text=b"a\n", block_size=2, compressed=False)
def test_pieces_do_not_depend_on_the_size_of_blocks(
    text: bytes, block_size: int, *, compressed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "log"
    path.write_bytes(gzip.compress(text) if compressed else text)
    assert pieces(path, block_size) == plainly(text)


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(
        st.sampled_from([0, 1, 70, LONGEST - 1, LONGEST, LONGEST + 1, LONGEST + 70, 3 * LONGEST]), max_size=6
    ),
    block_size=st.sampled_from([70_001, 1 << 18, LONGEST, LONGEST + 1, 3_000_000, 16 << 20]),
    ended=st.booleans(),
    ended_early=st.booleans(),
)
def test_long_lines_are_located_whatever_the_size_of_blocks(
    lengths: list[int], block_size: int, *, ended: bool, ended_early: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = b"\n".join(b"x" * length for length in lengths) + b"\n" * ended
    path = tmp_path_factory.mktemp("long") / "log"
    path.write_bytes(gzip.compress(text, 1) + b"garbage" if ended_early else text)
    assert pieces(path, block_size) == plainly(text, ended_early=ended_early)


def test_what_follows_the_last_newline_of_a_torn_stream_is_one_piece_even_if_empty(
    file: Callable[[bytes], Path],
) -> None:
    assert pieces(file(gzip.compress(b"one\n")[:-1]), 1000) == [("line", 0, b"one"), ("torn", 4, 0)]
    assert pieces(file(gzip.compress(b"one\ntw")[:-1]), 1000) == [("line", 0, b"one"), ("torn", 4, 2)]
    assert pieces(file(b"\x1f\x8b\x08"), 1000) == [("torn", 0, 0)]


def test_a_line_of_any_length_is_not_held(file: Callable[[bytes], Path]) -> None:
    line = 200 << 20
    path = file(gzip.compress(bytes(line) + b"\nshort\n", 1))
    tracemalloc.start()
    try:
        found = pieces(path, 1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == [("long", 0, line), ("line", line + 1, b"short")]
    assert peak < 40 << 20


@pytest.mark.parametrize("block_size", [1, 3, 4, 5, 1000])
@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_reading_on_gives_what_lies_behind(file: Callable[[bytes], Path], block_size: int, form: str) -> None:
    text = b"one\ntwo\nthree"
    path = file(gzip.compress(text) if form == "gzip" else text)
    assert pieces(path, block_size, start=4) == plainly(text)[1:]
    assert pieces(path, block_size, start=8) == plainly(text)[2:]


def test_reading_on_refuses_where_no_line_begins(file: Callable[[bytes], Path]) -> None:
    with pytest.raises(IntegrityError, match="no line begins at byte 5"):
        pieces(file(b"one\ntwo\n"), 1000, start=5)


def test_reading_on_refuses_a_text_that_is_shorter_than_it_was(file: Callable[[bytes], Path]) -> None:
    with pytest.raises(IntegrityError, match="no longer has the 9 bytes"):
        pieces(file(b"one\ntwo\n"), 1000, start=9)


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_the_first_lines_of_a_file_are_those_of_its_beginning(file: Callable[[bytes], Path], form: str) -> None:
    def lines(text: bytes) -> list[Line]:
        return list(first_lines(file(gzip.compress(text) if form == "gzip" else text)))

    assert lines(b"") == []
    assert lines(b"one\n\r\ntwo") == [
        Line(1, 0, b"one", ended=True),
        Line(2, 4, b"\r", ended=True),
        Line(3, 6, b"two", ended=False),
    ]
    many = lines(b"some words\n" * (LONGEST // 5))
    assert len(many) == LONGEST // 11
    assert all(line.ended for line in many)
    assert lines(b"x" * (LONGEST + 1)) == []


def test_the_first_lines_of_a_torn_stream_are_its_whole_ones(file: Callable[[bytes], Path]) -> None:
    assert list(first_lines(file(gzip.compress(b"one\ntw")[:-1]))) == [Line(1, 0, b"one", ended=True)]
