"""Two files that tell the same: equal lines or equal requests, in periods that overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from landmark.engine import Engine

SECOND = 1_000_000
SCHEMA = pa.schema(
    [
        ("event", pa.int64()),
        ("event_id", pa.string()),
        ("source", pa.string()),
        ("length", pa.int64()),
        ("time", pa.int64()),
        ("client_address", pa.string()),
        ("client_host", pa.string()),
        ("client_port", pa.int64()),
        ("object", pa.string()),
        ("action", pa.string()),
        ("host", pa.string()),
        ("log", pa.string()),
        ("series", pa.string()),
    ]
)


def row(number: int, source: str, second: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - any column's value
    return {
        "event": number,
        "event_id": f"{number:016x}-0",
        "source": source,
        "length": 80,
        "time": second * SECOND,
        "client_address": "192.0.2.1",
        "client_host": None,
        "client_port": None,
        "object": "/board/",
        "action": "open",
        "host": None,
        "log": source,
        "series": source,
        **other,
    }


def pairs(engine: Engine, rows: list[dict[str, Any]], keeps: tuple[str, ...] = ()) -> list[tuple[str, str, int]]:
    tables = {"events": pa.Table.from_pylist(rows, SCHEMA), "keeps": pa.table({"log": pa.array(keeps, pa.string())})}
    found = engine.run("overlaps", tables, {}).to_pylist()
    return sorted((one["one"], one["other"], one["equal"]) for one in found)


def test_the_same_request_in_two_logs_is_found_until_one_of_them_is_kept(stage_engine: Engine) -> None:
    rows = [row(0, "a", 1), row(1, "a", 5), row(2, "b", 1), row(3, "b", 7)]
    assert pairs(stage_engine, rows) == [("a", "b", 1)]
    assert pairs(stage_engine, rows, ("b",)) == []


def test_one_line_in_two_files_is_found_whatever_it_asks_for(stage_engine: Engine) -> None:
    same = "00000000000000ff-000000000000000"
    rows = [row(0, "a", 1, event_id=same, object=None), row(1, "b", 1, event_id=same, object=None)]
    assert pairs(stage_engine, rows) == [("a", "b", 1)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"host": "a.example"}, {"host": "b.example"}, 0),
        ({"host": "a.example"}, {"host": "a.example"}, 1),
        ({"host": "a.example"}, {"host": None}, 1),
        ({"client_port": 4000}, {"client_port": 4001}, 0),
        ({"client_port": 4000}, {"client_port": None}, 1),
        ({"object": "/board/2"}, {}, 0),
        ({"action": "post"}, {}, 0),
    ],
)
def test_what_is_known_to_differ_is_another_request(
    stage_engine: Engine, one: dict[str, Any], other: dict[str, Any], found: int
) -> None:
    assert len(pairs(stage_engine, [row(0, "a", 1, **one), row(1, "b", 1, **other)])) == found


def test_neighbours_of_one_series_may_share_the_instant_of_rotation_and_others_may_not(stage_engine: Engine) -> None:
    rows = [row(0, "a", 1), row(1, "a", 5), row(2, "b", 5), row(3, "b", 9)]
    assert pairs(stage_engine, rows) == [("a", "b", 1)]
    neighbours = [{**one, "log": "logs", "series": "access.log"} for one in rows]
    assert pairs(stage_engine, neighbours) == []
    # A file that has nothing but that instant may be a copy of the other's first lines.
    assert pairs(stage_engine, neighbours[1:]) == [("a", "b", 1)]
