"""From the holders of addresses to leases: which of them bear on the case, and what becomes of every line."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from landmark.assignments import FileLeases, Lease
from landmark.assignments.addresses import Bearing
from landmark.assignments.holders import FOREVER, Part, Record, Timeline, touches
from landmark.assignments.names import Names, addresses_in, not_asked_for
from landmark.assignments.times import Instant, merged, stretches
from landmark.lines import Reject
from landmark.tables import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from landmark.assignments import Settings, Wanted
    from landmark.lines import Line

_LENGTHS = 128  # of prefixes that are no whole address
_FATES = ("kept", "outside_window", "duplicate", "not_watched")  # of the parts of one record the first that is there


@dataclass(slots=True)
class Series:
    """One series of files: the holders of each of its addresses, and where its server's clock was set back."""

    timelines: defaultdict[str, Timeline] = field(default_factory=lambda: defaultdict(Timeline))
    steps: list[tuple[int, int]] = field(default_factory=list)  # half-open, µs UTC
    _last: dict[str, int] = field(default_factory=dict)

    def unreadable(self, text: bytes, *, lengths_apart: bool = False) -> set[str]:
        """Take a row that cannot be read: whatever address stands in it may be another's from there; give those.

        Args:
            text: its bytes.
            lengths_apart: whether the length of a prefix stands elsewhere in a row, and every row is read.
        """
        written = addresses_in(text)
        if lengths_apart:
            written |= {f"{address}/{length}" for address in written for length in range(_LENGTHS)}
        found = {address for address in written if address in self.timelines}
        for address in found:
            self.timelines[address].unreadable()
        return found

    def saw(self, address: str, at: int, tolerance: int) -> None:
        """Take a row's time; one that lies before that of the row before of its address is a step of the clock."""
        before = self._last.get(address, at)
        if before - at > tolerance:
            self.steps.append((at, before))
        self._last[address] = at


class Reading:
    """All texts of one source while they are read."""

    def __init__(self, settings: Settings, ages: Sequence[Mapping[str, tuple[int, int]]] = ()) -> None:
        """Begin without a text; of copies of a state take how old each is, as `Settings` has it."""
        self._series = settings.series
        self._ages = ages
        self.texts: list[FileLeases] = []
        self.series: dict[str, Series] = {}

    def next_text(self) -> tuple[int, FileLeases, Series]:
        """Begin the next text: its number from 0, its accounting, and the series that it belongs to."""
        number = len(self.texts)
        self.texts.append(FileLeases())
        name = self._series[number] if number < len(self._series) else ""
        return number, self.texts[number], self.series.setdefault(name, Series())

    def accounts(self, wanted: Wanted) -> set[str]:
        """Give the accounts asked for: those that the case names, and those found at addresses asked for."""
        bearing = Bearing(wanted.addresses)
        found: set[str | None] = set(wanted.accounts)
        for series in self.series.values():
            for address, timeline in series.timelines.items():
                if address in bearing:
                    found |= {part.account for part in timeline.parts if _inside(part, wanted)}
        return {account for account in found if account is not None}

    def finish(self, wanted: Wanted) -> list[FileLeases]:
        """Make leases of what bears on the case.

        A part bears by its address, or by an account that such a part names.
        """
        accounts = self.accounts(wanted)
        bearing = Bearing(wanted.addresses)
        fates: dict[Record, str] = {}
        for name, series in self.series.items():
            series.steps = merged(series.steps)
            for address, timeline in series.timelines.items():
                if self._differ(timeline, name):
                    for part in timeline.parts:
                        part.end = Instant(part.begin.earlier, part.end.later)
                all_bear = address in bearing
                told = [
                    _told(part, wanted) if all_bear or part.account in accounts else "not_watched"
                    for part in timeline.parts
                ]
                for account, records in timeline.twice:
                    for record in records:
                        _settle(fates, record, "duplicate" if all_bear or account in accounts else "not_watched")
                self._take(address, timeline, told, series, fates)
        for record, fate in fates.items():
            reading = self.texts[record.text]
            if fate == "kept":
                reading.kept += len(record.rows)
            else:
                reading.dropped[fate] += len(record.rows)
        for reading in self.texts:
            reading.leases.sort(key=lambda one: (one.rows, one.begin, one.address))
        return self.texts

    def _differ(self, timeline: Timeline, series: str) -> bool:
        """Tell whether copies of which nobody knows which is the younger say different things of an address."""
        records = [*timeline.unused, *(record for part in timeline.parts for record in part.records)]
        ages = sorted(self._ages[text][series] for text in {record.text for record in records}) if self._ages else []
        return any(one[1] >= other[0] for one, other in pairwise(ages))

    def _take(
        self, address: str, timeline: Timeline, told: Sequence[str], series: Series, fates: dict[Record, str]
    ) -> None:
        for record in timeline.unused:
            _settle(fates, record, "not_watched")
        kept: list[Part] = []
        for part, fate in zip(timeline.parts, told, strict=True):
            if fate == "kept":
                kept.append(part)
                continue
            for record in part.records:
                _settle(fates, record, fate)
        for run in _runs(kept):
            self._lease(address, run, series.steps, fates)

    def _lease(self, address: str, run: list[Part], steps: Sequence[tuple[int, int]], fates: dict[Record, str]) -> None:
        first, last = run[0], run[-1]
        line = next((part.line for part in run if part.line is not None), None)
        rows: dict[int, set[int]] = defaultdict(set)
        for part in run:
            for record in part.records:
                rows[record.text].update(record.rows)
        pieces = list(_pieces(first.begin, last.end, steps))
        told = set()
        for text, begin, end, doubtful in _divided(pieces, sorted(rows)):
            told.add(text)
            self.texts[text].leases.append(
                Lease(
                    address,
                    None,
                    None,
                    None,
                    None,
                    begin,
                    None if end == FOREVER else end,
                    first.account,
                    line,
                    last.ends,
                    doubtful,
                    tuple(sorted(rows[text])),
                )
            )
        for part in run:
            for record in part.records:
                _settle(fates, record, "kept" if record.text in told else "duplicate")


