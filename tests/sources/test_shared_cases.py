"""The small cases of `shared/cases`, read by the sources alone."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from landmark import sources
from landmark.case import Target

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases"


def _is_for_these(folder: Path) -> bool:
    logs = tomllib.loads((folder / "case.toml").read_text())["log"]
    return any(log["format"] in sources.ALL for log in logs) and "files" in json.loads(
        (folder / "expected.json").read_text()
    )


NAMES = (
    sorted(path.name for path in CASES.iterdir() if path.is_dir() and _is_for_these(path))
    if CASES.is_dir()
    else ["none"]
)


def targets_of(case: dict[str, Any]) -> list[Target]:
    return [Target(**one) for one in case["target"]]


def file_of(event: dict[str, Any], files: list[dict[str, Any]]) -> str:
    return str(event.get("file", files[0]["path"]))


def agrees(found: object, wanted: object) -> bool:
    return found in wanted if isinstance(wanted, list) else found == wanted


def check_counts(found: dict[str, int], wanted: dict[str, Any]) -> None:
    assert set(found) <= set(wanted)
    assert all(agrees(found.get(reason, 0), count) for reason, count in wanted.items()), (found, wanted)


@pytest.mark.parametrize("name", NAMES)
def test_a_shared_case_comes_out(name: str, read: Callable[..., Any], micros: Callable[[str], int]) -> None:
    if not CASES.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    case = tomllib.loads((CASES / name / "case.toml").read_text())
    expected = json.loads((CASES / name / "expected.json").read_text())
    window = {
        key: int(case["authority"][old].timestamp()) * 1_000_000 for key, old in (("begin", "from"), ("end", "until"))
    }
    logs = [log for log in case["log"] if log["format"] in sources.ALL]
    events: dict[tuple[str, int], sources.Event] = {}
    for log in logs:
        (path,) = log["files"]
        (wanted,) = (one for one in expected["files"] if one["path"] == path)
        stated = {key: value for key, value in log.items() if key not in {"files", "format"}}
        outcome = read(log["format"], (CASES / name / path).read_bytes(), targets=targets_of(case), **window, **stated)
        file = outcome.file
        assert file.kept == wanted["kept"]
        assert file.admitted_lost == wanted.get("admitted_lost", 0)
        check_counts(dict(file.dropped), wanted["dropped"])
        check_counts(dict(_reasons(file)), wanted["rejected"])
        events |= {(path, event.line): event for event in file.each()}
    check_events(events, expected, micros)
    addresses = {event.client_address for event in events.values()}
    assert not addresses & set(expected.get("not_clients", ()))


def _reasons(file: sources.FileReading) -> dict[str, int]:
    found: dict[str, int] = {}
    for reject in file.rejects:
        found[reject.reason] = found.get(reject.reason, 0) + 1
    return found


def check_events(
    events: dict[tuple[str, int], sources.Event], expected: dict[str, Any], micros: Callable[[str], int]
) -> None:
    rows = {(file_of(one, expected["files"]), one["line"]): one for one in expected.get("events", ())}
    if expected.get("events_are") == "all":
        assert set(rows) == set(events)
    if expected.get("events_are") == "with_target":
        assert set(rows) == {key for key, event in events.items() if event.target is not None}
    for key, row in rows.items():
        event = events[key]
        for column, wanted in row.items():
            if column == "time":
                assert datetime.fromisoformat(wanted).tzinfo is not None
                assert event.time // 1_000_000 * 1_000_000 == micros(wanted)
            elif column == "login":
                assert event.login == (None if wanted is None else f"login {wanted}")
            elif column != "file":
                assert agrees(getattr(event, column), wanted), (key, column)
