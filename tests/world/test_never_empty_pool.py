"""A pool in which every address is handed on the minute it is given back: what logins that come back can tell there.

No reading of an address says anything of the clock, as somebody holds it at any time. Who sat there is known.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import landmark
from landmark import pseudonyms, store, tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Wrong = Callable[[datetime], timedelta]

TODAY = date(2001, 11, 5)
START = datetime(2001, 10, 2, tzinfo=UTC)
DAYS = 10
ADDRESSES = 20
ACCOUNTS = 60
MEMBERS = 36
"""So many accounts have a login at the board; of the last two of them somebody else's line is used at times, too."""
AGENT = "Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)"
CASE = """
[case]
id = "never-empty"
title = "A pool that is never empty"
lead = "GB"

[authority]
reference = "W-2001-118"
issuer = "Example Court"
provider = "Example Internet"
country = "GB"
zone = "UTC"
from = 2001-10-01T00:00:00Z
until = 2001-10-14T00:00:00Z
covers = ["traffic", "identification"]

[[log]]
files = ["logs/board.log"]
format = "vhost_combined"
login_verified = ["/board/members/"]

[[assignment]]
files = ["isp/assignments.csv"]
format = "csv"
zone = "UTC"
account = "user-name"

[[target]]
id = "board"
host = "board.example"
path = "/board/"
"""


class Lease(NamedTuple):
    """Who held an address, from when to when."""

    address: str
    begin: datetime
    end: datetime
    account: int


class Hit(NamedTuple):
    """A request at the true time, and who sat there."""

    time: datetime
    address: str
    path: str
    login: str
    account: int


class Told(NamedTuple):
    """What a run said of all events."""

    grades: Counter[tuple[str, bool]]
    tests: list[dict[str, Any]]
    loud: bool


def a_pool(pick: Random) -> list[Lease]:
    """Hand every address on without a pause, always to somebody who is not there already."""
    leases = []
    ends = {f"198.51.100.{n}": START - timedelta(minutes=pick.randrange(100, 250)) for n in range(1, ADDRESSES + 1)}
    online: dict[str, int] = {}
    while (begin := min(ends.values())) < START + timedelta(days=DAYS, hours=4):
        address = min(ends, key=lambda one: (ends[one], one))
        free = sorted(set(range(ACCOUNTS)) - set(online.values()))
        online[address] = pick.choice(free)
        ends[address] = begin + timedelta(minutes=pick.randrange(20, 150), seconds=pick.randrange(60))
        leases.append(Lease(address, begin, ends[address], online[address]))
    return leases


def what_they_did(pick: Random, leases: list[Lease]) -> list[Hit]:
    hits = []
    for lease in leases:
        if not START <= lease.begin < START + timedelta(days=DAYS) or pick.random() > 0.3:
            continue
        borrowed = lease.account >= MEMBERS and pick.random() < 0.02
        member = pick.randrange(MEMBERS - 2, MEMBERS) if borrowed else lease.account
        time = lease.begin + (lease.end - lease.begin) * pick.random()
        for page in range(2):
            at = min(time + timedelta(seconds=40 * page), lease.end - timedelta(seconds=20))
            place, login = ("members/", f"member-{member}") if member < MEMBERS else ("", "-")
            hits.append(Hit(at, lease.address, f"/board/{place}{page}", login, lease.account))
    return sorted(hits)


