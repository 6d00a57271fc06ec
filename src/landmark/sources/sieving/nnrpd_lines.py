"""What nnrpd's lines in a block are, told from their bytes without taking each apart.

Only what is certain is said: that a line is one of nnrpd's, under which process number, and that it is a connect or an
exit line, exactly where `nnrpd.message_of` says so too. A line of which that cannot be said so is *odd*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.octets import (
    Texts,
    at,
    beginning,
    digits_first,
    digits_last,
    equal,
    first_blank,
    literal,
    number,
    windows_of,
)
from landmark.sources.sieving.turns import KEPT, Parts, Turns, turns_of

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Octets, Places, Truths, Words

MOST_PID = 1 << 22
"""Process numbers below it are told here (Linux has none beyond: proc(5), `pid_max`)."""
_HEAD = 17  # bytes before the host, and the blank behind it
_TAG, _TAG_TLS, _TLS_END, _CLOSE = b"nnrpd[", b"nnrpd-", b"ssl[", b"]: "
_WINDOW = 24
_BITS = np.uint64(64)
_WORD, _NO_ROOM = 8, 500  # bytes that are looked through for a blank


class NnrpdLines(NamedTuple):
    """Of nnrpd's lines of one host in a block, in order: number in the block, process number, where its parts are."""

    line: Places
    pid: Places
    label: Places
    end: Places
    turns: Turns

    def only(self, which: Truths) -> NnrpdLines:
        """Give some of them."""
        turns = self.turns.only(which[self.turns.at])
        turns = turns._replace(at=(np.cumsum(which) - 1)[turns.at])
        return NnrpdLines(self.line[which], self.pid[which], self.label[which], self.end[which], turns)


def nnrpd_lines(octets: Octets, before: Places, ends: Places, line: Places, name: bytes) -> tuple[NnrpdLines, Places]:
    """Find nnrpd's lines among plain ones of a host.

    Args:
        octets: of the buffer.
        before: where the byte before each line of the block is.
        ends: where they end.
        line: the numbers of the host's plain ones.
        name: the host.

    Returns:
        The lines, and the numbers of odd ones.
    """
    words = octets.words
    line, digits_at, word, following = _tagged(octets, before, line, name)
    count = digits_first(word)
    shift = (count << 3).astype(np.uint64)
    after = (word >> shift) | (following << (_BITS - shift))
    long = count == _WORD
    is_closed = (after & beginning(len(_CLOSE))) == literal(_CLOSE)
    is_closed &= count > 0
    is_closed |= long
    if not is_closed.all():
        ours = np.flatnonzero(is_closed)
        line, digits_at, count, long = line[ours], digits_at[ours], count[ours], long[ours]
        word, after = word[ours], after[ours]
    label = digits_at + count
    label += len(_CLOSE)
    pid = number(word, np.maximum(count, 1))
    odd = long | (((word & beginning(1)) == literal(b"0")) & (count > 1)) | (pid >= MOST_PID)
    # What `syslog.unnumbered` takes away begins so.
    odd |= (after & beginning(len(_CLOSE) + len(b"[ID "))) == literal(_CLOSE + b"[ID ")
    end = ends[line]
    last = at(words, end - _WORD)
    digits = digits_last(last)
    ahead = at(words, end - digits - _WORD)
    turns, unsure = turns_of(octets, Parts(label, end, digits, last, ahead))
    odd[unsure] = True
    found = NnrpdLines(line, pid, label, end, turns)
    return found.only(~odd) if odd.any() else found, line[odd]


def _tagged(octets: Octets, before: Places, line: Places, name: bytes) -> tuple[Places, Places, Words, Words]:
    """Give of the lines that bear nnrpd's name their numbers, and where behind it they go on, with which two words."""
    # The host's last byte, a blank, and the program's name; then what is a process number; and what follows it.
    begin = before[line] + (_HEAD + len(name) - 1)
    windows = windows_of(octets.values.data, _WINDOW)[begin].view("<u8").reshape(-1, 3)
    tag = windows[:, 0]
    ours = np.flatnonzero(tag == literal(name[-1:] + b" " + _TAG))
    found = line[ours], begin[ours] + _WORD, windows[:, 1][ours], windows[:, 2][ours]
    tls = tag == literal(name[-1:] + b" " + _TAG_TLS)
    if not tls.any():
        return found
    tls &= (windows[:, 1] & beginning(len(_TLS_END))) == literal(_TLS_END)
    place = begin[tls] + (_WORD + len(_TLS_END))
    others = line[tls], place, at(octets.words, place), at(octets.words, place + _WORD)
    lines, places, words, following = (np.concatenate(both) for both in zip(found, others, strict=True))
    order = np.argsort(lines, kind="stable")
    return lines[order], places[order], words[order], following[order]


def labels(octets: Octets, found: NnrpdLines, turns: Places) -> Texts:
    """Give the labels of some connect or exit lines, by their numbers among these."""
    return Texts(octets, found.label[found.turns.at[turns]], found.turns.length[turns])


def same_labels(octets: Octets, found: NnrpdLines, some: Places, others: Places) -> Truths:
    """Say of connect and exit lines, by their numbers among these, whether they have the labels of others."""
    turns = found.turns
    length = turns.length[some]
    same: Truths = length == turns.length[others]
    for word in (turns.first, turns.second, turns.third):
        same &= word[some] == word[others]
    long = np.flatnonzero(same & (length > KEPT))
    if len(long):
        same[long] = equal(labels(octets, found, some[long]), labels(octets, found, others[long]))
    return same


def may_matter(octets: Octets, found: NnrpdLines, which: Places) -> Truths:
    """Say which lines may be connect, user, exit or times lines; of others nothing depends on having read them."""
    words = octets.words
    _, sure = found.turns.standing(which)
    which = which[~sure]
    label, end = found.label[which], found.end[which]
    blank = first_blank(octets, label, end)
    word = at(words, blank + 1)
    found_one = (word & beginning(1)) == literal(b"(")
    for text in (b"user ", b"exit ", b"times "):
        found_one |= (word & beginning(len(text))) == literal(text)
    unlike_a_blank = (at(words, blank) & beginning(1)) != literal(b" ")
    sure[~sure] = found_one | (unlike_a_blank & (blank < end)) | (end - label >= _NO_ROOM)
    return sure
