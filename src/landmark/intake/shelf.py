"""What came of one text, kept in the cache under the key of all that made it.

What is kept holds nothing that the authority does not cover: other lines are counted as they are read, and dropped.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from landmark import sources, store, tables
from landmark.errors import MachineError
from landmark.intake.drafts import Draft
from landmark.sources.many.rows import SCHEMA, batch_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from landmark.scan.reading import Counts
    from landmark.sources import FileReading, Step

REJECTED = tables.Table(
    "partition rejects",
    "The rejected lines of one text.",
    ("line",),
    tuple(column for column in tables.REJECTS.columns if column.name != "source"),
)
_SOME = 1 << 14  # events that are made columns at a time


@dataclass(frozen=True, slots=True)
class Partition:
    """What came of one text: the file in which its kept rows lie (columns of `SCHEMA`), how many, and the rest."""

    path: Path
    kept: int
    rejects: pa.Table
    lines: int
    dropped: Mapping[str, int]
    admitted_lost: int
    steps: tuple[Step, ...]

    def rows(self) -> pa.Table:
        """Read the rows.

        Raises:
            MachineError: they cannot be read any more; they are forgotten, so that the next run makes them anew.
        """
        try:
            with pq.ParquetFile(self.path, memory_map=False) as file:
                return file.read(use_threads=False)  # each thread would keep memory of its own
        except (OSError, pa.ArrowInvalid) as error:
            with contextlib.suppress(OSError):
                self.path.unlink()
            raise MachineError(
                f"{self.path.name}: what was kept of a text cannot be read; run the case again"
            ) from error


class Shelf:
    """The partitions in the cache: three files each, the accounting written last."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder
        self._drafts = 0
        self.used: set[str] = set()

    def take(self, key: str) -> Partition | None:
        """Give the partition of that key, if it is there whole, and keep it."""
        self.used.add(key)
        return self.look(key)

    def look(self, key: str) -> Partition | None:
        """Give the partition of that key, if it is there whole; it is not kept for that."""
        path = self._path(key)
        try:
            said = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
            with pq.ParquetFile(path, memory_map=False) as file:
                if not file.schema_arrow.equals(SCHEMA):
                    return None
                kept = file.metadata.num_rows
            return Partition(
                path,
                kept,
                store.read(self._folder / f"{key}.rejects.parquet", REJECTED),
                said["lines"],
                said["dropped"],
                said["admitted_lost"],
                tuple(sources.Step(*step) for step in said["steps"]),
            )
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowInvalid, MachineError):
            # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
            return None

    @contextlib.contextmanager
    def draft(self) -> Iterator[Draft]:
        """Give a file for the rows of a text, of which nothing is left if there is an error."""
        self._drafts += 1
        with Draft.at(self._folder / f"draft-{self._drafts}.events.parquet") as draft:
            yield draft

    def put(self, key: str, partition: Partition) -> Partition:
        """Put a partition, whose rows lie in a draft, under its key; it stays if it is taken in the same run."""
        path = self._path(key)
        try:
            partition.path.replace(path)
            store.sync_folder(self._folder)
        except OSError as error:
            raise store.refused(path, error) from error
        store.write(partition.rejects, REJECTED, self._folder / f"{key}.rejects.parquet")
        said = {
            "lines": partition.lines,
            "dropped": partition.dropped,
            "admitted_lost": partition.admitted_lost,
            "steps": [list(step) for step in partition.steps],
        }
        store.write_text(json.dumps(said, sort_keys=True) + "\n", self._folder / f"{key}.json")
        return replace(partition, path=path)

    def joined(self, before: Partition, after: Partition) -> Partition:
        """Put what a text grew by behind what was there; the rows lie in a draft."""
        with self.draft() as draft:
            for part in (before, after):
                for batch in part.rows().to_batches():
                    draft.add(batch)
            draft.close()
        dropped = Counter(before.dropped) + Counter(after.dropped)
        after.path.unlink(missing_ok=True)
        return Partition(
            draft.path,
            draft.kept,
            store.conform(pa.concat_tables([before.rejects, after.rejects]), REJECTED),
            before.lines + after.lines,
            dict(sorted(dropped.items())),
            before.admitted_lost + after.admitted_lost,
            (*before.steps, *after.steps),
        )

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.events.parquet"


def partition(reading: FileReading, draft: Draft, count: Counts, steps: tuple[Step, ...]) -> Partition:
    """Bring together what the source made of the lines it saw and what the scan says of the others.

    Args:
        reading: what came of the text.
        draft: of its rows, with those that were handed over as they came.
        count: what reading the file came to.
        steps: where its clock was set back.
    """
    refused = [*reading.rejects, *count.too_long, *count.truncated]
    dropped = Counter(reading.dropped)
    dropped["not_watched"] += count.unseen
    for batch in _held(reading):
        draft.add(batch)
    draft.close()
    return Partition(
        draft.path,
        draft.kept,
        store.conform(_rejected(refused), REJECTED),
        count.lines,
        {reason: number for reason, number in sorted(dropped.items()) if number},
        reading.admitted_lost,
        steps,
    )


def _held(reading: FileReading) -> Iterator[pa.RecordBatch]:
    """Give the rows that are still held, in the order of lines."""
    if reading.rows is not None:
        yield from reading.rows.batches()
    events = sorted(reading.events, key=lambda event: event.line)
    types = store.schema(tables.EVENTS)
    for begin in range(0, len(events), _SOME):
        some = zip(*events[begin : begin + _SOME], strict=True)
        by_name = dict(zip(sources.Event._fields, some, strict=True))
        yield batch_of([pa.array(by_name[name], types.field(name).type) for name in SCHEMA.names])


def _rejected(refused: list[sources.Reject]) -> pa.Table:
    columns = list(zip(*refused, strict=True)) if refused else [()] * len(sources.Reject._fields)
    by_name = dict(zip(sources.Reject._fields, columns, strict=True))
    schema = store.schema(REJECTED)
    return pa.table([pa.array(by_name[field.name], field.type) for field in schema], schema=schema)
