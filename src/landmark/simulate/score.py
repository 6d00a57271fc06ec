"""What a run made of a simulated world, graded by the world's truth: false leads, missed leads and why, attributions.

- A lead is *right* where its account is a person of the truth over the threshold who read knowingly (`guilty`), else
  *wrong*.
- *reachable* are the guilty whom the records allow to be told; *reached* those of them who are leads.
- *missed* are the guilty, reachable or not, who are no lead: by the reason that the run gives, else `at_most_threshold`
  (some event is surely theirs, but they are no subject) or `not_counted` (none is).
- An attribution is right where the accounts that it gives hold the one that sat there, or where it gives none and no
  customer did.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmark import store, tables
from landmark.errors import CaseError, IntegrityError, Problem
from landmark.pseudonyms import KEY_FILE, Pseudonyms, load_or_make

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

_EXPECTED = "a truth.json as `landmark simulate` writes it"


@dataclass(frozen=True, slots=True)
class Grade:
    """How many attributions of one grade are right and how many wrong."""

    right: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a run: persons, and events by the grade of their attribution (all five, best first)."""

    leads: int
    right: int
    wrong: int
    reachable: int
    reached: int
    missed: Mapping[str, int]
    grades: Mapping[str, Grade]

    def as_json(self) -> dict[str, object]:
        """Give the score as what JSON can hold."""
        return {
            "leads": self.leads,
            "right": self.right,
            "wrong": self.wrong,
            "reachable": self.reachable,
            "reached": self.reached,
            "missed": dict(self.missed),
            "grades": {name: {"right": one.right, "wrong": one.wrong} for name, one in self.grades.items()},
        }

    def as_text(self) -> str:
        """Give the score in words, one fact a line."""
        lines = [
            f"leads      {self.leads}: {self.right} right, {self.wrong} wrong",
            f"reachable  {self.reachable}, of whom {self.reached} are leads",
            f"missed     {sum(self.missed.values())}",
            *(f"  {number:>6}  {reason.replace('_', ' ')}" for reason, number in self.missed.items()),
            "attributions",
            *(f"  {name:<13}{one.right:>9} right {one.wrong:>9} wrong" for name, one in self.grades.items()),
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Truth:
    guilty: tuple[str, ...]  # keyed hashes
    reachable: frozenset[str]
    sat: Mapping[tuple[str, int], str | None]  # (source, line): keyed hash, or nobody of the provider's


def score(case_folder: Path, truth: Path) -> Score:
    """Grade what a run wrote below `case_folder` by the truth that the world was made with.

    Raises:
        CaseError: the case was never run, or `truth` cannot be read, is no such file, or is of another world.
        IntegrityError: the results are incomplete: a run is under way or was stopped; or the case's key is gone.
        MachineError: a table cannot be read.
    """
    out = case_folder / "out"
    if not out.is_dir():
        raise CaseError(Problem("a case that was run", file=str(case_folder), hint="`landmark run` first"))
    if not (out / "manifest.json").is_file():
        raise IntegrityError("out/manifest.json is missing: results are incomplete; run the case again")
    if not (case_folder / KEY_FILE).is_file():
        raise IntegrityError(f"{KEY_FILE} is missing: without it no account of the truth can be found in the tables")
    known = _read_truth(truth, load_or_make(case_folder))
    leads, subjects, attributions, events = (
        store.read(out / "tables" / f"{table.name}.parquet", table)
        for table in (tables.LEADS, tables.SUBJECTS, tables.ATTRIBUTIONS, tables.EVENTS)
    )
    sat = _seats(events, known, truth)
    led = [str(account) for account in leads.column("account").to_pylist()]
    guilty = set(known.guilty)
    return Score(
        leads=len(led),
        right=sum(account in guilty for account in led),
        wrong=sum(account not in guilty for account in led),
        reachable=len(known.reachable),
        reached=len(known.reachable.intersection(led)),
        missed=_missed(known.guilty, set(led), subjects, attributions),
        grades=_grades(attributions, sat),
    )


def _read_truth(path: Path, names: Pseudonyms) -> _Truth:
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        guilty = [person for person in told["people"] if person["guilty"]]
        hashes = {person["account"]: names.account(person["account"].encode()) for person in told["people"]}
        sat: dict[tuple[str, int], str | None] = {}
        for file in told["files"].values():
            for line, account in file["watched"]:
                hashed = None if account is None else hashes.get(account) or names.account(account.encode())
                sat[file["content_sha256"], int(line)] = hashed
        return _Truth(
            tuple(hashes[person["account"]] for person in guilty),
            frozenset(hashes[person["account"]] for person in guilty if person["reachable"]),
            sat,
        )
    except OSError as error:
        raise CaseError(Problem(_EXPECTED, file=str(path), found=error.strerror or "nothing")) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(Problem(_EXPECTED, file=str(path), found="something else")) from error


def _seats(events: pa.Table, known: _Truth, truth: Path) -> dict[int, str | None]:
    """Give for each event that the truth knows who sat there."""
    rows = zip(*(events.column(name).to_pylist() for name in ("event", "source", "line")), strict=True)
    sat = {event: known.sat[source, line] for event, source, line in rows if (source, line) in known.sat}
    if events.num_rows and not sat:
        raise CaseError(Problem("the truth of this case", file=str(truth), found="that of another world"))
    return sat


def _missed(guilty: tuple[str, ...], led: set[str], subjects: pa.Table, attributions: pa.Table) -> dict[str, int]:
    lost = dict(zip(subjects.column("account").to_pylist(), subjects.column("lost").to_pylist(), strict=True))
    rows = zip(attributions.column("grade").to_pylist(), attributions.column("accounts").to_pylist(), strict=True)
    sure = {account for grade, accounts in rows if grade == "sure" for account in accounts}
    reasons = Counter(
        str(lost[account]) if account in lost else "at_most_threshold" if account in sure else "not_counted"
        for account in guilty
        if account not in led
    )
    return dict(sorted(reasons.items()))


def _grades(attributions: pa.Table, sat: Mapping[int, str | None]) -> dict[str, Grade]:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    columns = (attributions.column(name).to_pylist() for name in ("event", "grade", "accounts"))
    for event, grade, accounts in zip(*columns, strict=True):
        if event in sat:
            account = sat[event]
            fits = account in accounts if account is not None else not accounts
            (right if fits else wrong)[grade] += 1
    return {grade: Grade(right[grade], wrong[grade]) for grade in reversed(tables.GRADES)}
