"""The kept rows of all texts brought into one order and numbered: the table of events, written to the cache."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark import store, tables
from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from landmark.intake.shelf import Partition
    from landmark.kept import Kept

Part = tuple[str, str, "Partition"]
"""Of a text: SHA-256 of its content, the log that it is of, what came of it."""


def numbered(parts: Sequence[Part], folder: Path, key: str) -> Kept:
    """Number the kept rows of all texts in canonical order: time, text, offset.

    Args:
        parts: each text once.
        folder: where the table comes to lie, under its key; where it lies already, nothing is read.
        key: of all that made it.

    Raises:
        MachineError: the machine refuses, or the rows of a text cannot be read any more.
    """
    from landmark.kept import Kept  # noqa: PLC0415 - start-up time: whoever only reads needs no engine

    filled = [part for part in parts if part[2].kept]
    if not filled:
        return Kept(store.empty(tables.EVENTS), key)
    path = folder / f"{key}.parquet"
    if path.exists():
        with contextlib.suppress(MachineError):
            store.check(path, tables.EVENTS, rows=True)
            return Kept.on_disk(path, tables.EVENTS, key)
    with store.writing(tables.EVENTS, path) as write:
        for group in _groups(filled):
            write(group)
    return Kept.on_disk(path, tables.EVENTS, key)


def _groups(parts: Sequence[Part]) -> Iterator[pa.Table]:
    """Give the events, as many at a time as are written together; of the whole, each distinct text is held once."""
    pieces = _pieces(parts)
    by = pa.table({name: _together(pieces[name]) for name in ("time", "text", "offset")})
    order = pc.sort_indices(by, sort_keys=[(name, "ascending") for name in by.column_names])
    del by, pieces["text"]
    schema = store.schema(tables.EVENTS)
    for begin in range(0, len(order), store.ROW_GROUP):
        rows = order.slice(begin, store.ROW_GROUP)
        last = begin + len(rows) == len(order)  # nothing else is held any more while those are written
        made = {"event": pa.array(np.arange(begin, begin + len(rows)))}
        for field in schema:
            if field.name not in made:
                # Brought together one after the other, so that two copies are held of one column only.
                column = _together(pieces.pop(field.name))
                made[field.name] = column.take(rows).cast(field.type)
                if not last:
                    pieces[field.name] = [column]
                del column
        store.let_go()  # what bringing together took; writing takes as much
        yield pa.table([made.pop(name) for name in schema.names], schema)


def _pieces(parts: Sequence[Part]) -> dict[str, list[pa.Array]]:
    """Give the columns of all texts in pieces, one text behind the other; `text` is its place by its content."""
    ranks = {content: rank for rank, content in enumerate(sorted(content for content, _, _ in parts))}
    pieces: dict[str, list[pa.Array]] = {}
    for content, log, part in parts:
        rows = part.rows()
        for name, column in zip(rows.column_names, rows.columns, strict=True):
            pieces.setdefault(name, []).extend(column.chunks)
        pieces.setdefault("source", []).append(_all(content, rows.num_rows))
        pieces.setdefault("log", []).append(_all(log, rows.num_rows))
        pieces.setdefault("text", []).append(pa.array(np.full(rows.num_rows, ranks[content])))
    store.let_go()  # what reading took
    return pieces


def _all(text: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def _together(pieces: Sequence[pa.Array]) -> pa.Array:
    if len(pieces) == 1:
        return pieces[0]
    whole = pa.chunked_array(pieces)
    if pa.types.is_dictionary(whole.type):
        whole = whole.unify_dictionaries()
    return whole.combine_chunks()
