"""The hash of what a table holds: the same for the same rows, whatever wrote them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landmark.store.memory import let_go
from landmark.store.parquet import readable
from landmark.store.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from landmark.tables import Table

_PIECE = 1 << 14  # words that are written out at a time
_NUMBER = 8  # bytes; what takes more a row was not written as numbers


def digest(data: pa.Table) -> str:
    """Give SHA-256 of the content: the same for the same rows, whatever library or engine version wrote them.

    Each column counts in order with its name and type, then row by row a mark for empty or the value with its length.
    """
    return _digest(data.schema, data.num_rows, (column.chunks for column in data.columns))


def digest_of(path: Path, table: Table) -> str:
    """Give `digest` of a table that `write` wrote. No more than a column of it is held at a time.

    Raises:
        MachineError: it cannot be read.
    """
    with readable(path, table):
        few = _of_few_words(pq.read_metadata(path), table)
        with pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(few)) as file:
            return _digest(schema(table), file.metadata.num_rows, _one_by_one(file, table, few))


def _of_few_words(found: pq.FileMetaData, table: Table) -> frozenset[str]:
    """Give the columns of words that were written as numbers, a few bytes each."""
    words = {column.name for column in table.columns if column.type == "string"}
    each = [
        found.row_group(group).column(at) for group in range(found.num_row_groups) for at in range(len(table.names))
    ]
    many = {one.path_in_schema for one in each if one.total_uncompressed_size > _NUMBER * one.num_values}
    return frozenset(words - many)


class _Pieces:
    """A column that is read piece by piece, as often as it is asked for."""

    def __init__(self, file: pq.ParquetFile, name: str) -> None:
        self._file, self._name = file, name

    def __iter__(self) -> Iterator[pa.Array]:
        for batch in self._file.iter_batches(_PIECE, columns=[self._name], use_threads=False):
            yield batch.column(0)


def _one_by_one(file: pq.ParquetFile, table: Table, few: frozenset[str]) -> Iterator[Iterable[pa.Array]]:
    for column in table.columns:
        if column.type == "string" and column.name not in few:
            yield _Pieces(file, column.name)
        else:
            yield file.read(columns=[column.name], use_threads=False).column(0).chunks
        let_go()


def _digest(fields: pa.Schema, rows: int, columns: Iterator[Iterable[pa.Array]]) -> str:
    total = hashlib.sha256()
    for field in fields:
        chunks = next(columns)
        total.update(f"{field.name}\0{field.type}\0{rows}\0".encode())
        _digest_chunks(total, field.type, chunks)
        del chunks  # before the next are read
    return total.hexdigest()


def _digest_chunks(total: hashlib._Hash, kind: pa.DataType, chunks: Iterable[pa.Array]) -> None:
    """Add what stands in the chunks of a column, one behind the other; its words may be numbers of a dictionary."""
    for one in chunks:
        total.update(pc.cast(one.is_valid(), pa.uint8()).to_numpy(zero_copy_only=False))
    if pa.types.is_list(kind):
        for one in chunks:
            total.update(pc.fill_null(pc.list_value_length(one), -1).cast(pa.int64()).to_numpy())
        _digest_chunks(total, kind.value_type, [one.flatten() for one in chunks])
    elif pa.types.is_string(kind):
        for one in chunks:
            total.update(pc.fill_null(_lengths(one), -1).cast(pa.int64()).to_numpy())
        for one in chunks:
            for begin in range(0, len(one), _PIECE):
                total.update(_bytes_of(one[begin : begin + _PIECE]))
    else:
        for one in chunks:
            total.update(pc.fill_null(one.cast(pa.int64()), 0).to_numpy())


def _lengths(texts: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(texts.type):
        return pc.binary_length(texts.dictionary).take(texts.indices)
    return pc.binary_length(texts)


def _bytes_of(texts: pa.Array) -> memoryview:
    """Give the bytes of all texts, one behind the other, as they lie in memory."""
    plain = texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
    plain = pc.fill_null(plain, "") if plain.null_count else plain
    _, offsets, data = plain.buffers()
    if not len(plain) or data is None:
        return memoryview(b"")
    bounds = np.frombuffer(offsets, np.int32)[plain.offset : plain.offset + len(plain) + 1]
    return memoryview(data)[bounds[0] : bounds[-1]]
