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
    first_blank,
    literal,
    number,
    stands_at,
)

if TYPE_CHECKING:
    from landmark.sources.sieving.heads import Heads
    from landmark.sources.sieving.octets import Places, Truths, Words

MOST_PID = 1 << 22
"""Process numbers below it are told here (Linux has none beyond: proc(5), `pid_max`)."""
_HEAD = 17  # bytes before the host, and the blank behind it
_TAG, _TAG_TLS, _TLS_END, _CLOSE = b"nnrpd[", b"nnrpd-ss", b"l[", b"]: "
_WORD, _NO_ROOM = 8, 500  # bytes that are looked through for a blank
_PORT_DIGITS = 5


class NnrpdLines(NamedTuple):
    """Of nnrpd's lines of one host in a block, in order: number in the block, process number, where its parts are.

    `connect` and `exit` are those lines; `label_end` is where the label of these ends.
    """

    line: Places
    pid: Places
    label: Places
    label_end: Places
    end: Places
    connect: Truths
    exit: Truths


def nnrpd_lines(words: Words, heads: Heads, host: int, name: bytes) -> tuple[NnrpdLines, Places]:
    """Find nnrpd's lines among the plain ones of a host; give them, and the numbers in the block of odd ones."""
    line: Places = np.flatnonzero(heads.host == host)
    message = heads.starts[line] + (_HEAD + len(name))
    tag = at(words, message)
    tls = tag == literal(_TAG_TLS)
    if tls.any():
        tls &= stands_at(words, message + _WORD, _TLS_END)
    ours = np.flatnonzero(tls | ((tag & beginning(len(_TAG))) == literal(_TAG)))
    line, digits_at = line[ours], message[ours] + len(_TAG)
    digits_at[tls[ours]] += len(_TAG_TLS) + len(_TLS_END) - len(_TAG)
    word = at(words, digits_at)
    count = digits_first(word)
    after = at(words, digits_at + count)
    long = count == _WORD
    ours = np.flatnonzero(long | ((count > 0) & ((after & beginning(len(_CLOSE))) == literal(_CLOSE))))
    line, digits_at, word = line[ours], digits_at[ours], word[ours]
    count, after, long = count[ours], after[ours], long[ours]
    label = digits_at + count + len(_CLOSE)
    pid = number(word, np.maximum(count, 1))
    odd = long | (((word & beginning(1)) == literal(b"0")) & (count > 1)) | (pid >= MOST_PID)
    # What `syslog.unnumbered` takes away begins so.
    odd |= (after & beginning(len(_CLOSE) + len(b"[ID "))) == literal(_CLOSE + b"[ID ")
    end = heads.ends[line]
    last = at(words, end - _WORD)
    digits = digits_last(last)
    before = at(words, end - digits - _WORD)
    label_end = np.zeros(len(label), np.int64)
    connect, unsure = _connects(words, (label, end, digits), last, before, label_end)
    exits = _exits(words, (label, end, digits), before, label_end)
    odd |= unsure
    found = NnrpdLines(line, pid, label, label_end, end, connect, exits)
    return NnrpdLines(*(column[~odd] for column in found)) if odd.any() else found, line[odd]


def _connects(
    words: Words, parts: tuple[Places, Places, Places], last: Words, before: Words, label_end: Places
) -> tuple[Truths, Truths]:
    """Tell connect lines, whose labels' ends are put down, and lines that may be some.

    Args:
        words: of the buffer.
        parts: where labels begin, where lines end, and with how many digits.
        last: the words at the ends.
        before: those before the digits.
        label_end: where to put down where labels end.
    """
    label, end, digits = parts
    close = np.where(last == literal(b" connect"), end - _WORD - 1, 0)
    ported = np.flatnonzero((before == literal(b" - port ")) & (digits > 0) & (digits <= _PORT_DIGITS))
    connected = end[ported] - digits[ported] - 2 * _WORD
    close[ported] = np.where(stands_at(words, connected, b" connect"), connected - 1, 0)
    likely = np.flatnonzero(close > label)
    likely = likely[stands_at(words, close[likely], b")")]
    close = close[likely]
    blank = first_blank(words, label[likely], close)
    sure = (blank > label[likely]) & stands_at(words, blank, b" (") & (blank + 1 < close)
    sure &= (first_blank(words, blank + 1, close) == close) & (close - label[likely] < _NO_ROOM)
    connect, unsure = np.zeros(len(label), np.bool_), np.zeros(len(label), np.bool_)
    connect[likely], unsure[likely] = sure, ~sure
    label_end[likely] = blank
    return connect, unsure


def _exits(words: Words, parts: tuple[Places, Places, Places], before: Words, label_end: Places) -> Truths:
    """Tell exit lines, of few articles and groups; arguments as of `_connects`. Others may be exit lines, too."""
    label, end, digits = parts
    likely = np.flatnonzero((before == literal(b" groups ")) & (digits > 0) & (digits < _WORD))
    blank = first_blank(words, label[likely], end[likely])
    sure = (blank > label[likely]) & stands_at(words, blank, b" exit articles ")
    count_at = blank + len(b" exit articles ")
    count = digits_first(at(words, count_at))
    sure &= (count > 0) & (count < _WORD) & (count_at + count == end[likely] - digits[likely] - _WORD)
    label_end[likely[sure]] = blank[sure]
    exits = np.zeros(len(label), np.bool_)
    exits[likely] = sure
    return exits


def labels(words: Words, found: NnrpdLines, which: Places) -> Texts:
    """Give the labels of connect or exit lines."""
    return Texts(words, found.label[which], found.label_end[which] - found.label[which])


def may_matter(words: Words, found: NnrpdLines, which: Places) -> Truths:
    """Say which lines may be connect, user, exit or times lines; of others nothing depends on having read them."""
    sure = found.connect[which] | found.exit[which]
    which = which[~sure]
    label, end = found.label[which], found.end[which]
    blank = first_blank(words, label, end)
    word = at(words, blank + 1)
    found_one = (word & beginning(1)) == literal(b"(")
    for text in (b"user ", b"exit ", b"times "):
        found_one |= (word & beginning(len(text))) == literal(text)
    unlike_a_blank = (at(words, blank) & beginning(1)) != literal(b" ")
    sure[~sure] = found_one | (unlike_a_blank & (blank < end)) | (end - label >= _NO_ROOM)
    return sure
