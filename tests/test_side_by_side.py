"""Parts of a table that are asked side by side: what comes is in their order, and the engine is as it was before."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

import landmark.engine
from landmark.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = 9
ENDLESS = (
    "SELECT count(*) AS n FROM events AS a, events AS b, events AS c, events AS d WHERE hash(a.n, b.n, c.n, d.n) = 7"
)
"""Of many rows."""
CTRL_C = """
import os, signal, sys, threading, landmark.engine
landmark.engine.statement = lambda stage: "SELECT count(*) AS n FROM range(1000000000000000) AS r(x) WHERE hash(x) = 7"
engine = landmark.engine.Engine(int(sys.argv[1]))
threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    list(engine.each(iter([("x", {})] * 3)))
except KeyboardInterrupt:
    engine.close()
    print("as told")
"""


def addresses(part: int) -> set[str]:
    return {f"192.0.2.{part}", f"198.51.100.{part}"}


def asked(seen: list[int], broken: int = -1) -> Iterator[tuple[str, dict[str, pa.Table]]]:
    for part in range(PARTS):
        seen.append(part)
        rows = pa.array(sorted(addresses(part)) * 2)
        yield "clients", {"events": pa.table({"client_address" if part != broken else "client": rows})}


def answered(table: pa.Table) -> set[str]:
    return set(table["client_address"].to_pylist())


def callers(engine: Engine) -> int:
    ((many,),) = engine._database.sql("SELECT current_setting('external_threads')").fetchall()
    return int(many)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_comes_is_in_the_order_of_what_was_given(threads: int) -> None:
    with contextlib.closing(Engine(threads)) as engine:
        seen: list[int] = []
        for part, found in enumerate(engine.each(asked(seen))):
            assert answered(found) == addresses(part)
            assert len(seen) <= part + 3, "no more parts are held than are asked, and the next"
        assert len(seen) == PARTS
        assert callers(engine) == 1


def test_two_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    met, run = threading.Barrier(2, timeout=300), Engine.run

    def only_in_twos(engine: Engine, *args: Any) -> pa.Table:  # noqa: ANN401 - as it takes them
        met.wait()
        return run(engine, *args)

    monkeypatch.setattr(Engine, "run", only_in_twos)
    with contextlib.closing(Engine(2)) as engine:
        found = engine.each(itertools.islice(asked([]), PARTS - 1))
        assert [answered(one) for one in found] == [addresses(part) for part in range(PARTS - 1)]


def test_those_that_ask_are_among_the_threads_that_it_may_use() -> None:
    with contextlib.closing(Engine(2)) as engine:
        for _ in engine.each(asked([])):
            assert callers(engine) == 2
    with contextlib.closing(Engine(1)) as engine:
        for _ in engine.each(asked([])):
            assert callers(engine) == 1


def test_a_single_part_has_all_threads_to_itself() -> None:
    with contextlib.closing(Engine(2)) as engine:
        (one,) = [next(asked([]))]
        for found in engine.each(iter([one])):
            assert callers(engine) == 1
            assert answered(found) == addresses(0)
        assert list(engine.each(iter(()))) == []


@pytest.mark.parametrize("broken", [0, 1, 4, PARTS - 1])
def test_a_part_that_fails_is_the_first_that_gives_nothing(broken: int) -> None:
    with contextlib.closing(Engine(2)) as engine:
        found: list[set[str]] = []
        with pytest.raises(duckdb.BinderException, match="client_address"):
            found.extend(answered(one) for one in engine.each(asked([], broken)))
        assert found == [addresses(part) for part in range(broken)]
        assert callers(engine) == 1
        assert answered(engine.run(*next(asked([])), {})) == addresses(0)


def test_who_asks_no_further_leaves_the_engine_as_it_was() -> None:
    with contextlib.closing(Engine(2)) as engine:
        with contextlib.closing(engine.each(asked([]))) as answers:
            assert answered(next(answers)) == addresses(0)
        assert callers(engine) == 1
        assert answered(engine.run(*next(asked([])), {})) == addresses(0)


def test_nobody_waits_for_what_nobody_asks_for_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmark.engine, "statement", lambda _: ENDLESS)
    given = (
        ("endless", {"events": pa.table({"n": pa.array(range(rows), pa.int64())})}) for rows in (1, 20_000, 20_000)
    )
    with contextlib.closing(Engine(2)) as engine, contextlib.closing(engine.each(given)) as answers:
        assert next(answers)["n"].to_pylist() == [0]


@pytest.mark.parametrize("threads", ["1", "2"])
def test_who_interrupts_a_run_is_not_kept_waiting(threads: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C, threads], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "as told\n", done.stderr
