"""A small invented case with leads and enquiries of several countries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pytest

from landmark import store, tables
from landmark.case import Assignment, Authority, Case, Log, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BEGIN = 1_001_894_400_000_000  # 2001-10-01T00:00:00Z
Row = dict[str, Any]
_BLANK = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


class World(NamedTuple):
    """What the functions under test take."""

    case: Case
    tables: dict[str, pa.Table]


def invented_case() -> Case:
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
            end=BEGIN + 14 * tables.DAY,
            covers=("traffic", "identification"),
            country="GB",
        ),
        targets=(Target("forum-a", host="forum-a.example", path="/"),),
        logs=(Log(("logs/news.notice",), "inn", zone="Europe/London", year=2001, clock_tolerance=7 * tables.SECOND),),
        assignments=(Assignment(("isp/leases.csv",), "csv", "user-name"),),
    )


def blank(table: tables.Table) -> Row:
    """Give a row in which every column that may be empty is, and the others are zero or nothing."""
    return {column.name: None if column.empty else _BLANK[column.type] for column in table.columns}


def lead_row(number: int, **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    row = blank(tables.LEADS) | {
        "visitor_id": f"{number:016x}",
        "basis": "account",
        "account": f"{number:032x}",
        "visits": 12,
        "events": 30,
        "days": 9,
        "first": BEGIN + tables.HOUR,
        "last": BEGIN + 9 * tables.DAY + 1,
        "targets": ["forum-a", "group-a"],
        "hours": [0] * 20 + [3, 4, 5, 0],
        "gap_low": 3600,
        "gap_median": 7200,
        "gap_high": 86_400,
        "leases": 3,
        "lease_days": 4,
        "against": ["marginal", "edge"],
        "country": "GB",
    }
    return row | changed


def enquiry_row(number: int, country: str = "DE", **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    row = blank(tables.ENQUIRIES) | lead_row(number) | {
        "basis": "address",
        "account": None,
        "client_address": "192.0.2.7",
        "lost": "no_assignment",
        "country": country,
        "dataset": "invented",
        "dataset_date": "2001-09-30",
        "against": ["shared_address"],
    }  # fmt: skip
    return row | changed


def instant_row(number: int, visit: int, country: str = "DE", **changed: Any) -> Row:  # noqa: ANN401 - any column's value
    row = blank(tables.INSTANTS) | {
        "country": country,
        "visitor_id": f"{number:016x}",
        "visit": visit,
        "event": number * 100 + visit,
        "time": BEGIN + visit * tables.DAY,
        "time_text": "02/Oct/2001:01:00:00 +0100",
        "zone": "+01:00",
        "client_address": "192.0.2.7",
        "client_port": 40_000 + visit,
        "target": "forum-a",
    }
    return row | changed


def build(
    leads: Sequence[Mapping[str, Any]] = (),
    enquiries: Sequence[Mapping[str, Any]] = (),
    instants: Sequence[Mapping[str, Any]] = (),
    narrowed: Sequence[Mapping[str, Any]] = (),
) -> World:
    def made(table: tables.Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
        whole = pa.Table.from_pylist([dict(row) for row in rows], schema=store.schema(table))
        return store.conform(whole, table)

    given = {
        "leads": made(tables.LEADS, leads),
        "enquiries": made(tables.ENQUIRIES, enquiries),
        "instants": made(tables.INSTANTS, instants),
        "narrowed": made(tables.NARROWED, narrowed),
    }
    return World(invented_case(), given)


@pytest.fixture
def make() -> Callable[..., World]:
    return build


@pytest.fixture
def make_lead() -> Callable[..., Row]:
    return lead_row


@pytest.fixture
def make_enquiry() -> Callable[..., Row]:
    return enquiry_row


@pytest.fixture
def make_instant() -> Callable[..., Row]:
    return instant_row


@pytest.fixture
def world() -> World:
    return build(
        [lead_row(1), lead_row(2, against=[])],
        [enquiry_row(3), enquiry_row(3, "FR"), enquiry_row(4, "ZZ", candidate="CH", lost="fragile")],
        [
            *(instant_row(3, visit) for visit in (1, 2, 3)),
            instant_row(3, 4, "FR", client_address="2001:db8::7", client_port=None),
            instant_row(4, 1, "ZZ", candidate="CH", time_until=BEGIN + tables.DAY + tables.HOUR),
            instant_row(
                4, 2, "ZZ", client_address=None, client_port=None, client_host="pool-7.example", time=BEGIN + 1
            ),
        ],
    )
