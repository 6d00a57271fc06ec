"""The kept rows of a web log as columns: a row that is held as a tuple of its own takes ten times the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from landmark.sources.row import Found

PARTITION = tables.Table(
    "partition",
    "The kept lines of one text.",
    ("line",),
    tuple(column for column in tables.EVENTS.columns if column.name not in {"event", "source", "log"}),
)
"""Of an event all that is known before the rows of all texts are numbered."""
_OWN = frozenset({"event_id", "time_text"})
"""Texts that hardly two rows share; of any other column each distinct text is held once."""
CODED = pa.dictionary(pa.int32(), pa.string())


def _held(field: pa.Field) -> pa.Field:
    return field.with_type(CODED) if field.type == pa.string() and field.name not in _OWN else field


SCHEMA = pa.schema([_held(field) for field in store.schema(PARTITION)])
"""The columns of `PARTITION` as they are held."""


class Rows:
    """Rows of one text, as columns of some thousand of them."""

    def __init__(self, series: str) -> None:
        """Take the series of files to which the text belongs."""
        self._series = series
        self._batches: list[pa.RecordBatch] = []
        self._into: Callable[[pa.RecordBatch], None] = self._batches.append
        self._count = 0

    def __len__(self) -> int:
        """Give how many rows there are, with those that were handed over."""
        return self._count

    def pour(self, into: Callable[[pa.RecordBatch], None]) -> None:
        """Hand rows over as they come, columns of `SCHEMA` in the order of lines, and hold none of them."""
        self._into = into

    def put(self, columns: Sequence[dict[str, pa.Array]], rows: Sequence[Found]) -> None:
        """Take rows as columns, named as in `row.Found`, and others; they come to stand in the order of lines."""
        batches = [_batch(each, len(each["line"]), self._series) for each in columns]
        if rows:
            by_name = zip(rows[0]._fields, zip(*rows, strict=True), strict=True)
            plain = store.schema(PARTITION)
            made = {name: pa.array(values, plain.field(name).type) for name, values in by_name}
            batches.append(_batch(made, len(rows), self._series))
        for batch in batches if len(batches) <= 1 else [together(batches, sort=True)]:
            self._count += batch.num_rows
            self._into(batch)

    def batches(self) -> Sequence[pa.RecordBatch]:
        """Give the rows that are held, as columns of `SCHEMA`."""
        return self._batches

    def __iter__(self) -> Iterator[dict[str, object]]:
        """Give each row that is held by the names of its columns."""
        for batch in self.batches():
            yield from batch.to_pylist()


def together(batches: Sequence[pa.RecordBatch], *, sort: bool = False) -> pa.RecordBatch:
    """Make one of several batches of `SCHEMA`; with `sort`, in the order of lines."""
    whole = pa.Table.from_batches(batches, SCHEMA).unify_dictionaries()
    if sort:
        whole = whole.take(pc.sort_indices(whole["line"]))
    return _one(whole)


def batch_of(columns: Sequence[pa.Array]) -> pa.RecordBatch:
    """Make a batch of `SCHEMA` of its columns, whose texts need not be coded yet."""
    coded = [
        column.dictionary_encode() if field.type == CODED and column.type != CODED else column
        for field, column in zip(SCHEMA, columns, strict=True)
    ]
    return pa.record_batch(coded, schema=SCHEMA)


def _one(whole: pa.Table) -> pa.RecordBatch:
    columns = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in whole.columns]
    return pa.record_batch(columns, schema=SCHEMA)


def _batch(columns: dict[str, pa.Array], count: int, series: str) -> pa.RecordBatch:
    time, until, reason = columns["time"], columns["time_until"], columns["reason"]
    said = {
        "protocol": _all("tcp", count),
        "articles": pa.nulls(count, pa.int64()),
        "connection": pa.nulls(count, CODED),
        "series": _all(series, count),
        "counts": pc.is_null(reason),
        "instants": _instants(time, until),
        "first_instant": time,
        "last_instant": time if until.null_count == count else pc.coalesce(until, time),
    }
    return batch_of([columns[name] if name in columns else said[name] for name in SCHEMA.names])


def _all(text: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def _instants(time: pa.Array, until: pa.Array) -> pa.ListArray:
    count = len(time)
    if until.null_count == count:
        return pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32)), time)
    pairs = zip(time.to_pylist(), until.to_pylist(), strict=True)
    return pa.array([[one] if later is None else [one, later] for one, later in pairs], pa.list_(pa.int64()))
