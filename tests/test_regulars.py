"""What the lookups are asked of the visitors over the threshold, and that nothing they say goes on when it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from landmark import regulars, store, tables
from landmark.case import Assignment, Authority, Case, Countries, Known, Log, Rules
from landmark.engine import Engine
from landmark.errors import CaseError, MachineError
from landmark.kept import Kept, Stages
from landmark.pseudonyms import Pseudonyms
from landmark.tables import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

BEGIN = 11_596 * DAY  # 2001-10-01T00:00:00Z
BROWSER, CRAWLER = "A Browser/1.0", "Googlebot/2.1 (+http://www.google.com/bot.html)"
NAMES = Pseudonyms(bytes(32))
GEO = b"# date: 2001-10-01\n192.0.2.0,192.0.2.255,NL\n"
_NOTHING: dict[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


def table(what: tables.Table, rows: list[dict[str, Any]]) -> pa.Table:
    blank = {column.name: None if column.empty else _NOTHING[column.type] for column in what.columns}
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=store.schema(what))


def seen(*visitors: Mapping[str, Any]) -> dict[str, Kept]:
    """Give the tables of visitors, each with so many visits of one event and what its events hold."""
    made: dict[tables.Table, list[dict[str, Any]]] = {
        one: [] for one in (tables.EVENTS, tables.SIGHTINGS, tables.VISITS, tables.VISITORS)
    }
    for number, told in enumerate(visitors):
        event, visits = dict(told), told["visits"]
        del event["visits"]
        name = {"visitor_id": f"visitor-{number}"}
        for visit in range(visits):
            at = BEGIN + visit * (5 * HOUR + visit**2 * 1_000_000_000)
            span = {"event": len(made[tables.EVENTS]), "time": at, "first_instant": at, "last_instant": at}
            page = {"agent": BROWSER, "counts": True, "referred": "none", "object": f"/board/{visit}"}
            made[tables.EVENTS].append({**span, **page, "client_address": f"192.0.2.{number + 1}", **event})
            made[tables.SIGHTINGS].append({"event": span["event"], **name, "account": event.get("login_account")})
            made[tables.VISITS].append({**name, "visit": visit + 1, "first": at, "last": at, "events": 1})
        made[tables.VISITORS].append({**name, "visits": visits, "events": visits})
    return {one.name: Kept(table(one, rows), one.name) for one, rows in made.items()}


@pytest.fixture
def case(tmp_path: Path) -> Case:
    for name, content in (("geo.csv", GEO), ("net.txt", b"192.0.2.1\n"), ("net2.txt", b"192.0.2.2\n")):
        (tmp_path / name).write_bytes(content)
    authority = Authority("W-1", "Example Court", "Example Internet", BEGIN, BEGIN + 14 * DAY, ("traffic",))
    return Case(tmp_path, "example", "", "GB", authority, (), (Log(("web.log",), "combined"),))


@pytest.fixture
def said() -> list[str]:
    """Which tables were made and not taken from what was kept."""
    return []


@pytest.fixture
def stages(tmp_path: Path, said: list[str]) -> Iterator[Stages]:
    engine = Engine(threads=1)
    (tmp_path / "kept").mkdir()
    yield Stages(engine, tmp_path / "kept", said.append)
    engine.close()


def machines(case: Case, before: Mapping[str, Kept], stages: Stages) -> dict[str, str | None]:
    made = regulars.conduct(case, before, NAMES, stages).data
    return dict(zip(made["visitor_id"].to_pylist(), made["machine"].to_pylist(), strict=True))


def test_of_visitors_over_the_threshold_alone_it_is_said_who_is_a_machine(case: Case, stages: Stages) -> None:
    before = seen({"visits": 10}, {"visits": 11}, {"visits": 11, "agent": CRAWLER}, {"visits": 11})
    assert machines(case, before, stages) == {"visitor-1": None, "visitor-2": "automated", "visitor-3": None}
    crawlers = replace(case, crawler_networks=("net.txt", "net2.txt"))
    assert machines(crawlers, before, stages)["visitor-1"] == "automated"


HOTLINE = {"login": NAMES.login(b"desk", "web.log"), "login_verified": True}
UNIT = {"login_account": NAMES.account(b"unit")}


@pytest.mark.parametrize(
    ("entry", "events"),
    [
        (Known("", address="192.0.2.1"), {}),
        (Known("", account="unit"), UNIT),
        (Known("", account="UNIT@isp.example"), UNIT),  # as no record writes it, and as each source makes them one
        (Known("", login="desk"), HOTLINE),
    ],
    ids=["address", "account", "account in a source's form", "login"],
)
@pytest.mark.parametrize("machine", ["known", "leaf"])
def test_whom_the_case_names_is_what_it_says(
    case: Case, stages: Stages, entry: Known, events: dict[str, Any], machine: str
) -> None:
    case = replace(case, assignments=(Assignment(("isp.csv",), "csv", "user-name", account_form="lower, no-realm"),))
    named = replace(case, known=(entry,)) if machine == "known" else replace(case, leaf=(entry,))
    before = seen({"visits": 11, **events}, {"visits": 11})
    assert machines(named, before, stages) == {"visitor-0": machine, "visitor-1": None}


def test_a_login_of_the_case_is_known_in_the_realm_of_each_log(case: Case, stages: Stages) -> None:
    logs = (Log(("a.log",), "combined", realm="shop"), Log(("b.log",), "combined"))
    named = replace(case, logs=logs, known=(Known("", login="desk"),))
    before = seen(
        *({"visits": 11, "login": NAMES.login(b"desk", realm), "login_verified": True} for realm in ("shop", "b.log")),
        {"visits": 11, "login": NAMES.login(b"desk", "a.log"), "login_verified": True},
    )
    assert machines(named, before, stages) == {"visitor-0": "known", "visitor-1": "known", "visitor-2": None}


def test_of_many_events_those_are_looked_at_that_they_are_of_wherever_they_stand(
    case: Case, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seen({"visits": 3}, {"visits": 11, "agent": CRAWLER}, {"visits": 4}, {"visits": 12})
    whole = regulars.conduct(case, before, NAMES, stages).data
    monkeypatch.setattr(store, "ROW_GROUP", 7)
    parts = {**before, "events": Kept(before["events"].data, "in parts")}
    assert regulars.conduct(case, parts, NAMES, stages).data.equals(whole)
    assert whole["visitor_id"].to_pylist() == ["visitor-1", "visitor-3"]


def conduct(case: Case, before: Mapping[str, Kept], stages: Stages) -> Kept:
    return regulars.conduct(case, before, NAMES, stages)


def shorter(case: Case) -> Case:
    return replace(case, authority=replace(case.authority, end=BEGIN + 13 * DAY))


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        (conduct, shorter),
        (conduct, lambda case: replace(case, rules=Rules(visit_gap=1))),
        (conduct, lambda case: replace(case, rules=Rules(more_than=9))),
        (conduct, lambda case: replace(case, known=(Known("", address="192.0.2.1"),))),
        (conduct, lambda case: replace(case, leaf=(Known("", address="192.0.2.1"),))),
        (conduct, lambda case: replace(case, crawler_networks=("net.txt",))),
        (regulars.country_of_addresses, shorter),
        (regulars.country_of_addresses, lambda case: replace(case, rules=Rules(more_than=9))),
        (regulars.country_of_addresses, lambda case: replace(case, countries=Countries("geo.csv"))),
        (regulars.country_of_addresses, lambda case: replace(case, countries=Countries(anonymisers=("net.txt",)))),
    ],
)
def test_what_was_said_before_holds_only_while_nothing_that_it_rests_on_has_changed(
    case: Case,
    stages: Stages,
    said: list[str],
    asked: Callable[[Case, Mapping[str, Kept], Stages], Kept],
    other: Callable[[Case], Case],
) -> None:
    before = seen({"visits": 11})
    asked(case, before, stages)
    asked(case, before, stages)
    assert len(said) == 1
    asked(other(case), before, stages)
    asked(case, {**before, "events": Kept(before["events"].data, "others")}, stages)
    assert len(said) == 3


@pytest.mark.parametrize(
    ("name", "content"), [("geo.csv", GEO.replace(b"NL", b"DE")), ("net.txt", b"192.0.2.9\n")], ids=["geo", "net"]
)
def test_a_list_that_was_written_anew_is_read_anew(
    case: Case, stages: Stages, said: list[str], name: str, content: bytes
) -> None:
    case = replace(case, countries=Countries("geo.csv", anonymisers=("net.txt",)))
    before = seen({"visits": 11})
    (first,) = regulars.country_of_addresses(case, before, stages).data.to_pylist()
    assert (first["country"], first["anonymiser"], first["dataset_date"]) == ("NL", True, "2001-10-01")
    regulars.country_of_addresses(case, before, stages)
    assert len(said) == 1
    (case.folder / name).write_bytes(content)
    (second,) = regulars.country_of_addresses(case, before, stages).data.to_pylist()
    assert (second["country"], second["anonymiser"]) == (("DE", True) if name == "geo.csv" else ("NL", False))
    assert len(said) == 2


@pytest.mark.parametrize(
    "other",
    [Countries("geo2.csv"), Countries("geo.csv", date=date(2001, 10, 2))],
    ids=["the same list under another name", "another date of the same list"],
)
def test_a_country_is_said_with_the_list_and_the_date_that_the_case_now_names(
    case: Case, stages: Stages, other: Countries
) -> None:
    (case.folder / "geo2.csv").write_bytes(GEO)
    before = seen({"visits": 11})
    told = [
        regulars.country_of_addresses(replace(case, countries=countries), before, stages).data.to_pylist()[0]
        for countries in (Countries("geo.csv"), other)
    ]
    assert [(row["dataset"], row["dataset_date"]) for row in told] == [
        ("geo.csv", "2001-10-01"),
        (other.addresses, str(other.date or date(2001, 10, 1))),
    ]


def test_a_crawlers_list_that_was_written_anew_is_read_anew(case: Case, stages: Stages) -> None:
    named = replace(case, crawler_networks=("net.txt",))
    before = seen({"visits": 11}, {"visits": 11})
    assert machines(named, before, stages) == {"visitor-0": "automated", "visitor-1": None}
    (case.folder / "net.txt").write_bytes(b"192.0.2.2\n")
    assert machines(named, before, stages) == {"visitor-0": None, "visitor-1": "automated"}


def test_a_period_in_which_a_unit_is_at_work_is_asked_of_anew_when_the_case_changes_it(
    case: Case, stages: Stages
) -> None:
    """Before its begin and from its end on it is a visitor like any other."""
    before = seen({"visits": 22})
    unit = Known("", address="192.0.2.1")
    last = before["visits"].data["first"].to_pylist()[10]
    told = [
        machines(replace(case, known=(one,)), before, stages)["visitor-0"]
        for one in (
            unit,
            replace(unit, begin=last),  # ten visits before it
            replace(unit, begin=last + 1),
            replace(unit, end=last + 1),
        )
    ]
    assert told == ["known", "known", None, None]


def test_an_event_that_names_no_object_is_looked_at_too(case: Case, stages: Stages) -> None:
    before = seen({"visits": 11, "object": None}, {"visits": 3, "object": None})
    (row,) = regulars.conduct(case, before, NAMES, stages).data.to_pylist()
    assert (row["visitor_id"], row["attended_visits"], row["opened"] + row["fetched"]) == ("visitor-0", 11, 0)


def test_who_asked_for_robots_txt_need_not_have_come_often_with_another_name(case: Case, stages: Stages) -> None:
    """A crawler that logs in is one visitor with the login and another, seldom seen, without."""
    asked = {"visits": 1, "object": "/robots.txt", "client_address": "192.0.2.1"}
    before = seen({"visits": 11}, asked, {"visits": 11})
    assert machines(case, before, stages) == {"visitor-0": "automated", "visitor-2": None}


def test_the_address_of_each_event_that_counts_of_a_visitor_over_the_threshold_is_looked_up(
    case: Case, stages: Stages
) -> None:
    case = replace(case, countries=Countries("geo.csv"))
    before = seen({"visits": 10}, {"visits": 11}, {"visits": 11, "client_address": None, "client_host": "a.example"})
    failed = before["events"].data.slice(12, 1).to_pylist()[0] | {"counts": False, "client_address": "192.0.2.77"}
    rows = before["events"].data.to_pylist()
    before["events"] = Kept(table(tables.EVENTS, [failed if row["event"] == 12 else row for row in rows]), "events")
    made = regulars.country_of_addresses(case, before, stages).data
    assert made["client_address"].to_pylist() == ["192.0.2.2"]
    dated = replace(case, countries=Countries("geo.csv", date=date(2011, 10, 1)))
    (row,) = regulars.country_of_addresses(dated, before, stages).data.to_pylist()
    assert (row["country"], row["candidate"]) == ("ZZ", "NL")


def test_where_nobody_came_so_often_nothing_is_said_and_nobody_looked_up(case: Case, stages: Stages) -> None:
    before = seen({"visits": 10})
    assert machines(case, before, stages) == {}
    assert regulars.country_of_addresses(case, before, stages).rows == 0


def test_a_list_that_is_not_there_or_is_none_is_refused_by_its_name(case: Case, stages: Stages) -> None:
    before = seen({"visits": 11})
    with pytest.raises(MachineError, match=r"gone\.txt"):
        machines(replace(case, crawler_networks=("gone.txt",)), before, stages)
    with pytest.raises(CaseError, match=r"geo\.csv"):
        machines(replace(case, crawler_networks=("geo.csv",)), before, stages)
