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

import duckdb as embedded
import pyarrow as pa
import pytest
import sqlglot
from pyspark import errors
from pyspark.sql import SparkSession
from sqlglot import exp

import landmark
from landmark import engine, stages, store, tables
from landmark.engine.spark import SparkEngine
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
GIVES = {
    stage: DECLARED[{"source_test": "source_tests", "chain": "attributions"}.get(stage, stage)] for stage in STAGES
}

# Few words, so that rows meet and tie; among them the empty text, a last blank, capitals, and letters whose order in
# UTF-16 is not the order in UTF-8.
LOGS = ("web", "web ", "News")
CLIENTS = ("192.0.2.1", "192.0.2.2", "198.51.100.7", "2001:db8::1")
HOLDERS = (*CLIENTS, "192.0.2.0/30", "2001:db8::/64")
ACCOUNTS = ("aa", "ab", "b")
# One event and lease in six: of an address that no record limits, and of accounts with one line.
PLAIN = "203.0.113.9"
PLAIN_EVENT = {"client_address": PLAIN, "login_verified": False}
PLAIN_LEASE: Mapping[str, Any] = {
    **dict.fromkeys(("inner", "line", "port_from", "port_to", "protocol", "destination")),
    "address": PLAIN,
    "doubtful": False,
}
WORDS: Mapping[str, Sequence[Any]] = {
    "log": LOGS,
    "series": ("", "s1", "ｓ"),
    "assignment": ("isp", "Isp"),
    "account": ACCOUNTS,
    "login": ("l1", "l2", "L2"),
    "login_account": (*ACCOUNTS, "unheld"),
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
    "one_in": 2,
}

CHAIN = (
    "clients",
    "accounts",
    "two_lines",
    "clocks",
    "held",
    "places",
    "grains",
    "speaking",
    "naming",
    "returning",
    "source_test",
    "doubts",
    "settled",
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
        self.random = Random(seed)  # noqa: S311 - a test draws tables
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
        return {
            "int64": self.random.randrange(6),
            "bool": self.random.random() < LIKELY.get(column.name, 0.5),
            "string": "",
        }[column.type]

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
            if row["event"] % 6 == 0:
                row |= {**PLAIN_EVENT, "instants": [first]}
            row["client_host"], row["target"] = row["client_host"] or "three.example", row["target"] or "forum-a"
        if name in {"leases", "declared", "doubts"} and row["until"] is not None:
            row["until"] = row["from"] + self.random.choice((0, 1, 30 * MINUTE, 11 * 60 * MINUTE, 2 * DAY, 20 * DAY))
        if name == "leases":
            row |= self.limits(row)
        if name == "naming":  # an event is of one login; two of three are steady as written, one at the shift
            turn = row["event"] % 3
            row |= {"log": LOGS[0], "series": "", "login": WORDS["login"][turn]}
            row["shift"] *= self.random.random() > 0.4  # else as written
            if (row["shift"] == 0) == (turn < 2):
                row["holder"] = 100 + turn
        if name == "attributions" and row["event"] % 2:  # enough of them that something is left to narrow
            row |= {"grade": "shared", "accounts": sorted(self.random.sample(ACCOUNTS, 2))}
        if name == "subjects" and self.random.random() > 0.5:
            row["basis"] = "login"
        if name == "visits":
            row["last"] = row["first"] + self.random.choice((0, 30 * MINUTE, DAY))
        return row

    def limits(self, lease: Row) -> Row:
        """Draw what a lease is limited to, and its line; one in six is plain."""
        if lease["lease"] % 6 == 0:
            account = "plain" if lease["lease"] % 12 else "level"
            return {**PLAIN_LEASE, "account": account, "until": lease["from"] + 30 * MINUTE}
        line = self.random.choice((None, "line 1", "line 2"))
        ports = self.random.choice(((None, None), (1024, 2047), (1, 1)))
        return {"line": line, "port_from": ports[0], "port_to": ports[1]}

    def table(self, name: str, count: int) -> pa.Table:
        return as_table(DECLARED[name], self.rows(DECLARED[name], count))


def as_table(table: Table, rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=store.schema(table))


def world(seed: int, made: engine.Runner) -> dict[str, pa.Table]:
    """Give every table that a stage may read.

    With an even seed those that stages make are what the chain gives of the drawn events and leases; with an odd one
    all but `places`, `grains` and what they read are drawn too, which meets what no chain would give.
    """
    draw = Draw(seed)
    sizes = {"events": 150, "attributions": 150, "sightings": 150, "leases": 60, "keeps": 1}
    sizes |= {"speaking": 900, "naming": 900}
    drawn = {name: draw.table(name, sizes.get(name, 30)) for name in DECLARED}
    drawn["log_clocks"] = as_table(DECLARED["log_clocks"], [{"log": log, "tolerance": 5 * SECOND} for log in LOGS])
    pairs = reach((*CLIENTS, PLAIN), (*HOLDERS, PLAIN))
    drawn["reach"] = as_table(stages.REACH, [{"client_address": one, "address": other} for one, other in pairs])
    for stage in CHAIN[: CHAIN.index("speaking")] if seed % 2 else CHAIN:
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
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Java that starts quickly; gives a folder."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none: apt-get install openjdk-17-jre-headless")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def spark(java: Path) -> Iterator[SparkEngine]:
    """Spark that plans less and compiles nothing: on so small tables that takes longest. The whole run does both."""
    settings = {
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.constraintPropagation.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    (java / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(java))
        with contextlib.closing(SparkEngine("local[1]", java / "work")) as made:
            yield made


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_gives_the_same_rows_on_both_engines(stage: str, duckdb: engine.Engine, spark: SparkEngine) -> None:
    worlds = [{name: store.empty(table) for name, table in DECLARED.items()}]
    worlds += [world(seed, duckdb) for seed in range(3)]
    found = 0
    for number, known in enumerate(worlds):
        ours, theirs = run(duckdb, stage, known), run(spark, stage, known)
        assert theirs.to_pylist() == ours.to_pylist(), f"world {number}"
        found += ours.num_rows
    assert found


def test_what_overflows_is_an_error_on_both_engines_and_its_value_is_not_quoted(
    duckdb: engine.Engine, spark: SparkEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    known = world(0, duckdb)
    events = known["events"].to_pylist()
    known["events"] = as_table(
        tables.EVENTS, [{**row, "first_instant": -(2**63) + 7, "connection": None} for row in events]
    )
    with pytest.raises(embedded.OutOfRangeException):
        run(duckdb, "visits", known)
    with pytest.raises(errors.ArithmeticException):
        run(spark, "visits", known)
    assert "9223372036854775801" not in capfd.readouterr().err


def test_a_running_session_keeps_its_settings_and_views_and_goes_on(duckdb: engine.Engine, spark: SparkEngine) -> None:
    known = world(1, duckdb)
    leads = run(spark, "leads", known)  # a context runs from here on
    mine = SparkSession.getActiveSession()
    assert mine is not None
    mine.conf.set("spark.sql.ansi.enabled", "false")
    mine.createDataFrame(pa.table({"mine": [1]})).createOrReplaceTempView("subjects")
    for on in (mine, "local[2]"):
        with contextlib.closing(SparkEngine(on)) as made:
            assert run(made, "leads", known).equals(leads)
    assert mine.conf.get("spark.sql.ansi.enabled") == "false"
    assert mine.sql("SELECT * FROM subjects").toArrow().to_pylist() == [{"mine": 1}]
    assert mine.catalog.dropTempView("subjects")


def test_a_disk_that_refuses_is_said_with_the_stage(java: Path, duckdb: engine.Engine, spark: SparkEngine) -> None:
    known = world(1, duckdb)
    run(spark, "leads", known)
    (java / "work").rename(java / "gone")
    try:
        with pytest.raises(MachineError, match=r"did not finish the stage leads.*No such file"):
            run(spark, "leads", known)
    finally:
        (java / "gone").rename(java / "work")
    run(spark, "leads", known)


def test_without_the_package_or_without_java_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    with pytest.raises(MachineError, match="Java 17 or later, and JAVA_HOME has none; on Debian: apt-get install"):
        SparkEngine()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MachineError, match="Java 17 or later, and none was found; on Debian: apt-get install"):
        SparkEngine()
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MachineError, match=r"pip install 'landmark\[spark\]'"):
        SparkEngine()


