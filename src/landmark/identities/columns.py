"""One line of a CSV of names: its cells, and which column is which. No message quotes a cell."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from landmark.assignments.times import Instant, UnreadableError, read_instant
from landmark.case import SUBSCRIBER_COLUMNS
from landmark.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from landmark.case import Subscribers
    from landmark.lines import Line

BOM = b"\xef\xbb\xbf"
NAMES = tuple(name for name in SUBSCRIBER_COLUMNS if "_" in name)
"""The columns of the three groups."""
_DAY_LENGTH = len("2001-10-01")


def cells_of(text: bytes) -> list[str] | None:
    """Split one line as RFC 4180 says, UTF-8; None where it cannot be: a record never goes over a line's end."""
    try:
        rows = list(csv.reader([text.removesuffix(b"\r").decode("utf-8")], strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return rows[0] if len(rows) == 1 and b"\0" not in text else None


def header_problems(cells: Sequence[str] | None, owner: Subscribers, file: str, line: int) -> Iterator[Problem]:
    """Give everything that is wrong with the header of a file of subscriber records."""
    if cells is None:
        yield Problem("a header line in UTF-8, with cells parted by commas", file, line, found="none that can be read")
        return
    names = [cell.strip() for cell in cells]
    if len(names) == 1 and ";" in names[0]:
        yield Problem("columns parted by commas", file, line, found="columns parted by semicolons")
        return
    theirs = {name: owner.columns.get(name, name) for name in SUBSCRIBER_COLUMNS}
    for name, called in theirs.items():
        if names.count(called) > 1:
            yield Problem("each column once", file, line, name, "a column written twice")
        elif called not in names and name in owner.columns:
            yield Problem("the column that `columns` in the case names", file, line, name, "none of that name")
    if theirs["account"] not in names:
        yield Problem("a column with the account", file, line, "account", "nothing", "`columns` in the case names it")
    if not any(theirs[name] in names for name in NAMES):
        expected = f"at least one of the columns {', '.join(NAMES)}"
        yield Problem(expected, file, line, found="none of them", hint="`columns` in the case names them")


def places_of(cells: Sequence[str], owner: Subscribers) -> dict[str, int]:
    """Give the place of each column that a right header has, from 0."""
    names = [cell.strip() for cell in cells]
    theirs = {name: owner.columns.get(name, name) for name in SUBSCRIBER_COLUMNS}
    return {name: names.index(called) for name, called in theirs.items() if called in names}


def cut_short(line: Line, places: Mapping[str, int], width: int) -> str | None:
    """Give the column of which a last line without newline may hold a part only: the last, if it is one of ours.

    Not even a quote at its end says that it is whole: it may be the first of two.
    """
    if line.ended or line.text.endswith(b"\r"):
        return None
    return next((name for name, place in places.items() if place == width - 1), None)


def period_of(cells: Mapping[str, str], zone: ZoneInfo | None) -> tuple[int | None, int | None]:
    """Give when a record surely held: µs UTC, half-open, None where no bound is stated.

    A day alone is its first instant, also as `until`, which is not included. A local time that occurs twice is taken so
    that the period is the shorter one.

    Raises:
        UnreadableError: `malformed` or `bad_time`.
    """
    begin, end = (_instant(cells.get(name, "").strip(), zone) for name in ("from", "until"))
    first, last = None if begin is None else begin.later, None if end is None else end.earlier
    if first is not None and last is not None and last < first:
        raise UnreadableError("bad_time")
    return first, last


def _instant(text: str, zone: ZoneInfo | None) -> Instant | None:
    if not text:
        return None
    return read_instant(f"{text}T00:00:00" if len(text) == _DAY_LENGTH and "-" in text else text, zone)
