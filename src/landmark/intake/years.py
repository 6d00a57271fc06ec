"""Whether `year` still means the year that it meant before the oldest files of a log were declared gone.

Where lines write no year, the case states that of the first line of the earliest file. When December's file has gone,
that is January's: the same `year` would put every line a year back, most often out of the window, and in silence.

So the ledger has, of each such text, one line, and of which day it was: one of which an event or a lease was made, or
the first that has a time. It stays when results are deleted: whatever is changed in the case besides, that line is
still of that year. When files go, what is left is read up to it once more, whichever table says that they have gone.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc

from landmark.assignments.stamps import Clock
from landmark.assignments.times import UnreadableError
from landmark.errors import CaseError, Problem
from landmark.intake.inputs import Dated
from landmark.intake.turning import instant_of
from landmark.lines import MARK
from landmark.sources.local_times import Zone
from landmark.sources.syslog import Clocks, head_of
from landmark.tables import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from landmark.case import Assignment, Log
    from landmark.intake.inputs import Input, Seen
    from landmark.intake.turning import Read
    from landmark.scan.reading import Identity

_YEAR = 365.2425  # days
_FEBRUARY, _LEAP_DAY = 2, 29
_EPOCH = date(1970, 1, 1)
_HINT = "where the `year` of before was wrong, first run once in keeping with it, and then with the right one"


class _Known(NamedTuple):
    """A text with its line of which the day is known, and the day on which that line would be now."""

    name: str
    begins: str  # the earliest file of its series
    dated: Dated
    now: date

    @property
    def years_on(self) -> int:
        """By how many years the line would be too early."""
        return round((date.fromisoformat(self.dated.day) - self.now).days / _YEAR)


def check(files: Sequence[tuple[Input, Identity]], earlier: Mapping[str, Seen]) -> None:
    """Hold the year of lines, since files have gone, against that by which an earlier run read them.

    Args:
        files: every input with its identity, in the order in which they are read.
        earlier: what the ledger says of every file that earlier runs read.

    Raises:
        CaseError: lines are of another year now.
        MachineError: the machine refuses to read a file.
    """
    known: dict[tuple[str, str], list[_Known]] = {}
    owners: dict[tuple[str, str], Log | Assignment] = {}
    for texts in _series(files):
        one = texts[0][0]
        owners[one.kind, one.owner.name] = one.owner
        known.setdefault((one.kind, one.owner.name), []).extend(_known(texts, earlier))
    problems = [wrong for at, owner in owners.items() if (wrong := _wrong(owner, known[at])) is not None]
    if problems:
        raise CaseError(*problems)


def _wrong(owner: Log | Assignment, known: Sequence[_Known]) -> Problem | None:
    year, first = owner.year, next((one for one in known if one.years_on), None)
    if year is None or first is None:
        return None
    was, line = first.dated.day[:4], f"line {first.dated.line} of {first.name}"
    found = f"{year}, by which {line}, which an earlier run read as one of {was}, would be of {first.now.year}"
    expected = f"{year + first.years_on}, the year of the first line of {first.begins}, which is the earliest file now"
    other = next((one for one in known if one.years_on != first.years_on), None)
    if other is not None:  # what has gone told where the year turns, or where it did not: no one year is right for both
        expected = f"a table of its own, with a `year` of its own, each for {first.name} and for {other.name}"
    return Problem(expected, "case.toml", owner.line or None, "year", found, _HINT)


def _series(files: Sequence[tuple[Input, Identity]]) -> Iterator[list[tuple[Input, Identity]]]:
    """Give what is read with one state and writes no year, text by text, as it is read.

    The same text is read once, under the first of its names, in whichever table that stands.
    """
    first: dict[tuple[str, str], Input] = {}
    found: dict[tuple[str, str, str], list[tuple[Input, Identity]]] = {}
    for one, identity in files:
        if first.setdefault((one.kind, identity.content_sha256), one) is one and one.owner.year is not None:
            found.setdefault((one.kind, one.owner.name, one.series), []).append((one, identity))
    yield from found.values()


def _known(texts: Sequence[tuple[Input, Identity]], earlier: Mapping[str, Seen]) -> Iterator[_Known]:
    """Read what is left of a series, up to the last line of which the day is known."""
    dated = [dated_before(identity, earlier) for _, identity in texts]
    last = max((number for number, one in enumerate(dated) if one is not None), default=-1)
    read = _clock(texts[0][0])
    for number, ((one, identity), of) in enumerate(zip(texts[: last + 1], dated[: last + 1], strict=True)):
        wanted = None if of is None else of.line
        at = instant_of(one.path, identity.text_bytes, read, wanted, to_the_end=number < last)
        if of is not None and at is not None:
            yield _Known(one.name, texts[0][0].name, of, _day(at))


def _first_lines(texts: Sequence[tuple[Input, Identity]]) -> Iterator[tuple[str, int, int]]:
    """Give, by the hash of its text, the first line of each that has a time, and its instant."""
    read = _clock(texts[0][0])
    for number, (one, identity) in enumerate(texts):
        timed: list[tuple[int, int]] = []

        def reads(text: bytes, line: int, timed: list[tuple[int, int]] = timed) -> int | None:
            if (at := read(text, line)) is not None and not timed:
                timed.append((line, at))
            return at

        instant_of(one.path, identity.text_bytes, reads, 1, to_the_end=number < len(texts) - 1)
        for line, at in timed:
            yield identity.content_sha256, line, at


def _clock(one: Input) -> Read:
    """Give what reads about when (µs) each line of a series in turn was written, to tell its year; None: it has none.

    A local time that does not occur has a year all the same; so has a leap day where the year has none.
    """
    owner = one.owner
    if one.kind == "log" and owner.zone is not None and owner.year is not None:
        days = Clocks(Zone(owner.zone), owner.year, 0).days()

        def of_log(text: bytes, number: int) -> int | None:
            head = head_of(text.removeprefix(MARK) if number == 1 else text)
            if head is not None and (head.month, head.day) == (_FEBRUARY, _LEAP_DAY):
                head = head._replace(day=_LEAP_DAY - 1)
            midnight = None if head is None else days.midnight(head)
            return None if midnight is None else midnight * SECOND

        return of_log
    clock = Clock("UTC", owner.year)

    def of_record(text: bytes, number: int) -> int | None:
        text = text.removeprefix(MARK) if number == 1 else text
        for written in (text, text.replace(b"Feb 29 ", b"Feb 28 ", 1)):
            try:
                return clock.head(written).at.earlier
            except UnreadableError:
                pass
        return None

    return of_record


def dated_before(identity: Identity, earlier: Mapping[str, Seen]) -> Dated | None:
    """Give what the ledger has of a text, or of one with which it begins; under whatever name."""
    for _, was in sorted(earlier.items()):
        begins = identity.content_sha256 if was.text_bytes == identity.text_bytes else None
        if was.dated is not None and identity.prefixes.get(was.text_bytes, begins) == was.content_sha256:
            return was.dated
    return None


def dated_now(
    files: Sequence[tuple[Input, Identity]],
    earlier: Mapping[str, Seen],
    events: pa.Table,
    leases: pa.Table | None,
    *,
    checked: bool,
) -> dict[str, Dated]:
    """Give, by name, what the ledger is to have of each text whose lines write no year, as far as that is known.

    What it has is kept as long as it is right: a narrower window may have left no row.

    Args:
        files: every input with its identity.
        earlier: what the ledger says of every file that earlier runs read.
        events: the kept rows of logs.
        leases: those of assignments, if the case has any.
        checked: whether files have gone, and what the ledger has was found right.

    Raises:
        MachineError: the machine refuses to read a file.
    """
    found: dict[str, Dated] = {}
    unknown: list[tuple[Input, Identity]] = []
    for one, identity in files:
        if one.owner.year is None:
            continue
        known = dated_before(identity, earlier)
        if known is not None and (known.year == one.owner.year or checked):
            found[one.name] = known._replace(year=one.owner.year)
            continue
        rows = events if one.kind == "log" else leases
        first = None if rows is None else _first(rows.filter(pc.equal(rows["source"], identity.content_sha256)))
        if first is not None:
            # As it is written: what the case takes off for a clock that was off, by years even, is no part of it.
            found[one.name] = Dated(one.owner.year, first[0], _day(first[1] + one.owner.clock_ahead).isoformat())
        else:
            unknown.append((one, identity))
    return found | dict(_dated_by_reading(files, unknown))


def _dated_by_reading(
    files: Sequence[tuple[Input, Identity]], unknown: Sequence[tuple[Input, Identity]]
) -> Iterator[tuple[str, Dated]]:
    """Date the texts of which no row was made."""
    wanted = {(one.kind, identity.content_sha256) for one, identity in unknown}
    for texts in _series(files):
        kind = texts[0][0].kind
        last = max(
            (at for at, (_, identity) in enumerate(texts) if (kind, identity.content_sha256) in wanted), default=-1
        )
        for content, line, at in _first_lines(texts[: last + 1]) if last >= 0 else ():
            for one, identity in unknown:
                if (one.kind, identity.content_sha256) == (kind, content) and one.owner.year is not None:
                    yield one.name, Dated(one.owner.year, line, _day(at).isoformat())


def _first(own: pa.Table) -> tuple[int, int] | None:
    """Give the first line of a text of which an event or a lease was made, and its instant.

    A lease that is doubtful may have begun long before its line.
    """
    if "rows" not in own.schema.names:
        return min(zip(own["line"].to_pylist(), own["time"].to_pylist(), strict=True), default=None)
    sure = own.filter(pc.invert(own["doubtful"]))
    return min(zip(map(min, sure["rows"].to_pylist()), sure["from"].to_pylist(), strict=True), default=None)


def _day(at: int) -> date:
    return _EPOCH + timedelta(days=at // DAY)
