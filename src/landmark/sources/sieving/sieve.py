"""Which lines of a block of a news log must be read one by one, so that what comes out is as if all had been.

Read are the lines in which something was found that is looked for, those that are not plain, those from which the clock
has something to learn, and of nnrpd's lines all of a reader whose lines are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.lines import Line
from landmark.sources.nnrpd import message_of
from landmark.sources.sieving.heads import HeadReader, Heads, clock_lines
from landmark.sources.sieving.nnrpd_lines import MOST_PID, NnrpdLines, nnrpd_lines
from landmark.sources.sieving.octets import words_of
from landmark.sources.sieving.set_aside import Earlier, Rows, SetAside
from landmark.sources.sieving.stretches import Asked, Stretches, stretches
from landmark.sources.syslog import head_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.sources import Block
    from landmark.sources.sieving.octets import Places, Truths, Words
    from landmark.sources.syslog import Clocks

Process = tuple[bytes, bytes]
"""Log host and process number, as they are written."""
MOST_READ = 0.5  # of the lines: beyond it all are read
_SMALL = 256  # bytes of a buffer in which nothing is told from anything
_LONGEST_PID = len(str(MOST_PID))


class Sifted(NamedTuple):
    """What is to be read of a block, in order, of `total` lines; `ticks` are the numbers of those for the clock alone.

    Before them `recalled` are read, each with its host; after them the readers of `left` are over.
    """

    lines: list[Line]
    total: int
    ticks: frozenset[int]
    recalled: list[tuple[bytes, Earlier]]
    left: list[Process]


class _Plan(NamedTuple):
    host: int
    found: NnrpdLines
    what: Stretches


class Sieve:
    """Sifts the blocks of a series, in order, and keeps the lines that may be asked for later."""

    def __init__(self, *, by_process: bool) -> None:
        """Begin before the first block.

        Args:
            by_process: whether lines are told apart by nnrpd's process numbers, and read only where one of the same
                reader is; else what is looked for must be in every line that tells of a reader.
        """
        self._heads = HeadReader()
        self._by_process = by_process
        self._store: dict[int, SetAside] = {}

    def sift(self, block: Block, file: int, hits: Places, clocks: Clocks, known: Iterable[Process]) -> Sifted | None:
        """Say what must be read of a block.

        Args:
            block: whole lines.
            file: the number of their text in the series.
            hits: where in the buffer something is that is looked for, ascending.
            clocks: of the series, which has taken every line before that has something to tell.
            known: those whose reader is known to whoever reads.

        Returns:
            What must be read; None: all lines, after all that were set aside, which is then forgotten here.
        """
        heads = None
        if len(block.buffer) >= _SMALL:
            heads = self._heads.heads(block.buffer, block.begin, block.end, clocks.days())
        if heads is None:
            return None
        seen = ~heads.plain
        seen[np.searchsorted(heads.stops, hits)] = True
        words = words_of(block.buffer)
        plans = self._plans(words, block, heads, seen, known) if self._by_process else []
        for plan in plans:
            seen[plan.what.read] = True
        ticks = clock_lines(heads, len(self._heads.hosts), seen, clocks.tolerance)
        read = np.flatnonzero(seen | ticks)
        if len(read) > MOST_READ * len(seen):
            return None
        names = self._heads.hosts
        recalled = [
            (names[plan.host], earlier)
            for plan in plans
            for pid in plan.what.recalled
            for earlier in self._store[plan.host].lines(pid)
        ]
        left = [(names[plan.host], b"%d" % pid) for plan in plans for pid in plan.what.left]
        for plan in plans:
            self._set_aside(block, file, heads, plan)
        lines = [_line(block, heads, at) for at in read.tolist()]
        return Sifted(lines, len(seen), frozenset((np.flatnonzero(ticks) + block.number).tolist()), recalled, left)

    def recall(self, host: bytes, pid: bytes) -> list[Earlier]:
        """Give what was set aside of a process, and forget it."""
        if host not in self._heads.hosts or not _is_told(pid):
            return []
        store = self._stored(self._heads.hosts.index(host))
        earlier = store.lines(int(pid))
        store.let_go(np.array([int(pid)]))
        return earlier

    def recall_all(self) -> list[tuple[bytes, Earlier]]:
        """Give all that was set aside, each with its host, and forget it."""
        every = [
            (self._heads.hosts[host], earlier)
            for host, store in sorted(self._store.items())
            for pid in store.pids.tolist()
            for earlier in store.lines(pid)
        ]
        self._store = {}
        return every

    def _plans(self, words: Words, block: Block, heads: Heads, seen: Truths, known: Iterable[Process]) -> list[_Plan]:
        names = self._heads.hosts
        lines = [nnrpd_lines(words, heads, host, name) for host, name in enumerate(names)]
        for _, odd in lines:
            seen[odd] = True
        single = [*np.flatnonzero(~heads.plain).tolist(), *(at for _, odd in lines for at in odd.tolist())]
        whole = _processes(bytes(block.buffer[heads.starts[at] : heads.ends[at]]) for at in single)
        of_known = {(host, int(pid)) for host, pid in known if _is_told(pid)}
        return [
            _Plan(
                host,
                found,
                stretches(
                    words,
                    found,
                    heads.local,
                    Asked(
                        seen,
                        frozenset(pid for at, pid in whole if at == name),
                        frozenset(pid for at, pid in of_known if at == name),
                    ),
                    self._stored(host),
                ),
            )
            for host, (name, (found, _)) in enumerate(zip(names, lines, strict=True))
        ]

    def _stored(self, host: int) -> SetAside:
        if host not in self._store:
            self._store[host] = SetAside()
        return self._store[host]

    def _set_aside(self, block: Block, file: int, heads: Heads, plan: _Plan) -> None:
        found, which = plan.found, plan.what.aside
        store = self._stored(plan.host)
        store.let_go(plan.what.gone)
        if not len(which):
            return
        line = found.line[which]
        starts = heads.starts[line]
        rows = Rows(
            pid=found.pid[which],
            file=np.full(len(which), file, np.int64),
            number=line + block.number,
            offset=starts + (block.offset - block.begin),
            place=starts,
            length=heads.stops[line] - starts,
            local=heads.local[line],
            label=found.label[which],
            label_length=np.maximum(found.label_end[which] - found.label[which], 0),
            connect=found.connect[which],
            exit=found.exit[which],
        )
        store.add(block.buffer, rows)


def _line(block: Block, heads: Heads, at: int) -> Line:
    start = int(heads.starts[at])
    text = bytes(block.buffer[start : heads.stops[at]])
    return Line(block.number + at, block.offset + start - block.begin, text, ended=True)


def _processes(texts: Iterable[bytes]) -> set[tuple[bytes, int]]:
    """Give of lines the hosts and process numbers of those that tell of a reader."""
    found = set()
    for text in texts:
        head = head_of(text)
        message = None if head is None else message_of(head.message)
        if head is not None and message is not None and message.kind != "other" and _is_told(message.pid):
            found.add((head.host, int(message.pid)))
    return found


def _is_told(pid: bytes) -> bool:
    return len(pid) <= _LONGEST_PID and b"%d" % int(pid) == pid and int(pid) < MOST_PID
