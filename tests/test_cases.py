"""Every small case in `shared/cases` comes out as its expected.json says; those of formats to come are listed here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from landmark import cli

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir()) if CASES.is_dir() else ["none"]


class Renaming:
    """One-to-one from names in the clear to names as hashed, found out as the case goes on."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}
        self.back: dict[str, str] = {}

    def same(self, clear: str | None, hashed: str | None) -> bool:
        if clear is None or hashed is None:
            return clear is None and hashed is None
        return self.there.setdefault(clear, hashed) == hashed and self.back.setdefault(hashed, clear) == clear


def micros(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1_000_000


def one_of(value: object, allowed: object) -> bool:
    return value in allowed if isinstance(allowed, list) else value == allowed


class Ran(NamedTuple):
    """A case that was run, what is expected of it, and how the command ended."""

    folder: Path
    expected: dict[str, Any]
    status: int
    err: str


@pytest.fixture
def ran(request: pytest.FixtureRequest, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Ran:
    name = request.param
    if not (CASES / name).is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    folder = tmp_path / name
    shutil.copytree(CASES / name, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if "environment" in expected:  # of the process: a zone, a language
        command = [sys.executable, "-m", "landmark", "run", str(folder)]
        environment = {**os.environ, **expected["environment"]}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return Ran(folder, expected, done.returncode, done.stderr)
    return Ran(folder, expected, cli.main(["run", str(folder)]), capfd.readouterr().err)


@pytest.mark.parametrize("ran", NAMES, indirect=True, ids=str)
def test_the_case_comes_out_as_expected(ran: Ran) -> None:
    folder, expected, status, err = ran
    assert status in expected["exit"], err
    for word in expected.get("says", []):
        assert word in err
    if not {0, 4} & set(expected["exit"]):
        assert not (folder / "out" / "manifest.json").exists()
        return
    tables = {path.stem: pq.read_table(path).to_pylist() for path in (folder / "out" / "tables").glob("*.parquet")}
    funnel = json.loads((folder / "out" / "funnel.json").read_text(encoding="utf-8"))
    files = {file["path"]: file for file in funnel["files"]}
    renaming = Renaming()
    for file in expected.get("files", []):
        files_match(files[file["path"]], file)
    for unit in ("visits", "visitors"):
        if unit in expected:
            assert len(tables[unit]) == expected[unit]
    events_match(tables["events"], expected, files, renaming)
    leases_match(tables["leases"], expected, renaming)
    visitors_match(tables["visitors"], expected, renaming)
    attributions_match(tables, expected, files, renaming)
    clients = {row["client_address"] for table in ("events", "visitors") for row in tables[table]}
    assert not clients & set(expected.get("not_clients", []))


def files_match(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert found["lines"] == found["kept"] + sum(found["dropped"].values()) + sum(found["rejected"].values())
    for name in ("lines", "kept", "admitted_lost"):
        if name in expected:
            assert one_of(found[name], expected[name])
    for name in ("dropped", "rejected"):
        if name in expected:
            for reason in {*expected[name], *found[name]}:
                assert one_of(found[name].get(reason, 0), expected[name].get(reason, 0)), (name, reason)


def events_match(
    rows: list[dict[str, Any]], expected: dict[str, Any], files: dict[str, Any], renaming: Renaming
) -> None:
    only = next(iter(files)) if len(files) == 1 else ""
    by_line = {(row["source"], row["line"]): row for row in rows}
    named = set()
    for event in expected.get("events", []):
        source = files[event.get("file", only)]["content_sha256"]
        row = by_line[source, event["line"]]
        named.add((source, event["line"]))
        for column, value in event.items():
            if column in {"line", "file"}:
                continue
            if column == "time":
                assert row["time"] // 1_000_000 * 1_000_000 == micros(value)
            elif column in {"login", "account"}:
                assert renaming.same(value, row[column]), column
            else:
                assert one_of(row[column], value), (event["line"], column)
    if expected.get("events_are") == "all":
        assert named == set(by_line)
    elif expected.get("events_are") == "with_target":
        assert named == {key for key, row in by_line.items() if row["target"] is not None}


def leases_match(rows: list[dict[str, Any]], expected: dict[str, Any], renaming: Renaming) -> None:
    if expected.get("leases_are") == "all":
        assert len(rows) == len(expected["leases"])
    for lease in expected.get("leases", []):
        fitting = [
            row
            for row in rows
            if row["address"] == lease["address"]
            and row["from"] == micros(lease["from"])
            and row["until"] == micros(lease["until"])
            and ("ports" not in lease or [row["port_from"], row["port_to"]] == lease["ports"])
            and not row["doubtful"]
        ]
        assert len(fitting) == 1, lease
        assert renaming.same(lease["account"], fitting[0]["account"])
        if "ends" in lease:
            words = lease["ends"] if isinstance(lease["ends"], list) else [lease["ends"]]
            assert fitting[0]["ends"] in {word.replace(" ", "_") for word in words}


def visitors_match(rows: list[dict[str, Any]], expected: dict[str, Any], renaming: Renaming) -> None:
    for visitor in expected.get("visitor_rows", []):
        plain = {column: value for column, value in visitor.items() if column not in {"account", "login"}}
        fitting = [row for row in rows if all(one_of(row[column], value) for column, value in plain.items())]
        for name in ("account", "login"):
            if name in visitor:
                fitting = [row for row in fitting if renaming.there.get(visitor[name], row[name]) == row[name]]
        assert fitting, visitor


def attributions_match(
    tables: dict[str, list[dict[str, Any]]], expected: dict[str, Any], files: dict[str, Any], renaming: Renaming
) -> None:
    events = {(row["source"], row["line"]): row["event"] for row in tables["events"]}
    rows = {row["event"]: row for row in tables["attributions"]}
    for wanted in expected.get("attributions", []):
        row = rows[events[files[wanted["file"]]["content_sha256"], wanted["line"]]]
        if wanted["grade"] == "!sure":
            assert row["grade"] != "sure"
        else:
            assert row["grade"] in wanted["grade"]
        if "accounts" in wanted:
            assert len(row["accounts"]) == len(wanted["accounts"])
            hashed = sorted(renaming.there[account] for account in wanted["accounts"])
            assert sorted(row["accounts"]) == hashed
