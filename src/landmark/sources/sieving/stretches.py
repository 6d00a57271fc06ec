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

    from landmark.sources.sieving.octets import Places, Truths, Words
    from landmark.sources.sieving.set_aside import Before, SetAside

_INDEX = np.int64((1 << 32) - 1)


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


class _Ranked(NamedTuple):
    """The processes of a block, ascending; which of them each line is of; and the lines by process, each in order.

    `before` is what was set aside of each.
    """

    pids: Places
    rank: Places
    order: Places
    before: Before


def stretches(words: Words, found: NnrpdLines, local: Places, asked: Asked, store: SetAside) -> Stretches:
    """Decide about the lines of a host in a block.

    Args:
        words: of the buffer.
        found: nnrpd's lines of the host.
        local: the local time, s, of every line of the block.
        asked: what must be read.
        store: what was set aside of this host.
    """
    ranked = _ranked(found, store)
    pids, rank = ranked.pids, ranked.rank
    of_asked = np.isin(pids, list(asked.whole | asked.known))
    of_asked[rank[asked.seen[found.line]]] = True
    others, gone = _of_others(words, found, local[found.line], of_asked=of_asked, ranked=ranked, store=store)
    before = _before(ranked, of_asked)
    read: list[int] = []
    aside: list[int] = []
    recalled = {pid for pid in asked.whole if store.before(np.array([pid])).known[0]}
    left: list[int] = []
    for pid, lines in _by_process(found, local, asked.seen, np.flatnonzero(of_asked[rank])).items():
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
        read += [line.position for part, is_wanted in zip(parts, wanted, strict=True) if is_wanted for line in part]
        if not wanted[-1]:
            left.append(pid)
            aside += [line.position for line in parts[-1]]
    kept = np.sort(np.concatenate((others, np.array(aside, np.int64))))
    kept = kept[may_matter(words, found, kept)]
    gone |= of_asked
    more = np.array(sorted(asked.whole), np.int64)
    read_lines = found.line[np.array(sorted(read), np.int64)]
    return Stretches(read_lines, sorted(recalled), left, kept, np.concatenate((pids[gone], more)))


def _ranked(found: NnrpdLines, store: SetAside) -> _Ranked:
    both = np.sort((found.pid << 32) | np.arange(len(found.pid)))
    order, pid = both & _INDEX, both >> 32
    first = np.diff(pid, prepend=-1) > 0
    rank = np.empty(len(order), np.int64)
    rank[order] = np.cumsum(first) - 1
    return _Ranked(pid[first], rank, order, store.before(pid[first]))


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


def _before(ranked: _Ranked, which: Truths) -> dict[int, _Before]:
    said = ranked.before
    rows = zip(said.local[which].tolist(), said.exited[which].tolist(), said.known[which].tolist(), strict=True)
    return dict(zip(ranked.pids[which].tolist(), map(_Before._make, rows), strict=True))


def _by_process(found: NnrpdLines, local: Places, seen: Truths, positions: Places) -> dict[int, list[_Of]]:
    lines = found.line[positions]
    columns = (positions, found.connect[positions], found.exit[positions], local[lines], seen[lines])
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


def _of_others(  # noqa: PLR0913 - what is known of the lines of a host
    words: Words, found: NnrpdLines, local: Places, *, of_asked: Truths, ranked: _Ranked, store: SetAside
) -> tuple[Places, Truths]:
    """Give what is set aside of processes that nobody asks for, and of which earlier lines are given up."""
    size = len(of_asked)
    position = ranked.order[((found.connect | found.exit) & ~of_asked[ranked.rank])[ranked.order]]
    rank, connect, at = ranked.rank[position], found.connect[position], local[position]
    first = np.diff(rank, prepend=-1) > 0
    before = ranked.before.of(rank[first])
    after_exit = np.concatenate(([False], ~connect))[: len(rank)]
    after_exit[first] = before.exited
    fresh = np.concatenate(([True], np.abs(np.diff(at)) > SAME_READER))[: len(rank)]
    fresh[first] = ~before.known | (np.abs(at[first] - before.local) > SAME_READER)
    fresh = connect & (fresh | after_exit)
    start, last = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    start[rank[fresh]] = position[fresh]
    last[rank[connect]] = position[connect]
    ended = _ended(words, found, position[~connect], last=last, ranked=ranked, store=store)
    goes_on = ((start >= 0) | ranked.before.known) & ~ended & ~of_asked
    kept = goes_on[ranked.rank] & (np.arange(len(found.pid)) >= start[ranked.rank])
    kept[position[~connect & after_exit]] = False  # one exit line under another label is as good as two
    return np.flatnonzero(kept), (start >= 0) | ended


def _ended(  # noqa: PLR0913 - as above
    words: Words, found: NnrpdLines, exits: Places, *, last: Places, ranked: _Ranked, store: SetAside
) -> Truths:
    """Say of which processes the last reader has ended: an exit line has the label of the connect line before it.

    Args:
        words: of the buffer.
        found: its lines.
        exits: which of them are exit lines of processes that nobody asks for.
        last: by process, which is its last connect line, -1: none in this block.
        ranked: the processes.
        store: what was set aside.
    """
    ended = np.zeros(len(last), np.bool_)
    rank = ranked.rank[exits]
    here = (last[rank] >= 0) & (exits > last[rank])
    same = equal(labels(words, found, exits[here]), labels(words, found, last[rank[here]]))
    ended[rank[here][same]] = True
    there = (last[rank] < 0) & ranked.before.known[rank]
    earlier = store.labels(ranked.before.of(rank[there]))
    same = equal(labels(words, found, exits[there]), earlier)
    ended[rank[there][same]] = True
    return ended
