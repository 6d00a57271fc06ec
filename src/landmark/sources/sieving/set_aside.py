"""Lines that nobody has asked for yet, by process number: what nnrpd wrote of readers who may go on in a later block.

They are kept as bytes and a row of numbers each, and taken apart only where a later line of the same process concerns
the case. Those of each block are a heap of their own; a few heaps are thrown together, and a few of those again: a line
is moved seldom, however many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.lines import Line
from landmark.sources.sieving.octets import WORD, Texts, octets_of, texts_at, words_of

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Places, Truths, Words

_ALIKE = 8  # heaps
_MUCH, _LITTLE = 8, 1 << 16
_INDEX = np.int64((1 << 32) - 1)


class Earlier(NamedTuple):
    """A line that was set aside: the number of its text in the series, and itself."""

    file: int
    line: Line


class Rows(NamedTuple):
    """Of each line: process number, text of the series, number, offset, where its bytes begin, and how many.

    `local` is its local time, s; `connect` and `exit` say whether it is such a line, of which a label is given.
    """

    pid: Places
    file: Places
    number: Places
    offset: Places
    place: Places
    length: Places
    local: Places
    label: Places
    label_length: Places
    connect: Truths
    exit: Truths


class Before(NamedTuple):
    """Of each process: the local time, s, and the label of its last connect line, and whether an exit line follows it.

    `known` says whether any line of it is here; `since` is the first block of which one is.
    """

    local: Places
    exited: Truths
    known: Truths
    since: Places
    label: Places
    label_length: Places

    def of(self, which: Places | Truths) -> Before:
        """Give that of some of them."""
        return Before(
            self.local[which],
            self.exited[which],
            self.known[which],
            self.since[which],
            self.label[which],
            self.label_length[which],
        )


def _nothing(count: int) -> Before:
    numbers = (np.zeros(count, np.int64) for _ in range(4))
    truths = (np.zeros(count, np.bool_) for _ in range(2))
    return Before(next(numbers), next(truths), next(truths), *numbers)


class _Heap(NamedTuple):
    """Lines sorted by process number, of each in order; `place` is where a line's bytes begin among the octets.

    `level` says how often they were thrown together.
    """

    octets: memoryview
    pid: Places
    block: Places
    file: Places
    number: Places
    offset: Places
    place: Places
    length: Places
    level: int


class SetAside:
    """The lines of one host that were set aside; of each process they begin with a connect line."""

    def __init__(self) -> None:
        """Begin with none."""
        self._heaps: list[_Heap] = []
        self._block = 0
        self._label_words: Words = np.zeros(0, np.uint64)
        self._pids: Places = np.zeros(0, np.int64)
        self._before = _nothing(0)

    @property
    def pids(self) -> Places:
        """The processes of which there are lines, ascending."""
        return self._pids[self._before.known]

    def before(self, pids: Places) -> Before:
        """Say of each process what stands here of it."""
        if not len(self._pids):
            return _nothing(len(pids))
        at = np.minimum(np.searchsorted(self._pids, pids), len(self._pids) - 1)
        before = self._before.of(at)
        known = before.known & (self._pids[at] == pids)
        return before._replace(known=known, exited=before.exited & known)

    def labels(self, before: Before) -> Texts:
        """Give the labels of last connect lines."""
        return Texts(octets_of(self._label_words.view(np.uint8).data), before.label, before.label_length)

    def lines(self, pid: int) -> list[Earlier]:
        """Give the lines of a process, in order."""
        before = self.before(np.array([pid], np.int64))
        found = []
        for heap in self._heaps if before.known[0] else ():
            first, last = np.searchsorted(heap.pid, [pid, pid + 1])
            for at in range(first, last):
                if heap.block[at] >= before.since[0]:
                    text = bytes(heap.octets[heap.place[at] : heap.place[at] + heap.length[at]])
                    line = Line(int(heap.number[at]), int(heap.offset[at]), text, ended=True)
                    found.append(Earlier(int(heap.file[at]), line))
        return found

    def let_go(self, pids: Places) -> None:
        """Give up the lines of processes."""
        if len(self._pids):
            at = np.minimum(np.searchsorted(self._pids, pids), len(self._pids) - 1)
            self._before.known[at[self._pids[at] == pids]] = False

    def add(self, buffer: bytearray | bytes, new: Rows) -> None:
        """Set lines aside.

        Args:
            buffer: in which they are.
            new: the lines, in order, of at least one.
        """
        self._block += 1
        order = np.sort((new.pid << 32) | np.arange(len(new.pid))) & _INDEX
        new = Rows(*(column[order] for column in new))
        self._put_before(words_of(buffer), new)
        texts, begins = texts_at(words_of(buffer), new.place, new.length)
        block, places = np.full(len(order), self._block, np.int64), begins[:-1] * WORD
        heap = _Heap(_octets(texts), new.pid, block, new.file, new.number, new.offset, places, new.length, 0)
        self._heaps.append(heap)
        while len(self._heaps) >= _ALIKE and len({heap.level for heap in self._heaps[-_ALIKE:]}) == 1:
            self._heaps[-_ALIKE:] = [self._together(self._heaps[-_ALIKE:])]

    def _put_before(self, words: Words, new: Rows) -> None:
        """Bring what stands here of each process up to new lines, sorted by process number."""
        pids = new.pid[np.diff(new.pid, prepend=-1) > 0]
        self._make_room(pids)
        at = np.searchsorted(self._pids, pids)
        before = self._before
        connect, has_connect = _last(pids, new.pid, new.connect)
        event, has_event = _last(pids, new.pid, new.connect | new.exit)
        connect, event = connect[has_connect], event[has_event]
        before.since[at[~before.known[at]]] = self._block
        before.known[at] = True
        before.exited[at[has_event]] = new.exit[event]
        before.local[at[has_connect]] = new.local[connect]
        labels, begins = texts_at(words, new.label[connect], new.label_length[connect])
        before.label[at[has_connect]] = (begins[:-1] + len(self._label_words)) * WORD
        before.label_length[at[has_connect]] = new.label_length[connect]
        self._label_words = np.concatenate((self._label_words, labels))
        if len(self._label_words) * WORD > _MUCH * int(before.label_length.sum()) + _LITTLE:
            kept = self.labels(before)
            self._label_words, begins = texts_at(kept.octets.words, kept.places, kept.lengths)
            before.label[:] = begins[:-1] * WORD

    def _make_room(self, pids: Places) -> None:
        """Have a place for each of some processes, and for no more than as many again of which there is nothing."""
        at = np.minimum(np.searchsorted(self._pids, pids), max(0, len(self._pids) - 1))
        more = pids[self._pids[at] != pids] if len(self._pids) else pids
        if not len(more):
            return
        stays = np.ones(len(self._pids), np.bool_)
        if 2 * np.count_nonzero(self._before.known) < len(self._pids):
            stays = self._before.known | np.isin(self._pids, pids, assume_unique=True)
        every = np.concatenate((self._pids[stays], more))
        order = np.argsort(every, kind="stable")
        self._pids = every[order]
        both = zip(self._before, _nothing(len(more)), strict=True)
        self._before = Before(*(np.concatenate((column[stays], add))[order] for column, add in both))

    def _together(self, heaps: list[_Heap]) -> _Heap:
        """Throw heaps together, without the lines that were given up."""
        texts: list[Words] = []
        columns: list[list[Places]] = []
        size = 0
        for heap in heaps:
            said = self.before(heap.pid)
            stays = np.flatnonzero(said.known & (heap.block >= said.since))
            words, begins = texts_at(words_of(heap.octets), heap.place[stays], heap.length[stays])
            kept = [
                column[stays] for column in (heap.pid, heap.block, heap.file, heap.number, heap.offset, heap.length)
            ]
            columns.append([*kept, (begins[:-1] + size) * WORD])
            texts.append(words)
            size += len(words)
        pid, *others = (np.concatenate(parts) for parts in zip(*columns, strict=True))
        order = np.sort((pid << 32) | np.arange(len(pid))) & _INDEX
        block, file, number, offset, length, place = (column[order] for column in others)
        octets = _octets(np.concatenate(texts))
        return _Heap(octets, pid[order], block, file, number, offset, place, length, heaps[0].level + 1)


def _octets(words: Words) -> memoryview:
    """Give words as bytes, with a word more, so that none is looked for behind the last."""
    return np.concatenate((words, np.zeros(1, np.uint64))).view(np.uint8).data


def _last(pids: Places, of: Places, which: Truths) -> tuple[Places, Truths]:
    """Give for each process which is the last of its lines that are meant, and whether there is one."""
    meant = np.flatnonzero(which)
    at = np.searchsorted(of[meant], pids, side="right") - 1
    found = meant[at] if len(meant) else np.zeros(len(pids), np.int64)
    return found, (at >= 0) & (of[found] == pids)
