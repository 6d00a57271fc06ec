"""The heads of all lines of a block at once (RFC 3164, 4.1): which are as most are, and which tell more of a clock.

A line is *plain* that begins `Oct  2 10:00:00 host `, of a day that is, at a time that is, on a host that is known by
then. Of plain lines in a row, of one day, each at or after the one before it on its host, the clock has nothing to
learn but from the first and the last; every other line must be read by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.octets import at, beginning, literal, stands_at, words_of
from landmark.sources.syslog import Head, head_of

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Places, Truths, Words
    from landmark.sources.syslog import Days

_TIME, _HOST = 7, 15  # where in a plain line the time of day stands, and the blank before the host
_DAY = re.compile(rb"[A-Z][a-z]{2} [ 0-3]\d ")
_DIGITS, _COLONS = np.uint64(0xF0F0FFF0F0FFF0F0), literal(b"00:00:00")  # what is alike in every `HH:MM:SS`
_NIBBLES, _OVER_NINE = np.uint64(0x0F0F000F0F000F0F), np.uint64(0x0606000606000606)
_TENS = np.uint64(0x1010001010001010)
_TAG = 56  # bytes behind the host that are looked at, wherever the line ends
_LONGEST_HOST, _MOST_HOSTS, _TRIES = 255, 16, 32
_SHORTEST = 16  # bytes: of lines that are shorter as a rule there are too many for a table of them
_FEW = 64
_AT_ONCE = 1 << 16  # bytes that are in the cache when they are looked at again


class Heads(NamedTuple):
    """Of each line of a block: where in the buffer it begins and ends, and what its head says.

    An end is before the newline, and before one CR that stands there. `host` is the number of its host, -1 where the
    line is not plain, and `local` says nothing then. `run` numbers stretches of plain lines of one day; a line that is
    not plain is one by itself.
    """

    starts: Places
    ends: Places
    stops: Places  # where the newlines are
    plain: Truths
    host: Places
    local: Places  # s since 1970-01-01 00:00 local
    run: Places


class HeadReader:
    """Reads the heads of blocks of one series; it knows the hosts that it met."""

    def __init__(self) -> None:
        """Begin with no host."""
        self.hosts: list[bytes] = []

    def heads(self, buffer: bytearray, begin: int, end: int, days: Days) -> Heads | None:
        """Read the heads of the whole lines `buffer[begin:end]`.

        Args:
            buffer: of at least eight bytes.
            begin: where the first line begins.
            end: where the last one's newline has been passed.
            days: what the days of these lines are; it is used up.

        Returns:
            The heads; None where too many lines are not plain for any to be told from others.
        """
        stops = _newlines(buffer, begin, end)
        if stops is None:
            return None
        starts = np.concatenate(([begin], stops[:-1] + 1))
        ends = stops
        if buffer.find(b"\r", begin, end) >= 0:
            ends = np.maximum(stops - (np.frombuffer(buffer, np.uint8)[stops - 1] == ord("\r")), starts)
        words = words_of(buffer)
        plain, second = _times(at(words, starts + _TIME))
        host = self._hosts(words, buffer, starts, stops, plain & (starts + _HOST < stops))
        plain = host >= 0
        day = at(words, starts) & beginning(_TIME)
        breaks = np.concatenate(([True], ~(plain[1:] & plain[:-1] & (day[1:] == day[:-1]))))
        heads = Heads(starts, ends, stops, plain, host, second, np.cumsum(breaks))
        begins = np.flatnonzero(breaks)
        if len(begins) > len(stops) // 4 + _FEW:
            return None
        _refuse_days(heads, buffer, begins, days)
        return heads

    def _hosts(self, words: Words, buffer: bytearray, starts: Places, stops: Places, timed: Truths) -> Places:
        host = np.full(len(starts), -1, np.int64)
        left = np.flatnonzero(timed)
        tried = number = 0
        while len(left):
            if number == len(self.hosts):
                tried += 1
                if tried > _TRIES or number == _MOST_HOSTS:
                    break
                first = left[0]
                if not self._meet(bytes(buffer[starts[first] : stops[first]])):
                    left = left[1:]
                    continue
            name = self.hosts[number]
            hit = stands_at(words, starts[left] + _HOST, b" %b " % name)
            hit &= starts[left] + (_HOST + len(name) + _TAG) <= stops[-1]
            host[left[hit]] = number
            left = left[~hit]
            number += 1
        return host

    def _meet(self, text: bytes) -> bool:
        """Get to know the host of a line whose time of day is plain; say whether it is a new one."""
        head = head_of(text)
        if head is None or len(head.host) > _LONGEST_HOST or head.host in self.hosts:
            return False
        if not text.startswith(b" %b " % head.host, _HOST):
            return False
        self.hosts.append(head.host)
        return True


def clock_lines(heads: Heads, hosts: int, seen: Truths, tolerance: int) -> Truths:
    """Give the plain lines that must be read for the clock, if others are seen anyway.

    From what is then read, whoever compares each line with the one that was read before it on its host finds the same
    steps back, between the same lines, as if all had been read.

    Args:
        heads: of a block.
        hosts: how many are known.
        seen: lines that are read.
        tolerance: s, by which a line may be before the one before it.
    """
    wanted = np.zeros(len(heads.starts), np.bool_)
    wanted[np.flatnonzero(np.diff(heads.run, prepend=-1))] = True
    wanted &= heads.plain
    for host in range(hosts):
        of = np.flatnonzero(heads.host == host)
        if not len(of):
            continue
        run, local = heads.run[of], heads.local[of]
        apart = (run[1:] != run[:-1]) | (local[1:] < local[:-1] - tolerance)
        wanted[of[np.concatenate(([True], apart))]] = True
        wanted[of[np.concatenate((apart, [True]))]] = True
        taken = np.flatnonzero(wanted[of] | seen[of])
        before, after = taken[:-1], taken[1:]
        drifted = (local[after] < local[before] - tolerance) & (run[after] == run[before]) & (after - before > 1)
        for first, last in zip(before[drifted].tolist(), after[drifted].tolist(), strict=True):
            wanted[of[first:last]] = True
    return wanted & ~seen


def _newlines(buffer: bytearray, begin: int, end: int) -> Places | None:
    """Give where the newlines are; None where there are too many for a table of them."""
    values = np.frombuffer(buffer, np.uint8)
    found: list[Places] = []
    count = 0
    for at_once in range(begin, end, _AT_ONCE):
        found.append(np.flatnonzero(values[at_once : min(at_once + _AT_ONCE, end)] == ord("\n")) + at_once)
        count += len(found[-1])
        if count * _SHORTEST > end - begin + _FEW * _SHORTEST:
            return None
    return np.concatenate(found)


def _times(words: Words) -> tuple[Truths, Places]:
    """Say which words are a time of day, and of which second."""
    digits = words & _NIBBLES
    good = ((words & _DIGITS) == _COLONS) & (((digits + _OVER_NINE) & _TENS) == 0)
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    hour, minute, second = ((pairs >> np.uint64(shift)) & np.uint64(0xFF) for shift in (0, 24, 48))
    good &= (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004 - what a clock has
    return good, (hour * np.uint64(3600) + minute * np.uint64(60) + second).astype(np.int64)


def _refuse_days(heads: Heads, buffer: bytearray, begins: Places, days: Days) -> None:
    """Make those lines not plain whose day is none, or whose time does not occur on it."""
    ends = np.concatenate((begins[1:], [len(heads.starts)]))
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        start = int(heads.starts[begin])
        head: Head | None = None
        if not heads.plain[begin] or _DAY.match(buffer, start):
            head = head_of(bytes(buffer[start : heads.ends[begin]]))
        midnight = None if head is None else days.midnight(head)
        if not heads.plain[begin]:
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