def account_for(reading: FileLeases, lines: Sequence[Line], fault: str, names: Names | None = None) -> None:
    """Count the lines of a record that cannot be read, each where it is; without a name they are not watched."""
    if names is None or fault == "truncated" or not not_asked_for(reading, lines, names):
        reading.rejects += [Reject(line.number, line.offset, len(line.text), fault) for line in lines]


def _settle(fates: dict[Record, str], record: Record, fate: str) -> None:
    known = fates.get(record)
    if known is None or _FATES.index(fate) < _FATES.index(known):
        fates[record] = fate


def _inside(part: Part, wanted: Wanted) -> bool:
    return part.begin.earlier < wanted.end and part.end.later > wanted.begin


def _told(part: Part, wanted: Wanted) -> str:
    return "kept" if _inside(part, wanted) else "outside_window"


def _runs(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Join renewals: parts of one holder and line that go over into each other, of one text."""
    run: list[Part] = []
    line: str | None = None
    for part in parts:
        goes_on = (
            bool(run)
            and touches(run[-1], part)
            and run[-1].end.later == part.begin.later  # else another was between them, and the clock went back
            and {one.text for one in part.records} == {run[0].records[0].text}
        )
        if goes_on and (line is None or part.line in {None, line}):
            run.append(part)
        else:
            if run:
                yield run
            run, line = [part], None
        line = line or part.line
    if run:
        yield run


def _pieces(begin: Instant, end: Instant, steps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Divide a lease into what is certain and what is doubtful, also where the server's clock was set back."""
    for since, until, doubtful in stretches(begin, end):
        at, last = since, FOREVER if until is None else until
        place = bisect_right(steps, (at, at)) - 1
        for low, high in () if doubtful else steps[max(place, 0) :]:
            if low >= last:
                break
            if high <= at:
                continue
            if low > at:
                yield at, low, False
            yield max(at, low), min(high, last), True
            at = min(high, last)
        if at < last:
            yield at, last, doubtful


def _divided(pieces: Sequence[tuple[int, int, bool]], texts: Sequence[int]) -> Iterator[tuple[int, int, int, bool]]:
    """Divide a lease that rows of several texts make among them, as a row of the table names one text.

    Its parts touch, and touching ones are one lease.
    """
    begin, end = pieces[0][0], pieces[-1][1]
    share = DAY if end == FOREVER else (end - begin) // len(texts)
    bounds = [begin + share * place for place in range(len(texts))] + [end]
    for text, low, high in zip(texts, bounds, bounds[1:], strict=False):
        for since, until, doubtful in pieces:
            if max(since, low) < min(until, high):
                yield text, max(since, low), min(until, high), doubtful