def run(folder: Path, *, logins: bool = True, wrong: Wrong = lambda _: timedelta(), doubtful: str = "") -> Told:
    pick = Random(11)  # noqa: S311 - the same world each time
    leases = a_pool(pick)
    hits = what_they_did(pick, leases)
    for name in ("logs", "isp"):
        (folder / name).mkdir(parents=True)
    (folder / "case.toml").write_text(CASE.replace('members/"]\n', f'members/"]\n{doubtful}\n'), encoding="utf-8")
    rows = [f"{one.address},0,65535,{one.begin:%FT%TZ},{one.end:%FT%TZ},user-{one.account:04}" for one in leases]
    (folder / "isp" / "assignments.csv").write_text(
        "address,port_from,port_to,from,until,account\n" + "\n".join(rows) + "\n"
    )
    lines = [
        f"board.example:80 {hit.address} - {hit.login if logins else '-'} [{hit.time + wrong(hit.time):%d/%b/%Y:%T} "
        f'+0000] "GET {hit.path} HTTP/1.0" 200 1000 "-" "{AGENT}"\n'
        for hit in hits
    ]
    text = "".join(lines)
    (folder / "logs" / "board.log").write_text(text, encoding="utf-8")
    assert landmark.run(folder, today=TODAY).exit_status == 0

    names = pseudonyms.load_or_make(folder)
    sat = [names.account(f"user-{hit.account:04}".encode()) for hit in hits]
    events, given, tests = (
        store.read(folder / "out" / "tables" / f"{table.name}.parquet", table).to_pylist()
        for table in (tables.EVENTS, tables.ATTRIBUTIONS, tables.SOURCE_TESTS)
    )
    assert {row["source"] for row in events} == {hashlib.sha256(text.encode()).hexdigest()}
    lines_of = {row["event"]: row["line"] for row in events}
    grades = Counter((row["grade"], sat[lines_of[row["event"]] - 1] in row["accounts"]) for row in given)
    assert grades.total() == len(hits)
    return Told(grades, tests, any(row["loud"] for row in tests))


def share(told: Told, grade: str) -> float:
    return sum(count for (one, _), count in told.grades.items() if one == grade) / told.grades.total()


def test_without_logins_nothing_is_sure_and_no_reading_speaks(tmp_path: Path) -> None:
    told = run(tmp_path / "case", logins=False)
    assert share(told, "sure") == 0
    assert all(row["for_zero"] == row["for_shift"] == 0 for row in told.tests)
    assert not told.loud


def test_with_logins_that_come_back_most_is_sure_and_all_of_it_right(tmp_path: Path) -> None:
    told = run(tmp_path / "case")
    assert told.grades["sure", False] == 0
    assert share(told, "sure") > 0.9
    for row in told.tests:
        assert row["excluded"]
        assert row["for_zero"] == row["for_zero_by_logins"] >= 30
        assert row["for_shift"] == row["for_shift_by_logins"] <= 1
    assert not told.loud


FAULTS: dict[str, Wrong] = {
    "an hour ahead": lambda _: timedelta(hours=1),
    "an hour behind": lambda _: timedelta(hours=-1),
    "an hour ahead for a day": lambda at: timedelta(hours=at.day == 6),
    "an hour behind for half a day": lambda at: -timedelta(hours=at.day == 6 and at.hour >= 12),
    "half an hour ahead for two days at the end": lambda at: timedelta(minutes=30 * (at.day >= 10)),
    "ten minutes slow": lambda _: timedelta(minutes=-10),
    "losing a minute a day": lambda at: timedelta(minutes=-(at - START).days),
}


@pytest.mark.parametrize("wrong", FAULTS.values(), ids=FAULTS)
def test_whatever_is_wrong_with_the_clock_nothing_sure_is_wrong(tmp_path: Path, wrong: Wrong) -> None:
    told = run(tmp_path / "case", wrong=wrong)
    assert told.grades["sure", False] == 0
    assert any(not right for _, right in told.grades), "the fault would have named others"
    for_good = {wrong(START), wrong(START + timedelta(days=4.9))} == {wrong(START + timedelta(days=9))}
    if for_good and wrong(START).seconds % 3600 == 0:
        assert told.loud
        assert share(told, "sure") == 0


def test_a_day_that_is_declared_doubtful_does_not_spoil_the_others(tmp_path: Path) -> None:
    bad = 'doubtful = [{ from = 2001-10-05T22:00:00Z, until = 2001-10-07T02:00:00Z, why = "set by hand" }]'
    told = run(tmp_path / "case", wrong=FAULTS["an hour ahead for a day"], doubtful=bad)
    assert told.grades["sure", False] == 0
    assert share(told, "sure") > 0.7
