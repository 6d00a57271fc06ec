"""Names for the subjects of a case that has been run: who is asked about, what is read, what is entered and written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import outputs
from landmark.errors import CaseError, Problem
from landmark.identities import asking, files, permission, subscribers, weighing, writing
from landmark.identities.answer import answers, content
from landmark.identities.judging import RESULTS, judge
from landmark.identities.people import asked
from landmark.intake import acquired
from landmark.keys import code_key, key_of, release

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from landmark.case import Case
    from landmark.identities.asking import Asked
    from landmark.identities.judging import Outcome
    from landmark.identities.people import Subject
    from landmark.identities.reading import Reading
    from landmark.ledger import Ledger
    from landmark.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a reveal came to: how many, and where; never who."""

    subjects: int  # whose names may be looked up
    changed: bool
    request: Path | None = None
    rows: int = 0  # of the request
    identities: Path | None = None
    results: dict[str, int] | None = None  # how many look-ups came to what
    conflicts: int = 0
    files: tuple[dict[str, object], ...] = ()
    rejected_too_many: tuple[str, ...] = ()


@dataclass(slots=True)
class Reveal:
    """One reveal on a case that is held by its lock."""

    case: Case
    book: Ledger
    as_of: date | None = None

    def go(self, *, request: bool, answer: Path | None) -> Revealed:
        """Write a request, or take names from an answer or from the provider's files.

        Args:
            request: write the request, whatever else there is.
            answer: the provider's answer to it.

        Raises:
            LandmarkError: with the exit status that fits; nothing half-written is left to be read.
        """
        permission.check(self.case, self.book)
        names = permission.pseudonyms_of(self.case, self.book)
        subjects = asked(self._tables("subjects", "visits"), self.case.rules.more_than)
        if not subjects:
            # There is nobody to be named: no file is opened that holds names.
            return Revealed(0, changed=False)
        if answer is not None:
            return self._answered(answer, self._question(subjects), subjects, names)
        if request or not self.case.subscribers:
            return self._ask(self._question(subjects), subjects)
        return self._look_up(subjects, names)

    def _tables(self, *names: str) -> dict[str, pa.Table]:
        return {name: outputs.table(self.case.folder, name) for name in names}

    def _question(self, subjects: Sequence[Subject]) -> Asked:
        return asking.asking(self.case, self._tables("events", "sightings"), subjects)

    def _ask(self, question: Asked, subjects: Sequence[Subject]) -> Revealed:
        text = question.request.as_csv()
        name = asking.file_name(self.case.authority.provider)
        path = self.case.folder / writing.REQUESTS / name
        rows = len(question.request.questions)
        fresh = not path.exists() or path.read_bytes() != text
        if fresh:
            self.book.add(
                "request",
                path=f"{writing.REQUESTS}/{name}",
                request=question.request.id,
                authority=self.case.authority.reference,
                subjects=len(subjects),
                rows=rows,
                sha256=hashlib.sha256(text).hexdigest(),
                **self._when(),
            )
            writing.write_request(self.case, name, text, self._results)
        return Revealed(len(subjects), fresh, request=path, rows=rows)

    @property
    def _results(self) -> str:
        return key_of(outputs.need(self.case.folder))

    def _when(self) -> dict[str, object]:
        return {"as_of": self.as_of.isoformat()} if self.as_of else {}

    def _answered(self, answer: Path, question: Asked, subjects: Sequence[Subject], names: Pseudonyms) -> Revealed:
        if not any(one["what"] == "request" and one.get("request") == question.request.id for one in self.book.entries):
            expected = "an answer to a request of this case as it stands; `landmark reveal CASE --request` writes it"
            raise CaseError(Problem(expected, answer.name, found="an answer to none that was written"))
        text = content(answer)
        digest = hashlib.sha256(text).hexdigest()
        key = self._key(names, "answer", digest)
        if (known := self._unchanged(key, subjects)) is not None:
            return known
        self._begin(subjects, request=question.request.id, answer_sha256=digest)
        answered = weighing.Answered(answer.name, text, answers(text, answer.name, question.request))
        return self._take(weighing.read(self.case, answered, question, subjects, names), key, subjects)

    def _look_up(self, subjects: Sequence[Subject], names: Pseudonyms) -> Revealed:
        sources = files.identified(files.find(self.case))
        held = files.acquisitions(self.case, sources, self.book.entries)
        for one in acquired.fresh(held, self.book.entries):
            self.book.add("acquisition", **one.as_entry())
        key = self._key(names, "subscribers", [[one.name, identity.sha256] for one, identity in sources])
        if (known := self._unchanged(key, subjects)) is not None:
            return known
        files.check([one for one, _ in sources])
        self._begin(subjects)
        return self._take(subscribers.read(self.case, sources, subjects, names), key, subjects)

    def _key(self, names: Pseudonyms, *of: object) -> str:
        return key_of(code_key(), names.fingerprint, self._results, permission.case_sha256(self.case), of)

    def _unchanged(self, key: str, subjects: Sequence[Subject]) -> Revealed | None:
        folder = self.case.folder / writing.IDENTITIES
        said = outputs.manifest(folder)
        if said is None or said.get("key") != key or outputs.intact(folder, said):
            return None
        if not any(
            one["what"] == "identities" and one.get("manifest_sha256") == key_of(said) for one in self.book.entries
        ):
            return None
        self.book.add("reveal", authority=self.case.authority.reference, result="nothing changed", **self._when())
        told = said.get("told")
        return self._revealed(subjects, told if isinstance(told, dict) else {}, changed=False)

    def _revealed(self, subjects: Sequence[Subject], told: dict[str, Any], *, changed: bool) -> Revealed:
        counts = told.get("results", {})
        return Revealed(
            len(subjects),
            changed=changed,
            identities=self.case.folder / writing.IDENTITIES,
            results={word: counts.get(word, 0) for word in RESULTS},
            conflicts=told.get("conflicts", 0),
            files=tuple(told.get("files", ())),
            rejected_too_many=tuple(told.get("rejected_too_many", ())),
        )

    def _begin(self, subjects: Sequence[Subject], **of: str) -> None:
        """Enter that names are about to be read, before one is; of an answer, to which request and its hash."""
        self.book.add(
            "reveal",
            authority=self.case.authority.reference,
            version=release("landmark"),
            subjects=len(subjects),
            **of,
            **self._when(),
        )

    def _take(self, reading: Reading, key: str, subjects: Sequence[Subject]) -> Revealed:
        country = self.case.authority.country or self.case.lead
        outcomes = [judge(reading.evidence[one.account], country) for one in subjects]
        for outcome in outcomes:
            self._enter(outcome)
        over = sorted(one.path for one in reading.tallies if one.over(self.case.rules.reject_more_than))
        told: dict[str, Any] = {
            "results": writing.counts(outcomes),
            "conflicts": sum(len(one.conflicts) for one in outcomes),
            "files": [
                {name: value for name, value in one.as_json().items() if name != "rejects"} for one in reading.tallies
            ],
            "rejected_too_many": over,
        }
        facts: outputs.Manifest = {"case": self.case.id, "key": key, "results": self._results, "told": told}
        manifest = writing.write(self.case, writing.texts(outcomes, reading.tallies, country), facts)
        self.book.add("identities", key=key, manifest_sha256=key_of(manifest), counts=told["results"])
        writing.seal(self.case, manifest)
        return self._revealed(subjects, told, changed=True)

    def _enter(self, outcome: Outcome) -> None:
        """Enter one look-up: for whom by pseudonym, by which right, from which lines, and what it came to; no name."""
        self.book.add(
            "look-up",
            of="subscriber",
            visitor=outcome.subject.visitor_id,
            account=outcome.subject.account,
            authority=self.case.authority.reference,
            result=outcome.result,
            records=[{"sha256": one.place.sha256, "line": one.place.line} for one in outcome.records],
            conflicts=sorted({one.kind for one in outcome.conflicts}),
        )
