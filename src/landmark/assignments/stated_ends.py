"""One record that a table tells in two ways: open, or with another end, in one copy of it than in the next.

Nothing says which copy is the later one. It is certain to the earliest of the ends, and doubtful on to its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from landmark.assignments import Lease

_NEVER = (1 << 63) - 1


class StatedEnds:
    """The ends of records that are the same in all else: what is held, by whom, since when."""

    def __init__(self) -> None:
        """Begin without a record."""
        self._earliest: dict[tuple[object, ...], int] = {}

    def saw(self, record: Sequence[Lease]) -> None:
        """Take a record as the leases that it makes, earliest first."""
        same, certain = _but_its_end(record), _certain_end(record)
        self._earliest[same] = min(certain, self._earliest.get(same, certain))

    def told(self, record: Sequence[Lease]) -> Iterator[Lease]:
        """Give the leases of a record, once all were seen; of one with a later end what lies behind the earliest."""
        certain = self._earliest[_but_its_end(record)]
        if certain == _certain_end(record):
            yield from record
            return
        for lease in record:
            if lease.end is None or lease.end > certain:
                yield lease._replace(begin=max(lease.begin, certain), doubtful=True)


def _but_its_end(record: Sequence[Lease]) -> tuple[object, ...]:
    first = record[0]
    return (*first[:5], first.begin, first.account, first.inner)


def _certain_end(record: Sequence[Lease]) -> int:
    ends = (_NEVER if lease.end is None else lease.end for lease in record if not lease.doubtful)
    return max(ends, default=record[0].begin)
