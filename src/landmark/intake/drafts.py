"""Rows of one text, written by a thread of their own while the next are read; the file is there once it is whole."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landmark import store
from landmark.errors import LandmarkError
from landmark.sources.many.rows import CODED, SCHEMA, together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

_GROUP = 1 << 14
"""Rows that are written at a time: no more than twice as many are held."""
_ASCENDING = ("line", "offset", "time", "first_instant", "last_instant")
"""Columns of which the differences are small."""
_CODED = [field.name for field in SCHEMA if field.type == CODED]


class Draft:
    """A file of rows that is being written. Only rows with ascending lines can be added."""

    def __init__(self, path: Path, writer: pq.ParquetWriter, thread: ThreadPoolExecutor) -> None:
        """Take where it will lie, what writes it, and the thread that does."""
        self.path = path
        self.kept = 0
        self._writer = writer
        self._thread = thread
        self._batches: list[pa.RecordBatch] = []
        self._held = 0
        self._before: Future[None] | None = None
        self._last = 0

    @classmethod
    @contextlib.contextmanager
    def at(cls, path: Path) -> Iterator[Self]:
        """Give a draft that is there, whole, once the context has been left without an error; else nothing of it.

        Raises:
            MachineError: the disk is full, a permission is refused, or something else stands in the file's place.
        """
        with (
            store.whole(path) as file,
            ThreadPoolExecutor(1) as thread,
            pq.ParquetWriter(
                file,
                SCHEMA,
                compression="zstd",
                version="2.6",
                use_dictionary=_CODED,
                column_encoding=dict.fromkeys(_ASCENDING, "DELTA_BINARY_PACKED"),
                write_statistics=False,
            ) as writer,
        ):
            draft = cls(path, writer, thread)
            try:
                yield draft
            finally:
                draft._settle()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows with columns of `SCHEMA`.

        Raises:
            LandmarkError: a line does not ascend, or a column is empty in a row where it may not be.
            MachineError: as `at`.
        """
        if not batch.num_rows:
            return
        self._check(batch)
        self.kept += batch.num_rows
        self._held += batch.num_rows
        self._batches.append(batch)
        if self._held >= _GROUP:
            self._hand_over()

    def close(self) -> None:
        """Write what is held still. Raises as `add`."""
        if self._batches:
            self._hand_over()
        self._settle()

    def _hand_over(self) -> None:
        self._settle()
        self._before = self._thread.submit(self._write, self._batches)
        self._batches, self._held = [], 0

    def _settle(self) -> None:
        before, self._before = self._before, None
        if before is not None:
            before.result()

    def _write(self, batches: list[pa.RecordBatch]) -> None:
        self._writer.write_batch(batches[0] if len(batches) == 1 else together(batches))

    def _check(self, batch: pa.RecordBatch) -> None:
        for field, column in zip(SCHEMA, batch.columns, strict=True):
            if not field.nullable and column.null_count:
                raise LandmarkError(f"partition: column {field.name} is empty in a row")
        lines = batch.column("line")
        if lines[0].as_py() <= self._last or pc.all(pc.less(lines[:-1], lines[1:])).as_py() is False:
            raise LandmarkError("partition: two rows have one key (line), or come out of order")
        self._last = lines[-1].as_py()
