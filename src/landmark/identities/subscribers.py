"""The provider's files of who its customers are, read as a stream: only rows of who is asked about are held.

Of every row the account is hashed, and all else is let go unless the hash is that of a subject. What a row says of
anybody else reaches no table, no message and no memory beyond its line.

A record is one line. Where a quoted cell goes over a line's end, none of its lines is a record: in such a cell a
customer could write the record of somebody else.

Beside a line that cannot be read no name is taken of an account that may stand in it; beside a file that was cut off,
of none: the account may be what was cut, and what is lost behind may be of anybody. A last line without newline is a
record like any other, but for its last cell, which may be a part of one: if that is one of ours, it is not read.

An account between blanks is that account, as people write such files; but where a line writes it without them, too, it
may be another's, and no name is taken.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from landmark.assignments.times import UnreadableError
from landmark.errors import IntegrityError
from landmark.identities import files
from landmark.identities.columns import NAMES, cells_of, cut_short, period_of, places_of
from landmark.identities.files import written_in
from landmark.identities.judging import UNREAD, Conflict, Evidence, Place, Record
from landmark.identities.quoting import goes_on
from landmark.identities.reading import Reading
from landmark.identities.tallies import Tally
from landmark.identities.unread import PARTING, parts_of_long, quotes_of_long, spellings_of
from landmark.intake.names import account_forms, account_of
from landmark.referral.request import tolerance_of
from landmark.scan.reading import lines_of
from landmark.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from landmark.case import Case
    from landmark.identities.files import Source
    from landmark.identities.people import Subject
    from landmark.lines import Line
    from landmark.pseudonyms import Pseudonyms
    from landmark.scan.reading import Identity


def read(
    case: Case, sources: Sequence[tuple[Source, Identity]], subjects: Sequence[Subject], names: Pseudonyms
) -> Reading:
    """Read every file once, holding nothing but the records of these subjects in the periods of their visits.

    Raises:
        CaseError: a header is not right.
        IntegrityError: a file changed while it was read, or its lines do not add up.
    """
    files.check([one for one, _ in sources])
    slack = max((tolerance_of(case, log) for log in case.logs), default=case.rules.clock_tolerance)
    reading = Reading({one.account: Evidence(one) for one in subjects}, case.rules.more_than, slack)
    first: dict[tuple[object, ...], str] = {}
    for one, identity in sources:
        tally = Tally(one.name, identity.sha256, identity.stored_bytes)
        reading.tallies.append(tally)
        stated = (one.owner.zone, one.owner.account_form, sorted(one.owner.columns.items()))
        other = first.setdefault((identity.content_sha256, str(stated)), one.name)
        if other != one.name:
            tally.duplicate_of = other
            continue
        _File(case, one, identity, names, reading, tally).read()
    reading.settle()
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
        self.unread: set[tuple[str, int]] = set()  # account, and a line that may be its record and cannot be read
        owner = source.owner
        self.zone = None if owner.zone is None else zone_of(owner.zone)
        self.hashes = hashes(case, owner.account_form, names)

    def read(self) -> None:
        text = lines_of(self.source.path, until=self.identity.text_bytes)
        header: bytes | None = None
        places: dict[str, int] = {}
        width = before = 0
        inside = False  # whether in a quoted cell
        for line in text:
            written = written_in(line)
            for number in range(before + 1, line.number):  # passed over, since they are too long
                inside = self._long[number][inside]
            within = inside
            before, inside = line.number, goes_on(written, inside=inside)
            if within:
                self._reject(line, "malformed")
            elif not written.strip():
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
        for number, parts in parts_of_long(self.source.path, self.identity, counts.too_long, self.source.name):
            self._bears_on(number, self._meant(parts))
        unended = [one.line for one in counts.too_long if one.offset + one.length == counts.text_bytes]
        for number in (*unended, *(one.line for one in counts.truncated)):
            self._bears_on(number, self.reading.evidence.values())

    @cached_property
    def _long(self) -> Mapping[int, tuple[bool, bool]]:
        """What `quotes_of_long` gives of the file."""
        text = lines_of(self.source.path, until=self.identity.text_bytes)
        for _ in text:
            pass
        lines = () if text.counts is None else text.counts.too_long
        return quotes_of_long(self.source.path, self.identity, lines, self.source.name)

    def _row(self, line: Line, places: dict[str, int], width: int) -> None:
        row, cut = cells_of(line.text), cut_short(line, places, width)
        if row is None or len(row) != width or not row[places["account"]].strip() or cut == "account":
            self._reject(line, "malformed")
            return
        account = row[places["account"]].encode()
        meant = self._meant([account])
        if not meant:
            self.tally.dropped["not_asked"] += 1
            return
        if cut is not None:
            self._bears_on(line.number, meant)
            self.reading.came_to[self._place(line.number)].add("named_nobody")
            return
        cells = {name: row[place] for name, place in places.items()}
        try:
            period = period_of(cells, self.zone)
        except UnreadableError as error:
            self._reject(line, error.reason)
            return
        place, exactly = self._place(line.number), self.hashes(account)
        before, _, behind = account.partition(account.strip())
        for evidence in meant:
            known = evidence.subject.account
            blanks = (b"", b"") if known in exactly else (before, behind)
            self.reading.blanks[known].setdefault(blanks, []).append(place)
            self._take(evidence, place, cells, period)

    def _place(self, number: int) -> Place:
        return Place(self.source.name, self.identity.sha256, number)

    def _meant(self, accounts: Iterable[bytes]) -> list[Evidence]:
        """Give whom any of these accounts is, each once."""
        spelled = dict.fromkeys(one for account in accounts for one in (account, account.strip()) if one)
        hashed = dict.fromkeys(one for account in spelled for one in self.hashes(account))
        return [self.reading.evidence[one] for one in hashed if one in self.reading.evidence]

    def _reject(self, line: Line, why: str) -> None:
        """Reject a line; where an account that is asked about may stand in it, that is said of its subject.

        A last line without newline was cut off, whatever else is wrong with it.
        """
        self.tally.rejects.append((line.number, why if line.ended else "truncated"))
        parts = (part for text in spellings_of(line.text) for parting in PARTING for part in parting.split(text))
        self._bears_on(line.number, self._meant(parts) if line.ended else self.reading.evidence.values())

    def _bears_on(self, number: int, those: Iterable[Evidence]) -> None:
        """Say of each that a line which cannot be read may be a record of it, once."""
        for evidence in those:
            bears = evidence.subject.account, number
            if bears not in self.unread:
                self.unread.add(bears)
                evidence.seen.append(Conflict(UNREAD, self._place(number)))

    def _take(
        self, evidence: Evidence, place: Place, cells: dict[str, str], period: tuple[int | None, int | None]
    ) -> None:
        """Take a row for one subject, or say why it is dropped. A visit near a change of holder is neither's."""
        begin, end = period
        slack = self.reading.slack
        visits = frozenset(
            visit.number
            for visit in evidence.subject.visits
            if (begin is None or begin <= visit.first - slack) and (end is None or visit.last + slack < end)
        )
        named = {name: cells.get(name, "") for name in ("account", *NAMES)}
        told = (evidence.subject.account, str(period), *named.values())
        if not visits:
            self.reading.came_to[place].add("outside_period")
        elif self.reading.said.setdefault(told, place) != place:
            self.reading.came_to[place].add("duplicate")
        elif len(visits) <= self.reading.more_than:
            del self.reading.said[told]
            self.reading.came_to[place].add("at_most_threshold")
            evidence.thin.append(Record(place, begin, end, visits, {}))
        else:
            evidence.records.append(Record(place, begin, end, visits, named))


def hashes(case: Case, form: str | None, names: Pseudonyms) -> Callable[[bytes], list[str]]:
    """Give the function from an account as written to what it may be among the pseudonyms, each once."""
    forms = (form,) if form else (None, *account_forms(case))
    functions = [account_of(case, one, names) for one in dict.fromkeys(forms)]
    return lambda account: list(dict.fromkeys(one for function in functions if (one := function(account)) is not None))
