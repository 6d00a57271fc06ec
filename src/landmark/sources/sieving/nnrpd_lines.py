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
    from landmark.sources.sieving.looks import Look
    from landmark.sources.sieving.octets import Octets, Places, Truths, Words

MOST_PID = 1 << 22
"""Process numbers below it are told here (Linux has none beyond: proc(5), `pid_max`)."""
_NAME, _TLS = b"nnrpd", b"nnrpd-ssl"
_OPEN, _CLOSE, _ID = b"[", b"]: ", b"[ID "
_OPEN_FIELD, _CLOSE_FIELD = b" ", b" - - "  # as fields of RFC 5424
_WINDOW = 24
_BLANK, _MARK = b" ", b"\xef"  # of a byte order mark
_BITS, _BITS_OF_BYTE = np.uint64(64), np.uint64(8)
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


def nnrpd_lines(octets: Octets, looked: Look, line: Places) -> tuple[NnrpdLines, Places]:
    """Find nnrpd's lines among plain ones of a host.

    Args:
        octets: of the buffer.
        looked: what is known of the lines of the block.
        line: the numbers of the host's plain ones.

    Returns:
        The lines, and the numbers of odd ones.
    """
    words, is_wrapped = octets.words, looked.is_wrapped
    close = _CLOSE_FIELD if is_wrapped else _CLOSE
    line, digits_at, word, following, unlike = _tagged(octets, looked.tag, line, is_wrapped=is_wrapped)
    count = digits_first(word)
    shift = (count << 3).astype(np.uint64)
    after = (word >> shift) | (following << (_BITS - shift))
    long = count == _WORD
    is_closed = (after & beginning(len(close))) == literal(close)
    is_closed &= count > 0
    is_closed |= long
    if not is_closed.all():
        if is_wrapped:  # its fields may be others, and it be one of nnrpd's all the same
            unlike = np.concatenate((unlike, line[~is_closed]))
        ours = np.flatnonzero(is_closed)
        line, digits_at, count, long = line[ours], digits_at[ours], count[ours], long[ours]
        word, after = word[ours], after[ours]
    label = digits_at + count
    label += len(close)
    pid = number(word, np.maximum(count, 1))
    odd = long | (((word & beginning(1)) == literal(b"0")) & (count > 1)) | (pid >= MOST_PID)
    if is_wrapped:
        behind = (after >> np.uint64(len(close) << 3)) & beginning(1)
        label += behind == literal(_BLANK)  # one may stand before the message
        odd |= behind == literal(_MARK)
    else:
        # What `syslog.unnumbered` takes away begins so.
        odd |= (after & beginning(len(close) + len(_ID))) == literal(close + _ID)
    end = looked.ends[line]
    last = at(words, end - _WORD)
    digits = digits_last(last)
    ahead = at(words, end - digits - _WORD)
    turns, unsure = turns_of(octets, Parts(label, end, digits, last, ahead))
    odd[unsure] = True
    found = NnrpdLines(line, pid, label, end, turns)
    if not odd.any() and not len(unlike):
        return found, unlike
    return found.only(~odd), np.sort(np.concatenate((unlike, line[odd])))


class _Tagged(NamedTuple):
    """Lines that bear nnrpd's name: their numbers, where behind it they go on, with which two words.

    `unlike` are those of RFC 5424 whose program's name begins as nnrpd's does.
    """

    line: Places
    place: Places
    word: Words
    following: Words
    unlike: Places


def _tagged(octets: Octets, tag: Places, line: Places, *, is_wrapped: bool) -> _Tagged:
    # The host's last byte, a blank, and the program's name; then what is a process number; and what follows it.
    begin = tag[line]
    windows = windows_of(octets.values.data, _WINDOW)[begin].view("<u8").reshape(-1, 3)
    first = windows[:, 0] >> _BITS_OF_BYTE
    opening = _OPEN_FIELD if is_wrapped else _OPEN
    is_ours = first == literal(_BLANK + _NAME + opening)
    ours = np.flatnonzero(is_ours)
    found = line[ours], begin[ours] + _WORD, windows[:, 1][ours], windows[:, 2][ours]
    tls = first == literal(_BLANK + _TLS[: len(_NAME) + 1])
    unlike = line[:0]
    if tls.any():
        rest = _TLS[len(_NAME) + 1 :] + opening
        tls &= (windows[:, 1] & beginning(len(rest))) == literal(rest)
        place = begin[tls] + (_WORD + len(rest))
        others = line[tls], place, at(octets.words, place), at(octets.words, place + _WORD)
        lines, places, words, following = (np.concatenate(both) for both in zip(found, others, strict=True))
        order = np.argsort(lines, kind="stable")
        found = lines[order], places[order], words[order], following[order]
    if is_wrapped:
        same = (first & beginning(1 + len(_NAME))) == literal(_BLANK + _NAME)
        unlike = line[same & ~is_ours & ~tls]
    return _Tagged(*found, unlike)


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
