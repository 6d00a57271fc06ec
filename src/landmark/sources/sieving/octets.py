"""The bytes of a buffer, eight at a time: what stands at many places is looked at in one step, as numbers.

A word is the eight bytes that begin at a place, the first of them the lowest. Masks have the highest bit of each byte
that is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Places = NDArray[np.int64]
    Truths = NDArray[np.bool_]
    Wide = NDArray[np.void]

WORD = 8
WIDE = 64
"""Bytes that are looked at together, where a text is longer than a word."""
_ONE = np.uint64(1)
_HIGH = np.uint64(0x8080808080808080)
_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
_ABOVE_BLANK = np.uint64(0x5F5F5F5F5F5F5F5F)  # what lifts 0x21 and more to the highest bit
_ABOVE_NINE = np.uint64(0x7676767676767676)  # likewise 10 and more
_ZEROS = np.uint64(0x3030303030303030)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_BLANK = 0x20
_FEW = 64  # words in which a blank is sought


class Octets(NamedTuple):
    """A buffer in three ways: its bytes, the word at each of them but the last, and the 64 bytes at each but the last.

    Nothing is copied.
    """

    values: NDArray[np.uint8]
    words: Words
    wide: Wide


def octets_of(buffer: bytearray | bytes | memoryview) -> Octets:
    """Give a buffer's bytes, its words, and what is wider."""
    return Octets(np.frombuffer(buffer, np.uint8), words_of(buffer), windows_of(buffer, WIDE))


def windows_of(buffer: bytearray | bytes | memoryview, width: int) -> Wide:
    """Give the bytes, `width` in number, at each byte of a buffer but the last; nothing is copied."""
    return np.ndarray((max(0, len(buffer) - width + 1),), f"V{width}", buffer, 0, (1,))


def words_of(buffer: bytearray | bytes | memoryview) -> Words:
    """Give the word at each byte of a buffer but the last seven; nothing is copied."""
    return np.ndarray((max(0, len(buffer) - WORD + 1),), "<u8", buffer, 0, (1,))


def at(words: Words, places: Places) -> Words:
    """Give the words at places; behind the buffer stand zeros, and a few bytes before it nothing to go by."""
    last = len(words) - 1
    if not len(places) or places.max() <= last:
        return words[places]
    found = words[np.minimum(places, last)]
    over = np.flatnonzero(places > last)
    beyond = places[over] - last
    found[over] >>= (np.minimum(beyond, WORD - 1) * WORD).astype(np.uint64)
    found[over[beyond >= WORD]] = 0
    return found


def literal(text: bytes) -> np.uint64:
    """Give up to eight bytes as a word, with zeros behind them."""
    return np.uint64(int.from_bytes(text, "little"))


def beginning(count: int) -> np.uint64:
    """Give the mask of all bits of a word's first bytes."""
    return np.uint64((1 << (WORD * count)) - 1)


def stands_at(words: Words, places: Places, text: bytes) -> Truths:
    """Say of each place whether a text stands there."""
    found = np.ones(len(places), np.bool_)
    for begin in range(0, len(text), WORD):
        part = text[begin : begin + WORD]
        found &= (at(words, places + begin) & beginning(len(part))) == literal(part)
    return found


def first_byte(mask: Words) -> Places:
    """Give the number, from 0, of the first byte that a mask means; 8: none."""
    return (np.bitwise_count((mask & (~mask + _ONE)) - _ONE) >> 3).astype(np.int64)


def digits_first(words: Words) -> Places:
    """Count the decimal digits that a word begins with, to 8."""
    return first_byte(_no_digits(words))


def digits_last(words: Words) -> Places:
    """Count the decimal digits that a word ends with, to 8."""
    mask = _no_digits(words)
    for shift in (8, 16, 32):
        mask |= mask >> np.uint64(shift)
    return WORD - np.bitwise_count(mask).astype(np.int64)


def _no_digits(words: Words) -> Words:
    values = words ^ _ZEROS
    return (((values & _LOW) + _ABOVE_NINE) | values) & _HIGH


