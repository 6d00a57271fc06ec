"""Parts of a table that are asked side by side: what comes is in their order, and the engine is as it was before."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from landmark.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = 9


def addresses(part: int) -> set[str]:
    return {f"192.0.2.{part}", f"198.51.100.{part}"}


def asked(seen: list[int], broken: int = -1) -> Iterator[dict[str, pa.Table]]:
    for part in range(PARTS):
        seen.append(part)
        rows = pa.array(sorted(addresses(part)) * 2)
        yield {"events": pa.table({"client_address" if part != broken else "client": rows})}


def answered(table: pa.Table) -> set[str]:
    return set(table["client_address"].to_pylist())


def callers(engine: Engine) -> int:
    ((many,),) = engine._database.sql("SELECT current_setting('external_threads')").fetchall()
    return int(many)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_what_comes_is_in_the_order_of_what_was_given(threads: int) -> None:
    with contextlib.closing(Engine(threads)) as engine:
        seen: list[int] = []
        for part, found in enumerate(engine.each("clients", asked(seen))):
            assert answered(found) == addresses(part)
            assert len(seen) <= part + 2, "no more parts are held than are asked"
        assert len(seen) == PARTS
        assert callers(engine) == 1


def test_those_that_ask_are_among_the_threads_that_it_may_use() -> None:
    with contextlib.closing(Engine(2)) as engine:
        for _ in engine.each("clients", asked([])):
            assert callers(engine) == 2
    with contextlib.closing(Engine(1)) as engine:
        for _ in engine.each("clients", asked([])):
            assert callers(engine) == 1


def test_a_single_part_has_all_threads_to_itself() -> None:
    with contextlib.closing(Engine(2)) as engine:
        (one,) = [next(asked([]))]
        for found in engine.each("clients", iter([one])):
            assert callers(engine) == 1
            assert answered(found) == addresses(0)
        assert list(engine.each("clients", iter(()))) == []


@pytest.mark.parametrize("broken", [0, 1, 4, PARTS - 1])
def test_a_part_that_fails_is_the_first_that_gives_nothing(broken: int) -> None:
    with contextlib.closing(Engine(2)) as engine:
        found: list[set[str]] = []
        with pytest.raises(duckdb.BinderException, match="client_address"):
            found.extend(answered(one) for one in engine.each("clients", asked([], broken)))
        assert found == [addresses(part) for part in range(broken)]
        assert callers(engine) == 1
        assert answered(engine.run("clients", next(asked([])), {})) == addresses(0)


def test_who_asks_no_further_leaves_the_engine_as_it_was() -> None:
    with contextlib.closing(Engine(2)) as engine:
        with contextlib.closing(engine.each("clients", asked([]))) as answers:
            assert answered(next(answers)) == addresses(0)
        assert callers(engine) == 1
        assert answered(engine.run("clients", next(asked([])), {})) == addresses(0)
