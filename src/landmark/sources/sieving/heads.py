"""The heads of all lines of a block: which are as most are, and which tell more of a clock.

A line is *plain* that begins as most do (`kinds`), of a day that is, at a time that is, on a host that is known by
then. Of plain lines in a row, of one day, each at or after the one before it on its host, the clock has nothing to
learn but from the first and the last; every other line must be read by itself.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.kinds import kind_of
from landmark.sources.sieving.looks import Known, before_lines, look
from landmark.sources.sieving.octets import octets_of
from landmark.sources.sieving.order import found_of
from landmark.tables import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from landmark.sources.sieving.kinds import Kind
    from landmark.sources.sieving.looks import Hosts, Look
    from landmark.sources.sieving.octets import Octets, Places, Truths
    from landmark.sources.sieving.order import Found
    from landmark.sources.transport import Days

_MOST_KINDS, _TRIES = 16, 32
_FEW = 64


class Heads(NamedTuple):
    """Of each line of a block: where in the buffer it begins and ends, and what its head says.

    `before` is where the byte before it is, the newline of the line before; an end is before its own newline, and
    before one CR that stands there. `host` is the number of its host, -1 where the line is not plain, and `local` says
    nothing then. `clock` is what is compared of two lines' times: seconds as they are, or microseconds where lines say
    them. `run` numbers stretches of plain lines of one day; a line that is not plain is one by itself.
    """

    before: Places
    ends: Places
    stops: Places  # where the newlines are
    plain: Truths
    host: Hosts
    local: Places  # s since 1970-01-01 00:00 local, or UTC where the offset is stated
    clock: Places
    run: Places


class HeadReader:
    """Reads the heads of blocks of one series; it knows the hosts that it met, and how their lines begin."""

    def __init__(self, form: str, *, by_process: bool) -> None:
        """Begin with no host; say what wraps lines, and whether nnrpd's are to be found."""
        self.hosts: list[bytes] = []
        self.kinds: list[Kind] = []
        self._form = form
        self._by_process = by_process

    def look(self, buffer: bytearray | bytes, begin: int, end: int) -> Callable[[], Look | None]:
        """Give what is to be done before `heads`, in any thread, while the lines of blocks before are still read.

        Args:
            buffer: of some hundred bytes.
            begin: where the first line begins.
            end: where the last one's newline has been passed.
        """
        known = Known(tuple(self.kinds), self._form, self._by_process)
        return functools.partial(look, buffer, begin, end, known)

    def heads(self, buffer: bytearray | bytes, begin: int, whole: Look, days: Days) -> tuple[Heads, list[Found]] | None:
        """Read the heads of the lines of a block.

        Args:
            buffer: in which they are.
            begin: where the first line begins.
            whole: what came of `look`.
            days: what the days of these lines are; it is used up.

        Returns:
            The heads, and nnrpd's lines of each host; None where too many lines are not plain for any to be told from
            others.
        """
        before = before_lines(begin, whole.stops)
        found = whole.found
        octets = octets_of(buffer)
        met = self._meet(octets, before, whole)
        for number in range(len(self.hosts) if self._by_process else 0):
            if number < len(found) and number not in met:
                continue
            of_host = found_of(octets, whole, np.flatnonzero(whole.host == number))
            found[number:] = [of_host, *found[number + 1 :]]
        plain = whole.host >= 0
        breaks = np.zeros(len(plain) + 1, np.bool_)
        breaks[whole.days] = True
        strange = np.flatnonzero(~plain)
        breaks[strange] = breaks[strange + 1] = True
        breaks = breaks[:-1]
        begins = np.flatnonzero(breaks)
        if len(begins) > len(plain) // 4 + _FEW:
            return None
        local, run = whole.second, np.cumsum(breaks, dtype=np.int64)
        heads = Heads(before, whole.ends, whole.stops, plain, whole.host, local, local, run)
        if _refuse_days(heads, buffer, begins, days):
            found = [one.only(octets, plain) for one in found]
        if whole.micros is not None:
            heads = heads._replace(clock=local * SECOND + whole.micros)
        return heads, found

    def _meet(self, octets: Octets, before: Places, whole: Look) -> set[int]:
        """Find the kinds of lines that are strange but for that, and get to know new ones; give the hosts of these."""
        left, number, tries = whole.strange, whole.known, _TRIES
        last = int(whole.stops[-1]) + 1
        met = set()
        while number < len(self.kinds) or (len(left) and number < _MOST_KINDS and tries):
            if number == len(self.kinds):
                tries -= 1
                text = octets.values[before[left[0]] + 1 : whole.stops[left[0]]].tobytes()
                kind = kind_of(text, self._form, self.hosts)
                if kind is None or kind in self.kinds:
                    left = left[1:]
                    continue
                self.kinds.append(kind)
            met.add(self.kinds[number].host)
            left = left[~whole.take(octets, self.kinds[number], left, last)]
            number += 1
        return met


def clock_lines(heads: Heads, hosts: int, seen: Truths, tolerance: int) -> Truths:
    """Give the plain lines that must be read for the clock, if others are seen anyway.

    From what is then read, whoever compares each line with the one that was read before it on its host finds the same
    steps back, between the same lines, as if all had been read.

    Args:
        heads: of a block.
        hosts: how many are known.
        seen: lines that are read.
        tolerance: by which a line may be before the one before it, in the unit of `clock`.
    """
    wanted = np.zeros(len(heads.stops), np.bool_)
    wanted[:1] = True
    wanted[np.flatnonzero(heads.run[1:] != heads.run[:-1]) + 1] = True
    wanted &= heads.plain
    for host in range(hosts):
        of = np.flatnonzero(heads.host == host)
        if not len(of):
            continue
        in_a_row = len(of) == of[-1] + 1 - of[0]
        which = slice(int(of[0]), int(of[-1]) + 1) if in_a_row else of
        run, local, mine = heads.run[which], heads.clock[which], wanted[which]
        apart = np.flatnonzero((run[1:] != run[:-1]) | (local[1:] < local[:-1] - tolerance))
        mine[0] = mine[-1] = mine[apart] = mine[apart + 1] = True
        taken = np.flatnonzero(mine | seen[which])
        before, after = taken[:-1], taken[1:]
        drifted = (local[after] < local[before] - tolerance) & (run[after] == run[before]) & (after - before > 1)
        for first, last in zip(before[drifted].tolist(), after[drifted].tolist(), strict=True):
            mine[first:last] = True
        wanted[which] = mine
    return wanted & ~seen


def _refuse_days(heads: Heads, buffer: bytearray | bytes, begins: Places, days: Days) -> bool:
    """Make those lines not plain whose day is none, or whose time does not occur on it; say whether there are any."""
    ends = np.concatenate((begins[1:], [len(heads.stops)]))
    before = np.count_nonzero(heads.plain)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        start = int(heads.before[begin]) + 1
        is_plain = bool(heads.plain[begin])
        midnight = days.of(bytes(buffer[start : heads.ends[begin]]), as_most=is_plain)
        if not is_plain:
            continue
        if midnight is None:
            heads.plain[begin:end], heads.host[begin:end] = False, -1
            continue
        local = heads.local[begin:end]
        local += midnight
        if not days.is_whole(midnight):
            never = [one for one in np.unique(local).tolist() if not days.occurs(one)]
            refused = np.flatnonzero(np.isin(local, never)) + begin
            heads.plain[refused], heads.host[refused] = False, -1
    return bool(np.count_nonzero(heads.plain) < before)
