"""What came of one text, kept in the cache under the key of all that made it.

What is kept holds nothing that the authority does not cover: other lines are counted as they are read, and dropped.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from landmark import sources, store, tables
from landmark.errors import MachineError
from landmark.sources.many.rows import PARTITION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from landmark.scan.reading import Counts
    from landmark.sources import FileReading, Step

REJECTED = tables.Table(
    "partition rejects",
    "The rejected lines of one text.",
    ("line",),
    tuple(column for column in tables.REJECTS.columns if column.name != "source"),
)


@dataclass(frozen=True, slots=True)
class Partition:
    """What came of one text."""

    events: pa.Table
    rejects: pa.Table
    lines: int
    dropped: Mapping[str, int]
    admitted_lost: int
    steps: tuple[Step, ...]


class Shelf:
    """The partitions in the cache: three files each, the accounting written last."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder
        self.used: set[str] = set()

    def take(self, key: str) -> Partition | None:
        """Give the partition of that key, if it is there whole, and keep it."""
        self.used.add(key)
        return self.look(key)

    def look(self, key: str) -> Partition | None:
        """Give the partition of that key, if it is there whole; it is not kept for that."""
        try:
            said = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
            return Partition(
                store.read(self._folder / f"{key}.events.parquet", PARTITION),
                store.read(self._folder / f"{key}.rejects.parquet", REJECTED),
                said["lines"],
                said["dropped"],
                said["admitted_lost"],
                tuple(sources.Step(*step) for step in said["steps"]),
            )
        except (OSError, ValueError, KeyError, TypeError, MachineError):
            # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
            return None

    def put(self, key: str, partition: Partition) -> None:
        """Write a partition; it stays if it is taken in the same run."""
        store.write(partition.events, PARTITION, self._folder / f"{key}.events.parquet")
        store.write(partition.rejects, REJECTED, self._folder / f"{key}.rejects.parquet")
        said = {
            "lines": partition.lines,
            "dropped": partition.dropped,
            "admitted_lost": partition.admitted_lost,
            "steps": [list(step) for step in partition.steps],
        }
        store.write_text(json.dumps(said, sort_keys=True) + "\n", self._folder / f"{key}.json")


def partition(reading: FileReading, count: Counts, steps: tuple[Step, ...]) -> Partition:
    """Bring together what the source made of the lines it saw and what the scan says of the others."""
    refused = [*reading.rejects, *count.too_long, *count.truncated]
    dropped = Counter(reading.dropped)
    dropped["not_watched"] += count.unseen
    return Partition(
        _kept(reading),
        store.conform(_rejected(refused), REJECTED),
        count.lines,
        {reason: number for reason, number in sorted(dropped.items()) if number},
        reading.admitted_lost,
        steps,
    )


def _kept(reading: FileReading) -> pa.Table:
    schema = store.schema(PARTITION)
    batches = [] if reading.rows is None else list(reading.rows.batches())
    if reading.events:
        by_name = dict(zip(sources.Event._fields, zip(*reading.events, strict=True), strict=True))
        batches.append(pa.record_batch([pa.array(by_name[field.name], field.type) for field in schema], schema=schema))
    table = pa.Table.from_batches(batches, schema=schema)
    # Rows of a web log come in order, with every column as it is to be: they are not copied to see that they do.
    return table if _is_whole(table) else store.conform(table, PARTITION)


def _is_whole(table: pa.Table) -> bool:
    """Say whether rows have ascending lines, and whatever may not be empty."""
    filled = all(
        field.nullable or not column.null_count for field, column in zip(table.schema, table.columns, strict=True)
    )
    lines = table["line"].combine_chunks()
    return filled and pc.all(pc.less(lines[:-1], lines[1:])).as_py() is not False


def _rejected(refused: list[sources.Reject]) -> pa.Table:
    columns = list(zip(*refused, strict=True)) if refused else [()] * len(sources.Reject._fields)
    by_name = dict(zip(sources.Reject._fields, columns, strict=True))
    schema = store.schema(REJECTED)
    return pa.table([pa.array(by_name[field.name], field.type) for field in schema], schema=schema)


def joined(before: Partition, after: Partition) -> Partition:
    """Put what a text grew by behind what was there."""
    dropped = Counter(before.dropped) + Counter(after.dropped)
    return Partition(
        store.conform(pa.concat_tables([before.events, after.events]), PARTITION),
        store.conform(pa.concat_tables([before.rejects, after.rejects]), REJECTED),
        before.lines + after.lines,
        dict(sorted(dropped.items())),
        before.admitted_lost + after.admitted_lost,
        (*before.steps, *after.steps),
    )
