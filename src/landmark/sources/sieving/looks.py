"""What the lines of a block are, told from their bytes alone, and from nothing that came of the blocks before.

The heads of all lines are compared as numbers (RFC 3164, 4.1): a line begins `Oct  2 10:00:00 host ` as a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.newlines import newlines
from landmark.sources.sieving.octets import WORD, beginning, literal, octets_of, stands_at, windows_of, words_of
from landmark.sources.sieving.order import found_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from landmark.sources.sieving.octets import Places, Truths, Words
    from landmark.sources.sieving.order import Found

    Hosts = NDArray[np.int8]

HOST = 15
"""Where in a line the blank before the host stands."""
_CLOCK = 2 * WORD  # from the newline before a line: it and the day, then the time of day, then host and the rest
_COMPARED = 6 * WORD  # bytes of a host that are compared together
_TAG = 56  # bytes behind the host that are looked at, wherever the line ends
_COLONS = literal(b"00:00:00")  # what is alike in every `HH:MM:SS`
_ABOVE_NINE, _HIGH = np.uint64(0x76767F76767F7676), np.uint64(0x8080808080808080)
_PAIRS, _TENS = np.uint64(0x00FF0000FF0000FF), np.uint64(10 << 8 | 1)
_ABOVE_CLOCK, _HIGH_PAIRS = np.uint64(104 | 68 << 24 | 68 << 48), np.uint64(0x80 | 0x80 << 24 | 0x80 << 48)
_HOURS, _MINUTES = np.uint64(60 << 24 | 1), np.uint64(0x7FF)


class Look(NamedTuple):
    """Of each line of a block: where it ends and its newline is, the number of its host, and the second of the day.

    An end is before the newline, and before one CR that stands there. The host is -1 where the line is not as most are,
    or the host is none of those known; `second` says nothing then. `days` are the first line and those in which another
    day stands than in the line before; `strange` those whose time of day is one and whose host is not known; `found`
    are nnrpd's lines by host; `known` is how many hosts were known.
    """

    stops: Places
    ends: Places
    host: Hosts
    second: Places
    days: Places
    strange: Places
    found: list[Found]
    known: int


def look(buffer: bytearray | bytes, begin: int, end: int, hosts: Sequence[bytes], *, by_process: bool) -> Look | None:
    """Look at a block.

    Args:
        buffer: in which it is.
        begin: where its first line begins.
        end: where its last newline has been passed.
        hosts: those known.
        by_process: whether nnrpd's lines are to be found.

    Returns:
        None where there are too many lines for a table of them.
    """
    octets = octets_of(buffer)
    stops = newlines(octets.values, begin, end)
    if stops is None:
        return None
    before = before_lines(begin, stops)
    ends = stops
    if buffer.find(b"\r", begin, end) >= 0:
        ends = np.maximum(stops - (octets.values[stops - 1] == ord("\r")), before + 1)
    host, second = np.full(len(stops), -1, np.int8), np.zeros_like(stops)
    days, strange = _read_heads(buffer, before, end, hosts, _Heads(host, second))
    found = [
        found_of(octets, before, ends, np.flatnonzero(host == number), name)
        for number, name in enumerate(hosts if by_process else ())
    ]
    return Look(stops, ends, host, second, days, strange, found, len(hosts))


def before_lines(begin: int, stops: Places) -> Places:
    """Give where the byte before each line is, which is the newline of the line before it."""
    before = np.empty_like(stops)
    before[0], before[1:] = begin - 1, stops[:-1]
    return before


def reach(name: bytes) -> int:
    """Give how many bytes, from the one before a line of a host on, are looked at wherever the line ends."""
    return HOST + len(name) + _TAG + 1


class _Heads(NamedTuple):
    """Where hosts and seconds are put down."""

    host: Hosts
    second: Places


def _read_heads(
    buffer: bytearray | bytes, before: Places, end: int, hosts: Sequence[bytes], heads: _Heads
) -> tuple[Places, Places]:
    """Put down hosts and seconds; give `days` and `strange` of `Look`."""
    compared = min(max((len(name) + 2 for name in hosts), default=0), _COMPARED)
    width = _CLOCK + -(-compared // WORD) * WORD
    # Of a block's last lines some of the bytes that are looked at would be none of it.
    count = int(np.searchsorted(before, end - width, side="right"))
    if not count:
        return np.zeros(1, np.int64), np.zeros(0, np.int64)
    windows = windows_of(buffer, width)[np.maximum(before[:count], 0)].view("<u8").reshape(count, -1)
    begin = int(before[0]) + 1
    windows[0] = np.frombuffer(b"\n" + bytes(buffer[begin : begin + width - 1]), "<u8")
    left = _times(windows[:, 1], heads.second[:count])
    for number, name in enumerate(hosts):
        hit = left & _has_host(words_of(buffer), windows, before[:count], name)
        hit[np.searchsorted(before[:count], end - reach(name), side="right") :] = False
        np.copyto(heads.host[:count], np.int8(number), where=hit)
        left &= ~hit
        if not left.any():
            break
    day = windows[:, 0]
    return np.concatenate(([0], np.flatnonzero(day[1:] != day[:-1]) + 1)), np.flatnonzero(left)


def _has_host(words: Words, windows: NDArray[np.uint64], before: Places, name: bytes) -> Truths:
    text = b" %b " % name
    found = np.ones(len(windows), np.bool_)
    for begin in range(0, min(len(text), _COMPARED), WORD):
        piece = text[begin : begin + WORD]
        found &= (windows[:, (_CLOCK + begin) // WORD] & beginning(len(piece))) == literal(piece)
    if len(text) > _COMPARED:
        hit = np.flatnonzero(found)
        found[hit] = stands_at(words, before[hit] + (_CLOCK + _COMPARED), text[_COMPARED:])
    return found


def _times(words: Words, second: Places) -> Truths:
    """Say which words are a time of day, and put down of which second."""
    digits = words ^ _COLONS
    bad = (digits + _ABOVE_NINE) | digits
    bad &= _HIGH
    pairs = digits
    pairs *= _TENS
    pairs >>= np.uint64(WORD)
    pairs &= _PAIRS
    bad |= (pairs + _ABOVE_CLOCK) & _HIGH_PAIRS
    minutes = pairs * _HOURS
    minutes >>= np.uint64(24)
    minutes &= _MINUTES
    minutes *= np.uint64(60)
    pairs >>= np.uint64(48)
    np.add(minutes, pairs, out=second.view(np.uint64))
    good: Truths = bad == 0
    return good
