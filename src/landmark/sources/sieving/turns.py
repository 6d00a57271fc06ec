"""Nnrpd's connect and exit lines in a block: with them a reader comes and goes.

Said is only what is certain, exactly where `nnrpd.message_of` says so too. Of a line that may be a connect line and
cannot be said to be one it is said that it is unsure; of an exit line with very much in it nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from landmark.sources.sieving.octets import (
    WIDE,
    WORD,
    at,
    blanks,
    digits_first,
    first_blank,
    first_set,
    literal,
    stands_at,
    words_of,
)

if TYPE_CHECKING:
    from landmark.sources.sieving.octets import Octets, Places, Truths, Wide, Words

_CONNECT, _PORT, _GROUPS, _EXIT = b" connect", b" - port ", b" groups ", b" exit articles "
_PORT_DIGITS = 5
_NO_ROOM = 500  # bytes that are looked through for a blank
KEPT = 24
"""Bytes of a label that are copied."""
_LAST = WIDE - len(_EXIT) - WORD  # of the places of a blank behind which all that is looked at of an exit line is there
_BEGINNINGS = [  # by word, what of it is of a label of each length
    np.array([(1 << 8 * min(max(length - place, 0), WORD)) - 1 for length in range(KEPT + 1)], np.uint64)
    for place in range(0, KEPT, WORD)
]


class Turns(NamedTuple):
    """Connect and exit lines, by their numbers among others: which of the two, how long the label is, how it begins.

    `first`, `second` and `third` are the words with which the label begins, with zeros behind it.
    """

    at: Places
    connect: Truths
    length: Places
    first: Words
    second: Words
    third: Words

    def only(self, which: Places | Truths) -> Turns:
        """Give some of them."""
        return Turns._make(column[which] for column in self)

    def standing(self, which: Places) -> tuple[Places, Truths]:
        """Give where among these some lines are, by their numbers, and whether they are."""
        if not len(self.at):
            return np.zeros(len(which), np.int64), np.zeros(len(which), np.bool_)
        place = np.minimum(np.searchsorted(self.at, which), len(self.at) - 1)
        return place, self.at[place] == which


class Parts(NamedTuple):
    """Of lines: where their labels begin, where they end, with how many digits; the words at the ends, those before."""

    label: Places
    end: Places
    digits: Places
    last: Words
    ahead: Words


def turns_of(octets: Octets, lines: Parts) -> tuple[Turns, Places]:
    """Find connect and exit lines; give them, and the numbers of lines of which it is unsure whether they are some."""
    some = lines.digits > 0
    ported = (lines.ahead == literal(_PORT)) & some & (lines.digits <= _PORT_DIGITS)
    is_exit = (lines.ahead == literal(_GROUPS)) & some & (lines.digits < WORD)
    which: Places = np.flatnonzero((lines.last == literal(_CONNECT)) | ported | is_exit)
    connect = ~is_exit[which]
    label = lines.label[which]
    # Where ` connect` or ` groups ` begins.
    mark = lines.end[which] - (lines.digits[which] + np.where(ported[which], 2 * WORD, WORD))
    likely = (at(octets.words, mark) == literal(_CONNECT)) & (octets.values[mark - 1] == ord(")"))
    likely = (likely | ~connect) & (mark > label)
    if not likely.all():
        which, connect, label, mark = (column[likely] for column in (which, connect, label, mark))
    windows = octets.wide[np.minimum(label, len(octets.wide) - 1)]
    blank = blanks(windows)
    length, second = first_set(blank), first_set(blank & (blank - np.uint64(1)))
    words = windows.view("<u8").reshape(-1, WIDE // WORD)
    kept = np.minimum(length, KEPT)
    begins = [words[:, word] & mask[kept] for word, mask in enumerate(_BEGINNINGS)]
    is_far = np.where(connect, second == WIDE, length > _LAST)
    is_far[np.searchsorted(label, len(octets.wide)) :] = True
    sure = np.zeros(len(which), np.bool_)
    chosen = np.flatnonzero(connect & ~is_far)
    sure[chosen] = _connects(windows, chosen, length[chosen], second[chosen]) & ((label + second == mark)[chosen])
    chosen = np.flatnonzero(~connect & ~is_far)
    sure[chosen] = _exits(windows, chosen, length[chosen], (mark - label)[chosen])
    far = np.flatnonzero(is_far)
    if len(far):
        sure[far], length[far] = _far(octets, connect[far], label[far], mark[far])
        kept = np.minimum(length[far], KEPT)
        for word, mask in enumerate(_BEGINNINGS):
            begins[word][far] = at(octets.words, label[far] + word * WORD) & mask[kept]
    turns = Turns(which, connect, length, *begins)
    if sure.all():
        return turns, which[:0]
    return turns.only(sure), which[connect & ~sure]


def _connects(windows: Wide, rows: Places, length: Places, second: Places) -> Truths:
    """Say whether `label (address)` stands where some windows begin, up to the second blank."""
    values, place = windows.view(np.uint8), rows * WIDE + length
    sure = (length > 0) & (second > length + len(b" ()") - 1)
    sure &= (values[place] == ord(" ")) & (values[place + 1] == ord("("))
    return sure


def _exits(windows: Wide, rows: Places, length: Places, end: Places) -> Truths:
    """Say whether ` exit articles 3` stands behind a label where some windows begin, and nothing else up to the end."""
    words, place = words_of(windows.view(np.uint8).data), rows * WIDE + length
    sure = (length > 0) & stands_at(words, place, _EXIT)
    count = digits_first(words[place + len(_EXIT)])
    sure &= (count > 0) & (count < WORD) & (length + count + len(_EXIT) == end)
    return sure


def _far(octets: Octets, connect: Truths, label: Places, mark: Places) -> tuple[Truths, Places]:
    """Say of lines whose labels are long, or stand where the buffer ends, whether they are what they seem; how long."""
    words = octets.words
    blank = first_blank(octets, label, mark)
    other = first_blank(octets, blank + 1, mark)
    is_connect = stands_at(words, blank, b" (") & (other == mark) & (blank + len(b" ()") - 1 < mark)
    count_at = blank + len(_EXIT)
    count = digits_first(at(words, count_at))
    is_exit = stands_at(words, blank, _EXIT) & (count > 0) & (count < WORD) & (count_at + count == mark)
    return np.where(connect, is_connect, is_exit) & (blank > label) & (mark - label < _NO_ROOM), blank - label
