"""Before a case was run, some lines of each log tell how much of it will be kept, and so what disk a run needs."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from landmark import ledger
from landmark.case import Authority, Case, Log, Rules, Target
from landmark.intake import inputs, sampling
from landmark.intake.disk import estimate, needed
from landmark.intake.sampling import Sampled, sampled
from landmark.scan.blocks import first_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from landmark.lines import Line

DAY = 86_400_000_000
BEGIN = 1_001_894_400_000_000  # 2001-10-01
AUTHORITY = Authority("W-1", "Example Court", "Example Internet", BEGIN, BEGIN + 14 * DAY, ("traffic",))
LOG = Log(("access*",), "combined")
NEWS = Log(("news*",), "inn", zone="UTC", year=2001)
MB = 1_000_000


def line(number: int, day: int = 2, path: str = "/board/") -> bytes:
    return (
        f"198.51.{number % 256}.{number * 7 % 256} - - [{day:02}/Oct/2001:{number % 24:02}:{number % 60:02}:00 +0000] "
        f'"GET {path}{number * 7919 % 99_991}.html HTTP/1.1" 200 {number} "-" "Browser/{number % 97}"\n'
    ).encode()


def log(
    size: int, day: Callable[[float], int] = lambda _: 2, path: Callable[[int], str] = lambda _: "/board/"
) -> bytes:
    lines, length, number = [], 0, 0
    while length < size:
        lines.append(line(number, day(length / size), path(number)))
        length += len(lines[-1])
        number += 1
    return b"".join(lines)


def case_of(folder: Path, *logs: Log) -> Case:
    targets = (Target("board", path="/board/"), Target("group", newsgroup="test.watched.a"))
    return Case(folder, "small", "A small case", "GB", AUTHORITY, targets, logs or (LOG,), rules=Rules())


def tried(folder: Path, *logs: Log, **texts: bytes) -> list[Sampled]:
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_bytes(text)
    case = case_of(folder, *logs)
    return [of for _, of in sampled(case, inputs.find(case)) if of is not None]


@pytest.mark.parametrize("size", [100_000, 3 * MB])
@pytest.mark.parametrize("in_all", [1, 4, 100])
def test_the_share_of_lines_that_are_kept_is_told(tmp_path: Path, size: int, in_all: int) -> None:
    (one,) = tried(tmp_path, access_log=log(size, path=lambda number: "/other/" if number % in_all else "/board/"))
    assert one.share == pytest.approx(1 / in_all, abs=0.01)


def test_a_log_of_which_every_line_is_kept_needs_more_than_its_share(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(log(3 * MB))
    case = case_of(tmp_path)
    found = inputs.find(case)
    assert needed(found, 0, 0, case) > 10 * needed(found, 0, 0)
    assert estimate(case, ledger.read(tmp_path, lambda: datetime.now(UTC))).needed == needed(found, 0, 0, case)


def test_what_lies_in_the_cache_of_a_case_that_was_never_run_tells_nothing(tmp_path: Path) -> None:
    """A run writes there under which authority it is before it asks, and `check --reread` what it hashed."""
    (tmp_path / "access.log").write_bytes(log(3 * MB))
    case = case_of(tmp_path)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "authority").write_bytes(b"W-1\n")
    book = ledger.read(tmp_path, lambda: datetime.now(UTC))
    assert estimate(case, book).needed == needed(inputs.find(case), 0, 0, case)


def test_nor_does_what_is_left_where_results_were_deleted(tmp_path: Path) -> None:
    """As a purge, and a run under another authority, delete them."""
    (tmp_path / "access.log").write_bytes(log(3 * MB))
    case = case_of(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "funnel.json").write_bytes(b"{}\n")
    book = ledger.read(tmp_path, lambda: datetime.now(UTC))
    book.add("input", path="access.log", bytes=3 * MB)
    assert estimate(case, book).needed == needed(inputs.find(case), 0, 0, case)


def test_of_what_was_not_acquired_nothing_is_opened(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(log(3 * MB))
    (tmp_path / "acquisition.json").write_bytes(b"{}")
    case = case_of(tmp_path)
    found = inputs.find(case)
    assert estimate(case, ledger.read(tmp_path, lambda: datetime.now(UTC))).needed == needed(found, 0, 0)


def test_a_log_of_which_nothing_is_kept_needs_no_less_than_before(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(log(MB, path=lambda _: "/other/"))
    case = case_of(tmp_path)
    found = inputs.find(case)
    assert needed(found, 0, 0, case) == needed(found, 0, 0)


def test_of_a_long_log_that_goes_beyond_the_window_the_part_within_counts(tmp_path: Path) -> None:
    """A quarter before it, half within, a quarter behind."""
    authority = replace(AUTHORITY, begin=BEGIN + 9 * DAY, end=BEGIN + 19 * DAY)
    (tmp_path / "access.log").write_bytes(log(4 * MB, day=lambda at: 1 + int(29 * at)))
    case = replace(case_of(tmp_path), authority=authority)
    ((_, one),) = sampled(case, inputs.find(case))
    assert one is not None
    assert 0.2 < one.share < 0.6


def test_a_packed_log_that_begins_before_the_window_may_reach_into_it(tmp_path: Path) -> None:
    packed = gzip.compress(log(MB, day=lambda _: 1))
    authority = replace(AUTHORITY, begin=BEGIN + 9 * DAY, end=BEGIN + 19 * DAY)
    (tmp_path / "access.log").write_bytes(packed)
    case = replace(case_of(tmp_path), authority=authority)
    ((_, one),) = sampled(case, inputs.find(case))
    assert one is not None
    assert (one.share, one.packed) == (1, True)
    assert one.packing > 2


def test_a_packed_log_has_so_much_text_as_its_lines_pack(tmp_path: Path) -> None:
    text = line(1) * 100_000
    (tmp_path / "access.log").write_bytes(gzip.compress(text))
    case = case_of(tmp_path)
    assert needed(inputs.find(case), 0, 0, case) > len(text) // 4


def test_lines_of_news_tell_it_too(tmp_path: Path) -> None:
    lines = []
    for number in range(300):
        head = f"Oct  2 10:{number // 60:02}:{number % 60:02} news1 nnrpd[{number}]: 192.0.2.7"
        lines.append(
            f"{head} (192.0.2.7) connect - port 119\n{head} group test.watched.a 3\n{head} group test.other.b 3\n"
            f"{head} exit articles 6 groups 2\n"
        )
    (one,) = tried(tmp_path, NEWS, news="".join(lines).encode())
    assert 0.6 < one.share < 0.9


def test_of_many_files_of_a_log_some_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"access_{number:03}": line(number) for number in range(5 * sampling.FILES)}
    opened: list[Path] = []

    def noted(path: Path) -> Iterator[Line]:
        opened.append(path)
        return first_lines(path)

    monkeypatch.setattr(sampling, "first_lines", noted)
    assert [one.share for one in tried(tmp_path, **texts)] == [1] * len(texts)
    assert len(opened) == sampling.FILES


def test_the_log_that_is_still_written_is_not_packed_because_those_before_it_are(tmp_path: Path) -> None:
    texts = {f"access_log_{number}_gz": gzip.compress(line(number)) for number in range(1, 2 * sampling.FILES)}
    every = tried(tmp_path, access_log=log(MB), **texts)
    assert [one.packed for one in every] == [True] * len(texts) + [False]


@pytest.mark.parametrize("text", [b"", b"\n\n", b"\0" * MB * 2, b"x" * MB * 9, b"\x1f\x8b\x08", b"\xff\n" * MB])
def test_what_reads_as_nothing_is_no_fault(tmp_path: Path, text: bytes) -> None:
    assert all(0 <= one.share <= 1 for one in tried(tmp_path, access_log=text))
