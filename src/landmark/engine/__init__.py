"""Runs a stage: the SQL of `stages/NAME.sql` over Arrow tables, on the embedded engine or on a cluster.

DuckDB runs a statement as it stands, Spark runs SQLGlot's translation of it; both give the same rows.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import shutil
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb
import pyarrow as pa

from landmark.errors import CaseError, MachineError, Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from concurrent.futures import Future


_CTRL_C = "Query interrupted"
"""What DuckDB says, as a RuntimeError, where Python was told of Ctrl-C meanwhile."""
_AT_ONCE = 2
"""How many parts are asked side by side; with more of them more memory would be taken, for no less time."""


class Runner(Protocol):
    """What runs stages."""

    def run(
        self, stage: str, tables: Mapping[str, pa.Table | Path], parameters: Mapping[str, int | str | bool]
    ) -> pa.Table:
        """Run a stage's SQL over `tables` (under their names; a path is a Parquet file) with the parameters it names.

        Returns:
            What the statement selects, in no order: `store.conform` casts, checks and sorts it.
        """

    def each(self, asked: Iterator[tuple[str, Mapping[str, pa.Table | Path]]]) -> Generator[pa.Table]:
        """Run stages without parameters, each over its tables, several at once where it can.

        Returns:
            What comes of each, in their order, as `run` gives it. At most three more are taken from `asked`
            than answers are given.
        """

    def let_go(self) -> None:
        """Give back to the system what memory is held of stages that have ended; results do not depend on it."""

    def close(self) -> None:
        """Let go all that it holds; it runs nothing after this, and may be closed again."""


def statement(stage: str) -> str:
    """Give the SQL text of a stage, as it stands in the package."""
    return resources.files("landmark.stages").joinpath(f"{stage}.sql").read_text(encoding="utf-8")


@functools.cache
def columns(stage: str, table: str) -> frozenset[str]:
    """Give the columns of a table that a stage reads. Its statement writes each with the name of the table before it.

    Raises:
        ValueError: the statement gives the table another name, or takes all of its columns.
    """
    text = statement(stage)
    if re.search(rf"\b{table}\.\*|\b(?:FROM|JOIN) {table} AS\b", text):
        raise ValueError(f"the stage {stage} does not name the columns of {table}")
    return frozenset(re.findall(rf'\b{table}\."?([a-z_]+)', text))


@contextlib.contextmanager
def started(name: str, threads: int | None, folder: Path) -> Iterator[Runner]:
    """Give the engine of that name for as long as it is needed.

    Args:
        name: duckdb or spark. Spark runs on this machine, or on the cluster that the variable MASTER names, as for
            Spark's own programs; its other settings come from `spark-defaults.conf`.
        threads: how many threads may be used on this machine; None leaves it to the engine.
        folder: where the engine may put what it cannot hold in memory, below the cache; it is cleared at the end. What
            lies beside it the engine may read.

    Raises:
        CaseError: there is no engine of that name.
        MachineError: Spark or Java is not there.
    """
    if name == "duckdb":
        try:
            with contextlib.closing(Engine(threads, folder, reads=folder.parent)) as embedded:
                yield embedded
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    elif name == "spark":
        from landmark.engine.spark import SparkEngine  # noqa: PLC0415 - an extra, imported where it is used

        master = os.environ.get("MASTER") or f"local[{threads or '*'}]"
        with contextlib.closing(SparkEngine(master, folder)) as engine:
            yield engine
    else:
        raise CaseError(Problem("duckdb or spark", key="engine", found=name))


class Engine:
    """DuckDB in memory, without extensions, without a session zone and without network.

    Args:
        threads: how many threads a stage may use; None leaves it to the engine. The result does not depend on it.
        folder: where it may put what it cannot hold in memory; None: nowhere. Left to itself it would take the folder
            in which the program was started, outside the case.
        reads: the folder whose Parquet files it may read; None: no file at all.
        memory: how much it may hold before it puts something into `folder`, as DuckDB writes it ("900MB"); None: four
            fifths of what the machine has. Tables given to it and results count apart.
    """

    def __init__(
        self,
        threads: int | None = None,
        folder: Path | None = None,
        *,
        reads: Path | None = None,
        memory: str | None = None,
    ) -> None:
        """Start an engine of its own; nothing is shared with other engines of the process."""
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_file_cache": False,  # what is read again is read from the system's own cache
            "preserve_insertion_order": False,
            "temp_directory": "" if folder is None else str(folder),
        }
        if threads is not None:
            config["threads"] = threads
        if memory is not None:
            config["memory_limit"] = memory
        self._memory = memory
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._lock = threading.Lock()  # of `_running`: none that was let go may be interrupted
        self._database = duckdb.connect(":memory:", config=config)
        if reads is not None:
            self._database.execute(f"SET allowed_directories = [{_quoted(reads)}, {_pattern(reads)}]")
        self._database.execute("SET enable_external_access = false")
        ((self._threads,),) = self._database.sql("SELECT current_setting('threads')").fetchall()

    def run(
        self, stage: str, tables: Mapping[str, pa.Table | Path], parameters: Mapping[str, int | str | bool]
    ) -> pa.Table:
        """Run a stage; see `Runner`. A file must lie in a folder that it may read."""
        cursor = self._database.cursor()
        with self._lock:
            self._running.add(cursor)
        try:
            for name, table in tables.items():
                if isinstance(table, pa.Table):
                    cursor.register(name, table)
                else:
                    # A folder above it may be called account=smith: of that DuckDB would make a column.
                    options = f"{_pattern(table)}, hive_partitioning = false"
                    cursor.execute(f"CREATE TEMPORARY VIEW {name} AS SELECT * FROM read_parquet({options})")  # noqa: S608 - quoted
            return cursor.sql(statement(stage), params=dict(parameters)).to_arrow_table()
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise MachineError(
                f"the stage {stage} needs more memory or disk than there is (--threads 1 takes less); earlier results "
                "are kept, nothing half-written is used"
            ) from error
        except RuntimeError as error:
            if str(error) != _CTRL_C:
                raise
            raise KeyboardInterrupt from error
        finally:
            with self._lock:
                self._running.discard(cursor)
            cursor.close()

    def each(self, asked: Iterator[tuple[str, Mapping[str, pa.Table | Path]]]) -> Generator[pa.Table]:
        """Run stages, each over its tables; see `Runner`. Two at once where it may use two threads.

        Planning a statement, and its last rows, keep one thread at work; with two statements neither thread waits.
        """
        first = list(itertools.islice(asked, _AT_ONCE))
        if len(first) < _AT_ONCE or self._threads < _AT_ONCE:
            yield from (self.run(stage, tables, {}) for stage, tables in itertools.chain(first, asked))
            return
        # The threads that ask are among those that it may use.
        self._database.execute(f"SET external_threads = {_AT_ONCE}")
        try:
            with ThreadPoolExecutor(_AT_ONCE) as askers:
                running: deque[Future[pa.Table]] = deque()
                try:
                    running.extend(askers.submit(self.run, *one, {}) for one in first)
                    while running:
                        # The next is there before one has ended, and is asked before what came of that is looked at.
                        coming = next(asked, None)
                        wait((running[0],))
                        if coming is not None:
                            running.append(askers.submit(self.run, *coming, {}))
                        yield running.popleft().result()
                except BaseException:  # Ctrl-C, too, and that nobody asks for more
                    self._break_off(running)
                    raise
        finally:
            self._database.execute("SET external_threads = 1")

    def _break_off(self, running: Iterable[Future[pa.Table]]) -> None:
        """End what is still asked. One that only begins does not hear of it, and is told again."""
        while True:
            with self._lock:
                for cursor in self._running:
                    cursor.interrupt()
            if not wait(running, timeout=0.05).not_done:
                return

    def let_go(self) -> None:
        """Give memory back; see `Runner`. What a statement freed its allocator keeps for ten seconds."""
        # Where the bound is set anew, though to what it was, all that is free goes back to the system.
        bound = "RESET memory_limit" if self._memory is None else f"SET memory_limit = '{self._memory}'"
        self._database.execute(bound)

    def close(self) -> None:
        """Let it go, with what it put on disk."""
        self._database.close()


def _pattern(path: Path) -> str:
    """Give the pattern of this one path: DuckDB reads all files whose names are like the one it is given."""
    return _quoted(Path(re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))))


def _quoted(path: Path) -> str:
    return "'" + str(path.absolute()).replace("'", "''") + "'"
