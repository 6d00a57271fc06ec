"""What Arrow takes of the machine, threads and memory: no result depends on it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator


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
