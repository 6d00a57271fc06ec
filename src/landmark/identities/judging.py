"""What records say of one subject: whose name is taken, whose is not, and what contradicts what.

A record names whoever held the account in its period. Only a record with more than the threshold of the subject's
visits in its period is named: of an account that was sold on, each holder must be over the threshold alone. Nothing is
merged and nothing is chosen: where several records remain, they are all listed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from landmark.case import SUBSCRIBER_GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from landmark.identities.people import Subject

RESULTS = ("found", "none", "several", "contradicted", "unreadable")
CONFLICTS = {
    "other_account": "The provider names another account than the records of assignments do; nobody is named.",
    "several_accounts": "The provider says that several accounts fit one of the instants; nobody is named.",
    "holder_changes": "The subscriber record changes within the visits; each holder has the visits of its own period.",
    "records_at_once": "Several subscriber records hold for the same visits; which of them is right is not known.",
    "different_answers": "The provider's answers for the instants of one subject differ.",
    "at_most_threshold": "At most the threshold of visits are this record's alone; its names were not taken.",
    "visits_without_record": "No record covers these visits.",
    "period_not_stated": "The record does not say when it held; it may be that of a later holder of the account.",
    "record_unreadable": "A line in which this account may stand could not be read, writes it with other blanks than "
    "another line, or may be cut off; another holder may stand in it, or behind it. Nobody is named.",
    "country_conflict": "The countries that the record and the case give are not one.",
    "country_unreadable": "A country of the record is no code of ISO 3166-1; it was left aside.",
}
"""What may stand against a name, each with its sentence; in the order in which they are listed."""
WITHHOLD = ("other_account", "several_accounts")
"""Conflicts under which nobody is named: they contradict the account."""
UNREAD = "record_unreadable"
"""Under it nobody is named either: a name beside a record that nobody has read is not known to be the only one."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    sha256: str  # of the file as stored
    line: int

    @property
    def said(self) -> str:
        """Give it as a person reads it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Record:
    """A subscriber record and the visits in its period; `cells` is empty where its names were not taken."""

    place: Place
    begin: int | None  # µs UTC; None: no bound is stated
    end: int | None
    visits: frozenset[int]
    cells: Mapping[str, str]  # `account` and the columns of the three groups
    shared: frozenset[int] = frozenset()  # of the visits those that are in the period of a record of others, too


class Conflict(NamedTuple):
    """Something that stands against a name; it holds no name itself."""

    kind: str
    place: Place | None = None
    visits: int | None = None  # of a record: those that are its alone
    shared: int | None = None  # and those that it shares with a record of others
    begin: int | None = None
    end: int | None = None
    said: str = ""


@dataclass(slots=True)
class Evidence:
    """What was found for one subject: records with names, records without, and what was seen besides."""

    subject: Subject
    records: list[Record] = field(default_factory=list)
    thin: list[Record] = field(default_factory=list)  # with at most the threshold of visits: without cells
    seen: list[Conflict] = field(default_factory=list)
    dated: bool = True  # whether the records have periods; answers to instants have none

    @property
    def unread(self) -> bool:
        """Whether a line that may be a record of the account could not be read."""
        return any(one.kind == UNREAD for one in self.seen)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look-up came to."""

    subject: Subject
    result: str  # of RESULTS
    records: tuple[Record, ...]
    conflicts: tuple[Conflict, ...]


