"""Reading keeps to its bounds: bytes a second by a clock that is given, threads by their name, and no lock."""

from __future__ import annotations

import fcntl
import gzip
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.scan import pace
from landmark.scan.needles import Prefilter
from landmark.scan.reading import Counts, identify, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from landmark.lines import Line
    from landmark.sources import FileReading, Step

LINE = b'192.0.2.1 - - [03/Oct/2001:10:00:00 +0000] "GET /other HTTP/1.0" 200 5\n'


class Clock:
    """A clock that only waiting and working move."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Watching:
    """A reader that notes how many threads there are beside while it is fed, and what may be done with the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = 0
        self.could_lock = True
        self.modes: set[int] = set()

    def begin(self) -> None: ...

    def feed(self, lines: Iterable[Line]) -> None:
        assert list(lines)
        self.beside = max(self.beside, sum(thread.name == "beside" for thread in threading.enumerate()))
        self.modes |= _modes(self.path)
        with self.path.open("rb+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self.could_lock = False

    def finish(self) -> list[FileReading]:
        return []

    @property
    def steps(self) -> list[Step]:
        return []


@given(
    rate=st.integers(1, 10**9),
    takes=st.lists(st.tuples(st.integers(0, 10**7), st.floats(0, 30, allow_nan=False)), min_size=1, max_size=40),
)
def test_never_more_is_read_than_the_rate_and_one_saved_second_allow(rate: int, takes: list[tuple[int, float]]) -> None:
    clock = Clock()
    bucket = pace.Bucket(rate, clock, clock.sleep)
    begin, taken = clock.now, 0
    for count, worked in takes:
        clock.now += worked
        bucket.take(count)
        taken += count
        assert taken <= rate * (clock.now - begin) * (1 + 1e-9) + 1e-3 * rate


def test_who_waited_may_catch_up_by_one_second_and_no_more() -> None:
    clock = Clock()
    bucket = pace.Bucket(1000, clock, clock.sleep)
    clock.now += 3600
    before = clock.now
    bucket.take(3000)
    assert clock.now - before == pytest.approx(2)


def test_every_byte_of_a_file_is_read_within_the_rate(file: Callable[[bytes], Path]) -> None:
    path = file(LINE * 30_000)
    clock = Clock()
    pieces: list[float] = []

    def sleep(seconds: float) -> None:
        pieces.append(seconds)
        clock.sleep(seconds)

    with pace.bounded(rate=pace.Bucket(100_000, clock, sleep)):
        counts = identify(path)
    assert clock.now - 100 == pytest.approx(path.stat().st_size / 100_000)
    assert max(pieces) < 0.2, "in pieces of an eighth of a second"
    assert counts == identify(path), "which takes no longer than it takes"
    assert clock.now - 100 == pytest.approx(path.stat().st_size / 100_000)


@pytest.mark.parametrize("threads", [1, 2, 3, None])
@pytest.mark.parametrize("packed", [False, True])
def test_as_many_threads_read_as_are_allowed_and_find_the_same(
    file: Callable[[bytes], Path], threads: int | None, *, packed: bool
) -> None:
    text = LINE * 40_000 + LINE.replace(b"/other", b"/board") + LINE * 40_000
    path = file(gzip.compress(text, 0) if packed else text)
    found: list[Counts] = []
    for allowed in (threads, None):
        reader = Watching(path)
        with pace.bounded(allowed):
            found.append(read(path, reader, Prefilter([b"/board"]), stateful=False, block_size=1 << 21))
            assert (reader.beside > 0) == (pace.threads() > 1)
            assert reader.beside <= min(2, pace.threads() - 1)
    assert found[0] == found[1]
    assert found[0].passed == 1


def test_an_input_is_opened_to_read_alone_and_never_locked(file: Callable[[bytes], Path]) -> None:
    path = file(LINE * 40_000 + LINE.replace(b"/other", b"/board"))
    reader = Watching(path)
    read(path, reader, Prefilter([b"/board"]), stateful=False)
    assert reader.could_lock
    assert reader.modes == {os.O_RDONLY}


def _modes(path: Path) -> set[int]:
    """Give how this process has a file open."""
    found = set()
    for number in Path("/proc/self/fd").iterdir():
        try:
            if number.readlink() == path:
                found.add(fcntl.fcntl(int(number.name), fcntl.F_GETFL) & os.O_ACCMODE)
        except OSError:
            continue  # of the listing itself
    return found
