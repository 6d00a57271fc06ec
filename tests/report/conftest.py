"""A small invented case, and tables of any size for it, built row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pytest

from landmark import store, tables
from landmark.case import Assignment, Authority, Case, Log, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BEGIN = 1_001_894_400_000_000  # 2001-10-01T00:00:00Z
DAYS = 14
FITTED = (tables.FITS, tables.FIT_DAYS, tables.DRIFTS, tables.SPEAKING_DAYS)
Row = dict[str, Any]


class World(NamedTuple):
    """What the functions under test take."""

    case: Case
    funnel: dict[str, Any]
    tables: dict[str, pa.Table]


def invented_case(**changed: Any) -> Case:  # noqa: ANN401 - any field's value
    return replace(_CASE, **changed)


def _invented() -> Case:
    return Case(
        folder=Path("case"),
        id="example",
        title="Operation Example",
        lead="GB",
        authority=Authority(
            reference="W-1",
            issuer="Example Court",
            provider="Example Internet",
            begin=BEGIN,
            end=BEGIN + DAYS * tables.DAY,
            covers=("traffic", "identification"),
            country="GB",
        ),
        targets=(Target("forum-a", host="forum-a.example", path="/"), Target("group-a", newsgroup="test.watched.a")),
        logs=(Log(("logs/access.log",), "combined", host="forum-a.example"),),
        assignments=(Assignment(("isp/leases.csv",), "csv", "user-name"),),
    )


_CASE = _invented()


_BLANK = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


def blank(table: tables.Table) -> Row:
    """Give a row in which every column that may be empty is, and the others are zero or nothing."""
    return {column.name: None if column.empty else _BLANK[column.type] for column in table.columns}


def subject_row(number: int, **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    """Give a row of `subjects` that is a lead, unless told otherwise."""
    strip = [0] * (24 * DAYS)
    for day in range(DAYS):
        if (day * 5 + number) % 4:
            strip[day * 24 + (18 + number + day) % 24] = 1 + (day * number) % 11
            strip[day * 24 + (19 + number) % 24] = 2
    hours = [sum(bool(strip[day * 24 + hour]) for day in range(DAYS)) for hour in range(24)]
    first = BEGIN + number * tables.MINUTE + 18 * tables.HOUR
    row: Row = blank(tables.SUBJECTS) | {
        "visitor_id": f"{number:016x}",
        "basis": "account",
        "account": f"{number:032x}",
        "login": None,
        "client_address": None,
        "client_host": None,
        "visits": 11 + number % 30,
        "connections": 14,
        "events": 30,
        "days": 9,
        "first": first,
        "last": first + 12 * tables.DAY,
        "targets": ["forum-a", "group-a"],
        "marginal": False,
        "machine": None,
        "machine_why": None,
        "weeks": 2,
        "longest_run": 4,
        "gap_low": 40_000,
        "gap_median": 86_400,
        "gap_high": 120_000,
        "hours": hours,
        "strip": strip,
        "attended_visits": 11,
        "purposeful_visits": 11,
        "opened": 12,
        "fetched": 17,
        "posted": 0,
        "searched": 1,
        "by_link": 2,
        "by_embed": 3,
        "failed": 4,
        "leases": 5,
        "lease_days": 5,
        "against": [],
        "lost": None,
    }
    return row | changed


def made(table: tables.Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    whole = pa.Table.from_pylist([dict(row) for row in rows], schema=store.schema(table))
    return store.conform(whole, table)


def event_row(number: int, **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    at = BEGIN + number * tables.HOUR
    row: Row = blank(tables.EVENTS) | {
        "event": number,
        "event_id": f"{number:016x}-{0:015d}",
        "source": "0" * 64,
        "line": number + 1,
        "offset": 0,
        "length": 10,
        "time": at,
        "time_text": "01/Oct/2001:00:00:00 +0000",
        "zone": "+00:00",
        "zone_known": "stated",
        "action": "open",
        "counts": True,
        "log": "logs/access.log",
        "series": "logs/access.log",
        "static": False,
        "referred": "none",
        "login_verified": False,
        "instants": [at],
        "first_instant": at,
        "last_instant": at,
    }
    return row | changed


def build(  # noqa: PLR0913 - a world has these parts, each of which a test may leave out
    subjects: Sequence[Row] = (),
    leads: Mapping[str, str] | None = None,
    enquiries: Sequence[tuple[str, str]] = (),
    *,
    events: Sequence[Row] = (),
    tests: Sequence[Row] = (),
    narrowed: Sequence[Row] = (),
    case: Case | None = None,
) -> World:
    """Build a world: subjects as rows; leads as visitor → country; enquiries as (visitor, country)."""
    leads = leads or {}
    by_name = {row["visitor_id"]: row for row in subjects}
    data = {"dataset": "invented", "dataset_date": "2001-09-30", "candidate": None}
    asked = [by_name[visitor] | data | {"country": country} for visitor, country in enquiries]
    given = [by_name[visitor] | {"country": country} for visitor, country in leads.items()]
    lost: dict[str, int] = {}
    for row in subjects:
        if row["lost"]:
            lost[row["lost"]] = lost.get(row["lost"], 0) + 1
    machines = {word: number for word, number in lost.items() if word in (*tables.MACHINES, "embedded")}
    unsure = {word: number for word, number in lost.items() if word not in machines}
    some, attended = len(subjects), len(subjects) - sum(machines.values())
    visitors = some * 20
    counts: list[tuple[str, str, int, dict[str, int]]] = [
        ("lines", "lines", some * 50_000, {}),
        (
            "events",
            "events",
            some * 300,
            {"not_watched": some * 49_000, "outside_window": some * 699, "malformed": some},
        ),
        ("counting", "events", some * 280, {"failed": some * 12, "embed": some * 8}),
        ("visits", "visits", some * 60, {}),
        ("visitors", "visitors", visitors, {}),
        ("over_threshold", "visitors", some, {"at_most_threshold": visitors - some}),
        ("attended", "visitors", attended, machines),
        ("attributed", "visitors", len(leads), unsure),
        ("identified", "visitors", len(leads), {}),
        ("placed", "visitors", len(leads), {}),
        ("leads", "visitors", len(leads), {}),
    ]
    funnel: dict[str, Any] = {
        "files": [
            {
                "path": "logs/access.log",
                "sha256": "a" * 64,
                "content_sha256": "b" * 64,
                "bytes": 1000 * some,
                "lines": some * 50_000,
                "kept": some * 300,
                "dropped": {"not_watched": some * 49_000, "outside_window": some * 699},
                "rejected": {"malformed": some},
                "admitted_lost": 0,
            },
            {
                "path": "logs/access.log.copy.gz",
                "sha256": "c" * 64,
                "content_sha256": "b" * 64,
                "bytes": 100,
                "duplicate_of": "logs/access.log",
            },
        ],
        "assignment_files": [],
        "steps": [{"step": step, "unit": unit, "count": n, "lost": gone} for step, unit, n, gone in counts],
        "enquiries": len(asked),
        "clock_steps": [],
        "loud": [],
    }
    return World(
        case or invented_case(),
        funnel,
        {
            "events": made(tables.EVENTS, events),
            "subjects": made(tables.SUBJECTS, subjects),
            "leads": made(tables.LEADS, given),
            "enquiries": made(tables.ENQUIRIES, asked),
            "countries": made(tables.COUNTRIES, []),
            "narrowed": made(tables.NARROWED, narrowed),
            "source_tests": made(tables.SOURCE_TESTS, tests),
            "doubts": made(tables.DOUBTS, []),
            **{table.name: store.empty(table) for table in FITTED},
        },
    )


def source_test(shift: int, for_zero: int, for_shift: int, **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    row: Row = {
        "log": "logs/access.log",
        "series": "logs/access.log",
        "assignment": "isp/leases.csv",
        "shift": shift,
        "for_zero": for_zero,
        "for_shift": for_shift,
        "for_zero_by_logins": 0,
        "for_shift_by_logins": 0,
        "days": 9,
        "excluded": for_zero >= 30 and for_shift * 10 <= for_zero,
        "loud": for_shift > for_zero and for_shift >= 10,
    }
    return row | changed


def large(number: int) -> World:
    """Build a world with so many subjects: leads, enquiries in many countries, machines."""
    countries = ("CH", "DE", "FR", "ZZ", "AU", "US")
    words = tuple(dict.fromkeys(tables.AGAINST))
    rows, leads, enquiries = [], {}, []
    for each in range(number):
        name = f"{each:016x}"
        if each % 3 == 0:
            rows.append(subject_row(each, against=list(words[8 : 8 + each % 4])))
            leads[name] = "GB"
        elif each % 11 == 1:
            why = "agent: ExampleBot/1.0"
            rows.append(
                subject_row(each, lost="automated", machine="automated", machine_why=why, against=["automated"])
            )
        else:
            lost = ("none", "fragile", "shared", "no_assignment", "single_lease")[each % 5]
            basis = {"basis": "address", "account": None, "client_address": "192.0.2.1", "leases": 0, "lease_days": 0}
            rows.append(subject_row(each, lost=lost, against=["shared_address", words[each % len(words)]], **basis))
            enquiries.append((name, countries[each % 6]))
    tests = [
        source_test(sign * size * tables.MINUTE, 412 - size, 3 + size // 30)
        for sign in (-1, 1)
        for size in (30, 60, 120)
    ]
    tests += [source_test(60 * tables.MINUTE, 12, 31, series="news.example", log="logs/news.notice")]
    return build(rows, leads, enquiries, events=[event_row(1, referred="unknown")], tests=tests)


@pytest.fixture
def make_case() -> Callable[..., Case]:
    return invented_case


@pytest.fixture
def make_event() -> Callable[..., Row]:
    return event_row


@pytest.fixture
def make() -> Callable[..., World]:
    return build


@pytest.fixture
def make_subject() -> Callable[..., Row]:
    return subject_row


@pytest.fixture
def make_test() -> Callable[..., Row]:
    return source_test


@pytest.fixture
def many() -> Callable[[int], World]:
    return large