def judge(evidence: Evidence, provider_country: str) -> Outcome:
    """Say what the evidence comes to."""
    subject = evidence.subject
    records, thin = _with_shared(evidence.records, evidence.thin), _with_shared(evidence.thin, evidence.records)
    every = sorted([*records, *thin], key=lambda one: one.place)
    found = [*evidence.seen, *_between(every, dated=evidence.dated)]
    found += [_of("at_most_threshold", one) for one in thin]
    covered = frozenset[int]().union(*(one.visits for one in every))
    missing = [visit for visit in subject.visits if visit.number not in covered]
    if every and missing:
        found.append(Conflict("visits_without_record", visits=len(missing)))
    contradicted = any(one.kind in WITHHOLD for one in found)
    unread = evidence.unread  # also where nothing else was found: the line may have been the record
    named = () if contradicted or unread else tuple(sorted(records, key=lambda one: one.place))
    for one in named:
        if evidence.dated and one.begin is None and one.end is None:
            found.append(_of("period_not_stated", one))
        found += _countries(one, provider_country)
    result = ("none", "found", "several")[min(len(named), 2)]
    if contradicted or unread:
        result = "contradicted" if contradicted else "unreadable"
    return Outcome(subject, result, named, tuple(sorted(found, key=_order)))


def settle(evidence: Evidence, more_than: int) -> tuple[Record, ...]:
    """Let go the names of records that are not over the threshold with the visits that are theirs alone.

    Two periods that overlap in part are those of two holders, of whom one was not closed in time, or of one holder:
    the visits that they share count for neither. Records of the very same visits stand beside each other.

    Returns:
        The records of whom the names were let go.
    """
    every = [*evidence.records, *evidence.thin]
    gone = tuple(one for one in evidence.records if len(one.visits - _shared(one, every)) <= more_than)
    evidence.records = [one for one in evidence.records if one not in gone]
    bare = tuple(replace(one, cells={}) for one in gone)
    evidence.thin += bare
    return bare


def _with_shared(records: Sequence[Record], others: Sequence[Record]) -> list[Record]:
    return [replace(one, shared=_shared(one, [*records, *others])) for one in records]


def _shared(record: Record, every: Sequence[Record]) -> frozenset[int]:
    """Give those of its visits that are in the period of another record, too, which has not the very same ones."""
    return record.visits & frozenset[int]().union(*(one.visits for one in every if one.visits != record.visits))


def _of(kind: str, record: Record, said: str = "") -> Conflict:
    shared = len(record.shared)
    return Conflict(kind, record.place, len(record.visits) - shared, shared, record.begin, record.end, said)


def _between(records: Sequence[Record], *, dated: bool) -> list[Conflict]:
    if len(records) < 2:  # noqa: PLR2004 - one record agrees with itself
        return []
    if not dated:
        return [_of("different_answers", one) for one in records]
    at_once = {one.place for pair in combinations(records, 2) if _meet(*pair) for one in pair}
    return [_of("records_at_once" if one.place in at_once else "holder_changes", one) for one in records]


def _meet(one: Record, other: Record) -> bool:
    return (one.begin is None or other.end is None or one.begin < other.end) and (
        other.begin is None or one.end is None or other.begin < one.end
    )


def country_of(record: Record, provider_country: str) -> tuple[str, str]:
    """Give the country that is told, and by what: the installation address's, else the provider's."""
    stated = country_code(record.cells.get("installation_country", ""))
    return (stated, "installation") if stated else (provider_country, "provider")


def country_code(text: str) -> str | None:
    """Give a country as ISO 3166-1 alpha-2 writes it, or None where the text has not that form."""
    code = text.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None  # noqa: PLR2004 - two letters


def _countries(record: Record, provider_country: str) -> list[Conflict]:
    written = {group: record.cells.get(f"{group}_country", "") for group in SUBSCRIBER_GROUPS}
    codes = {group: country_code(text) for group, text in written.items()}
    found = [
        _of("country_unreadable", record, group) for group in written if written[group].strip() and not codes[group]
    ]
    told = {**{group: code for group, code in codes.items() if code}, "provider": provider_country}
    if len(set(told.values())) > 1:
        said = ", ".join(f"{group} {code}" for group, code in told.items())
        found.append(_of("country_conflict", record, said))
    return found


def _order(one: Conflict) -> tuple[object, ...]:
    return (tuple(CONFLICTS).index(one.kind), one.place or Place("", "", 0), one.said)
