"""Files in; every line counted once, and given or not as it should be."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.errors import IntegrityError, MachineError
from landmark.lines import Line, Reject
from landmark.scan.needles import Prefilter
from landmark.scan.reading import Counts, Start, identify, line_at, lines_of, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import Protocol

    from landmark.sources import FileReading, Step

    class Collector(Protocol):
        lines: list[Line]
        texts: list[list[Line]]

        def begin(self) -> None: ...
        def feed(self, lines: Iterable[Line]) -> None: ...
        def finish(self) -> list[FileReading]: ...
        @property
        def steps(self) -> list[Step]: ...


MIB = 1 << 20
NAMED = b'192.0.2.1 - - "GET /board/"'
OTHER = b'192.0.2.2 - - "GET /other"'


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reasons(counts: Counts) -> tuple[int, int, int, int, int]:
    return (counts.lines, counts.passed, counts.unseen, len(counts.too_long), len(counts.truncated))


FILES = {  # what is stored; lines, passed, unseen, too long, truncated
    "empty file": (b"", (0, 0, 0, 0, 0)),
    "one empty line": (b"\n", (1, 1, 0, 0, 0)),
    "plain": (NAMED + b"\n" + OTHER + b"\n", (2, 1, 1, 0, 0)),
    "missing last newline": (NAMED + b"\n" + OTHER, (2, 2, 0, 0, 0)),
    "CR": (OTHER + b"\r\n" + OTHER + b"\r" + OTHER + b"\n", (2, 0, 2, 0, 0)),
    "NUL": (OTHER + b"\0" * 9 + b"\n" + b"\0" + OTHER + b"\n", (2, 1, 1, 0, 0)),
    "invalid UTF-8": (OTHER + b"\xff\n" + OTHER + b"\n", (2, 0, 2, 0, 0)),
    "line of 10 MB": (OTHER + b"\n" + b"/board/" * 1_500_000 + b"\n" + NAMED + b"\n", (3, 1, 1, 1, 0)),
    "line of 10 MB without newline": (OTHER + b"\n" + b"x" * 10 * MIB, (2, 0, 1, 1, 0)),
    "line of just 1 MiB": (b"x" * MIB + b"\n", (1, 0, 1, 0, 0)),
    "line of 1 MiB and a byte": (b"x" * (MIB + 1) + b"\n", (1, 0, 0, 1, 0)),
    "gzip": (gzip.compress(NAMED + b"\n" + OTHER + b"\n"), (2, 1, 1, 0, 0)),
    "gzip members": (gzip.compress(NAMED + b"\n") + gzip.compress(OTHER + b"\n" + OTHER), (3, 2, 1, 0, 0)),
    "a line over two members": (gzip.compress(NAMED[:9]) + gzip.compress(NAMED[9:] + b"\n"), (1, 1, 0, 0, 0)),
    "truncated gzip": (gzip.compress(NAMED + b"\n" + OTHER)[:-1], (2, 1, 0, 0, 1)),
    "gzip truncated after a newline": (gzip.compress(NAMED + b"\n")[:-1], (2, 1, 0, 0, 1)),
    "gzip's header alone": (b"\x1f\x8b\x08\x00", (1, 0, 0, 0, 1)),
    "gzip with garbage": (gzip.compress(NAMED + b"\n") + b"garbage\n", (2, 1, 0, 0, 1)),
    "gzip padded with zeros": (gzip.compress(NAMED + b"\n") + bytes(512), (1, 1, 0, 0, 0)),
    "truncated in a long line": (gzip.compress(OTHER + b"\n" + b"x" * 2 * MIB)[:-1], (2, 0, 1, 1, 0)),
    "zstd": (zstandard.compress(NAMED + b"\n" + OTHER + b"\n"), (2, 1, 1, 0, 0)),
    "zstd frames": (zstandard.compress(NAMED + b"\n") + zstandard.compress(OTHER + b"\n"), (2, 1, 1, 0, 0)),
    "truncated zstd": (zstandard.compress(NAMED + b"\n" + OTHER)[:-1], (1, 0, 0, 0, 1)),
}


@pytest.mark.parametrize(("stored", "expected"), FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("block_size", [1000, 16 * MIB])
def test_lines_add_up(
    file: Callable[[bytes], Path],
    collector: Collector,
    stored: bytes,
    expected: tuple[int, int, int, int, int],
    block_size: int,
) -> None:
    path = file(stored)
    counts = read(path, collector, Prefilter([b"/board"]), stateful=False, block_size=block_size)
    assert reasons(counts) == expected
    assert counts.lines == counts.passed + counts.unseen + len(counts.too_long) + len(counts.truncated)
    assert len(collector.lines) == counts.passed
    assert counts.sha256 == sha(stored)
    known = identify(path)
    assert (known.lines, known.whole) == (counts.lines, counts.whole)
    assert (known.sha256, known.content_sha256) == (counts.sha256, counts.content_sha256)
    assert (
        (known.stored_bytes, known.text_bytes)
        == (counts.stored_bytes, counts.text_bytes)
        == (len(stored), known.text_bytes)
    )
    assert known.damage == counts.damage


def test_rejected_lines_are_located(file: Callable[[bytes], Path], collector: Collector) -> None:
    text = b"one\n" + b"x" * 2 * MIB + b"\ntwo\nthr"
    counts = read(file(gzip.compress(text)[:-1]), collector, None, stateful=False)
    assert counts.too_long == (Reject(2, 4, 2 * MIB, "too_long"),)
    assert counts.truncated == (Reject(4, 2 * MIB + 9, 3, "truncated"),)
    assert collector.lines == [Line(1, 0, b"one", ended=True), Line(3, 2 * MIB + 5, b"two", ended=True)]
    assert (counts.whole, counts.damage) == (2 * MIB + 9, "cut_off")


def test_a_stateful_reader_is_given_every_line(file: Callable[[bytes], Path], collector: Collector) -> None:
    path = file(OTHER + b"\n" + OTHER + b"\n" + OTHER)
    counts = read(path, collector, Prefilter([b"/board"]), stateful=True)
    assert reasons(counts) == (3, 3, 0, 0, 0)
    assert [line.ended for line in collector.lines] == [True, True, False]


def test_what_a_live_log_had_appended_since_it_was_identified_is_not_read(
    file: Callable[[bytes], Path], collector: Collector
) -> None:
    path = file(OTHER + b"\n" + OTHER)
    known = identify(path)
    path.write_bytes(path.read_bytes() + b" more\nand more\n")
    counts = read(path, collector, None, stateful=False, until=known.text_bytes)
    assert (counts.sha256, counts.content_sha256, counts.lines) == (known.sha256, known.content_sha256, 2)
    assert [line.text for line in collector.lines] == [OTHER, OTHER]
    lines = lines_of(path, until=known.text_bytes)
    assert list(lines) == collector.lines
    assert lines.counts == counts


def test_a_compressed_file_that_grew_is_another_text(file: Callable[[bytes], Path], collector: Collector) -> None:
    path = file(gzip.compress(OTHER + b"\n"))
    known = identify(path)
    path.write_bytes(path.read_bytes() + gzip.compress(NAMED + b"\n"))
    counts = read(path, collector, None, stateful=False, until=known.text_bytes)
    assert counts.content_sha256 == sha(OTHER + b"\n" + NAMED + b"\n")


WORDS = [b"\n", b"\n", b"\r", b"\0", b"\xff", b"%2f", b"//", b"/board", b"/BOARD", b"/other", b"a b", b"#", b"x" * 30]


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join),
    block_size=st.integers(1, 60),
    form=st.sampled_from(["plain", "gzip", "zstd", "torn"]),
)
def test_nothing_depends_on_the_size_of_blocks(
    text: bytes, block_size: int, form: str, tmp_path_factory: pytest.TempPathFactory, new_collector: type[Collector]
) -> None:
    path = tmp_path_factory.mktemp("read") / "log"
    stored = {
        "plain": text,
        "gzip": gzip.compress(text),
        "zstd": zstandard.compress(text),
        "torn": gzip.compress(text) + b"x",
    }
    path.write_bytes(stored[form])
    small, large = new_collector(), new_collector()
    counts = read(path, small, Prefilter([b"/board"]), stateful=False, block_size=block_size)
    assert counts == read(path, large, Prefilter([b"/board"]), stateful=False)
    assert small.lines == large.lines
    if form != "torn":
        assert counts.lines == len(text.split(b"\n")) - (text.endswith(b"\n") or not text)
        assert all(text[line.offset :][: len(line.text)] == line.text for line in small.lines)


@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join),
    share=st.floats(0, 1),
    block_size=st.integers(1, 60),
)
def test_reading_on_is_reading_the_rest(
    text: bytes, share: float, block_size: int, tmp_path_factory: pytest.TempPathFactory, new_collector: type[Collector]
) -> None:
    path = tmp_path_factory.mktemp("grown") / "log"
    old = text[: int(share * len(text))]
    path.write_bytes(old)
    before = identify(path)
    path.write_bytes(text)
    whole, rest = new_collector(), new_collector()
    all_counts = read(path, whole, Prefilter([b"/board"]), stateful=False)
    start = Start(before.whole, old.count(b"\n") + 1)
    counts = read(path, rest, Prefilter([b"/board"]), stateful=False, start=start, at=[len(old)], block_size=block_size)
    assert counts.prefixes == {len(old): before.content_sha256}
    assert counts.content_sha256 == all_counts.content_sha256
    assert rest.lines == [line for line in whole.lines if line.offset >= before.whole]
    assert counts.lines + old.count(b"\n") == all_counts.lines
    assert counts.whole == all_counts.whole


def test_every_line_of_a_file_and_what_is_no_line(file: Callable[[bytes], Path]) -> None:
    text = b"one\n" + b"x" * 2 * MIB + b"\n\r\nthr"
    lines = lines_of(file(gzip.compress(text)[:-1]))
    assert lines.counts is None
    assert list(lines) == [Line(1, 0, b"one", ended=True), Line(3, 2 * MIB + 5, b"\r", ended=True)]
    assert lines.counts is not None
    assert reasons(lines.counts) == (4, 2, 0, 1, 1)
    assert lines.counts.content_sha256 == sha(text)


def test_taking_only_the_first_lines_leaves_no_thread_behind(file: Callable[[bytes], Path]) -> None:
    lines = iter(lines_of(file((OTHER + b"\n") * 200_000)))
    assert next(lines).text == OTHER
    assert any(thread.name == "beside" for thread in threading.enumerate())
    del lines
    assert not any(thread.name == "beside" for thread in threading.enumerate())


@pytest.mark.parametrize("form", ["plain", "gzip", "zstd"])
def test_bytes_of_a_text_are_read_again(file: Callable[[bytes], Path], form: str) -> None:
    text = os.urandom(300_000)
    path = file({"plain": text, "gzip": gzip.compress(text), "zstd": zstandard.compress(text)}[form])
    for offset, length in [(0, 0), (0, 1), (0, 300_000), (70_000, 150_000), (131_071, 2), (299_999, 1), (300_000, 0)]:
        assert line_at(path, offset, length) == text[offset : offset + length]
    for offset, length in [(299_999, 2), (300_001, 1), (0, 300_001)]:
        with pytest.raises(IntegrityError, match="no longer has"):
            line_at(path, offset, length)


def test_bytes_before_a_break_are_read_again(file: Callable[[bytes], Path]) -> None:
    path = file(gzip.compress(b"one\ntwo\n")[:-1])
    assert line_at(path, 4, 3) == b"two"


def test_identify_hashes_beginnings(file: Callable[[bytes], Path]) -> None:
    assert identify(file(gzip.compress(b"one\ntwo")), at=[4, 99]).prefixes == {4: sha(b"one\n")}


@pytest.mark.parametrize("what", ["folder", "gone"])
def test_what_is_no_file_is_the_machines_no(tmp_path: Path, collector: Collector, what: str) -> None:
    path = tmp_path if what == "folder" else tmp_path / "gone"
    for attempt in (
        lambda: identify(path),
        lambda: read(path, collector, None, stateful=False),
        lambda: list(lines_of(path)),
        lambda: line_at(path, 0, 1),
    ):
        with pytest.raises(MachineError):
            attempt()


def test_memory_is_bounded_whatever_a_file_holds(file: Callable[[bytes], Path], collector: Collector) -> None:
    path = file(zstandard.compress(bytes(300 * MIB) + b"\n"))
    tracemalloc.start()
    try:
        counts = read(path, collector, None, stateful=False, block_size=MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert counts.too_long == (Reject(1, 0, 300 * MIB, "too_long"),)
    assert peak < 160 * MIB


def test_progress_adds_up_to_the_stored_bytes(file: Callable[[bytes], Path], collector: Collector) -> None:
    told: list[int] = []
    path = file(gzip.compress(OTHER * 100_000))
    read(path, collector, None, stateful=False, progress=told.append)
    assert sum(told) == path.stat().st_size


def test_who_is_told_of_progress_is_told_by_who_reads(file: Callable[[bytes], Path], collector: Collector) -> None:
    told: list[tuple[int, int]] = []
    path = file(OTHER * (40 * MIB // len(OTHER)))
    counts = read(
        path,
        collector,
        Prefilter([b"/nobody"]),
        stateful=False,
        progress=lambda count: told.append((count, threading.get_ident())),
    )
    assert {thread for _, thread in told} == {threading.get_ident()}, "what it looks at is being made by the reader"
    assert sum(count for count, _ in told) == counts.stored_bytes
    assert len(told) > 1


def test_genuine_logs_are_counted_as_a_plain_count_does(web_logs: list[Path], new_collector: type[Collector]) -> None:
    for path in web_logs:
        stored = path.read_bytes()
        text = gzip.decompress(stored) if stored.startswith(b"\x1f\x8b") else stored
        known = identify(path)
        assert (known.sha256, known.content_sha256) == (sha(stored), sha(text))
        assert known.lines == text.count(b"\n") + (not text.endswith(b"\n"))
        assert known.whole == text.rindex(b"\n") + 1
        reader = new_collector()
        counts = read(path, reader, None, stateful=False, block_size=100_000)
        assert b"\n".join(line.text for line in reader.lines) == text.removesuffix(b"\n")
        assert [line.number for line in reader.lines] == list(range(1, counts.lines + 1))
        named = new_collector()
        read(path, named, Prefilter([b"Googlebot"]), stateful=False)
        found = {line.number for line in named.lines}
        assert {line.number for line in reader.lines if b"googlebot" in line.text.lower()} <= found
        assert set(named.lines) <= set(reader.lines)
        assert len(found) < counts.lines / 2
