"""The provider's files of who its customers are, read as a stream: only rows of who is asked about are held.

Of every row the account is hashed, and all else is let go unless the hash is that of a subject. What a row says of
anybody else reaches no table, no message and no memory beyond its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from landmark.assignments.times import UnreadableError
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.identities.columns import BOM, NAMES, cells_of, header_problems, period_of, places_of
from landmark.identities.judging import Conflict, Evidence, Place, Record
from landmark.identities.tallies import Tally
from landmark.intake.names import account_forms, account_of
from landmark.scan.finding import expand
from landmark.scan.reading import identify, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from landmark.case import Case, Subscribers
    from landmark.identities.people import Subject
    from landmark.lines import Line
    from landmark.pseudonyms import Pseudonyms
    from landmark.scan.reading import Identity


class Source(NamedTuple):
    """One file of subscriber records: how it is shown, where it is, and whose it is."""

    name: str
    path: Path
    owner: Subscribers


def find(case: Case) -> list[Source]:
    """Find every file of subscriber records, by name.

    Raises:
        CaseError: a pattern has no file, or two tables name one file.
    """
    found: dict[Path, Source] = {}
    problems: list[Problem] = []
    for owner in sorted(case.subscribers, key=lambda one: one.name):
        files, missing = expand(case.folder, sorted(owner.files))
        line = owner.line or None
        problems += [Problem(one.expected, "case.toml", line, "files", one.found, one.hint) for one in missing]
        for name, path in files:
            other = found.setdefault(path.resolve(), Source(name, path, owner))
            if other.owner is not owner:
                where = f"{name}, which line {other.owner.line} names too"
                problems.append(Problem("each file in one [[subscribers]] only", "case.toml", line, "files", where))
    if problems:
        raise CaseError(*problems)
    return sorted(found.values(), key=lambda one: one.name)


def check(sources: Sequence[Source]) -> None:
    """See that each file has a header that can be read; nothing below it is looked at.

    Raises:
        CaseError: with every problem of every file.
    """
    problems: list[Problem] = []
    for one in sources:
        head = next((line for line in lines_of(one.path) if line.text.removeprefix(BOM).strip()), None)
        cells = None if head is None else cells_of(head.text.removeprefix(BOM))
        problems += header_problems(cells, one.owner, one.name, 1 if head is None else head.number)
    if problems:
        raise CaseError(*problems)


@dataclass(slots=True)
class Reading:
    """What the files came to: the evidence for each subject, and the accounting of each file."""

    evidence: dict[str, Evidence]  # by the subject's account
    more_than: int
    tallies: list[Tally] = field(default_factory=list)
    said: set[tuple[str, ...]] = field(default_factory=set)  # what was kept, word for word


def identified(sources: Sequence[Source]) -> list[tuple[Source, Identity]]:
    """Hash every file, to know what is read.

    Raises:
        MachineError: one cannot be read.
    """
    return [(one, identify(one.path)) for one in sources]


def read(
    case: Case, sources: Sequence[tuple[Source, Identity]], subjects: Sequence[Subject], names: Pseudonyms
) -> Reading:
    """Read every file once, holding nothing but the records of these subjects in the periods of their visits.

    Raises:
        CaseError: a header is not right.
        IntegrityError: a file changed while it was read, or its lines do not add up.
    """
    check([one for one, _ in sources])
    reading = Reading({one.account: Evidence(one) for one in subjects}, case.rules.more_than)
    first: dict[str, str] = {}
    for one, identity in sources:
        tally = Tally(one.name, identity.sha256, identity.stored_bytes)
        reading.tallies.append(tally)
        other = first.setdefault(identity.content_sha256, one.name)
        if other != one.name:
            tally.duplicate_of = other
            continue
        _File(case, one, identity, names, reading, tally).read()
        tally.check()
    return reading


class _File:
    """Reads one file into the evidence."""

    def __init__(  # noqa: PLR0913, PLR0917 - what one file is read with
        self, case: Case, source: Source, identity: Identity, names: Pseudonyms, reading: Reading, tally: Tally
    ) -> None:
        self.source = source
        self.identity = identity
        self.reading = reading
        self.tally = tally
        owner = source.owner
        self.zone = None if owner.zone is None else ZoneInfo(owner.zone)
        self.hashes = hashes(case, owner.account_form, names)

    def read(self) -> None:
        text = lines_of(self.source.path, until=self.identity.text_bytes)
        header: bytes | None = None
        places: dict[str, int] = {}
        width = 0
        for line in text:
            written = line.text.removesuffix(b"\r")
            written = written.removeprefix(BOM) if line.number == 1 else written
            if not written.strip():
                self.tally.dropped["empty"] += 1
            elif header is None or written == header:
                header = header or written
                cells = cells_of(written) or []
                width, places = len(cells), places_of(cells, self.source.owner)
                self.tally.dropped["directive"] += 1
            else:
                self._row(line, places, width)
        counts = text.counts
        if counts is None or counts.content_sha256 != self.identity.content_sha256:
            raise IntegrityError(f"{self.source.name}: changed while it was read; nothing of it was kept, try again")
        self.tally.lines = counts.lines
        self.tally.rejects += [(one.line, one.reason) for one in (*counts.too_long, *counts.truncated)]

    def _row(self, line: Line, places: dict[str, int], width: int) -> None:
        row = cells_of(line.text)
        if row is None or len(row) != width or not row[places["account"]].strip():
            self.tally.rejects.append((line.number, "malformed" if line.ended else "truncated"))
            return
        account = row[places["account"]].encode()
        meant = [self.reading.evidence[one] for one in self.hashes(account) if one in self.reading.evidence]
        if not meant:
            self.tally.dropped["not_asked"] += 1
            return
        cells = {name: row[place] for name, place in places.items()}
        place = Place(self.source.name, self.identity.sha256, line.number)
        try:
            period = period_of(cells, self.zone)
        except UnreadableError as error:
            self.tally.rejects.append((line.number, error.reason))
            for evidence in meant:
                evidence.seen.append(Conflict("record_unreadable", place))
            return
        self._account_for({self._take(evidence, place, cells, period) for evidence in meant})

    def _account_for(self, came_to: set[str]) -> None:
        """Count the line once, by the best that it came to."""
        if "kept" in came_to:
            self.tally.kept += 1
        else:
            self.tally.dropped[min(came_to)] += 1

    def _take(
        self, evidence: Evidence, place: Place, cells: dict[str, str], period: tuple[int | None, int | None]
    ) -> str:
        """Give what the row comes to for one subject: `kept`, or why it is dropped."""
        begin, end = period
        visits = frozenset(
            visit.number
            for visit in evidence.subject.visits
            if (begin is None or begin <= visit.first) and (end is None or visit.last < end)
        )
        if not visits:
            return "outside_period"
        named = {name: cells.get(name, "") for name in ("account", *NAMES)}
        told = (evidence.subject.account, str(period), *named.values())
        if told in self.reading.said:
            return "duplicate"
        if len(visits) <= self.reading.more_than:
            evidence.thin.append(Record(place, begin, end, visits, {}))
            return "at_most_threshold"
        self.reading.said.add(told)
        evidence.records.append(Record(place, begin, end, visits, named))
        return "kept"


def hashes(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], list[str]]:
    """Give the function from an account as written to what it may be among the pseudonyms, each once."""
    forms = (form,) if form else (None, *account_forms(case))
    functions = [account_of(case, one, names) for one in dict.fromkeys(forms)]
    return lambda account: list(dict.fromkeys(function(account) for function in functions))
