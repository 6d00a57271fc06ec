"""The one writer and reader of tables: same rows, same bytes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landmark.errors import LandmarkError, MachineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from landmark.tables import Table

ROW_GROUP = 122_880
_PIECE = 1 << 14  # words that are written out at a time
_NUMBER = 8  # bytes; what takes more a row was not written as numbers
_TYPES = {
    "int64": pa.int64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "list<int64>": pa.list_(pa.int64()),
    "list<string>": pa.list_(pa.string()),
}


def schema(table: Table) -> pa.Schema:
    """Give a table's Arrow schema: columns in order, nullable only where `tables.py` says so."""
    return pa.schema([pa.field(column.name, _TYPES[column.type], nullable=column.empty) for column in table.columns])


def empty(table: Table) -> pa.Table:
    """Give the table without rows."""
    return schema(table).empty_table()


def cast(data: pa.Table, table: Table) -> pa.Table:
    """Cast to the schema, and check that nothing is missing. The rows stay in their order.

    Raises:
        LandmarkError: a column is missing or empty where it may not be.
    """
    missing = [name for name in table.names if name not in data.column_names]
    if missing:
        raise LandmarkError(f"table {table.name}: column {', '.join(missing)} is missing")
    whole = pa.table(
        [data.column(column.name).cast(_TYPES[column.type]) for column in table.columns], schema=schema(table)
    ).combine_chunks()
    for column in table.columns:
        if not column.empty and whole.column(column.name).null_count:
            raise LandmarkError(f"table {table.name}: column {column.name} is empty in a row")
    return whole


def conform(data: pa.Table, table: Table) -> pa.Table:
    """Cast to the schema, check that nothing is missing and that the key is unique, and sort by the key.

    Raises:
        LandmarkError: a column is missing or empty where it may not be, or two rows have one key.
    """
    whole = cast(data, table)
    if not whole.num_rows:
        return empty(table)
    keys = whole.select(list(table.key))
    if _ascends(keys):
        return whole
    order = _of_close_numbers(keys)
    if order is None:
        order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in table.key])
    # What ascends once it is sorted has no key twice, and need not be grouped to be sure of that.
    if not _ascends(keys.take(order)) and keys.group_by(list(table.key)).aggregate([]).num_rows != whole.num_rows:
        raise LandmarkError(f"table {table.name}: two rows have one key ({', '.join(table.key)})")
    return whole.take(order).combine_chunks()


def _of_close_numbers(keys: pa.Table) -> pa.Array | None:
    """Give the rows in order of a key of one number, where the numbers lie close together and none comes twice.

    Each row is put at its number's place, which takes a tenth of the time of sorting.
    """
    if not _is_a_number(keys):
        return None
    numbers = keys.column(0).to_numpy()
    lowest = int(numbers.min())
    width = int(numbers.max()) - lowest + 1
    if width > 4 * len(numbers):
        return None
    row_at = np.full(width, -1, np.int64)
    row_at[numbers - lowest] = np.arange(len(numbers))
    order = row_at[row_at >= 0]
    return pa.array(order) if len(order) == len(numbers) else None


def _is_a_number(keys: pa.Table) -> bool:
    return keys.num_columns == 1 and bool(keys.schema[0].type == pa.int64())


def _ascends(keys: pa.Table) -> bool:
    """Say whether a key of one number ascends from row to row, and so is unique, too."""
    if not _is_a_number(keys):
        return False
    column = keys.column(0).combine_chunks()
    return pc.all(pc.less(column[:-1], column[1:])).as_py() is not False


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


def write(data: pa.Table, table: Table, path: Path) -> None:
    """Write a conforming table so that it is there whole or not at all.

    Raises:
        MachineError: the disk is full, a permission is refused, or something else stands in the file's place.
    """
    with writing(table, path) as add:
        add(data)


@contextlib.contextmanager
def writing(table: Table, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Write a table whose conforming rows come in parts, in order: the same bytes whatever the parts.

    It is there, whole, once the context has been left without an error.

    Raises:
        MachineError: as `write`.
    """
    rest = empty(table)
    with (
        whole(path) as file,
        pq.ParquetWriter(
            file, schema(table), compression="zstd", version="2.6", use_dictionary=True, write_statistics=True
        ) as writer,
    ):

        def add(part: pa.Table) -> None:
            nonlocal rest
            rows = pa.concat_tables([rest, part]) if rest.num_rows else part
            end = rows.num_rows // ROW_GROUP * ROW_GROUP
            for start in range(0, end, ROW_GROUP):
                group = rows.slice(start, ROW_GROUP).combine_chunks()
                writer.write_table(group, row_group_size=ROW_GROUP)
            rest = rows.slice(end)

        yield add
        if rest.num_rows:
            writer.write_table(rest.combine_chunks(), row_group_size=ROW_GROUP)
        rest = empty(table)
    let_go()


@contextlib.contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which is there, whole, once the context has been left without an error.

    Raises:
        MachineError: as `write`.
    """
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def copy(path: Path, to: Path) -> None:
    """Copy a file that `write` wrote, so that it is there whole or not at all.

    Raises:
        MachineError: it cannot be read, or as `write`.
    """
    with whole(to) as file, path.open("rb") as written:
        shutil.copyfileobj(written, file, 1 << 20)


def read(path: Path, table: Table) -> pa.Table:
    """Read a table that `write` wrote.

    Raises:
        MachineError: it cannot be read.
    """
    with readable(path, table):
        return pq.read_table(path, schema=schema(table), memory_map=False).combine_chunks()


@contextlib.contextmanager
def readable(path: Path, table: Table) -> Iterator[None]:
    """Say of what fails inside that a table cannot be read.

    Raises:
        MachineError: it cannot.
    """
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise MachineError(f"{path.name}: table {table.name} cannot be read; run the case again") from error


def check(path: Path, table: Table) -> None:
    """See that a file is one that `write` wrote of such a table, without reading its rows.

    Raises:
        MachineError: it is not.
    """
    with readable(path, table):
        found = pq.read_schema(path)
    if not found.equals(schema(table)):
        raise MachineError(f"{path.name}: is no table {table.name}; run the case again")


def write_text(text: str, path: Path) -> None:
    """Write a UTF-8 text with Unix line ends so that it is there whole or not at all.

    Raises:
        MachineError: as `write`.
    """
    write_bytes(text.encode(), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write bytes so that they are there whole or not at all.

    Raises:
        MachineError: as `write`.
    """
    with whole(path) as file:
        file.write(content)


def sync_folder(folder: Path) -> None:
    """Make a rename last; where a system cannot sync a folder, it needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def arrow_bounded(threads: int | None) -> Iterator[None]:
    """Bound the threads of Arrow meanwhile; None: as many as it takes. No result depends on it."""
    before = pa.cpu_count(), pa.io_thread_count()
    if threads is not None:
        pa.set_cpu_count(threads)
        pa.set_io_thread_count(threads)
    try:
        yield
    finally:
        pa.set_cpu_count(before[0])
        pa.set_io_thread_count(before[1])


def let_go() -> None:
    """Give back to the system what memory is held and not needed."""
    pa.default_memory_pool().release_unused()


def refused(path: Path, error: OSError) -> MachineError:
    """Say what the machine refused, where, and that nothing half-written is left to be read."""
    why = error.strerror or type(error).__name__
    return MachineError(f"{path}: {why}; earlier results that were complete are kept, nothing half-written is used")
