"""What the lines of a block are, told from their bytes alone, and from nothing that came of the blocks before.

The heads of all lines are compared as numbers: a line begins as most of its log do (`kinds`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving import stated
from landmark.sources.sieving.kinds import RFC3164, RFC5424, reach
from landmark.sources.sieving.newlines import newlines
from landmark.sources.sieving.octets import WORD, beginning, literal, octets_of, stands_at, windows_of
from landmark.sources.sieving.order import found_of
from landmark.sources.sieving.times_of_day import times_of_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from landmark.sources.sieving.kinds import Kind
    from landmark.sources.sieving.octets import Octets, Places, Truths
    from landmark.sources.sieving.order import Found

    Hosts = NDArray[np.int8]

_CLOCK = 2 * WORD  # from the newline before a line: it and the day, then the time of day, then host and the rest
_COMPARED = 6 * WORD  # bytes of a host that are compared together


class Look(NamedTuple):
    """Of each line of a block: where it ends and its newline is, the number of its host, and when it was written.

    An end is before the newline, and before one CR that stands there. The host is -1 where the line is not as most are,
    or it is of no known kind; what else is said then says nothing. `second` is that of the day, of UTC where an offset
    is stated, `micros` what is beyond it (none: no line says), and `tag` where the last byte of the host stands. `days`
    are the first line and those in which another day stands than in the line before; `strange` those whose time of day
    is one and whose kind is not known; `base` is where the byte before their times is. `found` are nnrpd's lines by
    host; `known` is how many kinds were known; `is_wrapped` says whether fields of RFC 5424 follow the host.
    """

    stops: Places
    ends: Places
    host: Hosts
    second: Places
    micros: Places | None
    tag: Places
    base: Places
    days: Places
    strange: Places
    found: list[Found]
    known: int
    is_wrapped: bool

    def take(self, octets: Octets, kind: Kind, lines: Places, last: int) -> Truths:
        """Put down of lines what they are if they are of a kind; say of each whether it is.

        Args:
            octets: of the buffer.
            kind: of which they may be.
            lines: their numbers.
            last: where the last line of the block ends.
        """
        base = self.base[lines]
        hit = base <= last - reach(kind)
        if self.micros is None:
            hit &= stands_at(octets.words, base + kind.place, kind.tail)
        else:
            hit &= stated.fits(octets, base, kind)
            these = lines[hit]
            self.micros[these] = stated.micros(octets, base[hit], kind)
            self.second[these] -= kind.offset
        these = lines[hit]
        self.host[these] = kind.host
        self.tag[these] = base[hit] + kind.last_of_host
        return hit


class Known(NamedTuple):
    """What is known before a block: kinds of lines, what wraps them, and whether nnrpd's lines are to be found."""

    kinds: Sequence[Kind]
    form: str
    by_process: bool


def look(buffer: bytearray | bytes, begin: int, end: int, known: Known) -> Look | None:
    """Look at a block.

    Args:
        buffer: in which it is.
        begin: where its first line begins.
        end: where its last newline has been passed.
        known: what is known before it.

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
    kinds, is_stated, is_wrapped = known.kinds, known.form != RFC3164, known.form == RFC5424
    looked = Look(
        stops=stops,
        ends=ends,
        host=np.full(len(stops), -1, np.int8),
        second=np.zeros_like(stops),
        micros=np.zeros_like(stops) if is_stated else None,
        tag=np.zeros_like(stops),
        base=before,
        days=np.zeros(1, np.int64),
        strange=np.zeros(0, np.int64),
        found=[],
        known=len(kinds),
        is_wrapped=is_wrapped,
    )
    looked = _read_stated(octets, end, kinds, looked) if is_stated else _read_heads(buffer, end, kinds, looked)
    for number in range(max((kind.host for kind in kinds), default=-1) + 1 if known.by_process else 0):
        looked.found.append(found_of(octets, looked, np.flatnonzero(looked.host == number)))
    return looked


def before_lines(begin: int, stops: Places) -> Places:
    """Give where the byte before each line is, which is the newline of the line before it."""
    before = np.empty_like(stops)
    before[0], before[1:] = begin - 1, stops[:-1]
    return before


def _read_heads(buffer: bytearray | bytes, end: int, kinds: Sequence[Kind], looked: Look) -> Look:
    """Put down hosts and seconds of lines of RFC 3164, and which are days and strange."""
    before, octets = looked.base, octets_of(buffer)
    compared = min(max((len(kind.tail) for kind in kinds), default=0), _COMPARED)
    width = _CLOCK + -(-compared // WORD) * WORD
    # Of a block's last lines some of the bytes that are looked at would be none of it.
    count = int(np.searchsorted(before, end - width, side="right"))
    if not count:
        return looked
    windows = windows_of(buffer, width)[np.maximum(before[:count], 0)].view("<u8").reshape(count, -1)
    begin = int(before[0]) + 1
    windows[0] = np.frombuffer(b"\n" + bytes(buffer[begin : begin + width - 1]), "<u8")
    left = times_of_day(windows[:, 1], looked.second[:count])
    for kind in kinds:
        hit = left & _has_host(octets, windows, before[:count], kind.tail)
        hit[np.searchsorted(before[:count], end - reach(kind), side="right") :] = False
        np.copyto(looked.host[:count], np.int8(kind.host), where=hit)
        np.copyto(looked.tag[:count], before[:count] + kind.last_of_host, where=hit)
        left &= ~hit
        if not left.any():
            break
    day = windows[:, 0]
    days = np.concatenate(([0], np.flatnonzero(day[1:] != day[:-1]) + 1))
    return looked._replace(days=days, strange=np.flatnonzero(left))


def _has_host(octets: Octets, windows: NDArray[np.uint64], before: Places, text: bytes) -> Truths:
    found = np.ones(len(windows), np.bool_)
    for begin in range(0, min(len(text), _COMPARED), WORD):
        piece = text[begin : begin + WORD]
        found &= (windows[:, (_CLOCK + begin) // WORD] & beginning(len(piece))) == literal(piece)
    if len(text) > _COMPARED:
        hit = np.flatnonzero(found)
        found[hit] = stands_at(octets.words, before[hit] + (_CLOCK + _COMPARED), text[_COMPARED:])
    return found


def _read_stated(octets: Octets, end: int, kinds: Sequence[Kind], looked: Look) -> Look:
    """Put down hosts and times of lines that state their offset, and which are days and strange."""
    base, sure = stated.bases(octets, looked.base, is_wrapped=looked.is_wrapped)
    looked = looked._replace(base=base, days=stated.days(octets, base))
    left = np.flatnonzero(stated.times(octets, base, looked.second) & sure)
    for kind in kinds:
        if not len(left):
            break
        left = left[~looked.take(octets, kind, left, end)]
    return looked._replace(strange=left)
