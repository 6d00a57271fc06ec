"""The lines of processes that are asked for, cut where another reader comes, and which of them are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.nnrpd import SAME_READER

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Places, Truths
    from landmark.sources.sieving.order import Found
    from landmark.sources.sieving.set_aside import SetAside


class Asked(NamedTuple):
    """Of which processes lines are read: where a line is; all lines; and those whose reader is known."""

    seen: Truths  # by line of the block
    whole: frozenset[int]
    known: frozenset[int]


class Processes:
    """Those whose lines are asked for: what was set aside of each before, whether all of it is read, or its reader.

    Of whom a reader is read somebody else knows what was before.
    """

    def __init__(self, pids: Places, asked: Asked, store: SetAside) -> None:
        """Take their numbers, ascending."""
        self.pids = pids
        self.before = store.before(pids)
        self.whole = is_among(np.array(sorted(asked.whole), np.int64), pids)
        self.read = is_among(np.array(sorted(asked.known), np.int64), pids)


class Cut(NamedTuple):
    """Lines by process, of each in order, cut into stretches; the first goes on from before the block, if it is 0.

    `begins` says with which of them another process begins, `of` which of the processes each of these is, `rank` which
    of these a line is of, and `stretch` of which stretch of it. `over` is for each of the processes the number of the
    line behind which nothing tells of anybody.
    """

    processes: Processes
    position: Places
    begins: Places
    of: Places
    rank: Places
    stretch: Places
    over: Places


def cut_lines(of_host: Found, local: Places, position: Places, processes: Processes) -> Cut:
    """Cut the lines of processes into stretches.

    Args:
        of_host: the lines of a host in the block.
        local: the local time, s, of every line of the block.
        position: numbers of lines, by process, of each in order.
        processes: all of which there are some, and maybe others.
    """
    found, before = of_host.lines, processes.before
    at = np.searchsorted(processes.pids, found.pid[position])
    begins = np.flatnonzero(np.diff(at, prepend=-1))
    turn, is_turn = found.turns.standing(position)
    which = np.flatnonzero(is_turn)
    connect, time, of = found.turns.connect[turn[which]], local[found.line[position[which]]], at[which]
    first = np.flatnonzero(np.diff(of, prepend=-1))
    # Before the first connect or exit line of a process stands what was before the block.
    earlier = of[first]
    new = np.ones(len(which), np.bool_)
    new[1:] = ~connect[:-1] | (np.abs(np.diff(time)) > SAME_READER)
    far = np.abs(time[first] - before.local[earlier]) > SAME_READER
    new[first] = before.exited[earlier] | (~processes.read[earlier] & (far | ~before.known[earlier]))
    new &= connect & ~processes.whole[of]
    stretch = np.zeros(len(position), np.int64)
    stretch[which[new]] = 1
    rank = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(at)))
    ahead = np.cumsum(stretch) - stretch
    stretch += ahead - ahead[begins][rank]
    over = np.where(processes.whole, len(found.line), _ends(of_host, processes.pids))
    return Cut(processes, position, begins, at[begins], rank, stretch, over)


class Wanted(NamedTuple):
    """Which lines are read, and which set aside; of which processes what was set aside is read, which are left."""

    read: Places
    aside: Places
    recalled: Places
    left: Places


def wanted_lines(cut: Cut, seen: Truths) -> Wanted:
    """Say what becomes of lines, of which some are seen."""
    position, begins, of, rank, stretch = cut.position, cut.begins, cut.of, cut.rank, cut.stretch
    if not len(begins):
        return Wanted(position, position, begins, begins)
    processes = cut.processes
    goes_on = (processes.whole | processes.read)[of]
    is_wanted = seen[position] | (goes_on[rank] & (stretch == 0))
    # Who comes between two that are read is read, too: the clock may have gone back, and one seem the other.
    lowest = np.minimum.reduceat(np.where(is_wanted, stretch, len(position)), begins)
    highest = np.maximum.reduceat(np.where(is_wanted, stretch, -1), begins)
    last = np.maximum.reduceat(stretch, begins)
    left = highest < last
    read = (stretch >= lowest[rank]) & (stretch <= highest[rank]) & (position <= cut.over[of][rank])
    aside = left[rank] & (stretch == last[rank])
    return Wanted(position[read], position[aside], of[lowest == 0], of[left])


def _ends(found: Found, pids: Places) -> Places:
    """Give for some processes the number of the line with which the last reader in the block has ended, or a large one.

    Of what comes behind it nothing tells of anybody.
    """
    ends, turns = found.ends, found.lines.turns
    at = np.searchsorted(ends.pids, pids)
    ended = is_among(ends.pids, pids)
    ended[ended] = ends.end[at[ended]] >= 0
    line = np.full(len(pids), len(found.lines.line), np.int64)
    line[ended] = turns.at[ends.end[at[ended]]]
    return line


def is_among(numbers: Places, sought: Places) -> Truths:
    """Say of some numbers whether they are among others, which ascend."""
    if not len(numbers):
        return np.zeros(len(sought), np.bool_)
    found: Truths = numbers[np.minimum(np.searchsorted(numbers, sought), len(numbers) - 1)] == sought
    return found
