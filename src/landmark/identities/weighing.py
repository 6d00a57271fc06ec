"""What a provider's answer says of each subject: a visit speaks for a record where all of it was answered with it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from landmark.identities.columns import BOM, NAMES
from landmark.identities.judging import WITHHOLD, Conflict, Evidence, Place, Record
from landmark.identities.reading import Reading
from landmark.identities.subscribers import hashes
from landmark.identities.tallies import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from landmark.case import Case
    from landmark.identities.answer import Answer
    from landmark.identities.asking import Asked
    from landmark.identities.people import Subject
    from landmark.pseudonyms import Pseudonyms

_NAMED = ("account", *NAMES)
_Said = tuple[str, ...]


class Answered(NamedTuple):
    """A provider's answer: its file's name and bytes, and its rows, held against what was asked."""

    name: str
    text: bytes
    rows: tuple[Answer, ...]

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.text).hexdigest()


def read(case: Case, answered: Answered, asked: Asked, subjects: Sequence[Subject], names: Pseudonyms) -> Reading:
    """Take an answer as evidence for each subject.

    Args:
        case: the case.
        answered: the answer.
        asked: what was asked.
        subjects: of whom.
        names: gives pseudonyms of the accounts that are answered.

    Raises:
        IntegrityError: its lines do not add up.
    """
    given, digest, account = answered.rows, answered.sha256, hashes(case, None, names)
    found = Reading({one.account: Evidence(one, dated=False) for one in subjects}, case.rules.more_than)
    by_visit: dict[tuple[str, int], list[Answer]] = {}
    for one in given:
        for visit in asked.visits[one.row - 1]:
            by_visit.setdefault(visit, []).append(one)
    came_to: dict[int, set[str]] = {one.row: set() for one in given}
    for evidence in found.evidence.values():
        visits = {
            one.number: by_visit.get((evidence.subject.visitor_id, one.number), []) for one in evidence.subject.visits
        }
        _weigh(evidence, visits, account, Place(answered.name, digest, 0), case.rules.more_than)
        for row, word in _fate(evidence, visits).items():
            came_to[row].add(word)
    found.tallies.append(_tally(answered, came_to))
    found.tallies[-1].check()
    return found


def _said(answer: Answer) -> _Said:
    return tuple(answer.cells[name].strip() for name in _NAMED)


def _weigh(
    evidence: Evidence,
    visits: Mapping[int, Sequence[Answer]],
    account: Callable[[bytes], list[str]],
    file: Place,
    more_than: int,
) -> None:
    """Put an answer's rows for one subject into its evidence."""
    first: dict[_Said, int] = {}  # the line of each record that was answered
    speaks: dict[_Said, set[int]] = {}
    for answer in sorted({one for given in visits.values() for one in given}, key=lambda one: one.line):
        place = file._replace(line=answer.line)
        if answer.word == "several":
            evidence.seen.append(Conflict("several_accounts", place))
        elif answer.word == "found":
            if evidence.subject.account in account(answer.cells["account"].strip().encode()):
                first.setdefault(_said(answer), answer.line)
            else:
                evidence.seen.append(Conflict("other_account", place))
    for number, given in visits.items():
        told = {_said(one) if one.word == "found" else None for one in given}
        if len(told) == 1 and (only := told.pop()) is not None and only in first:
            speaks.setdefault(only, set()).add(number)
    for said, line in sorted(first.items(), key=lambda item: item[1]):
        own = frozenset(speaks.get(said, ()))
        place = file._replace(line=line)
        if len(own) > more_than:
            evidence.records.append(Record(place, None, None, own, dict(zip(_NAMED, said, strict=True))))
        else:
            evidence.thin.append(Record(place, None, None, own, {}))


def _fate(evidence: Evidence, visits: Mapping[int, Sequence[Answer]]) -> dict[int, str]:
    """Say what each row that bears on a subject came to."""
    withheld = any(one.kind in WITHHOLD for one in evidence.seen)
    named = {tuple(one.cells[name] for name in _NAMED) for one in evidence.records}
    fate = {}
    for one in {one for given in visits.values() for one in given}:
        if one.word == "no record":
            fate[one.row] = "no_record"
        elif withheld or one.word == "several":
            fate[one.row] = "named_nobody"
        else:
            fate[one.row] = "kept" if _said(one) in named else "at_most_threshold"
    return fate


def _tally(answered: Answered, came_to: Mapping[int, set[str]]) -> Tally:
    lines = answered.text.removeprefix(BOM).split(b"\n")
    lines = lines if lines[-1] else lines[:-1]
    tally = Tally(answered.name, answered.sha256, len(answered.text), len(lines))
    tally.dropped["directive"] = 1
    tally.dropped["empty"] = sum(not line.strip() for line in lines)
    for words in came_to.values():
        if "kept" in words:
            tally.kept += 1
        else:
            tally.dropped[min(words)] += 1
    return tally
