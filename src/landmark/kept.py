"""Results that are kept under the key of what made them, and the runner that makes what is not there."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landmark import store
from landmark.engine import columns, statement
from landmark.errors import LandmarkError, MachineError
from landmark.keys import code_key, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from landmark.engine import Runner
    from landmark.tables import Table

PART = 500_000
"""How many rows a stage that takes its input in parts is given at a time."""
_LAST = np.iinfo(np.int64).max  # no span has that number


class Kept:
    """A table and the key of what made it. It may be made, or read from disk, only when it is asked for."""

    def __init__(self, data: pa.Table | Callable[[], pa.Table], key: str, path: Path | None = None) -> None:
        """Take the table or what gives it, its key, and the Parquet file in which the same rows lie, if any."""
        self.key = key
        self._path = path
        self._data = data

    @classmethod
    def on_disk(cls, path: Path, table: Table, key: str) -> Kept:
        """Give a table that lies on disk, and is read when it is asked for."""
        return cls(lambda: store.read(path, table), key, path)

    @property
    def data(self) -> pa.Table:
        """The whole table."""
        if not isinstance(self._data, pa.Table):
            self._data = self._data()
        return self._data

    @property
    def source(self) -> pa.Table | Path:
        """What an engine reads: the file where the table lies on disk only, else the table."""
        return self._path if self._path is not None and not isinstance(self._data, pa.Table) else self.data

    def select(self, *names: str) -> pa.Table:
        """Give these columns; of a table that lies on disk only, no others are read."""
        source = self.source
        return source.select(list(names)) if isinstance(source, pa.Table) else _columns_of(source, names)

    def distinct(self, name: str) -> list[str]:
        """Give the distinct words of a column, in no order."""
        source = self.source
        if isinstance(source, pa.Table):
            return list(pc.unique(source[name]).drop_null().to_pylist())
        found: list[pa.Array] = []
        with _readable(source), pq.ParquetFile(source, read_dictionary=[name]) as file:
            for batch in file.iter_batches(store.ROW_GROUP, columns=[name]):
                found.append(batch.column(0).dictionary)
                if sum(map(len, found)) > PART:
                    found = [pc.unique(pa.concat_arrays(found))]
        return list(pc.unique(pa.concat_arrays(found)).to_pylist()) if found else []

    @property
    def rows(self) -> int:
        """How many rows it has."""
        source = self.source
        return source.num_rows if isinstance(source, pa.Table) else _rows_of(source)

    def parts(self, rows: int, names: frozenset[str]) -> Iterator[pa.Table]:
        """Give the columns of these names in parts of about so many rows, in order; at least one part."""
        source = self.source
        if isinstance(source, pa.Table):
            narrow = source.select([name for name in source.column_names if name in names])
            for start in range(0, max(source.num_rows, 1), rows):
                yield narrow.slice(start, rows)
        else:
            yield from _parts_of(source, rows, names)

    def spans(self, rows: int, names: frozenset[str], of: str, width: int) -> Iterator[pa.Table]:
        """Give the columns of these names in parts of about so many rows, none of which cuts a span of time in two.

        Rows wait for those of their span that come later. Where the instants ascend, or nearly, few ever wait.

        Args:
            rows: about how many rows a part has.
            names: the columns.
            of: the column that holds the instant, µs, never empty, and is one of them; in any order.
            width: of a span, µs; they are counted from 1970 on.
        """
        lowest = [_span_numbers(part, of, width).min(initial=_LAST) for part in self.parts(rows, frozenset({of}))]
        behind = np.minimum.accumulate([_LAST, *lowest[:0:-1]])[::-1]
        waiting: pa.Table | None = None
        for part, first_behind in zip(self.parts(rows, names), behind, strict=True):
            known = part if waiting is None else pa.concat_tables([waiting, part])
            numbers = _span_numbers(known, of, width)
            whole = numbers < first_behind
            count = int(np.count_nonzero(whole))
            if whole[:count].all():  # as where they ascend: nothing is copied
                now, waiting = known.slice(0, count), known.slice(count)
            else:
                now, waiting = known.filter(pa.array(whole)), known.filter(pa.array(~whole))
            if count or len(behind) == 1:
                yield from _cut(now, numbers[whole], rows)


def _span_numbers(part: pa.Table, of: str, width: int) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = part[of].to_numpy() // width
    return numbers


def _cut(part: pa.Table, numbers: NDArray[np.int64], rows: int) -> Iterator[pa.Table]:
    """Cut a part that became too large, as many rows had waited, where a span ends."""
    if part.num_rows <= 2 * rows:
        yield part
        return
    order = np.argsort(numbers, kind="stable")
    ascending = numbers[order]
    begin = 0
    while begin < len(order):
        last = ascending[min(begin + rows, len(order)) - 1]
        end = int(np.searchsorted(ascending, last, "right"))
        yield part.take(pa.array(order[begin:end]))
        begin = end


def _rows_of(path: Path) -> int:
    with _readable(path):
        return int(pq.read_metadata(path).num_rows)


def _columns_of(path: Path, names: tuple[str, ...]) -> pa.Table:
    with _readable(path):
        return pq.read_table(path, columns=list(names), memory_map=False)


def _parts_of(path: Path, rows: int, names: frozenset[str]) -> Iterator[pa.Table]:
    kept = pq.read_schema(path)
    words = [name for name in kept.names if name in names and pa.types.is_string(kept.field(name).type)]
    with _readable(path), pq.ParquetFile(path, read_dictionary=words) as file:
        wanted = [name for name in file.schema_arrow.names if name in names]
        step = max(1, rows // store.ROW_GROUP)
        for first in range(0, max(file.num_row_groups, 1), step):
            yield file.read_row_groups(range(first, min(first + step, file.num_row_groups)), columns=wanted)


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise MachineError(f"{path.name}: cannot be read; run the case again") from error


class Stages:
    """Runs stages one after the other, or takes what an earlier run left in the cache."""

    def __init__(self, engine: Runner, cache: Path, say: Callable[[str], None], part: int = PART) -> None:
        """Take the engine, the folder of kept tables, whom to tell which stage is at work, and the size of parts."""
        self._engine = engine
        self._cache = cache
        self._say = say
        self._part = part
        self.used: set[str] = set()

    def keep(self, table: Table, key: str, make: Callable[[], pa.Table]) -> Kept:
        """Give the table of that key: from the cache, else made, checked and kept."""
        self.used.add(key)
        path = self._path(key)
        if path.exists():
            # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
            with contextlib.suppress(MachineError):
                return Kept(store.read(path, table), key)
        self._say(table.name)
        data = store.conform(make(), table)
        store.write(data, table, path)
        return Kept(data, key)

    def sql(self, table: Table, inputs: Mapping[str, Kept], stage: str = "", **parameters: int | str) -> Kept:
        """Run the stage's SQL over the inputs (by the names that the SQL uses)."""
        name = stage or table.name
        return self.keep(
            table,
            self._key(name, table, inputs, parameters),
            lambda: self._engine.run(name, _sources(inputs), parameters),
        )

    def passing(self, table: Table, inputs: Mapping[str, Kept], stage: str = "") -> Kept:
        """Run the stage when its table is asked for. It goes with the run, and its rows have no order."""
        name = stage or table.name

        def make() -> pa.Table:
            self._say(table.name)
            return store.cast(self._engine.run(name, _sources(inputs), {}), table)

        return Kept(make, self._key(name, table, inputs, {}))

    def passing_in_spans(self, table: Table, inputs: Mapping[str, Kept], of: tuple[str, str, int], stage: str) -> Kept:
        """Run the stage as `passing` does, over an input part by part, each with the whole of the others.

        Args:
            table: what the stage gives.
            inputs: what it reads.
            of: the input, its column of instants, and the width of the spans that no part cuts: each row that comes
                of it comes of the rows of one span.
            stage: its name.
        """
        name, column, width = of

        def make() -> pa.Table:
            self._say(table.name)
            beside = _sources({one: kept for one, kept in inputs.items() if one != name})
            parts = _ahead(inputs[name].spans(self._part, columns(stage, name), column, width))
            found = (store.cast(self._engine.run(stage, {**beside, name: part}, {}), table) for part in parts)
            return pa.concat_tables([_numbered(part) for part in found])

        return Kept(make, self._key(stage, table, inputs, {}))

    def in_parts(self, table: Table, inputs: Mapping[str, Kept], of: str, stage: str = "") -> Kept:
        """Run the stage over the input `of` part by part, each with the whole of the others.

        That is for stages whose rows each come of one row of that input and have its key, by which it is sorted: what
        comes is the same to the byte whatever the size of the parts. While one part is asked, the rows of the part
        before it are checked and written.
        """
        name = stage or table.name
        key = self._key(name, table, inputs, {})
        path = self._path(key)
        self.used.add(key)
        if path.exists():
            with contextlib.suppress(MachineError):
                store.check(path, table)
                return Kept.on_disk(path, table, key)
        self._say(table.name)
        beside = _sources({one: kept for one, kept in inputs.items() if one != of})
        last: list[Any] = []

        def add(found: pa.Table) -> None:
            data = store.conform(found, table)
            _in_order(last, data, table)
            write(data)

        with store.writing(table, path) as write, ThreadPoolExecutor(1) as writer:
            before: Future[None] | None = None
            for part in _ahead(inputs[of].parts(self._part, columns(name, of))):
                found = self._engine.run(name, {**beside, of: part}, {})
                if before is not None:
                    before.result()
                before = writer.submit(add, found)
            if before is not None:
                before.result()
        return Kept.on_disk(path, table, key)

    def _path(self, key: str) -> Path:
        return self._cache / f"{key}.parquet"

    def _key(self, stage: str, table: Table, inputs: Mapping[str, Kept], parameters: Mapping[str, int | str]) -> str:
        keys = {one: kept.key for one, kept in inputs.items()}
        return key_of(stage, statement(stage), str(table), parameters, keys, code_key())


def _numbered(part: pa.Table) -> pa.Table:
    """Give its words as numbers, each word once: they take half the room, and an engine reads them as words."""
    words = [pa.types.is_string(field.type) for field in part.schema]
    columns = [column.dictionary_encode() if word else column for column, word in zip(part.columns, words, strict=True)]
    return pa.table(columns, names=part.column_names)


def _ahead(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Read the next part while the last one is looked at."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, parts, None)
        while (part := coming.result()) is not None:
            coming = reader.submit(next, parts, None)
            yield part


def _sources(inputs: Mapping[str, Kept]) -> dict[str, pa.Table | Path]:
    return {one: kept.source for one, kept in inputs.items()}


def _in_order(last: list[Any], data: pa.Table, table: Table) -> None:
    """See that each part begins behind the one before it, whose last key is in `last`."""
    if not data.num_rows:
        return
    keys = data.select(list(table.key))
    first, end = (tuple(keys.slice(row, 1).to_pylist()[0].values()) for row in (0, data.num_rows - 1))
    if last and first <= last[-1]:
        raise LandmarkError(f"table {table.name}: a part begins before the end of the part before it")
    last[:] = [end]
