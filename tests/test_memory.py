"""What is given back of memory between stages, and that no result depends on it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from landmark import tables
from landmark.engine import Engine
from landmark.kept import Kept, Stages

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 200_000
LINUX = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no system that says what is resident")
GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
ARENAS = """
import ctypes, sys, threading
from landmark.cli.running import _share_memory

def take():
    held.append(bytearray(1 << 14))
    all_there.wait()

_share_memory()
held, all_there = [], threading.Barrier(4)
threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def seen() -> dict[str, Kept]:
    """Give events and sightings of a hundred visitors."""
    numbers = pa.array(range(ROWS), pa.int64())
    instants = dict.fromkeys(("first_instant", "last_instant"), numbers)
    counts, connection = pa.array([True] * ROWS), pa.nulls(ROWS, pa.string())
    events = pa.table({"event": numbers, "counts": counts, **instants, "connection": connection})
    sightings = pa.table({"event": numbers, "visitor_id": [f"{number % 100:016x}" for number in range(ROWS)]})
    return {"events": Kept(events, "events"), "sightings": Kept(sightings, "sightings")}


def visits(engine: Engine, folder: Path, *, held: bool = True) -> Kept:
    folder.mkdir(exist_ok=True)
    stages = Stages(engine, folder, lambda _: None)
    return stages.sql(tables.VISITS, seen(), held=held, visit_gap=5, window_from=0, window_until=ROWS)


def resident() -> int:
    """Give the resident pages of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@LINUX
def test_what_a_stage_took_goes_back_to_the_system(tmp_path: Path) -> None:
    engine = Engine(threads=1)
    visits(engine, tmp_path / "first")  # what is loaded with the first statement stays
    engine.let_go()
    before = resident()
    visits(engine, tmp_path / "second")
    took = resident() - before
    engine.let_go()
    assert resident() - before < took / 2


@pytest.mark.parametrize("memory", [None, "200MB"])
def test_the_engine_runs_on_under_the_same_bound(tmp_path: Path, memory: str | None) -> None:
    engine = Engine(threads=1, memory=memory)

    def bound() -> object:
        return engine._database.execute("SELECT current_setting('memory_limit')").fetchall()

    before, first = bound(), visits(engine, tmp_path / "first").data
    engine.let_go()
    assert bound() == before
    assert visits(engine, tmp_path / "second").data.equals(first)


def test_a_table_that_is_not_held_lies_on_disk_and_is_the_same(tmp_path: Path) -> None:
    engine = Engine(threads=1)
    held = visits(engine, tmp_path)
    (path,) = tmp_path.iterdir()
    again = visits(engine, tmp_path, held=False)  # from the cache
    path.unlink()
    made = visits(engine, tmp_path, held=False)
    assert held.key == again.key == made.key
    assert again.source == made.source == path
    assert made.data.equals(held.data)


@pytest.mark.parametrize("damaged", [lambda whole: whole[:100], lambda whole: whole[:50] + bytes(50) + whole[100:]])
def test_a_table_on_disk_that_cannot_be_read_is_made_again(tmp_path: Path, damaged: Callable[[bytes], bytes]) -> None:
    engine = Engine(threads=1)
    before = visits(engine, tmp_path, held=False)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damaged(whole))
    assert visits(engine, tmp_path, held=False).rows == before.rows
    assert path.read_bytes() == whole


@GLIBC
@pytest.mark.parametrize(("said", "at_most"), [(None, 1), ("3", 3)])
def test_all_threads_of_a_run_take_memory_from_one_place_unless_something_else_is_said(
    tmp_path: Path, said: str | None, at_most: int
) -> None:
    others = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    environment = others if said is None else {**others, "MALLOC_ARENA_MAX": said}
    told = tmp_path / "told.xml"
    subprocess.run([sys.executable, "-c", ARENAS, str(told)], env=environment, check=True)
    assert told.read_text(encoding="ascii").count("<heap nr=") == at_most
