"""One record that a table tells in two ways: open, or with another end, in one copy of it than in the next.

It is certain to the earliest of the ends, and doubtful on to its own. Without one of its own it is so until the same is
next given out, as an export before that has it; but only where every copy that has it open is known to be older than
every one that has that giving. One that has both, or is younger, says that both hold it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.assignments import FileLeases, Lease, Wanted

_NEVER = (1 << 63) - 1


@dataclass(slots=True)
class _Same:
    """What the copies say of one record: µs UTC."""

    begin: tuple[int, int]  # the two readings of its begin
    certain: int  # the earliest of its ends
    texts: set[int] = field(default_factory=set)
    open_in: set[int] = field(default_factory=set)  # the texts that have it without end


class StatedEnds:
    """The ends of records that are the same in all else: what is held, by whom, since when."""

    def __init__(self, ages: Sequence[Mapping[str, tuple[int, int]]]) -> None:
        """Begin without a record.

        Args:
            ages: of each text in each series that it is of, from, to: the younger is higher. Empty: all are of one, and
                the younger stands behind.
        """
        self._ages = ages
        self._records: dict[tuple[object, ...], _Same] = {}
        self._givings: defaultdict[tuple[object, ...], dict[tuple[object, ...], _Same]] = defaultdict(dict)

    def saw(self, record: Sequence[Lease], text: int, *, all_known: bool) -> None:
        """Take a record as the leases that it makes, earliest first.

        Args:
            record: the leases.
            text: which text it stands in, from 0.
            all_known: whether every record of its address is taken.
        """
        key = _but_its_end(record)
        same = self._records.get(key)
        if same is None:
            same = self._records[key] = _Same(_begin(record), _certain_end(record))
            if all_known:
                self._givings[record[0][:5]][key] = same
        same.certain = min(same.certain, _certain_end(record))
        same.texts.add(text)
        if record[-1].end is None:
            same.open_in.add(text)

    def give(self, record: Sequence[Lease], reading: FileLeases, wanted: Wanted) -> None:
        """Give a text what is left of a record of it, once all were seen, where that touches the time asked for."""
        told = self._told(record)
        if told and touches(told, wanted):
            reading.leases += told
            reading.kept += 1
        else:  # nothing: what this copy has without end is given out again where another copy ends it
            reading.dropped["outside_window" if told else "duplicate"] += 1

    def _told(self, record: Sequence[Lease]) -> list[Lease]:
        """Give the leases of a record; of one with a later end what lies behind the earliest."""
        same = self._records[_but_its_end(record)]
        if same.certain == _certain_end(record):
            return [*record]
        until = self._given_again(record[0][:5], same) if record[-1].end is None else None
        told = []
        for lease in record:
            end = until if lease.end is None else lease.end
            if end is None or end > max(lease.begin, same.certain):
                ends = lease.ends if end == lease.end else "replaced"
                told.append(lease._replace(begin=max(lease.begin, same.certain), end=end, ends=ends, doubtful=True))
        return told

    def _given_again(self, held: tuple[object, ...], same: _Same) -> int | None:
        """Give the instant by which what a record holds is next given out, by its later reading; None: never."""
        givings = self._givings.get(held, {}).values()
        later = (one for one in givings if one.begin[0] >= same.certain and self._older(same.open_in, one.texts))
        return min((one.begin[1] for one in later), default=None)

    def _older(self, texts: set[int], others: set[int]) -> bool:
        """Tell whether all of some texts are known to be older than all of others, in each series that they are of."""
        if not self._ages:
            return max(texts) < min(others)
        older, younger = ([self._ages[text] for text in which] for which in (texts, others))
        named = {frozenset(ages) for ages in (*older, *younger)}
        return len(named) == 1 and all(
            max(ages[series][1] for ages in older) < min(ages[series][0] for ages in younger) for series in named.pop()
        )


def touches(record: Sequence[Lease], wanted: Wanted) -> bool:
    """Tell whether the leases of a record, earliest first, touch the time asked for."""
    last = record[-1].end
    return record[0].begin < wanted.end and (last is None or last > wanted.begin)


def _but_its_end(record: Sequence[Lease]) -> tuple[object, ...]:
    first = record[0]
    return (*first[:5], first.begin, first.account, first.inner)


def _begin(record: Sequence[Lease]) -> tuple[int, int]:
    """Give both readings of a begin; where no instant is certain, the later is not before any of them."""
    certain = next((lease.begin for lease in record if not lease.doubtful), None)
    return record[0].begin, certain or record[-1].end or _NEVER


def _certain_end(record: Sequence[Lease]) -> int:
    ends = (_NEVER if lease.end is None else lease.end for lease in record if not lease.doubtful)
    return max(ends, default=record[0].begin)
