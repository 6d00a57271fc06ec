"""The kept rows of a web log as columns: a row that is held as a tuple of its own takes ten times the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from landmark.sources.row import Found

PARTITION = tables.Table(
    "partition",
    "The kept lines of one text.",
    ("line",),
    tuple(column for column in tables.EVENTS.columns if column.name not in {"event", "source", "log"}),
)
"""Of an event all that is known before the rows of all texts are numbered."""
_SCHEMA = store.schema(PARTITION)


class Rows:
    """Rows of one text, as columns of some thousand of them."""

    def __init__(self, series: str) -> None:
        """Take the series of files to which the text belongs."""
        self._series = series
        self._batches: list[pa.RecordBatch] = []
        self._count = 0

    def __len__(self) -> int:
        """Give how many rows there are."""
        return self._count

    def put(self, columns: Sequence[dict[str, pa.Array]], rows: Sequence[Found]) -> None:
        """Take rows as columns, named as in `row.Found`, and others; they come to stand in the order of lines."""
        batches = [_batch(each, len(each["line"]), self._series) for each in columns]
        if rows:
            by_name = zip(rows[0]._fields, zip(*rows, strict=True), strict=True)
            made = {name: pa.array(values, _SCHEMA.field(name).type) for name, values in by_name}
            batches.append(_batch(made, len(rows), self._series))
        if len(batches) > 1:
            whole = pa.Table.from_batches(batches)
            order = pc.sort_indices(whole, sort_keys=[("line", "ascending")])
            batches = whole.take(order).combine_chunks().to_batches()
        self._batches += batches
        self._count += sum(batch.num_rows for batch in batches)

    def batches(self) -> Sequence[pa.RecordBatch]:
        """Give the rows as columns of `PARTITION`."""
        return self._batches

    def __iter__(self) -> Iterator[dict[str, object]]:
        """Give each row by the names of its columns."""
        for batch in self.batches():
            yield from batch.to_pylist()


def _batch(columns: dict[str, pa.Array], count: int, series: str) -> pa.RecordBatch:
    time, until, reason = columns["time"], columns["time_until"], columns["reason"]
    said = {
        "protocol": pa.repeat("tcp", count),
        "articles": pa.nulls(count, pa.int64()),
        "connection": pa.nulls(count, pa.string()),
        "series": pa.repeat(series, count),
        "counts": pc.is_null(reason),
        "instants": _instants(time, until),
        "first_instant": time,
        "last_instant": pc.coalesce(until, time),
    }
    return pa.record_batch([columns.get(name, said.get(name)) for name in _SCHEMA.names], schema=_SCHEMA)


def _instants(time: pa.Array, until: pa.Array) -> pa.ListArray:
    count = len(time)
    if until.null_count == count:
        return pa.ListArray.from_arrays(pa.array(range(count + 1), pa.int32()), time)
    pairs = zip(time.to_pylist(), until.to_pylist(), strict=True)
    return pa.array([[one] if later is None else [one, later] for one, later in pairs], pa.list_(pa.int64()))
