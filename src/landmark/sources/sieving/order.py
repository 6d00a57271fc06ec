"""Nnrpd's connect and exit lines in a block by process, as far as it does not matter what was before the block."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.nnrpd_lines import NnrpdLines, nnrpd_lines, same_labels

if TYPE_CHECKING:
    from landmark.sources.sieving.looks import Look
    from landmark.sources.sieving.octets import Octets, Places, Truths

_INDEX = np.int64((1 << 32) - 1)


class Order(NamedTuple):
    """Connect and exit lines of some processes, of each in order: of which process, and which of these lines.

    `connects` and `exits` say which are what, `first` with which another process begins. Of each process, ascending:
    its number, its last connect line, and the first exit line with the same label that follows it (-1: none).
    """

    rank: Places
    turn: Places
    connects: Places
    exits: Places
    first: Places
    pids: Places
    last: Places
    end: Places


class Ends(NamedTuple):
    """Of each process with a connect or an exit line, ascending, its number, and `Order.end`.

    `others` is the order of the lines of those that do not end as most do: who came last leaves, and nothing follows.
    """

    pids: Places
    end: Places
    others: Order


class Found(NamedTuple):
    """Of a host in a block nnrpd's lines, the numbers of those of which it cannot be said, and who leaves."""

    lines: NnrpdLines
    odd: Places
    ends: Ends

    def only(self, octets: Octets, which: Truths) -> Found:
        """Leave out lines, of all in the block."""
        lines = self.lines.only(which[self.lines.line])
        return Found(lines, self.odd[which[self.odd]], _ends(octets, lines))


def found_of(octets: Octets, looked: Look, line: Places) -> Found:
    """Find nnrpd's lines among plain ones of a host; arguments as of `nnrpd_lines`."""
    lines, odd = nnrpd_lines(octets, looked, line)
    return Found(lines, odd, _ends(octets, lines))


def _ends(octets: Octets, found: NnrpdLines) -> Ends:
    turns = found.turns
    both = found.pid[turns.at]
    both <<= 32
    both |= np.arange(len(both))
    both.sort()
    turn, pid = both & _INDEX, both >> 32
    connect = turns.connect[turn]
    is_first = np.ones(len(pid) + 1, np.bool_)
    np.not_equal(pid[1:], pid[:-1], out=is_first[1:-1])
    first = np.flatnonzero(is_first[:-1])
    rank = np.cumsum(is_first[:-1], dtype=np.int64)
    rank -= 1
    end = np.full(len(first), -1, np.int64)
    exits = np.flatnonzero(connect[:-1] & ~connect[1:] & ~is_first[1:-1] & is_first[2:]) + 1
    exits = exits[same_labels(octets, found, turn[exits], turn[exits - 1])]
    end[rank[exits]] = turn[exits]
    left = np.flatnonzero((end < 0)[rank])
    others = _order(octets, found, turn[left], pid[left])
    end[rank[left[others.first]]] = others.end
    return Ends(pid[first], end, others)


def _order(octets: Octets, found: NnrpdLines, turn: Places, pid: Places) -> Order:
    """Put connect and exit lines in order, which are sorted by process and in the order of lines."""
    is_first = np.ones(len(pid), np.bool_)
    np.not_equal(pid[1:], pid[:-1], out=is_first[1:])
    rank = np.cumsum(is_first, dtype=np.int64) - 1
    first, connect = np.flatnonzero(is_first), found.turns.connect[turn]
    connects, exits = np.flatnonzero(connect), np.flatnonzero(~connect)
    last = np.full(len(first), -1, np.int64)
    last[rank[connects]] = turn[connects]
    before = last[rank[exits]]
    after = np.flatnonzero((before >= 0) & (turn[exits] > before))
    ending = exits[after[same_labels(octets, found, turn[exits[after]], before[after])]][::-1]
    end = np.full(len(first), -1, np.int64)
    end[rank[ending]] = turn[ending]  # of several the first, as it comes last here
    return Order(rank, turn, connects, exits, first, pid[first], last, end)
