"""What the case stated when its results were made is what they are shown by; where the ledger lacks it, it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from landmark.case import Assignment, Authority, Case, Log, Stretch
from landmark.errors import CaseError
from landmark.trace import as_run

NOW = Case(
    folder=Path("case"),
    id="x",
    title="X",
    lead="GB",
    authority=Authority("W-1", "Example Court", "Example Internet", 0, 1, ("traffic",)),
    targets=(),
    logs=(Log(("a.log",), "combined", clock_tolerance=1, trusted_proxies=("10.0.0.0/8",)),),
    assignments=(Assignment(("b.csv",), "csv", "user-name", columns={"account": "now"}, clock_tolerance=2),),
)
LOG: dict[str, Any] = {
    "log": "a.log",
    "format": "nginx",
    "host": "forum-a.example",
    "zone": None,
    "log_format": "pasted",
    "transport": "rfc3164",
    "client_port": 3,
    "login_verified": ["/board/"],
    "trusted_proxies": [],
    "clock_tolerance": 7,
    "clock_ahead": 9,
    "why": "measured",
    "doubtful": [[1, 2, "a battery"]],
}
RECORDS: dict[str, Any] = {
    "assignment": "b.csv",
    "format": "kea",
    "zone": "UTC",
    "realm": "east",
    "account": "duid",
    "columns": {"account": "then"},
    "clock_tolerance": 8,
    "clock_ahead": 0,
    "why": None,
    "doubtful": [],
}
SHA = "a" * 64


def entries(log: dict[str, Any], records: dict[str, Any]) -> list[dict[str, Any]]:
    ran = {"what": "run", "case_sha256": SHA, "logs": [log], "assignments": [records]}
    return [ran, {"what": "results"}, {"what": "run", "case_sha256": "b" * 64, "logs": [], "assignments": []}]


def test_logs_and_records_are_as_the_run_stated_of_which_the_results_are() -> None:
    stated = as_run(NOW, entries(LOG, RECORDS), "c" * 64)
    assert stated.case.logs == (
        Log(
            ("a.log",),
            "nginx",
            host="forum-a.example",
            log_format="pasted",
            client_port=3,
            login_verified=("/board/",),
            clock_tolerance=7,
            clock_ahead=9,
            why="measured",
            doubtful=(Stretch(1, 2, "a battery"),),
        ),
    )
    assert stated.case.assignments == (
        Assignment(("b.csv",), "kea", "duid", zone="UTC", realm="east", columns={"account": "then"}, clock_tolerance=8),
    )
    assert not stated.heed


def test_what_an_entry_lacks_is_as_the_case_says_now_and_that_is_said_where_the_case_changed() -> None:
    old = [
        {name: value for name, value in one.items() if name not in {"columns", "clock_tolerance"}}
        for one in (LOG, RECORDS)
    ]
    changed = as_run(NOW, entries(*old), "c" * 64)
    assert changed.case.assignments[0].columns == {"account": "\n"}  # a name that no column has: all is masked
    assert (changed.case.logs[0].clock_tolerance, changed.case.assignments[0].clock_tolerance) == (1, 2)
    assert changed.heed == (
        "case.toml is another one than that by which these results were made, and the ledger does not tell what it "
        "said of `clock_tolerance`, `columns`: what is shown is as it says now; run again"
    )
    same = as_run(NOW, entries(*old), SHA)
    assert (same.case.assignments[0].columns, same.heed) == ({"account": "now"}, "")


def test_what_goes_with_a_format_is_not_mixed_with_another_format() -> None:
    """An entry that has no format has a `log_format`, which is no other format's."""
    old = {name: value for name, value in LOG.items() if name not in {"format", "client_port"}}
    now = replace(NOW, logs=(replace(NOW.logs[0], format="apache", log_format="%h", client_port=1),))
    (log,) = as_run(now, entries(old | {"log_format": None}, RECORDS), "c" * 64).case.logs
    assert (log.format, log.log_format, log.client_port, log.host) == ("apache", "%h", 1, "forum-a.example")


def test_a_version_that_entered_no_deviation_took_none_off() -> None:
    old = {name: value for name, value in LOG.items() if name not in {"clock_ahead", "why"}}
    now = replace(NOW, logs=(replace(NOW.logs[0], clock_ahead=5, why="since"),))
    stated = as_run(now, entries(old, RECORDS), "c" * 64)
    assert (stated.case.logs[0].clock_ahead, stated.case.logs[0].why, stated.heed) == (0, None, "")


def test_a_log_of_which_results_are_and_that_the_case_has_no_more_is_named() -> None:
    with pytest.raises(CaseError, match="none with the files gone"):
        as_run(NOW, entries({**LOG, "log": "gone.log"}, RECORDS), SHA)