def test_another_engine_is_refused_with_the_names_of_those_there_are(tmp_path: Path) -> None:
    with (
        pytest.raises(CaseError, match="engine: found abacus, expected duckdb or spark"),
        engine.started("abacus", None, tmp_path),
    ):
        pass


def command(case: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a case on Spark with the settings that Spark has by itself."""
    line = [sys.executable, "-m", "landmark", "run", str(case), "--engine", "spark", "--threads", "2"]
    known = {name: value for name, value in os.environ.items() if name not in {"SPARK_CONF_DIR", "MASTER"}}
    return subprocess.run(line, capture_output=True, text=True, check=False, env={**known, **environment})


def test_a_whole_run_gives_the_same_tables_on_both_engines(tmp_path: Path, java: Path) -> None:  # noqa: ARG001
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    landmark.simulate(ours, scale=0.01)
    landmark.run(ours)
    shutil.copytree(ours, theirs)
    shutil.rmtree(theirs / "out")
    shutil.rmtree(theirs / "cache")
    (theirs / "ledger.jsonl").unlink()

    broken = tmp_path / "java" / "bin" / "java"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o700)
    refused = command(theirs, JAVA_HOME=str(tmp_path / "java"))
    assert refused.returncode == MachineError.exit_status
    assert "landmark: Spark: it needs Java 17 or later" in refused.stderr

    ran = command(theirs)
    assert ran.returncode == 0, ran.stderr
    made = [json.loads((case / "out" / "manifest.json").read_bytes())["tables"] for case in (ours, theirs)]
    assert made[0] == made[1]
    assert made[0]["subjects"]["rows"]
    assert not (theirs / "cache" / "spill").exists()

    again = command(ours)
    assert "Nothing had changed." in again.stdout