def number(words: Words, digits: Places) -> Places:
    """Give the number that a word's first digits are, of which there are from 1 to 8."""
    values = words << ((WORD - digits) << 3).astype(np.uint64)
    values &= _NIBBLES
    # Two digits beside each other become one number, then two of these, then two of those.
    for beside, shift, mask in (
        (10 << 8 | 1, 8, 0x00FF00FF00FF00FF),
        (100 << 16 | 1, 16, 0x0000FFFF0000FFFF),
        (10_000 << 32 | 1, 32, 0x00000000FFFFFFFF),
    ):
        values *= np.uint64(beside)
        values >>= np.uint64(shift)
        values &= np.uint64(mask)
    return values.view(np.int64)


def first_set(bits: Words) -> Places:
    """Give the number, from 0, of the lowest bit that is set in each; 64: none."""
    return np.bitwise_count((bits & (~bits + _ONE)) - _ONE).astype(np.int64)


def blanks(windows: Wide) -> Words:
    """Give of 64 bytes each a number in which that bit is set whose byte is a blank or a control."""
    return np.packbits(windows.view(np.uint8) <= _BLANK, bitorder="little").view("<u8")


def first_blank(octets: Octets, places: Places, ends: Places) -> Places:
    """Give where from each place on the first byte stands that is a blank or a control (0x00 to 0x20).

    Where there is none before the end, or within the first 500 bytes, it is the end.
    """
    found = ends.copy()
    left = np.flatnonzero(places < ends)
    place = places[left]
    if len(left) and len(octets.wide):
        begin = np.minimum(place, len(octets.wide) - 1)
        first = first_set(blanks(octets.wide[begin]) >> (place - begin).astype(np.uint64))
        found[left] = np.minimum(place + first, ends[left])
        left = left[first == WIDE]
        place = places[left]
    for _ in range(_FEW):
        if not len(left):
            break
        values = at(octets.words, place)
        mask = ~(((values & _LOW) + _ABOVE_BLANK) | values) & _HIGH
        hit = mask != 0
        found[left[hit]] = np.minimum(place[hit] + first_byte(mask[hit]), ends[left[hit]])
        found[left[~hit]] = ends[left[~hit]]
        left, place = left[~hit], place[~hit] + WORD
        inside = place < ends[left]
        left, place = left[inside], place[inside]
    return found


class Texts(NamedTuple):
    """Texts in a buffer: where each begins, and how long it is."""

    octets: Octets
    places: Places
    lengths: Places


def equal(some: Texts, others: Texts) -> Truths:
    """Say of as many texts whether each is the same as the other."""
    found: Truths = some.lengths == others.lengths
    here, there = some.octets.wide, others.octets.wide
    is_near = (some.places < len(here)) & (others.places < len(there))
    near = np.flatnonzero(found & is_near)
    unlike = here[some.places[near]].view(np.uint8) != there[others.places[near]].view(np.uint8)
    alike = first_set(np.packbits(unlike, bitorder="little").view("<u8"))
    found[near] = alike >= np.minimum(some.lengths[near], WIDE)
    left = np.flatnonzero(found & ((some.lengths > WIDE) | ~is_near))
    done = 0
    while len(left):
        rest = np.minimum(some.lengths[left] - done, WORD)
        apart = at(some.octets.words, some.places[left] + done) ^ at(others.octets.words, others.places[left] + done)
        same = ((apart << ((WORD - rest) << 3).astype(np.uint64)) == 0) | (rest <= 0)
        found[left[~same]] = False
        done += WORD
        left = left[same & (some.lengths[left] > done)]
    return found


def texts_at(words: Words, places: Places, lengths: Places) -> tuple[Words, Places]:
    """Copy texts out of a buffer: their words, one text's behind the other's, and where each begins, one end more."""
    counts = (lengths + WORD - 1) // WORD
    begins = np.concatenate(([0], np.cumsum(counts)))
    within = np.arange(begins[-1]) - np.repeat(begins[:-1], counts)
    return at(words, np.repeat(places, counts) + within * WORD), begins
