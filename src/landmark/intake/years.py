"""Whether `year` still means the year that it meant before the oldest files of a log were declared gone.

Where lines write no year, the case states that of the first line of the earliest file. When December's file has gone,
that is January's: the same `year` would put every line a year back, most often out of the window, and in silence.

So the ledger has, of each such text, one line of which an event or a lease was made, and of which day it was. It stays
when results are deleted: whatever is changed in the case besides, that line is still of that year. When files go, what
is left is read up to it once more.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc

from landmark.assignments.stamps import Clock
from landmark.assignments.times import UnreadableError
from landmark.errors import CaseError, Problem
from landmark.intake.inputs import Dated
from landmark.intake.turning import instant_of
from landmark.sources.local_times import Zone
from landmark.sources.syslog import Clocks
from landmark.tables import DAY, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from landmark.case import Assignment, Log
    from landmark.intake.inputs import Input, Seen
    from landmark.intake.turning import Read
    from landmark.scan.reading import Identity

_YEAR = 365.2425  # days
_FILE_SHIFT = 40  # bits for the number of a line in its text
_EPOCH = date(1970, 1, 1)
_HINT = "where `year` was wrong before, run once with the right one, and then say what has gone"


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
    """Hold the year of lines of sources of which files have gone against that by which an earlier run read them.

    Args:
        files: every input with its identity, in the order in which they are read.
        earlier: what the ledger says of every file that earlier runs read.

    Raises:
        CaseError: lines are of another year now.
        MachineError: the machine refuses to read a file.
    """
    owners = {(one.kind, one.owner.name): one.owner for one, _ in files}
    problems = []
    for (kind, name), owner in owners.items():
        if owner.year is not None and owner.gone:
            own = [(one, identity) for one, identity in files if (one.kind, one.owner.name) == (kind, name)]
            known = [found for texts in _series(own) for found in _known(texts, earlier)]
            problems += [] if (wrong := _wrong(owner, owner.year, known)) is None else [wrong]
    if problems:
        raise CaseError(*problems)


def _wrong(owner: Log | Assignment, year: int, known: Sequence[_Known]) -> Problem | None:
    first = next((one for one in known if one.years_on), None)
    if first is None:
        return None
    was, line = first.dated.day[:4], f"line {first.dated.line} of {first.name}"
    found = f"{year}, by which {line}, which an earlier run read as one of {was}, would be of {first.now.year}"
    expected = f"{year + first.years_on}, the year of the first line of {first.begins}, which is the earliest file now"
    other = next((one for one in known if one.years_on != first.years_on), None)
    if other is not None:  # what has gone told where the year turns, or where it did not: no one year is right for both
        expected = f"a table of its own, with a `year` of its own, each for {first.name} and for {other.name}"
    return Problem(expected, "case.toml", owner.line or None, "year", found, _HINT)


def _series(own: Sequence[tuple[Input, Identity]]) -> Iterator[list[tuple[Input, Identity]]]:
    """Give what is read with one state, text by text, as it is read: the same text once."""
    first: dict[str, Input] = {}
    found: dict[str, list[tuple[Input, Identity]]] = {}
    for one, identity in own:
        if first.setdefault(identity.content_sha256, one) is one:
            found.setdefault(one.series, []).append((one, identity))
    yield from found.values()


def _known(texts: Sequence[tuple[Input, Identity]], earlier: Mapping[str, Seen]) -> Iterator[_Known]:
    """Read what is left of a series, up to the last line of which the day is known."""
    dated = [dated_before(identity, earlier) for _, identity in texts]
    last = max((number for number, one in enumerate(dated) if one is not None), default=-1)
    read = _clock(texts[0][0])
    for number, ((one, identity), of) in enumerate(zip(texts[: last + 1], dated[: last + 1], strict=True)):
        wanted = None if of is None else of.line
        reads = partial(_of_text, read, number)
        at = instant_of(one.path, identity.text_bytes, reads, wanted, to_the_end=number < last)
        if of is not None and at is not None:
            yield _Known(one.name, texts[0][0].name, of, _day(at))


def _of_text(read: Read, number: int, text: bytes, line: int) -> int | None:
    return read(text, (number << _FILE_SHIFT) | line)


def _clock(one: Input) -> Read:
    """Give what reads the instant (µs UTC) of each line of a series in turn, as its format does; None: it has none."""
    owner = one.owner
    if one.kind == "log" and owner.zone is not None and owner.year is not None:
        clocks = Clocks(Zone(owner.zone), owner.year, 0)

        def of_log(text: bytes, order: int) -> int | None:
            taken = clocks.take(text, order)
            return None if taken is None or taken.stamp is None else taken.stamp.instants[0] * SECOND

        return of_log
    clock = Clock(owner.zone, owner.year)

    def of_record(text: bytes, _: int) -> int | None:
        try:
            return clock.head(text).at.earlier
        except UnreadableError:
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
    """
    found = {}
    for one, identity in files:
        if one.owner.year is None:
            continue
        known = dated_before(identity, earlier)
        if known is not None and (known.year == one.owner.year or (checked and one.owner.gone)):
            found[one.name] = known._replace(year=one.owner.year)
            continue
        rows = events if one.kind == "log" else leases
        first = None if rows is None else _first(rows.filter(pc.equal(rows["source"], identity.content_sha256)))
        if first is not None:
            found[one.name] = Dated(one.owner.year, first[0], _day(first[1]).isoformat())
    return found


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
