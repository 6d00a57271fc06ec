"""Every stage on both engines over small random tables with empty values and ties: the same rows."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from importlib import resources
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

import landmark
from landmark import engine, stages, store, tables
from landmark.errors import CaseError, MachineError
from landmark.lookups.reach import reach
from landmark.pipeline import OVERLAPS
from landmark.tables import DAY, MINUTE, SECOND, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    Row = dict[str, Any]

pytestmark = pytest.mark.xdist_group("spark")  # one worker starts Spark, not each

STAGES = sorted(
    file.name.removesuffix(".sql") for file in resources.files("landmark.stages").iterdir() if file.name[-4:] == ".sql"
)
BASE = 11_600 * DAY
KEEPS = Table("keeps", "Logs whose overlap the case allows.", ("log",), (Column("log", "string", "the [[log]]"),))
DECLARED = {
    table.name: table
    for table in (*tables.ALL, *(one for one in vars(stages).values() if isinstance(one, Table)), OVERLAPS, KEEPS)
}
GIVES = {stage: DECLARED[{"source_test": "source_tests", "chain": "attributions"}.get(stage, stage)] for stage in STAGES}

# Few words, so that rows meet and tie; among them the empty text, a last blank, capitals, and letters whose order in
# UTF-16 is not the order in UTF-8.
LOGS = ("web", "web ", "News")
CLIENTS = ("192.0.2.1", "192.0.2.2", "198.51.100.7", "2001:db8::1")
HOLDERS = (*CLIENTS, "192.0.2.0/30", "2001:db8::/64")
ACCOUNTS = ("aa", "ab", "b")
WORDS: Mapping[str, Sequence[Any]] = {
    "log": LOGS,
    "series": ("", "s1", "ｓ"),
    "assignment": ("isp", "Isp"),
    "account": ACCOUNTS,
    "login": ("l1", "l2", "L2"),
    "login_account": ACCOUNTS,
    "accounts": ACCOUNTS,
    "client_address": CLIENTS,
    "address": HOLDERS,
    "client_host": ("one.example", "two.example"),
    "client_port": (1, 1024, 2047, 65535),
    "protocol": ("tcp", "udp"),
    "destination": ("192.0.2.80:80", "192.0.2.80:443"),
    "visitor_id": ("v1", "v2", "V2", "v3", "v4"),
    "target": ("forum-a", "forum-ä", "forum-ﬀ", "forum-𝄞"),
    "connection": ("c1", "c2"),
    "object": ("/", "/\0", "/ü"),
    "action": tables.ACTIONS,
    "zone_known": tables.ZONE_KNOWN,
    "event_id": ("0123456789abcdef-1", "0123456789abcdef-2", "fedcba9876543210-1"),
    "source": ("s0", "s1", "s2"),
    "basis": tables.BASES,
    "grade": tables.GRADES,
    "reason": tables.ATTRIBUTION_REASONS,
    "machine": tables.MACHINES,
    "lost": tables.LEAD_LOSSES,
    "ends": tables.ENDS,
    "country": ("GB", "DE", "ZZ"),
    "candidate": ("FR", "ÅX", "BE"),
    "shift": (-60 * MINUTE, -30 * MINUTE, 30 * MINUTE, 60 * MINUTE),
    "tolerance": (0, 5 * SECOND, 31 * MINUTE),
    "length": (10, 20),
    "inner": ACCOUNTS,
    "event": range(150),
    "asked": range(100, 150),
}
LIKELY = {"doubtful": 0.1, "counts": 0.8, "excluded": 0.7, "for_shift": 0.3}
INSTANTS = frozenset({"time", "time_until", "from", "until", "first", "last", "instant", "first_instant"})
RULES: Mapping[str, int | str] = {
    "more_than": 2,
    "country": "GB",
    "visit_gap": 30 * MINUTE,
    "window_from": BASE,
    "window_until": BASE + 4 * DAY,
    "salt": "0f",
}

CHAIN = (
    "held",
    "speaking",
    "source_test",
    "doubts",
    "attributions",
    "sightings",
    "visits",
    "visitors",
    "subjects",
    "enquiries",
)


class Draw:
    """Draws tables; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        spread = [BASE + self.random.randrange(4) * DAY + self.random.randrange(48) * 30 * MINUTE for _ in range(30)]
        self.instants = [one + self.random.choice((0, 0, 1, 5 * SECOND)) for one in spread]

    def value(self, column: Column) -> Any:  # noqa: ANN401 - of the column's type
        if column.empty and self.random.random() < (0.7 if column.name == "machine" else 0.2):
            return None
        if column.type.startswith("list"):
            words = WORDS.get(column.name, WORDS["target"]) if column.type == "list<string>" else (0, 1, 2)
            return sorted(self.random.sample(words, self.random.randrange(3)))
        if column.name in INSTANTS:
            return self.random.choice(self.instants)
        if column.name in WORDS:
            return self.random.choice(WORDS[column.name])
        return {"int64": self.random.randrange(6), "bool": self.random.random() < LIKELY.get(column.name, 0.5), "string": ""}[column.type]

    def rows(self, table: Table, count: int) -> list[Row]:
        """Draw rows; of those with one key the first stays."""
        drawn: dict[object, Row] = {}
        for number in range(count):
            row = {column.name: self.value(column) for column in table.columns}
            if table.key in {("event",), ("lease",)}:
                row[table.key[0]] = number
            drawn.setdefault(tuple(row[name] for name in table.key), self.sound(table.name, row))
        return list(drawn.values())

    def sound(self, name: str, row: Row) -> Row:
        """Keep to what holds for every row of such a table."""
        if name == "events":
            first, last = sorted((row["time"], row["time"] + self.random.choice((0, 1, 20 * MINUTE))))
            row |= {"first_instant": first, "last_instant": last, "instants": sorted({first, last})}
            row["client_host"], row["target"] = row["client_host"] or "three.example", row["target"] or "forum-a"
        if name in {"leases", "declared", "doubts"} and row["until"] is not None:
            row["until"] = row["from"] + self.random.choice((0, 1, 30 * MINUTE, 11 * 60 * MINUTE, 2 * DAY, 20 * DAY))
        if name == "leases":
            row |= self.random.choice(
                ({"port_from": None, "port_to": None}, {"port_from": 1024, "port_to": 2047}, {"port_from": 1, "port_to": 1})
            )
        if name == "visits":
            row["last"] = row["first"] + self.random.choice((0, 30 * MINUTE, DAY))
        return row

    def table(self, name: str, count: int) -> pa.Table:
        return as_table(DECLARED[name], self.rows(DECLARED[name], count))


