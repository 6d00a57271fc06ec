"""Two stages over one input, part by part: one answers the rows whose answer is plain, the other all the rest.

Where nearly all rows are plain, the other stage has little to do for a part; so what several parts left is put to it at
once. What comes of a part is given when both have answered, in the order of the parts.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from landmark.errors import LandmarkError
from landmark.store import cast, conform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from landmark.tables import Table

MOST = 6
"""Of how many parts, about, what they left may wait to be asked."""


class Plain(NamedTuple):
    """The stage that answers plain rows.

    Args:
        table: what it gives, and is called after; its key is that of the input.
        spoken: gives, once it is needed, what gives its rows as rows of the table that the other stage gives.
    """

    table: Table
    spoken: Callable[[], Callable[[pa.Table], pa.Table]]


class _Half(NamedTuple):
    """What is known of a part that the first stage has answered."""

    last: int  # key of its last row, or of the last before it
    plain: pa.Table
    left: pa.Table


class PlainFirst:
    """Puts the questions in turn, and brings the answers together.

    Args:
        parts: the input, in parts that ascend by its key, which is one number.
        plain: the stage that answers plain rows.
        stage: the one that answers all others.
        table: what that one gives.
        given: gives what either reads with some rows of the input.
        rows: how many rows that several parts left may be asked at once.
    """

    def __init__(  # noqa: PLR0913 - two stages, and what they read
        self,
        parts: Iterable[pa.Table],
        plain: Plain,
        stage: str,
        table: Table,
        *,
        given: Callable[[pa.Table], Mapping[str, pa.Table | Path]],
        rows: int,
    ) -> None:
        """Take what is asked; nothing is asked yet."""
        self._parts = parts
        self._plain = plain
        self._stage = stage
        self._table = table
        self._given = given
        self._rows = rows
        self._spoken = plain.spoken()
        self._key = table.key[0]
        self._asked: deque[tuple[pa.Table, int] | None] = deque()  # a part with its last key, or None: what parts left
        self._halves: deque[_Half] = deque()  # not asked further yet
        self._away: deque[list[_Half]] = deque()  # asked further

    def questions(self) -> Iterator[tuple[str, Mapping[str, pa.Table | Path]]]:
        """Give the questions in turn. Each is answered, in this order, though later ones be asked before."""
        last = int(np.iinfo(np.int64).min)
        for part in self._parts:
            last = self._in_order(_numbers(part, self._key), last)
            if self._many_wait():
                yield self._further()
            self._asked.append((part, last))
            yield self._plain.table.name, self._given(part)
        while self._halves:
            yield self._further()

    def answered(self, found: pa.Table) -> list[pa.Table]:
        """Take the next answer, and give of each part that is now whole what comes of it, in no order of its rows."""
        asked = self._asked.popleft()
        if asked is None:
            return self._whole(self._away.popleft(), conform(found, self._table))
        self._halves.append(self._half(*asked, cast(found, self._plain.table)))
        return []

    def left(self) -> tuple[str, Mapping[str, pa.Table | Path]] | None:
        """Give a last question, when all others are answered; None where nothing is left."""
        return self._further() if self._halves else None

    def _in_order(self, keys: NDArray[np.int64], before: int) -> int:
        """See that a part ascends, and begins behind the one before it, which ended with that key; give its last."""
        if not len(keys):
            return before
        if keys[0] <= before:
            raise LandmarkError(f"table {self._table.name}: a part begins before the end of the part before it")
        if (keys[1:] <= keys[:-1]).any():
            raise LandmarkError(f"table {self._table.name}: what is asked is not in order")
        return int(keys[-1])

    def _many_wait(self) -> bool:
        rows = sum(half.left.num_rows for half in self._halves)
        return len(self._halves) >= MOST or rows >= max(self._rows, 1)

    def _further(self) -> tuple[str, Mapping[str, pa.Table | Path]]:
        halves = [self._halves.popleft()]
        rows = halves[0].left.num_rows
        while self._halves and (rows := rows + self._halves[0].left.num_rows) <= self._rows:
            halves.append(self._halves.popleft())
        self._away.append(halves)
        self._asked.append(None)
        return self._stage, self._given(pa.concat_tables([half.left for half in halves]))

    def _half(self, part: pa.Table, last: int, plain: pa.Table) -> _Half:
        keys, answered = _numbers(part, self._key), _numbers(plain, self._key)
        is_plain = np.isin(keys, answered)
        if np.count_nonzero(is_plain) != len(answered):
            raise LandmarkError(f"the stage {self._plain.table.name} answers a row twice, or one that was not asked")
        return _Half(last, plain, part.filter(pa.array(~is_plain)))

    def _whole(self, halves: list[_Half], found: pa.Table) -> list[pa.Table]:
        """Cut the answers (in order) where one part ends, and put each to what was plain of that part."""
        keys = _numbers(found, self._key)
        if not np.isin(keys, np.concatenate([_numbers(half.left, self._key) for half in halves])).all():
            raise LandmarkError(f"the stage {self._stage} answers a row that was not asked")
        ends = np.searchsorted(keys, [half.last for half in halves], "right")
        rest = [found.slice(begin, end - begin) for begin, end in itertools.pairwise([0, *ends])]
        return [
            pa.concat_tables([cast(self._spoken(half.plain), self._table), part])
            for half, part in zip(halves, rest, strict=True)
        ]


def _numbers(table: pa.Table, column: str) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = table[column].to_numpy()
    return numbers
