"""What a run made of a simulated world, graded by the world's truth: false leads, missed leads and why, attributions.

- A lead is *right* where its account is one of the truth over the threshold, of somebody who read knowingly (`guilty`),
  else *wrong*; *why_wrong* says whether the visits were another's (`landmark.simulate.led`).
- *reachable* are the guilty whom the records allow to be told; *reached* those of them who are leads.
- *missed* are the guilty, reachable or not, who are no lead: by the reason that the run gives, else `at_most_threshold`
  (some event is surely theirs, but they are no subject) or `not_counted` (none is). *unreached* are the same persons by
  the grade that most of their events got, of equally many the worse; `unseen` where no event of theirs got any.
- An attribution is right where the accounts that it gives hold the one that sat there, or where it gives none and no
  customer did. *calibration* is the share that is right of each grade: see `landmark.simulate.calibration`.
- Right by every record, and what no record can tell: *who* of a right lead came so often, the account's holder, another
  or only several together; *others* are the visits of leads in some event of which another than the holder sat there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from landmark import outputs, tables
from landmark.errors import IntegrityError
from landmark.pseudonyms import KEY_FILE, load_or_make
from landmark.simulate import calibration, led, seats
from landmark.simulate.calibration import BEST_FIRST, Share
from landmark.simulate.telling import told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    import pyarrow as pa

    from landmark.simulate.seats import Known, Seat

Grade = Share
"""How many attributions of one grade are right and how many wrong."""
_UNSEEN = "unseen"


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
    calibration: Mapping[str, Share] = field(default_factory=dict)  # half hours
    unreached: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # the missed, by grade and reason
    why_wrong: Mapping[str, int] = field(default_factory=dict)  # as `landmark.simulate.led.why_wrong` says
    who: Mapping[str, int] = field(default_factory=dict)  # right leads: who came so often
    visits: int = 0  # of all leads
    others: int = 0
    complete: Share = field(
        default_factory=lambda: Share(0, 0)
    )  # events whose lease has all of its records: sure and right, or not

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
            "calibration": {name: one.as_json() for name, one in self.calibration.items()},
            "unreached": {name: dict(reasons) for name, reasons in self.unreached.items()},
            "why_wrong": dict(self.why_wrong),
            "who": dict(self.who),
            "lead_visits": self.visits,
            "lead_visits_of_others": self.others,
            "complete": {"sure": self.complete.right, "other": self.complete.wrong},
        }

    def as_text(self) -> str:
        """Give the score in words, one fact a line."""
        return told(self)


def score(case_folder: Path, truth: Path) -> Score:
    """Grade what a run wrote below `case_folder` by the truth that the world was made with.

    Raises:
        CaseError: the case was never run, a run is under way or was stopped, its tables were purged; or `truth` cannot
            be read, is no such file, or is of another world.
        IntegrityError: a table is not what the run wrote, or the case's key is gone.
        MachineError: a table cannot be read, or another version wrote it, with other columns.
    """
    outputs.need(case_folder)
    if not (case_folder / KEY_FILE).is_file():
        raise IntegrityError(f"{KEY_FILE} is missing: without it no account of the truth can be found in the tables")
    known = seats.read(truth, load_or_make(case_folder))
    leads, subjects, attributions, events, sightings, visits = (
        outputs.table(case_folder, name)
        for name in ("leads", "subjects", "attributions", "events", "sightings", "visits")
    )
    sat = known.seated(events, truth)
    made = led.visits(leads, sightings, visits, events, sat)
    accounts = frozenset(made)
    why = _missed(known, accounts, subjects, attributions)
    return Score(
        leads=len(accounts),
        right=len(accounts.intersection(known.guilty)),
        wrong=len(accounts.difference(known.guilty)),
        reachable=len(known.reachable),
        reached=len(known.reachable & accounts),
        missed=dict(sorted(Counter(why.values()).items())),
        grades=calibration.grades(attributions, sat),
        calibration=calibration.half_hours(attributions, events, sat),
        unreached=_unreached(why, attributions, sat),
        why_wrong=led.why_wrong(made, known),
        who=dict(sorted(Counter(who for account, who in known.guilty.items() if who and account in made).items())),
        visits=sum(len(visits) for visits in made.values()),
        others=led.by_others(made),
        complete=calibration.complete(attributions, sat),
    )


def _missed(known: Known, accounts: AbstractSet[str], subjects: pa.Table, attributions: pa.Table) -> dict[str, str]:
    """Give each guilty account that is no lead, and the reason."""
    lost = dict(zip(subjects.column("account").to_pylist(), subjects.column("lost").to_pylist(), strict=True))
    rows = zip(attributions.column("grade").to_pylist(), attributions.column("accounts").to_pylist(), strict=True)
    sure = {account for grade, accounts in rows if grade == "sure" for account in accounts}
    return {
        account: str(lost[account]) if account in lost else "at_most_threshold" if account in sure else "not_counted"
        for account in known.guilty
        if account not in accounts
    }


def _unreached(why: Mapping[str, str], attributions: pa.Table, sat: Mapping[int, Seat]) -> dict[str, dict[str, int]]:
    """Count the missed by the grade that most of their events got, and by reason."""
    got: dict[str, Counter[str]] = defaultdict(Counter)
    for event, grade in zip(*(attributions.column(name).to_pylist() for name in ("event", "grade")), strict=True):
        if event in sat and sat[event].account in why:
            got[str(sat[event].account)][grade] += 1
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for account, reason in why.items():
        grades = got[account]
        found[max(tables.GRADES, key=lambda grade: grades[grade]) if grades else _UNSEEN][reason] += 1
    return {grade: dict(sorted(found[grade].items())) for grade in (*BEST_FIRST, _UNSEEN) if grade in found}
