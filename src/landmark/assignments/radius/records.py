"""The records of a FreeRADIUS `detail` file: a line with the date, lines `TAB Attribute = value`, a blank line.

What rlm_detail writes, versions 1 to 3: strings in quotes with backslashes, a tag after an attribute's name
(`Tunnel-Type:0`), attributes of a vendor in dotted form. The line with the date is a line of its record. A record is
whole when a blank line follows it:

- at the end of a text, one that is not is `truncated`: nobody knows which attributes are still to come;
- before another record's first line, it is `malformed`, as is one of whose lines something is missing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from landmark.assignments.names import Names, not_asked_for
from landmark.assignments.sieve import RECORDS, Needles, Skipped, asked
from landmark.assignments.times import UnreadableError
from landmark.lines import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases
    from landmark.lines import Line

_ATTRIBUTE = re.compile(
    rb"""
    ^ [\t\ ]+ ([^\s=:"']+) (?: :[^\s=:"']+ )?                 # a tag may follow the name
    [\t\ ]* [:+=]?= [\t\ ]*
    ( "(?:[^"\\\n]|\\[^\n])*" | '(?:[^'\\\n]|\\[^\n])*' | (?:[^\s"'][^\n]*)? )
    [\t\ \r]* $
    """,
    re.VERBOSE | re.MULTILINE,
)
# As the server writes it; where another `Timestamp` stands, the record is read.
_STAMP = re.compile(rb"\n\tTimestamp = (\d{1,18})(?=\n)")
_ESCAPE = re.compile(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}


ESCAPES_AND_RESTARTS = rb"\\|accounting-o|acct-status-type[^=\n]*=+[ \t]*[\x22\x27]?[78]"
"""What makes a record matter whatever it names: escapes, which may be any letter of a name, and restarts."""


class Written(NamedTuple):
    """A record as it is written: its lines, the blank one left out."""

    text: int  # which of the texts, from 0
    lines: tuple[Line, ...]

    @property
    def row(self) -> int:
        """The line number of its first line."""
        return self.lines[0].number

    @property
    def head(self) -> bytes:
        """Its first line."""
        return self.lines[0].text.strip()

    @property
    def body(self) -> bytes:
        """The other lines, with newlines between."""
        return b"\n".join([line.text for line in self.lines[1:]])

    def attributes(self, names: Collection[bytes]) -> dict[bytes, list[bytes]]:
        """Give the values of the attributes asked for, in the order of the lines, without quotes and escapes.

        Args:
            names: in lower case; of a dotted name the last part.

        Raises:
            UnreadableError: `malformed`: a line, of whatever attribute, is none of this form.
        """
        body = self.body
        every = _ATTRIBUTE.findall(body)
        if len(every) != len(self.lines) - 1 or b"\0" in body:
            raise UnreadableError("malformed")
        found: dict[bytes, list[bytes]] = {}
        for written, value in every:
            name = _name(written)
            if name in names:
                found.setdefault(name, []).append(_plain(value))
        return found


def split(line: bytes) -> tuple[bytes, bytes]:
    """Split an attribute's line into its name, in lower case, and its value as written.

    Raises:
        UnreadableError: `malformed`: it has another form, or a quote is never closed.
    """
    match = None if b"\0" in line else _ATTRIBUTE.fullmatch(line)
    if match is None:
        raise UnreadableError("malformed")
    return _name(match[1]), match[2].rstrip()


def records(  # noqa: PLR0913, PLR0917 - each is a thing of its own
    number: int,
    text: Iterable[Line],
    reading: FileLeases,
    names: Names,
    pass_over: Callable[[Skipped], bool],
    always: bytes = rb"\\",
) -> Iterator[Written]:
    """Give the whole records of a text that may matter; every other line is accounted for in `reading`.

    Args:
        number: which of the texts it is, from 0.
        text: its lines.
        reading: takes up the lines that are in no whole record.
        names: what is asked for.
        pass_over: is told of records that hold no name; those that it does not pass over are given all the same.
        always: what else makes a record matter: a regular expression. An escape may be any letter of a name.
    """
    return _records(number, _lines(text, reading, Needles(names, always, RECORDS), pass_over), reading, names)


def written_in(number: int, lines: Iterable[Line], reading: FileLeases, names: Names) -> Iterator[Written]:
    """Give the whole records that some lines make; every other line is accounted for in `reading`."""
    return _records(number, lines, reading, names)


def stamps_in(data: bytes) -> list[int] | None:
    """Give the `Timestamp` of each of some whole records, in order; None where one may have none, or several."""
    stamps = _STAMP.findall(data)
    units = units_in(data)
    others = data.lower().count(b"timestamp") - data.count(b"\tEvent-Timestamp = ")
    ended = data.endswith(b"\n\n")
    if not ended or len(stamps) != others or not all(unit.count(b"\n\tTimestamp = ") == 1 for unit in units):
        return None
    return [int(stamp) for stamp in stamps]


def units_in(data: bytes) -> list[bytes]:
    """Give what blank lines part in some whole records."""
    return data.removesuffix(b"\n\n").split(b"\n\n")


def _lines(
    text: Iterable[Line], reading: FileLeases, needles: Needles, pass_over: Callable[[Skipped], bool]
) -> Iterator[Line]:
    for piece in asked(text, needles):
        if not isinstance(piece, Skipped):
            yield from piece
        elif pass_over(piece):
            piece.account_for(reading)
        else:
            yield from piece.lines()


def _records(number: int, text: Iterable[Line], reading: FileLeases, names: Names) -> Iterator[Written]:
    lines: list[Line] = []
    for line in text:
        indented = line.text[:1] in {b"\t", b" "}
        if lines and not line.ended:
            lines.append(line)
        elif not line.text.strip():
            reading.dropped["empty"] += 1
            if lines and _follow(lines, line):
                yield Written(number, tuple(lines))
            else:
                reject(lines, "malformed", reading, names)
            lines = []
        elif indented and lines:
            lines.append(line)
        else:
            reject(lines, "malformed", reading, names)
            lines = []
            if indented or not line.ended:
                reject([line], "malformed" if line.ended else "truncated", reading, names)
            else:
                lines = [line]
    reject(lines, "truncated", reading, names)


def reject(lines: Sequence[Line], reason: str, reading: FileLeases, names: Names) -> None:
    """Reject the lines of a record: they share its fate. Where they hold no name, they are not watched."""
    if lines and (reason == "truncated" or not not_asked_for(reading, lines, names)):
        reading.rejects += [Reject(line.number, line.offset, len(line.text), reason) for line in lines]


def _follow(lines: Sequence[Line], blank: Line) -> bool:
    """Tell whether no line is missing between them: one that was too long is not given to us."""
    return lines[0].number + len(lines) == blank.number


@lru_cache(maxsize=1 << 12)
def _name(written: bytes) -> bytes:
    return written.lower().rsplit(b".", 1)[-1]


def _plain(value: bytes) -> bytes:
    if value[:1] not in {b'"', b"'"}:
        return value.rstrip()
    value = value[1:-1]
    return _ESCAPE.sub(_unescaped, value) if b"\\" in value else value


def _unescaped(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    return bytes([int(escaped, 8)]) if len(escaped) > 1 else _ESCAPED.get(escaped, escaped)
