r"""What a case asks its assignment records for: addresses, and the accounts and sessions found with them.

A line *holds a name* where one of these stands in it. Of an address, every spelling counts that `addresses.canonical`
reads: an IPv6 address however it is written, an IPv4-mapped one, and a prefix that contains it. A word (an account's
name, a session's number) counts in either letter case, where neither letters nor digits go on before or behind it.
A record of which nothing holds a name is not watched, whatever else may be wrong with it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.addresses import Bearing, canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from landmark.assignments import FileLeases
    from landmark.lines import Line

_FOUR = re.compile(rb"(?<![0-9A-Za-z])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![0-9A-Za-z])(/[0-9.]+)?")
_SIX = re.compile(rb"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?")
_DOTTED = re.compile(rb"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?")
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?")
_MAPPED = re.compile(rb"(?i)ffff:")
_PREFIX_OF_FOUR = rb"[0-9]\.[0-9]{1,3}/[0-9]"
_WRITTEN_SIX = (rb"::", rb"(?:[0-9a-f]{1,4}:){6}[0-9a-f]")  # six and an IPv4 tail too (RFC 4291, 2.2)
_LEAST_COLONS = 6  # of an address written out, with an IPv4 tail
_RUN = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
_SAFE = re.compile(rb"[0-9A-Za-z@._-]+")
_UNQUOTED = re.compile(rb"[^\x00-\x20\x22\x27\\\x7f]+")
_MOST_KNOWN = 1 << 16


class Word(NamedTuple):
    """Bytes in lower case; whole: neither letters nor digits go on before or behind them."""

    text: bytes
    whole: bool


def word_of(name: bytes) -> Word | None:
    """Give what of a name stands in a record however it is quoted there, and whatever realm is behind it.

    Escapes are written for some bytes: of a name that has such ones the longest part without them is taken, of one in
    other letters alone its longest part without quotes, blanks and backslashes. Only of these is there none.
    """
    plain = name.split(b"@", 1)[0] or name
    if _SAFE.fullmatch(plain):
        return Word(plain.lower(), whole=True)
    parts = _SAFE.findall(plain) or _UNQUOTED.findall(plain)
    return Word(max(parts, key=len).lower(), whole=False) if parts else None


class Names:
    """Tells which lines hold a name."""

    def __init__(self, addresses: Collection[str], words: Collection[Word] = ()) -> None:
        """Take addresses in the form of RFC 5952, and words."""
        self.addresses = frozenset(addresses)
        self.words = frozenset(words)
        self._bearing = Bearing(self.addresses)
        self._fours = frozenset(address.encode() for address in self.addresses if ":" not in address)
        self._six = len(self._fours) < len(self.addresses)
        self._known: dict[bytes, bool] = {}

    @property
    def literals(self) -> frozenset[bytes]:
        """The addresses of which there is one spelling alone."""
        return self._fours

    @property
    def spellings(self) -> tuple[bytes, ...]:
        """Regular expressions, letter case ignored: what may be one of the other addresses, or a prefix."""
        return (_PREFIX_OF_FOUR, _MAPPED.pattern[4:], *(_WRITTEN_SIX if self._six else ()))

    def holds(self, text: bytes) -> bool:
        """Tell of some lines."""
        return self.holds_address(text) or self._holds_word(text)

    def holds_address(self, text: bytes) -> bool:
        """Tell of some lines whether an address stands in them."""
        return self._holds_four(text) or self._holds_six(text)

    def _holds_four(self, text: bytes) -> bool:
        for address, length in _FOUR.findall(text):
            if address in self._fours:
                return True
            if length and self._bears(address + length.rstrip(b".")):
                return True
        return False

    def _holds_six(self, text: bytes) -> bool:
        if not self._six and _MAPPED.search(text) is None:
            return False
        for token in _SIX.findall(text):
            if not _perhaps_six(token):
                continue
            known = self._known.get(token)
            if known is None:
                if len(self._known) > _MOST_KNOWN:
                    self._known.clear()
                known = self._known[token] = any(self._bears(one) for one in _readings(token))
            if known:
                return True
        return False

    def _bears(self, written: bytes) -> bool:
        address = canonical(written.decode("latin-1"))
        return address is not None and address in self._bearing

    @cached_property
    def _index(self) -> tuple[dict[bytes, dict[tuple[int, int], set[bytes]]], list[bytes]]:
        """The whole words by their first run of letters and digits, its place in them and their length; the others."""
        runs: dict[bytes, dict[tuple[int, int], set[bytes]]] = {}
        others = []
        for text, whole in self.words:
            run = _RUN.search(text)
            if run is None or not whole:
                others.append(text)
            else:
                runs.setdefault(run[0], {}).setdefault((run.start(), len(text)), set()).add(text)
        return runs, others

    def _holds_word(self, text: bytes) -> bool:
        if not self.words:
            return False
        runs, others = self._index
        text = text.lower()
        if any(one in text for one in others):
            return True
        return any(_holds_after(text, run, runs[run]) for run in runs.keys() & set(_RUN.findall(text)))


def _holds_after(text: bytes, run: bytes, words: Mapping[tuple[int, int], Collection[bytes]]) -> bool:
    """Tell whether a word stands in a text whose first run of letters and digits is `run`, by its place and length."""
    at = text.find(run)
    while at >= 0:
        for (before, length), some in words.items():
            begin = at - before
            end = begin + length
            if begin >= 0 and text[begin:end] in some and _whole(text, at, end):
                return True
        at = text.find(run, at + 1)
    return False


def _whole(text: bytes, begin: int, end: int) -> bool:
    """Tell whether letters and digits go on neither before nor behind some bytes."""
    return not (begin and _RUN.match(text, begin - 1, begin)) and not _RUN.match(text, end, end + 1)


def _readings(token: bytes) -> Iterator[bytes]:
    """Give what may be an address in a run of digits and colons: what stands before or behind may be something else."""
    bare = token.partition(b"/")[0]
    for one in (token, bare):
        yield one
        inner = one.strip(b".")
        for trimmed in (inner, inner.removeprefix(b":"), inner.removesuffix(b":")):
            yield trimmed
            yield trimmed.partition(b":")[2]
            yield trimmed.rpartition(b":")[0]
            yield trimmed.partition(b":")[2].rpartition(b":")[0]


def _perhaps_six(token: bytes) -> bool:
    return b"::" in token or token.count(b":") >= _LEAST_COLONS  # else a hardware address, most often


def addresses_in(text: bytes) -> set[str]:
    """Give every address and prefix that a text may hold, in the form of RFC 5952, whatever stands around it."""
    written = {part for found in _DOTTED.findall(text) for part in (found, found.partition(b"/")[0])}
    for token in set(_HEXADECIMAL.findall(text)):
        if _perhaps_six(token):
            written.update(_readings(token))
    found = {canonical(one.decode("ascii")) for one in written}
    return {address for address in found if address is not None}


def words_of(names: Iterable[bytes]) -> set[Word]:
    """Give the words by which names are found."""
    return {word for word in map(word_of, names) if word is not None}


def text_of(lines: Iterable[Line]) -> bytes:
    """Give the bytes of some lines, with newlines between."""
    return b"\n".join([line.text for line in lines])


def not_asked_for(reading: FileLeases, lines: Sequence[Line], names: Names) -> bool:
    """Tell whether lines that cannot be read hold no address asked for; if so they are counted as not watched.

    What was found on the way, accounts and sessions, says nothing here: it depends on what else could be read.
    """
    if names.holds_address(text_of(lines)):
        return False
    reading.dropped["not_watched"] += len(lines)
    return True
