"""Of a table whose rows each hold from one instant until another: those near a stretch of time, without a copy."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landmark.errors import LandmarkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_LAST = np.iinfo(np.int64)


class _Run(NamedTuple):
    """Rows of one width, in the order of their begin."""

    first: int
    begins: Numbers
    until_so_far: Numbers


class Near:
    """Gives of rows in order those that may hold in a stretch of time; some beside it, too, and never fewer."""

    def __init__(self, rows: pa.Table) -> None:
        """Take rows (columns `grain`, `from` and `until`, µs) in order of their width and then of their begin.

        Raises:
            LandmarkError: they are in another order.
        """
        self._rows = rows
        widths, begins, ends = (rows[name].to_numpy() for name in ("grain", "from", "until"))
        wider, same = widths[1:] < widths[:-1], widths[1:] == widths[:-1]
        if (wider | (same & (begins[1:] < begins[:-1]))).any():
            raise LandmarkError("rows are not in order of their width and begin, and some near a part would be missed")
        bounds = [0, *(np.flatnonzero(np.diff(widths)) + 1), len(widths)]
        self._runs = [
            _Run(first, begins[first:end], np.maximum.accumulate(ends[first:end]))
            for first, end in itertools.pairwise(bounds)
        ]

    def around(self, instants: pa.ChunkedArray, margin: int) -> pa.Table:
        """Give all rows that may hold so near (µs) to one of the instants; they stand in lists, or one in a row."""
        flat = pc.list_flatten(instants) if pa.types.is_list(instants.type) else instants
        first, last = (pc.min_max(flat)[name].as_py() for name in ("min", "max"))
        return self._rows.slice(0, 0) if first is None else self.between(first - margin, last + margin)

    def between(self, first: int, last: int) -> pa.Table:
        """Give all rows with `"from" <= last` and `"until" > first`, µs."""
        return pa.concat_tables([self._rows.slice(0, 0), *(self._of(run, first, last) for run in self._runs)])

    def _of(self, run: _Run, first: int, last: int) -> pa.Table:
        begin = np.searchsorted(run.until_so_far, _fitting(first), "right")
        end = np.searchsorted(run.begins, _fitting(last), "right")
        return self._rows.slice(run.first + begin, max(end - begin, 0))


def _fitting(instant: int) -> int:
    """Give the instant, or the nearest to it that a column can hold."""
    return min(max(instant, _LAST.min), _LAST.max)
