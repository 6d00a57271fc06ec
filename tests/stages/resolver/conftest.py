"""Runs the stages of the resolver over rows that a test writes down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from landmark import stages, store, tables
from landmark.engine import Engine
from landmark.lookups.reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from landmark.tables import Table

    Row = Mapping[str, Any]

CHAIN = (
    ("accounts", stages.ACCOUNTS),
    ("two_lines", stages.TWO_LINES),
    ("clocks", stages.CLOCKS),
    ("held", stages.HELD),
    ("places", stages.PLACES),
    ("grains", stages.GRAINS),
    ("speaking", stages.SPEAKING),
    ("naming", stages.NAMING),
    ("returning", stages.RETURNING),
    ("source_test", tables.SOURCE_TESTS),
    ("doubts", tables.DOUBTS),
    ("settled", stages.SETTLED),
    ("attributions", tables.ATTRIBUTIONS),
)
_NOTHING: Mapping[str, Any] = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


def _table(table: Table, rows: Iterable[Row]) -> pa.Table:
    """Make a table; a column that a row leaves out is empty where it may be, else nothing of its type."""
    columns = {column.name: column for column in table.columns}
    blank = {name: None if column.empty else _NOTHING[column.type] for name, column in columns.items()}
    data = [{**blank, **row} for row in rows]
    assert all(set(row) == set(columns) for row in data)
    return pa.Table.from_pylist(data, schema=store.schema(table))


def _event(number: int, row: Row) -> Row:
    instants = list(row["instants"])
    spans = {"time": instants[0], "first_instant": instants[0], "last_instant": instants[-1]}
    named = {"event": number, "login_verified": row.get("login_account") is not None}
    return {"log": "web", "series": "web", "counts": True, **spans, **named, **row}


def _resolve(  # noqa: PLR0913 - each is one of the small tables
    engine: Engine,
    events: Sequence[Row],
    leases: Sequence[Row],
    *,
    shifts: Sequence[int] = (),
    log_clocks: Mapping[str, int] | None = None,
    assignment_clocks: Mapping[str, int] | None = None,
    declared: Sequence[Row] = (),
) -> dict[str, list[dict[str, Any]]]:
    held = [{"lease": n, "assignment": "isp", "ends": "stated", "rows": [n + 1], **row} for n, row in enumerate(leases)]
    seen = [_event(number, row) for number, row in enumerate(events)]
    clients = [row["client_address"] for row in seen if row.get("client_address") is not None]
    pairs = reach(clients, [row["address"] for row in held])
    known = {
        "events": _table(tables.EVENTS, seen),
        "leases": _table(tables.LEASES, held),
        "reach": _table(stages.REACH, [{"client_address": one, "address": other} for one, other in pairs]),
        "shifts": _table(stages.SHIFTS, [{"shift": shift} for shift in shifts]),
        "log_clocks": _clocks(stages.LOG_CLOCKS, log_clocks or {"web": 0}),
        "assignment_clocks": _clocks(stages.ASSIGNMENT_CLOCKS, assignment_clocks or {"isp": 0}),
        "declared": _table(stages.DECLARED, declared),
    }
    for stage, table in CHAIN:
        result = engine.run(stage, {name: known[name] for name in stages.READS[stage]}, {})
        known[table.name] = store.conform(result, table)
    _settled_as_attributed(known)
    return {table.name: known[table.name].to_pylist() for _, table in CHAIN}


def _settled_as_attributed(known: Mapping[str, pa.Table]) -> None:
    """See that what is settled first is what the whole statement says of the same events."""
    whole = {row["event"]: row for row in known["attributions"].to_pylist()}
    accounts = {row["holder"]: row["account"] for row in known["accounts"].to_pylist()}
    for row in known["settled"].to_pylist():
        named = {"accounts": [accounts[row.pop("holder")]]}
        assert {**row, **named} == whole[row["event"]]


def _clocks(table: Table, clocks: Mapping[str, int]) -> pa.Table:
    return _table(table, [{table.key[0]: name, "tolerance": tolerance} for name, tolerance in sorted(clocks.items())])


@pytest.fixture(scope="session")
def engine() -> Engine:
    """One engine for all tests."""
    return Engine(threads=1)


@pytest.fixture(scope="session")
def resolve(engine: Engine) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """Give the rows of `held`, `speaking`, `returning`, `source_tests`, `doubts` and `attributions`.

    Events need `client_address` and `instants`, leases `address`, `from`, `until` and `account`; the rest is left out
    where it does not matter. Clocks have no tolerance unless it is given.
    """

    def run(*args: Any, **kwargs: Any) -> dict[str, list[dict[str, Any]]]:  # noqa: ANN401 - as `_resolve` takes them
        return _resolve(engine, *args, **kwargs)

    return run


@pytest.fixture(scope="session")
def make() -> Callable[[Table, Iterable[Row]], pa.Table]:
    """Give a table from rows that leave out what does not matter."""
    return _table
