"""Tables on disk: the same bytes for the same rows, however they come."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from landmark.errors import MachineError
from landmark.store.files import whole
from landmark.store.memory import let_go
from landmark.store.schemas import empty, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from landmark.tables import Table

ROW_GROUP = 122_880


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
            file, schema(table), compression="zstd", version="2.6", use_dictionary=_words(table), write_statistics=True
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


def _words(table: Table) -> list[str]:
    """Give the columns, as Parquet calls them, of which each distinct value is written once.

    Not those of numbers: most differ from row to row, and a list of them takes time and room for nothing.
    """
    below = {"string": "", "list<string>": ".list.element"}
    return [column.name + below[column.type] for column in table.columns if column.type in below]


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


def check(path: Path, table: Table, *, rows: bool = False) -> None:
    """See that a file is one that `write` wrote of such a table; its rows are read only if that is said, few at a time.

    Raises:
        MachineError: it is not.
    """
    with readable(path, table):
        found = pq.read_schema(path)
    if not found.equals(schema(table)):
        raise MachineError(f"{path.name}: is no table {table.name}; run the case again")
    if rows:
        with readable(path, table), pq.ParquetFile(path, memory_map=False) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group, use_threads=False)
