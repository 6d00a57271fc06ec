"""Where nearly every line passes, lines are given whole and unsifted: none is missed, none is told otherwise."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.lines import Line, Stretch
from landmark.scan.needles import Prefilter
from landmark.scan.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMED = b'192.0.2.1 - - "GET /board/%d"'
OTHER = b'192.0.2.2 - - "GET /other/%d"'
SIZES = [(200_000, 1 << 20), (1 << 20, 1 << 19), (1 << 21, 1 << 24)]  # of a text, of a block


def collector(made: type[Any]) -> Any:  # noqa: ANN401 - a fixture's class, which has no name here
    class Taker(made):  # type: ignore[misc] # as above
        """Takes stretches, too, and remembers how many."""

        stretches = 0

        def feed_stretch(self, stretch: Stretch) -> None:
            self.stretches += 1
            self.feed(stretch.lines())

    return Taker()


def lines_of(text: bytes) -> list[Line]:
    return Stretch(1, 0, text).lines()


@pytest.mark.parametrize(("size", "block"), SIZES)
@pytest.mark.parametrize("every", [1, 10, 1000])
@pytest.mark.parametrize("packed", [False, True])
def test_no_line_with_a_name_is_missed_however_dense_they_are(  # noqa: PLR0913 - each thing varied
    size: int, block: int, every: int, *, packed: bool, file: Callable[..., Path], new_collector: type[Any]
) -> None:
    count = size // len(NAMED)
    # Other lines stand together, so that some blocks are dense and some are not.
    text = (
        b"\n".join(
            (NAMED if number % 20_000 < 10_000 or not number % every else OTHER) % number for number in range(count)
        )
        + b"\n"
    )
    path = file(gzip.compress(text, 1), "log.gz") if packed else file(text)
    taken = collector(new_collector)
    counts = read(path, taken, Prefilter([b"/board/"]), stateful=False, block_size=block)
    sifted = new_collector()
    assert read(path, sifted, Prefilter([b"/board/"]), stateful=False, block_size=block).lines == counts.lines == count
    assert counts.passed == len(taken.lines)
    assert taken.lines == sorted(set(taken.lines))
    whole = lines_of(text)
    assert all(whole[line.number - 1] == line for line in taken.lines)
    assert set(sifted.lines) <= set(taken.lines)
    assert (taken.stretches > 0) == (size > 1 << 18)


def test_lines_that_all_hold_a_name_are_given_whole(file: Callable[..., Path], new_collector: type[Any]) -> None:
    text = b"".join(OTHER % number + b"\n" for number in range(20_000))
    taken = collector(new_collector)
    read(file(text + b"last"), taken, Prefilter(None), stateful=False)
    assert taken.stretches
    assert taken.lines == [*lines_of(text), Line(20_001, len(text), b"last", ended=False)]


@given(st.lists(st.binary(max_size=9).map(lambda one: one.replace(b"\n", b"")), max_size=9), st.integers(1, 99))
def test_a_stretch_is_its_lines(texts: list[bytes], number: int) -> None:
    lines = Stretch(number, 1000, b"".join(text + b"\n" for text in texts)).lines()
    assert [line.text for line in lines] == texts
    assert [line.number for line in lines] == list(range(number, number + len(texts)))
    assert [line.offset for line in lines] == [
        1000 + sum(len(text) + 1 for text in texts[:one]) for one in range(len(texts))
    ]
    assert all(line.ended for line in lines)


@given(
    st.lists(st.binary(max_size=9).map(lambda one: one.replace(b"\n", b"")), min_size=1, max_size=40), st.integers(1, 9)
)
def test_a_stretch_in_parts_has_the_same_lines_and_few_in_each(texts: list[bytes], most: int) -> None:
    stretch = Stretch(7, 1000, b"".join(text + b"\n" for text in texts))
    parts = [part.lines() for part in stretch.parts(most)]
    assert [line for part in parts for line in part] == stretch.lines()
    assert all(1 <= len(part) <= most for part in parts)
