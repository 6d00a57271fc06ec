"""The instant of one line of a text that writes no year: as if every line had been read."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.assignments.stamps import Clock
from landmark.assignments.times import UnreadableError
from landmark.intake.turning import Read, instant_of
from landmark.sources.local_times import Zone
from landmark.sources.syslog import Clocks
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = ("Jan", "Feb", "Mar", "Jul", "Nov", "Dec")
heads = st.one_of(
    st.builds(
        lambda month, day: f"{month} {day:2d} 10:00:00 h p: x".encode(), st.sampled_from(MONTHS), st.integers(1, 40)
    ),
    st.sampled_from((b"", b"\r", b"Jan", b"Dec ", b"Dec x", b"no line", b"<14>Dec 31 10:00:00 h p: x", b"Jan\n 1")),
    st.sampled_from(
        (
            b"4711: *Jan  2 19:00:00 UTC: x",
            b"<166>Jan 02 2001 19:00:00 c : x",
            b"Jan 02 2001 19:00:00 c : x",
            b"<14>Jan  2 19:00:00 c x",
            b"<1>Jan 2 19:00:00 c x",
            b"<1x>Jan  2 19:00:00 c x",
            b"<",
            b"2001-12-31T10:00:00Z h x",
        )
    ),
)


def of_logs() -> Read:
    clocks = Clocks(Zone("Europe/London"), 2001, 0)

    def read(text: bytes, number: int) -> int | None:
        taken = clocks.take(text, number)
        return None if taken is None or taken.stamp is None else taken.stamp.instants[0] * SECOND

    return read


def of_records() -> Read:
    clock = Clock("Europe/London", 2001)

    def read(text: bytes, _: int) -> int | None:
        try:
            return clock.head(text).at.earlier
        except UnreadableError:
            return None

    return read


@pytest.mark.parametrize("reads", [of_logs, of_records])
@given(
    texts=st.lists(st.lists(st.tuples(heads, st.integers(1, 3)), max_size=12), min_size=1, max_size=3),
    wanted=st.integers(1, 30),
    ended=st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_it_is_the_instant_that_the_line_has_when_all_are_read(
    reads: Callable[[], Read], texts: list[list[tuple[bytes, int]]], wanted: int, ended: bool  # noqa: FBT001 - drawn
) -> None:  # fmt: skip
    written = [b"".join((line + b"\n") * times for line, times in lines) for lines in texts]
    written[-1] = written[-1] if ended else written[-1].removesuffix(b"\n")
    every, few = reads(), reads()
    with tempfile.TemporaryDirectory() as place:
        for number, text in enumerate(written):
            path = Path(place) / str(number)
            path.write_bytes(text)
            last = number == len(written) - 1
            lines = text.split(b"\n")
            lines = lines if lines[-1] else lines[:-1]
            instants = [every(line.removesuffix(b"\r"), at) for at, line in enumerate(lines, 1)]
            expected = instants[wanted - 1] if last and wanted <= len(instants) else None
            found = instant_of(path, len(text), few, wanted if last else None, to_the_end=not last)
            if last:
                assert found == expected


def test_a_line_that_writes_its_year_turns_none_for_those_behind_it(tmp_path: Path) -> None:
    """In one file may stand what devices write that are told to write the year, and others."""
    lines = [b"Dec 31 10:00:00 h x", b"Jan 02 2002 10:00:00 c : x", b"Jan  2 10:00:00 h x", b"Feb  2 10:00:00 h x"]
    text = b"".join(line + b"\n" for line in [*lines, *[b"Feb  3 10:00:00 h x"] * 400_000])
    (tmp_path / "log").write_bytes(text)
    at = instant_of(tmp_path / "log", len(text), of_records(), 400_000, to_the_end=False)
    assert at == 1_012_730_400_000_000


@pytest.mark.parametrize("before", [b"", b"<14>", b"<166>"])
def test_of_very_many_lines_of_a_month_hardly_any_is_read(before: bytes, tmp_path: Path) -> None:
    lines = b"".join(
        b"%b%b 10 10:00:%02d h p: %b\n" % (before, month, n % 60, b"x" * 90)
        for month in (b"Dec", b"Jan")
        for n in range(90_000)
    )
    (tmp_path / "log.gz").write_bytes(gzip.compress(lines + b"Jan 11 10:00:00 h p: x\n", 1))
    seen: list[int] = []
    reads = of_logs()

    def read(text: bytes, number: int) -> int | None:
        seen.append(number)
        return reads(text, number)

    path = tmp_path / "log.gz"
    assert instant_of(path, len(lines) + 23, read, 1, to_the_end=True) == 1_007_978_400_000_000
    assert seen == sorted(seen)
    assert 90_001 in seen
    assert len(seen) < 100_000
    assert instant_of(path, len(lines) + 23, of_logs(), 180_001, to_the_end=False) == 1_010_743_200_000_000
