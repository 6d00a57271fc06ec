"""Whoever is not over the threshold is never looked up, whatever the records say; no other name is even held."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark import store, tables
from landmark.case import Authority, Case, Log, Rules, Subscribers, Target
from landmark.figures import instant
from landmark.identities import files, subscribers, writing
from landmark.identities.judging import judge
from landmark.identities.people import ALONE, asked
from landmark.pseudonyms import Pseudonyms

BEGIN = 1_001_894_400_000_000  # 2001-10-01T00:00:00Z
KEY = bytes(range(32))
MORE_THAN = 3
LOST = (None, None, None, *ALONE, "contradicted", "embedded")
MACHINES = (None, None, None, "automated", "unattended", "leaf", "known")


class Customer(NamedTuple):
    """An account, its visits (one a day from the first day on), what is said of it, and its holders: from, until."""

    visits: int
    attended: int
    basis: str
    machine: str | None
    lost: str | None
    holders: tuple[tuple[int | None, int | None], ...]

    @property
    def allowed(self) -> bool:
        barred = self.machine is not None or self.lost in {"contradicted", "embedded"}
        return self.basis == "account" and min(self.visits, self.attended) > MORE_THAN and not barred

    def within(self, holder: tuple[int | None, int | None]) -> set[int]:
        first, last = holder
        return {day for day in range(self.visits) if (first is None or first <= day) and (last is None or day < last)}

    def alone(self, holder: tuple[int | None, int | None]) -> int:
        """Count the visits that no record claims which claims others, too, or not all of them."""
        own = self.within(holder)
        return len(own.difference(*(self.within(other) for other in self.holders if self.within(other) != own)))


def in_order(first: int | None, last: int | None) -> bool:
    return first is None or last is None or first <= last


days = st.none() | st.integers(0, 9)
customers = st.builds(
    Customer,
    st.integers(0, 8),
    st.integers(0, 8),
    st.sampled_from(("account", "account", "account", "login", "address")),
    st.sampled_from(MACHINES),
    st.sampled_from(LOST),
    st.lists(st.tuples(days, days).filter(lambda pair: in_order(*pair)), max_size=4).map(tuple),
)  # fmt: skip


def invented(folder: Path) -> Case:
    authority = Authority("W-1", "Example Court", "Example Internet", BEGIN, BEGIN + 14 * tables.DAY, ("traffic",))
    return Case(
        folder, "example", "Example", "GB", authority, (Target("a", path="/"),), (Log(("a.log",), "combined"),),
        Rules(more_than=MORE_THAN), subscribers=(Subscribers(("subscribers.csv",)),),
    )  # fmt: skip


def made(people: list[Customer], names: Pseudonyms) -> dict[str, pa.Table]:
    blank: dict[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}
    empty = {one.name: None if one.empty else blank[one.type] for one in tables.SUBJECTS.columns}
    subjects = [
        {
            **empty,
            "visitor_id": f"{number:016x}",
            "basis": one.basis,
            "account": names.account(f"account-{number}".encode()) if one.basis == "account" else None,
            "visits": one.visits,
            "attended_visits": one.attended,
            "machine": one.machine,
            "lost": one.lost,
        }
        for number, one in enumerate(people)
    ]
    visits = [
        {
            "visitor_id": f"{number:016x}",
            "visit": day + 1,
            "first": at,
            "last": at + tables.HOUR,
            "events": 1,
            "edge": False,
        }
        for number, one in enumerate(people)
        for day in range(one.visits)
        for at in [BEGIN + day * tables.DAY + 12 * tables.HOUR]
    ]
    return {
        "subjects": pa.Table.from_pylist(subjects, store.schema(tables.SUBJECTS)),
        "visits": pa.Table.from_pylist(visits, store.schema(tables.VISITS)),
    }


def file_of(people: list[Customer], order: Any) -> bytes:  # noqa: ANN401 - hypothesis' own Random
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    rows = [
        (f"account-{number}", token(number, turn), *map(day_of, holder))
        for number, one in enumerate(people)
        for turn, holder in enumerate(one.holders)
    ]  # fmt: skip
    order.shuffle(rows)
    writer.writerows([("account", "user_name", "from", "until"), *rows])
    return text.getvalue().encode()


def day_of(day: int | None) -> str:
    return "" if day is None else instant(BEGIN + day * tables.DAY)


def token(number: int, turn: int) -> str:
    return f"Customer<{number}.{turn}>"


@given(st.lists(customers, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_a_name_is_taken_only_where_the_subject_and_the_record_are_over_the_threshold(
    people: list[Customer], order: Any  # noqa: ANN401 - hypothesis' own Random
) -> None:  # fmt: skip
    names = Pseudonyms(KEY).forgetful()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "subscribers.csv").write_bytes(file_of(people, order))
        case = invented(folder)
        subjects = asked(made(people, names), MORE_THAN)
        reading = subscribers.read(case, files.identified(files.find(case)), subjects, names)
    outcomes = [judge(reading.evidence[one.account], "GB") for one in subjects]
    written = b"".join(writing.texts(outcomes, reading.tallies, "GB").values()).decode()
    for number, one in enumerate(people):
        for turn, holder in enumerate(one.holders):
            right = one.allowed and one.alone(holder) > MORE_THAN
            assert (token(number, turn) in written) == right
            assert (token(number, turn) in str(reading)) == right, "nothing is held that is not written"
    assert not names._known
    for tally in reading.tallies:
        tally.check()
        assert tally.kept == sum(len(one.records) for one in outcomes)
    assert {one.visitor_id for one in subjects} == {f"{n:016x}" for n, one in enumerate(people) if one.allowed}


def test_a_visit_that_a_records_end_cuts_is_not_in_its_period(tmp_path: Path) -> None:
    names = Pseudonyms(KEY)
    subjects = asked(made([Customer(4, 4, "account", None, None, ())], names), MORE_THAN)
    last, slack = subjects[0].visits[-1], invented(tmp_path).rules.clock_tolerance
    for until, came_to in ((last.last + slack, "at_most_threshold"), (last.last + slack + 1, None)):
        (tmp_path / "subscribers.csv").write_text(
            f"account,user_name,until\naccount-0,Customer,{instant(until)}\n", encoding="utf-8"
        )
        sources = files.identified(files.find(invented(tmp_path)))
        (tally,) = subscribers.read(invented(tmp_path), sources, subjects, names).tallies
        assert (tally.kept, tally.dropped["at_most_threshold"]) == ((0, 1) if came_to else (1, 0))
