"""When one account holds two lines at once, against a plain reading of every two rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from landmark import stages, store, tables

if TYPE_CHECKING:
    from landmark.engine import Engine

    Row = dict[str, Any]

NEVER = 2**63 - 1
_NOTHING: Row = {"int64": 0, "string": "", "bool": False, "list<int64>": [], "list<string>": []}


def lease(account: str | None, line: str | None, begin: int, end: int | None, *, doubtful: bool = False) -> Row:
    return {"account": account, "line": line, "from": begin, "until": end, "doubtful": doubtful}


def held(engine: Engine, leases: list[Row]) -> list[tuple[str, int, int]]:
    """Give which account holds two lines, from when and until when, each stretch once."""
    blank = {column.name: None if column.empty else _NOTHING[column.type] for column in tables.LEASES.columns}
    rows = [{**blank, "lease": number, **row} for number, row in enumerate(leases)]
    known = {"leases": pa.Table.from_pylist(rows, schema=store.schema(tables.LEASES))}
    for table in (stages.ACCOUNTS, stages.TWO_LINES):
        given_ = {name: known[name] for name in stages.READS[table.name]}
        known[table.name] = store.conform(engine.run(table.name, given_, {}), table)
    names = {row["holder"]: row["account"] for row in known["accounts"].to_pylist()}
    return [(names[row["holder"]], row["from"], row["until"]) for row in known["two_lines"].to_pylist()]


drawn = st.lists(
    st.builds(
        lease,
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["one", "two", "three", None]),
        st.integers(0, 6),
        st.none() | st.integers(1, 9),
        doubtful=st.sampled_from([False, False, False, True]),
    ).filter(lambda row: row["until"] is None or row["from"] < row["until"]),
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn)
@example([lease("a", "one", 0, 5), lease("a", "two", 5, 9), lease("a", "one", 4, 5)])
@example([lease("a", "one", 0, None), lease("a", "two", 3, None), lease("a", "one", 3, 9)])
@example([lease("a", "one", 0, 9), lease("b", "two", 0, 9), lease("a", "two", 2, 4, doubtful=True)])
@example([lease("a", line, 0, 9) for line in ("one", "two", "three")])
@example([lease("a", "one", 0, 3), lease("a", "two", 5, 9), lease("b", "two", 0, 3), lease("b", "one", 5, 9)])
def test_an_account_is_on_two_lines_while_any_two_rows_of_it_say_so(stage_engine: Engine, leases: list[Row]) -> None:
    certain = [row for row in leases if None not in {row["account"], row["line"]} and not row["doubtful"]]
    expected = {
        (one["account"], max(one["from"], other["from"]), min(one["until"] or NEVER, other["until"] or NEVER))
        for one in certain
        for other in certain
        if one["account"] == other["account"] and one["line"] != other["line"]
    }
    assert sorted(held(stage_engine, leases)) == sorted(row for row in expected if row[1] < row[2])
