"""Which of nnrpd's lines in a block must be read, as somebody of their process concerns the case, and which set aside.

The lines of a process are cut where a connect line is of another reader for certain, as `nnrpd.Readers` has it: after
an exit line, whoever's, or where the connect line before it is more than a minute away. A
stretch in which a line is read anyway is read whole, as is what its reader wrote before this block; of all others the
last stretch is set aside, unless its reader has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.nnrpd import SAME_READER
from landmark.sources.sieving.cuts import Processes, cut_lines, is_among, wanted_lines
from landmark.sources.sieving.nnrpd_lines import NnrpdLines, labels, may_matter
from landmark.sources.sieving.octets import equal

if TYPE_CHECKING:
    from landmark.sources.sieving.cuts import Asked
    from landmark.sources.sieving.octets import Octets, Places, Truths
    from landmark.sources.sieving.order import Found
    from landmark.sources.sieving.set_aside import Before, SetAside

_TABLE = 1 << 16  # process numbers that are told apart by a table


class Stretches(NamedTuple):
    """What becomes of nnrpd's lines of one host in a block.

    `read` are the numbers in the block of lines to be read; `recalled` the processes of which the lines that were set
    aside are read before; `left` those whose reader, if one is known, is over by the end of the block; `aside` which of
    the lines are set aside, after what is there of the processes `gone` is given up.
    """

    read: Places
    recalled: list[int]
    left: list[int]
    aside: Places
    gone: Places


def stretches(octets: Octets, of_host: Found, local: Places, asked: Asked, store: SetAside) -> Stretches:
    """Decide about the lines of a host in a block.

    Args:
        octets: of the buffer.
        of_host: nnrpd's lines.
        local: the local time, s, of every line of the block.
        asked: what must be read.
        store: what was set aside of this host.
    """
    found = of_host.lines
    all_seen = np.flatnonzero(asked.seen)
    seen = np.zeros(len(found.line), np.bool_)
    seen[np.searchsorted(found.line, all_seen[is_among(found.line, all_seen)])] = True
    pids = np.array(sorted(asked.whole | asked.known | set(found.pid[seen].tolist())), np.int64)
    mine = _of_processes(found.pid, pids)
    cut = cut_lines(of_host, local, mine[np.argsort(found.pid[mine], kind="stable")], Processes(pids, asked, store))
    wanted = wanted_lines(cut, seen)
    recalled = set(pids[wanted.recalled].tolist()) | asked.whole
    recalled &= set(store.pids.tolist())
    others, gone = _of_others(octets, of_host, local, pids=pids, store=store)
    gone = np.concatenate((gone, pids[cut.of], np.array(sorted(asked.whole), np.int64)))
    read_lines = found.line[_mattering(octets, found, np.sort(wanted.read))]
    kept = _mattering(octets, found, np.sort(np.concatenate((others, wanted.aside))))
    return Stretches(read_lines, sorted(recalled), pids[wanted.left].tolist(), kept, gone)


def _of_processes(pid: Places, which: Places) -> Places:
    """Give which lines are of some processes, whose numbers ascend."""
    table = np.zeros(_TABLE, np.bool_)
    table[which % _TABLE] = True
    found: Places = np.flatnonzero(table[pid & (_TABLE - 1)])
    return found[is_among(which, pid[found])]


def _mattering(octets: Octets, found: NnrpdLines, which: Places) -> Places:
    return which[may_matter(octets, found, which)]


def _of_others(octets: Octets, found: Found, local: Places, *, pids: Places, store: SetAside) -> tuple[Places, Places]:
    """Give what is set aside of processes that nobody asks for, and the processes of which earlier lines are given up.

    Args:
        octets: of the buffer.
        found: its lines.
        local: the local time, s, of every line of the block.
        pids: the processes that somebody asks for.
        store: what was set aside.
    """
    lines, order = found.lines, found.ends.others
    rank, first, connects, exits = order.rank, order.first, order.connects, order.exits
    before = store.before(order.pids)
    position = lines.turns.at[order.turn]
    at = local[lines.line[position]]
    after_exit = np.zeros(len(rank) + 1, np.bool_)
    after_exit[exits + 1] = True
    after_exit[first] = before.exited
    fresh = np.ones(len(rank), np.bool_)
    fresh[1:] = np.abs(np.diff(at)) > SAME_READER
    fresh[first] = ~before.known | (np.abs(at[first] - before.local) > SAME_READER)
    new = connects[(fresh | after_exit[:-1])[connects]]
    start = np.full(len(first), -1, np.int64)
    start[rank[new]] = position[new]
    is_other = ~is_among(pids, order.pids)
    ended = ((order.end >= 0) | _ended_before(octets, found, before, store)) & is_other
    goes_on = ((start >= 0) | before.known) & ~ended & is_other
    stored = store.pids
    stored = stored[~is_among(pids, stored)]
    quiet = stored[~is_among(found.ends.pids, stored)]
    going = np.concatenate((order.pids[goes_on], quiet))
    ascending = np.argsort(going)
    going = going[ascending]
    begins = np.concatenate((start[goes_on], np.full(len(quiet), -1, np.int64)))[ascending]
    kept = _of_processes(lines.pid, going)
    kept = kept[kept >= begins[np.searchsorted(going, lines.pid[kept])]]
    # One exit line under another label is as good as two.
    again = np.sort(position[exits[after_exit[exits]]])
    over = stored[is_among(found.ends.pids[found.ends.end >= 0], stored)]
    return kept[~is_among(again, kept)], np.concatenate((over, order.pids[((start >= 0) | ended) & is_other]))


def _ended_before(octets: Octets, found: Found, before: Before, store: SetAside) -> Truths:
    """Say of which processes a reader of a block before has ended: an exit line has the label of its connect line."""
    order = found.ends.others
    rank = order.rank[order.exits]
    ended = np.zeros(len(order.pids), np.bool_)
    which = np.flatnonzero((order.last[rank] < 0) & before.known[rank])
    if len(which):
        earlier = store.labels(before.of(rank[which]))
        same = equal(labels(octets, found.lines, order.turn[order.exits[which]]), earlier)
        ended[rank[which[same]]] = True
    return ended
