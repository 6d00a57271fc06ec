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
from landmark.sources.sieving.nnrpd_lines import NnrpdLines, labels, may_matter
from landmark.sources.sieving.octets import equal

if TYPE_CHECKING:
    from collections.abc import Iterable

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


class Asked(NamedTuple):
    """Of which processes lines are read: where a line is; all lines; and those whose reader is known."""

    seen: Truths  # by line of the block
    whole: frozenset[int]
    known: frozenset[int]


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
    before = _before(pids, store)
    read: list[int] = []
    aside: list[int] = []
    recalled = {pid for pid in asked.whole if before[pid].known}
    left: list[int] = []
    end = _ends(of_host, pids)
    for pid, lines in _by_process(found, local, seen, mine).items():
        if pid in asked.whole:
            parts, wanted = [lines], [True]
        else:
            parts = _cut(lines, before[pid], is_read=pid in asked.known)
            wanted = [any(line.seen for line in part) for part in parts]
            wanted[0] = wanted[0] or (bool(parts[0]) and pid in asked.known)
            # Who comes between two that are read is read, too: the clock may have gone back, and one seem the other.
            wanted = [any(wanted[: at + 1]) and any(wanted[at:]) for at in range(len(wanted))]
        if wanted[0] and before[pid].known:
            recalled.add(pid)
        over = len(found.line) if pid in asked.whole else end[pid]
        read += [
            line.position
            for part, is_wanted in zip(parts, wanted, strict=True)
            if is_wanted
            for line in part
            if line.position <= over
        ]
        if not wanted[-1]:
            left.append(pid)
            aside += [line.position for line in parts[-1]]
    others, gone = _of_others(octets, of_host, local, pids=pids, store=store)
    gone = np.concatenate((gone, np.unique(found.pid[mine]), np.array(sorted(asked.whole), np.int64)))
    read_lines = found.line[_mattering(octets, found, np.array(sorted(read), np.int64))]
    kept = _mattering(octets, found, np.sort(np.concatenate((others, np.array(aside, np.int64)))))
    return Stretches(read_lines, sorted(recalled), left, kept, gone)


def _ends(found: Found, pids: Places) -> dict[int, int]:
    """Give for some processes the number of the line with which the last reader in the block has ended, or a large one.

    Of what comes behind it nothing tells of anybody.
    """
    order, turns = found.order, found.lines.turns
    at = np.searchsorted(order.pids, pids)
    ended = is_among(order.pids, pids)
    ended[ended] = order.end[at[ended]] >= 0
    line = np.full(len(pids), len(found.lines.line), np.int64)
    line[ended] = turns.at[order.end[at[ended]]]
    return dict(zip(pids.tolist(), line.tolist(), strict=True))


def is_among(numbers: Places, sought: Places) -> Truths:
    """Say of some numbers whether they are among others, which ascend."""
    if not len(numbers):
        return np.zeros(len(sought), np.bool_)
    found: Truths = numbers[np.minimum(np.searchsorted(numbers, sought), len(numbers) - 1)] == sought
    return found


def _of_processes(pid: Places, which: Places) -> Places:
    """Give which lines are of some processes, whose numbers ascend."""
    table = np.zeros(_TABLE, np.bool_)
    table[which % _TABLE] = True
    found: Places = np.flatnonzero(table[pid & (_TABLE - 1)])
    return found[is_among(which, pid[found])]


def _mattering(octets: Octets, found: NnrpdLines, which: Places) -> Places:
    return which[may_matter(octets, found, which)]


class _Of(NamedTuple):
    position: int
    connect: bool
    exit: bool
    local: int
    seen: bool


class _Before(NamedTuple):
    local: int
    exited: bool
    known: bool


def _before(pids: Places, store: SetAside) -> dict[int, _Before]:
    said = store.before(pids)
    rows = zip(said.local.tolist(), said.exited.tolist(), said.known.tolist(), strict=True)
    return dict(zip(pids.tolist(), map(_Before._make, rows), strict=True))


def _by_process(found: NnrpdLines, local: Places, seen: Truths, positions: Places) -> dict[int, list[_Of]]:
    lines = found.line[positions]
    turn, is_turn = found.turns.standing(positions)
    connect = is_turn.copy()
    connect[is_turn] = found.turns.connect[turn[is_turn]]
    columns = (positions, connect, is_turn & ~connect, local[lines], seen[positions])
    processes: dict[int, list[_Of]] = {}
    for pid, *row in zip(found.pid[positions].tolist(), *(column.tolist() for column in columns), strict=True):
        processes.setdefault(pid, []).append(_Of(*row))
    return processes


def _cut(lines: Iterable[_Of], before: _Before, *, is_read: bool) -> list[list[_Of]]:
    """Cut the lines of a process into stretches; the first goes on from before the block, and may be empty.

    Args:
        lines: in order.
        before: what was set aside of it.
        is_read: whether somebody else knows what was before.
    """
    parts: list[list[_Of]] = [[]]
    last, exited, known = before.local, before.exited, before.known or is_read
    sure = not is_read  # whether the last connect line is known here
    for line in lines:
        if line.connect:
            if not known or exited or (sure and abs(line.local - last) > SAME_READER):
                parts.append([])
            last, exited, known, sure = line.local, False, True, True
        exited = exited or line.exit
        parts[-1].append(line)
    return parts


def _of_others(octets: Octets, found: Found, local: Places, *, pids: Places, store: SetAside) -> tuple[Places, Places]:
    """Give what is set aside of processes that nobody asks for, and the processes of which earlier lines are given up.

    Args:
        octets: of the buffer.
        found: its lines.
        local: the local time, s, of every line of the block.
        pids: the processes that somebody asks for.
        store: what was set aside.
    """
    lines, order = found.lines, found.order
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
    quiet = store.pids
    quiet = quiet[~(is_among(pids, quiet) | is_among(order.pids, quiet))]
    going = np.concatenate((order.pids[goes_on], quiet))
    ascending = np.argsort(going)
    going = going[ascending]
    begins = np.concatenate((start[goes_on], np.full(len(quiet), -1, np.int64)))[ascending]
    kept = _of_processes(lines.pid, going)
    kept = kept[kept >= begins[np.searchsorted(going, lines.pid[kept])]]
    # One exit line under another label is as good as two.
    again = np.sort(position[exits[after_exit[exits]]])
    return kept[~is_among(again, kept)], order.pids[((start >= 0) | ended) & is_other]


def _ended_before(octets: Octets, found: Found, before: Before, store: SetAside) -> Truths:
    """Say of which processes a reader of a block before has ended: an exit line has the label of its connect line."""
    order = found.order
    rank = order.rank[order.exits]
    ended = np.zeros(len(order.pids), np.bool_)
    which = np.flatnonzero((order.last[rank] < 0) & before.known[rank])
    if len(which):
        earlier = store.labels(before.of(rank[which]))
        same = equal(labels(octets, found.lines, order.turn[order.exits[which]]), earlier)
        ended[rank[which[same]]] = True
    return ended
