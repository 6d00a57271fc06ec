"""Which lines of a block of a news log must be read one by one, so that what comes out is as if all had been.

Read are the lines in which something was found that is looked for, those that are not plain, those from which the clock
has something to learn, and of nnrpd's lines all of a reader whose lines are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.lines import Line
from landmark.sources.nnrpd import message_of
from landmark.sources.sieving.cuts import Asked
from landmark.sources.sieving.heads import HeadReader, Heads, clock_lines
from landmark.sources.sieving.nnrpd_lines import MOST_PID, NnrpdLines
from landmark.sources.sieving.octets import octets_of
from landmark.sources.sieving.set_aside import Earlier, Rows, SetAside
from landmark.sources.sieving.stretches import Stretches, stretches
from landmark.sources.transport import bare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from landmark.sources import Block
    from landmark.sources.sieving.looks import Look
    from landmark.sources.sieving.octets import Places, Truths
    from landmark.sources.sieving.order import Found
    from landmark.sources.transport import Series

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

    def __init__(self, form: str, *, by_process: bool) -> None:
        """Begin before the first block.

        Args:
            form: what wraps the lines, as `kinds` names it.
            by_process: whether lines are told apart by nnrpd's process numbers, and read only where one of the same
                reader is; else what is looked for must be in every line that tells of a reader.
        """
        self._heads = HeadReader(form, by_process=by_process)
        self._form = form
        self._by_process = by_process
        self._store: dict[int, SetAside] = {}

    def look(self, buffer: bytearray | bytes, begin: int, end: int) -> Callable[[], Look | None]:
        """Give what is to be done before a block is sifted, in any thread, while those before it are.

        Args:
            buffer: holds the block.
            begin: where its first line begins.
            end: where its last newline has been passed.
        """
        return self._heads.look(buffer, begin, end) if len(buffer) >= _SMALL else lambda: None

    def sift(  # noqa: PLR0913 - what is known of a block
        self,
        block: Block,
        looked: Look | None,
        *,
        file: int,
        hits: Places,
        clocks: Series,
        known: Iterable[Process],
    ) -> Sifted | None:
        """Say what must be read of a block.

        Args:
            block: whole lines.
            looked: what came of `look`.
            file: the number of their text in the series.
            hits: where in the buffer something is that is looked for, ascending.
            clocks: of the series, which has taken every line before that has something to tell.
            known: those whose reader is known to whoever reads.

        Returns:
            What must be read; None: all lines, after all that were set aside, which is then forgotten here.
        """
        told = None if looked is None else self._heads.heads(block.buffer, block.begin, looked, clocks.days())
        if told is None:
            return None
        heads, found = told
        seen = ~heads.plain
        seen[np.searchsorted(heads.stops, hits)] = True
        plans = self._plans(block, heads, found, seen, known) if self._by_process else []
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

    def _plans(
        self, block: Block, heads: Heads, found: list[Found], seen: Truths, known: Iterable[Process]
    ) -> list[_Plan]:
        names = self._heads.hosts
        octets = octets_of(block.buffer)
        for of_host in found:
            seen[of_host.odd] = True
        single = [*np.flatnonzero(~heads.plain).tolist(), *(at for one in found for at in one.odd.tolist())]
        texts = (bytes(block.buffer[heads.before[at] + 1 : heads.ends[at]]) for at in single)
        whole = _processes(texts, self._form)
        of_known = {(host, int(pid)) for host, pid in known if _is_told(pid)}
        return [
            _Plan(
                host,
                of_host.lines,
                stretches(
                    octets,
                    of_host,
                    heads.local,
                    Asked(
                        seen,
                        frozenset(pid for at, pid in whole if at == name),
                        frozenset(pid for at, pid in of_known if at == name),
                    ),
                    self._stored(host),
                ),
            )
            for host, (name, of_host) in enumerate(zip(names, found, strict=True))
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
        starts = heads.before[line] + 1
        turn, is_turn = found.turns.standing(which)
        connect = is_turn.copy()
        connect[is_turn] = found.turns.connect[turn[is_turn]]
        label_length = np.zeros(len(which), np.int64)
        label_length[is_turn] = found.turns.length[turn[is_turn]]
        rows = Rows(
            pid=found.pid[which],
            file=np.full(len(which), file, np.int64),
            number=line + block.number,
            offset=starts + (block.offset - block.begin),
            place=starts,
            length=heads.stops[line] - starts,
            local=heads.local[line],
            label=found.label[which],
            label_length=label_length,
            connect=connect,
            exit=is_turn & ~connect,
        )
        store.add(block.buffer, rows)


def _line(block: Block, heads: Heads, at: int) -> Line:
    start = int(heads.before[at]) + 1
    text = bytes(block.buffer[start : heads.stops[at]])
    return Line(block.number + at, block.offset + start - block.begin, text, ended=True)


def _processes(texts: Iterable[bytes], form: str) -> set[tuple[bytes, int]]:
    """Give of lines the hosts and process numbers of those that tell of a reader."""
    found = set()
    for text in texts:
        line = bare(text, form)
        message = None if line is None else message_of(line.message)
        if line is not None and message is not None and message.kind != "other" and _is_told(message.pid):
            found.add((line.host, int(message.pid)))
    return found


def _is_told(pid: bytes) -> bool:
    return len(pid) <= _LONGEST_PID and b"%d" % int(pid) == pid and int(pid) < MOST_PID