def as_table(table: Table, rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=store.schema(table))


def world(seed: int, made: engine.Runner) -> dict[str, pa.Table]:
    """Give every table that a stage may read.

    With an even seed those that stages make are what the chain gives of the drawn events and leases; with an odd one
    all but `held` are drawn too, which meets what no chain would give.
    """
    draw = Draw(seed)
    sizes = {"events": 150, "attributions": 150, "sightings": 150, "leases": 60, "speaking": 900, "keeps": 1}
    drawn = {name: draw.table(name, sizes.get(name, 30)) for name in DECLARED}
    drawn["log_clocks"] = as_table(DECLARED["log_clocks"], [{"log": log, "tolerance": 5 * SECOND} for log in LOGS])
    pairs = reach(CLIENTS, HOLDERS)
    drawn["reach"] = as_table(stages.REACH, [{"client_address": one, "address": other} for one, other in pairs])
    for stage in CHAIN[:1] if seed % 2 else CHAIN:
        if stage == "subjects":
            visitors = drawn["visitors"]["visitor_id"].to_pylist()
            rows = draw.rows(tables.CONDUCT, 100)
            conduct = [{**row, "visitor_id": visitor} for row, visitor in zip(rows * 20, visitors, strict=False)]
            drawn["conduct"] = as_table(tables.CONDUCT, conduct)
        drawn[GIVES[stage].name] = run(made, stage, drawn)
    return drawn


def reads(stage: str) -> tuple[set[str], set[str]]:
    """Give the names of the tables and of the parameters of a stage."""
    (tree,) = sqlglot.parse(engine.statement(stage), read="duckdb")
    assert tree is not None
    steps = {step.alias for step in tree.find_all(exp.CTE)}
    named = {table.name for table in tree.find_all(exp.Table)} - steps
    return named, {one.name for one in tree.find_all(exp.Parameter, exp.Placeholder)}


def run(made: engine.Runner, stage: str, known: Mapping[str, pa.Table]) -> pa.Table:
    named, asked = reads(stage)
    result = made.run(stage, {name: known[name] for name in sorted(named)}, {name: RULES[name] for name in asked})
    return store.conform(result, GIVES[stage])


@pytest.fixture(scope="module")
def duckdb() -> engine.Engine:
    return engine.Engine(threads=1)


@pytest.fixture(scope="module")
def java() -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none: apt-get install openjdk-17-jre-headless")


@pytest.fixture(scope="module")
def spark(java: None) -> Iterator[engine.SparkEngine]:  # noqa: ARG001 - it is there, or the test is skipped
    with contextlib.closing(engine.SparkEngine("local[2]")) as made:
        yield made


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_gives_the_same_rows_on_both_engines(
    stage: str, duckdb: engine.Engine, spark: engine.SparkEngine
) -> None:
    worlds = [{name: store.empty(table) for name, table in DECLARED.items()}]
    worlds += [world(seed, duckdb) for seed in range(3)]
    found = 0
    for number, known in enumerate(worlds):
        ours, theirs = run(duckdb, stage, known), run(spark, stage, known)
        assert theirs.to_pylist() == ours.to_pylist(), f"world {number}"
        found += ours.num_rows
    assert found
