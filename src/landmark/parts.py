"""A table in parts of so many rows, or of whole spans of time: in memory, or read from disk part by part."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landmark import store
from landmark.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_LAST = np.iinfo(np.int64).max  # no span has that number


def rows(source: pa.Table | Path) -> int:
    """Give how many rows a table has, in memory or on disk.

    Raises:
        MachineError: it cannot be read, here as below.
    """
    if isinstance(source, pa.Table):
        return int(source.num_rows)
    with _readable(source):
        return int(pq.read_metadata(source).num_rows)


def columns(source: pa.Table | Path, names: tuple[str, ...]) -> pa.Table:
    """Give these columns; no others are read."""
    if isinstance(source, pa.Table):
        return source.select(list(names))
    with _readable(source):
        return pq.read_table(source, columns=list(names), memory_map=False)


def of(source: pa.Table | Path, many: int, names: frozenset[str]) -> Iterator[pa.Table]:
    """Give the columns of these names in parts of about so many rows, in order; at least one part."""
    if isinstance(source, pa.Table):
        narrow = source.select([name for name in source.column_names if name in names])
        for start in range(0, max(source.num_rows, 1), many):
            yield narrow.slice(start, many)
        return
    kept = pq.read_schema(source)
    words = [name for name in kept.names if name in names and pa.types.is_string(kept.field(name).type)]
    with _readable(source), pq.ParquetFile(source, read_dictionary=words) as file:
        wanted = [name for name in file.schema_arrow.names if name in names]
        for step in _steps(file, many):
            yield file.read_row_groups(step, columns=wanted)


def spans(source: pa.Table | Path, many: int, names: frozenset[str], instants: str, width: int) -> Iterator[pa.Table]:
    """Give the columns of these names in parts of about so many rows, none of which cuts a span of time in two.

    Rows wait for those of their span that come later. Where the instants ascend, or nearly, few ever wait.

    Args:
        source: the table.
        many: about how many rows a part has.
        names: the columns.
        instants: the column that holds the instant, µs, never empty, and is one of them; in any order.
        width: of a span, µs; they are counted from 1970 on.
    """
    lowest = [_LAST if one is None else one // width for one in _lowest(source, many, instants)]
    behind = np.minimum.accumulate([_LAST, *lowest[:0:-1]])[::-1]
    waiting: pa.Table | None = None
    for part, first_behind in zip(of(source, many, names), behind, strict=True):
        known = part if waiting is None else pa.concat_tables([waiting, part])
        numbers: NDArray[np.int64] = known[instants].to_numpy() // width
        whole = numbers < first_behind
        count = int(np.count_nonzero(whole))
        if whole[:count].all():  # as where they ascend: nothing is copied
            now, waiting = known.slice(0, count), known.slice(count)
        else:
            now, waiting = known.filter(pa.array(whole)), known.filter(pa.array(~whole))
        if count or len(behind) == 1:
            yield from _cut(now, numbers[whole], many)


def _lowest(source: pa.Table | Path, many: int, name: str) -> list[int | None]:
    """Give the lowest number of a column in each of the parts; None where a part is empty."""
    written = None if isinstance(source, pa.Table) else _lowest_written(source, many, name)
    return written or [pc.min(part[name]).as_py() for part in of(source, many, frozenset({name}))]


def _lowest_written(path: Path, many: int, name: str) -> list[int | None] | None:
    """Give the lowest numbers as they are written beside the row groups; None where they are not."""
    with _readable(path), pq.ParquetFile(path) as file:
        about = file.metadata
        place = file.schema.names.index(name)
        written = [about.row_group(group).column(place).statistics for group in range(about.num_row_groups)]
        if not all(one is not None and one.has_min_max for one in written):
            return None
        return [min((written[group].min for group in step), default=None) for step in _steps(file, many)]


def _steps(file: pq.ParquetFile, many: int) -> list[range]:
    """Give the row groups of each part."""
    step, groups = max(1, many // store.ROW_GROUP), file.num_row_groups
    return [range(first, min(first + step, groups)) for first in range(0, max(groups, 1), step)]


def _cut(part: pa.Table, numbers: NDArray[np.int64], many: int) -> Iterator[pa.Table]:
    """Cut a part that became too large, as many rows had waited, where a span ends."""
    if part.num_rows <= 2 * many:
        yield part
        return
    order = np.argsort(numbers, kind="stable")
    ascending = numbers[order]
    begin = 0
    while begin < len(order):
        last = ascending[min(begin + many, len(order)) - 1]
        end = int(np.searchsorted(ascending, last, "right"))
        yield part.take(pa.array(order[begin:end]))
        begin = end


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        raise MachineError(f"{path.name}: cannot be read; run the case again") from error
