"""Takes rows that a test writes down through every stage after attribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from landmark import stages, store, tables
from landmark.engine import Engine
from landmark.lookups.reach import reach
from landmark.stages.regularity import Rules, conduct
from landmark.stages.regulars import Suspects, looked_at
from landmark.tables import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Rows = Sequence[Row]

BEGIN = 11_596 * DAY  # 2001-10-01T00:00:00Z, a Monday
WINDOW = (BEGIN, BEGIN + 14 * DAY)
_NOTHING: Mapping[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}
_EVENT: Row = {
    "action": "open",
    "agent": "A Browser/1.0",
    "client_address": "192.0.2.1",
    "counts": True,
    "host": "forum-a.example",
    "referred": "none",
    "target": "forum-a",
    "zone_known": "stated",
}


def _table(table: tables.Table, rows: Rows) -> pa.Table:
    """Make a table; a column that a row leaves out is empty where it may be, else nothing of its type."""
    columns = {column.name: column for column in table.columns}
    blank = {name: None if column.empty else _NOTHING[column.type] for name, column in columns.items()}
    data = [{**blank, **row} for row in rows]
    assert all(set(row) == set(columns) for row in data)
    return pa.Table.from_pylist(data, schema=store.schema(table))


def _event(number: int, row: Row) -> Row:
    """A page of the forum that somebody opened, except for what the row says."""
    time = row["time"]
    spans = {"event": number, "first_instant": time, "last_instant": time, "object": f"/board/{number}"}
    return {**_EVENT, **spans, **row}


def _derive(  # noqa: PLR0913 - each is a table or a rule
    engine: Engine,
    events: Rows,
    *,
    attributions: Rows = (),
    leases: Rows = (),
    countries: Rows = (),
    window: tuple[int, int] = WINDOW,
    visit_gap: int = 30 * MINUTE,
    more_than: int = 10,
    country: str = "GB",
    **suspects: Any,  # noqa: ANN401 - as `Suspects` has them
) -> Made:
    rows = [_event(number, row) for number, row in enumerate(events)]
    clients = [row["client_address"] for row in rows if row["client_address"] is not None]
    pairs = reach(clients, [row["address"] for row in leases])
    sought = [
        {"event": number, "client_address": row["client_address"]}
        for number, row in enumerate(rows)
        if row["client_address"] is not None
    ]
    held = [{"lease": number, "ends": "stopped", **row} for number, row in enumerate(leases)]
    known = {
        "events": _table(tables.EVENTS, rows),
        "attributions": _table(tables.ATTRIBUTIONS, attributions),
        "leases": _table(tables.LEASES, held),
        "reach": _table(stages.REACH, [{"client_address": one, "address": other} for one, other in pairs]),
        "sought": _table(stages.SOUGHT, sought),
        "countries": _table(tables.COUNTRIES, countries),
    }
    return Made(known, _stages(engine, known, Rules(*window, visit_gap, more_than), country, Suspects(**suspects)))


class Made(dict[str, "list[dict[str, Any]]"]):
    """The rows of every table by its name; none is made before it, or one that comes of it, is asked for."""

    def __init__(self, known: Mapping[str, pa.Table], stages: Iterator[str]) -> None:
        self._known = known
        self._stages = stages

    def __missing__(self, name: str) -> list[dict[str, Any]]:
        while name not in self._known:
            next(self._stages)
        rows: list[dict[str, Any]] = self._known[name].to_pylist()
        self[name] = rows
        return rows


def _stages(
    engine: Engine, known: dict[str, pa.Table], rules: Rules, country: str, suspects: Suspects
) -> Iterator[str]:
    """Run every stage after attribution, put its table to the others, and give its name before the next is run."""

    def run(table: tables.Table, reads: str, **parameters: int | str) -> str:
        given = {name: known[name] for name in reads.split()}
        known[table.name] = store.conform(engine.run(table.name, given, parameters), table)
        return table.name

    window = {"window_from": rules.window_from, "window_until": rules.window_until}
    yield run(tables.SIGHTINGS, "events attributions", salt="")
    yield run(tables.VISITS, "events sightings", visit_gap=rules.visit_gap, **window)
    yield run(tables.VISITORS, "events sightings visits")
    known["conduct"] = store.conform(conduct(known, rules, suspects), tables.CONDUCT)
    few = known["events"].filter(looked_at(known["events"], known, rules.more_than))
    narrow = conduct({**known, "events": few}, rules, suspects)
    assert store.conform(narrow, tables.CONDUCT).equals(known["conduct"])  # no other event is looked at
    yield "conduct"
    before = "events attributions leases sightings visits visitors conduct countries reach sought"
    yield run(tables.SUBJECTS, before, more_than=rules.more_than, country=country)
    yield run(tables.LEADS, "subjects", country=country)
    yield run(tables.ENQUIRIES, "subjects events sightings countries", more_than=rules.more_than)
    yield run(tables.INSTANTS, "enquiries events sightings visits countries")
    yield run(stages.NARROWED, "events attributions leases sightings visits subjects sought reach")


@pytest.fixture(scope="session")
def stage_engine() -> Engine:
    return Engine(threads=1)


@pytest.fixture(scope="session")
def derive(stage_engine: Engine) -> Callable[..., Made]:
    """Give every table that comes of events; see `_derive` for what else it takes."""

    def call(events: Rows, **more: Any) -> Made:  # noqa: ANN401 - as `_derive` has them
        return _derive(stage_engine, events, **more)

    return call


@pytest.fixture(scope="session")
def begin() -> int:
    """Begin of the window, 2001-10-01T00:00:00Z, a Monday, µs."""
    return BEGIN
