"""Jobs in, values out, in order within a stream; and a text is the same whoever fetched and hashed it."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import threading
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.errors import MachineError
from landmark.scan import pace
from landmark.scan.blocks import Block, Rest, Torn, cut
from landmark.scan.compression import open_text
from landmark.scan.crew import Crew
from landmark.scan.reading import identify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRAW = Random(5)  # noqa: S311 - nothing here is a secret
LINES = b"".join(DRAW.randbytes(DRAW.randrange(20, 90)).hex().encode() + b"\n" for _ in range(50_000))
"""Some 5 MB that pack badly, so that what is stored is fetched and hashed beside, too."""


def beside() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "beside"]


@pytest.fixture(params=[1, 2, 3, None])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    with pace.bounded(request.param):
        crew = Crew()
        yield crew
        crew.close()
    assert not beside()


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=40), st.sampled_from([1, 2, 3]))
@settings(deadline=None)
def test_jobs_of_a_stream_are_done_in_order_and_one_at_a_time(asked: list[tuple[int, bool]], threads: int) -> None:
    done: list[list[int]] = [[], [], []]
    at_work = [threading.Lock() for _ in done]

    def do(stream: int, number: int) -> int:
        assert at_work[stream].acquire(blocking=False)
        done[stream].append(number)
        at_work[stream].release()
        return number

    with pace.bounded(threads):
        crew = Crew()
        streams = [crew.stream(rank) for rank in (1, 0, 1)]
        jobs = []
        for number, (stream, waits) in enumerate(asked):
            jobs.append(crew.ask(streams[stream], partial(do, stream, number)))
            if waits:
                assert crew.wait(jobs[-1]) == number
        assert [crew.wait(job) for job in reversed(jobs)] == [*range(len(asked))][::-1]
        crew.close()
    assert done == [[number for number, (one, _) in enumerate(asked) if one == stream] for stream in range(3)]


def test_there_are_no_more_threads_than_reading_may_use(crew: Crew) -> None:
    stream = crew.stream(0)
    crew.wait(crew.ask(stream, lambda: None))
    assert len(beside()) <= min(2, pace.threads() - 1)
    assert bool(beside()) == (pace.threads() > 1)


def test_who_waits_alone_does_what_is_to_be_done_first() -> None:
    done: list[str] = []
    with pace.bounded(1):
        crew = Crew()
        hashing, unpacking = crew.stream(1), crew.stream(0)
        crew.ask(hashing, lambda: done.append("a hash"))
        waited = crew.ask(hashing, lambda: done.append("another"))
        crew.ask(unpacking, lambda: done.append("a piece"))
        crew.ask(hashing, lambda: done.append("never"))
        crew.wait(waited)
        crew.close()
    assert done == ["a piece", "a hash", "another"]


def test_a_job_may_wait_for_one_of_another_stream(crew: Crew) -> None:
    unpacking, hashing = crew.stream(0), crew.stream(1)

    def unpack() -> str:
        return crew.wait(crew.ask(hashing, lambda: "hashed")) + " and unpacked"

    jobs = [crew.ask(unpacking, unpack) for _ in range(20)]
    assert {crew.wait(job) for job in jobs} == {"hashed and unpacked"}


def test_what_a_job_raises_is_raised_to_who_waits_for_it_and_the_stream_goes_on(crew: Crew) -> None:
    stream = crew.stream(0)
    wrong, right = crew.ask(stream, lambda: 1 // 0), crew.ask(stream, lambda: 1)
    assert crew.wait(right) == 1
    with pytest.raises(ZeroDivisionError):
        crew.wait(wrong)


def test_who_is_interrupted_while_working_for_another_is_told_at_once() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pace.bounded(1):
        crew = Crew()
        stream = crew.stream(0)
        crew.ask(stream, interrupted)
        after = crew.ask(stream, lambda: "done")
        with pytest.raises(KeyboardInterrupt):
            crew.wait(after)
        assert crew.wait(after) == "done"
        crew.close()


def test_what_was_not_begun_is_let_go_and_what_was_is_waited_for(crew: Crew) -> None:
    stream = crew.stream(0)
    done: list[int] = []

    def do(number: int) -> None:
        time.sleep(0.001)
        done.append(number)

    for number in range(50):
        crew.ask(stream, partial(do, number))
    crew.drop(stream)
    after = list(done)
    crew.close()
    assert done == after
    assert done == [*range(len(done))]


def found(path: Path, block_size: int) -> tuple[bytes, bool, str, str, dict[int, str]]:
    """Read a text in blocks: the bytes, whether it was torn, hashes."""
    parts: list[bytes] = []
    torn = False
    with open_text(path, [1, 3_000_000]) as text:
        for piece in cut(text, block_size):
            match piece:
                case Block(_, buffer, begin, end):
                    parts.append(bytes(buffer[begin:end]))
                case Rest(_, rest):
                    parts.append(rest)
                case Torn():
                    torn = True
        return b"".join(parts), torn, text.sha256, text.content_sha256, text.prefixes


@settings(max_examples=25, deadline=None)
@given(
    cuts=st.lists(st.integers(0, len(LINES)), max_size=4).map(sorted),
    block_size=st.sampled_from([700_001, 1 << 20, (1 << 20) + 1, 3_000_000, 8 << 20]),
    threads=st.sampled_from([1, 2, 3, None]),
    ending=st.sampled_from(["whole", "garbage", "cut short", "zeros"]),
    packed=st.booleans(),
)
def test_a_text_is_the_same_whoever_fetched_and_hashed_it(  # noqa: PLR0913 - what a file and its reading may be
    cuts: list[int],
    block_size: int,
    threads: int | None,
    ending: str,
    *,
    packed: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ends = [*cuts, len(LINES)]
    members = [LINES[begin:end] for begin, end in zip([0, *cuts], ends, strict=True)]
    stored = b"".join(gzip.compress(member, 1) for member in members) if packed else LINES
    early = packed and ending in {"garbage", "cut short"}
    if packed:
        stored = {"garbage": stored + b"garbage", "cut short": stored[:-3], "zeros": stored + bytes(70_000)}.get(
            ending, stored
        )
    path = tmp_path_factory.mktemp("crew") / "log"
    path.write_bytes(stored)
    with pace.bounded(threads):
        text, torn, sha256, content, prefixes = found(path, block_size)
        same = identify(path)
    assert text == LINES
    assert torn == early
    assert (sha256, content) == (hashlib.sha256(stored).hexdigest(), hashlib.sha256(LINES).hexdigest())
    assert prefixes == {length: hashlib.sha256(LINES[:length]).hexdigest() for length in (1, 3_000_000)}
    assert (same.sha256, same.content_sha256, same.ended_early) == (sha256, content, early)
    assert not beside()


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_shrinks_beside_is_refused_and_leaves_no_thread(tmp_path: Path, *, packed: bool) -> None:
    path = tmp_path / "log"
    path.write_bytes(gzip.compress(LINES * 4, 1) if packed else LINES * 4)

    def read() -> None:
        with open_text(path) as text:
            for _ in cut(text, 1 << 20):
                os.truncate(path, 1000)

    with pytest.raises(MachineError, match="changed while it was read"):
        read()
    assert not beside()


def test_a_text_that_is_still_held_does_not_keep_the_program_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(LINES)
    script = "import sys; from pathlib import Path; from landmark.scan.reading import lines_of; lines = "
    script += "iter(lines_of(Path(sys.argv[1]))); next(lines); sys.held = lines"
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, timeout=900)


def test_who_reads_no_further_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(LINES * 4)
    with open_text(path) as text:
        assert isinstance(next(iter(cut(text, 1 << 20))), Block)
    assert not beside()
